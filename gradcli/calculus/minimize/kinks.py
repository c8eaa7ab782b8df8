"""Whether a point is on a kink from which the function rises to all sides: by the gradients around it.

A point of a function with kinks is stationary where the gradients near it have zero in their convex hull (Clarke,
Optimization and Nonsmooth Analysis, 1983); Burke, Lewis and Overton sample them as is done here ("A robust gradient
sampling algorithm for nonsmooth, nonconvex optimization", SIAM Journal on Optimization 15, 2005).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gradcli.calculus.minimize.search import Box, Sample, Smooth, Vector
from gradcli.language.values import frozen

NEAR: Final = 1e-7
"""How far from the point gradients are looked at, relative to the size of the point."""
CLOSER: Final = 1 / 16
"""How much nearer they are looked at again: the change of a smooth slope shrinks with the distance."""
JUMP: Final = 0.5
"""The share of the change that is left where the slope jumps."""
STEEPER: Final = 12.0
"""How often as steep a function is so much nearer, if it has a pole: as ln|x| is, 16 times, and no root of |x|."""
ZERO: Final = 0.02
"""The shortest vector of the convex hull of gradients counts as zero when it is shorter than this share of them."""
ROUNDS: Final = 2_000


@frozen
class Sides:
    """The derivatives by each variable a little below the point and a little above it."""

    below: Vector
    above: Vector


def sides_of(function: Smooth, here: Sample, box: Box, across: tuple[Sample, ...] = ()) -> Sides | None:
    """The derivatives on both sides of a kink that is lower than all around it; None where there is none."""
    size = NEAR * (1 + float(np.abs(here.x).max(initial=0.0)))
    around, sides = _around(function, here.x, size)
    _, nearer = _around(function, here.x, size * CLOSER)
    change = np.abs(sides.above - sides.below)
    jumps = (np.abs(nearer.above - nearer.below) > JUMP * change) & (change > 0)
    samples = [*around, *(each for each in across if each.is_finite)]
    slack = 1e-9 * NEAR * abs(here.value)
    is_lower = any(each.value < here.value - slack for each in around)
    if is_lower or not jumps.any() or not all(each.is_finite for each in around) or _grow(sides, nearer):
        return None
    gradients = np.array([each.gradient for each in samples])
    gradients = np.where(box.held(here.x, gradients.mean(axis=0)), 0.0, gradients)
    largest = float(np.sqrt((gradients**2).sum(axis=1)).max(initial=0.0))
    return sides if shortest(gradients) <= ZERO * largest else None


def steepens(function: Smooth, here: Sample) -> bool:
    """Whether the slopes beside a point grow without bound towards it."""
    size = NEAR * (1 + float(np.abs(here.x).max(initial=0.0)))
    return _grow(_around(function, here.x, size)[1], _around(function, here.x, size * CLOSER)[1])


def _grow(sides: Sides, nearer: Sides) -> bool:
    slopes, closer = (np.abs([each.below, each.above]) for each in (sides, nearer))
    return bool(((closer > STEEPER * slopes) & (slopes > 0)).any())


def _around(function: Smooth, x: Vector, step: float) -> tuple[list[Sample], Sides]:
    around, below, above = [], np.empty_like(x), np.empty_like(x)
    for index in range(x.size):
        for side, slopes in ((-step, below), (step, above)):
            moved = x.copy()
            moved[index] += side
            sample = function.at(moved)
            slopes[index] = sample.gradient[index]
            around.append(sample)
    return around, Sides(below, above)


def shortest(vectors: Vector) -> float:
    """The length of the shortest vector in the convex hull of the rows (Frank and Wolfe, 1956)."""
    if not len(vectors):
        return np.inf
    found = vectors[0].astype(np.float64)
    for _ in range(ROUNDS):
        corner = vectors[int(np.argmin(vectors @ found))]
        way = found - corner
        square = float(way @ way)
        share = 0.0 if square == 0 else min(1.0, max(0.0, float(found @ way) / square))
        if share == 0:
            break
        found = found - share * way
    return float(np.sqrt(found @ found))
