"""What part of a curve a picture shows, and the ticks of its axes."""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np

from gradcli.calculus.sampling.functions import Floats

INNER: Final = (0.05, 0.95)
"""Between these shares of the samples are those of a curve with poles that are shown whole."""
BEYOND: Final = 0.3
"""How much more of it is shown, in parts of what is between."""
MIDDLE: Final = 5
"""How far beyond the middle half of its samples it is shown at most, in parts of what that takes."""
STEEP: Final = 20
"""A slope that somewhere is so many times what it is elsewhere is shown as if it had a pole there."""
BESIDE: Final = 0.5
"""How far a slope with poles is shown beyond its function, in parts of what that takes."""

Span: TypeAlias = tuple[float, float]


def visible_range(even: Floats, heights: Floats, has_poles: bool, of: Span | None = None) -> Span | None:
    """The heights to be shown: all of them, and of a curve that goes to infinity where most of it is; None where it has
    no value.

    `even` are its heights at evenly spread points, `heights` all that are known. `of` is the range of the function
    whose derivative it is, which a few large slopes are not to flatten.
    """
    known, even = heights[np.isfinite(heights)], even[np.isfinite(even)]
    if not len(known) or not len(even):
        return None
    low, high = float(known.min()), float(known.max())
    first, lower, upper, last = (float(each) for each in np.quantile(even, (INNER[0], 0.25, 0.75, INNER[1])))
    inner, whole = last - first, float(even.max() - even.min())
    cuts = has_poles or (of is not None and high - low > STEEP * inner > (of[1] - of[0]))
    middle = MIDDLE * (upper - lower) or math.inf  # what grows beside its poles is cut, too, as the gamma function
    if cuts or low < even.min() - 2 * whole:
        low = max(low, first - BEYOND * inner, lower - middle)
    if cuts or high > even.max() + 2 * whole:
        high = min(high, last + BEYOND * inner, upper + middle)
    if has_poles and of is not None:
        room = BESIDE * (of[1] - of[0])
        low, high = max(low, of[0] - room), min(high, of[1] + room)
        if low >= high:
            return of
    return padded(low, high)


def padded(low: float, high: float) -> Span:
    """A range with a little room around it, and some where all is at one height."""
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        room = abs(low) / 2 or 1.0
        return low - room, high + room
    return low, high


def ticks(low: float, high: float, count: int) -> list[float]:
    """About so many round numbers from low to high: multiples of 1, 2 or 5 times a power of ten."""
    step = tick_step(low, high, count)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [float(f"{number * step:.12g}") for number in range(first, last + 1)]


def tick_step(low: float, high: float, count: int) -> float:
    """The distance of the ticks: the smallest round one that gives no more than `count` of them."""
    rough = (high / count - low / count) or 1.0
    size = 10.0 ** math.floor(math.log10(rough))
    return next((each * size for each in (1, 2, 5) if each * size >= rough * (1 - 1e-9)), 10 * size)
