"""Mistakes that show only in the answer as a whole: integrated, a constant added, a sign, a factor; components in
another order or shape, a column of the Jacobian for a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Final

import numpy as np

from gradcli.calculus.balls import formula
from gradcli.homework.asked import Form
from gradcli.homework.contrast import Contrast, contrast
from gradcli.homework.mistakes.grids import EXTRA_VALUE, AnswerGrid, Given, PointGrid, SampleGrid
from gradcli.homework.mistakes.matching import agrees, constant_ratio, is_few
from gradcli.homework.mistakes.table import DESCRIBED, SOMEWHERE, RankedMistake, whole_mistake
from gradcli.homework.sampling.evaluation import Floats
from gradcli.homework.sampling.reference import EXACTLY, FIRST_BITS, AskedEntry
from gradcli.language import Expr
from gradcli.language.sentences import Sentence
from gradcli.language.tree import Call, Factor, Index, Number, Product

MOST_ENTRIES: Final = 64
"""Entries of a vector whose Jacobian is made."""
FEWEST_ENTRIES: Final = 3
"""Entries of an answer of which it says something that all but one are right."""
MOST_COMPONENTS: Final = 8
"""Components of which one may be missing, or all exchanged."""


def column_for_row(grid: PointGrid) -> Floats | None:
    """The Jacobian times the vector where the vector times the Jacobian is asked; None where no such thing is."""
    if len(grid.asked) != 1 or len(grid.shape) != 1:
        return None
    asked = grid.asked[0]
    found = _weighted(asked.expression, grid)
    if found is None or len(asked.variables) != 1:
        return None
    vector, outputs = found
    rows = []
    for place in range(vector.size):
        row = grid.whole(Index(outputs, (Number(str(place), float(place)),)), asked.variables)
        if row is None or row.shape != vector.shape:
            return None
        rows.append(row)
    return np.asarray(np.array(rows) @ vector, np.float64)


def _weighted(expression: Expr, grid: PointGrid) -> tuple[Floats, Expr] | None:
    """The constant vector and the vector of outputs of which an expression is the product."""
    match expression:
        case Index(value=outputs, items=(Number(value=place),)):
            value = grid.whole(outputs)
            if value is None or value.ndim != 1 or not 0 <= place < min(value.size, MOST_ENTRIES):
                return None
            return np.eye(value.size)[int(place)], outputs
        case Call(
            function="sum", arguments=(Product(factors=(Factor(value=first), Factor(value=second, operator="*"))),)
        ):
            return _pair(first, second, grid)
        case Call(function="dot", arguments=(first, second)):
            return _pair(first, second, grid)
        case Product(factors=(Factor(value=first), Factor(value=second, operator="@"))):
            return _pair(first, second, grid)
        case _:
            return None


def _pair(first: Expr, second: Expr, grid: PointGrid) -> tuple[Floats, Expr] | None:
    (name,) = grid.asked[0].variables
    for weight, outputs in ((first, second), (second, first)):
        slope = grid.whole(weight, (name,))
        vector = grid.whole(weight)
        if slope is not None and not np.any(slope) and vector is not None and 1 < vector.size <= MOST_ENTRIES:
            return (vector, outputs) if vector.ndim == 1 else None
    return None


def structural(given: Given, grid: AnswerGrid, other: Others) -> Iterator[RankedMistake]:
    """What explains an answer by its shape or the order of its entries."""
    if not grid.shape and not isinstance(grid, PointGrid):
        return
    shape, right = given.array.shape[:-1], grid.shape
    expected = grid.expected.reshape(*right, 1 if isinstance(grid, PointGrid) else grid.expected.shape[1])
    if len(right) == 2:
        yield from _of_matrix(given, expected)
        if other.gradient is not None and _same(given.array, other.gradient, given):
            yield whole_mistake("derivative-missing", order=1, wanted=2)
    if len(right) == 1:
        yield from _of_components(given, expected)
    size, wanted = int(np.prod(shape)), int(np.prod(right))
    if shape != right and size == wanted > 1 and _same(given.array.reshape(expected.shape), expected, given):
        yield whole_mistake("flattened", shape=right)
    if wanted > 1 and not shape and _same(given.array, expected.reshape(wanted, -1).sum(axis=0), given):
        yield whole_mistake("components-added")
    if isinstance(grid, PointGrid):
        yield from _not_summed(given, grid)
        if shape == right and other.column is not None and _same(given.array[..., 0], other.column, given):
            yield whole_mistake("jacobian-column")
    yield from _one_entry(given, expected)


class Others:
    """What else may have been calculated instead, computed when it is first needed."""

    def __init__(self, grid: AnswerGrid) -> None:
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
        rows = [self._grid.values(question.expression, (name,)) for name in question.wrt]
        return None if any(row is None for row in rows) else np.array(rows)


def _of_matrix(given: Given, expected: Floats) -> Iterator[RankedMistake]:
    array = given.array
    turned = expected.swapaxes(0, 1)
    if array.shape == turned.shape and not _same(array, expected, given) and _same(array, turned, given):
        yield whole_mistake("transposed")
    rows, columns = expected.shape[:2]
    if array.ndim == 2:
        is_diagonal = rows == columns and _same(array, np.einsum("iij->ij", expected), given)
        if is_diagonal or (len(array) == columns and any(_same(array, expected[row], given) for row in range(rows))):
            yield whole_mistake("component-missing")
        elif len(array) == rows and any(_same(array, expected[:, column], given) for column in range(columns)):
            yield whole_mistake("jacobian-column")
    elif array.shape == expected.shape and rows == columns and _only_diagonal(given, expected):
        yield whole_mistake("component-missing")


def _only_diagonal(given: Given, expected: Floats) -> bool:
    """Whether a square matrix has zeros beside its diagonal where the right one has others, and is right on it."""
    beside = ~np.eye(len(expected), dtype=bool)
    zeroed = np.where(beside[..., None], 0.0, expected)
    return bool(np.any(expected[beside])) and not np.any(given.array[beside]) and _same(given.array, zeroed, given)


def _one_entry(given: Given, expected: Floats) -> Iterator[RankedMistake]:
    """One entry of several is wrong."""
    if given.array.shape == expected.shape and int(np.prod(expected.shape[:-1])) >= FEWEST_ENTRIES:
        allowed = _allowed(given)
        places = np.ndindex(expected.shape[:-1])
        wrong = (place for place in places if not agrees(given.array[place], expected[place], allowed))
        first, second = next(wrong, None), next(wrong, None)
        if first is not None and second is None:
            yield whole_mistake("entry-wrong", DESCRIBED, entry=list(first))


def _of_components(given: Given, expected: Floats) -> Iterator[RankedMistake]:
    array, count = given.array, len(expected)
    if count < 2:
        return
    if array.ndim == 1 and any(_same(array, component, given) for component in expected):
        yield whole_mistake("component-missing")
    if count > MOST_COMPONENTS or array.ndim != 2:
        return
    if len(array) < count:
        if any(_same(array, expected[list(kept)], given) for kept in combinations(range(count), len(array))):
            yield whole_mistake("component-missing")
    elif len(array) == count + 1:
        if any(_same(np.delete(array, place, axis=0), expected, given) for place in range(count + 1)):
            yield whole_mistake("component-extra")
    elif array.shape == expected.shape and not _same(array, expected, given):
        if _is_permuted(given, expected):
            yield whole_mistake("components-swapped")
        if any(_with_zero(given, expected, place) for place in range(count)):
            yield whole_mistake("component-missing")


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


def _not_summed(given: Given, grid: PointGrid) -> Iterator[RankedMistake]:
    """A gradient of the shape that the variable was broadcast to: that of as many variables, each used once."""
    shape, right = given.array.shape[:-1], grid.shape
    if len(grid.asked) != 1 or shape == right or int(np.prod(shape)) > 100_000:
        return
    name = grid.asked[0].variables[0]
    try:
        repeated = np.broadcast_to(np.asarray(grid.question.at[name], np.float64), shape)
    except ValueError:
        return
    unsummed = grid.whole(grid.asked[0].expression, grid.asked[0].variables[:1], {name: repeated})
    if unsummed is not None and unsummed.shape == shape and _same(given.array[..., 0], unsummed, given):
        yield whole_mistake("broadcast-not-summed", name=name)


def _same(given: Floats, expected: Floats, whole: Given) -> bool:
    if given.shape != expected.shape or not np.any(expected):
        return False
    return agrees(given, expected, _allowed(whole))


def _allowed(given: Given) -> float:
    """How far any number of an answer may be off."""
    return float(np.min(given.allowed)) if given.allowed.size else 0.0


def whole_answer(given: Given, grid: AnswerGrid) -> Iterator[RankedMistake]:
    """What explains an answer of the right shape, all entries together."""
    if isinstance(grid, SampleGrid) and grid.question.form is Form.DERIVATIVE and len(grid.asked) == 1:
        yield from _integrated(given, grid)
        yield from _constant_added(given, grid)
    assert given.rows is not None
    yield from rounded(given)
    if agrees(given.rows, -grid.expected, given.allowed.reshape(-1)) and np.any(grid.expected):
        yield whole_mistake("sign", SOMEWHERE)
    ratio = None if given.is_number else constant_ratio(given.rows, grid.expected)
    if ratio is not None and abs(ratio + 1) > 1e-6 and abs(ratio - 1) > 1e-6 and not is_few(given.rows):
        yield whole_mistake("constant-factor", DESCRIBED, factor=_factor_text(ratio))


def rounded(given: Given) -> Iterator[RankedMistake]:
    """Decimals that are rounded to too few digits, where that is all."""
    if given.is_rounded:
        yield whole_mistake("rounded")


def _integrated(given: Given, grid: SampleGrid) -> Iterator[RankedMistake]:
    """The answer's own derivative is the function: no integral is needed to find that out."""
    (asked,) = grid.asked
    others = dict.fromkeys(given.answer.extra_names, EXTRA_VALUE)
    for variables in dict.fromkeys((asked.variables[:1], asked.variables)):
        if not _has_another_slope(given, grid, variables):
            slope = grid.values(given.answer.expression, variables, others)
            function = grid.values(asked.expression)
            if slope is not None and function is not None and agrees(slope, function):
                yield whole_mistake("integrated", where=Sentence(asked.expression))


