"""A function's curve and those of its derivatives over a range: samples, close where a curve bends, and its breaks; and
the range where none is given."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gradcli.calculus.sampling import breaks
from gradcli.calculus.sampling.breaks import NONE, Breaks, joined
from gradcli.calculus.sampling.functions import Derivatives, Floats
from gradcli.calculus.sampling.scale import Span, visible_range
from gradcli.language.values import frozen

WIDEST: Final[Span] = (-10.0, 10.0)
PLAIN: Final[Span] = (-5.0, 5.0)
"""The range of a function of which nothing stands out."""
ROOM: Final = 0.3
"""How much is shown beside what stands out, in parts of how far that reaches."""
ROUNDS: Final = 5
"""Times that samples are added where a curve bends."""
FLAT: Final = 5e-4
"""How far a curve may be from the chord of its samples, in parts of the picture's height."""
MOST: Final = 8
"""Samples that are taken at most for each one of the even grid."""
ROUGH: Final = 0.5
"""The share of the intervals beyond which breaks are those of noise, or of what is finer than the samples."""
FEW: Final = 9
NEAR: Final = 1e-5
"""Samples that are nearer to each other, in parts of the range, are on the way to something that is known already."""
APPROACH: Final = 48
"""Samples on the way to a break or an end, each half as far from it as the one before."""


@frozen
class Samples:
    """Points of a function and its derivatives: `points` of shape (n,), `heights` of shape (order + 1, n).

    `broken` says of each curve between which points, from each to the next, the pen is lifted; `kinks` are the places
    at which a curve is whole and has no one slope. `ranges` are the heights to be shown of each, None of what has no
    value, and `rough` says which jump between most of the samples, so that no break of them means anything.
    """

    points: Floats
    heights: Floats
    broken: NDArray[np.bool_]
    kinks: tuple[Floats, ...]
    ranges: tuple[Span | None, ...]
    rough: tuple[bool, ...]


def sample_curve(derivatives: Derivatives, low: float, high: float, count: int, order: int) -> Samples:
    """The function and its derivatives up to `order` between two numbers, from about `count` points, which are spread
    evenly, and more where a curve bends, breaks or ends. Raises Failure as the function does."""
    return _Sampling(derivatives, low, high, count, order).samples()


def even_points(low: float, high: float, count: int) -> Floats:
    """Points from low to high, both in: with a prime number of equal steps, so that none between is a simple number, at
    which functions have their kinks and poles."""
    steps = next(each for each in range(max(count - 1, 2), 2 * count + 4) if all(each % d for d in _up_to_root(each)))
    share = np.arange(steps + 1) / steps
    return low * (1 - share) + high * share


def _up_to_root(number: int) -> range:
    return range(2, int(number**0.5) + 1)


