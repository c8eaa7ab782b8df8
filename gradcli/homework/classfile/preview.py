"""How a class's file is understood, as a text to look at before it is graded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final

from gradcli.homework.submissions import Submission, Understood, printable

STUDENTS: Final = 3
"""How many students are shown with their answers."""
WIDTH: Final = 60
"""The characters of an answer, or of a list of headings, that are shown."""


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
