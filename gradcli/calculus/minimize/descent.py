"""Quasi-Newton descent: BFGS and L-BFGS, within bounds where there are some.

Nocedal and Wright, Numerical Optimization (2006), chapters 6 and 7. Bounds are met by the projection of the direction
(Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM Journal on Control and
Optimization 20, 1982): variables that a bound holds are at rest, and a step that leaves the box goes along its sides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from gradcli.calculus.minimize.line_search import DECREASE, Stride, Trial, search
from gradcli.calculus.minimize.metric import Metric
from gradcli.calculus.minimize.search import Box, Reason, Sample, Smooth, Termination, Vector

LOWEST: Final = 1e40
"""A value below minus this, and the size of the start's, is taken to fall without bound."""
FARTHEST: Final = 1e40
"""A point farther away, relative to the start, has run away."""
LOW: Final = 1e15
FAR: Final = 1e6
"""The same where all steps are taken: so far a minimum would have been met, if there were one."""
MANY: Final = 500
"""Variables from which the whole matrix is too large."""
HALVINGS: Final = 60
STRETCH: Final = 4.0
"""How much longer than a step that met the edge of the domain the next one may be."""
POOR: Final = 20
"""Steps that no line search would have taken, after which a search is given up."""
CLOSER: Final = 2
"""Steps that are taken beyond the tolerance."""
ENOUGH: Final = 1e-10
"""A step this small, relative to the point, is the last but one: the next is smaller by as much again."""
Observer = Callable[[int, Sample], None]
"""Is told of every step, with its number."""


class QuasiNewton:
    """A descent until no entry of the gradient is larger than the tolerance, but for those that bounds hold."""

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
        self._steps = self._poor = 0
        self._stride: Stride | None = None

    def run(self) -> Termination:
        """Step by step."""
        here = self._start
        while True:
            reason = self._end(here)
            if reason in (Reason.CONVERGED, Reason.BOUND):
                here = self._closer(here)
            if reason is not None:
                return self._ended(here, reason)
            there = self._step(here)
            if there is None:
                if self._metric.is_new:
                    return self._ended(here, Reason.STALLED)
                self._metric.forget()
                continue
            self._learn(here, there)
            here = self._stepped(there)
            if self._is_poor():
                self._poor += 1
                self._metric.forget()
                if self._poor > POOR:
                    return self._ended(here, Reason.STALLED)

    def _is_poor(self) -> bool:
        """Whether the last step was what was left when no float between two trials would do: across a kink that is as
        narrow as floats are, which the metric then keeps to for ever."""
        return self._stride is not None and self._stride.high is not None

    def _end(self, here: Sample) -> Reason | None:
        start = self._start
        if here.value == -np.inf or here.value < -LOWEST * max(1.0, abs(start.value)):
            return Reason.UNBOUNDED
        if self._largest(here) <= self._tolerance:
            return Reason.BOUND if self._box.held(here.x, here.gradient).any() else Reason.CONVERGED
        if np.abs(here.x).max() > FARTHEST * max(1.0, np.abs(start.x).max()):
            return Reason.FALLING
        if self._steps < self._most:
            return None
        is_low = here.value < -LOW * max(1.0, abs(start.value))
        is_far = np.abs(here.x).max() > FAR * max(1.0, np.abs(start.x).max())
        return Reason.UNBOUNDED if is_low and is_far else Reason.LIMIT

    def _closer(self, here: Sample) -> Sample:
        """The last digits, by whole steps for as long as these shrink the gradient, which is cheaper than to ask for
        Hessians."""
        for _ in range(CLOSER):
            if self._metric.is_new:
                break
            step = self._metric.direction(here.gradient, self._box.held(here.x, here.gradient))
            x = self._box.clipped(here.x + step)
            if float(np.abs(step).max(initial=0.0)) <= ENOUGH * (1 + float(np.abs(x).max(initial=0.0))):
                break
            there = self._function.at(x)
            if not there.is_finite or self._largest(there) >= self._largest(here) / 2:
                break
            self._learn(here, there)
            here = self._stepped(there)
        return here

    def _stepped(self, there: Sample) -> Sample:
        self._steps += 1
        self._observe(self._steps, there)
        return there

    def _learn(self, here: Sample, there: Sample) -> None:
        """Take in the change of the gradient by those variables that are free to move."""
        held = self._box.held(here.x, here.gradient) & self._box.held(there.x, there.gradient)
        self._metric.learn(there.x - here.x, np.where(held, 0.0, there.gradient - here.gradient))

    def _largest(self, here: Sample) -> float:
        return float(np.abs(self._box.projected(here.x, here.gradient)).max(initial=0.0))

    def _ended(self, here: Sample, reason: Reason) -> Termination:
        across: tuple[Sample, ...] = ()
        if reason is Reason.STALLED and self._stride is not None:
            ends = (self._stride.low, self._stride.high)
            across = tuple(each.sample for each in ends if each is not None and each.sample.is_finite)
            if self._stride.fell_out:
                reason = Reason.EDGE
        return Termination(here, reason, self._steps, self._box.held(here.x, here.gradient), across)

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
        if self._stride is not None and self._stride.fell_out and self._stride.taken is not None:
            # Where the last step was cut short by the edge of the domain, a whole one would leave it again.
            last = self._stride.taken
            return min(1.0, STRETCH * float(np.abs(last.step * last.slope)) / float(np.abs(here.gradient @ direction)))
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
