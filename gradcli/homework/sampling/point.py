"""What the right answer is to a question about one point: the derivative there, certified entry by entry."""

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
from gradcli.homework.asked import Form, fault_of_tangent
from gradcli.homework.contrast import ENOUGH_DIGITS, MOST_DIGITS
from gradcli.homework.question import DEFAULT_RELATIVE, Question, Tolerance
from gradcli.homework.sampling.evaluation import Floats, derivative_at
from gradcli.language import DiagnosticError
from gradcli.language.tree import NOWHERE, Program

BITS: Final = (128, 512, 2048)
"""Bits to which an entry is tried to be known, and an answer to be told from it."""
DEFAULT: Final = Tolerance(relative=DEFAULT_RELATIVE)
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
        try:
            expected = derivative_at(self.question.expression, self.question.at)
        except Failure as failure:
            raise failure.diagnostic(self.question.source) from failure
        found = _certain(partial(formula.entries, self.question.expression, self._environment(BallArithmetic())))
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
                raise DiagnosticError.about("H107", message, question.source, "ask for the hessian")

    def _assembled(self, found: list[Any]) -> Any:
        """The derivatives as the one array that the answer is."""
        question = self.question
        if len(found) == 1:
            return found[0]
        if any(question.at[name].ndim for name in question.wrt):
            message, help_ = "an answer is about one tensor at a time", f'name the variable: wrt = "{question.wrt[0]}"'
            raise DiagnosticError.about("H107", message, question.source, help_)
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
