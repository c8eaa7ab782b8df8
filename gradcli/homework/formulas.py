"""Judging an answer that is a formula: refuted by a point, proved by symbols, or found to agree where it was tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from gradcli.calculus.evaluate import Failure
from gradcli.homework import enclosures
from gradcli.homework.answers import Answer, entries
from gradcli.homework.domains import features, not_negative
from gradcli.homework.enclosures import enclosure
from gradcli.homework.evaluation import Floats, Points, point_of, values
from gradcli.homework.realroots import with_real_roots
from gradcli.homework.reference import Reference
from gradcli.homework.results import Counterexample, Evidence, Judgement, Verdict
from gradcli.homework.samples import beside, seed_of
from gradcli.language import Diagnostic, DiagnosticError, Expr, to_text
from gradcli.language.values import frozen, replace

CLOSE: Final = 1e-9
"""Relative difference of two floats that is looked at no further at this point."""
UNDERFLOW: Final = 1e-60
"""The size of a value that says: where this function is zero, it may only be too small for floats."""
CONFIRMED: Final = 10
"""Suspected points of each sort that are computed again in high precision."""
VISIBLE: Final = 1e-3
"""Relative difference that shows when the numbers are printed."""
LOOKED_AT: Final = 5
"""Points at which an answer that agrees in floats is compared in high precision."""
ROUGH: Final = 1e-6
"""Relative difference that counts where there is no formula to compute in high precision."""

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
    """The judgement on a formula, or on a list of formulas."""
    shape, parts = entries(answer.expression)
    if shape != reference.shape:
        reason = f"the answer {_shape_text(shape)}, and the derivative {_shape_text(reference.shape)}"
        return Judgement(Verdict.WRONG, answer.reading, Evidence.COUNTEREXAMPLE, reason=reason)
    if reference.doubtful:
        reason = "the two ways of computing the derivative do not agree, so nothing is said"
        return Judgement(Verdict.UNDECIDED, answer.reading, reason=reason)
    if reference.samples.count <= reference.samples.simple:
        return Judgement(Verdict.UNDECIDED, answer.reading, reason="no point was found where the function is defined")
    found: list[Finding] = []
    for entry, part in enumerate(parts):
        found.append(_Comparison(reference, entry, part, answer, prove).finding())
        if found[-1].verdict is Verdict.WRONG:
            break
    worst = next((each for each in found if each.verdict is Verdict.WRONG), None)
    worst = worst or next((each for each in found if each.verdict is Verdict.UNDECIDED), None)
    return _combined(answer, shape, found, worst)


def _combined(answer: Answer, shape: tuple[int, ...], found: Sequence[Finding], worst: Finding | None) -> Judgement:
    remarks = tuple(dict.fromkeys(remark for each in found for remark in each.remarks))
    if worst is not None:
        example = worst.counterexample
        if example is not None and shape:
            place = tuple(int(at) for at in np.unravel_index(len(found) - 1, shape))
            example = replace(example, entry=place)
        return Judgement(worst.verdict, answer.reading, worst.evidence, worst.points, example, worst.reason, remarks)
    proved = all(each.evidence is Evidence.PROVED for each in found)
    evidence = Evidence.PROVED if proved else Evidence.AGREES
    points = min((each.points for each in found), default=0)
    if answer.strangers:
        remarks += (f"{', '.join(answer.strangers)} {_not_there(len(answer.strangers))}",)
    return Judgement(Verdict.CORRECT, answer.reading, evidence, points, remarks=remarks)


def _not_there(count: int) -> str:
    return "is not in the question, and cancels" if count == 1 else "are not in the question, and cancel"


def _shape_text(shape: tuple[int, ...]) -> str:
    if not shape:
        return "is one expression"
    return f"is a list of {shape[0]}" if len(shape) == 1 else f"has {' by '.join(map(str, shape))} entries"


class _Comparison:
    """One entry of an answer against the derivative."""

    def __init__(self, reference: Reference, entry: int, expression: Expr, answer: Answer, prove: Proof | None) -> None:
        self._reference, self._entry, self._expression = reference, entry, expression
        self._answer, self._prove = answer, prove
        self._names = (*reference.question.names, *answer.strangers)
        self._seed = seed_of(str(reference.seed), answer.reading)
        self._points = self._with_strangers(reference.samples.points)
        self._expected = reference.expected[entry]
        self._equal = 0
        self._own: Any = None
        self._read = False

    def finding(self) -> Finding:
        """Refute, prove, look closer, in this order."""
        try:
            given = self._values()
        except Failure as failure:
            message = f"the answer cannot be calculated: {failure.message}"
            raise DiagnosticError(Diagnostic(failure.code, message, failure.span, self._answer.plain)) from failure
        wrong = self._refuted(self._points, self._expected, given)
        if wrong is not None and wrong.counterexample is not None and wrong.counterexample.given is None:
            wrong = self._with_real_roots() or wrong
        if wrong is not None:
            return wrong
        agreed = self._agreeing(given)
        if not agreed:
            reason = (
                "at no point that was tried could the answer be compared: it has no value there, or too large a one"
            )
            return Finding(Verdict.UNDECIDED, reason=reason)
        remarks = self._holes(given)
        prover = self._reference.provers[self._entry]
        if prover is not None and prover.proves(self._expression):
            return Finding(Verdict.CORRECT, Evidence.PROVED, agreed, remarks=remarks)
        wrong, more = self._closer()
        if wrong is not None:
            return wrong
        tree = self._reference.trees[self._entry]
        if self._prove is not None and tree is not None and self._prove(tree, self._expression, self._names):
            return Finding(Verdict.CORRECT, Evidence.PROVED, agreed + more, remarks=remarks)
        return Finding(Verdict.CORRECT, Evidence.AGREES, agreed + more, remarks=remarks)

    def _values(self) -> Floats:
        """The answer's values at the question's points. Raises Failure."""
        if self._answer.strangers:
            return values(self._expression, self._points)
        return self._reference.values_of(self._expression)

    def _agreeing(self, given: Floats) -> int:
        """At how many points the answer agrees: in floats, or in high precision where floats could not tell."""
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(given), np.abs(self._expected))
            limit = self._allowed(self._expected) + CLOSE * size
            close = np.isfinite(given) & (np.abs(given - self._expected) <= limit)
        return int(np.count_nonzero(close[self._reference.general])) + self._equal

    # Refuting

    def _refuted(self, points: Points, expected: Floats, given: Floats) -> Finding | None:
        """A counterexample among the points, confirmed by an enclosure or in high precision."""
        allowed = self._allowed(expected)
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(given), np.abs(expected))
            distance = np.abs(given - expected)
            suspected = np.flatnonzero(~(distance <= allowed + CLOSE * size) | np.isinf(given))
            if not len(suspected):
                return None
            apart = np.where(np.isfinite(given), distance / np.where(size > 0, size, 1), np.inf)
        absent = None
        simple = self._reference.samples.simple if points is self._points else 0
        for at in _in_order(points, suspected.tolist(), simple, apart):
            if math.isfinite(given[at]) and self._is_apart(points, at, allowed[at]):
                return self._wrong(points, at, expected, given, given[at] - expected[at])
            there, difference = self._contrast(points, at, expected[at], given[at])
            if there == "different" and abs(difference) > allowed[at]:
                return self._wrong(points, at, expected, given, difference)
            if there == "undefined" and absent is None:
                absent = at
            if there == "equal" and at >= simple:
                self._equal += 1
        if absent is not None:
            return self._wrong(points, absent, expected, given, None)
        return None

    def _allowed(self, expected: Floats) -> Floats:
        return np.asarray(self._reference.question.tolerance.allowed(expected), np.float64)

    def _is_apart(self, points: Points, at: int, allowed: float) -> bool:
        """Whether the enclosures of the answer and of the derivative leave no doubt that they differ at a point."""
        there = enclosures.at(self._point(points, at))
        given, expected = enclosure(self._expression, there), self._reference.enclosed(self._entry, there)
        if given is None or expected is None:
            return False
        gap = max(given[0] - expected[1], expected[0] - given[1])
        size = max(map(abs, (*given, *expected)))
        return gap > max(2 * allowed + CLOSE * size, UNDERFLOW)

    def _contrast(self, points: Points, at: int, expected: float, given: float) -> tuple[str, float]:
        """Whether the answer is `different` at a point (by how much), `undefined`, or neither."""
        from gradcli.calculus.symbolic.limits import NoSymbolicForm

        point = self._point(points, at)
        if not math.isfinite(given) and self._is_outside(point):
            return "undefined", math.nan
        formula, own = self._reference.formulas[self._entry], self._formula()
        if formula is not None and own is not None:
            try:
                contrast, difference = formula.contrast(own, point)
                return contrast.value, math.nan if difference is None else float(difference)
            except NoSymbolicForm:
                pass
        if not math.isfinite(given):
            return "undefined", math.nan
        apart = abs(given - expected) > ROUGH * max(abs(given), abs(expected))
        return ("different" if apart else "unknown"), given - expected

    def _is_outside(self, point: Mapping[str, float]) -> bool:
        """Whether the point is outside the answer's domain: a root or a logarithm of a negative number. SymPy's formula
        of the whole answer may have simplified that away."""
        from gradcli.calculus.symbolic.formula import Formula
        from gradcli.calculus.symbolic.limits import NoSymbolicForm

        for bound in not_negative(self._expression):
            try:
                if Formula.read(bound, self._names).is_negative(point):
                    return True
            except NoSymbolicForm:
                continue
        return False

    def _formula(self) -> Any:
        """The answer in SymPy, None where it has no form."""
        if not self._read:
            from gradcli.calculus.symbolic.formula import Formula
            from gradcli.calculus.symbolic.limits import NoSymbolicForm

            self._read = True
            try:
                self._own = Formula.read(self._expression, self._names)
            except NoSymbolicForm:
                self._own = None
        return self._own

    def _wrong(self, points: Points, at: int, expected: Floats, given: Floats, difference: float | None) -> Finding:
        point = self._point(points, at)
        is_ours = points is self._points
        true = self._reference.exactly(self._entry, at) if is_ours else float(expected[at])
        answered = float(given[at])
        if difference is None:
            example = Counterexample(point, true, None)
        else:
            alike = f"{true:.5g}" == f"{answered:.5g}" and abs(difference) < 1e-12 * max(abs(true), abs(answered))
            shown = answered if math.isfinite(answered) else true + difference
            example = Counterexample(point, true, shown, difference=difference if alike else None)
        reason = self._where_right(given) if is_ours else None
        return Finding(Verdict.WRONG, Evidence.COUNTEREXAMPLE, counterexample=example, reason=reason)

    def _point(self, points: Points, at: int) -> dict[str, float]:
        return {name: float(coordinates[at]) for name, coordinates in points.items()}

    def _where_right(self, given: Floats) -> str | None:
        """On which side of a simple number the answer is right, where that is all that is wrong with it."""
        if len(self._names) != 1 or self._names != self._reference.question.names:
            return None
        name = self._names[0]
        general = self._reference.general
        coordinates = self._points[name][general]
        with np.errstate(all="ignore"):
            size = np.maximum(np.abs(given), np.abs(self._expected))
            right = (np.isfinite(given) & (np.abs(given - self._expected) <= CLOSE * size))[general]
        if _underflows(size[general], right):
            return None
        if min(np.count_nonzero(right), np.count_nonzero(~right)) < 3:
            return None
        for below, above, sign in ((right, ~right, "<"), (~right, right, ">")):
            low, high = float(np.max(coordinates[below])), float(np.min(coordinates[above]))
            if low < high:
                edge = _simple_between(low, high)
                return None if edge is None else f"the answer is right where {name} {sign} {edge}, and only there"
        return None

    # Answers with roots of negative numbers

    def _with_real_roots(self) -> Finding | None:
        """The finding for the answer with x^(1/3) as the real root of negative numbers, where that is what it takes."""
        real = with_real_roots(self._expression)
        if real == self._expression:
            return None
        found = _Comparison(self._reference, self._entry, real, self._answer, self._prove).finding()
        if found.verdict is not Verdict.CORRECT:
            return None
        return replace(
            found, remarks=(*found.remarks, f"roots of negative numbers are read as real ones: {to_text(real)}")
        )

    # Looking closer at an answer that agrees

    def _holes(self, given: Floats) -> tuple[str, ...]:
        """Simple points where the answer has no value and the derivative has one."""
        simple = self._reference.samples.simple
        for at in range(simple):
            if not math.isfinite(given[at]):
                point = ", ".join(f"{name}={float(value):g}" for name, value in point_of(self._points, at).items())
                return (f"the answer has no value at {point}, where the derivative is {self._expected[at]:.5g}",)
        return ()

    def _closer(self) -> tuple[Finding | None, int]:
        """Points where something happens to the answer, and some points in high precision."""
        reference = self._reference
        base = {name: coordinates[reference.general] for name, coordinates in reference.samples.points.items()}
        looking = [self._expression, *(tree for tree in reference.trees[self._entry : self._entry + 1] if tree)]
        sums = [each for expression in looking for each in features(expression)]
        names = reference.question.names
        more = beside([self._expression], sums, names, self._with_strangers(base), reference.region, self._seed)
        points = self._with_strangers(more)
        expected = reference.expected_at(self._entry, more)
        usable = np.isfinite(expected)
        points = {name: coordinates[usable] for name, coordinates in points.items()}
        given = values(self._expression, points)
        wrong = self._refuted(points, expected[usable], given)
        return wrong or self._refuted_beyond_floats(), int(np.count_nonzero(np.isfinite(given)))

    def _refuted_beyond_floats(self) -> Finding | None:
        if self._reference.question.tolerance.given:
            return None
        simple, count = self._reference.samples.simple, self._reference.samples.count
        given = self._values()
        for at in [*range(min(simple, 2)), *range(simple, min(count, simple + LOOKED_AT))]:
            there, difference = self._contrast(self._points, at, self._expected[at], self._expected[at])
            if there == "different":
                return self._wrong(self._points, at, self._expected, given, difference)
        return None

    def _with_strangers(self, points: Points) -> Points:
        """The points with numbers for the variables that only the answer has."""
        if not self._answer.strangers:
            return points
        count = max((len(each) for each in points.values()), default=1)
        generator = np.random.default_rng(self._seed)
        drawn = {name: np.round(generator.uniform(0.3, 3.0, count), 4) for name in self._answer.strangers}
        return {**points, **drawn}


def _in_order(points: Points, suspected: Sequence[int], simple: int, apart: Floats) -> Iterator[int]:
    """The indices of the points to compute again: those for showing first, if the difference shows there; then the
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


def _underflows(sizes: Floats, right: Any) -> bool:
    """Whether both are zero wherever they are equal, as e^x is far to the left: too small for floats, not equal."""
    smallest = np.min(sizes[sizes > 0], initial=np.inf)
    return bool(smallest < UNDERFLOW and not np.any(sizes[right]))


def _simple_between(low: float, high: float) -> str | None:
    """The simplest number between two."""
    if low <= 0 <= high:
        return "0"
    for step in (100.0, 10.0, 1.0, 0.5, 0.1, 0.01):
        candidate = math.ceil(low / step) * step
        if low <= candidate <= high:
            return f"{candidate:g}"
    return None
