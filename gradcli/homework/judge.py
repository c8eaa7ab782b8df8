"""The judge of one question: everything that answers share is computed once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeAlias, TypeVar

from gradcli.homework.ambiguity import other_readings
from gradcli.homework.answers import Answer, read_answer
from gradcli.homework.formulas import Proof, judge_formula
from gradcli.homework.mathematics import exact
from gradcli.homework.numeric import PointReference, judge_number
from gradcli.homework.question import Question
from gradcli.homework.reference import Reference
from gradcli.homework.results import Judgement, Mistake, Verdict
from gradcli.language import DiagnosticError, to_text
from gradcli.language.values import replace

T = TypeVar("T")
REMEMBERED: Final = 500
"""Answers of which a judge remembers what came of them: many that are written differently read the same."""
Recognise: TypeAlias = Callable[[Question, "Reference | PointReference", Answer], tuple[Mistake, ...]]
"""Names the typical mistakes that explain a wrong answer."""


class Judge:
    """Judges the answers to one question.

    `prove` is the expensive proof, for answers that agree at all points and are proved by no cheap means; without it
    they are called `agrees`. `recognise` names the mistakes in wrong answers. Raises DiagnosticError where the
    question itself cannot be calculated.
    """

    def __init__(self, question: Question, *, prove: Proof | None = None, recognise: Recognise | None = None) -> None:
        self.question = question
        self.reference: Reference | PointReference = PointReference(question) if question.at else Reference(question)
        self._prove, self._recognise = prove, recognise
        self._found: _Recent[Judgement] = _Recent(REMEMBERED)
        self._mistakes: _Recent[tuple[Mistake, ...]] = _Recent(REMEMBERED)

    def judge(self, text: str, *, latex: bool | None = None) -> Judgement:
        """The verdict on an answer. Never raises for anything that an answer may say."""
        latex = self.question.latex if latex is None else latex
        try:
            answer = read_answer(text, self.question.names, latex=latex)
        except DiagnosticError as error:
            return Judgement(Verdict.UNREADABLE, problem=error.diagnostic)
        try:
            answer = replace(answer, expression=exact(answer.expression))
            found = self._judged(answer)
        except DiagnosticError as error:
            return Judgement(Verdict.UNREADABLE, answer.reading, problem=error.diagnostic)
        except (RecursionError, MemoryError) as error:
            reason = "too deep" if isinstance(error, RecursionError) else "too large"
            return Judgement(Verdict.UNDECIDED, answer.reading, reason=f"the answer is {reason} to be calculated")
        notes = tuple(note.message for note in answer.notes)
        found = replace(found, remarks=(*found.remarks, *notes))
        if found.verdict is Verdict.WRONG and self._recognise is not None:
            found = self._explained(found, answer)
        return found

    def _explained(self, found: Judgement, answer: Answer) -> Judgement:
        """The judgement with the mistakes named; the verdict stands, whatever becomes of the search for them."""
        assert self._recognise is not None
        mistakes = self._mistakes.get(answer.reading)
        try:
            if mistakes is None:
                mistakes = self._recognise(self.question, self.reference, answer)
                self._mistakes.add(answer.reading, mistakes)
            return replace(found, mistakes=mistakes)
        except (DiagnosticError, RecursionError, MemoryError, ArithmeticError, ValueError):
            return replace(found, remarks=(*found.remarks, "no mistake could be looked for in this answer"))

    def _judged(self, answer: Answer) -> Judgement:
        found = self._judged_as_read(answer)
        if found.verdict is not Verdict.WRONG:
            return found
        for other in other_readings(answer.expression, answer.plain):
            again = self._judged_as_read(replace(answer, expression=other, reading=to_text(other)))
            if again.verdict is Verdict.CORRECT:
                reason = f"it reads as {answer.reading}, which is wrong; meant as {again.reading} it is right"
                return Judgement(Verdict.UNDECIDED, answer.reading, reason=reason, remarks=found.remarks)
        return found

    def _judged_as_read(self, answer: Answer) -> Judgement:
        found = self._found.get(answer.reading)
        if found is None:
            if isinstance(self.reference, PointReference):
                found = judge_number(self.reference, answer)
            else:
                found = judge_formula(self.reference, answer, self._prove)
            if found.problem is None:  # a problem is located in what was written
                self._found.add(answer.reading, found)
        return found


class _Recent(Generic[T]):
    """Values by texts; those that were asked for last, up to a number of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[str, T] = {}

    def get(self, text: str) -> T | None:
        """The value, None where it is not known, or no longer."""
        found = self._known.pop(text, None)
        if found is not None:
            self._known[text] = found
        return found

    def add(self, text: str, value: T) -> None:
        """Remember a value in the place of the one that was not asked for for the longest time."""
        if len(self._known) >= self._most:
            del self._known[next(iter(self._known))]
        self._known[text] = value
