"""Expressions at many points: values and derivatives as NumPy arrays, by the engine.

Expressions of numbers are one evaluation on vectors; others (with sums over entries, matrices) are evaluated point by
point.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcli import engine
from gradcli.calculus.evaluate import Evaluator
from gradcli.calculus.points import is_pointwise
from gradcli.calculus.results import Array
from gradcli.engine import dtypes
from gradcli.engine.tensor import Tensor, wrap
from gradcli.homework.rewriting import calls, rewritten
from gradcli.language import Expr
from gradcli.language.tree import NOWHERE, Call, Program

Floats: TypeAlias = NDArray[np.float64]
Points: TypeAlias = Mapping[str, Floats]
"""Coordinates of n points: an array of shape (n,) for each variable."""

PAIRWISE = {"max": "maximum", "min": "minimum"}


def values(expression: Expr, points: Points) -> Floats:
    """The values of a scalar expression at n points, nan where it has none. Raises Failure."""
    count = _count(points)
    expression, on_vectors = _readied(expression)
    with np.errstate(all="ignore"), warnings.catch_warnings(), engine.no_grad():
        warnings.simplefilter("ignore")
        if on_vectors:
            return _filled(_value(expression, _leaves(points)), count)
        rows = [_value(expression, _leaves(point_of(points, at))) for at in range(count)]
    return np.array([row if np.ndim(row) == 0 else np.nan for row in rows], np.float64)


def derivatives(expression: Expr, points: Points, variables: Sequence[str]) -> Floats:
    """The derivative of a scalar expression by one variable after another, at n points. Raises Failure."""
    if not variables:
        return values(expression, points)
    count = _count(points)
    expression, on_vectors = _readied(expression)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if on_vectors:
            return _filled(_derivative(expression, points, variables), count)
        rows = [_derivative(expression, point_of(points, at), variables) for at in range(count)]
    return np.array(rows, np.float64)


def value_of(expression: Expr, point: Mapping[str, Array]) -> Floats:
    """The value of an expression, of any shape, at one point. Raises Failure."""
    leaves = {name: wrap(np.asarray(value, np.float64)[()], dtypes.float64) for name, value in point.items()}
    with np.errstate(all="ignore"), warnings.catch_warnings(), engine.no_grad():
        warnings.simplefilter("ignore")
        return _value(expression, leaves)


def point_of(points: Points, at: int) -> dict[str, Floats]:
    """One of the points."""
    return {name: np.asarray(coordinates[at]) for name, coordinates in points.items()}


def pairwise(expression: Expr) -> Expr:
    """The expression with `max(a, b, ...)` as the larger of pairs, which means the same of vectors."""
    return rewritten(expression, _pairwise) if calls(expression, PAIRWISE) else expression


def _pairwise(node: Expr) -> Expr:
    if not isinstance(node, Call) or node.function not in PAIRWISE or len(node.arguments) < 2:
        return node
    first, *rest = node.arguments
    for argument in rest:
        first = Call(PAIRWISE[node.function], (first, argument), (), node.span)
    return first


def _readied(expression: Expr) -> tuple[Expr, bool]:
    """The expression with pairwise maxima, and whether it means the same of vectors."""
    if _on_vectors(expression):  # so it has no maxima of numbers
        return expression, True
    expression = pairwise(expression)
    return expression, _on_vectors(expression)


def _on_vectors(expression: Expr) -> bool:
    return is_pointwise(Program((), expression, (), NOWHERE))


def _filled(found: Floats, count: int) -> Floats:
    """An array of one value for each point; of a constant there is one for all."""
    return found if found.shape == (count,) else np.full(count, found, np.float64)


def _count(points: Points) -> int:
    return max((len(coordinates) for coordinates in points.values()), default=1)


def _leaves(points: Points) -> dict[str, Tensor]:
    return {name: wrap(coordinates[()], dtypes.float64) for name, coordinates in points.items()}


def _value(expression: Expr, leaves: Mapping[str, Tensor]) -> Floats:
    evaluator = Evaluator(leaves, dtypes.float64)
    return np.asarray(evaluator.tensor(evaluator.visit(expression))._array, np.float64)


def _derivative(expression: Expr, points: Points, variables: Sequence[str]) -> Floats:
    leaves = {name: wrap(coordinates.copy()[()], dtypes.float64) for name, coordinates in points.items()}
    for name in set(variables):
        leaves[name].requires_grad_(True)
    evaluator = Evaluator(leaves, dtypes.float64)
    value = evaluator.tensor(evaluator.visit(expression))
    for place, name in enumerate(variables):
        if not value.requires_grad:
            return np.zeros(np.shape(points[name]))
        ones = wrap(np.ones(value._array.shape)[()], dtypes.float64)
        more = place + 1 < len(variables)
        (found,) = engine.grad(
            [value], [leaves[name]], [ones], create_graph=more, allow_unused=True, materialize_grads=True
        )
        assert found is not None
        value = found
    return np.asarray(value._array, np.float64)
