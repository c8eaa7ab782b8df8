"""Judging an answer that is a formula: refuted by a point, proved by symbols, or found to agree where it was tried.

Floats choose the points that are looked at first; what decides is balls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.formula import Point
from gradcli.calculus.balls.numbers import Number
from gradcli.calculus.evaluate import Failure
from gradcli.homework.answers import Answer, another_shape, fitted
from gradcli.homework.contrast import Contrast, contrast, difference_of, shown
from gradcli.homework.curves import more
from gradcli.homework.domains import ZERO, features, not_negative
from gradcli.homework.evaluation import Floats, Points, point_of, value_of, values
from gradcli.homework.question import Tolerance
from gradcli.homework.realroots import with_real_roots
from gradcli.homework.reference import FIRST_BITS, Reference, exact_point_of, value_at
from gradcli.homework.results import Counterexample, Evidence, Judgement, Verdict
from gradcli.homework.rewriting import rewritten
from gradcli.homework.rounding import ENOUGH_DIGITS, TO_THE_DIGITS, agrees_as_rounded
from gradcli.homework.samples import beside, seed_of
from gradcli.language import Diagnostic, DiagnosticError, Expr, walk
from gradcli.language.sentences import Sentence
from gradcli.language.tree import Call, Name, TensorLiteral
from gradcli.language.values import frozen, replace

CLOSE: Final = 1e-9
"""Relative difference of two floats that is looked at no further before the proof."""
CONFIRMED: Final = 10
"""Suspected points of each sort that are looked at in balls."""
VISIBLE: Final = 1e-3
"""Relative difference that shows when the numbers are printed."""
ENOUGH: Final = 5
"""Points at which an answer that is not proved must agree, where there are so many."""
REFUTING: Final = (FIRST_BITS, 256, 1024)
"""Bits that are tried to tell an answer from the derivative at a suspected point."""
AGREEING: Final = 320
"""Bits to which an answer must agree, besides those that the sizes of its parts ask for."""
MOST_BITS: Final = 8_192
WORK: Final = 120_000
"""Bits of all numbers that are held against each other before nothing more is looked at."""

Proof = Callable[[Expr, Expr, Sequence[str]], bool]
"""The expensive proof: whether an answer equals a formula; it may take its time, and gives up by itself."""


@frozen
class Finding:
    """What came of one entry."""

    verdict: Verdict
    evidence: Evidence | None = None
    points: int = 0
    counterexample: Counterexample | None = None
    reason: str | None = None
    remarks: tuple[str, ...] = ()


def judge_formula(reference: Reference, answer: Answer, prove: Proof | None) -> Judgement:
    """The judgement on a formula, or on a list of formulas. Raises DiagnosticError where it has another shape than the
    question asks, or cannot be calculated."""
    parts = fitted(answer, reference.shape)
    if reference.samples.count <= reference.samples.simple:
        return Judgement(Verdict.UNDECIDED, answer.reading, reason="no point was found where the function is defined")
    if "[" in answer.written.text:
        _check_parts(reference, answer, parts)
    found: list[Finding] = []
    for entry, part in enumerate(parts):
        found.append(_Comparison(reference, entry, part, answer, prove).finding())
        if found[-1].verdict is Verdict.WRONG:
            break
    return _combined(answer, reference.shape, found)


def _check_parts(reference: Reference, answer: Answer, parts: Sequence[Expr]) -> None:
    """Raises DiagnosticError where a part is itself a list, as ln([x, y]) is: points are many, and lists slow."""
    point = point_of(reference.samples.points, 0) | {name: np.asarray(1.0) for name in answer.strangers}
    for part in parts:
        if any(isinstance(node, TensorLiteral) for node in walk(part)):
            try:
                shape = value_of(part, point).shape
            except Failure as failure:
                raise _not_calculated(failure, answer) from failure
            if shape:
                raise another_shape(answer, (*reference.shape, *shape), reference.shape)


def _not_calculated(failure: Failure, answer: Answer) -> DiagnosticError:
    message = f"the answer cannot be calculated: {failure.message}"
    return DiagnosticError(Diagnostic(failure.code, message, answer.written.original(failure.span), answer.text))


def _combined(answer: Answer, shape: tuple[int, ...], found: Sequence[Finding]) -> Judgement:
    remarks = tuple(dict.fromkeys(remark for each in found for remark in each.remarks))
    for verdict in (Verdict.WRONG, Verdict.UNDECIDED):
        worst = next((each for each in found if each.verdict is verdict), None)
        if worst is None:
            continue
        example = worst.counterexample
        if example is not None and shape:
            place = tuple(int(at) for at in np.unravel_index(len(found) - 1, shape))
            example = replace(example, entry=place)
        return Judgement(worst.verdict, answer.reading, worst.evidence, worst.points, example, worst.reason, remarks)
    proved = all(each.evidence is Evidence.PROVED for each in found)
    evidence = Evidence.PROVED if proved else Evidence.AGREES
    points = min((each.points for each in found), default=0)
    reason = next((each.reason for each in found if each.reason is not None), None)
    if answer.strangers:
        remarks += (f"{', '.join(answer.strangers)} {_not_there(len(answer.strangers))}",)
    return Judgement(Verdict.CORRECT, answer.reading, evidence, points, reason=reason, remarks=remarks)


def _not_there(count: int) -> str:
    return "is not in the question, and cancels" if count == 1 else "are not in the question, and cancel"


class _Comparison:
    """One entry of an answer against the derivative."""

    def __init__(self, reference: Reference, entry: int, expression: Expr, answer: Answer, prove: Proof | None) -> None:
        self._reference, self._entry, self._expression = reference, entry, expression
        self._answer, self._prove = answer, prove
        self._names = (*reference.question.names, *answer.strangers)
        self._tolerance = reference.question.tolerance
        self._seed = seed_of(str(reference.seed), answer.reading)
        self._points = self._with_strangers(reference.samples.points)
        self._expected = reference.expected[entry]
        self._work = WORK

    def finding(self) -> Finding:
        """Refute, prove, look closer, in this order."""
        given = self._values()
        wrong = self._refuted(given)
        if wrong is not None:
            return self._otherwise_right(wrong) or wrong
        remarks = self._holes(given)
        prover = self._reference.provers[self._entry]
        if prover is not None and prover.proves(self._expression):
            defined = int(np.count_nonzero(np.isfinite(given[self._reference.general])))
            if defined or self._held()[1]:
                return Finding(Verdict.CORRECT, Evidence.PROVED, defined, remarks=remarks)
        wrong, agreed = self._held()
        wrong = wrong or self._closer()
        if wrong is not None:
            return self._otherwise_right(wrong) or wrong
        if agreed < min(ENOUGH, self._reference.samples.count - self._reference.samples.simple):
            reason = "there were too few points at which the answer and the derivative could be compared"
            return Finding(Verdict.UNDECIDED, reason=reason)
        tree = self._reference.trees[self._entry]
        if self._prove is not None and tree is not None and self._prove(tree, self._expression, self._names):
            return Finding(Verdict.CORRECT, Evidence.PROVED, agreed, remarks=remarks)
        return Finding(Verdict.CORRECT, Evidence.AGREES, agreed, remarks=remarks)

    def _values(self) -> Floats:
        """About what the answer is worth at the question's points. Raises DiagnosticError where it has no value."""
        try:
            if self._answer.strangers:
                return values(self._expression, self._points)
            return self._reference.values_of(self._expression)
        except Failure as failure:
            raise _not_calculated(failure, self._answer) from failure

    def _point(self, place: int) -> Point:
        strangers = {name: float(self._points[name][place]) for name in self._answer.strangers}
        return self._reference.point(place, formula.exact_point(strangers))

    # Refuting

    def _refuted(self, given: Floats) -> Finding | None:
        """A counterexample among the sample points, those first at which floats differ."""
        reference, tolerance = self._reference, self._tolerance
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(given), np.abs(self._expected))
            distance = np.abs(given - self._expected)
            suspected = np.flatnonzero(~(distance <= _allowed(tolerance, self._expected) + CLOSE * size))
            if not len(suspected):
                return None
            apart = np.where(np.isfinite(given), distance / np.where(size > 0, size, 1), np.inf)
        absent = None
        for place in _in_order(self._points, suspected.tolist(), reference.samples.simple, apart):
            wrong = self._told_apart_at(place)
            if wrong is not None:
                return replace(wrong, reason=self._where_right(given))
            is_absent = absent is None and not math.isfinite(given[place])
            if is_absent and (self._is_outside(self._point(place)) or self._is_left_out(place)):
                absent = place
        if absent is None:
            return None
        right = partial(reference.ball, self._entry, absent)
        return replace(
            self._wrong(self._point(absent), right, right(REFUTING[1]), None), reason=self._where_right(given)
        )

    def _told_apart_at(self, place: int) -> Finding | None:
        """The finding where the answer differs from the derivative at one of the sample points."""
        return self._told_apart(self._point(place), partial(self._reference.ball, self._entry, place))

    def _told_apart(self, point: Point, right: Callable[[int], Number | None]) -> Finding | None:
        """The finding where the answer differs from the derivative, `right` to some bits, at a point."""
        for bits in REFUTING:
            given, expected = value_at(self._expression, point, bits), right(bits)
            compared = contrast(given, expected, self._tolerance)
            if compared is Contrast.APART:
                return self._wrong(point, right, expected, given)
            if compared is Contrast.EQUAL or given is None or expected is None:
                return None
        return None

    def _wrong(
        self, point: Point, right: Callable[[int], Number | None], expected: Number | None, given: Number | None
    ) -> Finding:
        """The finding with the point as a counterexample; `given` is None where the answer has no value there."""
        for bits in REFUTING[1:]:  # every digit that is shown is to be right
            if given is not None and not (_is_known(given) and _is_known(expected)):
                given, expected = value_at(self._expression, point, bits) or given, right(bits) or expected
        assert expected is not None, "the derivative is known at every sample point"
        at = {name: numbers.nearest_float(number) for name, number in point.items()}
        answered = None if given is None else shown(given)
        alike = given is not None and shown(expected) == answered
        example = Counterexample(
            at, shown(expected), answered, difference=shown(difference_of(given, expected)) if alike else None
        )
        return Finding(Verdict.WRONG, Evidence.COUNTEREXAMPLE, counterexample=example)

    def _is_outside(self, point: Point) -> bool:
        """Whether the point is certainly outside the answer's domain: a root or a logarithm of a negative number."""
        bounds = (value_at(bound, point, REFUTING[1]) for bound in not_negative(self._expression))
        return any(bound is not None and bool(bound < 0) for bound in bounds)

    def _is_left_out(self, place: int) -> bool:
        """Whether none of the cases that the answer tells apart holds at a point that is in no way special."""
        if place < self._reference.samples.simple or Name("nan") not in walk(self._expression):
            return False
        cases = rewritten(self._expression, _without_values)
        at = {name: coordinates[place : place + 1] for name, coordinates in self._points.items()}
        return bool(np.isnan(values(cases, at)[0]))

    def _where_right(self, given: Floats) -> str | None:
        """On which side of a simple number the answer is right, where that is all that is wrong with it: of the one
        variable, or of one of those of a curve."""
        question = self._reference.question
        if self._names != question.names or (len(self._names) != 1 and question.curve is None):
            return None
        right = self._right(given)
        return next(filter(None, (self._where_right_along(name, right) for name in self._names)), None)

    def _right(self, given: Floats) -> NDArray[np.bool_]:
        """At which of the points that decide the answer is right: of a function as floats have it, on a curve, near
        whose ends floats lose digits, as balls do."""
        reference = self._reference
        if reference.question.curve is not None:
            places = range(reference.samples.simple, reference.samples.count)
            return np.array([self._told_apart_at(place) is None for place in places], np.bool_)
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(given), np.abs(self._expected))
            right: NDArray[np.bool_] = np.isfinite(given) & (np.abs(given - self._expected) <= CLOSE * size)
        return right[reference.general]

    def _where_right_along(self, name: str, right: NDArray[np.bool_]) -> str | None:
        general = self._reference.general
        coordinates = self._points[name][general]
        if min(np.count_nonzero(right), np.count_nonzero(~right)) < 3:
            return None
        for below, above, sign in ((right, ~right, "<"), (~right, right, ">")):
            low, high = float(np.max(coordinates[below])), float(np.min(coordinates[above]))
            if low < high and self._is_right_at((np.flatnonzero(right) + self._reference.samples.simple).tolist()):
                edge = _simple_between(low, high)
                return None if edge is None else f"the answer is right where {name} {sign} {edge}, and only there"
        return None

    def _is_right_at(self, places: Iterable[int]) -> bool:
        """Whether balls, too, show no difference at some of the sample points."""
        return all(self._told_apart_at(int(place)) is None for place in places)

    # Answers that are right as others read them

    def _otherwise_right(self, wrong: Finding) -> Finding | None:
        """The finding for the answer with rounded numbers, or with x^(1/3) as the real root of negative numbers, where
        that is what it takes."""
        rounded = (self._reference, self._entry, self._expression, self._answer.strangers, ENOUGH_DIGITS)
        if not self._tolerance.given and agrees_as_rounded(*rounded):
            return Finding(Verdict.CORRECT, Evidence.AGREES, ENOUGH, reason=TO_THE_DIGITS)
        if wrong.counterexample is None or wrong.counterexample.given is not None:
            return None
        real = with_real_roots(self._expression)
        if real == self._expression:
            return None
        found = _Comparison(self._reference, self._entry, real, self._answer, self._prove).finding()
        if found.verdict is not Verdict.CORRECT:
            return None
        return replace(
            found, remarks=(*found.remarks, Sentence("roots of negative numbers are read as real ones: ", real))
        )

    # Looking closer at an answer that agrees

    def _holes(self, given: Floats) -> tuple[str, ...]:
        """Simple points where the answer has no value and the derivative has one."""
        for place in range(self._reference.samples.simple):
            if not math.isfinite(given[place]) and value_at(self._expression, self._point(place), FIRST_BITS) is None:
                point = ", ".join(f"{name}={float(value):g}" for name, value in point_of(self._points, place).items())
                return (f"the answer has no value at {point}, where the derivative is {self._expected[place]:.5g}",)
        return ()

    def _held(self) -> tuple[Finding | None, int]:
        """The answer in balls at the points that decide: a counterexample, or at how many points it agrees."""
        agreed = 0
        for place in range(self._reference.samples.simple, self._reference.samples.count):
            compared, given, expected = self._compared(place)
            if compared is Contrast.APART:
                shown_first = (self._told_apart_at(simple) for simple in range(self._reference.samples.simple))
                right = partial(self._reference.ball, self._entry, place)
                wrong = self._wrong(self._point(place), right, expected, given)
                return next(filter(None, shown_first), wrong), 0
            agreed += compared is Contrast.EQUAL
        return None, agreed

    def _compared(self, place: int) -> tuple[Contrast, Number | None, Number | None]:
        """The answer against the derivative to as many bits as their parts ask for: what is 1e-300 of another number
        shows only to a thousand."""
        point, bits = self._point(place), AGREEING
        wanted = AGREEING + 2 * max(self._extent(self._expression, point), self._extent(self._function, point))
        while True:
            given, expected = value_at(self._expression, point, bits), self._reference.ball(self._entry, place, bits)
            compared = contrast(given, expected, self._tolerance)
            self._work -= bits
            if compared is Contrast.APART or given is None or expected is None:
                return compared, given, expected
            if compared is Contrast.EQUAL and (bits >= wanted or self._tolerance.given):
                return compared, given, expected
            if max(2 * bits, wanted) > MOST_BITS or self._work < 0:
                return Contrast.UNKNOWN, given, expected
            bits = max(2 * bits, wanted) if compared is Contrast.UNKNOWN else wanted

    @property
    def _function(self) -> Expr:
        return self._reference.asked[self._entry].expression

    def _extent(self, expression: Expr, point: Point) -> int:
        """How large or small the parts of an expression are at a point, in bits; beyond all where that is not known."""
        return formula.extent_at(expression, point, AGREEING, MOST_BITS)

    def _closer(self) -> Finding | None:
        """A counterexample where something happens to the answer, or elsewhere on the question's curve."""
        reference = self._reference
        points, exact = self._points_beside() if reference.question.curve is None else self._more_of_the_curve()
        expected = reference.expected_at(self._entry, {name: points[name] for name in reference.question.names})
        given = values(self._expression, points)
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(given), np.abs(expected))
            distance = np.abs(given - expected)
            suspected = np.flatnonzero(distance > _allowed(self._tolerance, expected) + CLOSE * size)
            apart = np.where(size > 0, distance / size, 0)
        for place in _in_order(points, suspected.tolist(), 0, apart):
            point = exact(place)
            wrong = self._told_apart(point, partial(reference.asked[self._entry].number, point))
            if wrong is not None:
                return wrong
        return None

    def _points_beside(self) -> tuple[Points, Callable[[int], Point]]:
        """Points beside the places where something happens to the answer, as floats and exactly."""
        reference = self._reference
        base = {name: coordinates[reference.general] for name, coordinates in reference.samples.points.items()}
        looking = [self._expression, *(tree for tree in reference.trees[self._entry : self._entry + 1] if tree)]
        sums = [each for expression in looking for each in features(expression)]
        names = reference.question.names
        more_points = beside([self._expression], sums, names, self._with_strangers(base), reference.region, self._seed)
        points = self._with_strangers(more_points)
        return points, lambda place: exact_point_of(points, place)

    def _more_of_the_curve(self) -> tuple[Points, Callable[[int], Point]]:
        """Further points on the question's curve, as floats and exactly."""
        reference, question = self._reference, self._reference.question
        assert question.curve is not None
        found = more(reference.region, question.names, question.curve, self._seed)
        floats = {name: np.array([numbers.nearest_float(each[name]) for each in found]) for name in question.names}
        points = self._with_strangers(floats)

        def exact(place: int) -> Point:
            strangers = {name: float(points[name][place]) for name in self._answer.strangers}
            return found[place].beside(formula.exact_point(strangers))

        return points, exact

    def _with_strangers(self, points: Points) -> Points:
        """The points with numbers for the variables that only the answer has."""
        if not self._answer.strangers:
            return points
        count = max((len(each) for each in points.values()), default=1)
        generator = np.random.default_rng(self._seed)
        drawn = {name: np.round(generator.uniform(0.3, 3.0, count), 4) for name in self._answer.strangers}
        return {**points, **drawn}


