"""Exact numbers in formulas (whole numbers, fractions and decimals, as long as they stay short), and products taken
apart: one such number, and powers above and below the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from gradcli.calculus.steps.trees import ONE, ZERO, number
from gradcli.language.printer import to_text
from gradcli.language.tree import Expr, Factor, Name, Negation, Number, Product
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


UNIT: Final = Coefficient(Fraction(1))


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


@dataclass(slots=True)
class Powers:
    """The powers of one base. `exponent` is their sum; `single` where there is one alone, which stays as written."""

    base: Expr
    exponent: Coefficient
    below: bool
    single: bool = True


@dataclass(slots=True)
class Monomial:
    """`coefficient` times powers, by the text of their bases in the order of their appearance."""

    coefficient: Coefficient = UNIT
    powers: dict[str, Powers] = field(default_factory=dict)

    def negate(self) -> None:
        """Change the sign."""
        self.coefficient = self.coefficient.negative()

    def scale(self, number: Coefficient | None, below: bool) -> bool:
        """Multiply (or divide) by a number; whether that could be calculated."""
        inverse = number.inverse() if below and number is not None else number
        product = None if inverse is None else self.coefficient.times(inverse)
        if product is None:
            return False
        self.coefficient = product
        return True

    def append(self, key: str, base: Expr, exponent: Coefficient, below: bool) -> None:
        """Multiply (or divide) by a power."""
        before = self.powers.get(key)
        if before is None:
            self.powers[key] = Powers(base, exponent, below)
            return
        added = exponent if before.below == below else exponent.negative()
        total = before.exponent.plus(added)
        if total is None:
            self.powers[f"{key} {len(self.powers)}"] = Powers(base, exponent, below)
        elif total.value == 0:
            del self.powers[key]
        elif total.value < 0:
            self.powers[key] = Powers(base, total.negative(), not before.below, single=False)
        else:
            self.powers[key] = Powers(base, total, before.below, single=False)

    def multiply(self, other: Monomial, below: bool) -> None:
        """Multiply (or divide) by another monomial."""
        if not self.scale(other.coefficient, below):
            above, under = parts_of(other.coefficient)
            self.append(to_text(above), above, UNIT, below)
            if under is not None:
                self.append(to_text(under), under, UNIT, not below)
        for key, each in other.powers.items():
            self.append(key, each.base, each.exponent, each.below != below)

    def take_coefficient(self) -> Coefficient:
        """The coefficient, which leaves 1 in its place."""
        taken, self.coefficient = self.coefficient, UNIT
        return taken

    def with_coefficient(self, coefficient: Coefficient) -> Monomial:
        """The same powers with another coefficient."""
        return Monomial(coefficient, self.powers)

    def key(self) -> str:
        """The same for monomials that differ in their coefficients only."""
        return " ".join(sorted(f"{key}^{each.exponent.value}{each.below}" for key, each in self.powers.items()))


def gathered(monomial: Monomial, raised: Callable[[Expr, Coefficient], Expr]) -> Expr:
    """The monomial as an expression: the number first, then powers of names, then the rest; one division at most."""
    if monomial.coefficient.value == 0:
        return ZERO
    above, under = parts_of(monomial.coefficient)
    sign = monomial.coefficient.value < 0
    powers = sorted(monomial.powers.values(), key=_rank)
    numerator = [raised(each.base, each.exponent) for each in powers if not each.below]
    denominator = [raised(each.base, each.exponent) for each in powers if each.below]
    if under is not None:
        denominator.insert(0, under)
    size = above.operand if isinstance(above, Negation) else above
    if not numerator or number_of(size) != UNIT:
        numerator.insert(0, size)
    return _quotient(numerator, denominator, sign)


def _rank(powers: Powers) -> int:
    """Numbers too long to calculate with come first, then names, then the rest."""
    return 0 if isinstance(powers.base, Number) else 1 if isinstance(powers.base, Name) else 2


def _quotient(numerator: list[Expr], denominator: list[Expr], negative: bool) -> Expr:
    if not denominator and len(numerator) == 1:
        return Negation(numerator[0]) if negative else numerator[0]
    first, *rest = numerator or [ONE]
    factors = [Factor(Negation(first) if negative else first), *map(Factor, rest)]
    if denominator:
        under = denominator[0] if len(denominator) == 1 else Product(tuple(map(Factor, denominator)))
        factors.append(Factor(under, "/"))
    return Product(tuple(factors))
