"""A calculation at ranges of points (`gradcli 'x^2' x=0:1:0.1`): a row of results for each, as batches write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from gradcli.batch import writers
from gradcli.batch.points import solve_points
from gradcli.batch.settings import BatchSettings
from gradcli.batch.sweeps import at_points, ranges_in
from gradcli.batch.task import Entry, Status, Task, TaskResult
from gradcli.batch.work import status_of
from gradcli.calculus.results import Request
from gradcli.cli.calculation import CalculationOptions
from gradcli.cli.commands import CANNOT
from gradcli.cli.limits import Limit, Watch
from gradcli.cli.terminal import message, say, write
from gradcli.language import DiagnosticError, parse
from gradcli.language.tree import Expr, Range
from gradcli.language.values import replace
from gradcli.operations import vocabulary
from gradcli.problem import DIAGONAL, Problem, Solution, solve
from gradcli.render.text import quiet_lines
from gradcli.streams.formats import Format

CHUNK: Final = 256
"""Points that are calculated before their rows are written."""


def ranges_of(problem: Problem, given: Sequence[Range]) -> tuple[Range, ...]:
    """The ranges of a calculation: those of the command line, then those that the text binds.

    Raises DiagnosticError where they have too many points together.
    """
    found = (*given, *ranges_in(problem.text, list(problem.bindings)))
    if len(found) > 1:
        from gradcli.language.ranges import check_together

        check_together(found, problem.text)
    return found


def sweep(problem: Problem, given: Sequence[Range], way: CalculationOptions, *, as_json: bool, quiet: bool) -> int:
    """Solve a problem at every point of its ranges and write a row for each; the exit status.

    What is to be said of the text itself is said once. Raises DiagnosticError where it cannot be read.
    """
    return _Sweep(problem, given, way, as_json=as_json, quiet=quiet).run()


class _Sweep:
    def __init__(
        self, problem: Problem, given: Sequence[Range], way: CalculationOptions, *, as_json: bool, quiet: bool
    ) -> None:
        self._problem, self._ranges, self._way, self._quiet = problem, given, way, quiet
        names = (*problem.bindings, *[each.name for each in given])
        self._notes = parse(problem.text, vocabulary(), names).notes
        self._settings = BatchSettings(
            Format.JSONL if as_json else Format.TEXT,
            problem.wrt,
            problem.order,
            problem.dtype,
            problem.digits,
            1.0 if way.check else 0.0,
        )
        self._done = 0
        self._watch = Watch(way.limits, self._end)

    def run(self) -> int:
        """Write the rows; the exit status."""
        if self._settings.to is Format.TEXT:
            say(self._notes)
        statuses: set[Status] = set()
        tasks = self._tasks()
        try:
            while chunk := list(islice(tasks, CHUNK)):
                for result in self._results(chunk):
                    statuses.add(result.status)
                    with self._watch.lock:
                        write(result.text)
                        self._done += 1
        except MemoryError:
            self._watch.stop()
            return self._end(Limit.MEMORY)
        finally:
            self._watch.stop()
        if Status.FAILED in statuses:
            return CANNOT
        return int(Status.DIFFERS in statuses or (self._way.strict and Status.UNDECIDED in statuses))

    def _tasks(self) -> Iterator[Task]:
        tasks = at_points(Task(0, "", 1), Entry(self._problem.text), self._ranges)
        return (replace(task, number=number) for number, task in enumerate(tasks))

    def _results(self, tasks: Sequence[Task]) -> Iterator[TaskResult]:
        known: dict[int, TaskResult] = {}
        if not (self._way.check or self._notes or self._quiet or self._problem.bindings):
            known = solve_points(tasks, self._settings) if self._problem.request is Request.GRADIENT else {}
        for task in tasks:
            yield known.get(task.number) or self._solved(task)

    def _solved(self, task: Task) -> TaskResult:
        assert task.entry is not None, "every point has an entry"
        point: dict[str, Expr] = {
            value.name: parse(str(value.content), vocabulary()).program.result for value in task.entry.values
        }
        problem = replace(self._problem, bindings={**self._problem.bindings, **point})
        try:
            solution = solve(problem, check=self._way.check, formulas=False)
        except DiagnosticError as error:
            return writers.failed(task, self._settings, error.diagnostic)
        return TaskResult(task.number, status_of(solution), self._row(task, solution))

    def _row(self, task: Task, solution: Solution) -> str:
        if self._quiet and self._settings.to is Format.TEXT:
            return " ".join([f"{task.id}", *quiet_lines(solution, self._problem.digits)]) + "\n"
        if self._settings.to is Format.TEXT:
            if DIAGONAL in solution.notes and DIAGONAL not in self._notes:  # of one row, and so of all
                self._notes = (*self._notes, DIAGONAL)
                say([DIAGONAL])
            solution = replace(solution, notes=tuple(each for each in solution.notes if each not in self._notes))
        return writers.record(solution, task, self._settings)

    def _end(self, limit: Limit) -> int:
        """Say what was not done; the exit status."""
        diagnostic = self._way.limits.diagnostic(limit, self._problem.text)
        message(f"error: {diagnostic.message}: {self._done:,} points are done\nhelp:  {diagnostic.help}")
        return CANNOT
