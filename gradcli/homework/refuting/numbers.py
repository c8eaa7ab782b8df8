"""Judging an answer that is a number or a tensor: the derivative at a point, within a tolerance."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.numbers import Number, Tie, Undecided
from gradcli.calculus.entries import NoForm
from gradcli.calculus.evaluate import Failure
from gradcli.homework.contrast import Contrast, contrast, difference_of, shown
from gradcli.homework.mathematics import names_of
from gradcli.homework.question import DEFAULT_RELATIVE, Question
from gradcli.homework.reading.answers import UNKNOWN_NAME, Answer, another_shape
from gradcli.homework.results import Counterexample, Evidence, Judgement, Verdict
from gradcli.homework.sampling.evaluation import Floats, derivative_at
from gradcli.homework.sampling.point import BITS, VALUES, PointReference
from gradcli.language import DiagnosticError
from gradcli.language.values import replace

SHIFTS: Final = (0.1875, -0.3125)
"""How far from the point it is looked whether an answer in the question's variables is right there, too."""


def judge_number(reference: PointReference, answer: Answer) -> Judgement:
    """The judgement on a number or tensor. Raises DiagnosticError where it cannot be calculated, or has another shape
    than the question asks."""
    if answer.extra_names:
        message = f"{answer.extra_names[0]} is not in the question, and the answer is a number"
        raise DiagnosticError.about(UNKNOWN_NAME, message, answer.text)
    value = _value(answer, reference.question)
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


def _value(answer: Answer, question: Question) -> Floats:
    """About what an expression is worth at the question's point. Raises DiagnosticError."""
    try:
        return derivative_at(answer.expression, question.at)
    except Failure as failure:
        found = failure.diagnostic(answer.text)
        span = answer.written.original(found.diagnostic.span)
        raise DiagnosticError(replace(found.diagnostic, span=span)) from failure
