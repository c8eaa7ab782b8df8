"""Shows a solution as it comes: values and gradients at once, formulas and the check when SymPy has them."""

from __future__ import annotations

import sys

from gradcli.calculus.results import Verdict
from gradcli.cli import terminal
from gradcli.problem import Solution
from gradcli.render.diagnostics import note_text
from gradcli.render.text import Row, check_row, layout, rows


class Display:
    """Writes the rows of one solution.

    A gradient's formula stands on the gradient's own line but comes later. One such line is left open until then;
    several are written first without their
    formulas and, on a terminal, written again. The finished text is the same wherever it goes.
    """

    def __init__(self, digits: int | None) -> None:
        self.digits = digits
        self.width = terminal.width()
        self.written: list[str] = []
        self.open_line = ""
        self.complete = False

    def _table(self, solution: Solution) -> list[Row]:
        return rows(solution, self.digits, self.width - 8)

    def value(self, solution: Solution) -> None:
        """Show the value and the gradients."""
        for note in solution.notes:
            terminal.message(note_text(note))
        table = self._table(solution)
        lines = layout(table)
        waiting = [i for i, row in enumerate(table) if row.awaits]
        fits = all(len(piece) < self.width for line in lines for piece in line.split("\n"))
        if len(waiting) > 1 and fits and terminal.is_terminal(sys.stdout):
            self._write(table, lines)
            return
        first = waiting[0] if waiting else len(lines)
        self._write(table[:first], lines[:first])
        if waiting:
            self.open_line = terminal.painted(lines[first].rstrip(), table[first].style)
            terminal.write(self.open_line)

    def _write(self, table: list[Row], lines: list[str]) -> None:
        self.written += lines
        painted = [terminal.painted(line, row.style) for line, row in zip(lines, table, strict=True)]
        terminal.write("".join(line + "\n" for line in painted))

    def formulas(self, solution: Solution) -> None:
        """Show the gradients' formulas."""
        table = self._table(solution)
        lines = layout(table)
        painted = [terminal.painted(line, row.style) for line, row in zip(lines, table, strict=True)]
        if self.open_line:
            first = len(self.written)
            rest = painted[first].removeprefix(self.open_line)
            terminal.write("".join(line + "\n" for line in [rest, *painted[first + 1 :]]))
        elif any(row.remark for row in table[1:]):
            above = sum(line.count("\n") + 1 for line in self.written)
            terminal.write(f"\x1b[{above}A" + "".join(f"\r{line}\x1b[K\n" for line in painted))
        self.complete = True

    def finish(self, solution: Solution) -> None:
        """Show what is still to come: the rest of the lines, and the check."""
        if solution.evaluation is None:
            for note in solution.notes:
                terminal.message(note_text(note))
            table = self._table(solution)
            self._write(table, layout(table))
            return
        if not self.complete:
            self.formulas(solution)
        if solution.check is not None and solution.check.verdict is not Verdict.SKIPPED:
            row = check_row(solution.check, solution.evaluation)
            terminal.write(terminal.painted(layout([*self._table(solution), row])[-1], row.style) + "\n")
