"""Mistakes with trigonometric and hyperbolic functions, and with sums and means of entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from gradcli.calculus.steps import RULES, Application
from gradcli.calculus.steps.trees import ONE, call, names_in, number, over, times
from gradcli.homework.mistakes.rules import LISTS, MATHMISTAKES, TOH, MalRule, Misreading, formula
from gradcli.language import Expr
from gradcli.language.tree import Call, Factor, Name, Product, TensorLiteral
from gradcli.language.values import replace

CIRCULAR: Final = ("sin", "cos", "tan", "sec", "csc", "cot")
"""Functions of an angle."""
INVERSES: Final[Mapping[str, str]] = {"asin": "sin", "acos": "cos", "atan": "tan"}


def _wrong(mistake: str, function: str, text: str, message: str, source: str = LISTS) -> MalRule:
    """A function's derivative taken for another formula of its argument u."""
    return MalRule(mistake, (function,), formula(text), message, source)


def _in_degrees(given: Application, variable: str) -> Expr:
    assert isinstance(given.expression, Call)
    return over(times(RULES[given.expression.function].apply(given), Name("pi")), number(180))


def _reciprocal(node: Expr, variables: frozenset[str]) -> Expr | None:
    if not isinstance(node, Call) or node.function not in INVERSES:
        return None
    return over(ONE, call(INVERSES[node.function], *node.arguments))


def degrees(node: Expr, variables: frozenset[str]) -> Expr | None:
    """A function of an angle with its argument taken for degrees."""
    if not isinstance(node, Call) or node.function not in CIRCULAR:
        return None
    return call(node.function, over(times(node.arguments[0], Name("pi")), number(180)))


DEGREES: Final = "degrees"
DEGREES_MESSAGE: Final = "the angle is taken in degrees, and is in radians"

TRIGONOMETRY: Final = (
    _wrong("cos-sign", "cos", "sin(u)", "(cos x)' is -sin x: the minus is missing", MATHMISTAKES),
    _wrong("sin-sign", "sin", "-cos(u)", "(sin x)' is cos x, without a minus"),
    _wrong("tan-as-sec", "tan", "sec(u)", "(tan x)' is sec^2 x, not sec x"),
    _wrong("tan-sign", "tan", "-sec(u)^2", "(tan x)' is sec^2 x, without a minus"),
    _wrong("sec-as-tan-squared", "sec", "tan(u)^2", "(sec x)' is sec x tan x, not tan^2 x"),
    _wrong("csc-sign", "csc", "csc(u)*cot(u)", "(csc x)' is -csc x cot x: the minus is missing"),
    _wrong("cot-sign", "cot", "csc(u)^2", "(cot x)' is -csc^2 x: the minus is missing"),
    _wrong("arcsin-root-missing", "asin", "1/(1 - u^2)", "(arcsin x)' is 1/sqrt(1 - x^2): the root is missing"),
    _wrong("arcsin-root-missing", "acos", "-1/(1 - u^2)", "(arccos x)' is -1/sqrt(1 - x^2): the root is missing"),
    _wrong("arctan-minus", "atan", "1/(1 - u^2)", "(arctan x)' is 1/(1 + x^2): a plus stands below, not a minus"),
    _wrong("cosh-sign", "cosh", "-sinh(u)", "(cosh x)' is sinh x, without a minus"),
    MalRule(DEGREES, CIRCULAR, _in_degrees, "angles are in radians: there is no factor pi/180", TOH),
)
TRIGONOMETRIC_READINGS: Final = (
    Misreading(
        "inverse-as-reciprocal", _reciprocal, "sin^-1 is the inverse function, not 1/sin: {was} is not {became}"
    ),
    Misreading(DEGREES, degrees, DEGREES_MESSAGE, TOH),
)


def _without_count(given: Application, variable: str) -> Expr:
    (derivative,) = given.derivatives
    if given.entrywise:
        return derivative
    return call("sum", derivative) if given.is_full else times(given.count, derivative)


def _called_otherwise(function: str, other: str) -> Callable[[Expr, frozenset[str]], Expr | None]:
    """A call of a function taken for the same call of another."""
    return lambda node, variables: (
        replace(node, function=other) if isinstance(node, Call) and node.function == function else None
    )


def _without_vector(node: Expr, variables: frozenset[str]) -> Expr | None:
    """A sum of entries, each weighted by a constant tensor, without the weights."""
    match node:
        case Call(function="sum", arguments=(Product(factors=factors),)):
            left = tuple(factor for factor in factors if not _is_weight(factor.value, variables))
            return None if len(left) in (0, len(factors)) else call("sum", _product(left))
        case Call(function="dot", arguments=(first, second)):
            return _summed_other(first, second, variables)
        case Product(factors=(Factor(value=first), Factor(value=second, operator="@"))):
            return _summed_other(first, second, variables)
        case _:
            return None


def _summed_other(first: Expr, second: Expr, variables: frozenset[str]) -> Expr | None:
    if _is_weight(first, variables) and not _is_weight(second, variables):
        return call("sum", second)
    return call("sum", first) if _is_weight(second, variables) else None


def _is_weight(expr: Expr, variables: frozenset[str]) -> bool:
    return isinstance(expr, (TensorLiteral, Name)) and variables.isdisjoint(names_in(expr))


def _product(factors: tuple[Factor, ...]) -> Expr:
    first, *rest = factors
    return first.value if not rest else Product((Factor(first.value), *rest))


TENSORS: Final = (
    MalRule(
        "mean-not-divided",
        ("entries mean",),
        _without_count,
        "mean: the factor 1/n of the mean of n entries is missing",
    ),
)
TENSOR_READINGS: Final = (
    Misreading(
        "sum-for-mean", _called_otherwise("mean", "sum"), "the mean is taken for the sum: its factor 1/n is missing"
    ),
    Misreading(
        "mean-for-sum", _called_otherwise("sum", "mean"), "the sum is taken for the mean: there is no factor 1/n"
    ),
    Misreading("vjp-vector-missing", _without_vector, "the vector of the product is forgotten: {was} is not {became}"),
)
