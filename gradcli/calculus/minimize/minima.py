"""A minimum by quasi-Newton steps, and what there is where none is: saddles to leave, kinks, edges, endless falls."""

from __future__ import annotations

from typing import Final

import numpy as np

from gradcli.calculus.minimize.descent import Observer, QuasiNewton
from gradcli.calculus.minimize.kinks import NEAR, sides_of, steepens
from gradcli.calculus.minimize.metric import Dense, Limited
from gradcli.calculus.minimize.polish import RANK, SMALL, polished, size_of
from gradcli.calculus.minimize.search import Box, Reason, Sample, Smooth, Termination, Vector
from gradcli.language.values import frozen, replace

FEW: Final = 20
"""Variables up to which Hessians are asked for."""
ESCAPES: Final = 8
"""Saddles that are left behind, one after the other."""
AWAY: Final = (1e-4, 1e-2, 0.1, 1.0)
"""How far from a saddle a lower value is looked for, relative to the point."""
DOUBLINGS: Final = 40
"""How often a step is doubled to see whether the function falls for ever."""
AWAY_FOR_EVER: Final = 1e4
"""A point so much farther off than the start, in a valley that is ever flatter, is on a way without an end."""
DONE: Final = (Reason.CONVERGED, Reason.BOUND)


@frozen
class Settings:
    """How a search goes: the largest entry of the gradient at its end, the most steps, and whether it is L-BFGS."""

    tolerance: float
    most: int
    limited: bool = False


def minimum(function: Smooth, start: Sample, box: Box, settings: Settings, observe: Observer) -> Termination:
    """Descend from a start to a point from which nothing near is lower, or until that proves to be impossible."""
    return _Minimum(function, box, settings, observe).from_(start)


class _Minimum:
    def __init__(self, function: Smooth, box: Box, settings: Settings, observe: Observer) -> None:
        self._function, self._box, self._settings, self._observe = function, box, settings, observe
        self._steps = 0

    def from_(self, start: Sample) -> Termination:
        """Descend, and go on from where there is still a way down."""
        here = start
        self._far_off = AWAY_FOR_EVER * max(1.0, float(np.abs(start.x).max(initial=0.0)))
        self._size = max(1.0, abs(start.value))
        for _ in range(ESCAPES):
            run = self._descend(here)
            if run.sample.x.size > FEW:
                return run
            lower = self._beyond(run)
            if isinstance(lower, Termination):
                return lower
            here = lower
        return replace(run, sample=here, reason=run.reason if here.gradient.any() else Reason.JUMPS)

    def _descend(self, start: Sample) -> Termination:
        before, settings = self._steps, self._settings
        run = QuasiNewton(
            self._function,
            start,
            Limited() if settings.limited else Dense(start.x.size),
            self._box,
            settings.tolerance,
            settings.most - before,
            lambda step, sample: self._observe(before + step, sample),
        ).run()
        self._steps += run.steps
        return replace(run, steps=self._steps)

    def _beyond(self, run: Termination) -> Termination | Sample:
        """The run as it ended, or a lower point to go on from."""
        if run.reason in DONE:
            return self._looked_at(run)
        if run.reason in (Reason.STALLED, Reason.EDGE):
            return self._stalled(run)
        if run.reason is Reason.UNBOUNDED and steepens(self._function, run.sample):
            return replace(run, reason=Reason.POLE)
        if run.reason is not Reason.LIMIT:
            return run
        return self._followed(run, -run.sample.gradient) or self._unless_away(run)

    def _unless_away(self, run: Termination) -> Termination:
        """The run, as one that leads away for ever where it came too far from its start, and its value did not."""
        is_far = float(np.abs(run.sample.x).max(initial=0.0)) > self._far_off
        return replace(run, reason=Reason.AWAY) if is_far and abs(run.sample.value) <= self._size else run

    def _looked_at(self, run: Termination) -> Termination | Sample:
        """Whether a stationary point is a minimum, by its Hessian."""
        here, free = run.sample, ~run.held
        if not free.any():
            return run
        hessian = self._function.hessian(here.x)[np.ix_(free, free)]
        if not np.isfinite(hessian).all():
            return run
        values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
        largest = float(np.abs(values).max())
        axes = np.zeros((here.x.size, vectors.shape[1]))
        axes[free] = vectors
        flat = values <= RANK * max(largest, np.finfo(float).tiny)
        for index in np.flatnonzero(flat):
            lower = self._lower_along(here, axes[:, index])
            if lower is not None:
                return lower
        curved = axes[:, ~flat]
        step = -(curved / values[~flat]) @ (curved.T @ here.gradient)
        if size_of(step, here.x) > SMALL:
            return self._far(run, step)
        if not flat.any() or not here.gradient.any():
            return run
        return self._followed(run, -here.gradient * free) or self._unless_away(run)

    def _far(self, run: Termination, step: Vector) -> Termination | Sample:
        """A point with a small gradient from which the minimum is still far: there may be none."""
        endless = self._followed(run, step)
        if endless is not None:
            return endless
        found = polished(self._function, run.sample, self._box)
        reason = run.reason if found.is_there or run.reason is Reason.BOUND else Reason.FLAT
        return replace(run, sample=found.sample, reason=reason)

    def _lower_along(self, here: Sample, axis: Vector) -> Sample | None:
        """A lower point on either side along an axis, which is no rounding."""
        size = 1 + float(np.abs(here.x).max())
        for share in AWAY:
            for side in (share, -share):
                there = self._function.at(self._box.clipped(here.x + side * size * axis))
                if there.is_finite and there.value < here.value - 1e-12 * (abs(here.value) + 1e-12):
                    return there
        return None

    def _followed(self, run: Termination, direction: Vector) -> Termination | None:
        """The run as one that falls for ever, where the function does along the direction; else None."""
        here, size = run.sample, float(np.abs(direction).max(initial=0.0))
        if not 0 < size < np.inf or not self._box.is_open:
            return None
        step = direction / size * max(1.0, float(np.abs(here.x).max()))
        for _ in range(DOUBLINGS):
            there = self._function.at(here.x + step)
            if not there.is_finite or there.value > here.value or float(there.gradient @ step) > 0:
                return None
            here, step = there, 2 * step
        far = float(np.abs(here.gradient @ step))
        reason = Reason.UNBOUNDED if far > 1e-3 * max(1.0, abs(here.value)) else Reason.FALLING
        return replace(run, sample=here, reason=reason)

    def _stalled(self, run: Termination) -> Termination | Sample:
        """What stands in the way where no lower value is found."""
        sides = sides_of(self._function, run.sample, self._box, run.across)
        if sides is not None:
            return replace(run, reason=Reason.KINK)
        found = polished(self._function, run.sample, self._box)
        largest = float(np.abs(self._box.projected(found.sample.x, found.sample.gradient)).max())
        if largest <= self._settings.tolerance or found.is_there:
            reason = Reason.BOUND if run.held.any() else Reason.CONVERGED
            return self._looked_at(replace(run, sample=found.sample, reason=reason))
        return replace(run, reason=self._wall(run))

    def _wall(self, run: Termination) -> Reason:
        """Why there is no lower value along the gradient, though that is not zero: the end of the domain, or a pole."""
        here = run.sample
        largest = float(np.abs(here.gradient).max(initial=0.0))
        if largest > 0 and np.isfinite(largest):
            beyond = here.x - here.gradient / largest * NEAR * (1 + float(np.abs(here.x).max(initial=0.0)))
            if not self._function.at(self._box.clipped(beyond)).is_finite:
                return Reason.EDGE
        return Reason.POLE if steepens(self._function, here) else run.reason
