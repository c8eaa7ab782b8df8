"""Tasks that ask for one expression at many points, as one graph on vectors.

These are tasks with the same text and other numbers, of which only value and first derivatives are wanted, and whose
expression means the same of vectors, entry by entry. Whether a task is one of them does not depend on its neighbours,
and NumPy gives an entry the same bits in whatever vector it stands: so the records do not depend on how tasks come
together. A point at which something is not finite is left to be looked at by itself, and so is an expression with kinks
or jumps: there is something to say of such points, each by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np

from gradcli.batch import writers
from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Entry, Status, Task, TaskResult
from gradcli.calculus.evaluate import Failure, constant
from gradcli.calculus.points import Points, evaluate_points, is_pointwise
from gradcli.calculus.results import Array, Evaluation, Question, Variables
from gradcli.engine import dtypes
from gradcli.language import DiagnosticError, Expr, Note, Program, expressions, free_names, parse, walk
from gradcli.language.tree import Call, Factor, Name, Negation, Number, Power, Product, Sum
from gradcli.language.values import frozen
from gradcli.operations import CONSTANTS, OPERATIONS, vocabulary
from gradcli.problem import Problem, Solution

Coordinates: TypeAlias = tuple[float, ...]
SMOOTH: Final = frozenset({"elementary", "trigonometry", "activation"})
"""The categories of operations whose values outside their domains are not numbers."""
STEEP: Final = frozenset({"sqrt", "cbrt"})
"""Operations whose derivatives at their kinks are infinite."""


def solve_points(tasks: Sequence[Task], settings: BatchSettings) -> dict[int, TaskResult]:
    """The results of those tasks that points on vectors give, by their numbers; the others are left out."""
    if settings.order != 1 or settings.formulas:
        return {}
    groups: dict[_Formula, list[tuple[Task, Coordinates]]] = {}
    for task in tasks:
        if task.entry is None or settings.checks(task.number):
            continue
        found = _point(task.entry, settings)
        if found is not None:
            formula, coordinates = found
            groups.setdefault(formula, []).append((task, coordinates))
    results: dict[int, TaskResult] = {}
    for formula, members in groups.items():
        results.update((result.number, result) for result in _solved(formula, members, settings))
    return results


@frozen
class _Formula:
    """What the points of a group share."""

    text: str
    names: tuple[str, ...]
    wrt: tuple[str, ...] | None
    dtype: str
    shared: bool


@frozen
class _Reading:
    """A formula as read: its program, the variables to differentiate by, and notes."""

    program: Program
    wrt: tuple[str, ...]
    notes: tuple[Note, ...]


def _point(entry: Entry, settings: BatchSettings) -> tuple[_Formula, Coordinates] | None:
    """The formula of an entry and the coordinates of its point; None where it is none."""
    if entry.of is not None or entry.partial:
        return None
    if not entry.values or entry.vjp is not None or entry.request not in (None, "grad") or entry.order not in (None, 1):
        return None
    try:
        contents: list[Any] = [value.content for value in entry.values]
        coordinates = tuple(map(float, contents))
    except (TypeError, ValueError, OverflowError):
        return None
    names = tuple([value.name for value in entry.values])
    return _Formula(
        entry.text, names, entry.wrt or settings.wrt, entry.dtype or settings.dtype, entry.shared
    ), coordinates


@lru_cache(maxsize=64)
def _reading(formula: _Formula) -> _Reading | None:
    """The formula as read; None where it is not one for vectors, or there is something to say of single points."""
    try:
        parsed = parse(formula.text, vocabulary(), formula.names)
    except DiagnosticError:
        return None
    program = parsed.program
    names = free_names(program, CONSTANTS, formula.names)
    wrt = names if formula.wrt is None else formula.wrt
    if program.bindings or not names or set(wrt) != set(names) or not set(names) <= set(formula.names):
        return None
    if CONSTANTS & set(formula.names) or (len(formula.names) > len(names) and not formula.shared):
        return None
    parts = [part for expression in expressions(program) for part in walk(expression)]
    if not is_pointwise(program) or not all(_is_smooth(part) for part in parts):
        return None
    return _Reading(program, wrt, parsed.notes)


def _is_smooth(part: Expr) -> bool:
    """Whether whatever there is to say of the part at a point makes a derivative that is not finite."""
    if isinstance(part, Product):
        return all(_is_smooth_factor(factor) for factor in part.factors)
    if isinstance(part, Power):
        exponent, base = _number(part.exponent), _number(part.base)
        return (exponent is not None and exponent != 0) or (base is not None and base > 0)
    if isinstance(part, Call):
        operation = OPERATIONS[part.function]
        known = operation.category in SMOOTH and len(part.arguments) == 1 and not part.keywords
        return known and (not operation.kinks or operation.name in STEEP)
    return isinstance(part, (Number, Name, Negation, Sum))


def _is_smooth_factor(factor: Factor) -> bool:
    if factor.operator == "/":
        return _number(factor.value) != 0
    return factor.operator == "*"


def _number(part: Expr) -> float | None:
    """The number that a part is at every point; None where it depends on the point, or is not finite."""
    if any(isinstance(each, Name) and each.name not in CONSTANTS for each in walk(part)):
        return None
    try:
        value = float(constant(part, dtypes.float64))
    except (Failure, TypeError):
        return None
    return value if math.isfinite(value) else None


def _solved(
    formula: _Formula, members: Sequence[tuple[Task, Coordinates]], settings: BatchSettings
) -> Iterable[TaskResult]:
    """The results at the points where everything is finite."""
    reading = _reading(formula)
    if reading is None:
        return
    columns = np.array([coordinates for _, coordinates in members], formula.dtype).T
    points = dict(zip(formula.names, columns, strict=True))
    try:
        found = evaluate_points(reading.program, points, reading.wrt)
    except Failure:
        return
    problem = Problem(formula.text, wrt=formula.wrt, dtype=formula.dtype)
    question = Question(reading.program, points, reading.wrt)
    for place in np.flatnonzero(_is_finite(found)).tolist():
        derivatives: dict[Variables, Array] = {(name,): found.derivatives[name][place] for name in reading.wrt}
        evaluation = Evaluation(question, found.values[place], found.grad_fn, derivatives)
        solution = Solution(problem, reading.program, reading.wrt, reading.notes, evaluation)
        task = members[place][0]
        yield TaskResult(task.number, Status.UNCHECKED, writers.record(solution, task, settings))


def _is_finite(points: Points) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    arrays = [points.values, *points.derivatives.values()]
    finite: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.logical_and.reduce([np.isfinite(each) for each in arrays])
    return finite
