"""Shows a solution as rows: on a terminal as it comes, written over until it is final; elsewhere what is final."""

from __future__ import annotations

import sys

from gradcli.cli import terminal
from gradcli.problem import Solution
from gradcli.render.diagnostics import note_text
from gradcli.render.text import check_row, layout, rows


class Display:
    """Writes the rows of one solution.

    On a terminal the engine's numbers stand there at once, then the certified ones with the verdict, then the formulas
    beside them. The finished text is the same wherever it goes.
    """

    as_json = False

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
        for note in notes:
            terminal.message(note_text(note))
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
