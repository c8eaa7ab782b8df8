"""Judging an answer that is a number or a tensor: the derivative at a point, within a tolerance."""

from __future__ import annotations

import warnings

import numpy as np

from gradcli.calculus import crosscheck, evaluate, results
from gradcli.calculus.evaluate import Evaluator, Failure
from gradcli.calculus.results import Array, Request
from gradcli.engine import dtypes, no_grad
from gradcli.engine.tensor import wrap
from gradcli.homework.answers import Answer
from gradcli.homework.evaluation import Floats
from gradcli.homework.question import DEFAULT_RELATIVE, Form, Question, Tolerance
from gradcli.homework.results import Counterexample, Evidence, Judgement, Verdict
from gradcli.language import Diagnostic, DiagnosticError, Span
from gradcli.language.tree import NOWHERE, Program

ROUNDING = 1e-12
"""What rounding may add, relative to the largest entry, or to the value over the variable: a derivative that is zero
may have come out as 1e-17."""

REQUESTS = {
    Form.DERIVATIVE: Request.GRADIENT,
    Form.GRADIENT: Request.GRADIENT,
    Form.JACOBIAN: Request.JACOBIAN,
    Form.HESSIAN: Request.HESSIAN,
}


class PointReference:
    """The right answer to a question about one point: `expected`, or `doubt`, why there is none to speak of."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.doubt: str | None = None
        self.natural_size = 0.0
        self.expected = self._value() if question.form is Form.VALUE else self._derivative()
        if not np.all(np.isfinite(self.expected)):
            self.doubt = "the derivative does not exist at this point"

    def _value(self) -> Array:
        try:
            return value_of(Answer(self.question.source, self.question.expression, "", ()), self.question)
        except Failure as failure:
            raise failure.diagnostic(self.question.source) from failure

    def _derivative(self) -> Array:
        question = self.question
        point = {name: np.asarray(value, np.float64) for name, value in question.at.items()}
        program = Program((), question.expression, (), NOWHERE)
        asked = results.Question(program, point, question.wrt, REQUESTS[question.form], question.order)
        try:
            evaluation, evaluator = evaluate.evaluate(asked)
        except Failure as failure:
            raise failure.diagnostic(question.source) from failure
        check = crosscheck.check(evaluation, lambda there: evaluate.value_at(asked, there), evaluator.value_of)
        if check.verdict is results.Verdict.DIFFERS:
            self.doubt = f"the two ways of computing the derivative do not agree: {check.reason}"
        elif check.verdict is results.Verdict.UNDECIDED:
            self.doubt = check.reason
        sizes = [float(np.max(np.abs(value), initial=0.0)) for value in point.values()]
        if max(sizes) > 0:
            self.natural_size = float(np.max(np.abs(np.asarray(evaluation.value, np.float64)), initial=0.0)) / max(
                sizes
            )
        return self._assembled(evaluation)

    def _assembled(self, evaluation: results.Evaluation) -> Array:
        """The derivatives as the one array that the answer is."""
        found = [np.asarray(array, np.float64) for array in evaluation.derivatives.values()]
        if len(found) == 1:
            return found[0]
        if any(self.question.at[name].ndim for name in self.question.wrt):
            message = "an answer is about one tensor at a time"
            span = Span(0, len(self.question.source))
            help_ = f'name the variable: wrt = "{self.question.wrt[0]}"'
            raise DiagnosticError(Diagnostic("H107", message, span, self.question.source, help_))
        stacked = np.stack(found, axis=-1)
        if self.question.form is Form.HESSIAN:
            side = len(self.question.wrt)
            return stacked.reshape(side, side)
        return stacked


def judge_number(reference: PointReference, answer: Answer) -> Judgement:
    """The judgement on a number or tensor."""
    question, expected = reference.question, np.asarray(reference.expected, np.float64)
    if answer.strangers:
        raise _unknown(answer)
    try:
        given = value_of(answer, question)
    except Failure as failure:
        return Judgement(Verdict.UNREADABLE, answer.reading, problem=failure.diagnostic(answer.text).diagnostic)
    if given.shape != expected.shape and not (given.size == expected.size == 1):
        reason = f"the answer {_shape(given)}, and the derivative {_shape(expected)}"
        return Judgement(Verdict.WRONG, answer.reading, Evidence.COUNTEREXAMPLE, reason=reason)
    given = given.reshape(expected.shape)
    if reference.doubt is not None:
        return Judgement(Verdict.UNDECIDED, answer.reading, reason=reference.doubt)
    tolerance = question.tolerance if question.tolerance.given else Tolerance(relative=DEFAULT_RELATIVE)
    rounding = ROUNDING * max(float(np.max(np.abs(expected), initial=0.0)), reference.natural_size)
    allowed = np.asarray(tolerance.allowed(expected), np.float64) + rounding
    with np.errstate(all="ignore"):
        wrong = np.argwhere(~(np.abs(given - expected) <= allowed))
    if not len(wrong):
        return Judgement(Verdict.CORRECT, answer.reading, Evidence.AGREES, 1, reason=tolerance_text(question))
    return _wrong(answer, question, expected, given, tuple(int(each) for each in wrong[0]))


def _wrong(answer: Answer, question: Question, expected: Array, given: Array, place: tuple[int, ...]) -> Judgement:
    at = {name: float(value) for name, value in question.at.items() if not np.ndim(value)}
    example = Counterexample(at, float(expected[place]), float(given[place]), place if expected.ndim else None)
    return Judgement(
        Verdict.WRONG, answer.reading, Evidence.COUNTEREXAMPLE, 1, example, reason=tolerance_text(question)
    )


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


def value_of(answer: Answer, question: Question) -> Floats:
    """The answer's value at the question's point. Raises Failure."""
    leaves = {name: wrap(np.asarray(value, np.float64)[()], dtypes.float64) for name, value in question.at.items()}
    evaluator = Evaluator(leaves, dtypes.float64)
    with np.errstate(all="ignore"), warnings.catch_warnings(), no_grad():
        warnings.simplefilter("ignore")
        return np.asarray(evaluator.tensor(evaluator.visit(answer.expression))._array, np.float64)


def _unknown(answer: Answer) -> DiagnosticError:
    name = answer.strangers[0]
    span = Span(0, len(answer.text))
    message = f"{name} is not in the question, and the answer is a number"
    return DiagnosticError(Diagnostic("A204", message, span, answer.text))


def _shape(array: Array) -> str:
    if not array.ndim:
        return "is one number"
    return f"is a list of {array.size}" if array.ndim == 1 else f"has {' by '.join(map(str, array.shape))} entries"
