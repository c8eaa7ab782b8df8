"""Derivatives by finite differences: central, extrapolated to a vanishing step, with an estimate of their own error.

Ridders, "Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4 (1982); here for any
stencil whose error is even in the step, so for higher and mixed derivatives as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

from gradcli.language.values import frozen

Line: TypeAlias = Callable[[float], float]
"""A function of the step away from the point."""
Plane: TypeAlias = Callable[[float, float], float]
"""A function of two steps away from the point."""

SHRINK = 2.0
ROWS = 9
FIRST_STEP = 0.05
"""The first step, relative to the scale of the variable."""
CORNER = 0.5
"""One-sided slopes make a corner if their difference shrinks by less than this while the step shrinks by SHRINK**4."""


@frozen
class Estimate:
    """A derivative and how far off it may be."""

    value: float
    error: float


def derivative(function: Line, order: int, scale: float, epsilon: float) -> Estimate:
    """The derivative of `order` at 0; `scale` is the size of the variable, `epsilon` that of rounding."""
    weights = [(-1) ** at * math.comb(order, at) for at in range(order + 1)]

    def difference(step: float) -> tuple[float, float]:
        values = [function((order / 2 - at) * step) for at in range(order + 1)]
        total = math.fsum(weight * value for weight, value in zip(weights, values, strict=True))
        return total / step**order, _rounding(values, 2**order * epsilon) / step**order

    return _extrapolate(difference, scale)


def mixed_derivative(function: Plane, scale: float, other_scale: float, epsilon: float) -> Estimate:
    """The second derivative by two variables at (0, 0) of a function of their steps."""
    ratio = other_scale / scale

    def difference(step: float) -> tuple[float, float]:
        other = step * ratio
        values = [function(step, other), function(step, -other), function(-step, other), function(-step, -other)]
        area = 4 * step * other
        return math.fsum((values[0], -values[1], -values[2], values[3])) / area, _rounding(values, 4 * epsilon) / area

    return _extrapolate(difference, scale)


def has_corner(function: Line, scale: float, epsilon: float) -> bool:
    """Whether the slopes from the left and from the right stay apart however short the step: a kink or jump at 0."""
    middle = function(0.0)
    gaps = []
    for step in (FIRST_STEP * scale * SHRINK**-8, FIRST_STEP * scale * SHRINK**-12):
        right, left = (function(step) - middle) / step, (middle - function(-step)) / step
        noise = _rounding([middle, function(step)], 16 * epsilon) / step
        gaps.append(abs(right - left) if abs(right - left) > noise else 0.0)
    return gaps[1] > 0 and not gaps[1] < CORNER * gaps[0]


def _rounding(values: list[float], relative: float) -> float:
    return relative * max(abs(value) for value in values)


def _extrapolate(difference: Callable[[float], tuple[float, float]], scale: float) -> Estimate:
    """Neville's scheme in the square of the step; the entry that changes least is the answer."""
    best = Estimate(math.nan, math.inf)
    previous: list[float] = []
    step = FIRST_STEP * scale
    for _ in range(ROWS):
        first, rounding = difference(step)
        row = [first]
        factor = SHRINK**2
        for above in previous:
            row.append((factor * row[-1] - above) / (factor - 1))
            factor *= SHRINK**2
            error = max(abs(row[-1] - row[-2]), abs(row[-1] - above)) + rounding
            if error < best.error:
                best = Estimate(row[-1], error)
        previous = row
        step /= SHRINK
    return best
