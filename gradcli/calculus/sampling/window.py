"""The range of a picture where none is given: what there is to be seen of a function near zero."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from gradcli.calculus.sampling.functions import Derivatives, Floats
from gradcli.calculus.sampling.samples import even_points
from gradcli.calculus.sampling.scale import Span

WIDEST: Final[Span] = (-10.0, 10.0)
PLAIN: Final[Span] = (-5.0, 5.0)
"""The range of a function of which nothing stands out."""
BESIDE: Final = 0.3
"""How much is shown beside what stands out, in parts of how far that reaches."""


def window(functions: list[Derivatives], count: int) -> Span:
    """A range within -10 to 10 with all zeros, extremes and ends of the domain of the functions in it, and a little
    more; -5 to 5 where there are none. Raises Failure as they do."""
    points = even_points(*WIDEST, count)
    spans = [_of_one(points, derivatives(points, 1)) for derivatives in functions]
    return min(low for low, _ in spans), max(high for _, high in spans)


def _of_one(points: Floats, heights: Floats) -> Span:
    known = np.isfinite(heights)
    inside = points[1:][known[0, 1:] & known[0, :-1]]  # a single point is not worth a range: (-2)^(-2) of x^x
    if not len(inside):
        return WIDEST
    low, high = float(inside[0]), float(inside[-1])
    step = float(points[1] - points[0])
    if low > WIDEST[0] + 2 * step or high < WIDEST[1]:  # where the domain ends there is enough to see
        beside = BESIDE * (high - low) / 4
        return _rounded(low - beside, high + beside)
    before, after = heights[:, :-1], heights[:, 1:]
    changes = (np.signbit(before) != np.signbit(after)) & (before != after) & known[:, 1:] & known[:, :-1]
    at = points[:-1][changes.any(axis=0)]
    if not len(at):
        return PLAIN
    if at[-1] - at[0] < (WIDEST[1] - WIDEST[0]) / 100:
        middle = round(float(at.mean()))
        return max(middle + PLAIN[0], WIDEST[0]), min(middle + PLAIN[1], WIDEST[1])
    beside = BESIDE * float(at[-1] - at[0])
    return _rounded(float(at[0]) - beside, float(at[-1]) + beside)


def _rounded(low: float, high: float) -> Span:
    """The range out to the next round numbers, within the widest."""
    unit = 10.0 ** math.floor(math.log10((high - low) / 2))
    return max(math.floor(low / unit) * unit, WIDEST[0]), min(math.ceil(high / unit) * unit, WIDEST[1])
