"""What the right answer is: the derivative in balls at sample points, and as a formula."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from functools import cached_property
from typing import Final

import numpy as np

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.formula import Point
from gradcli.calculus.balls.numbers import Number
from gradcli.calculus.balls.roots import CurvePoint
from gradcli.calculus.evaluate import Failure
from gradcli.calculus.identity import Prover
from gradcli.calculus.steps import Unexplained, carried_out, differentiate
from gradcli.homework.asked import Form
from gradcli.homework.contrast import Contrast, contrast
from gradcli.homework.question import Question, Tolerance
from gradcli.homework.reading.vectors import entries
from gradcli.homework.sampling import curves
from gradcli.homework.sampling.evaluation import Floats, Points, count_of, derivatives, values
from gradcli.homework.sampling.points import DomainRegion, SamplePoints, draw, seed_of
from gradcli.language import DiagnosticError, Expr
from gradcli.language.tree import Comparison, Name
from gradcli.language.tree import Number as Literal
from gradcli.language.values import frozen

FIRST_BITS: Final = 64
"""The precision at which an answer is first held against the derivative."""
VERIFIED: Final = 12
"""Points at which the formula of the derivative is held against it."""
REMEMBERED: Final = 8
"""Entries of answers whose values are remembered."""
EXACTLY: Final = Tolerance()


@frozen
class AskedEntry:
    """One entry of the answer: an expression, and the variables that it is differentiated by."""

    expression: Expr
    variables: tuple[str, ...]

    def number(self, point: Point, bits: int) -> Number | None:
        """The derivative at a point, to this precision; None where there is none, or nothing is known of it."""
        return formula.at_precision(bits, lambda: formula.derivative(self.expression, self.variables, point))


class Reference:
    """The right answer to a question whose answer is a formula. Everything is computed once.

    `expected` has one row for each entry of the answer: the floats next to the derivative at the points of `samples`.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self.shape, self.asked = asked_of(question)
        trees = tuple(_tree(each) for each in self.asked)
        known = [tree for tree in trees if tree is not None]
        self.region = DomainRegion([*self._functions, *known], question.domain)
        self.seed = seed_of(question.source, *question.names)
        samples = self._drawn(self.seed)
        if samples.count <= samples.simple:
            self.region = DomainRegion([*self._functions, *known], question.domain, beyond_floats=True)
            samples = self._drawn(self.seed)
        self._check_functions(samples)
        self._balls: dict[tuple[int, int, int], Number | None] = {}
        self._points: dict[int, Point] = {}
        self.samples, self.expected = self._certified(samples)
        self.trees = tuple(self._verified(entry, tree) for entry, tree in enumerate(trees))
        self._last: deque[tuple[Expr, Floats]] = deque(maxlen=REMEMBERED)

    @cached_property
    def _functions(self) -> tuple[Expr, ...]:
        """What is differentiated."""
        curve = self.question.curve
        return (curve.zero,) if curve is not None else tuple(dict.fromkeys(each.expression for each in self.asked))

    def _drawn(self, seed: int) -> SamplePoints:
        question = self.question
        if question.curve is not None:
            return curves.draw(self.region, question.names, question.curve, seed)
        return draw(self.region, question.names, seed)

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
            and isinstance(condition.right, Literal)
        ]
        curve = self.question.curve
        zero = None if curve is None else curve.zero
        return tuple(None if tree is None else Prover(tree, positive, self._functions, zero) for tree in self.trees)

    def expected_at(self, entry: int, points: Points) -> Floats:
        """About what the derivative is at other points, by the engine; nan where it cannot."""
        asked = self.asked[entry]
        try:
            return derivatives(asked.expression, points, asked.variables)
        except Failure:
            return np.full(count_of(points), np.nan)

    def values_of(self, answer: Expr) -> Floats:
        """About what an entry of an answer is worth at the points of `samples`; those of the last few entries are
        remembered, for whoever looks at the same answer next. Raises Failure."""
        for expression, known in self._last:
            if expression is answer:
                return known
        found = values(answer, self.samples.points)
        self._last.append((answer, found))
        return found

    def point(self, place: int, others: Point | None = None) -> Point:
        """One of the sample points, with numbers for other variables besides."""
        point = self._points[place]
        if not others:
            return point
        return point.beside(others) if isinstance(point, CurvePoint) else {**point, **others}

    def ball(self, entry: int, place: int, bits: int) -> Number | None:
        """The derivative at one of the sample points, to this precision; None where nothing is known of it."""
        key = (entry, place, bits)
        if key not in self._balls:
            self._balls[key] = self.asked[entry].number(self.point(place), bits)
        return self._balls[key]

    def _check_functions(self, samples: SamplePoints) -> None:
        """Raises DiagnosticError where the engine cannot calculate what is differentiated."""
        try:
            for each in self.asked:
                values(each.expression, samples.points)
        except Failure as failure:
            raise failure.diagnostic(self.question.source) from failure

    def _certified(self, samples: SamplePoints) -> tuple[SamplePoints, Floats]:
        """The points at which every entry is known, and the floats next to them."""
        expected = np.full((len(self.asked), samples.count), np.nan)
        kept = np.zeros(samples.count, bool)
        for place in range(samples.count):
            point = samples.exact[place] if samples.exact else exact_point_of(samples.points, place)
            found = [_narrow(each, point) for each in self.asked]
            known = [each for each in found if each is not None]
            if len(known) == len(found):
                at = int(np.count_nonzero(kept))
                kept[place] = True
                expected[:, place] = [numbers.nearest_float(each) for each in known]
                self._points[at] = point
                narrow = [(entry, each) for entry, each in enumerate(known) if numbers.is_narrow(each)]
                self._balls.update({(entry, at, FIRST_BITS): each for entry, each in narrow})
        simple = int(np.count_nonzero(kept[: samples.simple]))
        points = {name: coordinates[kept] for name, coordinates in samples.points.items()}
        return SamplePoints(points, simple, samples.seed), expected[:, kept]

    def _verified(self, entry: int, tree: Expr | None) -> Expr | None:
        """The formula of the derivative, None where the balls do not bear it out."""
        if tree is None:
            return None
        for place in range(self.samples.count)[self.general][:VERIFIED]:
            own = value_at(tree, self.point(place), FIRST_BITS)
            if contrast(own, self.ball(entry, place, FIRST_BITS), EXACTLY) is Contrast.APART:
                return None
        return tree


