"""The judge of one question, to whom an answer comes as a text and from whom it goes as a Judgement.

An answer is read, in further ways too where people read its text differently (`reading`). Each reading is held against
the right answer at sample points (`sampling`): refuted by one of them (`refuting`), or proved (`proof`), or found to
agree. Mistakes that explain a wrong answer are named (`mistakes`), and `wording` says it all. Everything that answers
share is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Final, Generic, TypeAlias, TypeVar

import numpy as np

from gradcli.calculus.evaluate import Failure
from gradcli.homework.mathematics import exact, with_real_roots
from gradcli.homework.proof import Proof, is_identity
from gradcli.homework.question import Question
from gradcli.homework.reading.answers import (
    SHAPE,
    Answer,
    another_shape,
    equal_terms,
    fitted,
    other_answers,
    read_answer,
)
from gradcli.homework.refuting.formulas import ENOUGH, TO_THE_DIGITS, EntryTrial, Finding, not_calculated
from gradcli.homework.refuting.numbers import judge_number
from gradcli.homework.results import Evidence, Judgement, Mistake, Verdict
from gradcli.homework.sampling.evaluation import derivative_at, point_of
from gradcli.homework.sampling.point import PointReference
from gradcli.homework.sampling.reference import Reference
from gradcli.language import DiagnosticError, Expr, walk
from gradcli.language.conventions import Conventions
from gradcli.language.habits import Habit
from gradcli.language.readings import by_habits
from gradcli.language.sentences import Sentence
from gradcli.language.tree import Equation, TensorLiteral
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
            return self._equal_terms(text, latex) or Judgement(Verdict.UNREADABLE, problem=error.diagnostic)
        found = self._in_all_readings(answer)
        notes = tuple(dict.fromkeys(note.message for note in answer.notes))
        return self._with_mistakes(replace(found, remarks=(*found.remarks, *notes)), answer)

    # Read

    def _read(self, text: str, latex: bool | None) -> Answer:
        comma = self.question.decimal_comma
        names, shape = self.question.names, self.reference.shape
        return _as_mathematics(read_answer(text, names, latex=latex, shape=shape, decimal_comma=comma))

    def _equal_terms(self, text: str, latex: bool | None) -> Judgement | None:
        """The judgement on several terms that are said to be equal, if each is right by itself: it is the last one's.

        Of other equations nobody can tell which side is the answer, or whether either is.
        """
        found: Judgement | None = None
        for term in equal_terms(text):
            try:
                found = self._in_all_readings(self._read(term, latex))
            except DiagnosticError:
                return None
            if found.verdict is not Verdict.CORRECT:
                return None
        return None if found is None else replace(found, remarks=(*found.remarks, "each of the equal terms is right"))

    # Readings

    def _in_all_readings(self, answer: Answer) -> Judgement:
        """The judgement on every reading: wrong only where all are."""
        found = self._compared(self.reference, answer)
        if found.verdict is Verdict.CORRECT:
            return self._as_ambiguous(found, answer) if answer.doubts else found
        if found.verdict is not Verdict.WRONG and not _has_another_shape(found):
            return found
        others, unsure = self._other_readings(answer), None
        for other, _ in others:
            again = self._compared(self.reference, other)
            if again.verdict is Verdict.CORRECT and _has_another_shape(found):
                return replace(again, remarks=(*again.remarks, Sentence("read as ", other.reading)))
            if again.verdict is Verdict.CORRECT:
                return self._right_otherwise(found, again)
            unsure = unsure or (again if again.verdict is Verdict.UNDECIDED else None)
        right = self._right_for_another_question(found, answer, others)
        return right or (found if unsure is None else replace(unsure, reading=answer.reading))

    def _other_readings(self, answer: Answer) -> list[tuple[Answer, frozenset[Habit]]]:
        """What an answer's text may also say, and the habits by which people read it so."""
        found = other_answers(answer, self.question.names, self.reference.shape)
        return [(_as_mathematics(other), habits) for other, habits in found]

    def _as_ambiguous(self, found: Judgement, answer: Answer) -> Judgement:
        """The judgement on an answer that is right, and that may as well mean something else."""
        others = (self._compared(self.reference, other) for other, habits in self._other_readings(answer) if not habits)
        wrong = next((each for each in others if each.verdict is not Verdict.CORRECT), None)
        return found if wrong is None else self._right_otherwise(wrong, found)

    def _right_otherwise(self, found: Judgement, again: Judgement) -> Judgement:
        """The judgement on an answer that is right in another reading than the first."""
        first, other = found.reading or "", again.reading or ""
        reason = Sentence("it reads as ", first, ", which is wrong; meant as ", other, " it is right")
        if self.question.kind:
            return replace(again, remarks=(*again.remarks, reason))
        return Judgement(Verdict.UNDECIDED, found.reading, reason=reason, remarks=found.remarks)

    def _right_for_another_question(
        self, found: Judgement, answer: Answer, others: Sequence[tuple[Answer, frozenset[Habit]]]
    ) -> Judgement | None:
        """The judgement on an answer that is right where the question's own text is read in another way, too: the
        readings by the same habits first."""
        for text, reference, habits in self._other_questions:
            mine = [other for other, own in others if own == habits]
            for other in (*mine, answer, *(other for other, _ in others)):
                again = self._compared(reference, other)
                if again.verdict is Verdict.CORRECT:
                    reason = Sentence(
                        *("the function reads as ", self.question.expression, " and the answer as ", answer.reading),
                        *(", which is wrong; meant as ", text, " and ", again.reading or "", " it is right"),
                    )
                    return Judgement(Verdict.UNDECIDED, answer.reading, reason=reason, remarks=found.remarks)
        return None

    @cached_property
    def _other_questions(self) -> list[tuple[Sentence, Reference | PointReference, frozenset[Habit]]]:
        """What the question's own text may also mean."""
        return list(self._questions_read_otherwise())

    def _questions_read_otherwise(self) -> Iterator[tuple[Sentence, Reference | PointReference, frozenset[Habit]]]:
        question = self.question
        conventions = Conventions(decimal_comma=question.decimal_comma)
        for reading in by_habits(question.source, vocabulary(), tuple(question.at), conventions):
            if isinstance(reading.expression, Equation):  # what is asked of it is another expression
                continue
            expression = exact(reading.expression)
            with suppress(DiagnosticError):
                reference = _reference(replace(question, expression=expression))
                if reference.shape == self.reference.shape:
                    yield Sentence(expression), reference, reading.habits

    # Sample, refute, prove

    def _compared(self, reference: Reference | PointReference, answer: Answer) -> Judgement:
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

    # Name the mistake

    def _with_mistakes(self, found: Judgement, answer: Answer) -> Judgement:
        """The judgement with the mistakes named; the verdict stands, whatever becomes of the search for them."""
        is_wrong = found.verdict is Verdict.WRONG or _has_another_shape(found)
        if not is_wrong or self._recognise is None:
            return found
        mistakes = self._mistakes.get(answer.reading)
        try:
            if mistakes is None:
                mistakes = self._recognise(self.question, self.reference, answer)
                self._mistakes.add(answer.reading, mistakes)
            return replace(found, mistakes=mistakes)
        except (DiagnosticError, RecursionError, MemoryError, ArithmeticError, ValueError):
            return replace(found, remarks=(*found.remarks, "no mistake could be looked for in this answer"))


