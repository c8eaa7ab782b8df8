"""The check: the engine's numbers against certified ones.

The certified number is a ball that contains the true value, by SymPy's derivatives of the operations and the chain rule
(`calculus.balls`). Where the engine's float is not it, the engine's own rules run once more, on balls: if they give the
certified number, then the rule is right, and rounding, overflow or underflow took it (`corrected`); if they give
another, the rule is wrong (`differs`). Where there is no derivative, that is said (`undecided`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.certify import Cause, Certified, Unknown, certify
from gradcli.calculus.entries import NoForm
from gradcli.calculus.notes import kink_notes
from gradcli.calculus.results import (
    CLOSE,
    CLOSE_SINGLE,
    WORST_FIRST,
    Array,
    Check,
    Evaluation,
    Method,
    Numbers,
    Place,
    Question,
    Request,
    Values,
    Variables,
    Verdict,
    entry_label,
    worst_of,
)
from gradcli.language.tree import Expr
from gradcli.language.values import frozen, replace

if TYPE_CHECKING:
    from gradcli.calculus.balls.explain import CauseFinder
    from gradcli.calculus.numeric import EvaluateValue

FLOAT_DIGITS: Final = 15
"""Digits beyond which a decimal is made from the certified number itself and not from the float nearest to it."""
MOST_DIGITS: Final = 17
"""Digits beyond which the numbers of a float64 are not enough."""
SHOWN_DIGITS: Final = 6
MENTIONED: Final = 3
"""Entries that a reason mentions."""
VALUE: Final[Variables] = ()
SMALLEST_NORMAL: Final = float(np.finfo(np.float64).smallest_normal)
SMALLEST_SINGLE: Final = float(np.finfo(np.float32).smallest_normal)
"""What is smaller has not all digits of its dtype."""


@frozen
class EntryOutcome:
    """What became of one entry."""

    variables: Variables
    position: Place
    verdict: Verdict
    engine: float
    error: float | None = None
    reason: str | None = None
    cause: Cause | None = None


def check(
    evaluation: Evaluation,
    evaluate_value: EvaluateValue | None = None,
    values: Values | None = None,
    *,
    digits: int | None = None,
) -> Check:
    """Compare what the engine found with certified numbers.

    `evaluate_value` gives the program's value at another point, for finite differences where there is no form.
    `values` gives the engine's value of a sub-expression, to name what sits on a kink where the certified one is not
    known. `digits` are those to be shown: more than 17 are certified, too, and have the engine's rules run in exact
    arithmetic whatever its floats say.
    """
    if evaluation.question.request is Request.DIAGONAL:
        from gradcli.calculus.entry_checks import check_entries

        assert values is not None
        return check_entries(evaluation, values, lambda entry, at: check(entry, at, digits=digits))
    shapes = {variables: np.shape(array) for variables, array in evaluation.derivatives.items()}
    try:
        certified = certify(evaluation.question, shapes, digits or 17)
    except NoForm as absent:
        return _without_form(evaluation, evaluate_value, absent.reason, digits or 0)
    return _Comparison(evaluation, certified, values, digits).check()


def _without_form(evaluation: Evaluation, evaluate_value: EvaluateValue | None, reason: str, digits: int) -> Check:
    """The check where the program has no certified form: by finite differences of its value."""
    of = sum(np.size(array) for array in evaluation.derivatives.values())
    if evaluate_value is None or of == 0:
        return Check(Verdict.SKIPPED, of=of, reason=reason)
    from gradcli.calculus.numeric import check_numerically

    try:
        found = check_numerically(evaluation, evaluate_value)
    except Exception as error:  # the program may fail in any way at another point
        return Check(Verdict.UNDECIDED, Method.NUMERIC, 0, of, reason=f"not defined nearby: {error}")
    if digits <= MOST_DIGITS or found.verdict is not Verdict.AGREES:
        return found
    known = f"finite differences agree to {found.digits} digits, and no more can be certified: {reason}"
    return replace(found, verdict=Verdict.UNDECIDED, reason=known, numbers=None, digits=None)


def as_derivative(found: Check, variables: Variables, value: Array) -> Check:
    """The check of an expression's value as that of a derivative, which the expression is; `value` stands for that of
    what is differentiated."""
    numbers_ = found.numbers
    if numbers_ is not None:
        texts = {(variables, place): text for (_, place), text in numbers_.texts.items()}
        numbers_ = Numbers(value, {variables: numbers_.value}, texts)
    certified = {variables: found.certified[VALUE]} if found.certified else {}
    of = np.size(value if numbers_ is None else numbers_.derivatives[variables])
    entries = 0 if found.verdict in (Verdict.UNDECIDED, Verdict.SKIPPED) else of
    return replace(found, numbers=numbers_, certified=certified, entries=entries, of=of)


def joined(checks: Sequence[Check]) -> Check:
    """The checks of parts of one answer, the first of which has its value, as one: the worst of their verdicts."""
    first = checks[0]
    if len(checks) == 1:
        return first
    worst = worst_of(checks)
    known = [each.numbers for each in checks if each.numbers is not None]
    together = None
    if len(known) == len(checks):
        derivatives = {variables: array for each in known for variables, array in each.derivatives.items()}
        texts = {place: text for each in known for place, text in each.texts.items()}
        together = Numbers(known[0].value, derivatives, texts)
    return Check(
        worst.verdict,
        worst.method,
        sum(each.entries for each in checks),
        sum(each.of for each in checks),
        max([each.max_error for each in checks if each.max_error is not None], default=None),
        worst.reason,
        together,
        {variables: entries for each in checks for variables, entries in each.certified.items()},
        frozenset(place for each in checks for place in each.singular),
        worst.digits,
        certified_value=first.certified_value,
    )


class _Comparison:
    """The comparison of one evaluation, and what several entries ask for, made at most once."""

    def __init__(self, evaluation: Evaluation, certified: Certified, values: Values | None, digits: int | None) -> None:
        self._evaluation, self._certified, self._values, self._digits = evaluation, certified, values, digits
        self._single = evaluation.value.dtype == np.float32
        self._close, self._smallest = (CLOSE_SINGLE, SMALLEST_SINGLE) if self._single else (CLOSE, SMALLEST_NORMAL)
        self._outcomes: list[EntryOutcome] = []
        self._texts: dict[tuple[Variables, Place], str] = {}

    def check(self) -> Check:
        """The verdict on all entries, and the numbers to show."""
        value = self._compared(VALUE, self._certified.value, self._evaluation.value)
        in_value = len(self._outcomes)
        derivatives = {
            variables: self._compared(variables, array, self._evaluation.derivatives[variables])
            for variables, array in self._certified.derivatives.items()
        }
        outcomes = self._outcomes
        verdicts = {each.verdict for each in outcomes}
        verdict = next((each for each in WORST_FIRST if each in verdicts), Verdict.AGREES)
        return Check(
            verdict,
            Method.EXACT_SAMPLED if self._certified.sampled else Method.EXACT,
            sum([each.verdict is not Verdict.UNDECIDED for each in outcomes[in_value:]]),
            sum([array.size for array in self._certified.derivatives.values()]),
            max([each.error for each in outcomes if each.error is not None], default=None),
            None if verdict is Verdict.AGREES else self._reason(verdict, outcomes),
            Numbers(value, derivatives, self._texts),
            self._certified.derivatives or {VALUE: self._certified.value},
            self._certified.singular,
            certified_value=self._certified.value,
        )

    # Entries

    def _compared(self, variables: Variables, certified: Any, engine: Array) -> Array:
        """Compare the entries of an array; the numbers to show in its place."""
        shown = np.array(engine, copy=True)
        if certified.shape != shown.shape:  # the value itself could not be read
            if variables == VALUE:
                reason = self._why(certified[()] if certified.ndim == 0 else Unknown("its shape cannot be told"))
                self._outcomes.append(EntryOutcome(variables, (), Verdict.UNDECIDED, math.nan, reason=reason))
            return shown
        for position in ((),) if not shown.shape else np.ndindex(shown.shape):
            entry = certified[position]
            if entry is None:
                continue
            found = float(shown[position])
            if isinstance(entry, Unknown):
                reason = self._why(entry)
                self._outcomes.append(EntryOutcome(variables, position, Verdict.UNDECIDED, found, reason=reason))
                continue
            number = numbers.nearest_float(entry)
            self._outcomes.append(self._outcome(variables, position, entry, number, found))
            if shown.dtype.kind == "f":
                self._show(shown, variables, position, entry, number)
        return shown

    def _outcome(self, variables: Variables, position: Place, entry: Any, number: float, engine: float) -> EntryOutcome:
        """What became of an entry that is certified; `number` is the float nearest to it."""
        error = _relative(engine, entry, number)
        close = error <= self._close
        if close and not self._wants_exact_run:
            return EntryOutcome(variables, position, Verdict.AGREES, engine, error)
        cause = self._explanation.of(variables, position, entry, engine)
        if cause is Cause.WRONG:
            reason = self._difference(variables, position, entry, engine)
            return EntryOutcome(variables, position, Verdict.DIFFERS, engine, error, reason)
        if close:
            return EntryOutcome(variables, position, Verdict.AGREES, engine, error)
        if cause is Cause.UNKNOWN:
            reason = f"{self._difference(variables, position, entry, engine)}, and nothing tells why"
            return EntryOutcome(variables, position, Verdict.UNDECIDED, engine, error, reason)
        return EntryOutcome(variables, position, Verdict.CORRECTED, engine, error, cause=cause)

    def _show(self, shown: Array, variables: Variables, position: Place, entry: Any, number: float) -> None:
        """Put a certified number in the engine's place, with its decimal where no float of the dtype holds it."""
        if self._single:
            number = numbers.to_single(number)
        shown[position] = number
        digits = self._digits or 0
        if digits > FLOAT_DIGITS or (not self._smallest <= abs(number) < math.inf and not numbers.is_zero(entry)):
            self._texts[variables, position] = numbers.to_text(entry, digits or SHOWN_DIGITS)

    @property
    def _wants_exact_run(self) -> bool:
        return self._digits is not None and self._digits > MOST_DIGITS

    @cached_property
    def _explanation(self) -> CauseFinder:
        from gradcli.calculus.balls.explain import CauseFinder  # most checks need none

        return CauseFinder(self._evaluation, self._certified.singular, self._digits or 17)

    def _difference(self, variables: Variables, position: Place, entry: Any, engine: float) -> str:
        exact = self._explanation.exact_text(variables, position)
        own = f"{engine:.17g}" if exact is None else exact
        label = _label(self._evaluation.question, variables, position)
        return f"{label} is {own} by the engine's rules and {numbers.to_text(entry, 17)} by SymPy's derivatives"

    # Reasons

    def _reason(self, verdict: Verdict, outcomes: Sequence[EntryOutcome]) -> str | None:
        of_verdict = [each for each in outcomes if each.verdict is verdict]
        if verdict is Verdict.CORRECTED:
            return self._why_corrected(of_verdict)
        reasons = dict.fromkeys(each.reason for each in of_verdict if each.reason is not None)
        return None if verdict is Verdict.AGREES else next(iter(reasons), None)

    def _why_corrected(self, outcomes: Sequence[EntryOutcome]) -> str:
        causes = {each.cause for each in outcomes}
        right = _right_digits(max(each.error or 0.0 for each in outcomes))
        question, digits = self._evaluation.question, max(SHOWN_DIGITS, right + 2)
        shown = [
            f"{_label(question, each.variables, each.position)} = {each.engine:.{digits}g}"
            for each in outcomes[:MENTIONED]
        ]
        more = f" and {len(outcomes) - MENTIONED} more" if len(outcomes) > MENTIONED else ""
        has = f"the engine has {', '.join(shown)}{more}"
        if causes == {Cause.CONVENTION}:
            return f"{has}, as torch does, from a branch that is not taken"
        if Cause.SINGULAR in causes:
            if all(math.isfinite(each.engine) for each in outcomes):
                return (
                    f"{has}, by torch's convention where two sides meet; both sides have the derivative that is shown"
                )
            return f"{has}: the chain rule has no value at this point, and the derivative has one"
        loss = "overflows" if all(math.isinf(each.engine) for each in outcomes) else _loss(right)
        return f"{'float32' if self._single else 'float64'} {loss} here ({has}); shown is exact arithmetic"

    def _why(self, entry: Unknown) -> str:
        return self._kinks or entry.reason

    @cached_property
    def _kinks(self) -> str:
        """What the vocabulary's table says of the point, by the certified numbers of the sub-expressions."""
        notes = kink_notes(self._evaluation.question, self._value_of)
        return "; ".join(note.message for note in notes)

    def _value_of(self, expression: Expr) -> Array | None:
        found = self._certified.value_of(expression)
        return self._values(expression) if found is None and self._values is not None else found


def _label(question: Question, variables: Variables, position: Place = ()) -> str:
    """What an entry is called: the value may have a name of its own."""
    return entry_label(variables, position, question.label)


def _relative(engine: float, entry: Any, number: float) -> float:
    """How far a float is from a certified number, relative to that; `number` is the float nearest to it."""
    if SMALLEST_NORMAL <= abs(number) < math.inf:
        return abs(engine - number) / abs(number) if math.isfinite(engine) else math.inf
    if numbers.is_zero(entry):
        return 0.0 if engine == 0 else math.inf
    return numbers.relative_difference(engine, entry) if math.isfinite(engine) else math.inf


def _right_digits(error: float) -> int:
    return int(-math.log10(error)) if 0 < error < 1 else 0


def _loss(right: int) -> str:
    return f"has {right} right digit{'' if right == 1 else 's'}" if right else "loses every digit"
