"""A product taken apart: one exact number, and powers above and below the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gradcli.calculus.steps.coefficients import ONE, Coefficient, number_of, parts_of
from gradcli.calculus.steps.trees import ONE as ONE_TREE
from gradcli.calculus.steps.trees import ZERO
from gradcli.language.printer import to_text
from gradcli.language.tree import Expr, Factor, Name, Negation, Number, Product


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

    coefficient: Coefficient = ONE
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
            self.append(to_text(above), above, ONE, below)
            if under is not None:
                self.append(to_text(under), under, ONE, not below)
        for key, each in other.powers.items():
            self.append(key, each.base, each.exponent, each.below != below)

    def take_coefficient(self) -> Coefficient:
        """The coefficient, which leaves 1 in its place."""
        taken, self.coefficient = self.coefficient, ONE
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
    if not numerator or number_of(size) != ONE:
        numerator.insert(0, size)
    return _quotient(numerator, denominator, sign)


def _rank(powers: Powers) -> int:
    """Numbers too long to calculate with come first, then names, then the rest."""
    return 0 if isinstance(powers.base, Number) else 1 if isinstance(powers.base, Name) else 2


def _quotient(numerator: list[Expr], denominator: list[Expr], negative: bool) -> Expr:
    if not denominator and len(numerator) == 1:
        return Negation(numerator[0]) if negative else numerator[0]
    first, *rest = numerator or [ONE_TREE]
    factors = [Factor(Negation(first) if negative else first), *map(Factor, rest)]
    if denominator:
        under = denominator[0] if len(denominator) == 1 else Product(tuple(map(Factor, denominator)))
        factors.append(Factor(under, "/"))
    return Product(tuple(factors))