def judge_formula(reference: Reference, answer: Answer, prove: Proof | None) -> Judgement:
    """The judgement on a formula, or on a list of formulas, in one reading. Raises DiagnosticError where it has another
    shape than the question asks, or cannot be calculated."""
    parts = fitted(answer, reference.shape)
    if reference.samples.count <= reference.samples.simple:
        return Judgement(Verdict.UNDECIDED, answer.reading, reason="no point was found where the function is defined")
    if "[" in answer.written.text:
        _check_parts(reference, answer, parts)
    found: list[Finding] = []
    for entry, part in enumerate(parts):
        found.append(_of_entry(reference, entry, part, answer, prove))
        if found[-1].verdict is Verdict.WRONG:
            break
    return _combined(answer, reference.shape, found)


def _of_entry(reference: Reference, entry: int, expression: Expr, answer: Answer, prove: Proof | None) -> Finding:
    """What comes of one entry: refuted, proved, looked at more closely, and proved at any price, in this order."""
    trial = EntryTrial(reference, entry, expression, answer)
    wrong = trial.refuted()
    if wrong is None and is_identity(reference, entry, expression) and (trial.defined or trial.refuted_in_balls()[1]):
        return Finding(Verdict.CORRECT, Evidence.PROVED, trial.defined, remarks=trial.holes())
    agreed = 0
    if wrong is None:
        wrong, agreed = trial.refuted_in_balls()
        wrong = wrong or trial.refuted_elsewhere()
    if wrong is not None and trial.agrees_as_rounded():
        return Finding(Verdict.CORRECT, Evidence.AGREES, ENOUGH, reason=TO_THE_DIGITS)
    if wrong is not None:
        return _with_real_roots(wrong, reference, entry, expression, answer, prove) or wrong
    if agreed < min(ENOUGH, reference.samples.count - reference.samples.simple):
        reason = "there were too few points at which the answer and the derivative could be compared"
        return Finding(Verdict.UNDECIDED, reason=reason)
    tree, names = reference.trees[entry], (*reference.question.names, *answer.extra_names)
    is_proved = prove is not None and tree is not None and prove(tree, expression, names)
    evidence = Evidence.PROVED if is_proved else Evidence.AGREES
    return Finding(Verdict.CORRECT, evidence, agreed, remarks=trial.holes())


