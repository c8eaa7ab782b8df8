"""The last digits of a minimum: Newton's steps with the engine's Hessian, as long as the gradient shrinks.

A Hessian is kept from step to step while it serves (the chord method, Kelley, Solving Nonlinear Equations with Newton's
Method, 2003, section 1.4): near a minimum it hardly changes. Where the function is flatter than a parabola, Newton's
steps shrink by a constant ratio, which tells how many of them are left (Aitken).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gradcli.calculus.minimize.search import Box, Chosen, Sample, Smooth, Vector
from gradcli.language.values import frozen

SMALL: Final = 1e-7
"""A Newton step that is smaller, relative to the point, says that the minimum is there."""
SERVES: Final = 0.02
"""A Hessian is kept while a step with it leaves less of the gradient than this share."""
RANK: Final = 1e-13
"""Eigenvalues that are smaller, relative to the largest, count as zero."""
MOST: Final = 12
BESIDE: Final = 0.01
"""How far the steps may lead, relative to the point, to where the gradient is zero, and the Hessian singular."""


@frozen
class Polished:
    """Where Newton's steps ended; `distance` is the last step foreseen, relative to the point.

    `inverse` is the inverse of the last Hessian, of those variables that are free; None where that is not positive.
    """

    sample: Sample
    distance: float
    inverse: Vector | None

    @property
    def is_there(self) -> bool:
        """Whether the minimum is where the steps ended."""
        return self.distance <= SMALL


def polished(function: Smooth, start: Sample, box: Box) -> Polished:
    """The minimum near a point, to the last digit."""
    here = start
    free = ~box.held(here.x, here.gradient)
    inverse: Vector | None = None
    distance, before, step = np.inf, 0.0, np.zeros_like(here.x)
    for _ in range(MOST):
        fresh = inverse is None
        if inverse is None:
            inverse = inverse_of(function.hessian(here.x), free)
            if inverse is None:
                return Polished(here, 0.0 if _is_level(here, start, free) else np.inf, None)
        step = -(inverse @ np.where(free, here.gradient, 0.0))
        distance = size_of(step, here.x)
        if distance <= np.finfo(float).eps / 4 or not np.isfinite(distance):
            break
        length = float(np.abs(step).max())
        if fresh and 0.4 < (ratio := length / before if before else 0.0) < 0.95:
            step = step / (1 - ratio)  # as many steps as a flat minimum takes, at once
        there = function.at(box.clipped(here.x + step))
        shrunk = _shrinking(there, here, free)
        if not shrunk < 1 or there.value > here.value + 1e-10 * abs(here.value):
            break
        before, here = length, there
        if shrunk > SERVES:
            inverse = None
    return Polished(here, distance, inverse)


def _is_level(here: Sample, start: Sample, free: Chosen) -> bool:
    """Whether the gradient is zero at a point near the start, as where a flat minimum is reached."""
    moved = float(np.abs(here.x - start.x).max(initial=0.0))
    return not here.gradient[free].any() and 0 < moved <= BESIDE * (1 + float(np.abs(start.x).max(initial=0.0)))


def size_of(step: Vector, x: Vector) -> float:
    """The length of a step, relative to the point."""
    return float(np.max(np.abs(step) / (np.abs(x) + 1e-3 * (1 + np.abs(x).max(initial=0.0))), initial=0.0))


def inverse_of(hessian: Vector, free: Chosen) -> Vector | None:
    """The inverse of the Hessian of the free variables, zero elsewhere and along flat directions; None where it is not
    positive."""
    inverse = np.zeros_like(hessian)
    among = np.ix_(free, free)
    if not np.isfinite(hessian[among]).all():
        return None
    values, vectors = np.linalg.eigh((hessian[among] + hessian[among].T) / 2)
    largest = float(np.abs(values).max(initial=0.0))
    if (values < -RANK * largest).any() or largest == 0:
        return None
    curved = values > RANK * largest
    inverse[among] = (vectors[:, curved] / values[curved]) @ vectors[:, curved].T
    return inverse


def _shrinking(there: Sample, here: Sample, free: Chosen) -> float:
    """What is left of the gradient; infinite outside the domain."""
    if not there.is_finite:
        return np.inf
    before = float(np.abs(here.gradient[free]).max(initial=0.0))
    return float(np.abs(there.gradient[free]).max(initial=0.0)) / before if before else np.inf
