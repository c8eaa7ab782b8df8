"""All critical points of a function of several variables in a box: Newton's method in balls, with the Hessian of each
part of the box, and its inertia for the kind of point."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Final

from flint import arb, arb_mat

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.numbers import Number
from gradcli.calculus.critical.curved import Curved
from gradcli.calculus.critical.found import (
    MOST_POINTS,
    Box,
    CriticalPoint,
    Doubt,
    Findings,
    Interval,
    Nature,
    Plateau,
    Remaining,
    contains,
    halves,
    pivot_signs,
    shares,
)
from gradcli.calculus.critical.landscape import Landscape, candidates, hull
from gradcli.language.values import frozen

NARROWEST: Final = -20
"""The binary logarithm of the width of a box, relative to the range, below which it is not divided."""
MOST_WAITING: Final = 6_000
"""Boxes that may wait to be looked at: more are a curve of critical points, or near one."""
SHRUNK: Final = 0.7
"""The share of a box that must be gone for the rest to be looked at undivided."""
REFINED: Final = 12


@frozen
class Regular:
    """A point where the gradient is zero, the only one in a region, in whose whole the Hessian is not singular."""

    at: tuple[arb, ...]
    region: tuple[arb, ...]
    hessian: arb_mat


class SpaceSearch:
    """Divides a box and proves of every part what is there."""

    def __init__(self, landscape: Landscape, ranges: Sequence[Interval], is_over: Callable[[], bool]) -> None:
        self._landscape, self._is_over = landscape, is_over
        self._ends = [(numbers.ball(low), numbers.ball(high)) for low, high in ranges]
        self._whole: Box = tuple((low.lower().mid(), high.upper().mid()) for low, high in self._ends)
        self._size = len(self._whole)
        self.points: list[CriticalPoint] = []
        self._plateaus: list[Box] = []
        self._remaining: list[tuple[Box, Doubt]] = []
        self._heap: list[tuple[float, int, Box]] = []
        self._numbers = count()

    def run(self) -> Findings:
        """All that there is."""
        self._push(self._whole)
        while self._heap:
            if self._is_over() or len(self.points) >= MOST_POINTS or len(self._heap) > MOST_WAITING:
                break
            self._look(heapq.heappop(self._heap)[2])
        return self.findings()

    def findings(self) -> Findings:
        """What is found up to now."""
        crowd = len(self._heap) > MOST_WAITING
        last = Doubt.UNRESOLVED if crowd else Doubt.UNSEARCHED
        remaining = [*self._remaining, *((box, last) for _, _, box in self._heap)]
        points = list(self.points)
        left: list[Remaining] = []
        for doubt in Doubt:
            for cluster in clusters([box for box, kind in remaining if kind is doubt]):
                found = None if doubt is not Doubt.UNRESOLVED or crowd else self._degenerate(cluster)
                if found is None:
                    left.append(Remaining(cluster, doubt))
                else:
                    points.append(found)
        points.sort(key=lambda point: [float(numbers.ball(each).mid()) for each in point.at])
        plateaus = [
            Plateau(box, self._landscape.nearby_value([hull(*each).mid() for each in box]))
            for box in clusters(self._plateaus)
        ]
        return Findings(tuple(points), tuple(plateaus), tuple(left))

    def _push(self, box: Box) -> None:
        heapq.heappush(self._heap, (-max(shares(box, self._whole)), next(self._numbers), box))

    def _split(self, box: Box, doubt: Doubt) -> None:
        parts = halves(box, self._whole, NARROWEST)
        if parts is None:
            self._remaining.append((box, doubt))
        for part in parts or ():
            self._push(part)

    def _look(self, box: Box) -> None:
        around = [hull(*each) for each in box]
        if any(contains(each.region, box) for each in self.points):
            return
        pieces = self._landscape.pieces(around)
        if pieces is None:
            self._split(box, self._landscape.cause)
            return
        if not pieces:
            return
        gradients = [each.found.gradient for each in pieces]
        for parts in zip(*gradients, strict=True):
            if all(bool(each > 0) for each in parts) or all(bool(each < 0) for each in parts):
                return
        if all(numbers.is_zero(each) for gradient in gradients for each in gradient):
            self._plateaus.append(box)
        elif len(pieces) > 1 or pieces[0].sides:
            self._split(box, Doubt.UNRESOLVED)
        else:
            self._smooth(box, around, pieces[0].found)

    def _smooth(self, box: Box, around: list[arb], found: Curved) -> None:
        middle = [each.mid() for each in around]
        gradient = self._gradient(middle)
        hessian = _matrix(found, self._size)
        if gradient is None or hessian is None:
            self._split(box, Doubt.UNRESOLVED)
            return
        away = arb_mat([[a - m] for a, m in zip(around, middle, strict=True)])
        if not all(each.contains(0) for each in (gradient + hessian * away).entries()):
            return
        newton = _newton(middle, gradient, hessian) or _krawczyk(middle, gradient, hessian, away)
        if newton is None:
            self._split(box, Doubt.UNRESOLVED)
        elif not all(n.overlaps(a) for n, a in zip(newton, around, strict=True)):
            return
        else:
            self._settle(box, newton)

    def _settle(self, box: Box, newton: list[arb]) -> None:
        """Prove the one zero of the gradient that a box has, or go on with the part that may have it."""
        tiny = arb(2) ** (2 * NARROWEST)
        region = [
            arb(each.mid(), each.rad() * 2 + tiny * _width(ends))
            for each, ends in zip(newton, self._whole, strict=True)
        ]
        regular = self.prove(region)
        if regular is not None:
            self._add(regular)
            return
        part = tuple(
            (low if low >= n.lower() else n.lower().mid(), high if high <= n.upper() else n.upper().mid())
            for (low, high), n in zip(box, newton, strict=True)
        )
        volumes = [_volume(each) for each in (part, box)]
        if all(low < high for low, high in part) and volumes[0] < SHRUNK * volumes[1]:
            self._push(part)
        else:
            self._split(box, Doubt.UNRESOLVED)

    def prove(self, region: list[arb]) -> Regular | None:
        """The one zero of the gradient in a region, narrowed; None where that is not proved."""
        hessian = self._hessian(region)
        if hessian is None:
            return None
        root = region
        for step in range(REFINED):
            middle = [each.mid() for each in root]
            gradient = self._gradient(middle)
            newton = None if gradient is None else _newton(middle, gradient, hessian)
            if newton is None or (
                step == 0 and not all(r.contains_interior(n) for r, n in zip(region, newton, strict=True))
            ):
                return None
            if all(n.rad() >= r.rad() * 0.9 for n, r in zip(newton, root, strict=True)):
                break
            root = newton
            hessian = self._hessian(root)
            if hessian is None:
                return None
        return Regular(tuple(root), tuple(region), hessian)

    def _add(self, found: Regular) -> None:
        for each, (low, high) in zip(found.at, self._ends, strict=True):
            if each < low or each > high:
                return
        inside = tuple((each.lower().mid(), each.upper().mid()) for each in found.at)
        if any(contains(each.region, inside) for each in self.points):
            return
        nature = nature_of(found.hessian)
        at = self._exactly(found)
        region = tuple((each.lower().mid(), each.upper().mid()) for each in self._grown(found))
        self.points.append(
            CriticalPoint(
                at, self._landscape.nearby_value(at), nature, is_degenerate=nature is Nature.DEGENERATE, region=region
            )
        )

    def _exactly(self, found: Regular) -> tuple[Number, ...]:
        """The point in exact numbers, where the gradient is exactly zero at the simplest that are near."""
        at: list[Number] = []
        for root, around in zip(found.at, found.region, strict=True):
            near = arb(root.mid(), root.rad() + arb(2) ** (2 * NARROWEST) * (1 + abs(root.mid())))
            low, high = near.lower().mid(), near.upper().mid()
            simple = next((each for each in candidates(low, high) if around.contains(numbers.ball(each))), None)
            if simple is None:
                return found.at
            at.append(simple)
        pieces = self._landscape.pieces(at)
        is_exact = (
            bool(pieces) and len(pieces or ()) == 1 and all(map(numbers.is_zero, (pieces or [])[0].found.gradient))
        )
        return tuple(at) if is_exact else found.at

    def _grown(self, found: Regular) -> tuple[arb, ...]:
        """A region with the one zero of the gradient that is as large as is found at once."""
        region = found.region
        for _ in range(40):
            larger = [arb(each.mid(), each.rad() * 3) for each in region]
            hessian = self._hessian(larger)
            middle = [each.mid() for each in larger]
            gradient = self._gradient(middle)
            newton = None if hessian is None or gradient is None else _newton(middle, gradient, hessian)
            if newton is None or not all(a.contains_interior(n) for a, n in zip(larger, newton, strict=True)):
                break
            region = tuple(larger)
        return region

    def _gradient(self, at: Sequence[Number]) -> arb_mat | None:
        pieces = self._landscape.pieces(at)
        if not pieces or len(pieces) > 1:
            return None
        return arb_mat([[numbers.ball(each)] for each in pieces[0].found.gradient])

    def _hessian(self, region: Sequence[arb]) -> arb_mat | None:
        pieces = self._landscape.pieces(region)
        if not pieces or len(pieces) > 1 or pieces[0].sides:
            return None
        return _matrix(pieces[0].found, self._size)

    # Where the Hessian is singular

    def _degenerate(self, box: Box) -> CriticalPoint | None:
        """The critical point that is one of the simplest numbers in a box, if the gradient is exactly zero there."""
        wider = [(low - _width((low, high)), high + _width((low, high))) for low, high in box]
        at: list[Number] = []
        for low, high in wider:
            found = next(candidates(low.mid(), high.mid()), None)
            if found is None:
                return None
            at.append(found)
        pieces = self._landscape.pieces(at)
        if not pieces or len(pieces) > 1 or not all(map(numbers.is_zero, pieces[0].found.gradient)):
            return None
        for each, (low, high) in zip(at, self._ends, strict=True):
            if numbers.ball(each) < low or numbers.ball(each) > high:
                return None
        nature = self._nature_by_values(at, box, pieces[0].found)
        value = pieces[0].found.value
        return CriticalPoint(tuple(at), value, nature, is_degenerate=True, is_alone=False, region=tuple(box))

    def _nature_by_values(self, at: Sequence[Number], box: Box, found: Curved) -> Nature:
        """What a point is by the signs of f - f(point): in its neighbourhood, and along lines through it."""
        around = self._landscape.pieces([hull(*each).union(numbers.ball(a)) for each, a in zip(box, at, strict=True)])
        if around:
            differences = [each.found.value - found.value for each in around]
            if all(bool(each >= 0) for each in differences):
                return Nature.MINIMUM
            if all(bool(each <= 0) for each in differences):
                return Nature.MAXIMUM
        signs = set()
        for direction in _directions(self._size):
            terms = self._landscape.along(at, direction, 6)
            leading = None if terms is None else next((k for k in range(1, 7) if not numbers.is_zero(terms[k])), None)
            if terms is None or leading is None:
                continue
            sign = 1 if terms[leading] > 0 else -1 if terms[leading] < 0 else 0
            signs.update({sign, sign * (-1) ** leading})
        return Nature.SADDLE if {1, -1} <= signs else Nature.DEGENERATE


def nature_of(hessian: arb_mat) -> Nature:
    """The kind of a critical point by the inertia of its Hessian, which is found on the diagonal of a congruent matrix
    (Sylvester's law)."""
    import numpy as np

    size = hessian.nrows()
    middle = np.array([[float(hessian[row, column].mid()) for column in range(size)] for row in range(size)])
    if not np.isfinite(middle).all():
        return Nature.DEGENERATE
    scale = np.abs(middle).max() or 1.0
    _, vectors = np.linalg.eigh((middle + middle.T) / (2 * scale))
    change = arb_mat(vectors.tolist())
    if change.det().contains(0):
        return Nature.DEGENERATE
    congruent = change.transpose() * hessian * change
    signs = pivot_signs([[congruent[row, column] for column in range(size)] for row in range(size)])
    if signs is None:
        return Nature.DEGENERATE
    return Nature.MINIMUM if min(signs) > 0 else Nature.MAXIMUM if max(signs) < 0 else Nature.SADDLE


def clusters(boxes: Sequence[Box]) -> list[Box]:
    """The smallest boxes around those that touch."""
    found: list[Box] = []
    for box in sorted(boxes, key=lambda each: float(each[0][0])):
        joined, rest = box, []
        for other in found:
            if _touch(joined, other):
                joined = tuple((min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(joined, other, strict=True))
            else:
                rest.append(other)
        found = [*rest, joined]
    return found if len(found) == len(boxes) or len(found) < 2 else clusters(found)


def _touch(first: Box, second: Box) -> bool:
    return all(a[0] <= b[1] and b[0] <= a[1] for a, b in zip(first, second, strict=True))


def _width(ends: Interval) -> Any:
    return ends[1] - ends[0]


def _volume(box: Sequence[Interval]) -> float:
    volume = 1.0
    for each in box:
        volume *= float(_width(each))
    return volume


def _matrix(found: Curved, size: int) -> arb_mat | None:
    """The Hessian as a matrix; None where it is not bounded."""
    rows: list[list[Any]] = [[None] * size for _ in range(size)]
    entries = iter(found.hessian)
    for row in range(size):
        for column in range(row, size):
            entry = numbers.ball(next(entries))
            if not entry.is_finite():
                return None
            rows[row][column] = rows[column][row] = entry
    return arb_mat(rows)


def _newton(middle: Sequence[arb], gradient: arb_mat, hessian: arb_mat) -> list[arb] | None:
    """A box with all zeros of the gradient that are where the Hessian holds; None where that may be singular."""
    try:
        step = hessian.solve(gradient)
    except ZeroDivisionError:
        return None
    found = [m - s for m, s in zip(middle, step.entries(), strict=True)]
    return found if all(each.is_finite() for each in found) else None


def _krawczyk(middle: Sequence[arb], gradient: arb_mat, hessian: arb_mat, away: arb_mat) -> list[arb] | None:
    """A box with all zeros of the gradient that are as far `away` from a middle as is said, also where the Hessian may
    be singular (Krawczyk 1969); None where that cannot be said."""
    try:
        inverse = hessian.mid().inv().mid()
    except ZeroDivisionError:
        return None
    size = len(middle)
    identity = arb_mat([[int(row == column) for column in range(size)] for row in range(size)])
    step = inverse * gradient - (identity - inverse * hessian) * away
    found = [m - s for m, s in zip(middle, step.entries(), strict=True)]
    return found if all(each.is_finite() for each in found) else None


def _directions(size: int) -> list[tuple[int, ...]]:
    """The axes, and the diagonals of the planes that they span."""
    found = [tuple(int(at == axis) for at in range(size)) for axis in range(size)]
    for first in range(size):
        for second in range(first + 1, size):
            for sign in (1, -1):
                step = {first: 1, second: sign}
                found += [tuple(step.get(at, 0) for at in range(size))]
    return found
