"""An answer's values on a question's grid, and how exact they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import numpy as np

from gradcli.calculus.evaluate import Failure
from gradcli.homework.answers import Answer
from gradcli.homework.contrast import Contrast, contrast
from gradcli.homework.evaluation import Floats, value_of
from gradcli.homework.mistakes.derivations import Candidate
from gradcli.homework.mistakes.grids import STRANGER, PointGrid, SampleGrid
from gradcli.homework.mistakes.matching import agrees, is_few, near
from gradcli.homework.question import DEFAULT_RELATIVE, Tolerance
from gradcli.homework.reference import EXACTLY, Asked, value_at
from gradcli.homework.rounding import agrees_as_rounded, has_decimals
from gradcli.homework.shapes import entries
from gradcli.language import Expr, walk
from gradcli.language.tree import Negation, Number, TensorLiteral

ROUGHEST: Final = 0.05
"""How much of a number its rounding may take for it to be called rounded."""
BITS: Final = 128
"""To which an answer and a wrong derivative are compared where floats leave a doubt."""


class Given(Protocol):
    """An answer's values.

    `array` has the answer's shape, and a last dimension of points. `rows` are the same as the grid has them, None where
    the shape is another than the right one. `allowed` is how far each number may be off. `is_number` says that there
    are so few numbers that an agreement may be chance.
    """

    answer: Answer
    array: Floats
    rows: Floats | None
    allowed: Floats
    is_number: bool

    @property
    def is_rounded(self) -> bool:
        """Whether the answer is right but for the rounding of its decimals."""

    def is_equal(self, entry: int, candidate: Candidate, column: int) -> bool:
        """Whether an entry and a wrong derivative are equal at a point, rounding apart."""


class SampleGiven:
    """A formula's values at the sample points."""

    def __init__(self, answer: Answer, grid: SampleGrid, parts: Sequence[Expr], array: Floats) -> None:
        self.answer, self.array, self._parts, self._grid = answer, array, parts, grid
        shape = array.shape[:-1]
        count = grid.expected.shape[1]
        self.rows: Floats | None = array.reshape(-1, count) if shape == grid.shape else None
        self.allowed: Floats = np.asarray(grid.question.tolerance.allowed(grid.expected), np.float64)
        self.is_number = False

    @property
    def is_rounded(self) -> bool:
        """See Given."""
        reference, strangers = self._grid.reference, self.answer.strangers
        return any(has_decimals(part, 1) for part in self._parts) and all(
            agrees_as_rounded(reference, entry, part, strangers, 1) or self._is_right(entry)
            for entry, part in enumerate(self._parts)
        )

    def _is_right(self, entry: int) -> bool:
        assert self.rows is not None
        return agrees(self.rows[entry], self._grid.expected[entry], self.allowed[entry])

    @classmethod
    def read(cls, answer: Answer, grid: SampleGrid) -> SampleGiven | None:
        """The values, None where there are none."""
        shape, parts = entries(answer.expression)
        if any(isinstance(node, TensorLiteral) for part in parts for node in walk(part)):  # is slow at many points
            return None
        others = dict.fromkeys(answer.strangers, STRANGER)
        rows = [grid.values(part, (), others) if others else grid.answered(part) for part in parts]
        known = [row for row in rows if row is not None]
        if len(known) < len(rows) or not known or not known[0].size:
            return None
        return cls(answer, grid, parts, np.array(known).reshape(*shape, -1))

    def is_equal(self, entry: int, candidate: Candidate, column: int) -> bool:
        """See Given: computed again in balls; False where that cannot be."""
        exact = self._grid.exact_point(column, dict.fromkeys(self.answer.strangers, STRANGER))
        wrong = Asked(candidate.expression, candidate.variables).number(exact, BITS)
        compared = contrast(value_at(self._parts[entry], exact, BITS), wrong, EXACTLY)
        return compared is not Contrast.APART and wrong is not None


class PointGiven:
    """The numbers of an answer about one point."""

    def __init__(self, answer: Answer, grid: PointGrid, value: Floats) -> None:
        self.answer = answer
        self.array: Floats = value.reshape(*value.shape, 1)
        same = value.shape == grid.shape or value.size == 1 == int(np.prod(grid.shape))
        tolerance = grid.question.tolerance if grid.question.tolerance.given else Tolerance(relative=DEFAULT_RELATIVE)
        written = _written_exactness(answer.expression, value.size)
        self.rows: Floats | None = np.reshape(value, grid.expected.shape) if same else None
        self.allowed: Floats = np.asarray(
            np.maximum(tolerance.allowed(value), written.reshape(value.shape)), np.float64
        )
        if same:
            self.allowed = self.allowed.reshape(grid.expected.shape)
        self.is_number = is_few(value)
        self._halves, self._grid = written.reshape(value.shape), grid

    @property
    def is_rounded(self) -> bool:
        """See Given."""
        if self.rows is None or not np.any(self._halves):
            return False
        halves = self._halves.reshape(self.rows.shape)
        apart = np.abs(self.rows - self._grid.expected)
        within = (apart <= halves) & (halves <= ROUGHEST * np.abs(self.rows))
        return bool(np.all(within | near(self.rows, self._grid.expected)))

    @classmethod
    def read(cls, answer: Answer, grid: PointGrid) -> PointGiven | None:
        """The values, None where there are none."""
        try:
            value = np.asarray(value_of(answer.expression, grid.question.at), np.float64)
        except (Failure, RecursionError):
            return None
        return cls(answer, grid, value) if value.size and np.all(np.isfinite(value)) else None

    def is_equal(self, entry: int, candidate: Candidate, column: int) -> bool:
        """See Given: numbers are what they are."""
        return False


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


__all__ = ["Given", "PointGiven", "SampleGiven"]
