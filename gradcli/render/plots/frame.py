"""How a picture's numbers come to be places, and what stands at its axes: for all that draw one."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from gradcli.calculus.sampling.scale import tick_step, ticks
from gradcli.curves import Curve, Floats, Plot, TangentMark
from gradcli.curves.readings import number as number_text

MANY_DECADES: Final = 3
PLAIN: Final = (-4, 6)
"""Between these powers of ten numbers are written without one."""
MENTIONED: Final = 5
"""Kinks of which a legend says where they are."""


class Frame:
    """The rectangle of a picture, as numbers from 0 to 1 across and up."""

    def __init__(self, plot: Plot) -> None:
        self._x, self._logarithmic = plot.x_range, plot.logarithmic
        self._y = plot.y_range
        if plot.logarithmic:
            low, high = (math.log10(each) for each in plot.y_range)
            self._y = (low - 0.05 * (high - low), high + 0.05 * (high - low))

    def across(self, x: Floats) -> Floats:
        """Where numbers are on the axis across."""
        return np.asarray((x - self._x[0]) / (self._x[1] - self._x[0]), np.float64)

    def up(self, y: Floats) -> Floats:
        """Where numbers are on the axis up; nan where a logarithm has none."""
        if self._logarithmic:
            with np.errstate(all="ignore"):
                y = np.log10(y)
        return np.asarray((y - self._y[0]) / (self._y[1] - self._y[0]), np.float64)

    def ticks_across(self, count: int) -> dict[str, float]:
        """The labels below the picture, each with its place."""
        return _labelled(*self._x, count)

    def ticks_up(self, count: int) -> dict[str, float]:
        """The labels beside the picture, each with its place."""
        if not self._logarithmic:
            return _labelled(*self._y, count)
        low, high = self._y
        decades = range(math.ceil(low), math.floor(high) + 1)
        if len(decades) < MANY_DECADES:
            return {number_text(10.0**at): (at - low) / (high - low) for at in ticks(low, high, count)}
        step = max(1, math.ceil(len(decades) / count))
        return {f"1e{each}": (each - low) / (high - low) for each in decades if each % step == 0}

    @property
    def zero_across(self) -> float | None:
        """Where zero is on the axis across, within the picture."""
        return _zero(*self._x)

    @property
    def zero_up(self) -> float | None:
        """Where zero is on the axis up, within the picture."""
        return None if self._logarithmic else _zero(*self._y)


def _zero(low: float, high: float) -> float | None:
    return -low / (high - low) if low < 0 < high else None


def _labelled(low: float, high: float, count: int) -> dict[str, float]:
    step = tick_step(low, high, max(count, 1))
    return {tick_text(each, step): (each - low) / (high - low) for each in ticks(low, high, max(count, 1))}


def tick_text(value: float, step: float) -> str:
    """A tick's number, with the digits that tell it from the next."""
    if value == 0:
        return "0"
    size, fineness = (math.floor(math.log10(each) + 1e-9) for each in (abs(value), step))
    if PLAIN[0] <= size < PLAIN[1]:
        text = f"{value:.{max(0, -fineness)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, exponent = f"{value:.{max(0, size - fineness)}e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(exponent)}"


def formula_text(plot: Plot, text: str, *, paper: bool) -> str:
    """An expression of a picture in plain ASCII, or as on paper: `x³ - 3x`."""
    if not paper or ";" in text:  # a program, whose statements stay as they are
        return text
    from gradcli.render.spelling import Spelling, respelled

    return respelled(text, plot.names, Spelling.PAPER)


def title_text(plot: Plot, *, paper: bool) -> str:
    """What stands over contours: the function, or the equation."""
    if plot.surface is None:
        return plot.title
    text = formula_text(plot, plot.title, paper=paper)
    return text if plot.surface.is_equation else f"f = {text}"


def line_text(plot: Plot, tangent: TangentMark, *, paper: bool) -> str:
    """A tangent in a legend, with its equation."""
    return f"{tangent.label}: y = {formula_text(plot, tangent.equation, paper=paper)}"


def kinks_text(curve: Curve, name: str) -> str:
    """Where a curve has its kinks, in words."""
    at = [number_text(x) for x, _ in curve.kinks]
    more = f" and {len(at) - MENTIONED} more" if len(at) > MENTIONED else ""
    return f"{'kink' if len(at) == 1 else 'kinks'} of {curve.label} at {name} = {', '.join(at[:MENTIONED])}{more}"
