"""Exact numbers in formulas: whole numbers, fractions and decimals, as long as they stay short."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from gradcli.calculus.steps.trees import number
from gradcli.language.tree import Expr, Factor, Negation, Number, Product
from gradcli.language.values import frozen

LARGEST: Final = 10**15
"""Numerators and denominators up to here are calculated; floats hold them exactly."""
LONGEST: Final = 24
"""Characters of a literal that is still calculated with."""
MOST_DECIMALS: Final = 12
MAX_EXPONENT: Final = 64


@frozen
class Coefficient:
    """A rational number; `decimal` where it comes from a literal with a point, and is written with one."""

    value: Fraction
    decimal: bool = False

    def times(self, other: Coefficient) -> Coefficient | None:
        """The product, None where it is too long."""
        return _short(self.value * other.value, self.decimal or other.decimal)

    def plus(self, other: Coefficient) -> Coefficient | None:
        """The sum, None where it is too long."""
        return _short(self.value + other.value, self.decimal or other.decimal)

    def inverse(self) -> Coefficient | None:
        """1 / self, None of zero."""
        return None if self.value == 0 else Coefficient(1 / self.value, self.decimal)

    def negative(self) -> Coefficient:
        """-self."""
        return Coefficient(-self.value, self.decimal)

    def size(self) -> Coefficient:
        """|self|."""
        return Coefficient(abs(self.value), self.decimal)

    def power(self, exponent: Coefficient) -> Coefficient | None:
        """self ** exponent for a small whole exponent, None where there is no short number."""
        whole = exponent.value
        if whole.denominator != 1 or abs(whole) > MAX_EXPONENT or (self.value == 0 and whole < 0):
            return None
        return _short(self.value ** int(whole), self.decimal)


ONE: Final = Coefficient(Fraction(1))


def number_of(expr: Expr) -> Coefficient | None:
    """The exact number that an expression writes (`3`, `-0.5`, `2/3`), None where it is none or a long one."""
    match expr:
        case Number(text=text):
            return _literal(text)
        case Negation(operand=operand):
            inner = number_of(operand)
            return None if inner is None else inner.negative()
        case Product(factors=(Factor(value=above), Factor(value=below, operator="/"))):
            numerator, denominator = number_of(above), number_of(below)
            inverse = None if denominator is None else denominator.inverse()
            return None if numerator is None or inverse is None else numerator.times(inverse)
        case _:
            return None


def _literal(text: str) -> Coefficient | None:
    if len(text) > LONGEST or "e" in text.lower():
        return None
    value = Fraction(text)
    return _short(value, "." in text and value.denominator != 1)


def _short(value: Fraction, decimal: bool) -> Coefficient | None:
    if abs(value.numerator) > LARGEST or value.denominator > LARGEST:
        return None
    return Coefficient(value, decimal)


def tree_of(coefficient: Coefficient) -> Expr:
    """The number as an expression."""
    above, below = parts_of(coefficient)
    return above if below is None else Product((Factor(above), Factor(below, "/")))


def parts_of(coefficient: Coefficient) -> tuple[Expr, Expr | None]:
    """The number as a numerator with the sign and, where it needs one, a denominator."""
    value = coefficient.value
    text = _decimal_text(abs(value)) if coefficient.decimal else None
    if text is not None:
        written = Number(text, float(text))
        return (Negation(written) if value < 0 else written), None
    return number(value.numerator), None if value.denominator == 1 else number(value.denominator)


def _decimal_text(value: Fraction) -> str | None:
    """The value as a decimal, None where it has none of a few places."""
    scaled = value * 10**MOST_DECIMALS
    if scaled.denominator != 1:
        return None
    whole, places = divmod(scaled.numerator, 10**MOST_DECIMALS)
    return f"{whole}.{places:0{MOST_DECIMALS}}".rstrip("0").rstrip(".")
