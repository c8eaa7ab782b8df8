"""Taylor series in one variable: a number with its derivatives of every order up to one, and germs at kinks.

A smooth function of a series follows from its first derivative alone: (f(u))' = f'(u) u', where f'(u) is wanted to one
order less. A germ is the series of what happens for small positive t: it decides what switches at t = 0 by the first
coefficient that is not zero, and divides 0 by 0 where both vanish to the same order. Two germs, to the left and to the
right, that are one series say that there is a derivative.

Inside a derivative, the coefficients of a series may be elements themselves, of a lower level: so the derivatives of
the derivative go along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.functions import (
    DECIDING,
    Element,
    Function,
    constant_of,
    divided,
    native,
    pi,
    raised,
    sign_of,
    vanishes,
)
from gradcli.calculus.balls.numbers import MAX_POWER, NAN, Number, Tie, bounded, is_integer
from gradcli.calculus.balls.table import by_rule, has_value, slopes_of

ZERO = fmpq(0)


class Series(Element):
    """c0 + c1 t + c2 t**2 + …: `terms` has the coefficients that are known. With `germ`, t is small and positive."""

    __slots__ = ("_memory", "germ", "level", "terms")

    def __init__(
        self, terms: list[Any], germ: bool = False, level: int = 0, memory: dict[Any, Any] | None = None
    ) -> None:
        self.terms, self.germ, self.level = terms, germ, level
        self._memory: dict[Any, Any] = {} if memory is None else memory

    def like(self, terms: list[Any]) -> Series:
        """A series of the same t, with other terms."""
        return Series(terms, self.germ, self.level)

    def has_peer(self, other: Any) -> bool:
        """Whether another is a series of the same t; what is of a lower level, or a number, is constant."""
        return isinstance(other, Series) and other.level == self.level

    def applied(self, function: Function, operands: tuple[Any, ...]) -> Any:
        """`function` of operands of which this is one."""
        special = _SPECIAL.get(function.name)
        if special is not None:
            return special(*operands)
        if has_value(function.name, len(operands)):
            return by_rule(function.name, operands)
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
        return Series(self.terms[:-1], self.germ, self.level, self._memory)

    def derivative(self) -> list[Any]:
        """The coefficients of the derivative by t."""
        return [coefficient * (at + 1) for at, coefficient in enumerate(self.terms[1:])]

    def sign(self) -> int:
        """The sign at the point; of a germ, for small positive t. Raises Tie where it is zero at the point alone, and
        Undecided."""
        first = sign_of(self.terms[0])
        self._inside()
        if first != 0:
            return first
        if not self.germ:
            if any(not vanishes(each) for each in self.terms[1:]):
                raise Tie
            return 0
        return next((found for found in map(sign_of, self.terms) if found), 0)

    def floor(self) -> Number:
        """The largest integer below; of a germ, for small positive t. Raises Tie and Undecided."""
        constant = self.terms[0]
        self._inside()
        if isinstance(constant, Element):
            below = constant.floor()
            is_whole = is_integer(constant.constant())
        else:
            below, is_whole = numbers.floor(constant), is_integer(constant)
        return below - ((self - below).sign() < 0) if is_whole else below

    def _inside(self) -> None:
        """Raise Tie where a term is not finite, as at the edge of a domain, beyond which nothing can be compared."""
        if not all([numbers.is_finite(constant_of(each)) for each in self.terms]):  # noqa: C419 (a list is quicker)
            raise Tie

    def constant(self) -> Number:
        """The number at the point."""
        return constant_of(self.terms[0])

    def vanishes(self) -> bool:
        """Whether all coefficients are exactly zero."""
        return all(map(vanishes, self.terms))

    def __add__(self, other: Any) -> Any:
        if not self.has_peer(other):
            if isinstance(other, Series) and other.level > self.level:
                return other.__add__(self)
            return self.like([self.terms[0] + other, *self.terms[1:]])
        # Terms that only one of the two has are not known of the sum.
        return self.like([a + b for a, b in zip(self.terms, other.terms, strict=False)])

    __radd__ = __add__

    def __neg__(self) -> Series:
        return self.like([-each for each in self.terms])

    def __mul__(self, other: Any) -> Any:
        if not self.has_peer(other):
            if isinstance(other, Series) and other.level > self.level:
                return other.__mul__(self)
            return self.like([each * other for each in self.terms])
        return self.like(_convolved(self.terms, other.terms))

    __rmul__ = __mul__


def _convolved(left: list[Any], right: list[Any]) -> list[Any]:
    count = min(len(left), len(right))
    return [_total([left[j] * right[at - j] for j in range(at + 1)]) for at in range(count)]


def _total(terms: list[Any]) -> Any:
    total: Any = ZERO
    for term in terms:
        total = total + term
    return bounded(total)


def _highest(operands: tuple[Any, ...]) -> Series:
    """The series among the operands of the highest level: what is of a lower one is constant."""
    found: Series | None = None
    for each in operands:
        if isinstance(each, Series) and (found is None or each.level > found.level):
            found = each
    assert found is not None
    return found


def _by_derivatives(function: Function, operands: tuple[Any, ...]) -> Any:
    """f(u, …) from its value and its first derivatives."""
    own = _highest(operands)
    series = [each for each in operands if own.has_peer(each)]
    count = min(len(each.terms) for each in series)
    value = function(*[each.terms[0] if own.has_peer(each) else each for each in operands])
    if count == 1:
        return own.like([value])
    if not numbers.is_finite(constant_of(value)):
        return own.like([value] + [NAN] * (count - 1))
    shorter = [each.shorter() if own.has_peer(each) else each for each in operands]
    total: list[Any] = [ZERO] * (count - 1)
    for place, operand in enumerate(operands):
        if not own.has_peer(operand):
            continue
        slope = slopes_of(function.name, len(operands))[place](*shorter)
        inner = operand.derivative()
        part = _convolved(slope.terms, inner) if own.has_peer(slope) else [each * slope for each in inner]
        total = [a + b for a, b in zip(total, part, strict=False)]
    return own.like([value, *(each * fmpq(1, at + 1) for at, each in enumerate(total))])


def _valuation(series: Series) -> int:
    """How many coefficients from the first are exactly zero."""
    return next((at for at, each in enumerate(series.terms) if not vanishes(each)), len(series.terms))


def _divide(left: Any, right: Any) -> Any:
    own = _highest((left, right))
    if not own.has_peer(right):
        return left * divided(fmpq(1), right)
    shared = _valuation(right) if right.germ else 0
    numerator = left.terms if own.has_peer(left) else [left] + [ZERO] * (len(right.terms) - 1)
    if shared and (shared == len(right.terms) or any(not vanishes(each) for each in numerator[:shared])):
        return own.like([NAN] * len(right.terms))
    above, below = numerator[shared:], right.terms[shared:]
    quotient: list[Any] = []
    for at in range(min(len(above), len(below))):
        known = _total([below[at - j] * quotient[j] for j in range(at)])
        quotient.append(divided(above[at] - known, below[0]))
    return own.like(quotient)


def _power(base: Any, exponent: Any) -> Any:
    own = _highest((base, exponent))
    if own.has_peer(exponent):
        if all(vanishes(each) for each in exponent.terms[1:]):
            return raised(base, exponent.terms[0])
        logarithm = native("log")(base)
        return native("exp")(exponent * logarithm)
    exponent = fmpq(exponent) if type(exponent) is int else exponent
    if not all(numbers.is_finite(constant_of(each)) for each in base.terms):
        # An expansion that ends is none: its first zeros say nothing.
        return own.like([raised(base.terms[0], exponent)] + [NAN] * (len(base.terms) - 1))
    whole = int(exponent.p) if type(exponent) is fmpq and exponent.q == 1 else None
    if whole is not None and (0 <= whole <= 3 or (3 < whole <= MAX_POWER and _may_be_zero(base.terms[0]))):
        result: Any = own.like([fmpq(1)] + [ZERO] * (len(base.terms) - 1))
        for _ in range(whole):
            result = result * base
        return result
    shared = _valuation(base)
    if shared == 0:
        return own.like(_power_terms(base.terms, exponent))
    if shared == len(base.terms):
        return own.like([ZERO if sign_of(exponent) > 0 else NAN] * len(base.terms))
    return _power_of_zero(base, exponent, shared)


def _may_be_zero(first: Any) -> bool:
    """Whether a coefficient is a ball that holds zero, by which nothing is divided."""
    return isinstance(first, arb) and not first.is_zero() and bool(first.contains(0))


def _power_of_zero(base: Series, exponent: Any, shared: int) -> Series:
    """(t**shared rest)**exponent, where t appears to a whole power that is not negative."""
    count = len(base.terms)
    shift = exponent * shared
    if not (type(shift) is fmpq and shift.q == 1 and shift >= 0) or not (base.germ or exponent.q == 1):
        if vanishes(base.terms[0]) and sign_of(exponent) > 0:
            return base.like([ZERO] + [NAN] * (count - 1))
        return base.like([NAN] * count)
    rest = _power_terms(base.terms[shared:], exponent)
    return base.like(([ZERO] * int(shift.p) + rest)[:count])


def _power_terms(terms: list[Any], exponent: Any) -> list[Any]:
    """Euler's recurrence for a power of a series that does not begin with zero."""
    first = terms[0]
    result = [raised(first, exponent)]
    for at in range(1, len(terms)):
        parts = [(exponent * j - (at - j)) * terms[j] * result[at - j] for j in range(1, at + 1)]
        result.append(divided(_total(parts), first * at))
    return result


def _round(x: Series) -> Number:
    half = fmpq(1, 2)
    constant = x.constant() + half
    if not is_integer(constant):
        x._inside()
        return numbers.nearest_integer(x.constant())
    away = (x + half - constant).sign()
    if away == 0:
        return numbers.nearest_integer(x.constant())
    return numbers.floor(constant) - (away < 0)


def _atan2(y: Any, x: Any) -> Any:
    """The angle; on the cut left of the origin, that of the side to which y goes."""
    if isinstance(y, Element) and numbers.is_zero(y.constant()) and numbers.sign(constant_of(x)) < 0:
        turn = pi() if y.sign() >= 0 else -pi()
        return native("atan")(divided(y, x)) + turn
    return _by_derivatives(native("atan2"), (y, x))


_SPECIAL: dict[str, Callable[..., Any]] = {
    **DECIDING,
    "divide": _divide,
    "power": _power,
    "sqrt": lambda x: raised(x, fmpq(1, 2)),
    "floor": Series.floor,
    "round": _round,
    "atan2": _atan2,
}
"""Functions that series do by themselves."""
