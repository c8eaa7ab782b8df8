"""The step along a direction of descent: strong Wolfe conditions, and what ends a search where floats have no more.

Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5 and 3.6 with their cubic interpolation (3.59). Near a
minimum differences of values drown in rounding, and slopes do not: there a step is taken by the approximate Wolfe
conditions of Hager and Zhang, "A new conjugate gradient method with guaranteed descent and an efficient line search",
SIAM Journal on Optimization 16 (2005), section 2.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from gradcli.calculus.minimize.search import Sample, Smooth, Vector
from gradcli.language.values import frozen

DECREASE: Final = 1e-4
"""The share of the decrease that the slope promises which must be there."""
CURVATURE: Final = 0.5
"""The share of the slope that may be left."""
DROWNED: Final = 1e-14
"""Relative differences of values that may be rounding."""
GROWTH: Final = 10.0
"""The most by which a step grows at once while the function falls on."""
MOST: Final = 60
"""Evaluations of one search."""
SMOOTH: Final = 3
"""Narrowings of a bracket after which it is suspected of having a kink in it, which tangents find and cubics do not."""
EDGE: Final = 0.1
"""The share of a bracket within which no interpolated step is taken: nearer to its ends it would shrink too slowly."""


@frozen
class Trial:
    """A step along the direction with what the function is there; `slope` is the derivative by the step."""

    step: float
    sample: Sample
    slope: float

    @property
    def value(self) -> float:
        """The function's value, infinite where it has none."""
        return self.sample.value if self.sample.is_finite else math.inf


@frozen
class Stride:
    """What a line search found: the step taken, None where there is none, and the trials between which it was sought.

    `fell_out` says that trials left the function's domain.
    """

    taken: Trial | None
    low: Trial
    high: Trial | None = None
    fell_out: bool = False


def search(function: Smooth, start: Sample, direction: Vector, first: float, room: float = math.inf) -> Stride:
    """A step along the direction, first tried with `first`, no longer than `room`."""
    return _Search(function, start, direction, room).run(first)


