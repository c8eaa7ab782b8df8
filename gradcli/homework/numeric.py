"""Judging an answer that is a number or a tensor: the derivative at a point, within a tolerance."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any, Final

import numpy as np

from gradcli.calculus import results
from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.arithmetic import BallArithmetic
from gradcli.calculus.balls.certify import Unknown, certify
from gradcli.calculus.balls.formula import RoundedLiterals
from gradcli.calculus.balls.numbers import Number, Tie, Undecided
from gradcli.calculus.check import check
from gradcli.calculus.entries import Entries, NoForm, Reading
from gradcli.calculus.evaluate import Failure
from gradcli.calculus.evaluation import evaluate
from gradcli.calculus.implicit import mixed_derivative
from gradcli.calculus.results import Request
from gradcli.homework.answers import Answer, another_shape
from gradcli.homework.contrast import Contrast, contrast, difference_of, shown
from gradcli.homework.domains import names as names_of
from gradcli.homework.evaluation import Floats, value_of
from gradcli.homework.landing import fault_of_tangent
from gradcli.homework.question import DEFAULT_RELATIVE, Form, Question, Tolerance
from gradcli.homework.results import Counterexample, Evidence, Judgement, Verdict
from gradcli.homework.rounding import ENOUGH_DIGITS, MOST_DIGITS
from gradcli.language import Diagnostic, DiagnosticError, Span
from gradcli.language.sentences import Sentence
from gradcli.language.tree import NOWHERE, Program
from gradcli.language.values import replace

BITS: Final = (128, 512, 2048)
"""Bits that are tried to tell an answer from the derivative."""
DEFAULT: Final = Tolerance(relative=DEFAULT_RELATIVE)
SHIFTS: Final = (0.1875, -0.3125)
"""How far from the point it is looked whether an answer in the question's variables is right there, too."""
VALUES: Final = (Form.VALUE, Form.IMPLICIT)
"""The forms of questions whose expression is what is asked, with derivatives in it where there are any."""
REQUESTS: Final = {
    Form.DERIVATIVE: Request.GRADIENT,
    Form.PARTIAL: Request.GRADIENT,
    Form.GRADIENT: Request.GRADIENT,
    Form.JACOBIAN: Request.JACOBIAN,
    Form.HESSIAN: Request.HESSIAN,
}


