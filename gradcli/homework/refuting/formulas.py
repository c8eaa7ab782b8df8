"""Refuting an answer that is a formula: points at which it differs from the derivative, or at how many it agrees.

Floats choose the points that are looked at first; what decides is balls."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.formula import Point, RoundedLiterals, significant_digits
from gradcli.calculus.balls.numbers import Number
from gradcli.calculus.evaluate import Failure
from gradcli.calculus.steps.trees import ZERO
from gradcli.homework.contrast import ENOUGH_DIGITS, MOST_DIGITS, Contrast, contrast, difference_of, shown
from gradcli.homework.question import Tolerance
from gradcli.homework.reading.answers import Answer
from gradcli.homework.results import Counterexample, Evidence, Verdict
from gradcli.homework.sampling.curves import more
from gradcli.homework.sampling.domains import features, not_negative
from gradcli.homework.sampling.evaluation import Floats, Points, count_of, point_of, values
from gradcli.homework.sampling.points import beside, seed_of
from gradcli.homework.sampling.reference import FIRST_BITS, Reference, exact_point_of, value_at
from gradcli.language import DiagnosticError, Expr, walk
from gradcli.language.rewriting import transformed
from gradcli.language.tree import Call, Name
from gradcli.language.tree import Number as Literal
from gradcli.language.values import frozen, replace

ROUNDED_BITS: Final = 128
KNOWN_BITS: Final = 4
"""Bits of an answer that must be known in spite of its rounding for a point to count."""
EXTRA_VALUE: Final = 1.618
"""What variables are worth that only the answer has."""
TO_THE_DIGITS: Final = "to the digits given"


def agrees_as_rounded(reference: Reference, entry: int, expression: Expr, extra: Sequence[str], fewest: int) -> bool:
    """Whether the derivative lies within what the rounding of the answer's decimals leaves open, at every sample point.

    Decimals of fewer significant digits than `fewest` are exact.
    """
    if not has_decimals(expression, fewest):
        return False
    others = {name: numbers.from_float(EXTRA_VALUE) for name in extra}
    known = 0
    for place in range(reference.samples.simple, reference.samples.count):
        point = reference.point(place, others)
        compute = partial(formula.value, expression, point, RoundedLiterals(fewest, MOST_DIGITS))
        given, expected = formula.at_precision(ROUNDED_BITS, compute), reference.ball(entry, place, ROUNDED_BITS)
        if given is None or expected is None:
            continue
        if not formula.holds_zero(difference_of(given, expected)):
            return False
        known += numbers.accuracy(given) >= KNOWN_BITS
    return known > (reference.samples.count - reference.samples.simple) // 2


def has_decimals(expression: Expr, fewest: int) -> bool:
    """Whether a number of at least so many significant digits has a decimal point."""
    return any(isinstance(node, Literal) and significant_digits(node.text) >= fewest for node in walk(expression))


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


@frozen
class Finding:
    """What came of one entry."""

    verdict: Verdict
    evidence: Evidence | None = None
    points: int = 0
    counterexample: Counterexample | None = None
    reason: str | None = None
    remarks: tuple[str, ...] = ()


class EntryTrial:
    """One entry of an answer against the derivative.

    `given` are about its values at the question's points, and at `defined` of those that decide it has one. Raises
    DiagnosticError where it cannot be calculated.
    """

    def __init__(self, reference: Reference, entry: int, expression: Expr, answer: Answer) -> None:
        self._reference, self._entry, self._expression, self._answer = reference, entry, expression, answer
        self._names = (*reference.question.names, *answer.extra_names)
        self._tolerance = reference.question.tolerance
        self._seed = seed_of(str(reference.seed), answer.reading)
        self._points = self._with_extra(reference.samples.points)
        self._expected = reference.expected[entry]
        self._work = WORK
        self.given = self._values()
        self.defined = int(np.count_nonzero(np.isfinite(self.given[reference.general])))

    def _values(self) -> Floats:
        """About what the answer is worth at the question's points. Raises DiagnosticError where it has no value."""
        try:
            if self._answer.extra_names:
                return values(self._expression, self._points)
            return self._reference.values_of(self._expression)
        except Failure as failure:
            raise not_calculated(failure, self._answer) from failure

    def _point(self, place: int) -> Point:
        extra = {name: float(self._points[name][place]) for name in self._answer.extra_names}
        return self._reference.point(place, formula.exact_point(extra))

    def refuted(self) -> Finding | None:
        """A counterexample among the sample points, those first at which floats differ."""
        reference, tolerance, given = self._reference, self._tolerance, self.given
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
                return replace(wrong, reason=self._where_right())
            is_absent = absent is None and not math.isfinite(given[place])
            if is_absent and (self._is_outside(self._point(place)) or self._is_left_out(place)):
                absent = place
        if absent is None:
            return None
        right = partial(reference.ball, self._entry, absent)
        return replace(self._wrong(self._point(absent), right, right(REFUTING[1]), None), reason=self._where_right())

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
        cases = transformed(self._expression, _without_values)
        at = {name: coordinates[place : place + 1] for name, coordinates in self._points.items()}
        return bool(np.isnan(values(cases, at)[0]))

    def _where_right(self) -> str | None:
        """On which side of a simple number the answer is right, where that is all that is wrong with it: of the one
        variable, or of one of those of a curve."""
        question = self._reference.question
        if self._names != question.names or (len(self._names) != 1 and question.curve is None):
            return None
        right = self._right()
        return next(filter(None, (self._where_right_along(name, right) for name in self._names)), None)

    def _right(self) -> NDArray[np.bool_]:
        """At which of the points that decide the answer is right: of a function as floats have it, on a curve, near
        whose ends floats lose digits, as balls do."""
        reference = self._reference
        if reference.question.curve is not None:
            places = range(reference.samples.simple, reference.samples.count)
            return np.array([self._told_apart_at(place) is None for place in places], np.bool_)
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(self.given), np.abs(self._expected))
            right: NDArray[np.bool_] = np.isfinite(self.given) & (np.abs(self.given - self._expected) <= CLOSE * size)
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

    def agrees_as_rounded(self) -> bool:
        """Whether it is the rounding of its decimals that refutes the answer, where the question has no tolerance."""
        rounded = (self._reference, self._entry, self._expression, self._answer.extra_names, ENOUGH_DIGITS)
        return not self._tolerance.given and agrees_as_rounded(*rounded)

    def holes(self) -> tuple[str, ...]:
        """Simple points where the answer has no value and the derivative has one."""
        for place in range(self._reference.samples.simple):
            if (
                not math.isfinite(self.given[place])
                and value_at(self._expression, self._point(place), FIRST_BITS) is None
            ):
                point = ", ".join(f"{name}={float(value):g}" for name, value in point_of(self._points, place).items())
                return (f"the answer has no value at {point}, where the derivative is {self._expected[place]:.5g}",)
        return ()

    def refuted_in_balls(self) -> tuple[Finding | None, int]:
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

    def refuted_elsewhere(self) -> Finding | None:
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
        more_points = beside([self._expression], sums, names, self._with_extra(base), reference.region, self._seed)
        points = self._with_extra(more_points)
        return points, lambda place: exact_point_of(points, place)

    def _more_of_the_curve(self) -> tuple[Points, Callable[[int], Point]]:
        """Further points on the question's curve, as floats and exactly."""
        reference, question = self._reference, self._reference.question
        assert question.curve is not None
        found = more(reference.region, question.names, question.curve, self._seed)
        floats = {name: np.array([numbers.nearest_float(each[name]) for each in found]) for name in question.names}
        points = self._with_extra(floats)

        def exact(place: int) -> Point:
            extra = {name: float(points[name][place]) for name in self._answer.extra_names}
            return found[place].beside(formula.exact_point(extra))

        return points, exact

    def _with_extra(self, points: Points) -> Points:
        """The points with numbers for the variables that only the answer has."""
        if not self._answer.extra_names:
            return points
        count = count_of(points)
        generator = np.random.default_rng(self._seed)
        drawn = {name: np.round(generator.uniform(0.3, 3.0, count), 4) for name in self._answer.extra_names}
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


def not_calculated(failure: Failure, answer: Answer) -> DiagnosticError:
    """What is wrong with an answer that the engine cannot calculate."""
    message = f"the answer cannot be calculated: {failure.message}"
    return DiagnosticError.about(failure.code, message, answer.text, span=answer.written.original(failure.span))
