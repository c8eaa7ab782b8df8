"""Mistakes with exponentials and logarithms."""

from __future__ import annotations

from typing import Final

from gradcli.calculus.steps import Application
from gradcli.calculus.steps.coefficients import number_of
from gradcli.calculus.steps.trees import ONE, call, minus, names_in, negated, number, over, power, times
from gradcli.homework.mistakes.sources import MATHMISTAKES
from gradcli.homework.mistakes.twin import Twin
from gradcli.language import Expr
from gradcli.language.tree import Call, Name, Power

EXPONENTIALS_OF_ANY_BASE: Final = ("exp", "exponential", "general exponential", "exp2")


def _base_and_exponent(expr: Expr) -> tuple[Expr, Expr] | None:
    """The base and the exponent of an exponential, however it is written."""
    match expr:
        case Call(function="exp", arguments=(exponent,)):
            return Name("e"), exponent
        case Call(function="exp2", arguments=(exponent,)):
            return number(2), exponent
        case Power(base=base, exponent=exponent):
            return base, exponent
        case _:
            return None


def _power_rule(given: Application, variable: str) -> Expr | None:
    found = _base_and_exponent(given.expression)
    if found is None:
        return None
    base, exponent = found
    return times(exponent, power(base, minus(exponent, ONE)))


def _is_composed(given: Application, variable: str) -> bool:
    """Whether the whole is an exponential of an inner function."""
    found = _base_and_exponent(given.expression)
    return found is not None and variable in names_in(found[1]) and variable not in names_in(found[0])


def _power_rule_alone(given: Application, variable: str) -> Expr | None:
    return _power_rule(given, variable) if _is_composed(given, variable) else None


def _at_inner_derivative(given: Application, variable: str) -> Expr | None:
    if given.function_at is None or not _is_composed(given, variable):
        return None
    return given.function_at(0, given.derivatives[0])


def _logarithm_lost(given: Application, variable: str) -> Expr:
    return given.expression


def _logarithm_divides(given: Application, variable: str) -> Expr | None:
    found = _base_and_exponent(given.expression)
    return None if found is None else over(given.expression, call("log", found[0]))


def _with_minus(given: Application, variable: str) -> Expr:
    return negated(given.expression)


def _tower_by_power_rule(given: Application, variable: str) -> Expr:
    (base, exponent), (slope, _) = given.parts, given.derivatives
    return times(exponent, power(base, minus(exponent, ONE)), slope)


def _tower_by_exponential_rule(given: Application, variable: str) -> Expr:
    (base, _), (_, slope) = given.parts, given.derivatives
    return times(given.expression, call("log", base), slope)


def _logarithm_itself(given: Application, variable: str) -> Expr:
    return given.expression


def _logarithm_of_variable(given: Application, variable: str) -> Expr | None:
    if not isinstance(given.expression, Call) or given.expression.function not in ("log", "log2", "log10"):
        return None
    return None if given.outer_at is None else given.outer_at(0, Name(variable))


def _reciprocal_again(given: Application, variable: str) -> Expr:
    return negated(over(ONE, power(given.parts[0], number(2))))


def _reciprocal_as_logarithm(given: Application, variable: str) -> Expr:
    return call("log", given.parts[0])


def _power_as_logarithm(given: Application, variable: str) -> Expr | None:
    base, exponent = given.parts
    known = number_of(exponent)
    return call("log", base) if known is not None and known.value == -1 else None


def _without_base(given: Application, variable: str) -> Expr:
    return over(ONE, given.parts[0])


_E_POWER: Final = (
    "exponential rule: the variable is in the exponent, so {whole} is no power; (e^x)' is e^x, (a^x)' is a^x ln a"
)
_TOWER: Final = "{whole}: base and exponent vary, so neither"

EXPONENTIALS: Final = (
    Twin("exponential-power-rule", EXPONENTIALS_OF_ANY_BASE, _power_rule, _E_POWER, MATHMISTAKES),
    Twin("exponential-power-rule", ("chain",), _power_rule_alone, _E_POWER, MATHMISTAKES),
    Twin(
        "exponential-logarithm-missing",
        ("general exponential", "exp2"),
        _logarithm_lost,
        "exponential rule: (a^x)' is a^x ln a: the factor ln a is missing",
    ),
    Twin(
        "exponential-logarithm-divides",
        ("general exponential", "exp2"),
        _logarithm_divides,
        "exponential rule: (a^x)' is a^x ln a, not a^x/ln a",
    ),
    Twin(
        "exponential-at-inner-derivative",
        ("chain",),
        _at_inner_derivative,
        "chain rule: (e^u)' is e^u u', not e^(u'): the exponent stays {u}",
    ),
    Twin(
        "exponential-minus", EXPONENTIALS_OF_ANY_BASE, _with_minus, "exponential rule: (e^x)' is e^x, without a minus"
    ),
    Twin(
        "power-tower-power-rule",
        ("general power",),
        _tower_by_power_rule,
        f"{_TOWER} the power rule alone holds: write it as e^(g ln f)",
    ),
    Twin(
        "power-tower-exponential-rule",
        ("general power",),
        _tower_by_exponential_rule,
        f"{_TOWER} the exponential rule alone holds: write it as e^(g ln f)",
    ),
)
LOGARITHMS: Final = (
    Twin("logarithm-as-itself", ("log",), _logarithm_itself, "logarithm: (ln x)' is 1/x, not ln x"),
    Twin(
        "logarithm-argument-lost",
        ("chain",),
        _logarithm_of_variable,
        "logarithm: (ln u)' is u'/u with u = {u}, not 1/{x}",
    ),
    Twin("logarithm-as-reciprocal", ("log",), _reciprocal_again, "logarithm: (ln x)' is 1/x, not -1/x^2"),
    Twin(
        "reciprocal-as-logarithm", ("reciprocal",), _reciprocal_as_logarithm, "(1/x)' is -1/x^2; ln x is its integral"
    ),
    Twin("reciprocal-as-logarithm", ("power",), _power_as_logarithm, "(1/x)' is -1/x^2; ln x is its integral"),
    Twin(
        "logarithm-base-lost",
        ("log2", "log10"),
        _without_base,
        "logarithm: the derivative to the base a is 1/(x ln a): the ln a is missing",
    ),
)
