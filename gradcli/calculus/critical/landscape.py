"""A formula over boxes: its pieces on a box, its value at a point, its Taylor series on one side of a kink."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from flint import arb, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.arithmetic import BallArithmetic
from gradcli.calculus.balls.numbers import Number, PiMultiple, Tie, Undecided
from gradcli.calculus.balls.series import Series
from gradcli.calculus.critical.curved import CONTINUOUS, NOWHERE, ONE, ZERO, Branches, Curved, Nowhere
from gradcli.calculus.critical.found import Doubt
from gradcli.calculus.entries import NoForm, Reading
from gradcli.language.tree import Expr, Program
from gradcli.language.values import frozen
from gradcli.operations import TABLE

MOST_PIECES: Final = 16
"""Pieces of a formula on one box, beyond which nothing is known of it there."""
MOST_DENOMINATOR: Final = 1_000
"""The largest denominator of a fraction that is tried."""
GIVEN_UP: Final = (Undecided, Tie, OverflowError)


class BoxArithmetic(BallArithmetic):
    """Makes the elements of a formula on a box; what is defined nowhere there is Nowhere."""

    def __init__(self, branches: Branches) -> None:
        super().__init__()
        self._branches = branches

    def compare(self, symbol: str, left: Any, right: Any) -> Number:
        """1 or 0. Raises Undecided, as where two may be equal at single points."""
        self._branches.name = "compare"
        if symbol in ("==", "!="):
            difference = left - right
            if isinstance(difference, Curved):
                return fmpq((difference._own_sign() == 0) == (symbol == "=="))
        return super().compare(symbol, left, right)

    def largest(self, values: Sequence[Any]) -> Any:
        """The largest."""
        self._branches.name = "maximum"
        return super().largest(values)

    def apply(self, name: str, *arguments: Any) -> Any:
        """The function `name` of the vocabulary; Nowhere where its domain is left on the whole box."""
        self._branches.name = name
        if name == "detach":
            return arguments[0]  # the function is what it is worth, however its gradient is cut
        if name not in ("where", "isnan") and any(isinstance(each, Nowhere) for each in arguments):
            return NOWHERE
        try:
            found = super().apply(name, *arguments)
        except Undecided:
            if _is_outside(name, arguments):
                return NOWHERE
            raise
        if isinstance(found, Curved) and not numbers.is_finite(found.value) and _is_outside(name, arguments):
            return NOWHERE
        return found

    def _spend(self, operations: int) -> None:
        """Boxes are bounded by time, not by what each takes."""


@cache
def _domains() -> Mapping[str, tuple[tuple[str, ...], Expr]]:
    """The domains of functions, by the names of their forms."""
    from gradcli.language import parse
    from gradcli.operations import vocabulary

    return {
        each.symbolic: (each.parameters, parse(each.domain, vocabulary(), each.parameters).program.result)
        for each in TABLE
        if each.symbolic is not None and each.domain is not None and each.symbolic != "power"
    }


def _is_outside(name: str, arguments: Sequence[Any]) -> bool:
    """Whether a function is certainly not defined for any of what its arguments may be."""
    known = _domains().get(name)
    if known is None:
        return False
    parameters, domain = known
    values = [each.constant() if isinstance(each, (Curved, Series)) else each for each in arguments]
    point = dict(zip(parameters, values, strict=False))
    try:
        inside = Reading(BallArithmetic(), point).value(domain)
    except (*GIVEN_UP, NoForm):
        return False
    return numbers.is_zero(inside)


class SidedSeries(Series):
    """A Taylor series on one side of the kinks that Branches has the sides of."""

    __slots__ = ("branches",)

    def __init__(self, terms: list[Any], branches: Branches, memory: dict[Any, Any] | None = None) -> None:
        super().__init__(terms, memory=memory)
        self.branches = branches

    def like(self, terms: list[Any]) -> SidedSeries:
        """A series of the same t, with other terms."""
        return SidedSeries(terms, self.branches)

    def shorter(self) -> SidedSeries:
        """The series to one order less."""
        return SidedSeries(self.terms[:-1], self.branches, self._memory)

    def sign(self) -> int:
        """The sign on the side. Raises Tie and Undecided."""
        return self.branches.side(self, super().sign)

    def sameness(self, other: Any) -> int:
        """0: sides are given, not found."""
        return 0


@frozen
class Kinked:
    """One piece of a formula on a box: what it is worth, and the sides of the kinks on which it is that, by number."""

    found: Curved
    sides: Mapping[int, int]
    switches: Mapping[int, Curved]
    names: Mapping[int, str]


class Landscape:
    """A formula of so many variables in turn, others being numbers."""

    def __init__(self, program: Program, names: Sequence[str], given: Mapping[str, Any]) -> None:
        self.program, self.names, self.given = program, tuple(names), dict(given)
        self.is_defined = False
        """Whether the formula was defined anywhere up to now."""
        self.cause = Doubt.UNDEFINED
        """Why nothing was known of the last box of which nothing was."""

    def pieces(self, box: Sequence[Number]) -> list[Kinked] | None:
        """The pieces of the formula on a box: none where it is defined nowhere, None where nothing is known."""
        found: list[Kinked] = []
        forced: dict[int, int] | None = {}
        for _ in range(MOST_PIECES):
            assert forced is not None
            made = self.piece(box, forced)
            if made is None:
                return None
            if isinstance(made, Nowhere):
                return []
            found.append(made)
            forced = _next(made)
            if forced is None:
                return _distinct(found)
        return None

    def piece(self, box: Sequence[Number], forced: Mapping[int, int]) -> Kinked | Nowhere | None:
        """The piece of the formula on given sides; None where nothing is known."""
        branches = Branches(forced)
        count = len(self.names)
        variables = {
            name: Curved.variable(value, at, count, branches)
            for at, (name, value) in enumerate(zip(self.names, box, strict=True))
        }
        found = self._read(variables, BoxArithmetic(branches))
        if found is None or isinstance(found, Nowhere):
            return None if branches.met else found
        if not isinstance(found, Curved):
            found = Curved(found, [ZERO] * count, [ZERO] * (count * (count + 1) // 2), branches)
        if not all(map(numbers.is_finite, (found.value, *found.gradient))):
            return None
        self.is_defined = True
        return Kinked(found, dict(branches.taken), dict(branches.met), dict(branches.names))

    def value(self, point: Sequence[Number]) -> Number | None:
        """The value at a point, by the formula as it is; None where it has none."""
        found = self._read(dict(zip(self.names, point, strict=True)), BallArithmetic())
        return found if found is not None and numbers.is_finite(found) else None

    def nearby_value(self, point: Sequence[Number]) -> Number:
        """The value at a point, or that of one of its pieces there; nan where there is neither."""
        value = self.value(point)
        if value is None:
            pieces = self.pieces(point)
            return pieces[0].found.value if pieces else numbers.NAN
        return value

    def series(self, at: Number, order: int, sides: Mapping[int, int]) -> list[Number] | None:
        """The Taylor coefficients up to an order of a formula of one variable at a number, or over a ball, on given
        sides of its kinks; None where they are not known."""
        branches = Branches(sides)
        variable = SidedSeries([at, ONE, *[ZERO] * (order - 1)], branches)
        found = self._read({self.names[0]: variable}, BoxArithmetic(branches))
        if branches.met.keys() != sides.keys():
            return None
        if not isinstance(found, Series):
            return None if found is None or isinstance(found, Nowhere) else [found, *[ZERO] * order]
        if len(found.terms) <= order or not all(map(numbers.is_finite, found.terms)):
            return None
        return list(found.terms)

    def along(self, at: Sequence[Number], direction: Sequence[int], order: int) -> list[Number] | None:
        """The Taylor coefficients along a line through a point; None where they are not known."""
        branches = Branches({})
        rest = [ZERO] * (order - 1)
        variables = {
            name: SidedSeries([value, fmpq(step), *rest], branches) if step else value
            for name, value, step in zip(self.names, at, direction, strict=True)
        }
        found = self._read(variables, BoxArithmetic(branches))
        if branches.met or not isinstance(found, Series) or len(found.terms) <= order:
            return None
        return list(found.terms) if all(map(numbers.is_finite, found.terms)) else None

    def _read(self, variables: Mapping[str, Any], arithmetic: BallArithmetic) -> Any:
        """What the formula becomes; None where that is not decided."""
        try:
            found = Reading(arithmetic, {**self.given, **variables}).program(self.program)
        except GIVEN_UP:
            self.cause = Doubt.JUMP
            return None
        self.cause = Doubt.UNDEFINED
        if found.size != 1:
            raise NotOneNumberError(found.shape)
        return found.ravel()[0]


class NotOneNumberError(Exception):
    """The program has a tensor of that `shape` as its result."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(f"the output has shape {shape}, and a gradient needs a scalar")


