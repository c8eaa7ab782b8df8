"""The least and the greatest value in a closed box, where these are proved to be those of points that were found."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Final

from flint import arb

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.numbers import Number
from gradcli.calculus.critical.found import CriticalPoint, Findings, Interval, Nature
from gradcli.calculus.critical.landscape import Landscape, hull
from gradcli.language.values import frozen

MOST_BOXES: Final = 6_000
NARROWEST: Final = -40
WHERE: Final = 0.4863


@frozen
class Extreme:
    """The least or the greatest value, and the points where it is taken; those of `ends` are ends of the range."""

    value: Number
    at: tuple[tuple[Number, ...], ...]
    ends: tuple[tuple[Number, ...], ...] = ()


@frozen
class _Candidate:
    """A value that is taken at a point, and a region in which there is none beyond it."""

    value: arb
    at: tuple[Number, ...] | None
    region: tuple[Interval, ...]
    is_end: bool = False


def extreme(
    landscape: Landscape, ranges: Sequence[Interval], findings: Findings, sign: int, is_over: Callable[[], bool]
) -> Extreme | None:
    """The least value, of sign 1, or the greatest, of sign -1, in a closed box; None where it is not proved."""
    wanted = Nature.MINIMUM if sign > 0 else Nature.MAXIMUM
    found = [_of_point(each) for each in findings.points if each.nature is wanted]
    found += [_Candidate(numbers.ball(each.value), None, each.box) for each in findings.plateaus]
    if len(ranges) == 1:
        for end in ranges[0]:
            value = landscape.value([end])
            if value is not None:
                found.append(_Candidate(numbers.ball(value), (end,), (), is_end=True))
    found = [each for each in found if each.value.is_finite()]
    if not found:
        return None
    bound = min((sign * each.value).upper().mid() for each in found)
    best = [each for each in found if not bool((sign * each.value) > bound)]
    if not all(best[0].value.overlaps(each.value) for each in best):
        return None
    if not _is_bounded(landscape, ranges, sign, bound, found, is_over):
        return None
    points = [each.at for each in best if each.at is not None and not each.is_end]
    ends = [
        each.at
        for each in best
        if each.at is not None and each.is_end and not any(_is_one(each.at, other) for other in points)
    ]
    return Extreme(_narrowest([each.value for each in best]), tuple(points), tuple(ends))


def _of_point(point: CriticalPoint) -> _Candidate:
    return _Candidate(numbers.ball(point.value), point.at, point.region)


def _narrowest(values: Sequence[arb]) -> arb:
    return min(values, key=lambda each: float(each.rad()))


def _is_one(first: Sequence[Number], second: Sequence[Number]) -> bool:
    return all(numbers.overlap(a, b) for a, b in zip(first, second, strict=True))


def _is_bounded(
    landscape: Landscape,
    ranges: Sequence[Interval],
    sign: int,
    bound: Any,
    candidates: Sequence[_Candidate],
    is_over: Callable[[], bool],
) -> bool:
    """Whether nowhere in a box a value lies beyond a bound, or none but those near a candidate that does not either."""
    whole = tuple((numbers.ball(low).lower().mid(), numbers.ball(high).upper().mid()) for low, high in ranges)
    ends = {0: False, 1: False}
    for each in candidates:
        if each.is_end and each.at is not None:
            ends[int(not numbers.overlap(each.at[0], ranges[0][0]))] = True
    serial = count()
    heap: list[tuple[float, int, tuple[Interval, ...]]] = [(-1.0, next(serial), whole)]
    for _ in range(MOST_BOXES):
        if not heap:
            return True
        if is_over():
            return False
        box = heapq.heappop(heap)[2]
        if any(_contains(each.region, box) for each in candidates):
            continue
        pieces = landscape.pieces([hull(*each) for each in box])
        if pieces is not None:
            if all(bool(sign * each.found.value > bound) for each in pieces):
                continue
            if (
                len(whole) == 1
                and pieces
                and len(pieces) == 1
                and _ends_there(box[0], whole[0], ends, pieces[0].found.gradient[0] * sign)
            ):
                continue
        shares = [
            float(high - low) / (float(top - bottom) or 1.0)
            for (low, high), (bottom, top) in zip(box, whole, strict=True)
        ]
        widest = max(range(len(box)), key=lambda at: shares[at])
        if shares[widest] < 2.0**NARROWEST:
            return False
        low, high = box[widest]
        middle = (low + (high - low) * WHERE).mid()
        for part in ((low, middle), (middle, high)):
            parts = (*box[:widest], part, *box[widest + 1 :])
            heapq.heappush(heap, (-max(shares), next(serial), parts))
    return False


def _ends_there(box: Interval, whole: Interval, ends: dict[int, bool], slope: Any) -> bool:
    """Whether a box reaches to an end of the range, and the value there is the least in it."""
    if slope > 0:
        return ends[0] and bool(box[0] <= whole[0])
    return bool(slope < 0) and ends[1] and bool(box[1] >= whole[1])


def _contains(region: Sequence[Interval], box: Sequence[Interval]) -> bool:
    return bool(region) and all(a[0] <= b[0] and b[1] <= a[1] for a, b in zip(region, box, strict=True))
