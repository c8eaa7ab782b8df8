"""What students handed in: a class's file to Submissions, lazily, whatever is in it; and a preview of how it is read.

CSV, XLSX and ODS are of our own shape, long (columns `student`, `question` and `answer`) or wide (`student`, then a
column for each question), or of a shape that the key describes or a platform writes (see `classfile`). A line of JSON
is an object of either kind. Each student has one answer to each question: the first one that is there counts, and
where there is none, the Submission says so. Whatever else is odd is a Notice, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import BinaryIO, Final

from gradcli.homework.classfile.jsonl import understood_jsonl
from gradcli.homework.classfile.numbas import is_dump
from gradcli.homework.classfile.plan import Plan
from gradcli.homework.classfile.roster import NOBODY, Notice, Roster, Submission, Understood, UnusableError, printable
from gradcli.homework.classfile.rows import understood_rows
from gradcli.homework.classfile.tables import decodable, is_sheet
from gradcli.language.values import replace
from gradcli.streams.encodings import UTF8
from gradcli.streams.formats import Format
from gradcli.streams.lines import lines

STUDENTS: Final = 3
"""How many students are shown with their answers."""
WIDTH: Final = 60
"""The characters of an answer, or of a list of headings, that are shown."""


def read_submissions(
    stream: BinaryIO,
    form: Format,
    plan: Plan,
    report: Callable[[Notice], None],
    count: Callable[[int], None] = lambda size: None,
    encoding: str = UTF8,
) -> Iterator[Submission]:
    """The answers in a stream to the questions of a plan.

    `report` is told what is odd, `count` how many bytes are read. `encoding` is as `lines` takes it. Memory grows with
    the number of students, not of answers: a name and a bit for each question; with all answers where a later attempt
    counts, and of XLSX and ODS. Raises UnusableError, also where bytes are no text, since two names may differ in them
    alone, and where there is nobody to grade.
    """
    yield from understood(stream, form, plan, report, count, encoding).submissions


def understood(
    stream: BinaryIO,
    form: Format,
    plan: Plan,
    report: Callable[[Notice], None],
    count: Callable[[int], None] = lambda size: None,
    encoding: str = UTF8,
) -> Understood:
    """How a stream is understood, and its answers, as `read_submissions` has them. Raises UnusableError."""
    roster = Roster(plan, report)
    if form is Format.JSONL and not is_dump(stream):
        found = understood_jsonl(stream, roster, count, encoding)
    else:
        found = understood_rows(stream, roster, count, encoding)
    return replace(found, submissions=_whole(found.submissions, roster))


def _whole(found: Iterable[Submission], roster: Roster) -> Iterator[Submission]:
    """The submissions, and those that nobody gave. Raises UnusableError where there is nobody."""
    yield from found
    yield from roster.missing()
    if not roster.answered:
        message = "there is nobody to grade: no row names a student and answers a question of the key"
        raise UnusableError.about(NOBODY, message, "is this the file of answers?")


def check_encoding(stream: BinaryIO, encoding: str) -> None:
    """Read a stream to its end. Raises UnusableError where its bytes are no text in this encoding.

    XLSX and ODS say themselves what they are in.
    """
    if not is_sheet(stream):
        for _ in decodable(lines(stream, encoding=encoding)):
            pass


def preview_text(name: str, found: Understood, questions: Sequence[str]) -> str:
    """What the file is, which column is what, and the first answers as they are read. Raises UnusableError.

    `questions` are those of the key.
    """
    places = {question: place for place, question in enumerate(questions)}
    answers = sorted(found.submissions, key=lambda each: places[each.question])
    students = dict.fromkeys(each.student for each in sorted(answers, key=attrgetter("number")))
    rows = [("file", printable(name)), ("read as", "; ".join(found.how))]
    rows += [("platform", found.platform)] * bool(found.platform)
    rows += found.columns
    rows += [("read over", _cut(", ".join(found.unread)))] * bool(found.unread)
    rows += [("attempts", found.attempts)] * bool(found.attempts)
    given = sum(each.answer is not None for each in answers)
    counts = f"{len(students):,}, with {given:,} answers to {len(questions):,} questions"
    rows.append(("students", counts))
    width = max(len(label) for label, _ in rows)
    lines = [f"{printable(label).ljust(width)}  {printable(text)}" for label, text in rows]
    return "\n".join([*lines, "", *_first(answers, list(students)[:STUDENTS])]) + "\n"


def _first(answers: list[Submission], students: list[str]) -> Iterator[str]:
    """The answers of these students."""
    shown = sorted(
        (each for each in answers if each.student in students), key=lambda each: students.index(each.student)
    )
    width = max((len(each.question) for each in shown), default=0)
    for student, group in groupby(shown, key=attrgetter("student")):
        yield printable(student)
        for each in group:
            fault = "" if each.fault is None else f"  ({each.fault.message})"
            yield f"  {printable(each.question).ljust(width)}  {_answer(each)}{fault}"


def _answer(each: Submission) -> str:
    return "missing" if each.answer is None else printable(_cut(" ".join(each.answer.split())))


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
