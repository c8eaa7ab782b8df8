"""Where a curve is not to be drawn through: poles and jumps, also between samples, and the ends of its domain.

An interval between two samples is bisected, always towards the half in which the curve goes further. What a continuous
curve does there becomes less from one bisection to the next, however steep it is; a jump stays, and a pole grows. Poles
without a change of sign are found as peaks that are climbed and have no top.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcli.calculus.sampling.functions import Floats
from gradcli.language.values import frozen

Values: TypeAlias = Callable[[Floats], Floats]
"""One curve's values at points, nan where it has none."""
Places: TypeAlias = NDArray[np.intp]
Chosen: TypeAlias = NDArray[np.bool_]

NEAR: Final = 0.4637
"""Where intervals are divided: not in the middle, so that poles and kinks at simple numbers are not hit."""
SHORT: Final = 8
"""Bisections after which most intervals are seen to be smooth."""
ENOUGH: Final = 14
"""Bisections after which it is decided whether a jump is one."""
ALL: Final = 56
"""Bisections that find a place to the last digits of floats."""
STAYS: Final = 0.8
"""The share of a jump that is left by six bisections: of a cube root a quarter, of |x|^(1/10) two thirds."""
FADES: Final = 0.1
CLIMBS: Final = (6, 12, 30, 60)
"""Probes of a peak after which its growth is compared: first shortly, then for good."""
GROWS: Final = 0.7
"""The growth of the later probes to that of the earlier, for a peak without a top: 1 for a logarithm, less than 0.3 for
powers down to |x|^(1/10)."""
COMES_NEAR: Final = (10, 24, 38)
"""Halvings of the way to a place after which a curve's values are compared."""
GOLDEN: Final = 0.381966
WIDER: Final = 3
NOISE: Final = 1e-9
"""What is less, relative to the curve's size there, is rounding."""


@frozen
class Breaks:
    """Places where a curve is broken, as the last points before and the first after each; `is_pole` where it is
    unbounded."""

    before: Floats
    after: Floats
    is_pole: Chosen

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.before)

    @property
    def poles(self) -> Breaks:
        """Those at which the curve is unbounded."""
        return Breaks(self.before[self.is_pole], self.after[self.is_pole], self.is_pole[self.is_pole])

    def within(self, low: float, high: float) -> Breaks:
        """The breaks with what is before and after them between these numbers."""
        return Breaks(np.maximum(self.before, low), np.minimum(self.after, high), self.is_pole)


NONE: Final = Breaks(np.zeros(0), np.zeros(0), np.zeros(0, bool))


def joined(found: Sequence[Breaks]) -> Breaks:
    """All breaks of one curve."""
    return Breaks(
        np.concatenate([each.before for each in found]),
        np.concatenate([each.after for each in found]),
        np.concatenate([each.is_pole for each in found]),
    )


def jumps(values: Values, points: Floats, heights: Floats, among: Chosen) -> Breaks:
    """The jumps and the poles with a change of sign between samples that have a value.

    `heights` are the curve's values at the points, which are in order; `among` are the intervals between them, each to
    the next, in which to look.
    """
    with np.errstate(invalid="ignore"):
        rise = np.abs(np.diff(heights))
        size = np.maximum(np.abs(heights[1:]), np.abs(heights[:-1]))
        at = np.flatnonzero((rise > NOISE * size) & among)
    least = NOISE * float(np.max(np.abs(heights), initial=0, where=np.isfinite(heights)))
    zoom = _Zoom(values, points[at], points[at + 1], heights[at], heights[at + 1])
    before = zoom.rise
    zoom.halve(SHORT)
    zoom.keep(~(zoom.rise <= FADES * before))
    short, outset = zoom.rise, np.maximum(np.abs(zoom.low), np.abs(zoom.high))
    zoom.halve(ENOUGH - SHORT)
    kept = zoom.keep(~(zoom.rise <= STAYS * short))
    decided = zoom.rise
    zoom.halve(ALL - ENOUGH)
    left = zoom.keep(~(zoom.rise <= np.maximum(decided / 3, least)))
    grown = np.maximum(np.abs(zoom.low), np.abs(zoom.high)) > 1e3 * outset[kept][left]
    return _widened(zoom.left, zoom.right, grown | np.isnan(zoom.rise))


def ends(values: Values, points: Floats, heights: Floats, among: Chosen) -> tuple[Floats, Floats]:
    """The ends of a curve's domain between samples: the last floats at which it has a value, and the samples that they
    were found from."""
    known = np.isfinite(heights)
    at = np.flatnonzero((known[1:] != known[:-1]) & among)
    inside = np.where(known[at], points[at], points[at + 1])
    outside = np.where(known[at], points[at + 1], points[at])
    start = inside
    for _ in range(ALL):
        if not len(inside):
            break
        middle = inside + NEAR * (outside - inside)
        has = np.isfinite(values(middle))
        inside, outside = np.where(has, middle, inside), np.where(has, outside, middle)
    return inside, start


