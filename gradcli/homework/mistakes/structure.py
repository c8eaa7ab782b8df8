"""Mistakes with the components and the shape of an answer: the numbers are right, and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations
from typing import Final

import numpy as np

from gradcli.homework.evaluation import Floats
from gradcli.homework.mistakes import wholes
from gradcli.homework.mistakes.answering import Given
from gradcli.homework.mistakes.derivations import ALONE
from gradcli.homework.mistakes.found import DESCRIBED, Found
from gradcli.homework.mistakes.grids import Grid, PointGrid, value_at
from gradcli.homework.mistakes.matching import agrees
from gradcli.homework.mistakes.vectors import column_for_row
from gradcli.homework.question import Form
from gradcli.homework.results import Mistake

FEWEST_ENTRIES: Final = 3
"""Entries of an answer of which it says something that all but one are right."""
MOST_COMPONENTS: Final = 8
"""Components of which one may be missing, or all exchanged."""


def structural(given: Given, grid: Grid, other: Others) -> list[Found]:
    """What explains an answer by its shape or the order of its entries."""
    if not grid.shape and not isinstance(grid, PointGrid):
        return []
    columns = 1 if isinstance(grid, PointGrid) else grid.expected.shape[1]
    expected = grid.expected.reshape(*grid.shape, columns)
    found = [Found(mistake, ALONE) for mistake in _mistakes(given, expected, grid, other)]
    return found + [Found(mistake, DESCRIBED) for mistake in _one_entry(given, expected)]


class Others:
    """What else may have been calculated instead, computed when it is first needed."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    @cached_property
    def column(self) -> Floats | None:
        """The Jacobian times the vector where the vector times the Jacobian is asked."""
        return column_for_row(self._grid) if isinstance(self._grid, PointGrid) else None

    @cached_property
    def gradient(self) -> Floats | None:
        """The gradient where second derivatives are asked, a row for each variable."""
        question = self._grid.question
        if question.form is not Form.HESSIAN or not self._grid.asked:
            return None
        rows = [self._grid.values(question.expression, (name,), {}) for name in question.wrt]
        return None if any(row is None for row in rows) else np.array(rows)


def _mistakes(given: Given, expected: Floats, grid: Grid, other: Others) -> Iterator[Mistake]:
    shape, right = given.array.shape[:-1], expected.shape[:-1]
    if len(right) == 2:
        yield from _of_matrix(given, expected)
        if other.gradient is not None and _same(given.array, other.gradient, given):
            yield _named(wholes.TOO_FEW, order=1, asked=2)
    if len(right) == 1:
        yield from _of_components(given, expected)
    size, wanted = int(np.prod(shape)), int(np.prod(right))
    if shape != right and size == wanted > 1 and _same(given.array.reshape(expected.shape), expected, given):
        yield _named(wholes.FLATTENED, shape=right)
    if wanted > 1 and not shape and _same(given.array, expected.reshape(wanted, -1).sum(axis=0), given):
        yield _named(wholes.ADDED)
    if isinstance(grid, PointGrid):
        yield from _not_summed(given, grid)
        if shape == right and other.column is not None and _same(given.array[..., 0], other.column, given):
            yield _named(wholes.COLUMN)


def _of_matrix(given: Given, expected: Floats) -> Iterator[Mistake]:
    array = given.array
    turned = expected.swapaxes(0, 1)
    if array.shape == turned.shape and not _same(array, expected, given) and _same(array, turned, given):
        yield _named(wholes.TRANSPOSED)
    rows, columns = expected.shape[:2]
    if array.ndim == 2:
        is_diagonal = rows == columns and _same(array, np.einsum("iij->ij", expected), given)
        if is_diagonal or (len(array) == columns and any(_same(array, expected[row], given) for row in range(rows))):
            yield _named(wholes.MISSING)
        elif len(array) == rows and any(_same(array, expected[:, column], given) for column in range(columns)):
            yield _named(wholes.COLUMN)
    elif array.shape == expected.shape and rows == columns and _only_diagonal(given, expected):
        yield _named(wholes.MISSING)