def _has_another_slope(given: Given, grid: SampleGrid, variables: tuple[str, ...]) -> bool:
    """Whether the answer's derivative is certainly not the function, at one point: nearly all answers end here."""
    others = formula.exact_point(dict.fromkeys(given.answer.extra_names, EXTRA_VALUE))
    point = {**grid.first_point, **others}
    slope = AskedEntry(given.answer.expression, variables).number(point, FIRST_BITS)
    return contrast(slope, grid.first_value, EXACTLY) is Contrast.APART


def _constant_added(given: Given, grid: SampleGrid) -> Iterator[RankedMistake]:
    if len(given.answer.extra_names) != 1:
        return
    (name,) = given.answer.extra_names
    expression = given.answer.expression
    without, with_one = (grid.values(expression, (), {name: value}) for value in (0.0, 1.0))
    if without is None or with_one is None:
        return
    if agrees(without, grid.expected[0], given.allowed[0]) and agrees(with_one, grid.expected[0] + 1, given.allowed[0]):
        yield whole_mistake("constant-added", name=name)


def _factor_text(ratio: float) -> str:
    """The factor as a short fraction where it is one."""
    fraction = Fraction(ratio).limit_denominator(100)
    return str(fraction) if abs(float(fraction) - ratio) <= 1e-9 * abs(ratio) else f"{ratio:.6g}"
