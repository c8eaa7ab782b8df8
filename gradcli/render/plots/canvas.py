"""A canvas of characters: lines of dots in braille, eight to a character, or of letters where there is none."""

from __future__ import annotations

import math
from typing import Final

from gradcli.language.values import frozen

BRAILLE: Final = 0x2800
DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a braille character, by row and column."""


@frozen
class Pen:
    """What a line is drawn with: a letter where there are letters alone, dots that are drawn and left out in turn, and
    a colour, by its number among the terminal's."""

    letter: str
    dashes: tuple[int, int] = (1, 0)
    colour: int | None = None


class Canvas:
    """Characters in rows and columns. Places are numbers from 0 to 1, across and up."""

    def __init__(self, columns: int, rows: int, *, braille: bool) -> None:
        self.columns, self.rows, self._braille = columns, rows, braille
        self._across, self._down = (2, 4) if braille else (1, 1)
        self._width, self._height = columns * self._across, rows * self._down
        self._dots = [[0] * columns for _ in range(rows)]
        self._letters = [[""] * columns for _ in range(rows)]
        self._colours: list[list[int | None]] = [[None] * columns for _ in range(rows)]

    def line(self, xs: list[float], ys: list[float], pen: Pen) -> None:
        """Draw from place to place, as far as it is on the canvas."""
        travelled = 0
        on, off = pen.dashes
        last: tuple[int, int] | None = None
        for piece in zip(xs, ys, xs[1:], ys[1:], strict=False):
            clipped = _clipped(*piece)
            if clipped is None:
                continue
            x0, y0, x1, y1 = clipped
            start = x0 * (self._width - 1), y0 * (self._height - 1)
            end = x1 * (self._width - 1), y1 * (self._height - 1)
            steps = max(1, math.ceil(max(abs(end[0] - start[0]), abs(end[1] - start[1]))))
            for step in range(steps + 1):
                share = step / steps
                dot = (
                    round(start[0] + (end[0] - start[0]) * share),
                    self._height - 1 - round(start[1] + (end[1] - start[1]) * share),
                )
                if dot == last:
                    continue
                last = dot
                if not self._braille or travelled % (on + off) < on:
                    self._dot(*dot, pen)
                travelled += 1

    def _dot(self, x: int, y: int, pen: Pen) -> None:
        row, column = y // self._down, x // self._across
        if self._braille:
            self._dots[row][column] |= DOTS[y % 4][x % 2]
        else:
            self._letters[row][column] = pen.letter
        self._colours[row][column] = pen.colour

    def mark(self, x: float, y: float, letter: str, colour: int | None) -> None:
        """Put a letter at a place, over what is there; nothing where that is not on the canvas."""
        if 0 <= x <= 1 and 0 <= y <= 1:
            row = (self._height - 1 - round(y * (self._height - 1))) // self._down
            column = round(x * (self._width - 1)) // self._across
            self._letters[row][column] = letter
            self._colours[row][column] = colour

    def row_at(self, y: float) -> int:
        """The row of a height, from the top."""
        return (self._height - 1 - round(y * (self._height - 1))) // self._down

    def column_at(self, x: float) -> int:
        """The column of a place across."""
        return round(x * (self._width - 1)) // self._across

    def cells(self, row: int) -> list[tuple[str, int | None]]:
        """The characters of a row with their colours; an empty text where nothing is drawn."""
        dots, letters, colours = self._dots[row], self._letters[row], self._colours[row]
        return [
            (letter or (chr(BRAILLE + dot) if dot else ""), colour)
            for dot, letter, colour in zip(dots, letters, colours, strict=True)
        ]


def _clipped(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float] | None:
    """The part of a line that is between 0 and 1 both ways, after Liang and Barsky (1984); None where none is.

    It is measured from the end that is nearer: beside a pole the other is as far as floats go.
    """
    if max(abs(x0), abs(y0)) > max(abs(x1), abs(y1)):
        found = _clipped(x1, y1, x0, y0)
        return None if found is None else (*found[2:], *found[:2])
    dx, dy = x1 - x0, y1 - y0
    first, last = 0.0, 1.0
    for direction, room in ((-dx, x0), (dx, 1 - x0), (-dy, y0), (dy, 1 - y0)):
        if direction == 0:
            if room < 0:
                return None
            continue
        share = room / direction
        if direction < 0:
            first = max(first, share)
        else:
            last = min(last, share)
    if not first <= last:  # nor where one is nan
        return None
    ends = x0 + first * dx, y0 + first * dy, x0 + last * dx, y0 + last * dy
    return ends if all(-1e-6 <= each <= 1 + 1e-6 for each in ends) else None