def _only_diagonal(given: Given, expected: Floats) -> bool:
    """Whether a square matrix has zeros beside its diagonal where the right one has others, and is right on it."""
    beside = ~np.eye(len(expected), dtype=bool)
    zeroed = np.where(beside[..., None], 0.0, expected)
    return bool(np.any(expected[beside])) and not np.any(given.array[beside]) and _same(given.array, zeroed, given)


def _one_entry(given: Given, expected: Floats) -> Iterator[Mistake]:
    """One entry of several is wrong."""
    if given.array.shape != expected.shape or int(np.prod(expected.shape[:-1])) < FEWEST_ENTRIES:
        return
    wrong: list[tuple[int, ...]] = []
    for place in np.ndindex(expected.shape[:-1]):
        if not agrees(given.array[place], expected[place], _allowed(given)):
            wrong.append(place)
        if len(wrong) > 1:
            return
    if wrong:
        yield _named(wholes.ENTRY, entry=list(wrong[0]))


def _of_components(given: Given, expected: Floats) -> Iterator[Mistake]:
    array, count = given.array, len(expected)
    if count < 2:
        return
    if array.ndim == 1 and any(_same(array, component, given) for component in expected):
        yield _named(wholes.MISSING)
    if count > MOST_COMPONENTS or array.ndim != 2:
        return
    if len(array) < count:
        if any(_same(array, expected[list(kept)], given) for kept in combinations(range(count), len(array))):
            yield _named(wholes.MISSING)
    elif len(array) == count + 1:
        if any(_same(np.delete(array, place, axis=0), expected, given) for place in range(count + 1)):
            yield _named(wholes.EXTRA)
    elif array.shape == expected.shape and not _same(array, expected, given):
        if _is_permuted(given, expected):
            yield _named(wholes.SWAPPED)
        if any(_with_zero(given, expected, place) for place in range(count)):
            yield _named(wholes.MISSING)


def _with_zero(given: Given, expected: Floats, place: int) -> bool:
    """Whether one component is 0, and the others are right."""
    zeroed = expected.copy()
    zeroed[place] = 0.0
    return bool(np.all(given.array[place] == 0)) and _same(given.array, zeroed, given)


def _is_permuted(given: Given, expected: Floats) -> bool:
    """Whether the components are the right ones in another order."""
    left = list(range(len(expected)))
    for component in given.array:
        place = next((each for each in left if _same(component, expected[each], given)), None)
        if place is None:
            return False
        left.remove(place)
    return True


def _not_summed(given: Given, grid: PointGrid) -> Iterator[Mistake]:
    """A gradient of the shape that the variable was broadcast to: that of as many variables, each used once."""
    shape, right = given.array.shape[:-1], grid.shape
    if len(grid.asked) != 1 or shape == right or int(np.prod(shape)) > 100_000:
        return
    name = grid.asked[0].variables[0]
    try:
        repeated = np.broadcast_to(np.asarray(grid.question.at[name], np.float64), shape)
    except ValueError:
        return
    unsummed = value_at(grid.asked[0].expression, grid.asked[0].variables[:1], {**grid.question.at, name: repeated})
    if unsummed is not None and unsummed.shape == shape and _same(given.array[..., 0], unsummed, given):
        yield _named(wholes.NOT_SUMMED, name=name)


def _same(given: Floats, expected: Floats, whole: Given) -> bool:
    if given.shape != expected.shape or not np.any(expected):
        return False
    return agrees(given, expected, _allowed(whole))


def _allowed(given: Given) -> float:
    """How far any number of an answer may be off."""
    return float(np.min(given.allowed)) if given.allowed.size else 0.0


def _named(rule: str, **pieces: object) -> Mistake:
    return Mistake(rule, wholes.WHOLES[rule].format(**pieces))
