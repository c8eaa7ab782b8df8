"""Where answers and wrong derivatives are compared: at a question's sample points, or at its one point.

A grid has a row for each entry of the answer that is differentiated for itself, and a column for each point, or for
each entry of a tensor at the one point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final, Protocol

import numpy as np

from gradcli import engine
from gradcli.calculus.balls.formula import Point, exact_point
from gradcli.calculus.balls.numbers import Number
from gradcli.calculus.evaluate import Evaluator, Failure
from gradcli.calculus.results import Array
from gradcli.calculus.steps.tensors import Tensors, speaks_of_tensors
from gradcli.engine import dtypes
from gradcli.engine.tensor import Tensor, wrap
from gradcli.homework.evaluation import Floats, derivatives
from gradcli.homework.numeric import PointReference
from gradcli.homework.question import Question
from gradcli.homework.reference import FIRST_BITS, Asked, Reference, asked_of
from gradcli.homework.reference import value_at as value_at_point
from gradcli.language import DiagnosticError, Expr

STRANGER: Final = 0.7310586
"""What a variable that only the answer has is worth."""


class Grid(Protocol):
    """`expected` has the right values, a row for each of `asked`; `shape` is the answer's."""

    question: Question
    shape: tuple[int, ...]
    asked: tuple[Asked, ...]
    expected: Floats

    def values(self, expression: Expr, variables: Sequence[str], others: Mapping[str, float]) -> Floats | None:
        """The derivative of an expression by one variable after another, as a row; None where it has none.

        `others` are values of names that the question does not have.
        """

    def tensors(self) -> Tensors | None:
        """What rules need to know of shapes."""


class SampleGrid:
    """The sample points of a question whose answer is a formula."""

    def __init__(self, reference: Reference) -> None:
        self.question, self.shape, self.asked = reference.question, reference.shape, reference.asked
        self.expected = reference.expected[:, reference.general]
        self.reference = reference
        points = reference.samples.points
        self.points = {name: coordinates[reference.general] for name, coordinates in points.items()}

    def values(self, expression: Expr, variables: Sequence[str], others: Mapping[str, float]) -> Floats | None:
        """See Grid."""
        count = self.expected.shape[1]
        points = {**self.points, **{name: np.full(count, value) for name, value in others.items()}}
        try:
            found = derivatives(expression, points, variables)
        except (Failure, RecursionError):
            return None
        return found if found.shape == (count,) else None

    @cached_property
    def first_point(self) -> Point:
        """One of the points, exactly."""
        return self.exact_point(0, {})

    def exact_point(self, column: int, others: Mapping[str, float]) -> Point:
        """One of the points, with numbers for names that the question does not have."""
        return self.reference.point(self.reference.samples.simple + column, exact_point(others))

    @cached_property
    def first_value(self) -> Number | None:
        """What the function is worth there; None where that is not known."""
        return value_at_point(self.asked[0].expression, self.first_point, FIRST_BITS)

    def answered(self, expression: Expr) -> Floats | None:
        """The values of an entry of an answer that has no variables of its own; None where it has none."""
        try:
            return self.reference.values_of(expression)[self.reference.general]
        except (Failure, RecursionError):
            return None

    def tensors(self) -> Tensors | None:
        """Every variable is a number."""
        return _tensors(self.asked, dict.fromkeys(self.question.names, ()))


class PointGrid:
    """The one point of a question; a tensor's entries are the columns."""

    def __init__(self, reference: PointReference) -> None:
        self.question = reference.question
        self.shape: tuple[int, ...] = reference.expected.shape
        self.asked, self.expected = _split(self.question, np.asarray(reference.expected, np.float64))

    def values(self, expression: Expr, variables: Sequence[str], others: Mapping[str, float]) -> Floats | None:
        """See Grid."""
        found = value_at(expression, variables, {**self.question.at, **_arrays(others)})
        columns = self.expected.shape[1]
        if found is None or found.size not in (1, columns):
            return None
        return np.broadcast_to(found.reshape(-1), (columns,))

    def tensors(self) -> Tensors | None:
        """The shapes of the question's values."""
        return _tensors(self.asked, {name: np.shape(value) for name, value in self.question.at.items()})


def value_at(expression: Expr, variables: Sequence[str], point: Mapping[str, Array]) -> Floats | None:
    """The value of an expression at a point, or the derivative of the sum of its entries by one variable after another;
    None where the engine has none."""
    leaves = {name: wrap(np.array(value, np.float64)[()], dtypes.float64) for name, value in point.items()}
    for name in set(variables):
        leaves[name].requires_grad_(True)
    try:
        with np.errstate(all="ignore"):
            evaluator = Evaluator(leaves, dtypes.float64)
            value = evaluator.tensor(evaluator.visit(expression))
            for name in variables:
                value = _slope(value, leaves[name])
            return np.asarray(value._array, np.float64)
    except (Failure, RecursionError):
        return None


def _slope(value: Tensor, leaf: Tensor) -> Tensor:
    """The derivative of the sum of a tensor's entries, recorded for further ones."""
    if not value.requires_grad:
        return wrap(np.zeros(leaf._array.shape)[()], dtypes.float64)
    ones = wrap(np.ones(value._array.shape)[()], dtypes.float64)
    (found,) = engine.grad([value], [leaf], [ones], create_graph=True, allow_unused=True, materialize_grads=True)
    assert found is not None, "what is not used has a derivative of 0"
    return found


def _split(question: Question, expected: Floats) -> tuple[tuple[Asked, ...], Floats]:
    """The entries that are differentiated by themselves, and their values; one row where there are none such."""
    try:
        _, asked = asked_of(question)
    except DiagnosticError:
        asked = ()
    rows = [value_at(each.expression, each.variables, question.at) for each in asked]
    known = [row.reshape(-1) for row in rows if row is not None]
    if known and len(known) == len(rows) and sum(row.size for row in known) == expected.size:
        found = np.concatenate(known)
        same_length = len({row.size for row in known}) == 1
        if same_length and np.allclose(found, expected.reshape(-1), rtol=1e-9, atol=1e-12):
            return asked, np.asarray(found.reshape(len(asked), -1), np.float64)
    return (), np.asarray(expected.reshape(1, -1), np.float64)


def _tensors(asked: Sequence[Asked], shapes: Mapping[str, tuple[int, ...]]) -> Tensors | None:
    """The shapes, None where there are numbers only."""
    if not any(shapes.values()) and not speaks_of_tensors(each.expression for each in asked):
        return None
    return Tensors(shapes, "n")


def _arrays(others: Mapping[str, float]) -> dict[str, Array]:
    return {name: np.asarray(value) for name, value in others.items()}
