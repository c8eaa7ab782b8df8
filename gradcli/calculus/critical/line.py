"""All critical points of a function of one variable in a range: Newton's method in balls where the second derivative
is not zero, the first Taylor coefficient that is not where the derivative has a multiple zero, and the signs of the
derivative on both sides of a kink.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, Final

from flint import arb

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.formula import holds_zero
from gradcli.calculus.balls.numbers import Number
from gradcli.calculus.critical.curved import CONTINUOUS, Curved
from gradcli.calculus.critical.found import (
    MOST_POINTS,
    WHERE,
    CriticalPoint,
    Doubt,
    Findings,
    Nature,
    Plateau,
    Remaining,
)
from gradcli.calculus.critical.landscape import MOST_PIECES, Kinked, Landscape, candidates, hull
from gradcli.language.values import frozen, replace

NARROWEST: Final = -70
"""The binary logarithm of the width of a box, relative to the range, below which it is not divided."""
GAP: Final = -32
"""The same, where the function is not known."""
CUSP: Final = 1e-6
"""The width of a box, relative to the range, that may be told as a cusp."""
ORDER: Final = 12
"""The order of Taylor's formula about the middle of a box."""
ORDERS: Final = (ORDER, 48, 192)
"""The highest order of a Taylor coefficient that decides; the next is asked for where all up to one are zero."""
LOST: Final = 500
"""Boxes after which a function that was defined on none of them is taken to be so nowhere."""
EVERY: Final = 5
"""Divisions between two trials to prove that a multiple zero is in a box."""
SUSPECT: Final = 6
"""Divisions after which it is asked whether a function whose derivative holds zero is constant."""
DEEP: Final = 12
"""Divisions after which the derivative on a box is expanded in a Taylor series."""


@frozen
class _Box:
    low: Any
    high: Any
    depth: int


@frozen
class _Side:
    """The sign of the derivative on one side of a number, 0 where it is constant; `is_flat`: whether the slope at the
    number itself is zero."""

    sign: int
    is_flat: bool


