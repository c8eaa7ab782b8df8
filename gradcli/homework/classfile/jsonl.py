"""JSON Lines to Submissions: `{"student": "ada", "question": "q1", "answer": "2x"}`, or several answers at once, as in
`{"student": "ada", "q1": "2x", "q2": "93"}`.

The key may call the fields otherwise; case and spaces in them do not matter. An answer is a text, a number, or nested
lists of numbers; null and a blank text are none. Blank lines are skipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Final

from gradcli.homework.classfile.attempts import Choice, Handed, chosen
from gradcli.homework.classfile.columns import ANSWER, QUESTION, STUDENT
from gradcli.homework.classfile.layout import match, plain
from gradcli.homework.classfile.roster import NO_STUDENT, SEVERAL_ATTEMPTS, Notice, Roster, Submission, Understood
from gradcli.homework.classfile.tables import SEEN, begins, decodable, encoding_words
from gradcli.language import Diagnostic, Span
from gradcli.streams import codes
from gradcli.streams.lines import Line, lines

EXAMPLE: Final = 'write {"student": "ada", "question": "q1", "answer": "2x"}'


def understood_jsonl(stream: BinaryIO, roster: Roster, count: Callable[[int], None], encoding: str) -> Understood:
    """How a JSON Lines file is understood, and its answers."""
    how = (encoding_words(begins(stream, SEEN), encoding), "JSON Lines")
    found = decodable(lines(stream, count, encoding))
    attempts = Choice(roster.plan.attempt).words
    return Understood(_chosen(jsonl_answers(found, roster), roster), how, attempts=attempts)


def _chosen(handed: Iterator[Handed], roster: Roster) -> Iterator[Submission]:
    """The answers that count."""
    choice = Choice(roster.plan.attempt)
    if not choice.is_lazy:
        handed = chosen(handed, choice, lambda line, message: roster.notice(line, SEVERAL_ATTEMPTS, message, ""))
    for each in handed:
        if each.is_again:
            roster.again.add(each.student)
        for question, answer, fault in each.answers:
            yield from roster.submit(each.student, question, answer, each.line, fault)


def jsonl_answers(source: Iterable[Line], roster: Roster) -> Iterator[Handed]:
    """The answers of a JSON Lines file, each by itself."""
    for line in source:
        if line.fault is not None:
            roster.report(Notice(line.number, line.fault))
            continue
        if not line.text.strip():
            continue
        try:
            content = json.loads(line.text, object_pairs_hook=_Fields)
        except (ValueError, RecursionError) as error:
            roster.report(Notice(line.number, _bad_json(error, line.text)))
            continue
        if isinstance(content, _Fields):
            yield from _answers(content, line, roster)
        else:
            roster.notice(line.number, codes.BAD_JSON, "there is no JSON object on the line", line.text, EXAMPLE)


class _Fields(list[tuple[str, Any]]):
    """The fields of an object in their order, those that are there twice included."""


def _answers(pairs: _Fields, line: Line, roster: Roster) -> Iterator[Handed]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            roster.notice(line.number, codes.BAD_FIELD, f"{name[:40]!r} is there twice; the first one counts", name)
        fields.setdefault(name, value)
    plan = roster.plan
    names = {plain(name): name for name in reversed(fields)}
    own = [names[plain(each)] for each in plan.student or (STUDENT,) if plain(each) in names]
    written = [fields.pop(name) for name in own or [names.get(STUDENT, "")] if name in fields]
    if not written or not all(map(_is_scalar, written)):
        roster.notice(line.number, NO_STUDENT, "nobody is named, so the line is not graded", line.text, EXAMPLE)
        return
    student = roster.student(" ".join(map(str, written)), line.number)
    if student is None:
        return
    asked, answered = names.get(plain(plan.question or QUESTION)), names.get(plain(plan.answer or ANSWER))
    if asked is not None or answered is not None:
        question = fields.pop(asked, None) if asked is not None else None
        answer = fields.pop(answered, None) if answered is not None else None
        given = {str(question): answer} if _is_scalar(question) else {}
        if not given:
            roster.notice(line.number, codes.BAD_FIELD, "no question is named", line.text, EXAMPLE)
        for name in fields:
            roster.notice(line.number, codes.UNKNOWN_FIELD, f"the field {name[:40]!r} is read over", name)
    else:
        given = fields
    for label, value in given.items():
        meant = [each.name for each in plan.questions if match(each, (label,), None, None) is not None]
        if not meant:
            roster.unknown(label.strip(), line.number)
        answer, fault = _text(value)
        if fault is None and plan.is_blank(answer):
            answer = None
        for name in meant:
            yield Handed(line.number, student, ((name, answer, fault),), (student, name))


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _text(value: Any) -> tuple[str | None, Diagnostic | None]:
    """An answer as a text, and what is wrong with it."""
    if value is None or isinstance(value, str):
        return value, None
    text = json.dumps(value)
    if isinstance(value, (bool, _Fields)):
        message = "an answer is a text, a number or a list of numbers"
        return text, Diagnostic(codes.BAD_FIELD, message, Span(0, len(text)), text)
    return text, None


def _bad_json(error: Exception, text: str) -> Diagnostic:
    if isinstance(error, json.JSONDecodeError):
        message = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        return Diagnostic(codes.BAD_JSON, message, Span(error.pos, error.pos + 1), text, EXAMPLE)
    what = "the JSON is nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"
    return Diagnostic(codes.BAD_JSON, what, Span(0, len(text)), text)
