"""Mistakes that show only in the answer as a whole: integrated, a constant added, a sign, a factor."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from gradcli.calculus.balls import formula
from gradcli.homework.contrast import Contrast, contrast
from gradcli.homework.evaluation import Floats
from gradcli.homework.mistakes import wholes
from gradcli.homework.mistakes.answering import Given
from gradcli.homework.mistakes.derivations import ALONE, SOMEWHERE
from gradcli.homework.mistakes.found import DESCRIBED, Found
from gradcli.homework.mistakes.grids import STRANGER, Grid, SampleGrid
from gradcli.homework.mistakes.matching import agrees, constant_ratio, is_few
from gradcli.homework.question import Form
from gradcli.homework.reference import EXACTLY, FIRST_BITS, Asked
from gradcli.homework.results import Mistake
from gradcli.language.sentences import Sentence


def whole_answer(given: Given, grid: Grid) -> Iterator[Found]:
    """What explains an answer of the right shape, all entries together."""
    if isinstance(grid, SampleGrid) and grid.question.form is Form.DERIVATIVE and len(grid.asked) == 1:
        yield from _integrated(given, grid)
        yield from _constant_added(given, grid)
    assert given.rows is not None
    yield from rounded(given)
    if agrees(given.rows, -grid.expected, given.allowed.reshape(-1)) and np.any(grid.expected):
        yield Found(Mistake(wholes.SIGN, wholes.WHOLES[wholes.SIGN]), SOMEWHERE)
    ratio = None if given.is_number else constant_ratio(given.rows, grid.expected)
    if ratio is not None and abs(ratio + 1) > 1e-6 and abs(ratio - 1) > 1e-6 and not is_few(given.rows):
        message = wholes.WHOLES[wholes.FACTOR].format(factor=_factor_text(ratio))
        yield Found(Mistake(wholes.FACTOR, message), DESCRIBED)


def rounded(given: Given) -> Iterator[Found]:
    """Decimals that are rounded to too few digits, where that is all."""
    if given.is_rounded:
        yield Found(Mistake(wholes.ROUNDED, wholes.WHOLES[wholes.ROUNDED]), ALONE)


def _integrated(given: Given, grid: SampleGrid) -> Iterator[Found]:
    """The answer's own derivative is the function: no integral is needed to find that out."""
    (asked,) = grid.asked
    others = dict.fromkeys(given.answer.strangers, STRANGER)
    for variables in dict.fromkeys((asked.variables[:1], asked.variables)):
        if not _has_another_slope(given, grid, variables):
            slope = grid.values(given.answer.expression, variables, others)
            yield from _integral(slope, grid)


def _integral(slope: Floats | None, grid: SampleGrid) -> Iterator[Found]:
    """The finding where the answer's derivative is the function."""
    (asked,) = grid.asked
    function = grid.values(asked.expression, (), {})
    if slope is not None and function is not None and agrees(slope, function):
        mistake = Mistake(wholes.INTEGRATED, wholes.WHOLES[wholes.INTEGRATED], Sentence(asked.expression))
        yield Found(mistake, ALONE)


def _has_another_slope(given: Given, grid: SampleGrid, variables: tuple[str, ...]) -> bool:
    """Whether the answer's derivative is certainly not the function, at one point: nearly all answers end here."""
    others = formula.exact_point(dict.fromkeys(given.answer.strangers, STRANGER))
    point = {**grid.first_point, **others}
    slope = Asked(given.answer.expression, variables).number(point, FIRST_BITS)
    return contrast(slope, grid.first_value, EXACTLY) is Contrast.APART


def _constant_added(given: Given, grid: SampleGrid) -> Iterator[Found]:
    if len(given.answer.strangers) != 1:
        return
    (name,) = given.answer.strangers
    expression = given.answer.expression
    without, with_one = (grid.values(expression, (), {name: value}) for value in (0.0, 1.0))
    if without is None or with_one is None:
        return
    if agrees(without, grid.expected[0], given.allowed[0]) and agrees(with_one, grid.expected[0] + 1, given.allowed[0]):
        message = wholes.WHOLES[wholes.CONSTANT_ADDED].format(name=name)
        yield Found(Mistake(wholes.CONSTANT_ADDED, message), ALONE)


def _factor_text(ratio: float) -> str:
    """The factor as a short fraction where it is one."""
    fraction = Fraction(ratio).limit_denominator(100)
    return str(fraction) if abs(float(fraction) - ratio) <= 1e-9 * abs(ratio) else f"{ratio:.6g}"