class PointReference:
    """The right answer to a question about one point.

    `certified` has its entries: a Number each, an Unknown, or None where it is not in the sample. `expected` are the
    floats next to them. `doubt` is why nothing can be said, None where something can, and `unsure` why an entry is a
    wide ball.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self.by_entry = False  # whether each entry is the derivative of an entry by an entry
        self.certified, self.expected = self._value() if question.form in VALUES else self._derivative()
        self.shape: tuple[int, ...] = self.certified.shape
        self.doubt: str | None = None
        self.unsure: str | None = None
        for place, found in np.ndenumerate(self.certified):
            if isinstance(found, Unknown):
                self.unsure = f"the derivative at this point is not known: {found.reason}"
                if self._computed(place) is None:
                    self.doubt = self.unsure
                    break

    @property
    def tolerance(self) -> Tolerance:
        """How exact an answer must be."""
        return self.question.tolerance if self.question.tolerance.given else DEFAULT

    @cached_property
    def environment(self) -> dict[str, Entries]:
        """The exact point."""
        return self._environment(BallArithmetic())

    @cached_property
    def rounded(self) -> dict[str, Entries]:
        """The point, whose decimals of many digits count as rounded."""
        return self._environment(RoundedLiterals(ENOUGH_DIGITS, MOST_DIGITS))

    def _environment(self, arithmetic: BallArithmetic) -> dict[str, Entries]:
        question = self.question
        reading = Reading(arithmetic, {})
        with formula.precision(BITS[-1]):
            found = {name: reading.entries(each) for name, each in question.exact.items()}
            for name, value in question.at.items():
                if name not in found:
                    found[name] = np.vectorize(lambda each: arithmetic.literal(repr(each), each), [object])(value)
        return {name: np.asarray(each, object) for name, each in found.items()}

    def _value(self) -> tuple[Entries, Floats]:
        answer = Answer(self.question.source, self.question.expression, Sentence(), ())
        expected = _engine_value(answer, self.question)
        found = _certain(partial(formula.entries, answer.expression, self._environment(BallArithmetic())))
        if found is None or found.shape != expected.shape:
            found = np.full(expected.shape, Unknown(_why_unknown(self.question)), object)
        return found, expected

    def _derivative(self) -> tuple[Entries, Floats]:
        question = self.question
        point = {name: np.asarray(value, np.float64) for name, value in question.at.items()}
        expression, wrt = question.expression, question.wrt
        if question.form is Form.PARTIAL:
            self._check_numbers()
            expression, wrt = mixed_derivative(expression, wrt[:-1]).expression, wrt[-1:]
        program = Program((), expression, (), NOWHERE)
        asked = results.Question(program, point, wrt, REQUESTS[question.form], question.order, exact=question.exact)
        try:
            evaluation, evaluator = evaluate(asked)
        except Failure as failure:
            raise failure.diagnostic(question.source) from failure
        arrays = {variables: np.asarray(array) for variables, array in evaluation.derivatives.items()}
        self.by_entry = evaluation.question.request is Request.DIAGONAL
        try:
            if self.by_entry:
                certified = check(evaluation, values=evaluator.value_of).certified
            else:
                certified = certify(asked, {variables: array.shape for variables, array in arrays.items()}).derivatives
        except NoForm as error:
            certified = {each: np.full(array.shape, Unknown(error.reason), object) for each, array in arrays.items()}
        found = self._assembled([certified[variables] for variables in arrays])
        floats = np.asarray(self._assembled(list(arrays.values())), np.float64)
        known = [
            numbers.nearest_float(each) if _is_number(each) else float(own)
            for each, own in zip(found.ravel(), floats.ravel(), strict=True)
        ]
        return found, np.array(known, np.float64).reshape(found.shape)

    def _check_numbers(self) -> None:
        """Raises DiagnosticError where a mixed partial derivative is by a tensor."""
        question = self.question
        for name in question.wrt:
            if question.at[name].ndim:
                message = f"a mixed partial derivative is by numbers, and {name} has shape {question.at[name].shape}"
                span = Span(0, len(question.source))
                raise DiagnosticError(Diagnostic("H107", message, span, question.source, "ask for the hessian"))

    def _assembled(self, found: list[Any]) -> Any:
        """The derivatives as the one array that the answer is."""
        question = self.question
        if len(found) == 1:
            return found[0]
        if any(question.at[name].ndim for name in question.wrt):
            message = "an answer is about one tensor at a time"
            span = Span(0, len(question.source))
            help_ = f'name the variable: wrt = "{question.wrt[0]}"'
            raise DiagnosticError(Diagnostic("H107", message, span, question.source, help_))
        stacked = np.stack(found, axis=-1)
        if question.form is Form.HESSIAN:
            side = len(question.wrt)
            return stacked.reshape(side, side)
        return stacked

    def number(self, place: tuple[int, ...]) -> Number | None:
        """An entry of the derivative, computed now where it is not in the sample; None where nothing is known of it."""
        found = self.certified[place]
        return self._computed(place) if found is None else found

    def _computed(self, place: tuple[int, ...]) -> Number | None:
        """An entry to a precision that may leave it wide, as a zero is that nothing proves."""
        if self.question.form in VALUES:
            return None
        by, outer = self._places(place)
        compute = partial(formula.entry, self.question.expression, by, self.environment)
        found = formula.at_precision(BITS[1], lambda: compute()[outer])
        if found is not None:
            self.certified[place] = found
        return found

    def _places(self, place: tuple[int, ...]) -> tuple[list[tuple[str, tuple[int, ...]]], tuple[int, ...]]:
        """By which entries of the variables an entry of the answer is differentiated, and of which entry of the
        function it is."""
        question = self.question
        names = question.wrt
        if question.form is Form.PARTIAL:
            return [(name, ()) for name in names], place
        if len(names) > 1:  # of numbers: the last places count the variables
            chosen = place[-2:] if question.form is Form.HESSIAN else place[-1:]
            outer = place[: len(place) - len(chosen)]
            return [(names[at], ()) for at in chosen], outer
        (name,) = names
        if self.by_entry:
            return [(name, place)] * question.order, place
        rank = question.at[name].ndim
        if question.form is Form.HESSIAN:
            return [(name, place[:rank]), (name, place[rank:])], ()
        return [(name, place[len(place) - rank :])] * question.order, place[: len(place) - rank]


def judge_number(reference: PointReference, answer: Answer) -> Judgement:
    """The judgement on a number or tensor. Raises DiagnosticError where it cannot be calculated, or has another shape
    than the question asks."""
    if answer.strangers:
        raise _unknown(answer)
    value = _engine_value(answer, reference.question)
    if value.shape == reference.shape or value.size == reference.expected.size == 1:
        return _judged(reference, answer, value)
    if reference.by_entry and _spreads(value.shape, reference.shape):  # 2 is the derivative of 2x at every entry
        found = _judged(reference, answer, np.broadcast_to(value, reference.shape))
        if found.verdict is not Verdict.WRONG:
            return found
    raise another_shape(answer, value.shape, reference.shape)


def _spreads(shape: tuple[int, ...], whole: tuple[int, ...]) -> bool:
    """Whether an array of one shape stands for one of another by the rules of broadcasting."""
    try:
        return np.broadcast_shapes(shape, whole) == whole
    except ValueError:
        return False


def _judged(reference: PointReference, answer: Answer, value: Floats) -> Judgement:
    """The judgement on an answer of the shape that is asked for; `value` is about what it is worth."""
    if reference.doubt is not None:
        return Judgement(Verdict.UNDECIDED, answer.reading, reason=reference.doubt)
    compared = [Contrast.UNKNOWN] * value.size
    for bits in BITS:
        with formula.precision(bits):
            given = _given(answer, reference)
            if given is None:
                continue
            for at, place in enumerate(np.ndindex(reference.shape)):
                if compared[at] is not Contrast.UNKNOWN:
                    continue
                compared[at] = _compared(reference, place, given[at], float(value.flat[at]))
                if compared[at] is Contrast.APART:
                    return _judged_wrong(reference, answer, place, given[at])
        if Contrast.UNKNOWN not in compared:
            return _judged_right(reference, answer)
    reason = reference.unsure or "the answer could not be told from the derivative"
    return Judgement(Verdict.UNDECIDED, answer.reading, reason=reason)


def _judged_right(reference: PointReference, answer: Answer) -> Judgement:
    """The judgement on an answer that has the value asked for. One in the question's variables may have it by chance:
    x^2 is 4 at x = 2, and so is its derivative."""
    question = reference.question
    variables = [name for name in names_of(answer.expression) if name in question.at]
    if variables and _differs_nearby(reference, answer):
        reason = f"it has {', '.join(variables)}, and is right at this point by chance: it is not the derivative"
        return Judgement(Verdict.UNDECIDED, answer.reading, reason=reason)
    return Judgement(Verdict.CORRECT, answer.reading, Evidence.AGREES, 1, reason=tolerance_text(question))


def _differs_nearby(reference: PointReference, answer: Answer) -> bool:
    """Whether an answer in the question's variables is another formula than the derivative. Only of one number."""
    question = reference.question
    is_number = not (reference.shape or any(np.ndim(value) for value in question.at.values()))
    if not is_number or question.form in VALUES or question.curve is not None:
        return False
    variables = question.wrt * question.order
    for shift in SHIFTS:
        point = formula.exact_point({name: float(value) + shift for name, value in question.at.items()})
        found = formula.at_precision(BITS[0], partial(formula.derivative, question.expression, variables, point))
        given = formula.at_precision(BITS[0], partial(formula.value, answer.expression, point))
        if found is not None and given is not None and not formula.holds_zero(difference_of(given, found)):
            return True
    return False