def _distinct(pieces: list[Kinked]) -> list[Kinked]:
    """The pieces; one without sides where they are all one and the same, as of min(x, x)."""
    first = pieces[0]
    if not all(name in CONTINUOUS for each in pieces for name in each.names.values()):
        return pieces  # at the point between two pieces there may be another value
    if len(pieces) > 1 and all(first.found.sameness(each.found) == 1 for each in pieces[1:]):
        return [Kinked(first.found, {}, {}, first.names)]
    return pieces


def _next(made: Kinked) -> dict[int, int] | None:
    """The sides to look at after those of a piece: the last that is positive becomes negative; None after the last.

    What follows another side is not turned by itself: it was met as one and the same."""
    numbers_of = sorted(made.sides)
    forced = dict(made.sides)
    followers = _followers(made)
    for number in reversed(numbers_of):
        if number in followers:
            del forced[number]
        elif forced[number] > 0:
            forced[number] = -1
            return {at: side for at, side in forced.items() if at <= number}
        else:
            del forced[number]
    return None


def _followers(made: Kinked) -> set[int]:
    """The numbers of those that are one and the same as an earlier, or its negative."""
    found: set[int] = set()
    order = sorted(made.switches)
    for place, number in enumerate(order):
        if any(made.switches[number].sameness(made.switches[earlier]) for earlier in order[:place]):
            found.add(number)
    return found