class _Sampling:
    def __init__(self, derivatives: Derivatives, low: float, high: float, count: int, order: int) -> None:
        self._derivatives, self._order = derivatives, order
        self._points = even_points(low, high, count)
        self._heights = derivatives(self._points, order)
        self._most = MOST * len(self._points)
        self._even = self._points
        self._looked_at = np.zeros(0)
        self._near = NEAR * (high - low)
        self._breaks = [NONE] * len(self._heights)
        self._rough = [False] * len(self._heights)

    def samples(self) -> Samples:
        """The samples with their breaks and kinks."""
        self._find_breaks()
        ranges = self._ranges()
        for _ in range(ROUNDS):
            if not self._add_bends(ranges):
                break
        self._find_breaks()  # also beside those that are known
        ranges = self._ranges()
        broken = np.array([self._broken(each) for each in self._breaks])
        kinks = tuple(self._kinks(curve) for curve in range(len(self._heights) - 1))
        return Samples(self._points, self._heights, broken, kinks, ranges, tuple(self._rough))

    def _curve(self, curve: int) -> breaks.Values:
        return lambda points: self._derivatives(points, curve)[curve]

    def _find_breaks(self) -> None:
        """Find the breaks of each curve between samples that are new, and sample the ways to them."""
        old = np.isin(self._points, self._looked_at)
        among = (np.diff(self._points) > self._near) & ~(old[1:] & old[:-1])
        self._looked_at = self._points
        ways = []
        for curve in reversed(range(len(self._heights))):
            found = self._new_breaks(curve, among)
            self._rough[curve] |= bool(found.count > ROUGH * among.sum() > FEW)
            new = joined([found, self._shared_breaks(curve)])
            self._breaks[curve] = NONE if self._rough[curve] else joined([self._breaks[curve], new])
            if not self._rough[curve]:
                poles = new.poles
                ways += [new.before, new.after]
                ways += [self._ways(poles.before, before=True), self._ways(poles.after, before=False)]
            end, start = breaks.ends(self._curve(curve), self._points, self._heights[curve], among)
            ways.append(_approach(start, end))
        for curve in range(1, len(self._heights)):  # where a function is broken its derivatives are, too
            if not self._rough[curve]:
                self._breaks[curve] = joined(self._breaks[curve - 1 : curve + 1])
        self._add(np.concatenate(ways))

    def _new_breaks(self, curve: int, among: NDArray[np.bool_]) -> Breaks:
        """The breaks of a curve in these intervals."""
        values, ends = self._curve(curve), self._points[[0, -1]]
        finds = (breaks.jumps, breaks.peaks)
        found = [find(values, self._points, self._heights[curve], among).within(*ends) for find in finds]
        return joined(found)

    def _shared_breaks(self, curve: int) -> Breaks:
        """Those of the slope's breaks at which a curve is broken, too."""
        if curve + 1 == len(self._heights):
            return NONE
        return breaks.shared(self._curve(curve), self._breaks[curve + 1], float(self._even[1] - self._even[0]))

    def _ways(self, to: Floats, *, before: bool) -> Floats:
        """Points on the way to places, from the sample before or after."""
        at = np.searchsorted(self._points, to, side="left")
        near = at - 1 if before else np.searchsorted(self._points, to, side="right")
        return _approach(self._points[np.clip(near, 0, len(self._points) - 1)], to)

    def _ranges(self) -> tuple[Span | None, ...]:
        places = np.searchsorted(self._points, self._even)
        ranges: list[Span | None] = []
        for heights, found in zip(self._heights, self._breaks, strict=True):
            of = ranges[0] if ranges else None
            ranges.append(visible_range(heights[places], heights, bool(found.is_pole.any()), of))
        return tuple(ranges)

    def _broken(self, found: Breaks) -> NDArray[np.bool_]:
        """Between which points and their next ones there is a break."""
        at = np.zeros(len(self._points) - 1, np.intp)
        first = np.searchsorted(self._points, found.before, side="left")
        last = np.searchsorted(self._points, found.after, side="left")
        for one, other in zip(first, last, strict=True):
            at[one:other] += 1
        return at > 0

    def _add(self, points: Floats) -> None:
        points = np.setdiff1d(points, self._points)
        points = points[(points > self._points[0]) & (points < self._points[-1])]
        if not len(points):
            return
        places = np.searchsorted(self._points, points)
        self._heights = np.insert(self._heights, places, self._derivatives(points, self._order), axis=1)
        self._points = np.insert(self._points, places, points)

    def _add_bends(self, ranges: tuple[Span | None, ...]) -> bool:
        """Add samples beside those at which a visible curve is far from straight; whether there are any."""
        width = self._points[-1] - self._points[0]
        split = np.zeros(len(self._points) - 1, bool)
        for heights, found, visible in zip(self._heights, self._breaks, ranges, strict=True):
            if visible is not None:
                bends = _bends(self._points / width, heights, visible)
                split |= (np.append(bends, False) | np.insert(bends, 0, False)) & ~self._broken(found)
        split &= np.diff(self._points) > 1e-6 * width
        at = np.flatnonzero(split)
        if not len(at) or len(self._points) + len(at) > self._most:
            return False
        self._add((self._points[at] + self._points[at + 1]) / 2 + 0.01 * (self._points[at] - self._points[at + 1]))
        return True

    def _kinks(self, curve: int) -> Floats:
        """Where the next curve jumps and this one does not: both sides of a pole of the slope differ in sign."""
        if self._rough[curve]:
            return np.zeros(0)
        slopes = self._breaks[curve + 1]
        broken = self._broken(self._breaks[curve])
        kinks = []
        for before, after in zip(slopes.before, slopes.after, strict=True):
            first, last = np.searchsorted(self._points, (before, after))
            sides = self._heights[:, [first, last]]
            opposite = sides[curve + 1, 0] * sides[curve + 1, 1] <= 0 or not _are_large(self._heights, curve + 1, sides)
            if opposite and np.isfinite(sides).all() and not broken[first:last].any():
                kinks.append(simplest(before, after))
        return np.array(sorted(set(kinks)))


