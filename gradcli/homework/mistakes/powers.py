"""Mistakes with powers and roots."""

from __future__ import annotations

from typing import Final

from gradcli.calculus.steps import Application
from gradcli.calculus.steps.coefficients import number_of
from gradcli.calculus.steps.trees import ONE, call, minus, number, over, plus, power, times
from gradcli.homework.mistakes.twin import Misreading, Twin
from gradcli.language import Expr
from gradcli.language.tree import Call, Power, Sum, Term
from gradcli.language.values import replace

MAX_DISTRIBUTED: Final = 6
"""The largest exponent that is distributed over a sum."""


def _is_negative(exponent: Expr) -> bool:
    known = number_of(exponent)
    return known is not None and known.value < 0


def _not_lowered(given: Application, variable: str) -> Expr:
    base, exponent = given.parts
    return times(exponent, power(base, exponent))


def _no_coefficient(given: Application, variable: str) -> Expr:
    base, exponent = given.parts
    return power(base, minus(exponent, ONE))


def _lowered_twice(given: Application, variable: str) -> Expr:
    base, exponent = given.parts
    return times(exponent, power(base, minus(exponent, number(2))))


def _raised(given: Application, variable: str) -> Expr | None:
    base, exponent = given.parts
    return None if _is_negative(exponent) else times(exponent, power(base, plus(exponent, ONE)))


def _towards_zero(given: Application, variable: str) -> Expr | None:
    base, exponent = given.parts
    return times(exponent, power(base, plus(exponent, ONE))) if _is_negative(exponent) else None


def _towards_zero_below(given: Application, variable: str) -> Expr | None:
    """The same of 1/u^n, read as u^(-n)."""
    below = given.parts[0]
    if not isinstance(below, Power) or number_of(below.exponent) is None:
        return None
    # (1/u^n)' = -(u^n)'/u^2n with the exponent n + 1 too small by two: -n u^(-n+1) u'
    return times(number(-1), over(times(given.derivatives[0], power(below.base, number(2))), power(below, number(2))))


def _root_without_half(given: Application, variable: str) -> Expr:
    return over(ONE, call("sqrt", given.parts[0]))


def _cube_root_without_third(given: Application, variable: str) -> Expr:
    return over(ONE, power(call("cbrt", given.parts[0]), number(2)))


def _distributed(node: Expr, variables: frozenset[str]) -> Expr | None:
    match node:
        case Power(base=Sum(terms=terms), exponent=exponent):
            known = number_of(exponent)
            if known is None or known.value > MAX_DISTRIBUTED:
                return None
            odd = known.value.denominator == 1 and known.value % 2 == 1
            return Sum(tuple(Term(power(term.value, exponent), term.negative and odd) for term in terms))
        case Call(function="sqrt" | "cbrt", arguments=(Sum(terms=terms),)):
            return Sum(tuple(replace(term, value=_rooted(node.function, term.value)) for term in terms))
        case _:
            return None


def _rooted(function: str, term: Expr) -> Expr:
    """The root of a term, as one takes it who distributes: that of x^2 is x."""
    match term:
        case Power(base=base, exponent=exponent) if exponent == number(2 if function == "sqrt" else 3):
            return base
        case _:
            return call(function, term)


def _distributed_with_signs(node: Expr, variables: frozenset[str]) -> Expr | None:
    """A power of a sum whose minus stays: (x - 4)^2 taken for x^2 - 4^2."""
    match node:
        case Power(base=Sum(terms=terms), exponent=exponent) if any(term.negative for term in terms):
            known = number_of(exponent)
            if known is None or known.value > MAX_DISTRIBUTED or known.value.denominator != 1 or known.value % 2:
                return None
            return Sum(tuple(Term(power(term.value, exponent), term.negative) for term in terms))
        case _:
            return None


_DISTRIBUTED: Final = "the power of a sum is not the sum of the powers: {was} is not {became}"
_POWER_RULE: Final = "power rule: (x^n)' is n x^(n-1), not"
POWERS: Final = (
    Twin("power-exponent-kept", ("power",), _not_lowered, f"{_POWER_RULE} n x^n: the exponent is lowered by 1"),
    Twin(
        "power-coefficient-missing", ("power",), _no_coefficient, f"{_POWER_RULE} x^(n-1): the factor {{g}} is missing"
    ),
    Twin(
        "power-lowered-twice", ("power",), _lowered_twice, f"{_POWER_RULE} n x^(n-2): the exponent is lowered only once"
    ),
    Twin("power-raised", ("power",), _raised, f"{_POWER_RULE} n x^(n+1): the exponent is lowered, not raised"),
    Twin(
        "power-negative-exponent",
        ("power",),
        _towards_zero,
        "power rule: {g} lowered by 1 is further from zero: (x^-n)' is -n x^(-n-1), not -n x^(-n+1)",
    ),
    Twin(
        "power-negative-exponent",
        ("reciprocal",),
        _towards_zero_below,
        "power rule: a negative exponent lowered by 1 is further from zero: (x^-n)' is -n x^(-n-1), not -n x^(-n+1)",
    ),
    Twin("root-half-missing", ("sqrt",), _root_without_half, "root: (sqrt x)' is 1/(2 sqrt x): the 1/2 is missing"),
    Twin(
        "root-half-missing",
        ("cbrt",),
        _cube_root_without_third,
        "cube root: (cbrt x)' is 1/(3 cbrt(x)^2): the 1/3 is missing",
    ),
)
POWER_READINGS: Final = (
    Misreading("power-distributed", _distributed, _DISTRIBUTED),
    Misreading("power-distributed", _distributed_with_signs, _DISTRIBUTED),
)