def hull(low: Number, high: Number) -> arb:
    """The ball from one number to another."""
    return numbers.ball(low).union(numbers.ball(high))


def candidates(low: arb, high: arb) -> Iterator[Number]:
    """What a coordinate may be exactly: the simplest fraction between two exact numbers, both ends in, and the simplest
    multiple of pi, if simple."""
    found = simplest(low.fmpq(), high.fmpq())
    if found.q <= MOST_DENOMINATOR:
        yield found
    turned = ((low / arb.pi()).mid().fmpq(), (high / arb.pi()).mid().fmpq())
    if low < high and (multiple := simplest(*turned)) and multiple.q <= MOST_DENOMINATOR:
        number = PiMultiple.of(multiple)
        if number >= low and number <= high:
            yield number


def simplest(low: fmpq, high: fmpq) -> fmpq:
    """The fraction of the smallest denominator between two, and of these the smallest (Stern and Brocot's tree)."""
    if low <= 0 <= high:
        return fmpq(0)
    if high < 0:
        return -simplest(-high, -low)
    parts: list[int] = []
    while True:
        whole = low.floor()
        if whole == low:
            break
        if whole + 1 <= high:
            whole = whole + 1
            break
        parts.append(int(whole))
        low, high = 1 / (high - whole), 1 / (low - whole)
    found = fmpq(whole)
    for part in reversed(parts):
        found = part + 1 / found
    return found