class LineSearch:
    """Divides a range and proves of every part what is there."""

    def __init__(
        self,
        landscape: Landscape,
        low: Number,
        high: Number,
        is_over: Callable[[], bool],
        is_constant: Callable[[], bool] = lambda: False,
    ) -> None:
        self._landscape, self._is_over, self._is_constant = landscape, is_over, is_constant
        self._is_level: bool | None = None
        self._ends = numbers.ball(low), numbers.ball(high)
        self.low, self.high = self._ends[0].lower().mid(), self._ends[1].upper().mid()
        self._width = self.high - self.low
        self.points: list[CriticalPoint] = []
        self._plateaus: list[tuple[Any, Any]] = []
        self._remaining: list[tuple[Any, Any, Doubt]] = []
        self._heap: list[tuple[float, int, _Box]] = []
        self._numbers = count()
        self._is_continuous = True

    def run(self) -> Findings:
        """All that there is."""
        self._push(self.low, self.high, 0)
        for looked in count():
            is_lost = looked > LOST and not self._landscape.is_defined
            if not self._heap or is_lost or len(self.points) >= MOST_POINTS or self._is_over():
                break
            self._look(heapq.heappop(self._heap)[2])
        return self.findings()

    def findings(self) -> Findings:
        """What is found up to now."""
        waiting = [(box.low, box.high, Doubt.UNSEARCHED) for _, _, box in self._heap]
        points = sorted(self.points, key=lambda each: float(numbers.ball(each.at[0]).mid()))
        remaining = [*self._remaining, *waiting]
        merged = [
            self._known(Remaining(((low, high),), doubt))
            for doubt in Doubt
            for low, high in _merged([(low, high) for low, high, kind in remaining if kind is doubt])
        ]
        jumps = [(low, high) for low, high, doubt in remaining if doubt is Doubt.JUMP]
        plateaus = [self._plateau(low, high) for low, high in _merged(self._plateaus, jumps)]
        merged.sort(key=lambda each: float(each.box[0][0]))
        return Findings(tuple(points), tuple(plateaus), tuple(merged), self._is_continuous)

    def _known(self, left: Remaining) -> Remaining:
        """What is left with what is known of it: there may be a cusp where the function has a value and no derivative,
        and falls on one side and rises on the other."""
        low, high = left.box[0]
        if left.doubt is not Doubt.UNDEFINED or high - low > self._width * CUSP:
            return left
        outside = self._slope(low - (high - low)), self._slope(high + (high - low))
        before, after = [None if each is None else _sign(each) for each in outside]
        if not before or not after or before == after:
            return left
        if all(self._landscape.value([at]) is None for at in candidates(low, high)):
            return left
        kind = Nature.MINIMUM if after > 0 else Nature.MAXIMUM
        return Remaining(left.box, Doubt.UNRESOLVED, f"without a derivative, probably a {kind.value} (cusp)")

    def _plateau(self, low: Any, high: Any) -> Plateau:
        at = self._between(low, high)
        value = self._landscape.value([at])
        return Plateau(((low, high),), numbers.NAN if value is None else value)

    def _push(self, low: Any, high: Any, depth: int) -> None:
        width = float((high - low).mid())
        heapq.heappush(self._heap, (-width, next(self._numbers), _Box(low, high, depth)))

    def _split(self, box: _Box, doubt: Doubt) -> None:
        narrowest = NARROWEST if doubt is Doubt.UNRESOLVED else GAP
        middle = self._between(box.low, box.high)
        if box.high - box.low < self._width * arb(2) ** narrowest or not box.low < middle < box.high:
            self._remaining.append((box.low, box.high, doubt))
            return
        self._push(box.low, middle, box.depth + 1)
        self._push(middle, box.high, box.depth + 1)

    @staticmethod
    def _between(low: Any, high: Any) -> Any:
        return (low + (high - low) * WHERE).mid()

    def _look(self, box: _Box) -> None:
        pieces = self._landscape.pieces([hull(box.low, box.high)])
        if pieces is None:
            self._split(box, self._landscape.cause)
        elif len(pieces) == 1 and not pieces[0].sides:
            self._smooth(box, pieces[0].found)
        elif pieces:
            self._kinked(box, pieces)

    # Where the function is smooth

    def _smooth(self, box: _Box, found: Curved) -> None:
        slope, bend = found.gradient[0], found.hessian[0]
        if box.depth >= DEEP and holds_zero(slope) and not numbers.is_zero(slope):
            slope, bend = self._expanded(box) or (slope, bend)
        if numbers.is_zero(slope):
            self._plateaus.append((box.low, box.high))
            return
        if not holds_zero(slope):
            return
        if box.depth >= SUSPECT and self._is_level is None:
            self._is_level = not self.points and self._is_constant()
        if self._is_level:
            self._plateaus.append((box.low, box.high))
            return
        around = hull(box.low, box.high)
        middle = self._between(box.low, box.high)
        here = self._slope(middle)
        if here is not None and numbers.is_finite(bend):
            if not holds_zero(here + bend * (around - middle)):
                return
            if not holds_zero(bend) and self._newton(box, middle - here / bend, around):
                return
        if box.depth % EVERY == EVERY - 1 and self._multiple(box):
            return
        self._split(box, Doubt.UNRESOLVED)

    def _expanded(self, box: _Box) -> tuple[arb, arb] | None:
        """The first two derivatives on a box by Taylor's formula about its middle, which is narrow where terms cancel;
        None where it is not known."""
        middle = self._between(box.low, box.high)
        around = hull(box.low, box.high)
        about = self._landscape.series(middle, ORDER, {})
        rest = None if about is None else self._landscape.series(around, ORDER, {})
        if about is None or rest is None:
            return None
        terms = [numbers.ball(each) for each in (*about[:ORDER], rest[ORDER])]
        away = around - middle
        slope, bend = arb(0), arb(0)
        for order in range(ORDER, 0, -1):
            slope = slope * away + terms[order] * order
            if order > 1:
                bend = bend * away + terms[order] * (order * (order - 1))
        return slope, bend

    def _slope(self, at: Any) -> Any:
        """The derivative at a number, between those of the pieces where it is not decided on which that is, as of
        |x^2| at 0; None where it is not known."""
        pieces = self._landscape.pieces([at])
        if not pieces:
            return None
        slope = numbers.ball(pieces[0].found.gradient[0])
        for piece in pieces[1:]:
            slope = slope.union(numbers.ball(piece.found.gradient[0]))
        return slope

    def _newton(self, box: _Box, newton: arb, around: arb) -> bool:
        """Prove that a box has one zero of the derivative, or none, or go on with the part that may; whether one of
        these came true."""
        if not newton.is_finite():
            return False
        if not newton.overlaps(around):
            return True
        tiny = self._width * arb(2) ** (NARROWEST - 20)
        region = arb(newton.mid(), newton.rad() * 2 + tiny)
        proved = self._proved(region)
        if proved is not None:
            root, nature = proved
            ends = (region.lower().mid(), region.upper().mid())
            self._add(CriticalPoint((self._exactly(root, region),), numbers.NAN, nature, region=(ends,)))
            return True
        low = box.low if box.low >= newton.lower() else newton.lower().mid()
        high = box.high if box.high <= newton.upper() else newton.upper().mid()
        if high - low < (box.high - box.low) * 0.7:
            self._push(low, high, box.depth + 1)
            return True
        return False

    def _proved(self, region: arb) -> tuple[arb, Nature] | None:
        """The one zero of the derivative in a ball, narrowed, with its nature; None where that is not proved."""
        pieces = self._landscape.pieces([region])
        if not pieces or len(pieces) > 1 or pieces[0].sides:
            return None
        bend = numbers.ball(pieces[0].found.hessian[0])
        if not bend.is_finite() or holds_zero(bend):
            return None
        root = region
        for step in range(12):
            here = self._slope(root.mid())
            if here is None:
                return None
            newton = root.mid() - here / bend
            if step == 0 and not region.contains_interior(newton):
                return None
            if newton.rad() >= root.rad() * 0.9:
                break
            root = newton
            inside = self._landscape.pieces([root])
            if inside and len(inside) == 1:
                bend = numbers.ball(inside[0].found.hessian[0])
        return root, Nature.MINIMUM if bend > 0 else Nature.MAXIMUM

    def _exactly(self, root: arb, region: arb) -> Number:
        """A zero of the derivative as an exact number, where it is the simplest one that is near."""
        near = arb(root.mid(), root.rad() + arb(2) ** -60 * (1 + abs(root.mid())))
        for at in candidates(near.lower().mid(), near.upper().mid()):
            pieces = self._landscape.pieces([at]) or ()
            is_zero = bool(pieces) and all(numbers.is_zero(each.found.gradient[0]) for each in pieces)
            if is_zero and region.contains(numbers.ball(at)):
                return at
        return root

    def _multiple(self, box: _Box) -> bool:
        """Prove that the derivative has exactly one zero in a box, a multiple one; whether that was done."""
        for at in candidates(box.low, box.high):
            sides = [self._side(at, box, {}, side) for side in (-1, 1)]
            if None in sides:
                continue
            left, right = sides
            assert left is not None
            assert right is not None
            if left.is_flat and right.is_flat and left.sign and right.sign:
                self._add_between(box, at, left, right)
                return True
        return False

    # At kinks

    def _kinked(self, box: _Box, pieces: list[Kinked]) -> None:
        if any(name not in CONTINUOUS for each in pieces for name in each.names.values()):
            self._is_continuous = False
        slopes = [each.found.gradient[0] for each in pieces]
        signs = {_sign(each) for each in slopes}
        if len(signs) == 1 and signs < {1, -1}:
            return
        if not self._kink(box, pieces) and not self._decided(box, pieces[0]):
            self._split(box, Doubt.UNRESOLVED)

    def _kink(self, box: _Box, pieces: list[Kinked]) -> bool:
        """Prove what is at the one kink of a box; whether that was done."""
        at = self._switched(box, pieces[0])
        if at is None:
            return False
        below, above = (self._way(at, box, side) for side in (-1, 1))
        if below is None or above is None:
            return False
        ways = [below, above]
        sides = [self._side(at, box, way, side) for way, side in zip(ways, (-1, 1), strict=True)]
        left, right = sides
        if left is None or right is None:
            return False
        names = {name for piece in pieces for name in piece.names.values()}
        joined = self._is_joined(at, ways, names)
        if joined is None:
            return False
        low, high = numbers.ball(at).lower().mid(), numbers.ball(at).upper().mid()
        if not joined:
            self._remaining.append((low, high, Doubt.JUMP))
        if not left.sign:
            self._plateaus.append((box.low, high))
        if not right.sign:
            self._plateaus.append((low, box.high))
        is_critical = left.sign * right.sign < 0 or (left.is_flat and right.is_flat)
        if joined and left.sign and right.sign and is_critical:
            self._add_between(box, at, left, right)
        return True

    def _decided(self, box: _Box, piece: Kinked) -> bool:
        """Look at a box on one side, where Taylor's formula tells the sign of what decides; whether it does."""
        number = min(piece.switches)
        middle, around = self._between(box.low, box.high), hull(box.low, box.high)
        there = self._landscape.piece([middle], piece.sides)
        if not isinstance(there, Kinked) or number not in there.switches:
            return False
        here, away = there.switches[number], around - middle
        bend = numbers.ball(piece.switches[number].hessian[0])
        side = _sign(here.value + away * (here.gradient[0] + away * bend / 2))
        found = self._landscape.piece([around], {number: side}) if side else None
        if not isinstance(found, Kinked) or len(found.switches) > 1:
            return False
        self._smooth(box, found.found)
        return True

    def _way(self, at: Number, box: _Box, side: int) -> dict[int, int] | None:
        """The sides on which all that decides is between a number, where it is zero, and an end of a box; None where
        that is not known.

        What decides next may depend on what was decided before: max(x, -x, x^2)."""
        forced: dict[int, int] = {}
        is_exact = not isinstance(at, arb) or isinstance(at, numbers.PiMultiple)
        for _ in range(MOST_PIECES):
            piece = self._landscape.piece([hull(box.low, box.high)], forced)
            if not isinstance(piece, Kinked):
                return None
            number = min(piece.switches.keys() - forced.keys(), default=None)
            if number is None:
                return forced if piece.switches.keys() == forced.keys() else None
            switch, first = piece.switches[number], piece.switches[min(piece.switches)]
            there = self._landscape.piece([at], {**forced, number: 1})
            if not isinstance(there, Kinked) or number not in there.switches:
                return None
            here = there.switches[number]
            if not (numbers.is_zero(here.value) if is_exact else switch.sameness(first)):
                return None
            rising, bent = _sign(switch.gradient[0]), _sign(switch.hessian[0])
            if rising:
                forced[number] = rising * side
            elif bent and is_exact and numbers.is_zero(here.gradient[0]):
                forced[number] = bent  # it touches zero, and has one sign on both sides
            else:
                return None
        return None

    def _switched(self, box: _Box, piece: Kinked) -> Number | None:
        """The number in a box at which what decides first is zero; None where it is not found."""
        first = min(piece.switches)
        for at in candidates(box.low, box.high):
            there = self._landscape.piece([at], piece.sides)
            if isinstance(there, Kinked) and first in there.switches and numbers.is_zero(there.switches[first].value):
                return at
        root = hull(box.low, box.high)
        slope = piece.switches[first].gradient[0]
        if not _sign(slope):
            return None
        for _ in range(40):
            middle = root.mid()
            there = self._landscape.piece([middle], piece.sides)
            if not isinstance(there, Kinked) or first not in there.switches:
                return None
            newton = middle - numbers.ball(there.switches[first].value) / slope
            if not newton.overlaps(root):
                return None
            narrowed = root.intersection(newton)
            if narrowed.rad() >= root.rad() * 0.9:
                break
            root = narrowed
        return root if self._crosses(box, piece, first) else None

    def _crosses(self, box: _Box, piece: Kinked, number: int) -> bool:
        """Whether what decides has other signs at the two ends of a box."""
        found = []
        for end in (box.low, box.high):
            there = self._landscape.piece([end], piece.sides)
            if not isinstance(there, Kinked) or number not in there.switches:
                return False
            found.append(_sign(there.switches[number].value))
        return {*found} == {1, -1}

    def _is_joined(self, at: Number, ways: list[dict[int, int]], names: set[str]) -> bool | None:
        """Whether the function is continuous at a kink; None where that is not known."""
        values = []
        for way in ways:
            there = self._landscape.piece([at], way)
            if not isinstance(there, Kinked):
                return None
            values.append(there.found.value)
        if not numbers.overlap(*values):
            return False
        if names <= CONTINUOUS:
            return True
        own = self._landscape.value([at])
        if own is None:
            return None
        differences = [each - own for each in values]
        if all(map(numbers.is_zero, differences)):
            return True
        return None if all(map(holds_zero, differences)) else False

    def _side(self, at: Number, box: _Box, sides: Mapping[int, int], side: int) -> _Side | None:
        """What the derivative is between a number in a box and an end of that, on given sides of the kinks."""
        part = _beside(at, box, side)
        piece = self._landscape.piece([part], sides)
        if not isinstance(piece, Kinked):
            return None
        sign = _sign(piece.found.gradient[0])
        if sign is not None:
            return _Side(sign, sign == 0)
        if isinstance(at, arb) and not isinstance(at, numbers.PiMultiple):
            return None
        order = self._leading(at, sides)
        if order is None or order < 2:
            return None
        around = self._landscape.series(part, order, sides)
        leading = None if around is None else _sign(around[order])
        if not leading:
            return None
        return _Side(leading * (side if order % 2 == 0 else 1), True)

    def _leading(self, at: Number, sides: Mapping[int, int]) -> int | None:
        """The order of the first Taylor coefficient at a number that is not zero; None where that is not found."""
        for most in ORDERS:
            terms = self._landscape.series(at, most, sides)
            if terms is None:
                return None
            found = next((order for order in range(1, most + 1) if not numbers.is_zero(terms[order])), None)
            if found is not None:
                return found
        return None

    # What is found

    def _add_between(self, box: _Box, at: Number, left: _Side, right: _Side) -> None:
        is_kink = not (left.is_flat and right.is_flat)
        turned = Nature.MINIMUM if right.sign > 0 else Nature.MAXIMUM
        nature = Nature.INFLECTION if left.sign == right.sign else turned
        region = ((box.low, box.high),)
        self._add(CriticalPoint((at,), numbers.NAN, nature, is_kink, not is_kink, region=region))

    def _add(self, point: CriticalPoint) -> None:
        """Keep a point that is in the range and not yet found."""
        at = numbers.ball(point.at[0])
        if at < self._ends[0] or at > self._ends[1]:
            return
        for each in self.points:
            low, high = each.region[0]
            if each.is_kink == point.is_kink and hull(low, high).contains(at):
                return
        self.points.append(replace(point, value=self._landscape.nearby_value(point.at)))


def _beside(at: Number, box: _Box, side: int) -> arb:
    """The part of a box on one side of a number; as wide a one as that where the number is its end."""
    width = box.high - box.low
    if side < 0:
        return hull(box.low if not numbers.ball(at) <= box.low else box.low - width, at)
    return hull(at, box.high if not numbers.ball(at) >= box.high else box.high + width)


def _sign(number: Number) -> int | None:
    """The sign of a ball; None where it is open."""
    if numbers.is_zero(number):
        return 0
    if not numbers.is_finite(number):
        return None
    return 1 if number > 0 else -1 if number < 0 else None


def _merged(intervals: list[tuple[Any, Any]], walls: Sequence[tuple[Any, Any]] = ()) -> list[tuple[Any, Any]]:
    """The intervals, those that meet as one unless it is in a wall that they do."""
    found: list[tuple[Any, Any]] = []
    for low, high in sorted(intervals, key=lambda each: float(each[0])):
        is_walled = any(first <= low and low <= last for first, last in walls)
        if found and found[-1][1] >= low and not is_walled:
            found[-1] = (found[-1][0], high if high >= found[-1][1] else found[-1][1])
        else:
            found.append((low, high))
    return found
