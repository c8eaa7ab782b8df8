"""What the right answer is: the derivative as numbers at sample points, by two witnesses, and as a formula."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import mpmath
import numpy as np

from gradcli.calculus.evaluate import Failure
from gradcli.calculus.identity import Prover
from gradcli.homework.answers import entries
from gradcli.homework.enclosures import Box, Interval, at, can_be_enclosed, enclosure
from gradcli.homework.evaluation import Floats, Points, derivatives, values
from gradcli.homework.question import Form, Question
from gradcli.homework.samples import Region, Samples, draw, seed_of
from gradcli.language import Diagnostic, DiagnosticError, Expr, Span, parse
from gradcli.language.tree import Comparison, Name, Number
from gradcli.language.values import frozen
from gradcli.operations import vocabulary

if TYPE_CHECKING:
    from gradcli.calculus.symbolic.formula import Formula

WITNESSES_AGREE: Final = 1e-6
"""Relative difference of the engine's and SymPy's derivative at a point; where it is larger, the point is left out."""
CANCELLED: Final = 1e-9
"""How large, relative to the value over the variable, what is left of a derivative that cancels may be."""
NARROW: Final = 1e-12
"""The relative width of an enclosure whose middle is as good as the exact value, except to be shown."""
REMEMBERED: Final = 8
"""Entries of answers whose values are remembered."""
DOUBTFUL: Final = 0.5
"""The share of points that must be left out for the derivative itself to be doubtful."""


@frozen
class Asked:
    """One entry of the answer: an expression, and the variables that it is differentiated by."""

    expression: Expr
    variables: tuple[str, ...]


class Reference:
    """The right answer to a question whose answer is a formula. Everything is computed once.

    `expected` has one row for each entry of the answer, at the points of `samples`, right to eleven digits;
    `exactly` gives one value right to the last.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self.shape, self.asked = asked_of(question)
        self.formulas = tuple(_formula(each, question.names) for each in self.asked)
        self.trees = tuple(_tree(formula, question.names) for formula in self.formulas)
        self._enclosable = tuple(
            tree if can_be_enclosed(each.expression) else None
            for each, tree in zip(self.asked, self.trees, strict=True)
        )
        functions = dict.fromkeys(each.expression for each in self.asked)
        known = [tree for tree in self.trees if tree is not None]
        self.region = Region([*functions, *known], question.domain)
        self.seed = seed_of(question.source, *question.names)
        samples = draw([*functions, *known], question.names, question.domain, self.seed)
        self.samples, self.expected, self.doubtful = self._agreed(samples)
        self._exact: dict[tuple[int, int], float] = {}
        self._last: deque[tuple[Expr, Floats]] = deque(maxlen=REMEMBERED)

    @property
    def general(self) -> slice:
        """The points that decide."""
        return slice(self.samples.simple, None)

    @cached_property
    def provers(self) -> tuple[Prover | None, ...]:
        """What proves that an answer is an entry; None for an entry that has no formula."""
        positive = [
            condition.left.name
            for condition in self.question.domain
            if isinstance(condition, Comparison)
            and condition.operator == ">"
            and isinstance(condition.left, Name)
            and isinstance(condition.right, Number)
        ]
        functions = tuple(dict.fromkeys(each.expression for each in self.asked))
        return tuple(None if tree is None else Prover(tree, positive, functions) for tree in self.trees)

    def expected_at(self, entry: int, points: Points) -> Floats:
        """The derivative at other points, by the engine; nan where it cannot."""
        asked = self.asked[entry]
        try:
            return derivatives(asked.expression, points, asked.variables)
        except Failure:
            return np.full(max((len(each) for each in points.values()), default=1), np.nan)

    def values_of(self, answer: Expr) -> Floats:
        """The values of an entry of an answer at the points of `samples`; those of the last few entries are
        remembered, for whoever looks at the same answer next. Raises Failure."""
        for expression, known in self._last:
            if expression is answer:
                return known
        found = values(answer, self.samples.points)
        self._last.append((answer, found))
        return found

    def enclosed(self, entry: int, box: Box) -> Interval | None:
        """Where the derivative on a box certainly lies, by its formula; None where that cannot be said."""
        tree = self._enclosable[entry]
        return None if tree is None else enclosure(tree, box)

    def exactly(self, entry: int, place: int) -> float:
        """The float next to the derivative at one of the points; the engine's where there is no formula."""
        known = self._exact.get((entry, place))
        if known is None:
            point = {name: float(coordinates[place]) for name, coordinates in self.samples.points.items()}
            value = self._calculated(entry, point)
            known = self._exact[entry, place] = float(self.expected[entry, place]) if value is None else value
        return known

    def _calculated(self, entry: int, point: Mapping[str, float]) -> float | None:
        """The derivative at a point in high precision; nan where it has no value there, None where there is no
        formula."""
        from gradcli.calculus.symbolic.limits import NoSymbolicForm
        from gradcli.calculus.symbolic.numbers import Undefined

        formula = self.formulas[entry]
        if formula is None:
            return None
        try:
            value: Any = formula.value(point)
        except NoSymbolicForm:
            return None
        return float(value) if not isinstance(value, Undefined) and mpmath.isfinite(value) else math.nan

    def _agreed(self, samples: Samples) -> tuple[Samples, Floats, bool]:
        """The points at which both witnesses have a derivative and agree, and whether they disagree too often."""
        engine = np.array([self._by_engine(each, samples.points) for each in self.asked])
        expected = engine.copy()
        for row in range(len(self.asked)):
            expected[row] = self._by_formula(row, samples, engine[row])
        finite = np.isfinite(engine) & np.isfinite(expected)
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(engine), np.abs(expected))
            apart = np.abs(engine - expected) > WITNESSES_AGREE * size + CANCELLED * self._natural_sizes(samples)
        kept = (finite & ~apart).all(axis=0)
        usable = finite.all(axis=0)
        doubtful = bool(np.count_nonzero(usable & ~kept) > DOUBTFUL * np.count_nonzero(usable))
        simple = int(np.count_nonzero(kept[: samples.simple]))
        points = {name: coordinates[kept] for name, coordinates in samples.points.items()}
        return Samples(points, simple, samples.seed), expected[:, kept], doubtful

    def _natural_sizes(self, samples: Samples) -> Floats:
        """How large each derivative would be if nothing cancelled: the value over the variables' sizes."""
        sizes = np.maximum.reduce([np.abs(each) for each in samples.points.values()])
        return np.array([np.abs(values(each.expression, samples.points)) / sizes for each in self.asked])

    def _by_engine(self, asked: Asked, points: Points) -> Floats:
        try:
            return derivatives(asked.expression, points, asked.variables)
        except Failure as failure:
            raise failure.diagnostic(self.question.source) from failure

    def _by_formula(self, entry: int, samples: Samples, engine: Floats) -> Floats:
        """SymPy's derivative at the points, from a narrow enclosure or in high precision; the engine's where SymPy has
        none."""
        found = engine.copy()
        for place in np.flatnonzero(np.isfinite(engine)):
            point = {name: float(coordinates[place]) for name, coordinates in samples.points.items()}
            enclosed = self.enclosed(entry, at(point))
            if enclosed is not None and 0 < enclosed[1] - enclosed[0] < NARROW * abs(enclosed[0]):
                found[place] = enclosed[0] + (enclosed[1] - enclosed[0]) / 2
                continue
            value = self._calculated(entry, point)
            if value is None:
                return engine
            found[place] = value
        return found


