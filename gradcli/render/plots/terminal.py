"""A picture as lines of text: in braille or in plain letters, with colour or without, in any width from 40 columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from gradcli.curves import Floats, Plot
from gradcli.curves.readings import number as number_text
from gradcli.language.values import frozen
from gradcli.render.plots.canvas import Canvas, Pen
from gradcli.render.plots.frame import Frame, formula_text, kinks_text, line_text, title_text

NARROWEST: Final = 24
LOWEST: Final = 6
PENS: Final = (
    Pen("*", (1, 0), 36),
    Pen("+", (5, 3), 33),
    Pen("x", (1, 2), 35),
    Pen("#", (6, 2), 32),
    Pen("%", (2, 2), 34),
    Pen("&", (1, 4), 31),
    Pen("=", (8, 4), 36),
    Pen("$", (3, 5), 33),
)
"""Curves in their order: told apart by letter or dashes, and by colour."""
TANGENT: Final = Pen(".", (1, 1), 32)
PATH: Final = Pen("*", (1, 0), 31)
LEVELS: Final = (34, 36, 32, 33, 35, 31)
"""Colours of contours, from the lowest to the highest."""
DIM: Final = 90
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
SAMPLE: Final = 5
"""Characters of a line in the legend."""


@frozen
class Look:
    """What a stream can show: columns, lines, braille or ASCII alone, colour or none."""

    width: int = 80
    height: int = 24
    braille: bool = True
    colour: bool = False


def terminal(plot: Plot, look: Look) -> str:
    """The picture, its axes and its legend, as lines that each end."""
    return _Drawing(plot, look).text()


class _Drawing:
    def __init__(self, plot: Plot, look: Look) -> None:
        self._plot, self._look = plot, look
        self._frame = Frame(plot)
        self._legend = self._legend_lines()
        rows = max(look.height - len(self._legend) - 2, LOWEST)
        up = self._frame.ticks_up(max(2, rows // 3))
        self._margin = max(len(label) for label in [*up, ""]) + 1
        columns = max(look.width - self._margin - 2, NARROWEST)
        self._canvas = Canvas(columns, rows, braille=look.braille)
        self._up = {self._canvas.row_at(place): label for label, place in up.items() if -1e-9 <= place <= 1 + 1e-9}

    def text(self) -> str:
        self._draw()
        lines = [self._row(row) for row in range(self._canvas.rows)]
        return "".join(f"{line.rstrip()}\n" for line in [*lines, *self._axis(), *self._legend])

    def _draw(self) -> None:
        plot = self._plot
        if plot.surface is not None:
            self._draw_contours()
        for tangent in plot.tangents:
            xs = np.array(plot.x_range)
            self._line(xs, tangent.slope * xs + tangent.intercept, TANGENT)
        for number, curve in reversed(list(enumerate(plot.curves))):
            for run in curve.runs:
                self._line(run[0], run[1], _pen(number))
        for number, curve in enumerate(plot.curves):
            for x, y in curve.kinks:
                self._mark(x, y, self._sign("o", "○"), _pen(number).colour)
        for tangent in plot.tangents:
            self._mark(tangent.x, tangent.y, self._sign("@", "●"), TANGENT.colour)
        if plot.path is not None:
            xs, ys = plot.path.points
            self._line(xs, ys, PATH)
            self._mark(xs[0], ys[0], self._sign("o", "○"), PATH.colour)
            self._mark(xs[-1], ys[-1], self._sign("@", "●"), PATH.colour)

    def _draw_contours(self) -> None:
        assert self._plot.surface is not None
        contours = self._plot.surface.contours
        for number, contour in enumerate(contours):
            for line in contour.lines:
                self._line(line[0], line[1], Pen(LETTERS[number % 26], (1, 0), _level_colour(number, len(contours))))
        if self._look.braille and len(contours) > 1:
            for number, contour in enumerate(contours):
                longest = max(contour.lines, key=lambda line: line.shape[1])
                x, y = longest[:, longest.shape[1] * (number % 5 + 2) // 9]  # not all of them side by side
                self._mark(x, y, LETTERS[number % 26], _level_colour(number, len(contours)))

    def _line(self, xs: Floats, ys: Floats, pen: Pen) -> None:
        self._canvas.line(self._frame.across(xs).tolist(), self._frame.up(ys).tolist(), pen)

    def _mark(self, x: float, y: float, letter: str, colour: int | None) -> None:
        place = float(self._frame.across(np.asarray(x))), float(self._frame.up(np.asarray(y)))
        self._canvas.mark(*place, letter, colour)

    def _sign(self, plain: str, braille: str) -> str:
        return braille if self._look.braille else plain

    def _row(self, row: int) -> str:
        label = self._up.get(row, "")
        axis = self._sign("|", "┤" if label else "│")
        frame, canvas = self._frame, self._canvas
        level = frame.zero_up is not None and canvas.row_at(frame.zero_up) == row
        upright = None if frame.zero_across is None else canvas.column_at(frame.zero_across)
        cells = [
            cell if cell[0] else (self._ground(level=level, upright=column == upright), DIM)
            for column, cell in enumerate(canvas.cells(row))
        ]
        return f"{label:>{self._margin}} {self._painted([(axis, DIM)])}{self._painted(cells)}"

    def _ground(self, *, level: bool, upright: bool) -> str:
        """What is seen where nothing is drawn: the lines on which a coordinate is zero."""
        if level:
            return self._sign("-", "┄")
        return self._sign(":", "┊") if upright else " "

    def _axis(self) -> list[str]:
        """The axis below and its labels."""
        canvas = self._canvas
        line = [self._sign("-", "─")] * canvas.columns
        labels = [" "] * (canvas.columns + self._margin + 12)
        free = 0
        for label, place in self._frame.ticks_across(max(2, canvas.columns // 9)).items():
            column = canvas.column_at(place)
            start = self._margin + 2 + column - len(label) // 2
            if start >= free and start + len(label) <= self._margin + 2 + canvas.columns:
                line[column] = self._sign("+", "┬")
                labels[start : start + len(label)] = label
                free = start + len(label) + 1
        name = self._plot.names[0]
        if free + len(name) <= self._margin + 2 + canvas.columns:
            labels[self._margin + 2 + canvas.columns - len(name) : self._margin + 2 + canvas.columns] = name
        corner = self._sign("+", "└")
        return [f"{'':>{self._margin}} " + self._painted([(corner + "".join(line), DIM)]), "".join(labels)]

    def _legend_lines(self) -> list[str]:
        plot = self._plot
        lines = []
        if plot.surface is not None:
            lines += self._levels()
        for number, curve in enumerate(plot.curves):
            formula = formula_text(plot, curve.formula, paper=self._look.braille)
            text = f"{curve.label} = {formula}" if formula else curve.label
            lines.append(self._entry(self._sample(_pen(number)), text))
        for tangent in plot.tangents:
            lines.append(self._entry(self._sample(TANGENT), line_text(plot, tangent, paper=self._look.braille)))
        for number, curve in enumerate(plot.curves):
            if curve.kinks:
                sign = self._painted([(self._sign("o", "○"), _pen(number).colour)]) + " " * (SAMPLE - 1)
                lines.append(self._entry(sign, kinks_text(curve, plot.names[0])))
        if plot.path is not None:
            ends = f" ({self._sign('o', '○')} start, {self._sign('@', '●')} end)"
            lines.append(self._entry(self._sample(PATH), plot.path.label + ends))
        return lines

    def _levels(self) -> list[str]:
        """What the contours are, as many to a line as there is room for."""
        plot = self._plot
        assert plot.surface is not None
        contours = plot.surface.contours
        lines = [self._entry("", title_text(plot, paper=self._look.braille))]
        room = self._look.width
        if len(contours) < 2:
            return lines
        line, length = "", 0
        for number, contour in enumerate(contours):
            letter, value = LETTERS[number % 26], number_text(contour.level)
            if length and length + len(value) + 5 > room:
                lines.append(line)
                line, length = "", 0
            line += "  " * bool(length) + self._painted([(letter, _level_colour(number, len(contours)))]) + f" {value}"
            length += len(value) + 2 + 2 * bool(length)
        return [*lines, line]

    def _entry(self, sample: str, text: str) -> str:
        room = max(self._look.width - (SAMPLE + 1 if sample else 0), 10)
        if len(text) > room:
            more = self._sign("...", "…")
            text = text[: room - len(more)] + more
        return f"{sample} {text}" if sample else text

    def _sample(self, pen: Pen) -> str:
        """A piece of a line, for the legend."""
        if not self._look.braille:
            return self._painted([(pen.letter * (SAMPLE - 1) + " ", pen.colour)])
        piece = Canvas(SAMPLE, 1, braille=True)
        piece.line([0.0, 1.0], [0.34, 0.34], pen)
        return self._painted([(letter or " ", colour) for letter, colour in piece.cells(0)])

    def _painted(self, cells: Iterable[tuple[str, int | None]]) -> str:
        """Characters, those that follow one another in one colour together."""
        if not self._look.colour:
            return "".join(letter for letter, _ in cells)
        text, now = "", None
        for letter, colour in cells:
            wanted = None if letter == " " else colour
            if wanted != now:
                text += "\x1b[0m" if wanted is None else f"\x1b[{wanted}m"
                now = wanted
            text += letter
        return text + ("" if now is None else "\x1b[0m")


def _pen(number: int) -> Pen:
    return PENS[number % len(PENS)]


def _level_colour(number: int, count: int) -> int:
    return LEVELS[number * len(LEVELS) // max(count, 1) % len(LEVELS)]
