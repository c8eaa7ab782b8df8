"""The least and the greatest value in a closed box, where these are proved to be those of points that were found.

A continuous function of one variable takes them at a critical point or at an end of the range. In several variables
the box is divided until every part has larger values than a point that was found, or is in the region in which that
has the least (Hansen and Walster, Global Optimization Using Interval Analysis, 2004).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Final

from flint import arb

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.numbers import Number
from gradcli.calculus.critical.found import Box, Findings, Interval, Nature, contains, halves
from gradcli.calculus.critical.landscape import Kinked, Landscape, hull
from gradcli.language.values import frozen

MOST_BOXES: Final = 3_000
NARROWEST: Final = -30
"""The binary logarithm of the width of a box, relative to the range, below which it is not divided."""


@frozen
class Extreme:
    """The least or the greatest value, and the points where it is taken; those of `ends` are ends of the range."""

    value: Number
    at: tuple[tuple[Number, ...], ...]
    ends: tuple[tuple[Number, ...], ...] = ()


@frozen
class _Candidate:
    """A value that is taken at a point, None for a plateau, and a region in which there is none beyond it."""

    value: arb
    at: tuple[Number, ...] | None
    region: Box
    is_end: bool = False


def extreme(
    landscape: Landscape, ranges: Sequence[Interval], findings: Findings, sign: int, is_over: Callable[[], bool]
) -> Extreme | None:
    """The least value, of sign 1, or the greatest, of sign -1, in a closed box; None where it is not proved."""
    wanted = Nature.MINIMUM if sign > 0 else Nature.MAXIMUM
    found = [
        _Candidate(numbers.ball(each.value), each.at, each.region) for each in findings.points if each.nature is wanted
    ]
    found += [_Candidate(numbers.ball(each.value), None, each.box) for each in findings.plateaus]
    if len(ranges) == 1:
        if findings.remaining or not findings.is_continuous:
            return None
        ends = [(end, landscape.value([end])) for end in ranges[0]]
        if any(value is None for _, value in ends):
            return None
        found += [_Candidate(numbers.ball(value), (end,), (), is_end=True) for end, value in ends]
    if not found or not all(each.value.is_finite() for each in found):
        return None
    bound = min((sign * each.value).upper().mid() for each in found)
    best = [each for each in found if not bool((sign * each.value) > bound)]
    if not all(first.value.overlaps(second.value) for first in best for second in best):
        return None
    if len(ranges) > 1 and not _Bound(landscape, ranges, sign, bound, found).is_proved(is_over):
        return None
    points = [each.at for each in best if each.at is not None and not each.is_end]
    ends_there = [each.at for each in best if each.at is not None and each.is_end]
    apart = [at for at in ends_there if not any(_is_one(at, other) for other in points)]
    value = min((each.value for each in best), key=lambda each: float(each.rad()))
    return Extreme(value, tuple(points), tuple(apart))


def _is_one(first: Sequence[Number], second: Sequence[Number]) -> bool:
    return all(numbers.overlap(a, b) for a, b in zip(first, second, strict=True))


class _Bound:
    """That nowhere in a box a value is below a bound, but near candidates that are not."""

    def __init__(
        self,
        landscape: Landscape,
        ranges: Sequence[Interval],
        sign: int,
        bound: Any,
        candidates: Sequence[_Candidate],
    ) -> None:
        self._landscape, self._sign, self._bound, self._candidates = landscape, sign, bound, candidates
        self._whole: Box = tuple(
            (numbers.ball(low).lower().mid(), numbers.ball(high).upper().mid()) for low, high in ranges
        )

    def is_proved(self, is_over: Callable[[], bool]) -> bool:
        """Whether it is so; False where that is not known."""
        serial = count()
        heap: list[tuple[float, int, Box]] = [(0.0, next(serial), self._whole)]
        for _ in range(MOST_BOXES):
            if not heap:
                return True
            if is_over():
                return False
            parts = self._divided(heapq.heappop(heap)[2])
            if parts is None:
                return False
            for lowest, part in parts:
                heapq.heappush(heap, (lowest, next(serial), part))
        return False

    def _divided(self, box: Box) -> list[tuple[float, Box]] | None:
        """The parts of a box that are still to be looked at, with what their values are at least; None where the bound
        does not hold, or that cannot be known."""
        if any(contains(each.region, box) for each in self._candidates):
            return []
        pieces = self._landscape.pieces([hull(*each) for each in box])
        if pieces is None:
            return self._halves(box, 0.0)
        lowest = [(self._sign * each.found.value).lower() for each in pieces]
        if all(bool(each > self._bound) for each in lowest):
            return []
        middle = self._landscape.value([hull(*each).mid() for each in box])
        if middle is not None and bool(self._sign * middle < self._bound):
            return None
        face = self._face(box, pieces)
        if face is None:
            return []
        return self._halves(box, float(min(lowest))) if face == box else [(float(min(lowest)), face)]

    def _face(self, box: Box, pieces: list[Kinked]) -> Box | None:
        """The part of a box where its least value is: an end of the whole box along each variable along which the
        function rises or falls; None where a neighbour has less."""
        face = list(box)
        for at, (low, high) in enumerate(box):
            slopes = [self._sign * each.found.gradient[at] for each in pieces]
            rises, falls = all(bool(each > 0) for each in slopes), all(bool(each < 0) for each in slopes)
            if not low < high or not (rises or falls):
                continue
            end, outermost = (low, self._whole[at][0]) if rises else (high, self._whole[at][1])
            if end != outermost:
                return None
            face[at] = (end, end)
        return tuple(face)

    def _halves(self, box: Box, lowest: float) -> list[tuple[float, Box]] | None:
        parts = halves(box, self._whole, NARROWEST)
        return None if parts is None else [(lowest, part) for part in parts]
