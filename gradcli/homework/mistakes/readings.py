"""The same function written otherwise, as one may write it before differentiating."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gradcli.calculus.steps.coefficients import number_of
from gradcli.calculus.steps.trees import ONE, negated, number, over, power, times
from gradcli.language import Expr
from gradcli.language.rewriting import transformed
from gradcli.language.tree import Call, Factor, Negation, Number, Power, Product

ROOTS: Final = {"sqrt": 2, "cbrt": 3}


def readings(expression: Expr) -> Iterator[Expr]:
    """Other ways of writing the expression: roots and fractions as powers, negative powers as fractions, and fractions
    as products."""
    seen = {expression}
    for change in (_as_powers, _as_fractions, _as_products):
        written = transformed(expression, change)
        if written not in seen:
            seen.add(written)
            yield written


def _as_powers(node: Expr) -> Expr:
    match node:
        case Call(function="sqrt" | "cbrt", arguments=(argument,)):
            return power(argument, over(ONE, number(ROOTS[node.function])))
        case Product(factors=factors) if any(_is_divisor(factor) for factor in factors):
            changed = [factor.value if factor.operator == "*" else _inverse(factor) for factor in factors]
            if all(factor.operator in "*/" for factor in factors) and None not in changed:
                return times(*(each for each in changed if each is not None))
        case _:
            pass
    return node


def _is_divisor(factor: Factor) -> bool:
    return factor.operator == "/" and not isinstance(factor.value, Number)


def _inverse(factor: Factor) -> Expr | None:
    match factor.value:
        case Number():
            return over(ONE, factor.value)
        case Power(base=base, exponent=exponent) if number_of(exponent) is not None:
            return power(base, negated(exponent))
        case Product(factors=factors) if all(each.operator == "*" for each in factors):
            inverses = [_inverse(each) for each in factors]
            return times(*(each for each in inverses if each is not None))
        case other:
            return power(other, negated(ONE))


def _as_fractions(node: Expr) -> Expr:
    if isinstance(node, Power) and isinstance(node.exponent, Negation) and number_of(node.exponent) is not None:
        exponent = node.exponent.operand
        return over(ONE, node.base if exponent == ONE else power(node.base, exponent))
    return node


def _as_products(node: Expr) -> Expr:
    """f/g as f (1/g)."""
    match node:
        case Product(factors=factors) if any(_is_divisor(factor) for factor in factors) and factors[0].value != ONE:
            below = [factor.value for factor in factors if factor.operator == "/"]
            above = [factor for factor in factors if factor.operator == "*"]
            if len(above) + len(below) == len(factors):
                return Product((*above, Factor(over(ONE, times(*below)))))
        case _:
            pass
    return node
