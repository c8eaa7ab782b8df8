"""Where answers and wrong derivatives are compared: at a question's sample points, or at its one point.

A grid has a row for each entry of the answer that is differentiated for itself, and a column for each point, or for
each entry of a tensor at the one point.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from gradcli.calculus.balls.formula import Point, exact_point
from gradcli.calculus.balls.numbers import Number as Ball
from gradcli.calculus.evaluate import Failure
from gradcli.calculus.results import Array
from gradcli.calculus.steps.tensors import Tensors, speaks_of_tensors
from gradcli.homework.contrast import Contrast, contrast
from gradcli.homework.mistakes.derivations import Candidate
from gradcli.homework.mistakes.matching import agrees, is_few, near
from gradcli.homework.question import DEFAULT_RELATIVE, Question, Tolerance
from gradcli.homework.reading.answers import Answer
from gradcli.homework.reading.vectors import entries
from gradcli.homework.refuting.formulas import agrees_as_rounded, has_decimals
from gradcli.homework.sampling.evaluation import Floats, derivative_at, derivatives
from gradcli.homework.sampling.point import PointReference
from gradcli.homework.sampling.reference import EXACTLY, FIRST_BITS, AskedEntry, Reference, asked_of, value_at
from gradcli.language import DiagnosticError, Expr, walk
from gradcli.language.tree import Negation, Number, TensorLiteral

EXTRA_VALUE: Final = 0.7310586
"""What a variable that only the answer has is worth."""


Others: TypeAlias = "Mapping[str, float] | Mapping[str, Array]"
NONE: Final[Mapping[str, float]] = MappingProxyType({})
ROUGHEST: Final = 0.05
"""How much of a number its rounding may take for it to be called rounded."""
BITS: Final = 128
"""To which an answer and a wrong derivative are compared where floats leave a doubt."""


class AnswerGrid(ABC):
    """The right answer, and what wrong ones are worth where it is known.

    `expected` has the right values, a row for each of `asked`; `shape` is the answer's, `shapes` are the variables'.
    """

    question: Question
    shape: tuple[int, ...]
    shapes: Mapping[str, tuple[int, ...]]
    asked: tuple[AskedEntry, ...]
    expected: Floats

    @abstractmethod
    def values(self, expression: Expr, variables: Sequence[str] = (), others: Others = NONE) -> Floats | None:
        """The derivative of an expression by one variable after another, as a row; None where it has none.

        `others` are values of names that the question does not have, or other values of its own.
        """

    @cached_property
    def tensors(self) -> Tensors | None:
        """What rules need to know of shapes; None where there are numbers only."""
        if not any(self.shapes.values()) and not speaks_of_tensors(each.expression for each in self.asked):
            return None
        return Tensors(self.shapes, "n")


class SampleGrid(AnswerGrid):
    """The sample points of a question whose answer is a formula."""

    def __init__(self, reference: Reference) -> None:
        self.question, self.shape, self.asked = reference.question, reference.shape, reference.asked
        self.shapes = dict.fromkeys(self.question.names, ())
        self.expected = reference.expected[:, reference.general]
        self.reference = reference
        points = reference.samples.points
        self.points = {name: coordinates[reference.general] for name, coordinates in points.items()}

    def values(self, expression: Expr, variables: Sequence[str] = (), others: Others = NONE) -> Floats | None:
        """See AnswerGrid."""
        count = self.expected.shape[1]
        points = {**self.points, **{name: np.full(count, value) for name, value in others.items()}}
        with suppress(Failure, RecursionError):
            found = derivatives(expression, points, variables)
            return found if found.shape == (count,) else None
        return None

    @cached_property
    def first_point(self) -> Point:
        """One of the points, exactly."""
        return self.exact_point(0, {})

    def exact_point(self, column: int, others: Mapping[str, float]) -> Point:
        """One of the points, with numbers for names that the question does not have."""
        return self.reference.point(self.reference.samples.simple + column, exact_point(others))

    @cached_property
    def first_value(self) -> Ball | None:
        """What the function is worth there; None where that is not known."""
        return value_at(self.asked[0].expression, self.first_point, FIRST_BITS)

    def answered(self, expression: Expr) -> Floats | None:
        """The values of an entry of an answer that has no variables of its own; None where it has none."""
        with suppress(Failure, RecursionError):
            return self.reference.values_of(expression)[self.reference.general]
        return None


class PointGrid(AnswerGrid):
    """The one point of a question; a tensor's entries are the columns."""

    def __init__(self, reference: PointReference) -> None:
        self.question = reference.question
        self.shape = reference.expected.shape
        self.shapes = {name: np.shape(value) for name, value in self.question.at.items()}
        self.asked, self.expected = self._split(np.asarray(reference.expected, np.float64))

    def values(self, expression: Expr, variables: Sequence[str] = (), others: Others = NONE) -> Floats | None:
        """See AnswerGrid."""
        found = self.whole(expression, variables, others)
        columns = self.expected.shape[1]
        if found is None or found.size not in (1, columns):
            return None
        return np.broadcast_to(found.reshape(-1), (columns,))

    def whole(self, expression: Expr, variables: Sequence[str] = (), others: Others = NONE) -> Floats | None:
        """The same, in its own shape."""
        point = {**self.question.at, **{name: np.asarray(value, np.float64) for name, value in others.items()}}
        with suppress(Failure, RecursionError):
            return derivative_at(expression, point, variables)
        return None

    def _split(self, expected: Floats) -> tuple[tuple[AskedEntry, ...], Floats]:
        """The entries that are differentiated by themselves, and their values; one row where there are none such."""
        asked: tuple[AskedEntry, ...] = ()
        with suppress(DiagnosticError):
            _, asked = asked_of(self.question)
        rows = [self.whole(each.expression, each.variables) for each in asked]
        known = [row.reshape(-1) for row in rows if row is not None]
        if known and len(known) == len(rows) and sum(row.size for row in known) == expected.size:
            found = np.concatenate(known)
            same_length = len({row.size for row in known}) == 1
            if same_length and np.allclose(found, expected.reshape(-1), rtol=1e-9, atol=1e-12):
                return asked, np.asarray(found.reshape(len(asked), -1), np.float64)
        return (), np.asarray(expected.reshape(1, -1), np.float64)


