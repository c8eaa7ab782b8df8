"""Graded answers as records of CSV or JSON Lines, and back.

A record has all that a report needs, so that a summary, a report and a resumed run are made from the results alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from io import StringIO
from typing import Any, BinaryIO, Final

from gradcli.homework.classfile.roster import Submission, printable
from gradcli.homework.question import Question
from gradcli.homework.results import Evidence, Judgement, Verdict
from gradcli.homework.wording import LIKELY, OR, judgement_object, likely_lines, verdict_lines
from gradcli.language.sentences import marked
from gradcli.language.values import frozen, replace
from gradcli.render.objects import SCHEMA, to_json
from gradcli.streams.csv_rows import written
from gradcli.streams.formats import Format

COLUMNS: Final = (
    *("student", "question", "verdict", "points", "of", "evidence", "answer", "reads_as", "explanation", "mistake"),
    "likely",
)
SEPARATOR: Final = "; "
"""Between the mistakes that an answer is consistent with, and between sentences."""
ALTERNATIVE: Final = "; or "
"""Between the mistakes in words."""
EVIDENT: Final = Evidence.PROVED.value
"""What the record says already, as its evidence."""

_STUDENT, _QUESTION, _ANSWER = map(COLUMNS.index, ("student", "question", "answer"))
_FIRST: Final = frozenset("'=+-@\t\r\n")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class AnswerOutcome(Enum):
    """What became of an answer: a verdict, or that there is none."""

    CORRECT = Verdict.CORRECT.value
    WRONG = Verdict.WRONG.value
    UNREADABLE = Verdict.UNREADABLE.value
    UNDECIDED = Verdict.UNDECIDED.value
    MISSING = "missing"


@frozen
class Graded:
    """A graded answer, in words. What does not apply is empty.

    `mistakes` are the rules that a wrong answer is consistent with, `likely` says them in words. In `likely` and in
    `explanation` formulas stand between marks, as `language.sentences` has them.
    """

    student: str
    question: str
    outcome: AnswerOutcome
    points: float
    of: float
    evidence: str = ""
    answer: str = ""
    reads_as: str = ""
    explanation: str = ""
    mistakes: tuple[str, ...] = ()
    likely: str = ""


def header(form: Format) -> bytes:
    """What stands before the first record."""
    return written(COLUMNS).encode() if form is Format.CSV else b""


@frozen
class Judged:
    """A judgement, with what it rests on and the mistakes it names in words: the same for all who write the same.

    `cells` is its row of CSV, but for who gave the answer to which question, and the answer itself.
    """

    judgement: Judgement
    outcome: AnswerOutcome
    explanation: str
    likely: str
    cells: tuple[str, ...]


def in_words(judgement: Judgement, question: Question) -> Judged:
    """The judgement with its words."""
    likely = ALTERNATIVE.join(marked(line.text) for line in likely_lines(judgement, question))
    outcome = AnswerOutcome(judgement.verdict.value)
    bare = Judged(judgement, outcome, _explanation(judgement, question), likely, ())
    return replace(bare, cells=_cells(_shown(_graded(Submission(0, "", "", None), question, bare))))


def record(submission: Submission, question: Question, judged: Judged | None, form: Format) -> str:
    """The record of a judged answer, or of a missing one."""
    if form is Format.CSV and judged is not None:
        return written(_with_answer(judged.cells, submission))
    graded = _graded(submission, question, judged)
    if form is Format.CSV:
        return csv_record(_shown(graded))
    found: dict[str, Any] = {"schema": SCHEMA, "verdict": graded.outcome.value}
    if judged is not None:
        found = judgement_object(judged.judgement, graded.answer)
        if graded.explanation:
            found["explanation"] = graded.explanation
        if graded.mistakes:
            found |= {"mistakes": list(graded.mistakes), "likely": graded.likely}
    whose = {"schema": found.pop("schema"), "student": graded.student, "question": graded.question}
    return to_json({**whose, **found, "points": _plain(graded.points), "of": _plain(graded.of)}) + "\n"


def csv_record(graded: Graded) -> str:
    """The record of a graded answer in CSV."""
    return written(_cells(graded))


def points_text(points: float) -> str:
    """Points without a needless `.0`."""
    return repr(_plain(points))


def read_records(stream: BinaryIO, form: Format) -> Iterator[tuple[int, Graded]]:
    """The graded answers in a file of whole records, each with the byte at which it begins.

    Raises ValueError where the file is none of ours.
    """
    begins = len(header(form))
    if stream.read(begins) != header(form):
        raise ValueError("another header")
    while text := _next_record(stream, form):
        yield begins, _read(text, form)
        begins += len(text)


def read_record(stream: BinaryIO, form: Format, begins: int) -> Graded:
    """The graded answer whose record begins at this byte."""
    stream.seek(begins)
    return _read(_next_record(stream, form), form)


def _next_record(stream: BinaryIO, form: Format) -> bytes:
    """The bytes of the next record, none at the end. A record of CSV goes on over lines while a quote is open."""
    text = stream.readline()
    while form is Format.CSV and text.count(b'"') % 2:
        more = stream.readline()
        if not more:
            raise ValueError("the last record is not whole")
        text += more
    return text


def _graded(submission: Submission, question: Question, judged: Judged | None) -> Graded:
    if judged is None:
        return Graded(submission.student, submission.question, AnswerOutcome.MISSING, 0.0, question.points)
    judgement = judged.judgement
    points = question.points if judgement.verdict is Verdict.CORRECT else 0.0
    evidence = "" if judgement.evidence is None else judgement.evidence.value
    texts = evidence, submission.answer or "", judgement.reading or "", judged.explanation
    rules = tuple(mistake.rule for mistake in judgement.mistakes)
    return Graded(
        submission.student, submission.question, judged.outcome, points, question.points, *texts, rules, judged.likely
    )


def _shown(graded: Graded) -> Graded:
    """The graded answer without what would control a terminal that shows it; JSON has escapes for that."""
    return replace(
        graded,
        answer=_printable_lines(graded.answer),
        reads_as=printable(graded.reads_as),
        explanation=_printable_lines(graded.explanation),
    )


def _printable_lines(text: str) -> str:
    return text if text.isprintable() else "\n".join(map(printable, text.splitlines()))


def _explanation(judgement: Judgement, question: Question) -> str:
    """What the verdict rests on, in words, and what is to be mentioned beside it."""
    if judgement.problem is not None:
        return judgement.problem.message
    main, *others = verdict_lines(judgement, question)
    said = [f"{line.label} {marked(line.text)}" for line in others if line.label not in (LIKELY, OR)]
    if main.text and main.text != EVIDENT:
        said.insert(0, marked(main.text))
    return SEPARATOR.join([*said, *map(marked, judgement.remarks)])


def _read(data: bytes, form: Format) -> Graded:
    """A record, read back."""
    text = data.decode("utf-8")
    if form is Format.CSV:
        import csv

        cells = [_restored(cell) for cell in next(csv.reader(StringIO(text, newline="")))]
        fields: dict[str, str] = dict(zip(COLUMNS, cells, strict=True))
        mistakes = tuple(filter(None, fields["mistake"].split(SEPARATOR)))
    else:
        content = json.loads(text)
        fields = {name: str(content.get(name, "")) for name in COLUMNS}
        mistakes = tuple(content.get("mistakes", ()))
    student, question, outcome, points, of, evidence, answer, reads_as, explanation, _, likely = fields.values()
    numbers = float(points), float(of)
    return Graded(
        student, question, AnswerOutcome(outcome), *numbers, evidence, answer, reads_as, explanation, mistakes, likely
    )


def _plain(points: float) -> float | int:
    return int(points) if float(points).is_integer() else points


def _cells(graded: Graded) -> tuple[str, ...]:
    """What stands below COLUMNS."""
    points = points_text(graded.points), points_text(graded.of)
    texts = graded.evidence, graded.answer, graded.reads_as, graded.explanation, SEPARATOR.join(graded.mistakes)
    cells = (graded.student, graded.question, graded.outcome.value, *points, *texts, graded.likely)
    return tuple(map(_harmless, cells))


def _with_answer(cells: Sequence[str], submission: Submission) -> list[str]:
    """The cells of a judgement with whose answer it is about, and the answer."""
    filled = list(cells)
    filled[_STUDENT], filled[_QUESTION] = _harmless(submission.student), _harmless(submission.question)
    filled[_ANSWER] = _harmless(_printable_lines(submission.answer or ""))
    return filled


def _harmless(cell: str) -> str:
    """The cell, with an apostrophe before it where a spreadsheet would run it as a formula; numbers stay numbers.

    A cell that looks so already gets another one, so that `_restored` is certain.
    """
    if cell[:1] not in _FIRST or not _FORMULA.match(cell) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


def _restored(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