def _given(answer: Answer, reference: PointReference) -> list[Number] | None:
    """The entries of an answer at the present precision; None where nothing is known of them."""
    try:
        found = formula.entries(answer.expression, reference.environment)
    except (Tie, Undecided, NoForm):
        return None
    if found.shape != reference.shape and found.size != reference.expected.size:
        found = np.broadcast_to(found, reference.shape)
    return [each if numbers.is_finite(each) else None for each in found.ravel()]


def _compared(reference: PointReference, place: tuple[int, ...], given: Number | None, value: float) -> Contrast:
    """How an entry compares; of one that is not in the sample, the engine's number may say that it is right."""
    if reference.certified[place] is None:
        expected = reference.expected[place]
        if abs(value - expected) <= float(reference.tolerance.allowed(expected)) / 2:
            return Contrast.EQUAL
    return contrast(given, reference.number(place), reference.tolerance)


def _judged_wrong(reference: PointReference, answer: Answer, place: tuple[int, ...], given: Number) -> Judgement:
    question, expected = reference.question, reference.number(place)
    reason = tolerance_text(question)
    if not question.tolerance.given and _is_right_as_rounded(reference, answer, place):
        return Judgement(Verdict.CORRECT, answer.reading, Evidence.AGREES, 1, reason="to the digits of the point")
    at = {name: float(value) for name, value in question.at.items() if not np.ndim(value)}
    example = Counterexample(at, shown(expected), shown(given), place if reference.shape else None)
    return Judgement(Verdict.WRONG, answer.reading, Evidence.COUNTEREXAMPLE, 1, example, reason=reason)