class Given(ABC):
    """An answer's values.

    `array` has the answer's shape, and a last dimension of points. `rows` are the same as the grid has them, None where
    the shape is another than the right one. `allowed` is how far each number may be off. `is_number` says that there
    are so few numbers that an agreement may be chance.
    """

    answer: Answer
    array: Floats
    rows: Floats | None
    allowed: Floats
    is_number: bool = False

    @property
    @abstractmethod
    def is_rounded(self) -> bool:
        """Whether the answer is right but for the rounding of its decimals."""

    def is_equal(self, entry: int, candidate: Candidate, column: int) -> bool:
        """Whether an entry and a wrong derivative are equal at a point, rounding apart: computed again in balls; False
        where that cannot be."""
        return False


class SampleGiven(Given):
    """A formula's values at the sample points."""

    def __init__(self, answer: Answer, grid: SampleGrid, parts: Sequence[Expr], array: Floats) -> None:
        self.answer, self.array, self._parts, self._grid = answer, array, parts, grid
        self.rows = array.reshape(-1, grid.expected.shape[1]) if array.shape[:-1] == grid.shape else None
        self.allowed = np.asarray(grid.question.tolerance.allowed(grid.expected), np.float64)

    @classmethod
    def read(cls, answer: Answer, grid: SampleGrid) -> SampleGiven | None:
        """The values, None where there are none."""
        shape, parts = entries(answer.expression)
        if any(isinstance(node, TensorLiteral) for part in parts for node in walk(part)):  # is slow at many points
            return None
        others = dict.fromkeys(answer.extra_names, EXTRA_VALUE)
        rows = [grid.values(part, (), others) if others else grid.answered(part) for part in parts]
        known = [row for row in rows if row is not None]
        if len(known) < len(rows) or not known or not known[0].size:
            return None
        return cls(answer, grid, parts, np.array(known).reshape(*shape, -1))

    @property
    def is_rounded(self) -> bool:
        """See Given."""
        reference, extra_names = self._grid.reference, self.answer.extra_names
        return any(has_decimals(part, 1) for part in self._parts) and all(
            agrees_as_rounded(reference, entry, part, extra_names, 1) or self._is_right(entry)
            for entry, part in enumerate(self._parts)
        )

    def _is_right(self, entry: int) -> bool:
        assert self.rows is not None
        return agrees(self.rows[entry], self._grid.expected[entry], self.allowed[entry])

    def is_equal(self, entry: int, candidate: Candidate, column: int) -> bool:
        """See Given."""
        exact = self._grid.exact_point(column, dict.fromkeys(self.answer.extra_names, EXTRA_VALUE))
        wrong = AskedEntry(candidate.expression, candidate.variables).number(exact, BITS)
        compared = contrast(value_at(self._parts[entry], exact, BITS), wrong, EXACTLY)
        return compared is not Contrast.APART and wrong is not None


class PointGiven(Given):
    """The numbers of an answer about one point."""

    def __init__(self, answer: Answer, grid: PointGrid, value: Floats) -> None:
        self.answer, self.array, self._grid = answer, value.reshape(*value.shape, 1), grid
        same = value.shape == grid.shape or value.size == 1 == int(np.prod(grid.shape))
        tolerance = grid.question.tolerance if grid.question.tolerance.given else Tolerance(relative=DEFAULT_RELATIVE)
        self._halves = _written_exactness(answer.expression, value.size).reshape(value.shape)
        self.rows = np.reshape(value, grid.expected.shape) if same else None
        self.allowed = np.asarray(np.maximum(tolerance.allowed(value), self._halves), np.float64)
        if same:
            self.allowed = self.allowed.reshape(grid.expected.shape)
        self.is_number = is_few(value)

    @classmethod
    def read(cls, answer: Answer, grid: PointGrid) -> PointGiven | None:
        """The values, None where there are none."""
        value = grid.whole(answer.expression)
        return None if value is None or not value.size or not np.all(np.isfinite(value)) else cls(answer, grid, value)

    @property
    def is_rounded(self) -> bool:
        """See Given."""
        if self.rows is None or not np.any(self._halves):
            return False
        halves = self._halves.reshape(self.rows.shape)
        apart = np.abs(self.rows - self._grid.expected)
        within = (apart <= halves) & (halves <= ROUGHEST * np.abs(self.rows))
        return bool(np.all(within | near(self.rows, self._grid.expected)))


def _written_exactness(expression: Expr, size: int) -> Floats:
    """Half a unit of the last digit of each number that is written as a decimal."""
    found = [_half_unit(each) for each in _leaves(expression)]
    return np.array(found if len(found) == size else [0.0] * size)


def _leaves(expression: Expr) -> Iterator[Expr]:
    if isinstance(expression, TensorLiteral):
        for element in expression.elements:
            yield from _leaves(element)
    else:
        yield expression


def _half_unit(expression: Expr) -> float:
    match expression:
        case Negation(operand=operand):
            return _half_unit(operand)
        case Number(text=text) if text.partition(".")[2] and "e" not in text.lower():
            return float(0.5 * 10.0 ** -len(text.partition(".")[2]))
        case _:
            return 0.0
