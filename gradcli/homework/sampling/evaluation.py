"""Expressions at many points, or at one: values and derivatives as NumPy arrays, by the engine.

Expressions of numbers are one evaluation on vectors; others (with sums over entries, matrices) are evaluated point by
point.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcli import engine
from gradcli.calculus.evaluate import Evaluator, Failure
from gradcli.calculus.points import is_pointwise
from gradcli.calculus.results import Array
from gradcli.engine import dtypes
from gradcli.engine.tensor import wrap
from gradcli.language import Expr, walk
from gradcli.language.rewriting import transformed
from gradcli.language.tree import NOWHERE, Call, Program

Floats: TypeAlias = NDArray[np.float64]
Points: TypeAlias = Mapping[str, Floats]
"""Coordinates of n points: an array of shape (n,) for each variable."""

PAIRWISE = {"max": "maximum", "min": "minimum"}


def values(expression: Expr, points: Points) -> Floats:
    """The values of a scalar expression at n points, nan where it has none. Raises Failure."""
    return derivatives(expression, points, ())


def values_or_nan(expression: Expr, points: Points) -> Floats:
    """The values of a scalar expression at n points, nan where it has none, everywhere where the engine has none."""
    try:
        return values(expression, points)
    except Failure:
        return np.full(count_of(points), np.nan)


def derivatives(expression: Expr, points: Points, variables: Sequence[str]) -> Floats:
    """The derivative of a scalar expression by one variable after another, at n points. Raises Failure."""
    count = count_of(points)
    if not _means_the_same_of_vectors(expression):
        expression = _with_pairwise_maxima(expression)
    with _quietly():
        if _means_the_same_of_vectors(expression):
            found = _derivative(expression, points, variables)
            return found if found.shape == (count,) else np.full(count, found, np.float64)
        rows = [_derivative(expression, point_of(points, at), variables) for at in range(count)]
    return np.array([row if np.ndim(row) == 0 else np.nan for row in rows], np.float64)


def derivative_at(expression: Expr, point: Mapping[str, Array], variables: Sequence[str] = ()) -> Floats:
    """The value of an expression, of any shape, at one point; or the derivative of the sum of its entries by one
    variable after another. Raises Failure."""
    with _quietly():
        return _derivative(expression, point, variables)


def point_of(points: Points, at: int) -> dict[str, Floats]:
    """One of the points."""
    return {name: np.asarray(coordinates[at]) for name, coordinates in points.items()}


def count_of(points: Points) -> int:
    """How many points there are: one where there are no variables."""
    return max((len(coordinates) for coordinates in points.values()), default=1)


def _means_the_same_of_vectors(expression: Expr) -> bool:
    return is_pointwise(Program((), expression, (), NOWHERE))


def _with_pairwise_maxima(expression: Expr) -> Expr:
    """The expression with `max(a, b, ...)` as the larger of pairs, which means the same of vectors."""
    if not any(isinstance(node, Call) and node.function in PAIRWISE for node in walk(expression)):
        return expression
    return transformed(expression, _pairwise)


def _pairwise(node: Expr) -> Expr:
    if not isinstance(node, Call) or node.function not in PAIRWISE or len(node.arguments) < 2:
        return node
    first, *rest = node.arguments
    for argument in rest:
        first = Call(PAIRWISE[node.function], (first, argument), (), node.span)
    return first


@contextmanager
def _quietly() -> Iterator[None]:
    """Without warnings of what is not finite."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _derivative(expression: Expr, point: Mapping[str, Array], variables: Sequence[str]) -> Floats:
    leaves = {name: wrap(np.asarray(value, np.float64)[()], dtypes.float64) for name, value in point.items()}
    for name in set(variables):
        leaves[name].requires_grad_(True)
    evaluator = Evaluator(leaves, dtypes.float64)
    value = evaluator.tensor(evaluator.visit(expression))
    for place, name in enumerate(variables, 1):
        if not value.requires_grad:
            return np.zeros(np.shape(point[name]))
        ones = wrap(np.ones(value._array.shape)[()], dtypes.float64)
        more = place < len(variables)
        (found,) = engine.grad(
            [value], [leaves[name]], [ones], create_graph=more, allow_unused=True, materialize_grads=True
        )
        assert found is not None
        value = found
    return np.asarray(value._array, np.float64)