def _is_right_as_rounded(reference: PointReference, answer: Answer, place: tuple[int, ...]) -> bool:
    """Whether the point is a decimal of many digits, and the answer right where it is rounded: 0 for cos(x) at
    x=1.5707963267948966. Only of one number."""
    question = reference.question
    if reference.shape or question.form in VALUES or any(np.ndim(value) for value in question.at.values()):
        return False
    point = {name: entries[()] for name, entries in reference.rounded.items()}
    variables = question.wrt * question.order
    found = formula.at_precision(BITS[0], lambda: formula.derivative(question.expression, variables, point))
    given = formula.at_precision(BITS[0], lambda: formula.value(answer.expression, point))
    return found is not None and given is not None and formula.holds_zero(difference_of(given, found))


def _why_unknown(question: Question) -> str:
    """Why the value that is asked is not certain."""
    if question.curve is None:
        return "the expected answer has no certified value"
    fault = fault_of_tangent(question.curve, question.at, question.exact)
    return fault or "the derivative has no certified value"


def _certain(compute: Any) -> Entries | None:
    """Entries that are all narrow, None where there are none at any precision."""
    for bits in BITS:
        with formula.precision(bits):
            try:
                found: Entries = compute()
            except Undecided:
                continue
            except (Tie, NoForm):
                return None
        if all(numbers.is_finite(each) and numbers.is_narrow(each) for each in found.ravel()):
            return found
    return None


def _is_number(entry: Any) -> bool:
    return entry is not None and not isinstance(entry, Unknown)


def _engine_value(answer: Answer, question: Question) -> Floats:
    """About what an expression is worth at the question's point. Raises DiagnosticError."""
    try:
        return value_of(answer.expression, question.at)
    except Failure as failure:
        found = failure.diagnostic(answer.text)
        span = answer.written.original(found.diagnostic.span)
        raise DiagnosticError(replace(found.diagnostic, span=span)) from failure


def tolerance_text(question: Question) -> str:
    """How exact a number must be."""
    tolerance = question.tolerance
    parts = []
    if tolerance.absolute is not None:
        parts.append(f"{tolerance.absolute:g}")
    if tolerance.relative is not None:
        parts.append(f"{tolerance.relative:g} of the value")
    if tolerance.digits is not None:
        parts.append(f"{tolerance.digits} significant digits")
    return f"to within {' or '.join(parts)}" if parts else f"to within {DEFAULT_RELATIVE:g} of the value"


def _unknown(answer: Answer) -> DiagnosticError:
    name = answer.strangers[0]
    span = Span(0, len(answer.text))
    message = f"{name} is not in the question, and the answer is a number"
    return DiagnosticError(Diagnostic("A204", message, span, answer.text))