def _approach(start: Floats, to: Floats) -> Floats:
    """Points from each start to its place, that one in, each half as far as the one before."""
    share = 0.5 ** np.arange(1, APPROACH)
    return np.concatenate([(to + (start - to) * share[:, None]).ravel(), to])


def _bends(x: Floats, heights: Floats, visible: tuple[float, float]) -> NDArray[np.bool_]:
    """At which inner samples the curve is far from the chord between their neighbours, where it can be seen."""
    low, high = visible
    y = (heights - low) / (high - low)
    with np.errstate(invalid="ignore"):
        seen = (y > -0.2) & (y < 1.2)
        dx, dy = x[2:] - x[:-2], y[2:] - y[:-2]
        off = np.abs(dx * (y[1:-1] - y[:-2]) - dy * (x[1:-1] - x[:-2])) / np.hypot(dx, dy)
        return (off > FLAT) & (seen[1:-1] | seen[:-2] | seen[2:])


def _are_large(heights: Floats, curve: int, sides: Floats) -> bool:
    """Whether a curve is far larger at the two sides of a place than elsewhere."""
    return bool(np.abs(sides[curve]).min() > 1e3 * np.nanmedian(np.abs(heights[curve])) + 1e3)


def simplest(before: float, after: float) -> float:
    """The shortest decimal between two floats that are near one another, or that differs from one by its rounding."""
    reach = max(after - before, 4 * np.spacing(max(abs(before), abs(after))))
    middle = before + (after - before) / 2
    for digits in range(16):
        rounded = round(middle, digits)
        if abs(rounded - middle) <= reach:
            return rounded + 0.0
    return middle


def window(functions: list[Derivatives], count: int) -> Span:
    """A range within -10 to 10 with all zeros, extremes and ends of the domain of the functions in it, and a little
    more; -5 to 5 where there are none. Raises Failure as they do."""
    points = even_points(*WIDEST, count)
    spans = [_window_of(points, derivatives(points, 1)) for derivatives in functions]
    return min(low for low, _ in spans), max(high for _, high in spans)


def _window_of(points: Floats, heights: Floats) -> Span:
    known = np.isfinite(heights)
    inside = points[1:][known[0, 1:] & known[0, :-1]]  # a single point is not worth a range: (-2)^(-2) of x^x
    if not len(inside):
        return WIDEST
    low, high = float(inside[0]), float(inside[-1])
    step = float(points[1] - points[0])
    if low > WIDEST[0] + 2 * step or high < WIDEST[1]:  # where the domain ends there is enough to see
        beside = ROOM * (high - low) / 4
        return _rounded_out(low - beside, high + beside)
    before, after = heights[:, :-1], heights[:, 1:]
    changes = (np.signbit(before) != np.signbit(after)) & (before != after) & known[:, 1:] & known[:, :-1]
    at = points[:-1][changes.any(axis=0)]
    if not len(at):
        return PLAIN
    if at[-1] - at[0] < (WIDEST[1] - WIDEST[0]) / 100:
        middle = round(float(at.mean()))
        return max(middle + PLAIN[0], WIDEST[0]), min(middle + PLAIN[1], WIDEST[1])
    beside = ROOM * float(at[-1] - at[0])
    return _rounded_out(float(at[0]) - beside, float(at[-1]) + beside)


def _rounded_out(low: float, high: float) -> Span:
    """The range out to the next round numbers, within the widest."""
    unit = 10.0 ** math.floor(math.log10((high - low) / 2))
    return max(math.floor(low / unit) * unit, WIDEST[0]), min(math.ceil(high / unit) * unit, WIDEST[1])