class _Search:
    def __init__(self, function: Smooth, start: Sample, direction: Vector, room: float) -> None:
        self._function, self._direction, self._room = function, direction, room
        self._start = Trial(0.0, start, float(start.gradient @ direction))
        self._left = MOST
        self._fell_out = False
        self._narrowed = 0
        self._slack = DROWNED * abs(start.value)

    def run(self, first: float) -> Stride:
        """Lengthen the step until it is enough or too far, then narrow it down."""
        before, step = self._start, min(first, self._room)
        while self._left > 0:
            trial = self._try(step)
            if trial.value == math.inf or math.isnan(trial.slope):
                return self._back_into_domain(before, trial)
            if self._is_enough(trial):
                return self._found(trial)
            if not self._decreases(trial) or (trial.value >= before.value > -math.inf and before.step > 0):
                return self._narrow(before, trial)
            if trial.slope >= 0:
                return self._narrow(trial, before)
            if step >= self._room or trial.value == -math.inf:
                return self._found(trial)
            step, before = min(self._longer(before, trial), self._room), trial
        return Stride(before if before.step > 0 else None, before, fell_out=self._fell_out)

    def _found(self, trial: Trial) -> Stride:
        return Stride(trial, self._start, fell_out=self._fell_out)

    def _try(self, step: float) -> Trial:
        self._left -= 1
        sample = self._function.at(self._start.sample.x + step * self._direction)
        return Trial(step, sample, float(sample.gradient @ self._direction))

    def _decreases(self, trial: Trial) -> bool:
        return trial.value <= self._start.value + DECREASE * trial.step * self._start.slope

    def _is_enough(self, trial: Trial) -> bool:
        slope = self._start.slope
        if self._decreases(trial):
            # Across a kink the slope only jumps; weak conditions do, with which BFGS learns of the kink (Lewis and
            # Overton, "Nonsmooth optimization via quasi-Newton methods", Mathematical Programming 141, 2013).
            steep = trial.slope < CURVATURE * slope
            return not steep and (trial.slope <= -CURVATURE * slope or self._narrowed > SMOOTH)
        drowned = trial.value <= self._start.value + self._slack
        return drowned and CURVATURE * slope <= trial.slope <= (2 * DECREASE - 1) * slope

    def _longer(self, before: Trial, trial: Trial) -> float:
        """The next step while the function falls on."""
        found = _cubic(before, trial)
        shortest, longest = 2 * trial.step - before.step, GROWTH * trial.step
        return longest if found is None or found <= trial.step else min(max(found, shortest), longest)

    def _back_into_domain(self, before: Trial, outside: Trial) -> Stride:
        """Halve the way out of the domain until the function is defined."""
        self._fell_out = True
        inside, out = before, outside.step
        while self._left > 0:
            step = inside.step + (out - inside.step) * (0.5 if self._left > MOST / 2 else EDGE)
            if step in (inside.step, out):
                break
            trial = self._try(step)
            if trial.value == math.inf or math.isnan(trial.slope):
                out = step
            elif self._is_enough(trial):
                return self._found(trial)
            elif not self._decreases(trial) or (trial.value >= inside.value and inside.step > 0):
                return self._narrow(inside, trial)
            elif trial.slope >= 0:
                return self._narrow(trial, inside)
            else:
                # It falls towards the edge of the domain: one step that way is enough.
                return self._found(trial)
        return Stride(inside if inside.step > 0 else None, inside, fell_out=True)

    def _narrow(self, low: Trial, high: Trial) -> Stride:
        """Narrow the bracket down until a step in it will do; `low` has the lower value, and falls towards `high`."""
        while self._left > 0:
            step = self._between(low, high)
            if step is None:
                break
            width = abs(high.step - low.step)
            trial = self._try(step)
            if self._is_enough(trial):
                return self._found(trial)
            low, high = self._bracket(low, high, trial)
            if abs(high.step - low.step) > 0.7 * width and self._left > 0:
                middle = self._try((low.step + high.step) / 2)
                if self._is_enough(middle):
                    return self._found(middle)
                low, high = self._bracket(low, high, middle)
        return Stride(low if low.step > 0 else None, low, high, self._fell_out)

    def _bracket(self, low: Trial, high: Trial, trial: Trial) -> tuple[Trial, Trial]:
        if not self._decreases(trial) or trial.value >= low.value:
            return low, trial
        return trial, low if trial.slope * (high.step - low.step) >= 0 else high

    def _between(self, low: Trial, high: Trial) -> float | None:
        """The step to be tried within a bracket; None where no float is left in it."""
        left, right = sorted((low.step, high.step))
        margin = EDGE * (right - left)
        self._narrowed += 1
        found = _crossing(low, high) if self._narrowed > SMOOTH and self._narrowed % 2 else None
        if found is None:
            found = _cubic(low, high)
            if found is None or not left < found < right:
                found = (left + right) / 2
            found = min(max(found, left + margin), right - margin)
        x, direction = self._start.sample.x, self._direction
        if not left < found < right or np.array_equal(x + left * direction, x + right * direction):
            return None
        return found


def _cubic(a: Trial, b: Trial) -> float | None:
    """Where the cubic through the values and slopes of two trials is lowest; None where it has no minimum."""
    if a.step == b.step or not (math.isfinite(a.value) and math.isfinite(b.value)):
        return None
    first = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step)
    square = first * first - a.slope * b.slope
    if not 0 <= square < math.inf:
        return None
    second = math.copysign(math.sqrt(square), b.step - a.step)
    bottom = b.slope - a.slope + 2 * second
    if bottom == 0:
        return None
    found = b.step - (b.step - a.step) * (b.slope + second - first) / bottom
    return found if math.isfinite(found) else None


def _crossing(a: Trial, b: Trial) -> float | None:
    """Where the tangents of two trials cross; None where they do not."""
    if a.slope == b.slope or not (math.isfinite(a.value) and math.isfinite(b.value)):
        return None
    left, right = sorted((a.step, b.step))
    found = (b.value - a.value + a.slope * a.step - b.slope * b.step) / (a.slope - b.slope)
    return found if left < found < right else None