def _without_values(node: Expr) -> Expr:
    """A choice between values as one between 0 and what stands for none."""
    if isinstance(node, Call) and node.function == "where" and len(node.arguments) == 3:
        condition, _, other = node.arguments
        return replace(node, arguments=(condition, ZERO, other))
    return node


def _is_known(number: Number | None) -> bool:
    return number is not None and numbers.is_narrow(number)


def _allowed(tolerance: Tolerance, expected: Floats) -> Floats:
    return np.asarray(tolerance.allowed(expected), np.float64)


def _in_order(points: Points, suspected: Sequence[int], simple: int, apart: Floats) -> Iterator[int]:
    """The indices of the points to look at in balls: those for showing first, if the difference shows there; then the
    general ones that are simplest, and those that are furthest apart."""
    plain = sorted((at for at in suspected if at < simple), key=lambda at: not apart[at] >= VISIBLE)[: CONFIRMED // 2]
    yield from plain
    general = [at for at in suspected if at >= simple]
    by_simplicity = sorted(general, key=lambda at: _length(points, at))[: CONFIRMED // 2]
    by_difference = sorted(general, key=lambda at: -apart[at])
    absent = [at for at in by_difference if np.isinf(apart[at])][:CONFIRMED]
    furthest = [at for at in by_difference if not np.isinf(apart[at])][:CONFIRMED]
    yield from dict.fromkeys([*by_simplicity, *furthest, *absent])


def _length(points: Points, at: int) -> tuple[int, float]:
    """How long a point is to write, and how far its coordinates are from 1."""
    coordinates = [float(each[at]) for each in points.values()]
    return sum(len(repr(each)) for each in coordinates), sum(abs(math.log10(abs(each) or 1e-9)) for each in coordinates)


def _simple_between(low: float, high: float) -> str | None:
    """The simplest number between two."""
    if low <= 0 <= high:
        return "0"
    for step in (100.0, 10.0, 1.0, 0.5, 0.1, 0.01):
        candidate = math.ceil(low / step) * step
        if low <= candidate <= high:
            return f"{candidate:g}"
    return None
