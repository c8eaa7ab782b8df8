"""Quasi-Newton descent: BFGS and L-BFGS, within bounds where there are some.

Nocedal and Wright, Numerical Optimization (2006), chapters 6 and 7. Bounds are met by the projection of the direction
(Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM Journal on Control and
Optimization 20, 1982): variables that a bound holds are at rest, and a step that leaves the box goes along its sides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from gradcli.calculus.minimize.box import Box
from gradcli.calculus.minimize.line_search import DECREASE, Stride, Trial, search
from gradcli.calculus.minimize.metric import Dense, Limited, Metric
from gradcli.calculus.minimize.polish import polished
from gradcli.calculus.minimize.reasons import Reason, Run
from gradcli.calculus.minimize.sample import Sample, Smooth, Vector

LOWEST: Final = 1e60
"""A value below minus this, and the size of the start's, is taken to fall without bound."""
FARTHEST: Final = 1e60
"""A point farther away, relative to the start, has run away."""
MANY: Final = 500
"""Variables from which the whole matrix is too large."""
HALVINGS: Final = 60
FEW: Final = 20
"""Variables up to which Hessians are asked for."""
CLOSE: Final = 1e-5
"""A gradient this small, relative to the first, is near enough to a minimum for Newton's method."""
LATER: Final = 1e-3
"""How much smaller it must be before the method is tried again."""
Observer = Callable[[int, Sample], None]
"""Is told of every step, with its number."""


def quasi_newton(
    function: Smooth, start: Sample, metric: Metric, box: Box, tolerance: float, most: int, observe: Observer
) -> Run:
    """Descend until no entry of the gradient is larger than the tolerance, but for those that bounds hold."""
    return _Descent(function, start, metric, box, tolerance, most, observe).run()


def metric_for(size: int, *, limited: bool) -> Metric:
    """The inverse Hessian's first estimate."""
    return Limited() if limited else Dense(size)


class _Descent:
    def __init__(
        self,
        function: Smooth,
        start: Sample,
        metric: Metric,
        box: Box,
        tolerance: float,
        most: int,
        observe: Observer,
    ) -> None:
        self._function, self._start, self._metric, self._box = function, start, metric, box
        self._tolerance, self._most, self._observe = tolerance, most, observe
        self._steps = 0
        self._close = CLOSE if start.x.size <= FEW else 0.0
        self._stride: Stride | None = None

    def run(self) -> Run:
        """Step by step."""
        here = self._start
        while True:
            reason = self._end(here)
            if reason is not None:
                return self._ended(here, reason)
            if self._is_close(here):
                there = self._polished(here)
                if there is not None:
                    here = there
                    continue
            there = self._step(here)
            if there is None:
                if self._metric.is_new:
                    return self._ended(here, Reason.STALLED)
                self._metric.forget()
                continue
            self._metric.learn(there.x - here.x, there.gradient - here.gradient)
            self._steps += 1
            here = there
            self._observe(self._steps, here)

    def _end(self, here: Sample) -> Reason | None:
        start = self._start
        if here.value == -np.inf or here.value < -LOWEST * max(1.0, abs(start.value)):
            return Reason.UNBOUNDED
        if self._largest(here) <= self._tolerance:
            return Reason.BOUND if self._box.held(here.x, here.gradient).any() else Reason.CONVERGED
        if np.abs(here.x).max() > FARTHEST * max(1.0, np.abs(start.x).max()):
            return Reason.FALLING
        return Reason.LIMIT if self._steps >= self._most else None

    def _is_close(self, here: Sample) -> bool:
        """Whether Newton's method is worth a try."""
        return self._largest(here) <= self._close * max(1.0, self._largest(self._start))

    def _polished(self, here: Sample) -> Sample | None:
        """A point at which Newton's method ends the search; None where it does not."""
        self._close *= LATER
        found = polished(self._function, here, self._box)
        if isinstance(self._metric, Dense) and found.inverse is not None:
            self._metric.start(found.inverse)
        return found.sample if found.sample is not here else None

    def _largest(self, here: Sample) -> float:
        return float(np.abs(self._box.projected(here.x, here.gradient)).max(initial=0.0))

    def _ended(self, here: Sample, reason: Reason) -> Run:
        across: tuple[Sample, ...] = ()
        if reason is Reason.STALLED and self._stride is not None:
            ends = (self._stride.low, self._stride.high)
            across = tuple(each.sample for each in ends if each is not None and each.sample.is_finite)
            if self._stride.fell_out:
                reason = Reason.EDGE
        return Run(here, reason, self._steps, self._box.held(here.x, here.gradient), across)

    def _step(self, here: Sample) -> Sample | None:
        """The next point; None where no lower one is found."""
        direction, first = self._direction(here)
        if not np.any(direction):
            return None
        room = self._box.room(here.x, direction)
        if room <= first and not self._box.is_open:
            return self._along_sides(here, direction, first)
        self._stride = search(self._function, here, direction, first, room)
        taken = self._stride.taken
        return None if taken is None or not _is_lower(taken, here) else taken.sample

    def _direction(self, here: Sample) -> tuple[Vector, float]:
        """Where to, and how much of it is tried first."""
        gradient = here.gradient
        held = self._box.held(here.x, gradient)
        while True:
            direction = self._metric.direction(gradient, held)
            blocked = ((here.x <= self._box.lower) & (direction < 0)) | ((here.x >= self._box.upper) & (direction > 0))
            if not blocked.any():
                break
            held = held | blocked
        if not np.isfinite(direction).all() or not float(gradient @ direction) < 0:
            self._metric.forget()
            direction = -self._box.projected(here.x, gradient)
        return direction, self._first(here, direction)

    def _first(self, here: Sample, direction: Vector) -> float:
        if not self._metric.is_new:
            return 1.0
        return min(1.0, max(1.0, float(np.abs(here.x).max())) / float(np.abs(direction).max()))

    def _along_sides(self, here: Sample, direction: Vector, step: float) -> Sample | None:
        """A lower point along the direction, bent where it meets bounds."""
        for _ in range(HALVINGS):
            x = self._box.clipped(here.x + step * direction)
            there = self._function.at(x)
            promised = float(here.gradient @ (x - here.x))
            if there.is_finite and there.value <= here.value + DECREASE * promised and promised < 0:
                return there
            step /= 2
        return None


def _is_lower(taken: Trial, here: Sample) -> bool:
    """Whether a step leads anywhere: to a lower value, or where values drown in rounding to a smaller slope."""
    if taken.value != here.value:
        return True
    return bool(np.abs(taken.sample.gradient).max() < np.abs(here.gradient).max())
