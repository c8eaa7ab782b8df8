"""Grading a class: what workers do with answers, and the loop around them.

A worker computes what the answers to a question share once, when the first of them comes. Each answer is judged within
limits of time and memory by processes that can be killed: what one answer does costs that answer only. The records come
in the order of the answers, and are the same for any number of workers.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Executor
from functools import lru_cache, partial
from typing import Final, Protocol

from gradcli.homework.classfile.roster import Submission
from gradcli.homework.judge import Judge
from gradcli.homework.key import Key, read_key
from gradcli.homework.mistakes import Recogniser
from gradcli.homework.records import AnswerOutcome, Judged, in_words, record
from gradcli.homework.results import Judgement, Verdict
from gradcli.language import DiagnosticError
from gradcli.language.values import frozen
from gradcli.streams import lost, runner
from gradcli.streams.formats import Format

REMEMBERED: Final = 2_000
"""Judgements that a worker keeps: classmates often write the same."""


class GradingWork(Protocol):
    """What workers do: a Result for each submission, as `graded` makes them."""

    def __call__(self, submissions: Sequence[Submission], /, key: bytes, form: Format) -> list[Result]:
        """Judge answers by the key in this file, and write records of this format."""
        ...


@frozen
class Result:
    """What came of a Submission; `text` is its finished record."""

    outcome: AnswerOutcome
    points: float
    text: str


@frozen
class AnswerLimits:
    """What an answer may take: seconds, and megabytes."""

    timeout: float
    memory: int


def grade(
    submissions: Iterable[Submission],
    key: bytes,
    form: Format,
    executor: Executor,
    limits: AnswerLimits,
    workers: int = 1,
    work: GradingWork | None = None,
) -> Generator[Result, None, None]:
    """The results of all submissions, in their order, as they come.

    `key` is a readable key's file, `workers` how many the executor has. `work` is what they do, `graded` where None.
    """
    known = read_key(key)
    return runner.run(
        submissions,
        executor,
        partial(work or graded, key=key, form=form),
        lambda submission, error: _lost(submission, error, known, form, limits),
        workers=workers,
        weight=_weight,
    )


def graded(submissions: Sequence[Submission], key: bytes, form: Format) -> list[Result]:
    """Judge answers; one Result for each. This runs in workers."""
    bench = _bench(key)
    return [_result(each, bench.key, bench.judged(each), form) for each in submissions]


class Bench:
    """The judges of a key's questions, each called when it is first needed."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self._recognise = Recogniser()
        self._judge = lru_cache(None)(self._new_judge)
        self._judged = lru_cache(REMEMBERED)(self._judge_text)

    def judged(self, submission: Submission) -> Judged | None:
        """The judgement on an answer, and its words; None where there is no answer.

        Answers that differ in how many spaces stand between their parts are judged once.
        """
        if submission.fault is not None:
            problem = Judgement(Verdict.UNREADABLE, problem=submission.fault)
            return in_words(problem, self.key.questions[submission.question])
        if submission.answer is None:
            return None
        spaced = " ".join(filter(None, submission.answer.split(" ")))
        judged = self._judged(submission.question, spaced)
        if judged.judgement.problem is not None and spaced != submission.answer:  # it is located in what was written
            return self._judged(submission.question, submission.answer)
        return judged

    def _judge_text(self, question: str, answer: str) -> Judged:
        return in_words(self._judgement(question, answer), self.key.questions[question])

    def _judgement(self, question: str, answer: str) -> Judgement:
        judge = self._judge(question)
        if isinstance(judge, str):
            return Judgement(Verdict.UNDECIDED, reason=judge)
        try:
            return judge.judge(answer)
        except MemoryError:  # the limit: the runner finds out which answer met it
            raise
        except Exception as error:  # a bug in judging one answer is not to spoil the others
            return Judgement(Verdict.UNDECIDED, reason=_diagnosis(error, answer, None))

    def _new_judge(self, question: str) -> Judge | str:
        """The judge, or why there can be none."""
        try:
            return Judge(self.key.questions[question], recognise=self._recognise)
        except DiagnosticError as error:
            return f"the question cannot be calculated: {error.diagnostic.message}"


@lru_cache(1)
def _bench(key: bytes) -> Bench:
    return Bench(read_key(key))


def _result(submission: Submission, key: Key, judged: Judged | None, form: Format) -> Result:
    question = key.questions[submission.question]
    outcome = AnswerOutcome.MISSING if judged is None else judged.outcome
    points = question.points if outcome is AnswerOutcome.CORRECT else 0.0
    return Result(outcome, points, record(submission, question, judged, form))


def _lost(submission: Submission, error: BaseException, key: Key, form: Format, limits: AnswerLimits) -> Result:
    """The Result of an answer that did not come back from a worker."""
    reason = _diagnosis(error, submission.answer or "", limits)
    judged = in_words(Judgement(Verdict.UNDECIDED, reason=reason), key.questions[submission.question])
    return _result(submission, key, judged, form)


def _diagnosis(error: BaseException, answer: str, limits: AnswerLimits | None) -> str:
    """What is said of an answer that raised, or ended its worker."""
    timeout, memory = (0.0, None) if limits is None else (limits.timeout, limits.memory)
    return lost.diagnosis(answer, error, timeout, memory).message


def _weight(submission: Submission) -> int:
    """About how many bytes a submission takes."""
    return 300 + len(submission.answer or "")
