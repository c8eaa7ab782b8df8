"""Roots of negative numbers as calculus courses read them: x^(1/3) is the real cube root."""

from __future__ import annotations

from fractions import Fraction

from gradcli.homework.rewriting import rewritten
from gradcli.language import Expr
from gradcli.language.tree import Call, Factor, Negation, Number, Power, Product


def with_real_roots(expression: Expr) -> Expr:
    """The expression with powers of odd denominator defined for negative bases, too: x^(2/3) is |x|^(2/3), and
    x^(1/3) is sign(x)*|x|^(1/3)."""
    return rewritten(expression, _real_power)


def _real_power(power: Expr) -> Expr:
    if not isinstance(power, Power):
        return power
    exponent = _fraction(power.exponent)
    if exponent is None or exponent.denominator % 2 == 0 or exponent.denominator == 1:
        return power
    magnitude = Power(Call("abs", (power.base,)), power.exponent)
    if exponent.numerator % 2 == 0:
        return magnitude
    return Product((Factor(Call("sign", (power.base,))), Factor(magnitude)))


def _fraction(exponent: Expr) -> Fraction | None:
    """The fraction that an exponent is written as."""
    match exponent:
        case Negation(operand=operand):
            inner = _fraction(operand)
            return None if inner is None else -inner
        case Product(factors=(Factor(value=above), Factor(value=below, operator="/"))):
            over, under = _fraction(above), _fraction(below)
            return None if over is None or not under else over / under
        case Number(value=value) if value.is_integer() and abs(value) < 1e6:
            return Fraction(int(value))
        case _:
            return None
