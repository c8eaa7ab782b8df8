"""The check: the engine's numbers against certified ones.

The certified number is a ball that contains the true value, by SymPy's derivatives of the operations and the chain rule
(`calculus.balls`). Where the engine's float is not it, the engine's own rules run once more, on balls: if they give the
certified number, then the rule is right, and rounding, overflow or underflow took it (`corrected`); if they give
another, the rule is wrong (`differs`). Where there is no derivative, that is said (`undecided`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.certify import Certified, Unknown, certify, formula_value
from gradcli.calculus.balls.explain import Cause, Explanation
from gradcli.calculus.entries import NoForm
from gradcli.calculus.labels import entry_label
from gradcli.calculus.notes import kink_notes
from gradcli.calculus.numeric import EvaluateValue, check_numerically
from gradcli.calculus.results import (
    Array,
    Check,
    Evaluation,
    Formulas,
    Method,
    Numbers,
    Place,
    Question,
    Values,
    Variables,
    Verdict,
)
from gradcli.language.tree import Expr
from gradcli.language.values import frozen, replace

CLOSE: Final = 1e-9
"""The difference of a float64 from the certified number, relative to that, which is not spoken of."""
CLOSE_SINGLE: Final = 1e-4
"""The same of a float32."""
FLOAT_DIGITS: Final = 15
"""Digits beyond which a decimal is made from the certified number itself and not from the float nearest to it."""
SHOWN_DIGITS: Final = 6
MENTIONED: Final = 3
"""Entries that a reason mentions."""
VALUE: Final[Variables] = ()


@frozen
class Outcome:
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
    shapes = {variables: np.shape(array) for variables, array in evaluation.derivatives.items()}
    try:
        certified = certify(evaluation.question, shapes, digits or 17)
    except NoForm as absent:
        return _without_form(evaluation, evaluate_value, absent.reason)
    return _Comparison(evaluation, certified, values, digits).check()


def _without_form(evaluation: Evaluation, evaluate_value: EvaluateValue | None, reason: str) -> Check:
    """The check where the program has no certified form: by finite differences of its value."""
    of = sum(np.size(array) for array in evaluation.derivatives.values())
    if evaluate_value is None or of == 0:
        return Check(Verdict.SKIPPED, of=of, reason=reason)
    try:
        return check_numerically(evaluation, evaluate_value)
    except Exception as error:  # the program may fail in any way at another point
        return Check(Verdict.UNDECIDED, Method.NUMERIC, 0, of, reason=f"not defined nearby: {error}")


def with_formulas(found: Check, formulas: Formulas, question: Question) -> Check:
    """The check, which differs where SymPy's formula of the whole gives another number than the operations' formulas
    joined."""
    for variables, text in formulas.derivatives.items() if found.certified else ():
        shown = found.certified[variables][()]
        number = None if isinstance(shown, Unknown) else formula_value(text, question)
        if number is not None and not numbers.overlap(number, shown):
            reason = (
                f"{entry_label(variables, ())} is {numbers.to_text(shown, 17)} by the operations' derivatives, and"
                f" {numbers.to_text(number, 17)} by the formula of the whole"
            )
            return replace(found, verdict=Verdict.DIFFERS, reason=reason)
    return found


class _Comparison:
    """The comparison of one evaluation, and what several entries ask for, made at most once."""

    def __init__(self, evaluation: Evaluation, certified: Certified, values: Values | None, digits: int | None) -> None:
        self._evaluation, self._certified, self._values, self._digits = evaluation, certified, values, digits
        self._single = evaluation.value.dtype == np.float32
        self._close = CLOSE_SINGLE if self._single else CLOSE
        self._texts: dict[tuple[Variables, Place], str] = {}

    def check(self) -> Check:
        derivatives = [
            outcome
            for variables, array in self._certified.derivatives.items()
            for outcome in self._compared(variables, array, self._evaluation.derivatives[variables])
        ]
        value = list(self._compared(VALUE, self._certified.value, self._evaluation.value))
        outcomes = [*value, *derivatives]
        of = sum(np.size(array) for array in self._evaluation.derivatives.values())
        decided = [each for each in derivatives if each.verdict is not Verdict.UNDECIDED]
        errors = [each.error for each in outcomes if each.error is not None]
        verdict = next(
            (
                each
                for each in (Verdict.DIFFERS, Verdict.UNDECIDED, Verdict.CORRECTED)
                if any(outcome.verdict is each for outcome in outcomes)
            ),
            Verdict.AGREES,
        )
        return Check(
            verdict,
            Method.EXACT_SAMPLED if self._certified.sampled else Method.EXACT,
            len(decided),
            of,
            max(errors, default=None),
            self._reason(verdict, outcomes),
            self._numbers(),
            self._certified.derivatives,
        )

    # Entries

    def _compared(self, variables: Variables, certified: Any, engine: Array) -> Iterator[Outcome]:
        floats = np.asarray(engine, np.float64)
        if certified.shape != floats.shape:  # the value itself could not be read
            if variables == VALUE:
                entry = certified[()]
                yield Outcome(variables, (), Verdict.UNDECIDED, math.nan, reason=self._why(entry))
            return
        for position in np.ndindex(floats.shape):
            entry = certified[position]
            if entry is not None:
                yield self._outcome(variables, position, entry, float(floats[position]))

    def _outcome(self, variables: Variables, position: Place, entry: Any, engine: float) -> Outcome:
        if isinstance(entry, Unknown):
            return Outcome(variables, position, Verdict.UNDECIDED, engine, reason=self._why(entry))
        error = _relative(engine, entry)
        if error <= self._close and not self._wants_exact_run:
            return Outcome(variables, position, Verdict.AGREES, engine, error)
        cause = self._explanation.of(variables, position, entry, engine)
        if cause is Cause.WRONG:
            reason = self._difference(variables, position, entry, engine)
            return Outcome(variables, position, Verdict.DIFFERS, engine, error, reason)
        if error <= self._close:
            return Outcome(variables, position, Verdict.AGREES, engine, error)
        if cause is Cause.UNKNOWN:
            reason = f"{self._difference(variables, position, entry, engine)}, and nothing tells why"
            return Outcome(variables, position, Verdict.UNDECIDED, engine, error, reason)
        return Outcome(variables, position, Verdict.CORRECTED, engine, error, cause=cause)

    @property
    def _wants_exact_run(self) -> bool:
        return self._digits is not None and self._digits > 17

    @cached_property
    def _explanation(self) -> Explanation:
        return Explanation(self._evaluation, self._digits or 17)

    def _difference(self, variables: Variables, position: Place, entry: Any, engine: float) -> str:
        exact = self._explanation.exact_text(variables, position)
        own = f"{engine:.17g}" if exact is None else exact
        label = entry_label(variables, position)
        return f"{label} is {own} by the engine's rules and {numbers.to_text(entry, 17)} by SymPy's derivatives"

    # Reasons

    def _reason(self, verdict: Verdict, outcomes: Sequence[Outcome]) -> str | None:
        of_verdict = [each for each in outcomes if each.verdict is verdict]
        if verdict is Verdict.CORRECTED:
            return self._why_corrected(of_verdict)
        reasons = dict.fromkeys(each.reason for each in of_verdict if each.reason is not None)
        return None if verdict is Verdict.AGREES else next(iter(reasons), None)

    def _why_corrected(self, outcomes: Sequence[Outcome]) -> str:
        causes = {each.cause for each in outcomes}
        shown = [f"{entry_label(each.variables, each.position)} = {each.engine:.6g}" for each in outcomes[:MENTIONED]]
        more = f" and {len(outcomes) - MENTIONED} more" if len(outcomes) > MENTIONED else ""
        has = f"the engine has {', '.join(shown)}{more}"
        if causes == {Cause.CONVENTION}:
            return f"{has}, as torch does, from a branch that is not taken"
        if Cause.SINGULAR in causes:
            return f"{has}: the chain rule has no value at this point, and the derivative has one"
        lost = max(each.error or 0.0 for each in outcomes)
        return f"{'float32' if self._single else 'float64'} {_loses(lost)} here ({has}); shown is exact arithmetic"

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

    # Numbers

    def _numbers(self) -> Numbers:
        """The numbers to show: the certified ones where there are some."""
        evaluation, certified = self._evaluation, self._certified
        value = self._shown(VALUE, certified.value, evaluation.value)
        derivatives = {
            variables: self._shown(variables, certified.derivatives[variables], array)
            for variables, array in evaluation.derivatives.items()
        }
        return Numbers(value, derivatives, self._texts)

    def _shown(self, variables: Variables, certified: Any, engine: Array) -> Array:
        array = np.array(engine, copy=True)
        if certified.shape != array.shape or not np.issubdtype(array.dtype, np.floating):
            return array
        for position in np.ndindex(array.shape):
            entry = certified[position]
            if entry is None or isinstance(entry, Unknown):
                continue
            array[position] = number = numbers.nearest_float(entry, self._single)
            digits = self._digits or 0
            if digits > FLOAT_DIGITS or not _is_held(number, entry, array.dtype):
                self._texts[variables, position] = numbers.to_text(entry, digits or SHOWN_DIGITS)
        return array


def _is_held(number: float, entry: Any, dtype: np.dtype[Any]) -> bool:
    """Whether a float is the certified number but for rounding: neither infinite, nor too small to have all digits."""
    return math.isfinite(number) and (abs(number) >= float(np.finfo(dtype).smallest_normal) or numbers.is_zero(entry))


def _relative(engine: float, entry: Any) -> float:
    """How far a float is from the certified number, relative to that."""
    if numbers.is_zero(entry):
        return 0.0 if engine == 0 else math.inf
    if not math.isfinite(engine):
        return math.inf
    certified = numbers.nearest_float(entry)
    if math.isfinite(certified) and abs(certified) >= float(np.finfo(np.float64).smallest_normal):
        return abs(engine - certified) / abs(certified)
    return numbers.relative_difference(engine, entry)


def _loses(error: float) -> str:
    digits = int(-math.log10(error)) if 0 < error < 1 else 0
    return "loses every digit" if digits < 1 else f"has {digits} right digit{'' if digits == 1 else 's'}"
