"""Between which numbers the values of an expression lie, whatever its variables are: that 1 + x^2 is never zero."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Final

from gradcli.language.tree import Call, Expr, Name, Negation, Number, Power, Product, Sum
from gradcli.language.values import frozen

MOST_DIGITS: Final = 40
"""Digits of a number that is looked at; the exponent of a power may be as large."""


@frozen
class ValueRange:
    """Real numbers from `low` to `high`, both in; None where there is no bound. `nonzero` is that 0 is none of them."""

    low: Fraction | None = None
    high: Fraction | None = None
    nonzero: bool = False

    @property
    def is_positive(self) -> bool:
        """Whether all are above 0."""
        return self.is_not_negative and self.nonzero

    @property
    def is_not_negative(self) -> bool:
        """Whether none is below 0."""
        return self.low is not None and self.low >= 0

    def __neg__(self) -> ValueRange:
        low, high = (None if end is None else -end for end in (self.high, self.low))
        return _range(low, high, self.nonzero)

    def __add__(self, other: ValueRange) -> ValueRange:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        above = self.is_not_negative and other.is_not_negative
        below = (-self).is_not_negative and (-other).is_not_negative
        return _range(low, high, (above or below) and (self.nonzero or other.nonzero))

    def __mul__(self, other: ValueRange) -> ValueRange:
        nonzero = self.nonzero and other.nonzero
        ends, others = [[each for each in (of.low, of.high) if each is not None] for of in (self, other)]
        if len(ends) == len(others) == 2:
            corners = [a * b for a in ends for b in others]
            return _range(min(corners), max(corners), nonzero)
        if (self.is_not_negative and other.is_not_negative) or ((-self).is_not_negative and (-other).is_not_negative):
            return _range(ZERO, None, nonzero)
        if (self.is_not_negative and (-other).is_not_negative) or ((-self).is_not_negative and other.is_not_negative):
            return _range(None, ZERO, nonzero)
        return _range(None, None, nonzero)

    def inverse(self) -> ValueRange:
        """The reciprocals, where there are some."""
        if self.low is not None and self.low >= 0:
            return ValueRange(1 / self.high if self.high else ZERO, 1 / self.low if self.low else None, True)
        if self.high is not None and self.high <= 0:
            return -(-self).inverse()
        return ValueRange(None, None, True)


ZERO, ONE = Fraction(0), Fraction(1)
ALL: Final = ValueRange()
POSITIVE: Final = ValueRange(ZERO, None, True)
NOT_NEGATIVE: Final = ValueRange(ZERO)
CONSTANTS: Final = {
    name: ValueRange(Fraction(low), Fraction(low + 1), True) for name, low in (("pi", 3), ("e", 2), ("tau", 6))
}
BETWEEN: Final = ValueRange(-ONE, ONE)
FUNCTIONS: Final[dict[str, Callable[[ValueRange], ValueRange]]] = {
    **dict.fromkeys(("exp", "exp2", "sigmoid", "softplus"), lambda inside: POSITIVE),
    **dict.fromkeys(("sin", "cos", "tanh", "erf", "sign"), lambda inside: BETWEEN),
    "cosh": lambda inside: ValueRange(ONE, None, True),
    "atan": lambda inside: ValueRange(Fraction(-8, 5), Fraction(8, 5), inside.nonzero),
    "abs": lambda inside: ValueRange(ZERO, None, inside.nonzero),
    "square": lambda inside: ValueRange(ZERO, None, inside.nonzero),
    "sqrt": lambda inside: ValueRange(ZERO, None, inside.nonzero),
    "relu": lambda inside: inside if inside.is_positive else NOT_NEGATIVE,
}
"""Where the values of a function of one argument lie, by where that lies."""


def never_zero(expr: Expr, variables: Collection[str] = ()) -> bool:
    """Whether it is certain that the expression is zero nowhere: False where nothing is known.

    `variables` are names that are variables even where they could be constants.
    """
    return range_of(expr, variables).nonzero


def range_of(expr: Expr, variables: Collection[str] = ()) -> ValueRange:
    """A range that has all values of the expression at real numbers, wherever it has one."""
    match expr:
        case Number(text=text):
            value = Fraction(text) if len(text) <= MOST_DIGITS else None
            return ALL if value is None else _range(value, value)
        case Name(name=name):
            return ALL if name in variables else CONSTANTS.get(name, ALL)
        case Negation(operand=operand):
            return -range_of(operand, variables)
        case Sum(terms=terms):
            found = _range(ZERO, ZERO)
            for term in terms:
                inside = range_of(term.value, variables)
                found = found + (-inside if term.negative else inside)
            return found
        case Product():
            return _of_product(expr, variables)
        case Power(base=base, exponent=exponent):
            return _of_power(range_of(base, variables), range_of(exponent, variables))
        case Call(function=function, arguments=[argument], keywords=()) if function in FUNCTIONS:
            return FUNCTIONS[function](range_of(argument, variables))
        case _:
            return ALL


def _of_product(expr: Product, variables: Collection[str]) -> ValueRange:
    found = _range(ONE, ONE)
    for factor in expr.factors:
        inside = range_of(factor.value, variables)
        if factor.operator == "/":
            inside = inside.inverse()
        elif factor.operator != "*":
            return ALL
        found = found * inside
    return found


def _of_power(base: ValueRange, exponent: ValueRange) -> ValueRange:
    if base.is_positive:
        return POSITIVE
    if base.is_not_negative:
        return NOT_NEGATIVE
    number = exponent.low
    if number is None or number != exponent.high or number.denominator != 1:
        return ALL
    nonzero = base.nonzero or number <= 0
    return ValueRange(ZERO, None, nonzero) if number % 2 == 0 else _range(None, None, nonzero)


def _range(low: Fraction | None, high: Fraction | None, nonzero: bool = False) -> ValueRange:
    outside = (low is not None and low > 0) or (high is not None and high < 0)
    return ValueRange(low, high, nonzero or outside)
