"""Taylor series in one variable: a number with its derivatives of every order up to one, and germs at kinks.

A smooth function of a series follows from its first derivative alone: (f(u))' = f'(u) u', where f'(u) is wanted to one
order less. A germ is the series of what happens for small positive t: it decides what switches at t = 0 by the first
coefficient that is not zero, and divides 0 by 0 where both vanish to the same order. Two germs, to the left and to the
right, that are one series say that there is a derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.functions import DECIDING, Element, Function, divided, function, pi
from gradcli.calculus.balls.numbers import NAN, Number, Tie, bounded, divide, is_integer, is_zero, power, sign
from gradcli.calculus.balls.table import slopes_of

ZERO = fmpq(0)


class Series(Element):
    """c0 + c1 t + c2 t**2 + …: `terms` has the coefficients that are known. With `germ`, t is small and positive."""

    __slots__ = ("_memory", "germ", "terms")

    def __init__(self, terms: list[Number], germ: bool = False, memory: dict[Any, Any] | None = None) -> None:
        self.terms, self.germ = terms, germ
        self._memory: dict[Any, Any] = {} if memory is None else memory

    def applied(self, function: Function, operands: tuple[Any, ...]) -> Any:
        """`function` of operands of which this is one."""
        special = _SPECIAL.get(function.name)
        if special is not None:
            return special(*operands)
        rule = _value_rule(function.name, len(operands))
        if rule is not None:
            found = rule(*operands)
            return fmpq(found) if type(found) is int else found
        if len(operands) > 1:
            return _by_derivatives(function, operands)
        # The derivatives of a function lead back to it, to one order less: each is made once.
        key = (function.name, len(self.terms))
        found = self._memory.get(key)
        if found is None:
            found = self._memory[key] = _by_derivatives(function, operands)
        return found

    def shorter(self) -> Series:
        """The series to one order less."""
        return Series(self.terms[:-1], self.germ, self._memory)

    def derivative(self) -> list[Number]:
        """The coefficients of the derivative by t."""
        return [coefficient * (at + 1) for at, coefficient in enumerate(self.terms[1:])]

    def sign(self) -> int:
        """The sign at the point; of a germ, for small positive t. Raises Tie where it is zero at the point alone, and
        Undecided."""
        first = sign(self.terms[0])
        self._inside()
        if first != 0:
            return first
        if not self.germ:
            if any(not is_zero(each) for each in self.terms[1:]):
                raise Tie
            return 0
        return next((found for found in map(sign, self.terms) if found), 0)

    def floor(self) -> Number:
        """The largest integer below; of a germ, for small positive t. Raises Tie and Undecided."""
        constant = self.terms[0]
        self._inside()
        if not is_integer(constant):
            return numbers.floor(constant)
        away = (self - constant).sign()
        return numbers.floor(constant) - (away < 0)

    def _inside(self) -> None:
        """Raise Tie where a term is not finite, as at the edge of a domain, beyond which nothing can be compared."""
        if not all(map(numbers.is_finite, self.terms)):
            raise Tie

    def constant(self) -> Number:
        """The number at the point."""
        return self.terms[0]

    def vanishes(self) -> bool:
        """Whether all coefficients are exactly zero."""
        return all(map(numbers.is_zero, self.terms))

    def __add__(self, other: Any) -> Series:
        if not isinstance(other, Series):
            return Series([self.terms[0] + other, *self.terms[1:]], self.germ)
        # Terms that only one of the two has are not known of the sum.
        return Series([a + b for a, b in zip(self.terms, other.terms, strict=False)], self.germ)

    __radd__ = __add__

    def __neg__(self) -> Series:
        return Series([-each for each in self.terms], self.germ)

    def __sub__(self, other: Any) -> Series:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Series:
        return self.__neg__().__add__(other)

    def __mul__(self, other: Any) -> Series:
        if not isinstance(other, Series):
            return Series([each * other for each in self.terms], self.germ)
        return Series(_convolved(self.terms, other.terms), self.germ)

    __rmul__ = __mul__


def _convolved(left: list[Number], right: list[Number]) -> list[Number]:
    count = min(len(left), len(right))
    return [_total([left[j] * right[at - j] for j in range(at + 1)]) for at in range(count)]


def _total(terms: list[Number]) -> Number:
    total = ZERO
    for term in terms:
        total = total + term
    return bounded(total)


def _value_rule(name: str, count: int) -> Callable[..., Any] | None:
    from gradcli.calculus.balls.rules import RULES

    rule = RULES.get((name, count))
    return None if rule is None else rule.value


def _by_derivatives(function: Function, operands: tuple[Any, ...]) -> Any:
    """f(u, …) from its value and its first derivatives."""
    series = [each for each in operands if isinstance(each, Series)]
    germ, count = series[0].germ, min(len(each.terms) for each in series)
    value = function.of_numbers(*[each.terms[0] if isinstance(each, Series) else each for each in operands])
    if count == 1:
        return Series([value], germ)
    if isinstance(value, arb) and not value.is_finite():
        return Series([value] + [NAN] * (count - 1), germ)
    shorter = [each.shorter() if isinstance(each, Series) else each for each in operands]
    total: list[Number] = [ZERO] * (count - 1)
    for place, operand in enumerate(operands):
        if not isinstance(operand, Series):
            continue
        slope = slopes_of(function.name, len(operands))[place](*shorter)
        inner = operand.derivative()
        part = _convolved(slope.terms, inner) if isinstance(slope, Series) else [each * slope for each in inner]
        total = [a + b for a, b in zip(total, part, strict=False)]
    return Series([value, *(each / fmpq(at + 1) for at, each in enumerate(total))], germ)


def _valuation(series: Series) -> int:
    """How many coefficients from the first are exactly zero."""
    return next((at for at, each in enumerate(series.terms) if not is_zero(each)), len(series.terms))


def _divide(left: Any, right: Any) -> Any:
    if not isinstance(right, Series):
        return left * divide(1, right)
    shared = _valuation(right) if right.germ else 0
    numerator = left.terms if isinstance(left, Series) else [left] + [ZERO] * (len(right.terms) - 1)
    if shared and (shared == len(right.terms) or any(not is_zero(each) for each in numerator[:shared])):
        return Series([NAN] * len(right.terms), right.germ)
    above, below = numerator[shared:], right.terms[shared:]
    quotient: list[Number] = []
    for at in range(min(len(above), len(below))):
        known = _total([below[at - j] * quotient[j] for j in range(at)])
        quotient.append(divide(above[at] - known, below[0]))
    return Series(quotient, right.germ)


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(exponent, Series):
        if all(is_zero(each) for each in exponent.terms[1:]):
            steady = exponent.terms[0]
            return _power(base, steady) if isinstance(base, Series) else power(base, steady)
        logarithm = function("log")(base)
        return function("exp")(exponent * logarithm)
    exponent = fmpq(exponent) if type(exponent) is int else exponent
    if not all(map(numbers.is_finite, base.terms)):  # an expansion that ends is none: its first zeros say nothing
        return Series([power(base.terms[0], exponent)] + [NAN] * (len(base.terms) - 1), base.germ)
    whole = int(exponent.p) if type(exponent) is fmpq and exponent.q == 1 else None
    if whole is not None and 0 <= whole <= 3:
        result: Any = Series([fmpq(1)] + [ZERO] * (len(base.terms) - 1), base.germ)
        for _ in range(whole):
            result = result * base
        return result
    shared = _valuation(base)
    if shared == 0:
        return Series(_power_terms(base.terms, exponent), base.germ)
    if shared == len(base.terms):
        return Series([ZERO if sign(exponent) > 0 else NAN] * len(base.terms), base.germ)
    return _power_of_zero(base, exponent, shared)


def _power_of_zero(base: Series, exponent: Number, shared: int) -> Series:
    """(t**shared rest)**exponent, where t appears to a whole power that is not negative."""
    count = len(base.terms)
    shift = exponent * shared
    if not (type(shift) is fmpq and shift.q == 1 and shift >= 0) or not (base.germ or exponent.q == 1):
        if is_zero(base.terms[0]) and sign(exponent) > 0:
            return Series([ZERO] + [NAN] * (count - 1), base.germ)
        return Series([NAN] * count, base.germ)
    rest = _power_terms(base.terms[shared:], exponent)
    return Series(([ZERO] * int(shift.p) + rest)[:count], base.germ)


def _power_terms(terms: list[Number], exponent: Number) -> list[Number]:
    """Euler's recurrence for a power of a series that does not begin with zero."""
    first = terms[0]
    result = [power(first, exponent)]
    for at in range(1, len(terms)):
        parts = [(exponent * j - (at - j)) * terms[j] * result[at - j] for j in range(1, at + 1)]
        result.append(divide(_total(parts), first * at))
    return result


def _round(x: Series) -> Number:
    shifted = x + fmpq(1, 2)
    constant = shifted.terms[0]
    if not is_integer(constant):
        x._inside()
        return numbers.nearest_integer(x.terms[0])
    away = (shifted - constant).sign()
    if away == 0:
        return numbers.nearest_integer(x.terms[0])
    return numbers.floor(constant) - (away < 0)


def _atan2(y: Any, x: Any) -> Any:
    """The angle; on the cut left of the origin, that of the side to which y goes."""
    if isinstance(y, Series) and is_zero(y.terms[0]) and sign(x.terms[0] if isinstance(x, Series) else x) < 0:
        turn = pi() if y.sign() >= 0 else -pi()
        return function("atan")(divided(y, x)) + turn
    return _by_derivatives(function("atan2"), (y, x))


def _sqrt(x: Series) -> Any:
    return _power(x, fmpq(1, 2))


_SPECIAL: dict[str, Callable[..., Any]] = {
    **DECIDING,
    "divide": _divide,
    "power": _power,
    "sqrt": _sqrt,
    "floor": Series.floor,
    "round": _round,
    "atan2": _atan2,
}
"""Functions that series do by themselves."""
