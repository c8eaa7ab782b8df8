"""JSON Lines to Submissions: `{"student": "ada", "question": "q1", "answer": "2x"}`, or several answers at once, as in
`{"student": "ada", "q1": "2x", "q2": "93"}`.

An answer is a text, a number, or nested lists of numbers; null and a blank text are none. Blank lines are read over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from gradcli.batch import codes
from gradcli.batch.lines import Line
from gradcli.homework.submissions import NO_STUDENT, Notice, Roster, Submission
from gradcli.homework.submissions_csv import ANSWER, QUESTION, STUDENT
from gradcli.language import Diagnostic, Span

EXAMPLE: Final = 'write {"student": "ada", "question": "q1", "answer": "2x"}'


def jsonl_submissions(source: Iterable[Line], roster: Roster) -> Iterator[Submission]:
    """The answers of a JSON Lines file."""
    for line in source:
        if line.fault is not None:
            roster.report(Notice(line.number, line.fault))
            continue
        if not line.text.strip():
            continue
        try:
            content = json.loads(line.text, object_pairs_hook=_Pairs)
        except (ValueError, RecursionError) as error:
            roster.report(Notice(line.number, _bad_json(error, line.text)))
            continue
        if isinstance(content, _Pairs):
            yield from _answers(content, line, roster)
        else:
            roster.notice(line.number, codes.BAD_JSON, "there is no JSON object on the line", line.text, EXAMPLE)


class _Pairs(list[tuple[str, Any]]):
    """The fields of an object in their order, those that are there twice included."""


def _answers(pairs: _Pairs, line: Line, roster: Roster) -> Iterator[Submission]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            roster.notice(line.number, codes.BAD_FIELD, f"{name[:40]!r} is there twice; the first one counts", name)
        fields.setdefault(name, value)
    written = fields.pop(STUDENT, None)
    if not _is_scalar(written):
        roster.notice(line.number, NO_STUDENT, "nobody is named, so the line is not graded", line.text, EXAMPLE)
        return
    student = roster.student(str(written), line.number)
    if student is None:
        return
    if QUESTION in fields or ANSWER in fields:
        question = fields.pop(QUESTION, None)
        given = {str(question): fields.pop(ANSWER, None)} if _is_scalar(question) else {}
        if not given:
            roster.notice(line.number, codes.BAD_FIELD, "no question is named", line.text, EXAMPLE)
        for name in fields:
            roster.notice(line.number, codes.UNKNOWN_FIELD, f"the field {name[:40]!r} is read over", name)
    else:
        given = fields
    for question, value in given.items():
        answer, fault = _text(value)
        yield from roster.submit(student, question.strip(), answer, line.number, fault)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _text(value: Any) -> tuple[str | None, Diagnostic | None]:
    """An answer as a text, and what is wrong with it."""
    if value is None or isinstance(value, str):
        return value, None
    text = json.dumps(value)
    if isinstance(value, (bool, _Pairs)):
        message = "an answer is a text, a number or a list of numbers"
        return text, Diagnostic(codes.BAD_FIELD, message, Span(0, len(text)), text)
    return text, None


def _bad_json(error: Exception, text: str) -> Diagnostic:
    if isinstance(error, json.JSONDecodeError):
        message = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        return Diagnostic(codes.BAD_JSON, message, Span(error.pos, error.pos + 1), text, EXAMPLE)
    what = "the JSON is nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"
    return Diagnostic(codes.BAD_JSON, what, Span(0, len(text)), text)
