"""Dual numbers (Clifford 1871; forward mode): a number with its derivatives by numbered variables.

Of a dual of order 2 the derivatives are duals of order 1, which carry their own: so a Hessian is the derivative of
SymPy's derivatives, evaluated on duals.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.functions import DECIDING, Element, Function, divided, positive
from gradcli.calculus.balls.numbers import NAN, Number, Tie, bounded, divide, is_integer, sign
from gradcli.calculus.balls.table import by_rule, slopes_of

STEPS = frozenset({"heaviside", "positive", "is_zero", "logical_not", "logical_and", "logical_or"})
"""Functions that jump, by the signs of their operands."""
ONE = fmpq(1)
Slopes = dict[int, Any]
"""The derivatives by the variables, by number: numbers, or duals of one order less; those left out are zero."""


class Dual(Element):
    """A number `value` with its derivatives `slopes`, to the given `order`."""

    __slots__ = ("order", "slopes", "value")

    def __init__(self, value: Number, slopes: Slopes, order: int = 1) -> None:
        self.value, self.slopes, self.order = value, slopes, order

    def lower(self) -> Any:
        """The same to one order less: a number, of order 1."""
        if self.order == 1:
            return self.value
        slopes = {at: slope.lower() if isinstance(slope, Dual) else slope for at, slope in self.slopes.items()}
        return Dual(self.value, slopes, self.order - 1)

    def applied(self, function: Function, operands: tuple[Any, ...]) -> Any:
        """`function` of operands of which this is one, by the chain rule."""
        special = _SPECIAL.get(function.name)
        if special is not None:
            return special(*operands)
        if function.name in STEPS:
            return by_rule(function.name, operands)  # which raises Tie at the jumps: between them the derivative is 0
        if function.name == "atan2":
            _off_cut(*operands)
        value = function.of_numbers(*[each.value if isinstance(each, Dual) else each for each in operands])
        if isinstance(value, arb) and not value.is_finite():
            return self._unknown(value, operands)
        lower = [each.lower() if isinstance(each, Dual) else each for each in operands]
        slopes: Slopes = {}
        derivatives = slopes_of(function.name, len(operands))
        for place, operand in enumerate(operands):
            if isinstance(operand, Dual):
                _accumulate(slopes, operand.slopes, derivatives[place](*lower))
        return Dual(value, slopes, self.order)

    def _unknown(self, value: Number, operands: tuple[Any, ...]) -> Dual:
        places = {at for each in operands if isinstance(each, Dual) for at in each.slopes}
        slope: Any = NAN
        for order in range(1, self.order):
            slope = Dual(NAN, dict.fromkeys(places, slope), order)
        return Dual(value, dict.fromkeys(places, slope), self.order)

    def sign(self) -> int:
        """The sign of the number. Raises Tie where it is zero and may change, and Undecided."""
        found = sign(self.value)
        if found == 0 and self.slopes:
            raise Tie
        self._inside()
        return found

    def floor(self) -> Number:
        """The largest integer below. Raises Tie at an integer, and Undecided."""
        if is_integer(self.value) and self.slopes:
            raise Tie
        self._inside()
        return numbers.floor(self.value)

    def _inside(self) -> None:
        """Raise Tie where a slope is not finite, as at the edge of a domain, beyond which nothing can be compared."""
        for slope in self.slopes.values():
            if not numbers.is_finite(slope.value if isinstance(slope, Dual) else slope):
                raise Tie

    def constant(self) -> Number:
        """The number alone."""
        return self.value

    def vanishes(self) -> bool:
        """Whether the number and its derivatives are exactly zero."""
        return numbers.is_zero(self.value) and all(
            slope.vanishes() if isinstance(slope, Dual) else numbers.is_zero(slope) for slope in self.slopes.values()
        )

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Dual):
            if isinstance(other, Element):
                return NotImplemented
            return Dual(bounded(self.value + other), self.slopes, self.order)
        slopes = dict(self.slopes)
        for at, slope in other.slopes.items():
            known = slopes.get(at)
            slopes[at] = slope if known is None else known + slope
        return Dual(bounded(self.value + other.value), slopes, self.order)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, {at: -slope for at, slope in self.slopes.items()}, self.order)

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, Dual):
            if isinstance(other, Element):
                return NotImplemented
            slopes = {at: slope * other for at, slope in self.slopes.items()}
            return Dual(bounded(self.value * other), slopes, self.order)
        slopes = {}
        _accumulate(slopes, self.slopes, other.lower())
        _accumulate(slopes, other.slopes, self.lower())
        return Dual(bounded(self.value * other.value), slopes, self.order)

    __rmul__ = __mul__


def _accumulate(into: Slopes, slopes: Slopes, factor: Any) -> None:
    for at, slope in slopes.items():
        known = into.get(at)
        into[at] = slope * factor if known is None else known + slope * factor


def _divide(left: Any, right: Any) -> Any:
    if not isinstance(right, Dual):
        return left * divide(1, right)
    value = divide(left.value if isinstance(left, Dual) else left, right.value)
    over = divided(ONE, right.lower())
    slopes: Slopes = {}
    if isinstance(left, Dual):
        _accumulate(slopes, left.slopes, over)
    quotient = (left.lower() if isinstance(left, Dual) else left) * over
    _accumulate(slopes, right.slopes, -(quotient * over))
    return Dual(value, slopes, right.order)


def _off_cut(y: Any, x: Any) -> None:
    """Raise Tie where atan2 jumps by 2 pi, left of the origin."""
    if isinstance(y, Dual) and not positive(x.value if isinstance(x, Dual) else x):
        y.sign()


def _round(x: Dual) -> Number:
    if x.slopes and is_integer(x.value + fmpq(1, 2)):
        raise Tie
    x._inside()
    return numbers.nearest_integer(x.value)


_SPECIAL: dict[str, Callable[..., Any]] = {
    **DECIDING,
    "divide": _divide,
    "floor": Dual.floor,
    "round": _round,
}
"""Functions that duals do by themselves."""
