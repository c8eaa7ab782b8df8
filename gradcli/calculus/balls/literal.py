"""Literal: a number outside any tensor, as the engine takes Python's, but exact."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from flint import arb, fmpq

from gradcli.calculus.balls.element import Ball, NoBalls, ball
from gradcli.calculus.balls.numbers import MAX_BITS, from_float, rational_of

MAX_EXPONENT: Final = 4096
"""The largest exponent at which a power is still a rational."""


class Literal(float):
    """A number that is exact where it can be: `exact` is a rational, else a ball.

    To the engine it is a float, and goes wherever a Python number goes: its operators give Literals, and beside an
    array of balls it is a ball. As a mere float it is nan: what would lose its digits unnoticed spoils the result.
    """

    __slots__ = ("exact",)

    exact: Any

    def __new__(cls, value: Any) -> Literal:
        """Of a rational, an `arb`, a ball, or a Python number."""
        self = super().__new__(cls, "nan")
        self.exact = _exact(value)
        return self

    def __repr__(self) -> str:
        return f"Literal({self.exact})"

    def __format__(self, spec: str) -> str:
        return format(float(ball(self).arb.mid()), spec)

    def __reduce__(self) -> Any:
        raise NoBalls("an exact number cannot be copied")

    def __float__(self) -> float:
        raise NoBalls("a rule computes with floats here")

    def __int__(self) -> int:
        if not self.is_integer():
            raise NoBalls("a whole number is needed")
        return int(self.exact.p)

    __trunc__ = __index__ = __int__

    def __floor__(self) -> int:
        return int(Literal(ball(self).floor()))

    def __ceil__(self) -> int:
        return int(Literal(ball(self).ceil()))

    def is_integer(self) -> bool:
        """Whether it is certainly a whole number."""
        return isinstance(self.exact, fmpq) and self.exact.q == 1

    def __hash__(self) -> int:
        if isinstance(self.exact, fmpq):
            return hash(Fraction(int(self.exact.p), int(self.exact.q)))
        return object.__hash__(self)

    def __bool__(self) -> bool:
        return not bool(self == 0.0)

    def __neg__(self) -> Literal:
        return Literal(-self.exact)

    def __pos__(self) -> Literal:
        return self

    def __abs__(self) -> Literal:
        return Literal(abs(self.exact))


def _exact(value: Any) -> Any:
    if isinstance(value, Literal):
        return value.exact
    if isinstance(value, Ball):
        return _moderate(value)
    if isinstance(value, fmpq):
        small = int(value.p).bit_length() <= MAX_BITS and int(value.q).bit_length() <= MAX_BITS
        return value if small else ball(value)
    if isinstance(value, arb):
        return _moderate(Ball(value))
    if isinstance(value, int):
        return _exact(fmpq(int(value)))
    if isinstance(value, float) and not hasattr(value, "exact"):
        return _exact(from_float(float(value)))
    return _moderate(ball(value))


def _moderate(value: Ball) -> Any:
    """An exact number of moderate size as a rational, any other as it is: so is what moves."""
    rational = None if value.moves else rational_of(value.arb)
    return value if rational is None else rational


def _operator(apply: Callable[[Any, Any], Any], rational: Callable[[fmpq, fmpq], fmpq | None], swapped: bool) -> Any:
    """An operator of Literals and Python numbers: of rationals where both are and the result is one, else of balls."""

    def method(self: Literal, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        first, second = (_exact(other), self.exact) if swapped else (self.exact, _exact(other))
        if isinstance(first, fmpq) and isinstance(second, fmpq):
            found = rational(first, second)
            if found is not None:
                return Literal(found)
        return Literal(apply(ball(Literal(first)), ball(Literal(second))))

    return method


def _power(a: fmpq, b: fmpq) -> fmpq | None:
    if b.q != 1 or abs(b) > MAX_EXPONENT or (a == 0 and b < 0):
        return None
    if abs(int(b.p)) * max(int(a.p).bit_length(), int(a.q).bit_length()) > MAX_BITS:
        return None
    return a ** int(b.p)


_OF_RATIONALS: Final[dict[str, Callable[[fmpq, fmpq], fmpq | None]]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": lambda a, b: None if b == 0 else a / b,
    "floordiv": lambda a, b: None if b == 0 else fmpq((a / b).floor()),
    "mod": lambda a, b: None if b == 0 else a - b * fmpq((a / b).floor()),
    "pow": _power,
}
for _name, _rational in _OF_RATIONALS.items():
    setattr(Literal, f"__{_name}__", _operator(getattr(operator, _name), _rational, swapped=False))
    setattr(Literal, f"__r{_name}__", _operator(getattr(operator, _name), _rational, swapped=True))


def _comparison(apply: Callable[[Any, Any], bool]) -> Any:
    """A comparison of numbers. Raises Undecided where balls do not decide it."""

    def method(self: Literal, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        first, second = self.exact, _exact(other)
        if isinstance(first, fmpq) and isinstance(second, fmpq):
            return apply(first, second)
        return apply(ball(self), ball(Literal(second)))

    return method


for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Literal, f"__{_name}__", _comparison(getattr(operator, _name)))
