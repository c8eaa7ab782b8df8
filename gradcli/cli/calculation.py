"""One calculation as the command makes it: within its limits, shown as it comes, and its exit status."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from gradcli.calculus.results import Check, Verdict
from gradcli.cli import terminal
from gradcli.cli.limits import Limit, Limits, Watch
from gradcli.cli.options import FormulaStyle
from gradcli.cli.terminal import message, write
from gradcli.language import Note
from gradcli.language.values import frozen, replace
from gradcli.problem import Problem, Solution, solve
from gradcli.render.text import check_row, layout, quiet_lines, rows


class SolutionWriter:
    """Where a solution goes: what it shows on the way may be written over, what it shows in the end may not."""

    as_json = False

    def value(self, solution: Solution) -> None:
        """The engine has its numbers."""

    def checked(self, solution: Solution) -> None:
        """They are checked."""

    def finish(self, solution: Solution) -> None:
        """All is there."""
        raise NotImplementedError


class Json(SolutionWriter):
    """One object."""

    as_json = True

    def finish(self, solution: Solution) -> None:
        """Write the object."""
        from gradcli.render.objects import solution_object

        terminal.write_object(solution_object(solution))


class Quiet(SolutionWriter):
    """The derivatives alone; on stderr that the check does not simply agree."""

    def __init__(self, digits: int | None) -> None:
        self._digits = digits

    def finish(self, solution: Solution) -> None:
        """Write the lines."""
        write("\n".join(quiet_lines(solution, self._digits)) + "\n")
        check = solution.check
        if check is None or check.verdict in (Verdict.AGREES, Verdict.SKIPPED):
            return
        if check.verdict is Verdict.DIFFERS:
            message(f"error: the check differs: {check.reason}")
        else:
            message(f"note:  {check.verdict.value}: {check.reason}")


class Latex(SolutionWriter):
    """The formulas of the derivatives alone, as LaTeX, one on a line."""

    def finish(self, solution: Solution) -> None:
        """Write the lines. Raises DiagnosticError where there are none."""
        from gradcli.render.spelling import latex_lines

        write("".join(f"{line}\n" for line in latex_lines(solution)))


class Display(SolutionWriter):
    """Writes the rows of one solution.

    On a terminal the engine's numbers stand there at once, then the certified ones with the verdict, then the formulas
    beside them. The finished text is the same wherever it goes.
    """

    def __init__(self, digits: int | None) -> None:
        self._digits = digits
        self._width, self._height = terminal.width(), terminal.height()
        self._is_live = terminal.is_terminal(sys.stdout)
        self._drawn: list[str] = []
        self._above = 0
        self._noted = 0

    def value(self, solution: Solution) -> None:
        """Show the engine's numbers, where they can be written over."""
        if self._is_live:
            self._draw(solution, final=False)

    def checked(self, solution: Solution) -> None:
        """Show the numbers and the verdict, where the formulas can be written beside them."""
        if self._is_live:
            self._say_notes(solution)
            self._draw(solution, final=False)

    def finish(self, solution: Solution) -> None:
        """Show all there is."""
        self._say_notes(solution)
        self._draw(solution, final=True)

    def _say_notes(self, solution: Solution) -> None:
        """Say what was not yet said, above the rows."""
        notes = solution.notes[self._noted :]
        if not notes:
            return
        if self._drawn:
            terminal.write(f"\x1b[{self._above}A\r\x1b[J")
            self._drawn = []
        terminal.say(notes)
        self._noted = len(solution.notes)

    def _draw(self, solution: Solution, *, final: bool) -> None:
        """Write the rows over those that stand there."""
        check = check_row(solution)
        table = [*rows(solution, self._digits, self._width - 8), *([] if check is None else [check])]
        texts = layout(table, terminal.columns())
        taken = self._taken("\n".join(texts).split("\n"))
        if not final and taken >= self._height:  # what is scrolled away cannot be written over
            return
        painted = [terminal.painted(text, row.style) for row, text in zip(table, texts, strict=True)]
        lines = "\n".join(painted).split("\n")
        if not self._drawn:
            terminal.write("".join(f"{line}\n" for line in lines))
        elif lines != self._drawn:
            over = "".join(f"\r{line}\x1b[K\n" for line in lines)
            terminal.write(f"\x1b[{self._above}A{over}\x1b[J")
        self._drawn, self._above = lines, taken

    def _taken(self, lines: list[str]) -> int:
        """The lines of the terminal that lines take: it breaks those that are too long."""
        return sum(max(1, -(-len(line) // self._width)) for line in lines)


@frozen
class CalculationOptions:
    """How a calculation goes: whether it is checked, whether formulas are wanted and which, what is a failure, and
    whether the numbers are wanted in exact form, too."""

    check: bool
    formulas: bool
    strict: bool
    limits: Limits
    style: FormulaStyle = FormulaStyle()
    exact: bool = False


class LastSolution:
    """Keeps what a command has found, for whoever calls it from within the program: the object of its context.

    `at_limit` is called with the exit status when what was found until a limit was reached is written, and the process
    ends.
    """

    def __init__(self, at_limit: Callable[[Solution, int], None] | None = None) -> None:
        self.solution: Solution | None = None
        self.at_limit = at_limit


def calculate(problem: Problem, output: SolutionWriter, way: CalculationOptions) -> int:
    """Solve a problem and write what comes of it; the exit status. Raises DiagnosticError."""
    return _Solving(problem, output, way).run()


class _Solving:
    def __init__(self, problem: Problem, output: SolutionWriter, way: CalculationOptions) -> None:
        self._problem, self._output, self._way = problem, output, way
        self._found: Solution | None = None
        context = click.get_current_context(silent=True)
        self._last = None if context is None else context.find_object(LastSolution)
        self._watch = Watch(way.limits, self._end)

    def run(self) -> int:
        """Solve the problem; the exit status."""
        try:
            found = self._solved()
        except MemoryError:
            self._watch.stop()
            return self._end(Limit.MEMORY)
        except BaseException:
            self._watch.stop()
            raise
        self._watch.stop()
        self._output.finish(self._way.style.written(found))
        if self._last is not None:
            self._last.solution = found
        return self._status(found)

    def _solved(self) -> Solution:
        return solve(
            self._problem,
            check=self._way.check,
            formulas=self._way.formulas,
            full=self._way.style.full,
            reshape=self._way.style.reshape,
            exact=self._way.exact,
            on_value=self._on_value,
            on_check=self._on_check,
        )

    def _on_value(self, solution: Solution) -> None:
        with self._watch.lock:
            self._found = solution
            self._output.value(solution)

    def _on_check(self, solution: Solution) -> None:
        with self._watch.lock:
            self._found = solution
            self._output.checked(solution)

    def _end(self, limit: Limit) -> int:
        """Write what was found until a limit was reached; the exit status."""
        found = self._found
        if found is None:
            return self._way.limits.fail(limit, self._problem.text, as_json=self._output.as_json)
        excess = self._way.limits.excess(limit)
        if self._way.check and found.check is None:
            found = replace(found, check=Check(Verdict.UNDECIDED, reason=f"{limit.value}: the check {excess}"))
        elif self._way.exact and found.exact is None:
            found = replace(found, notes=(*found.notes, Note(f"the exact form {excess}")))
        elif self._way.formulas:
            found = replace(found, notes=(*found.notes, Note(f"the formula {excess}")))
        self._output.finish(found)
        status = self._status(found)
        if self._last is not None and self._last.at_limit is not None:
            self._last.at_limit(found, status)
        return status

    def _status(self, solution: Solution) -> int:
        """0 where the answer is right as far as is known, 1 where the check differs (or cannot decide, if strict)."""
        verdict = None if solution.check is None else solution.check.verdict
        return int(verdict is Verdict.DIFFERS or (self._way.strict and verdict is Verdict.UNDECIDED))