def asked_of(question: Question) -> tuple[tuple[int, ...], tuple[Asked, ...]]:
    """The shape of the answer and its entries. Raises DiagnosticError where the function has another shape."""
    wrt = question.wrt
    shape, outputs = entries(question.expression)
    if question.form is Form.VALUE:
        return shape, tuple(Asked(output, ()) for output in outputs)
    if question.form is Form.JACOBIAN:
        columns = () if len(wrt) == 1 else (len(wrt),)
        return (*shape, *columns), tuple(Asked(output, (name,)) for output in outputs for name in wrt)
    if question.form is Form.DERIVATIVE:
        return shape, tuple(Asked(output, wrt * question.order) for output in outputs)
    if shape:
        message = f"the function has shape {shape}, and a {question.form.value} needs one number"
        raise _bad(question, message, "ask for the jacobian")
    if question.form is Form.GRADIENT:
        return (len(wrt),), tuple(Asked(question.expression, (name,)) for name in wrt)
    pairs = tuple(Asked(question.expression, (first, second)) for first in wrt for second in wrt)
    return (len(wrt), len(wrt)), pairs


def _formula(asked: Asked, names: Sequence[str]) -> Formula | None:
    from gradcli.calculus.symbolic.formula import Formula
    from gradcli.calculus.symbolic.limits import NoSymbolicForm

    try:
        return Formula.read(asked.expression, names).derivative(asked.variables)
    except NoSymbolicForm:
        return None


def _tree(formula: Formula | None, names: Sequence[str]) -> Expr | None:
    """SymPy's derivative as a tree of our own."""
    text = None if formula is None else formula.text()
    if text is None:
        return None
    try:
        return parse(text, vocabulary(), names).program.result
    except DiagnosticError:  # longer or deeper than the language takes
        return None


def _bad(question: Question, message: str, help: str) -> DiagnosticError:  # noqa: A002
    span = Span(0, len(question.source))
    return DiagnosticError(Diagnostic("H107", message, span, question.source, help))
