"""Mistakes with constants, sums and signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from gradcli.calculus.steps import Application
from gradcli.calculus.steps.trees import ONE, ZERO, names_in, negated, number, plus, signed_sum, times
from gradcli.homework.mistakes.rules import MalRule, Wrong
from gradcli.language import Expr
from gradcli.language.tree import Factor, Negation, Product, Sum

MOST_TERMS: Final = 8
"""Terms of a sum, and factors of a constant, that are looked at one by one."""


def _constants(given: Application) -> list[Expr]:
    """The terms of a sum whose derivative is 0."""
    return [part for part, slope in zip(given.parts, given.derivatives, strict=True) if slope == ZERO]


def _kept(given: Application, variable: str) -> Expr | None:
    if not _constants(given):
        return None
    slopes = [part if slope == ZERO else slope for part, slope in zip(given.parts, given.derivatives, strict=True)]
    return signed_sum(zip(slopes, _signs(given), strict=True))


def _signs(given: Application) -> list[bool]:
    assert isinstance(given.expression, Sum)
    return [term.negative for term in given.expression.terms]


def _size_lost(given: Application, variable: str) -> Expr | None:
    """The factor is lost, and its minus stays."""
    constant = given.parts[0]
    first = constant.factors[0].value if isinstance(constant, Product) else constant
    if constant == number(-1) or not isinstance(first, Negation):
        return None
    return negated(given.derivatives[0])


def _one_factor_lost(index: int) -> Wrong:
    """One factor of a constant that has several is lost."""

    def apply(given: Application, variable: str) -> Expr | None:
        constant = given.parts[0]
        if not isinstance(constant, Product) or index >= len(constant.factors):
            return None
        left = [factor for place, factor in enumerate(constant.factors) if place != index]
        if left[0].operator == "/":
            left.insert(0, Factor(ONE))
        return times(left[0].value if len(left) == 1 else Product(tuple(left)), given.derivatives[0])

    return apply


def _one_factor(index: int) -> Callable[[Application, str], Mapping[str, Expr]]:
    def pieces(given: Application, variable: str) -> Mapping[str, Expr]:
        constant = given.parts[0]
        lost = constant.factors[index].value if isinstance(constant, Product) else constant
        return {"f": lost}

    return pieces


def _one_minus_lost(index: int) -> Wrong:
    def apply(given: Application, variable: str) -> Expr | None:
        signs = _signs(given)
        if index >= len(signs) or not signs[index] or signs.count(True) < 2:
            return None
        return signed_sum(zip(given.derivatives, [*signs[:index], False, *signs[index + 1 :]], strict=True))

    return apply


def _one_term(index: int) -> Callable[[Application, str], Mapping[str, Expr]]:
    return lambda given, variable: {"f": given.parts[index]}


def _minuses(given: Application, variable: str) -> Mapping[str, Expr]:
    found = [part for part, negative in zip(given.parts, _signs(given), strict=True) if negative]
    return {"f": found[0]} if found else {}


def _negation_lost(given: Application, variable: str) -> Expr | None:
    return given.derivatives[0] if given.parts[0] == number(-1) else None


_FACTOR_LOST: Final = "constant multiple rule: (c f)' is c f', and the factor {f} is lost"
_MINUS_LOST: Final = "sum rule: (f - g)' is f' - g', and the minus before {f} is lost"

CONSTANTS: Final = (
    MalRule(
        "constant-kept",
        ("sum",),
        _kept,
        "constant rule: the derivative of the constant {c} is 0, and it is kept",
        pieces=lambda given, variable: {"c": plus(*_constants(given)) if _constants(given) else ZERO},
    ),
    MalRule(
        "constant-factor-lost",
        ("constant multiple",),
        lambda given, variable: None if given.parts[0] == number(-1) else given.derivatives[0],
        _FACTOR_LOST,
    ),
    MalRule("constant-factor-lost", ("constant multiple",), _size_lost, _FACTOR_LOST),
    *(
        MalRule(
            "constant-factor-lost",
            ("constant multiple",),
            _one_factor_lost(index),
            _FACTOR_LOST,
            pieces=_one_factor(index),
        )
        for index in range(MOST_TERMS)
    ),
    MalRule(
        "constant-factor-as-constant",
        ("constant multiple",),
        lambda given, variable: ZERO if names_in(given.parts[0]) else None,
        "constant multiple rule: {whole} is not a constant, only {f} is",
    ),
)
OTHER_VARIABLE: Final = "other-variable-differentiated"
OTHER_VARIABLE_MESSAGE: Final = "partial derivative: {names} is differentiated, too, and is to be held constant"

SUMS: Final = (
    MalRule(
        "sum-minus-lost",
        ("sum",),
        lambda given, variable: plus(*given.derivatives) if any(_signs(given)) else None,
        _MINUS_LOST,
        pieces=_minuses,
    ),
    *(
        MalRule("sum-minus-lost", ("sum",), _one_minus_lost(index), _MINUS_LOST, pieces=_one_term(index))
        for index in range(MOST_TERMS)
    ),
    MalRule(
        "sum-minus-lost",
        ("constant multiple",),
        lambda given, variable: given.derivatives[0] if given.parts[0] == number(-1) else None,
        "the minus before {g} is lost",
    ),
)
