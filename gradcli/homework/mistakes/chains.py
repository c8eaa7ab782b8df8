"""Mistakes with the chain rule, and with the modulus."""

from __future__ import annotations

from typing import Final

from gradcli.calculus.steps import Application
from gradcli.calculus.steps.trees import ONE, ZERO, names_in, over, plus, times
from gradcli.homework.mistakes.twin import Twin
from gradcli.language import Expr
from gradcli.language.tree import Name, Power


def _inner_missing(given: Application, variable: str) -> Expr:
    return plus(*given.partials)


def _outer_at_inner_derivative(given: Application, variable: str) -> Expr | None:
    return None if given.outer_at is None else given.outer_at(0, given.derivatives[0])


def _argument_lost(given: Application, variable: str) -> Expr | None:
    return None if given.outer_at is None else times(given.outer_at(0, Name(variable)), given.derivatives[0])


def _added(given: Application, variable: str) -> Expr:
    return plus(given.partials[0], given.derivatives[0])


def _divided(given: Application, variable: str) -> Expr | None:
    return None if given.derivatives[0] == ZERO else over(given.partials[0], given.derivatives[0])


def _power_of_derivative(given: Application, variable: str) -> Expr | None:
    whole = given.expression
    if not isinstance(whole, Power) or variable not in names_in(whole.base) or given.function_at is None:
        return None
    return given.function_at(0, given.derivatives[0])


def _modulus(given: Application, variable: str) -> Expr:
    return ONE


_CHAIN: Final = "chain rule: f(u)' is f'(u) u'"

CHAINS: Final = (
    Twin(
        "chain-inner-missing",
        ("chain",),
        _inner_missing,
        "chain rule: the inner derivative {du} is missing",
    ),
    Twin(
        "chain-inner-missing",
        ("several variables",),
        _inner_missing,
        "chain rule: the inner derivatives are missing",
    ),
    Twin(
        "chain-outer-at-inner-derivative",
        ("chain",),
        _outer_at_inner_derivative,
        f"{_CHAIN}, not f'(u'): the argument stays {{u}}",
    ),
    Twin(
        "chain-argument-lost",
        ("chain",),
        _argument_lost,
        f"{_CHAIN}, not f'({{x}}) u': the argument stays {{u}}",
    ),
    Twin("chain-inner-added", ("chain",), _added, f"{_CHAIN}: the inner derivative {{du}} is a factor, and not added"),
    Twin(
        "chain-inner-divided",
        ("chain",),
        _divided,
        f"{_CHAIN}: one multiplies by the inner derivative {{du}}, and does not divide by it",
    ),
    Twin(
        "chain-power-of-derivative",
        ("chain",),
        _power_of_derivative,
        "chain rule: (u^n)' is n u^(n-1) u', not (u')^n",
    ),
)
MODULUS: Final = (
    Twin("modulus-as-inner-derivative", ("abs",), _modulus, "modulus: |u|' is u' only where u > 0; it is sign(u) u'"),
)
