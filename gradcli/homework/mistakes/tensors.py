"""Mistakes with sums and means of entries."""

from __future__ import annotations

from typing import Final

from gradcli.calculus.steps import Application
from gradcli.calculus.steps.trees import call, names_in, times
from gradcli.homework.mistakes.twin import Misreading, Twin
from gradcli.language import Expr
from gradcli.language.tree import Call, Factor, Name, Product, TensorLiteral


def _without_count(given: Application, variable: str) -> Expr:
    (derivative,) = given.derivatives
    if given.entrywise:
        return derivative
    return call("sum", derivative) if given.is_full else times(given.count, derivative)


def _sum_for_mean(node: Expr, variables: frozenset[str]) -> Expr | None:
    if isinstance(node, Call) and node.function == "mean":
        return Call("sum", node.arguments, node.keywords, node.span)
    return None


def _mean_for_sum(node: Expr, variables: frozenset[str]) -> Expr | None:
    if isinstance(node, Call) and node.function == "sum":
        return Call("mean", node.arguments, node.keywords, node.span)
    return None


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
    Twin(
        "mean-not-divided",
        ("entries mean",),
        _without_count,
        "mean: the factor 1/n of the mean of n entries is missing",
    ),
)
TENSOR_READINGS: Final = (
    Misreading("sum-for-mean", _sum_for_mean, "the mean is taken for the sum: its factor 1/n is missing"),
    Misreading("mean-for-sum", _mean_for_sum, "the sum is taken for the mean: there is no factor 1/n"),
    Misreading("vjp-vector-missing", _without_vector, "the vector of the product is forgotten: {was} is not {became}"),
)