def _narrow(asked: AskedEntry, point: Point) -> Number | None:
    return formula.narrowed(lambda: formula.derivative(asked.expression, asked.variables, point))


def exact_point_of(points: Points, place: int) -> Point:
    """One of many points, as the decimals that its coordinates are."""
    return formula.exact_point({name: float(coordinates[place]) for name, coordinates in points.items()})


def value_at(expression: Expr, point: Mapping[str, Number], bits: int) -> Number | None:
    """What an expression is worth at a point, to this precision; None where nothing is known of it."""
    return formula.at_precision(bits, lambda: formula.value(expression, point))


def asked_of(question: Question) -> tuple[tuple[int, ...], tuple[AskedEntry, ...]]:
    """The shape of the answer and its entries. Raises DiagnosticError where the function has another shape."""
    wrt = question.wrt
    shape, outputs = entries(question.expression)
    if not outputs:
        raise DiagnosticError.about(
            "H107", "the function is an empty list", question.source, "write what is to be differentiated"
        )
    if question.form in (Form.VALUE, Form.IMPLICIT):
        return shape, tuple(AskedEntry(output, ()) for output in outputs)
    if question.form is Form.JACOBIAN:
        columns = () if len(wrt) == 1 else (len(wrt),)
        return (*shape, *columns), tuple(AskedEntry(output, (name,)) for output in outputs for name in wrt)
    if question.form is Form.DERIVATIVE:
        return shape, tuple(AskedEntry(output, wrt * question.order) for output in outputs)
    if question.form is Form.PARTIAL:
        return shape, tuple(AskedEntry(output, wrt) for output in outputs)
    if shape:
        message = f"the function has shape {shape}, and a {question.form.value} needs one number"
        raise DiagnosticError.about("H107", message, question.source, "ask for the jacobian")
    if question.form is Form.GRADIENT:
        return (len(wrt),), tuple(AskedEntry(question.expression, (name,)) for name in wrt)
    pairs = tuple(AskedEntry(question.expression, (first, second)) for first in wrt for second in wrt)
    return (len(wrt), len(wrt)), pairs


def _tree(asked: AskedEntry) -> Expr | None:
    """The derivative by the rules that one learns, None where they do not explain it."""
    try:
        expression = carried_out(asked.expression)
        for variable in asked.variables:
            expression = differentiate(expression, variable).result
    except Unexplained:
        return None
    return expression
