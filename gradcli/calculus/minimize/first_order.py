"""Gradient descent with steps of a fixed length, with momentum, and Adam: to learn by, with torch's formulas.

The formulas are those of torch.optim.SGD and torch.optim.Adam (Kingma and Ba, "Adam: a method for stochastic
optimization", 2014), as the engine's optimisers have them, on float64. Bounds are met by going back to the box.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from gradcli.calculus.minimize.descent import Observer
from gradcli.calculus.minimize.search import Box, Reason, Sample, Smooth, Termination, Vector

MOMENTUM: Final = 0.9
FIRST_DECAY: Final = 0.9
SECOND_DECAY: Final = 0.999
EPSILON: Final = 1e-8
GROWN: Final = 1e12
"""A value that has grown so much beyond the first, or a point that is so much farther off, has diverged."""
Rule = Callable[[Vector], Vector]
"""What is subtracted from the point for a gradient, one call after the other."""


def sgd(lr: float) -> Rule:
    """`lr * grad`."""
    return lambda gradient: lr * gradient


def momentum(lr: float) -> Rule:
    """`lr * v`, where `v` gathers the gradients, each step losing a tenth of what it has."""
    velocity: list[Vector] = []

    def step(gradient: Vector) -> Vector:
        velocity[:] = [MOMENTUM * velocity[0] + gradient if velocity else gradient]
        return lr * velocity[0]

    return step


def adam(lr: float) -> Rule:
    """The running mean of the gradient over the root of that of its square, both corrected for their start."""
    mean, square, count = 0.0 * np.zeros(()), 0.0 * np.zeros(()), 0

    def step(gradient: Vector) -> Vector:
        nonlocal mean, square, count
        count += 1
        mean = mean + (1 - FIRST_DECAY) * (gradient - mean)
        square = SECOND_DECAY * square + (1 - SECOND_DECAY) * gradient * gradient
        spread = np.sqrt(square) / math.sqrt(1 - SECOND_DECAY**count) + EPSILON
        return np.asarray(lr / (1 - FIRST_DECAY**count) * mean / spread)

    return step


def first_order(
    function: Smooth, start: Sample, rule: Rule, box: Box, tolerance: float, most: int, observe: Observer
) -> Termination:
    """Step until no entry of the gradient is larger than the tolerance, but for those that bounds hold."""
    here = start
    far = GROWN * max(1.0, float(np.abs(start.x).max(initial=0.0)))
    high = GROWN * max(1.0, abs(start.value))
    for steps in range(most + 1):
        held = box.held(here.x, here.gradient)
        if np.abs(box.projected(here.x, here.gradient)).max(initial=0.0) <= tolerance:
            return Termination(here, Reason.BOUND if held.any() else Reason.CONVERGED, steps, held)
        if steps == most:
            break
        with np.errstate(all="ignore"):
            there = function.at(box.clipped(here.x - rule(here.gradient)))
        if not there.is_finite or there.value > high or float(np.abs(there.x).max(initial=0.0)) > far:
            falls = there.value < start.value
            return Termination(here, Reason.UNBOUNDED if falls else Reason.DIVERGED, steps + 1, held)
        here = there
        observe(steps + 1, here)
    return Termination(here, Reason.LIMIT, most, box.held(here.x, here.gradient))
