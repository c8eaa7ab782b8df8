"""Mistakes with powers and roots, with exponentials and logarithms."""

from __future__ import annotations

from typing import Final

from gradcli.calculus.steps import Application
from gradcli.calculus.steps.coefficients import number_of
from gradcli.calculus.steps.trees import call, filled, names_in, number, over, power, times
from gradcli.homework.mistakes.rules import LISTS, MATHMISTAKES, MalRule, Misreading, Wrong, formula
from gradcli.language import Expr
from gradcli.language.tree import Call, Name, Power, Sum, Term
from gradcli.language.values import replace

MAX_DISTRIBUTED: Final = 6
"""The largest exponent that is distributed over a sum."""


def _is_negative(given: Application) -> bool:
    known = number_of(given.parts[1])
    return known is not None and known.value < 0


def _is_reciprocal(given: Application) -> bool:
    known = number_of(given.parts[1])
    return known is not None and known.value == -1


def _towards_zero_below(given: Application, variable: str) -> Expr | None:
    """The exponent of 1/u^n, read as u^(-n), lowered towards zero."""
    below = given.parts[0]
    if not isinstance(below, Power) or number_of(below.exponent) is None:
        return None
    # (1/u^n)' = -(u^n)'/u^2n with the exponent n + 1 too small by two: -n u^(-n+1) u'
    return times(number(-1), over(times(given.derivatives[0], power(below.base, number(2))), power(below, number(2))))


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


def _rule(mistake: str, wrong: Wrong, message: str, rule: str = "power") -> MalRule:
    return MalRule(mistake, (rule,), wrong, message)


_DISTRIBUTED: Final = "the power of a sum is not the sum of the powers: {was} is not {became}"
_POWER_RULE: Final = "power rule: (x^n)' is n x^(n-1), not"
_FURTHER: Final = "lowered by 1 is further from zero: (x^-n)' is -n x^(-n-1), not -n x^(-n+1)"
POWERS: Final = (
    _rule("power-exponent-kept", formula("g*f^g"), f"{_POWER_RULE} n x^n: the exponent is lowered by 1"),
    _rule("power-coefficient-missing", formula("f^(g - 1)"), f"{_POWER_RULE} x^(n-1): the factor {{g}} is missing"),
    _rule("power-lowered-twice", formula("g*f^(g - 2)"), f"{_POWER_RULE} n x^(n-2): the exponent is lowered only once"),
    _rule(
        "power-raised",
        formula("g*f^(g + 1)", lambda given: not _is_negative(given)),
        f"{_POWER_RULE} n x^(n+1): the exponent is lowered, not raised",
    ),
    _rule("power-negative-exponent", formula("g*f^(g + 1)", _is_negative), f"power rule: {{g}} {_FURTHER}"),
    _rule("power-negative-exponent", _towards_zero_below, f"power rule: a negative exponent {_FURTHER}", "reciprocal"),
    _rule("root-half-missing", formula("1/sqrt(f)"), "root: (sqrt x)' is 1/(2 sqrt x): the 1/2 is missing", "sqrt"),
    _rule(
        "root-half-missing",
        formula("1/cbrt(f)^2"),
        "cube root: (cbrt x)' is 1/(3 cbrt(x)^2): the 1/3 is missing",
        "cbrt",
    ),
)
POWER_READINGS: Final = (
    Misreading("power-distributed", _distributed, _DISTRIBUTED),
    Misreading("power-distributed", _distributed_with_signs, _DISTRIBUTED),
)

_ANY_BASE: Final = ("exp", "exponential", "general exponential", "exp2")


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


def _is_composed(given: Application, variable: str) -> bool:
    """Whether the whole is an exponential of an inner function."""
    found = _base_and_exponent(given.expression)
    return found is not None and variable in names_in(found[1]) and variable not in names_in(found[0])


def _of_exponential(text: str) -> Wrong:
    """A formula of the whole, its base a and its exponent n."""

    def apply(given: Application, variable: str) -> Expr | None:
        found = _base_and_exponent(given.expression)
        return None if found is None else filled(text, {"whole": given.expression, "a": found[0], "n": found[1]})

    return apply


_power_rule: Final = _of_exponential("n*a^(n - 1)")


def _at_inner_derivative(given: Application, variable: str) -> Expr | None:
    if given.function_at is None or not _is_composed(given, variable):
        return None
    return given.function_at(0, given.derivatives[0])


def _logarithm_of_variable(given: Application, variable: str) -> Expr | None:
    if not isinstance(given.expression, Call) or given.expression.function not in ("log", "log2", "log10"):
        return None
    return given.outer_at and given.outer_at(0, Name(variable))


def _exponential(
    mistake: str, wrong: Wrong, message: str, rules: tuple[str, ...] = _ANY_BASE, source: str = LISTS
) -> MalRule:
    return MalRule(mistake, rules, wrong, f"exponential rule: {message}", source)


_E_POWER: Final = "the variable is in the exponent, so {whole} is no power; (e^x)' is e^x, (a^x)' is a^x ln a"
_TOWER: Final = "{whole}: base and exponent vary, so neither"
_GENERAL: Final = ("general exponential", "exp2")

EXPONENTIALS: Final = (
    _exponential("exponential-power-rule", _power_rule, _E_POWER, source=MATHMISTAKES),
    _exponential(
        "exponential-power-rule",
        lambda given, variable: _power_rule(given, variable) if _is_composed(given, variable) else None,
        _E_POWER,
        ("chain",),
        MATHMISTAKES,
    ),
    _exponential(
        "exponential-logarithm-missing", formula("whole"), "(a^x)' is a^x ln a: the factor ln a is missing", _GENERAL
    ),
    _exponential(
        "exponential-logarithm-divides", _of_exponential("whole/log(a)"), "(a^x)' is a^x ln a, not a^x/ln a", _GENERAL
    ),
    MalRule(
        "exponential-at-inner-derivative",
        ("chain",),
        _at_inner_derivative,
        "chain rule: (e^u)' is e^u u', not e^(u'): the exponent stays {u}",
    ),
    _exponential("exponential-minus", formula("-whole"), "(e^x)' is e^x, without a minus"),
    _rule(
        "power-tower-power-rule",
        formula("g*f^(g - 1)*df"),
        f"{_TOWER} the power rule alone holds: write it as e^(g ln f)",
        "general power",
    ),
    _rule(
        "power-tower-exponential-rule",
        formula("whole*log(f)*dg"),
        f"{_TOWER} the exponential rule alone holds: write it as e^(g ln f)",
        "general power",
    ),
)
_INTEGRAL: Final = "(1/x)' is -1/x^2; ln x is its integral"
LOGARITHMS: Final = (
    _rule("logarithm-as-itself", formula("whole"), "logarithm: (ln x)' is 1/x, not ln x", "log"),
    _rule(
        "logarithm-argument-lost", _logarithm_of_variable, "logarithm: (ln u)' is u'/u with u = {u}, not 1/{x}", "chain"
    ),
    _rule("logarithm-as-reciprocal", formula("-1/f^2"), "logarithm: (ln x)' is 1/x, not -1/x^2", "log"),
    _rule("reciprocal-as-logarithm", formula("log(f)"), _INTEGRAL, "reciprocal"),
    _rule("reciprocal-as-logarithm", formula("log(f)", _is_reciprocal), _INTEGRAL),
    MalRule(
        "logarithm-base-lost",
        ("log2", "log10"),
        formula("1/f"),
        "logarithm: the derivative to the base a is 1/(x ln a): the ln a is missing",
    ),
)