def peaks(values: Values, points: Floats, heights: Floats, among: Chosen) -> Breaks:
    """The poles without a change of sign: peaks among the samples, upwards or downwards, that grow however near one
    looks."""
    with np.errstate(invalid="ignore"):
        rise = np.diff(heights)
        fall = np.sign(rise[1:]) - np.sign(rise[:-1])  # below 0 at a peak, above 0 at the bottom of a valley
        at = np.flatnonzero((among[1:] | among[:-1]) & (np.abs(fall) > 0)) + 1
    climb = _Climb(values, -np.sign(fall[at - 1]), points[at - 1], points[at], points[at + 1], heights[at])
    for first, last in (CLIMBS[:2], CLIMBS[2:]):
        outset = climb.top
        climb.probe(first)
        half = climb.top
        climb.probe(last - first)
        early, late = half - outset, climb.top - half
        climb.keep((late > GROWS * early) & (early > NOISE * np.abs(outset)) & (early > 0))
    return _widened(climb.left, climb.right, np.ones(len(climb.left), bool))


def shared(values: Values, slope: Breaks, reach: float) -> Breaks:
    """Those breaks of a curve's slope at which the curve itself is broken, too: its values from some `reach` on either
    side to the place grow on and on, or stay apart."""
    shares = reach * 0.5 ** np.array(COMES_NEAR)[:, None]
    left = values((slope.before - shares).ravel()).reshape(len(shares), -1)
    right = values((slope.after + shares).ravel()).reshape(len(shares), -1)
    apart = np.abs(right - left)
    size = np.maximum(np.abs(left), np.abs(right)).max(axis=0)
    grows, moved = np.zeros(slope.count, bool), NOISE * size
    for early, late in (np.abs(np.diff(side, axis=0)) for side in (left, right)):
        grows |= (late > GROWS * early) & (late > NOISE * size)
        moved = np.fmax(moved, FADES * late)
    at = grows | ((apart[2] > STAYS * apart[1]) & (apart[2] > moved)) | np.isnan(apart[2])
    return Breaks(slope.before[at], slope.after[at], (grows | np.isnan(apart[2]))[at])


def _widened(before: Floats, after: Floats, is_pole: Chosen) -> Breaks:
    """Breaks with a few floats around them: at the place itself there may be a third value, as sign(x) has at 0."""
    least = WIDER * np.spacing(np.maximum(np.abs(before), np.abs(after)))
    return Breaks(before - least, after + least, is_pole)


class _Zoom:
    """Intervals with the curve's values at their ends, bisected together towards the larger halves."""

    def __init__(self, values: Values, left: Floats, right: Floats, low: Floats, high: Floats) -> None:
        self._values = values
        self.left, self.right, self.low, self.high = left, right, low, high
        self._holed = np.zeros(len(left), bool)

    @property
    def rise(self) -> Floats:
        """How far the curve goes in each; nan where it was seen to have no value within."""
        return np.where(self._holed, np.nan, np.abs(self.high - self.low))

    def halve(self, times: int) -> None:
        """Bisect them; those that have no value where they are divided stay as they are."""
        for _ in range(times):
            if not len(self.left):
                return
            middle = self.left + NEAR * (self.right - self.left)
            inner = (self.left < middle) & (middle < self.right) & ~self._holed
            value = self._values(middle)
            self._holed |= inner & np.isnan(value)
            inner &= ~self._holed
            with np.errstate(invalid="ignore"):
                rightwards = inner & (np.abs(self.high - value) > np.abs(value - self.low))
            leftwards = inner & ~rightwards
            self.left, self.low = np.where(rightwards, middle, self.left), np.where(rightwards, value, self.low)
            self.right, self.high = np.where(leftwards, middle, self.right), np.where(leftwards, value, self.high)

    def keep(self, which: Chosen) -> Places:
        """Go on with these alone; where they were."""
        at = np.flatnonzero(which)
        self.left, self.right, self.low, self.high = self.left[at], self.right[at], self.low[at], self.high[at]
        self._holed = self._holed[at]
        return at


class _Climb:
    """Peaks of a curve, each between a left and a right that are lower, climbed together, and `top`, how high they are
    known to be; where `upwards` is -1 it is the curve turned over."""

    def __init__(
        self, values: Values, upwards: Floats, left: Floats, middle: Floats, right: Floats, heights: Floats
    ) -> None:
        self._values, self._upwards = values, upwards
        self.left, self._middle, self.right = left, middle, right
        self.top = upwards * heights

    def probe(self, times: int) -> None:
        """Narrow them down by probes in the larger part, at the golden section."""
        for _ in range(times):
            if not len(self.top):
                return
            to_right = self.right - self._middle > self._middle - self.left
            probe = self._middle + GOLDEN * (np.where(to_right, self.right, self.left) - self._middle)
            height = self._upwards * self._values(probe)
            better = height > self.top
            lower, upper = np.minimum(probe, self._middle), np.maximum(probe, self._middle)
            rises = to_right == better
            self.left, self.right = np.where(rises, lower, self.left), np.where(rises, self.right, upper)
            self._middle = np.where(better, probe, self._middle)
            self.top = np.where(better, height, self.top)

    def keep(self, which: Chosen) -> None:
        """Go on with these alone."""
        at = np.flatnonzero(which)
        self.left, self._middle, self.right = self.left[at], self._middle[at], self.right[at]
        self.top, self._upwards = self.top[at], self._upwards[at]
