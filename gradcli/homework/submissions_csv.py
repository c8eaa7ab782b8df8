"""CSV to Submissions, long or wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from gradcli.batch import codes
from gradcli.batch.csv_rows import Row, cell_span, rows
from gradcli.batch.lines import Line
from gradcli.homework.submissions import IGNORED, NO_COLUMN, TWICE, UNUSABLE, Notice, Roster, Submission, UnusableError
from gradcli.language import Diagnostic, Span
from gradcli.language.values import frozen

STUDENT: Final = "student"
QUESTION: Final = "question"
ANSWER: Final = "answer"
EXAMPLE: Final = "begin with student,question,answer or with student and the names of the questions"
QUOTE: Final = 'a cell with a comma in it, such as [1,2], stands in quotes: "[1,2]"'


def csv_submissions(source: Iterable[Line], roster: Roster) -> Iterator[Submission]:
    """The answers of a CSV file. An empty file has none. Raises UnusableError for a header that says nothing."""
    found = rows(source)
    header = next(found, None)
    if header is None:
        return
    columns = _columns(header, roster)
    for row in found:
        if row.fault is not None:
            roster.report(Notice(row.line, row.fault))
        elif columns.question is None:
            yield from _wide(row, columns, roster)
        else:
            yield from _long(row, columns, columns.question, roster)


@frozen
class Columns:
    """Where in a row things stand; `question` is None where each question has a column."""

    count: int
    student: int
    question: int | None
    answers: Mapping[str, int]


def _columns(header: Row, roster: Roster) -> Columns:
    """What the header says. Raises UnusableError."""
    if header.fault is not None:
        raise UnusableError(Notice(header.line, header.fault))
    names = [_name(cell) for cell in header.cells]
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if name in places:
            roster.notice(header.line, codes.BAD_HEADER, f"there are two columns {name!r}; the first one counts", name)
        places.setdefault(name, place)
    if STUDENT not in places:
        raise _unusable(header, "there is no column student")
    if QUESTION in places or ANSWER in places:
        if QUESTION not in places or ANSWER not in places:
            raise _unusable(header, f"there is no column {ANSWER if QUESTION in places else QUESTION}")
        for name in places.keys() - {STUDENT, QUESTION, ANSWER}:
            roster.notice(header.line, IGNORED, f"the column {name!r} is read over", name)
        return Columns(len(names), places[STUDENT], places[QUESTION], {ANSWER: places[ANSWER]})
    answers = {name: places[name] for name in roster.questions if name in places}
    for name in places:
        if name != STUDENT and name not in answers:
            roster.unknown(name, header.line)
    if not answers:
        raise _unusable(header, "no column is a question of the key")
    for name in roster.questions:
        if name not in answers:
            roster.notice(header.line, NO_COLUMN, f"there is no column {name!r}: all its answers are missing", name)
    return Columns(len(names), places[STUDENT], None, answers)


def _name(cell: str) -> str:
    """A column's name; those with a meaning of their own in small letters."""
    name = cell.strip()
    return name.lower() if name.lower() in (STUDENT, QUESTION, ANSWER) else name


def _unusable(header: Row, message: str) -> UnusableError:
    text = header.text
    separator = next((each for each in (";", "\t") if each in text and "," not in text), None)
    help_ = EXAMPLE if separator is None else "the columns are to be separated by commas: save the file so"
    return UnusableError(Notice(header.line, Diagnostic(UNUSABLE, message, Span(0, len(text)), text, help_)))


def _wide(row: Row, columns: Columns, roster: Roster) -> Iterator[Submission]:
    """A student's answers."""
    fault = _ragged(row, columns, roster)
    student = _student(row, columns, roster)
    if student is None:
        return
    if roster.knows(student):
        message = f"{student} is listed a second time; the first row counts"
        roster.notice(row.line, TWICE, message, student)
        return
    for question, place in columns.answers.items():
        answer = row.cells[place] if fault is None and place < len(row.cells) else None
        yield from roster.submit(student, question, answer, row.line, fault)


def _long(row: Row, columns: Columns, question: int, roster: Roster) -> Iterator[Submission]:
    """One answer."""
    fault = _ragged(row, columns, roster)
    student = _student(row, columns, roster)
    if student is None or question >= len(row.cells):
        return
    place = columns.answers[ANSWER]
    answer = row.cells[place] if fault is None and place < len(row.cells) else None
    yield from roster.submit(student, row.cells[question].strip(), answer, row.line, fault)


def _student(row: Row, columns: Columns, roster: Roster) -> str | None:
    return roster.student(row.cells[columns.student] if columns.student < len(row.cells) else "", row.line)


def _ragged(row: Row, columns: Columns, roster: Roster) -> Diagnostic | None:
    """What is wrong with all answers of a row that has too many cells; of one with too few, the rest is missing."""
    if len(row.cells) == columns.count:
        return None
    message = f"the row has {len(row.cells)} cells, and the header {columns.count}"
    span = cell_span(row, min(columns.count, len(row.cells) - 1))
    roster.report(Notice(row.line, Diagnostic(codes.RAGGED_ROW, message, span, row.text, QUOTE)))
    too_many = len(row.cells) > columns.count
    return Diagnostic(codes.RAGGED_ROW, message, Span(0, 0), "", QUOTE) if too_many else None
