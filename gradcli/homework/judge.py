"""The judge of one question: everything that answers share is computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final, Generic, TypeAlias, TypeVar

from gradcli.homework.answers import SHAPE, Answer, other_answers, read_answer
from gradcli.homework.formulas import Proof, judge_formula
from gradcli.homework.interpretation import equal_terms
from gradcli.homework.mathematics import exact
from gradcli.homework.numeric import PointReference, judge_number
from gradcli.homework.question import Question
from gradcli.homework.reference import Reference
from gradcli.homework.results import Judgement, Mistake, Verdict
from gradcli.language import DiagnosticError
from gradcli.language.conventions import Conventions
from gradcli.language.habits import Habit
from gradcli.language.readings import by_habits
from gradcli.language.sentences import Sentence
from gradcli.language.tree import Equation
from gradcli.language.values import replace
from gradcli.operations import vocabulary

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
        self.reference = _reference(question)
        self._prove, self._recognise = prove, recognise
        self._found: _Recent[Judgement] = _Recent(REMEMBERED)
        self._mistakes: _Recent[tuple[Mistake, ...]] = _Recent(REMEMBERED)

    def judge(self, text: str, *, latex: bool | None = None) -> Judgement:
        """The verdict on an answer. Never raises for anything that an answer may say."""
        latex = self.question.latex if latex is None else latex
        try:
            answer = self._read(text, latex)
        except DiagnosticError as error:
            return self._all_right(text, latex) or Judgement(Verdict.UNREADABLE, problem=error.diagnostic)
        found = self._judged(answer)
        notes = tuple(dict.fromkeys(note.message for note in answer.notes))
        found = replace(found, remarks=(*found.remarks, *notes))
        has_shape = found.problem is None or _has_another_shape(found)
        if found.verdict in (Verdict.WRONG, Verdict.UNREADABLE) and has_shape and self._recognise is not None:
            found = self._explained(found, answer)
        return found

    def _read(self, text: str, latex: bool | None) -> Answer:
        comma = self.question.decimal_comma
        names, shape = self.question.names, self.reference.shape
        return as_mathematics(read_answer(text, names, latex=latex, shape=shape, decimal_comma=comma))

    def _all_right(self, text: str, latex: bool | None) -> Judgement | None:
        """The judgement on several terms that are said to be equal, if each is right by itself: it is the last one's.

        Of other equations nobody can tell which side is the answer, or whether either is.
        """
        found: Judgement | None = None
        for term in equal_terms(text):
            try:
                found = self._judged(self._read(term, latex))
            except DiagnosticError:
                return None
            if found.verdict is not Verdict.CORRECT:
                return None
        return None if found is None else replace(found, remarks=(*found.remarks, "each of the equal terms is right"))

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
        """The judgement on every reading: wrong only where all are."""
        found = self._as_read(self.reference, answer)
        if answer.doubts and found.verdict is Verdict.CORRECT:
            return self._doubted(found, answer)
        if found.verdict is not Verdict.WRONG and not _has_another_shape(found):
            return found
        unsure = None
        others = list(other_answers(answer, self.question.names, self.reference.shape))
        for other, _ in others:
            again = self._as_read(self.reference, as_mathematics(other))
            if again.verdict is Verdict.CORRECT and _has_another_shape(found):
                return replace(again, remarks=(*again.remarks, Sentence("read as ", other.reading)))
            if again.verdict is Verdict.CORRECT:
                return self._right_otherwise(found, again)
            unsure = unsure or (again if again.verdict is Verdict.UNDECIDED else None)
        for text, reference, habits in self._other_questions:
            mine = [other for other, own in others if own == habits]
            for other in (*mine, answer, *(other for other, _ in others)):
                again = self._as_read(reference, as_mathematics(other))
                if again.verdict is Verdict.CORRECT:
                    reason = Sentence(
                        *("the function reads as ", self.question.expression, " and the answer as ", answer.reading),
                        *(", which is wrong; meant as ", text, " and ", again.reading or "", " it is right"),
                    )
                    return Judgement(Verdict.UNDECIDED, answer.reading, reason=reason, remarks=found.remarks)
        return found if unsure is None else replace(unsure, reading=answer.reading)

    def _doubted(self, found: Judgement, answer: Answer) -> Judgement:
        """The judgement on an answer that is right, and that may as well mean something else."""
        for other, habits in other_answers(answer, self.question.names, self.reference.shape):
            if not habits:
                again = self._as_read(self.reference, as_mathematics(other))
                if again.verdict is not Verdict.CORRECT:
                    return self._right_otherwise(again, found)
        return found

    def _right_otherwise(self, found: Judgement, again: Judgement) -> Judgement:
        """The judgement on an answer that is right in another reading than the first."""
        first, other = found.reading or "", again.reading or ""
        reason = Sentence("it reads as ", first, ", which is wrong; meant as ", other, " it is right")
        if self.question.kind:
            return replace(again, remarks=(*again.remarks, reason))
        return Judgement(Verdict.UNDECIDED, found.reading, reason=reason, remarks=found.remarks)

    @cached_property
    def _other_questions(self) -> list[tuple[Sentence, Reference | PointReference, frozenset[Habit]]]:
        """What the question's own text may also mean."""
        return list(self._read_otherwise())

    def _read_otherwise(self) -> Iterator[tuple[Sentence, Reference | PointReference, frozenset[Habit]]]:
        question = self.question
        conventions = Conventions(decimal_comma=question.decimal_comma)
        for reading in by_habits(question.source, vocabulary(), tuple(question.at), conventions):
            if isinstance(reading.expression, Equation):  # what is asked of it is another expression
                continue
            expression = exact(reading.expression)
            text = Sentence(expression)
            try:
                reference = _reference(replace(question, expression=expression))
            except DiagnosticError:
                continue
            if reference.shape == self.reference.shape:
                yield text, reference, reading.habits

    def _as_read(self, reference: Reference | PointReference, answer: Answer) -> Judgement:
        """The judgement on one reading of an answer, against one of the question."""
        own = reference is self.reference
        found = self._found.get(answer.reading) if own else None
        if found is None:
            found = self._decided(reference, answer)
            if found.problem is None and own:  # a problem is located in what was written
                self._found.add(answer.reading, found)
        return found

    def _decided(self, reference: Reference | PointReference, answer: Answer) -> Judgement:
        try:
            if isinstance(reference, PointReference):
                return judge_number(reference, answer)
            return judge_formula(reference, answer, self._prove)
        except DiagnosticError as error:
            return Judgement(Verdict.UNREADABLE, answer.reading, problem=error.diagnostic)
        except (RecursionError, MemoryError) as error:
            reason = "too deep" if isinstance(error, RecursionError) else "too large"
            return Judgement(Verdict.UNDECIDED, answer.reading, reason=f"the answer is {reason} to be calculated")


def as_mathematics(answer: Answer) -> Answer:
    """An answer as mathematics has it."""
    return replace(answer, expression=exact(answer.expression))


def _has_another_shape(found: Judgement) -> bool:
    return found.problem is not None and found.problem.code == SHAPE


def _reference(question: Question) -> Reference | PointReference:
    return PointReference(question) if question.at else Reference(question)


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
