"""Curved: what a formula may be worth on a whole box, with its gradient and its Hessian there, as balls.

Where the balls do not decide on which side of a kink they are, the pieces on both sides are calculated, one after the
other: Branches says which, and remembers what decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, Final

from flint import arb, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.duals import Dual
from gradcli.calculus.balls.functions import DECIDING, Element, Function, divided, native, pi
from gradcli.calculus.balls.numbers import NAN, Number, Undecided, bounded
from gradcli.calculus.balls.series import Series
from gradcli.calculus.balls.table import by_rule, has_value, slopes_of

ZERO: Final = fmpq(0)
ONE: Final = fmpq(1)
TWO: Final = fmpq(2)
CONTINUOUS: Final = frozenset(
    {
        *("abs", "maximum", "minimum", "fmax", "fmin", "max", "min", "amax", "amin", "relu", "relu6", "leaky_relu"),
        *("elu", "selu", "hardtanh", "hardsigmoid", "hardswish", "clamp", "clip", "softsign", "cbrt"),
    }
)
"""Functions that have kinks, or none, where they ask on which side they are, but no jumps."""


class Nowhere(Element):
    """What is defined nowhere on a box, and so is whatever is made of it."""

    __slots__ = ()

    def applied(self, function: Function, operands: tuple[Any, ...]) -> Any:
        """Nowhere, too."""
        return self

    def sign(self) -> int:
        """Raises Undecided."""
        raise Undecided

    def floor(self) -> Number:
        """Raises Undecided."""
        raise Undecided

    def constant(self) -> Number:
        """nan."""
        return NAN

    def vanishes(self) -> bool:
        """Never."""
        return False

    def __add__(self, other: Any) -> Nowhere:
        return self

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __add__

    def __neg__(self) -> Nowhere:
        return self


NOWHERE: Final = Nowhere()


class Branches:
    """Which side is taken at each sign that is asked for, in turn: those of `forced`, by their number, are given.

    Others that the balls leave open are taken to be positive, unless they are what was met before, or its negative.
    `met` has what was left open, `names` the function that asked.
    """

    def __init__(self, forced: Mapping[int, int]) -> None:
        self.forced = forced
        self.met: dict[int, Any] = {}
        self.names: dict[int, str] = {}
        self.taken: dict[int, int] = {}
        self.name = ""
        self._count = 0

    def side(self, element: Any, known: Callable[[], int]) -> int:
        """The sign of an element, which `known` gives or raises Undecided."""
        number, self._count = self._count, self._count + 1
        if number in self.forced:
            self.met[number], self.names[number] = element, self.name
            self.taken[number] = self.forced[number]
            return self.forced[number]
        try:
            return known()
        except Undecided:
            if not numbers.is_finite(element.constant()):
                raise
        side = next((self.taken[at] * same for at, other in self.met.items() if (same := element.sameness(other))), 1)
        self.met[number], self.names[number], self.taken[number] = element, self.name, side
        return side


class Curved(Element):
    """A value with its gradient and its Hessian (the upper triangle, row by row), each a ball for a whole box."""

    __slots__ = ("branches", "gradient", "hessian", "key", "value")

    def __init__(
        self, value: Number, gradient: Sequence[Any], hessian: Sequence[Any], branches: Branches, key: int | None = None
    ) -> None:
        self.value, self.gradient, self.hessian, self.branches = value, gradient, hessian, branches
        self.key = next(_unlike) if key is None else key
        """What is made in the same way has the same key, and its negative the opposite one."""

    @classmethod
    def variable(cls, value: Number, place: int, count: int, branches: Branches) -> Curved:
        """The variable of that place among so many."""
        gradient = [ONE if at == place else ZERO for at in range(count)]
        return cls(value, gradient, [ZERO] * (count * (count + 1) // 2), branches, _key("variable", place))

    def constant(self) -> Number:
        """The value alone."""
        return self.value

    def vanishes(self) -> bool:
        """Whether it is exactly zero on the whole box."""
        return all(map(numbers.is_zero, (self.value, *self.gradient, *self.hessian)))

    def sameness(self, other: Any) -> int:
        """1 where another is one and the same, -1 where it is the negative; 0 where that is not known."""
        if not isinstance(other, Curved):
            return 0
        return int(self.key == other.key) - int(self.key == -other.key)

    def sign(self) -> int:
        """The sign on the whole box, or on the side that is taken. Raises Undecided."""
        return self.branches.side(self, self._own_sign)

    def _own_sign(self) -> int:
        found = self._sign_by_bounds()
        if found == 0 and not self.vanishes():
            raise Undecided
        return found

    def _sign_by_bounds(self) -> int:
        """The sign; that of the one side that there is where a continuous function asks. Raises Undecided."""
        try:
            return numbers.sign(self.value)
        except Undecided:
            if self.branches.name not in CONTINUOUS or not numbers.is_finite(self.value):
                raise
            if self.value.lower() >= 0:
                return 1
            if self.value.upper() <= 0:
                return -1
            raise

    def floor(self) -> Number:
        """The largest integer below. Raises Undecided where that is not one on the whole box."""
        below = numbers.floor(self.value)
        if numbers.is_integer(self.value) and not all(map(numbers.is_zero, self.gradient)):
            raise Undecided
        return below

    def applied(self, function: Function, operands: tuple[Any, ...]) -> Any:
        """`function` of operands of which this is one."""
        for each in operands:
            if isinstance(each, Nowhere):
                return each
        special = _SPECIAL.get(function.name)
        if special is not None:
            return special(*operands)
        if has_value(function.name, len(operands)):
            return by_rule(function.name, operands)
        if len(operands) == 1:
            return self.composed(*_expansion(function, self.value), _key(function.name, self.key))
        return _of_several(function, operands, self)

    def composed(self, value: Number, slope: Any, bend: Any, key: int | None = None) -> Curved:
        """g(f) by the value of g, its first and its second derivative."""
        gradient = [_product(slope, each) for each in self.gradient]
        squares = _symmetric(self.gradient, self.gradient)
        hessian = [_sum(_product(bend, a), _product(slope, b)) for a, b in zip(squares, self.hessian, strict=True)]
        return Curved(value, gradient, hessian, self.branches, key)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Curved):
            if self.key == -other.key and numbers.is_finite(self.value):
                return Curved(ZERO, [ZERO] * len(self.gradient), [ZERO] * len(self.hessian), self.branches)
            gradient = [_sum(a, b) for a, b in zip(self.gradient, other.gradient, strict=True)]
            hessian = [_sum(a, b) for a, b in zip(self.hessian, other.hessian, strict=True)]
            key = _key_of_sum(self.key, other.key)
            return Curved(bounded(self.value + other.value), gradient, hessian, self.branches, key)
        if isinstance(other, Element):
            return NotImplemented if not isinstance(other, Nowhere) else other
        key = _key_of_sum(self.key, _key_of_number(other))
        return Curved(bounded(self.value + other), self.gradient, self.hessian, self.branches, key)

    __radd__ = __add__

    def __neg__(self) -> Curved:
        gradient, hessian = ([each if each is ZERO else -each for each in of] for of in (self.gradient, self.hessian))
        return Curved(-self.value, gradient, hessian, self.branches, -self.key)

    def __mul__(self, other: Any) -> Any:
        if other is self:
            return _whole_power(self, 2)
        if isinstance(other, Curved):
            gradient = [
                _sum(_product(a, other.value), _product(b, self.value))
                for a, b in zip(self.gradient, other.gradient, strict=True)
            ]
            crossed = _symmetric(self.gradient, other.gradient, twice=True)
            hessian = [
                _sum(_sum(_product(a, other.value), _product(b, self.value)), c)
                for a, b, c in zip(self.hessian, other.hessian, crossed, strict=True)
            ]
            key = _key_of_product(self.key, other.key)
            return Curved(bounded(self.value * other.value), gradient, hessian, self.branches, key)
        if isinstance(other, Element):
            return NotImplemented if not isinstance(other, Nowhere) else other
        gradient, hessian = ([_product(each, other) for each in of] for of in (self.gradient, self.hessian))
        key = _key_of_product(self.key, _key_of_number(other))
        return Curved(bounded(self.value * other), gradient, hessian, self.branches, key)

    __rmul__ = __mul__


_unlike: Final = count(1 << 64)
"""Keys of what is like nothing else."""


def _key(*parts: Any) -> int:
    return hash(parts) & 0x7FFFFFFFFFFFFFFF | 1


def _key_of_number(number: Number) -> int:
    """The key of an exact number; of a ball one that nothing else has, as its bits do not tell what it is."""
    if isinstance(number, numbers.PiMultiple):
        sign = -1 if number.multiple < 0 else 1
        return sign * _key("pi", abs(number.multiple))
    if isinstance(number, arb):
        return next(_unlike)
    return (-1 if number < 0 else 1) * _key("number", abs(fmpq(number)))


def _key_of_sum(first: int, second: int) -> int:
    smaller, larger = sorted((first, second), key=lambda each: (abs(each), each))
    sign = -1 if smaller < 0 else 1
    return sign * _key("+", sign * smaller, sign * larger)


def _key_of_product(first: int, second: int) -> int:
    sign = -1 if (first < 0) != (second < 0) else 1
    return sign * _key("*", *sorted((abs(first), abs(second))))


def _product(left: Any, right: Any) -> Any:
    if left is ZERO or right is ZERO:
        return ZERO
    return bounded(left * right)


def _sum(left: Any, right: Any) -> Any:
    if left is ZERO:
        return right
    return left if right is ZERO else bounded(left + right)


def _symmetric(first: Sequence[Any], second: Sequence[Any], *, twice: bool = False) -> list[Any]:
    """The upper triangle of first secondᵀ, or of that with its transpose; a square is one."""
    found: list[Any] = []
    for row, a in enumerate(first):
        for column in range(row, len(first)):
            if not twice:
                found.append(power_on_box(a, 2) if row == column and first is second else _product(a, second[column]))
                continue
            one, other = _product(a, second[column]), _product(first[column], second[row])
            found.append(_product(one, TWO) if row == column else _sum(one, other))
    return found


def power_on_box(base: Number, exponent: int) -> Number:
    """The whole power, not negative, of a ball: an even one is never negative."""
    if base is ZERO:
        return ZERO if exponent else ONE
    if not isinstance(base, arb) or exponent < 2 or not base.is_finite():
        return numbers.power(base, fmpq(exponent))
    low, high = base.lower(), base.upper()
    if exponent % 2 or base > 0 or base < 0:  # it rises or falls all along
        return (low**exponent).union(high**exponent)
    return from_zero((abs(base).upper() ** exponent).upper())


def from_zero(most: arb) -> arb:
    """A ball from exactly zero to a number, or a little more."""
    around = arb(0, most / 2)
    return around + around.rad()


def _expansion(function: Function, at: Number) -> tuple[Number, Any, Any]:
    """The value of a function of one operand with its first two derivatives on a ball."""
    value = function.of_numbers(at)
    if not numbers.is_finite(value):
        return value, NAN, NAN
    slope = slopes_of(function.name, 1)[0](Series([at, ONE]))
    if not isinstance(slope, Series):
        return value, fmpq(slope) if type(slope) is int else slope, ZERO
    return value, slope.terms[0], slope.terms[1]


def _of_several(function: Function, operands: tuple[Any, ...], own: Curved) -> Curved:
    """A function of several operands by its partial derivatives up to the second."""
    moving = [at for at, each in enumerate(operands) if isinstance(each, Curved)]
    plain = [each.value if isinstance(each, Curved) else each for each in operands]
    duals = [Dual(each, {at: ONE}, 2) if at in moving else each for at, each in enumerate(plain)]
    found = function(*duals)
    if not isinstance(found, Dual):
        return Curved(found, [ZERO] * len(own.gradient), [ZERO] * len(own.hessian), own.branches)
    gradient: list[Any] = [ZERO] * len(own.gradient)
    hessian: list[Any] = [ZERO] * len(own.hessian)
    for first in moving:
        slope = found.slopes.get(first, ZERO)
        number = slope.value if isinstance(slope, Dual) else slope
        inner = operands[first]
        gradient = [_sum(a, _product(number, b)) for a, b in zip(gradient, inner.gradient, strict=True)]
        hessian = [_sum(a, _product(number, b)) for a, b in zip(hessian, inner.hessian, strict=True)]
        for second in moving:
            bend = slope.slopes.get(second, ZERO) if isinstance(slope, Dual) else ZERO
            pairs = _symmetric(inner.gradient, operands[second].gradient, twice=True)
            half = _product(bend, fmpq(1, 2))
            hessian = [_sum(a, _product(half, b)) for a, b in zip(hessian, pairs, strict=True)]
    return Curved(found.value, gradient, hessian, own.branches)


def _divide(left: Any, right: Any) -> Any:
    if not isinstance(right, Curved):
        if numbers.is_zero(right):
            return NOWHERE
        return left * divided(ONE, right)
    if right.vanishes():
        return NOWHERE
    over = right.composed(*_reciprocal(right.value), _key("reciprocal", right.key))
    return over if left is ONE else over * left


def _reciprocal(value: Number) -> tuple[Number, Any, Any]:
    over = divided(ONE, value)
    square = power_on_box(over, 2)
    return over, -square, square * over * 2


def _whole_power(base: Curved, exponent: int) -> Any:
    if exponent == 0:
        return ONE
    value = power_on_box(base.value, exponent)
    slope = power_on_box(base.value, exponent - 1) * exponent
    bend = power_on_box(base.value, exponent - 2) * (exponent * (exponent - 1)) if exponent > 1 else ZERO
    key = _key("power", exponent, abs(base.key) if exponent % 2 == 0 else base.key)
    return base.composed(value, slope, bend, key)


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(exponent, Curved):
        if isinstance(base, Curved):
            if base.value < 0:
                return NOWHERE
        elif numbers.ball(base) < 0:
            return NOWHERE
        return native("exp")(exponent * native("log")(base))
    exponent = fmpq(exponent) if type(exponent) is int else exponent
    if type(exponent) is fmpq and exponent.q == 1:
        whole = int(exponent.p)
        return _whole_power(base, whole) if whole >= 0 else _divide(ONE, _whole_power(base, -whole))
    if base.value < 0:
        return NOWHERE
    value, slope, bend = (numbers.power(base.value, exponent - below) for below in range(3))
    return base.composed(value, slope * exponent, bend * exponent * (exponent - 1))


def _sqrt(x: Curved) -> Any:
    if x.value < 0:
        return NOWHERE
    root = native("sqrt").of_numbers(x.value)
    over = divided(ONE, root)
    return x.composed(root, over * fmpq(1, 2), over * over * over * fmpq(-1, 4))


def _absolute(x: Any) -> Any:
    """|x| by the side that is taken: its value is not negative on either."""
    side = x.sign()
    found = x if side >= 0 else -x
    return (
        Curved(abs(x.value), found.gradient, found.hessian, x.branches, found.key)
        if isinstance(found, Curved)
        else found
    )


def _sinc(x: Curved) -> Any:
    """sin(pi x)/(pi x), which is the mean of cos(pi x t) for t from 0 to 1: near zero its second derivative is minus
    the mean of (pi t)^2 cos(pi x t), and its first is x times one such."""
    at = numbers.ball(x.value)
    farthest = abs(at).upper()
    if not farthest < arb(0.5):
        over = x * pi()
        return divided(native("sin")(over), over)
    bend = -(arb.pi() ** 2 / 3) * (arb.pi() * farthest).cos().lower().union(arb(1))
    value = arb.sin_pi(at) / (arb.pi() * at) if not at.contains(0) else at.sinc_pi()
    return x.composed(value, x.value * bend if not numbers.is_zero(x.value) else ZERO, bend)


def _round(x: Curved) -> Number:
    shifted = x + fmpq(1, 2)
    if isinstance(x.value, arb) and not x.value.is_exact():
        return shifted.floor()
    if all(map(numbers.is_zero, x.gradient)):
        return numbers.nearest_integer(x.value)
    return shifted.floor()


_SPECIAL: Final[dict[str, Callable[..., Any]]] = {
    **DECIDING,
    "abs": _absolute,
    "divide": _divide,
    "power": _power,
    "sinc": _sinc,
    "sqrt": _sqrt,
    "floor": Curved.floor,
    "round": _round,
}
"""Functions that Curved does by itself."""
