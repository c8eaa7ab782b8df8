"""JSON Lines to Tasks: `{"expr": "x^2 y", "at": {"x": 2, "y": [1, 2]}}`, one object on a line.

Optional fields are `id`, `wrt` (a name or a list), `of` (a name), `partial` (a list), `vjp`, `order`, `dtype` and
`request`. A value is a number, nested lists of numbers, or a text in the language (`"2/3"`, `"nan"`). Blank lines are
skipped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from gradcli.batch.fields import TaskFieldError, bad_name, entry_of
from gradcli.batch.task import Entry, Task, Value
from gradcli.language import Diagnostic, DiagnosticError, Span, did_you_mean
from gradcli.language.names import values_by_name
from gradcli.operations import vocabulary
from gradcli.streams import codes
from gradcli.streams.lines import Line, undecodable

FIELDS: Final = ("id", "expr", "at", "wrt", "of", "partial", "vjp", "order", "dtype", "request")
_EXPRESSION: Final = re.compile(r'"expr"\s*:\s*"')


def jsonl_tasks(source: Iterable[Line], file: str, expression: str | None) -> Iterator[Task]:
    """The problems of a JSON Lines file; `expression` is for objects that have none."""
    for line in source:
        fault = line.fault or undecodable(line.text)
        if fault is None and not line.text.strip():
            continue
        if fault is not None:
            yield Task(0, file, line.number, diagnostic=fault)
        else:
            yield _task(line, file, expression)


def _task(line: Line, file: str, expression: str | None) -> Task:
    try:
        content = json.loads(line.text, object_pairs_hook=_object)
    except (ValueError, RecursionError, TaskFieldError) as error:
        return Task(0, file, line.number, diagnostic=_bad_json(error, line.text))
    if not isinstance(content, dict):
        fault = _whole("there is no JSON object on the line", line.text, 'write {"expr": "x^2", "at": {"x": 3}}')
        return Task(0, file, line.number, diagnostic=fault)
    name = content.get("id")
    label = str(name) if isinstance(name, (str, int, float)) else None
    try:
        entry = _entry(content, expression)
    except TaskFieldError as error:
        span = _field_span(error.field, line.text)
        fault = Diagnostic(error.code, error.message, span, line.text, error.help)
        return Task(0, file, line.number, label, diagnostic=fault)
    found = _EXPRESSION.search(line.text)
    return Task(0, file, line.number, label, entry, column=1 if found is None else found.end() + 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; a name that is there twice is an error, since one of the values would be lost."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise TaskFieldError(twice, f"{twice!r} is there twice", "keep one")
    return found


def _entry(content: dict[str, Any], expression: str | None) -> Entry:
    """The problem in an object. Raises TaskFieldError."""
    for field in content:
        if field not in FIELDS:
            near = did_you_mean(field, FIELDS) or f"the fields are {', '.join(FIELDS)}"
            raise TaskFieldError(field, f"there is no field {field!r}", near, codes.UNKNOWN_FIELD)
    if not isinstance(content.get("id", ""), (str, int, float)):
        raise TaskFieldError("id", "id takes a text or a number")
    text = content.get("expr", expression)
    if text is None:
        raise TaskFieldError("expr", "there is no expression", 'add one: "expr": "x^2"', codes.NO_EXPRESSION)
    if not isinstance(text, str):
        raise TaskFieldError("expr", "expr takes a text", 'as in "expr": "x^2"')
    at = content.get("at", {})
    if not isinstance(at, dict):
        raise TaskFieldError("at", "at takes an object of names and values", 'as in "at": {"x": 2}')
    values = _values(at)
    vjp = content.get("vjp")
    if vjp is not None:
        _check("vjp", vjp)
    return entry_of(content, text, values, None if vjp is None else Value("vjp", vjp))


def _values(at: dict[str, Any]) -> tuple[Value, ...]:
    """The values by the names that the language reads. Raises TaskFieldError."""
    for name, value in at.items():
        _check(name, value)
    try:
        return tuple([Value(name, value) for name, value in values_by_name(at.items(), vocabulary()).items()])
    except DiagnosticError as error:
        raise bad_name(error.diagnostic.source, error) from None


def _check(name: str, value: Any) -> None:
    """Refuse what is neither a number nor a text nor lists of them. Raises TaskFieldError."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            pending.extend(each)
        elif isinstance(each, bool) or not isinstance(each, (int, float, str)):
            written = json.dumps(each)[:20]
            raise TaskFieldError(
                name, f"the value of {name} is a number or a tensor, not {written}", "as in 2 or [1, 2]"
            )


def _field_span(field: str, text: str) -> Span:
    """Where the name of a field, or of a value, stands in the line."""
    either = "|".join(re.escape(json.dumps(field, ensure_ascii=ascii_)) for ascii_ in (False, True))
    found = re.search(rf"({either})\s*:", text)
    return Span(0, len(text)) if found is None else Span(*found.span(1))


def _bad_json(error: Exception, text: str) -> Diagnostic:
    if isinstance(error, TaskFieldError):
        return Diagnostic(codes.BAD_FIELD, error.message, _field_span(error.field, text), text, error.help)
    if isinstance(error, RecursionError):
        return _whole("the JSON is nested too deeply", text, None)
    if isinstance(error, json.JSONDecodeError):
        message = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        return Diagnostic(codes.BAD_JSON, message, Span(error.pos, error.pos + 1), text, None)
    return _whole("the JSON has a number with too many digits", text, None)


def _whole(message: str, text: str, help_: str | None) -> Diagnostic:
    return Diagnostic.of_whole(codes.BAD_JSON, message, text, help_)
