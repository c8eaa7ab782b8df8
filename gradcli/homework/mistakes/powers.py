"""Mistakes with powers and roots.

Mistakes with exponentials and logarithms."""

from __future__ import annotations

from typing import Final

from gradcli.calculus.steps import Application
from gradcli.calculus.steps.coefficients import number_of
from gradcli.calculus.steps.trees import ONE, call, minus, names_in, negated, number, over, plus, power, times
from gradcli.homework.mistakes.rules import MATHMISTAKES, Misreading, Twin
from gradcli.language import Expr
from gradcli.language.tree import Call, Name, Power, Sum, Term
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