def _with_real_roots(
    wrong: Finding, reference: Reference, entry: int, expression: Expr, answer: Answer, prove: Proof | None
) -> Finding | None:
    """The finding for the answer with x^(1/3) as the real root of negative numbers, where that makes it right."""
    if wrong.counterexample is None or wrong.counterexample.given is not None:
        return None
    real = with_real_roots(expression)
    found = None if real == expression else _of_entry(reference, entry, real, answer, prove)
    if found is None or found.verdict is not Verdict.CORRECT:
        return None
    return replace(found, remarks=(*found.remarks, Sentence("roots of negative numbers are read as real ones: ", real)))


def _check_parts(reference: Reference, answer: Answer, parts: Sequence[Expr]) -> None:
    """Raises DiagnosticError where a part is itself a list, as ln([x, y]) is: points are many, and lists slow."""
    point = point_of(reference.samples.points, 0) | {name: np.asarray(1.0) for name in answer.extra_names}
    for part in parts:
        if any(isinstance(node, TensorLiteral) for node in walk(part)):
            try:
                shape = derivative_at(part, point).shape
            except Failure as failure:
                raise not_calculated(failure, answer) from failure
            if shape:
                raise another_shape(answer, (*reference.shape, *shape), reference.shape)


def _combined(answer: Answer, shape: tuple[int, ...], found: Sequence[Finding]) -> Judgement:
    """The judgement on all entries: the worst, or what proves them all, or at how many points they agree."""
    remarks = tuple(dict.fromkeys(remark for each in found for remark in each.remarks))
    for verdict in (Verdict.WRONG, Verdict.UNDECIDED):
        worst = next((each for each in found if each.verdict is verdict), None)
        if worst is None:
            continue
        example = worst.counterexample
        if example is not None and shape:
            place = tuple(int(at) for at in np.unravel_index(len(found) - 1, shape))
            example = replace(example, entry=place)
        return Judgement(worst.verdict, answer.reading, worst.evidence, worst.points, example, worst.reason, remarks)
    proved = all(each.evidence is Evidence.PROVED for each in found)
    evidence = Evidence.PROVED if proved else Evidence.AGREES
    points = min((each.points for each in found), default=0)
    reason = next((each.reason for each in found if each.reason is not None), None)
    if answer.extra_names:
        cancel = (
            "is not in the question, and cancels"
            if len(answer.extra_names) == 1
            else "are not in the question, and cancel"
        )
        remarks += (f"{', '.join(answer.extra_names)} {cancel}",)
    return Judgement(Verdict.CORRECT, answer.reading, evidence, points, reason=reason, remarks=remarks)


def _as_mathematics(answer: Answer) -> Answer:
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
