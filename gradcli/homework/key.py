"""A key: the questions of a homework, read from TOML.

Each table is a question with the fields of `question.KEYS` and of `classfile.plan.FIELDS`, which say where its
answers stand in a class's file, as the table `[columns]` does for all; `title` stands before the first one. Everything
that is wrong with a key is told at once, each fault where it stands in the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gradcli.homework.classfile.plan import COLUMNS, FIELDS, Plan, Sought, read_plan, read_sought
from gradcli.homework.mistakes.table import check_names
from gradcli.homework.question import DECIMAL_COMMA, Question, read_question
from gradcli.language import Diagnostic, DiagnosticError, Span, did_you_mean
from gradcli.language.values import frozen

RESERVED: Final = ("student", "question", "answer")
"""Names of columns, and so of no question."""
THROUGHOUT: Final = (DECIMAL_COMMA,)
"""Fields of questions that may stand before the first one, for all."""
EXPECTED_ONLY: Final = ("wrt", "order", "form")
"""Fields that a question with an expected answer cannot have: nothing is differentiated."""

NOT_TOML: Final = "H110"
NOT_A_QUESTION: Final = "H111"
NO_QUESTIONS: Final = "H112"
RESERVED_NAME: Final = "H113"
CONTRADICTION: Final = "H114"

_POSITION: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@frozen
class Key:
    """The questions by their names, in the order of the file; `plan` is where their answers are looked for."""

    title: str
    questions: Mapping[str, Question]
    plan: Plan

    @property
    def total(self) -> float:
        """What all questions together earn."""
        return sum(question.points for question in self.questions.values())


class KeyFaultError(Exception):
    """A key that cannot be used: `faults` are located in the key's text."""

    def __init__(self, faults: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


def read_key(data: bytes) -> Key:
    """The key in a file's bytes. Raises KeyFaultError."""
    text = _decoded(data)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KeyFaultError((_not_toml(error, text),)) from None
    except RecursionError:
        raise KeyFaultError((Diagnostic(NOT_TOML, "the key is nested too deeply", Span(0, 0), text),)) from None
    faults: list[Diagnostic] = []
    questions: dict[str, Question] = {}
    sought: dict[str, Sought] = {}
    columns = content.pop(COLUMNS, {})
    throughout = {field: content.pop(field) for field in THROUGHOUT if field in content}
    for name, table in content.items():
        if name == "title" and isinstance(table, str):
            continue
        try:
            questions[name] = _question(name, table, throughout)
            sought[name] = read_sought(name, table)
        except DiagnosticError as error:
            faults.append(_located(error.diagnostic, text, name, table))
    plan = Plan(tuple(sought.values()))
    try:
        plan = read_plan(columns, plan, content)
    except DiagnosticError as error:
        faults.append(_located(error.diagnostic, text, COLUMNS, columns))
    if not faults and not questions:
        help_ = 'write a table for each: [q1], and under it function = "x^2 sin(x)"'
        faults.append(Diagnostic(NO_QUESTIONS, "the key has no questions", Span(0, 0), text, help_))
    if faults:
        raise KeyFaultError(tuple(faults))
    return Key(content.get("title", ""), questions, plan)


def _question(name: str, table: Any, throughout: Mapping[str, Any]) -> Question:
    """The question in a table, to which `throughout` applies but where it says otherwise. Raises DiagnosticError."""
    if not isinstance(table, Mapping):
        help_ = did_you_mean(name, ["title"]) or f"a question is a table: [{name}]"
        message = f"{name!r} is not a question"
        if name == "title":
            message, help_ = "the title is a text", 'write title = "…"'
        raise DiagnosticError.about(NOT_A_QUESTION, message, name, help_)
    if name.strip().lower() in RESERVED or not name.strip() or not name.isprintable():
        message = f"a question cannot be called {name!r}"
        help_ = f"{', '.join(RESERVED)} are columns of the answers"
        raise DiagnosticError.about(RESERVED_NAME, message, name, help_)
    for field in EXPECTED_ONLY:
        if "answer" in table and "function" not in table and field in table:
            message = f"the question has an expected answer, so {field} says nothing: nothing is differentiated"
            help_ = f"leave {field} out, or give the function in the answer's place"
            raise DiagnosticError.about(CONTRADICTION, message, field, help_)
    own = {field: value for field, value in table.items() if field not in FIELDS}
    question = read_question({**throughout, **own})
    check_names(question.messages)
    return question


def _decoded(data: bytes) -> str:
    """The text. Raises KeyFaultError where the bytes are not UTF-8."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        shown = data.decode("utf-8", "replace")
        start = len(data[: error.start].decode("utf-8"))
        message = f"the byte 0x{data[error.start]:02X} is not UTF-8"
        fault = Diagnostic(NOT_TOML, message, Span(start, start + 1), shown, "save the key as UTF-8")
        raise KeyFaultError((fault,)) from None


def _not_toml(error: tomllib.TOMLDecodeError, text: str) -> Diagnostic:
    said = str(error)
    found = _POSITION.search(said)
    start = len(text)
    if found is not None:
        said = said[: found.start()]
        if found[1] is not None:
            lines = text.splitlines(keepends=True)
            start = sum(map(len, lines[: int(found[1]) - 1])) + int(found[2]) - 1
    start = min(start, max(len(text.rstrip()) - 1, 0))
    message = f"this is not TOML: {said[:1].lower()}{said[1:]}"
    help_ = 'texts stand in quotes: function = "x^2"' if "invalid value" in said.lower() else None
    return Diagnostic(NOT_TOML, message, Span(start, start + 1), text, help_)


def _located(diagnostic: Diagnostic, text: str, name: str, table: Any) -> Diagnostic:
    """A diagnostic of a question, or of a text in it, as one of the key's text."""
    message = f"{name}: {diagnostic.message}" if isinstance(table, Mapping) else diagnostic.message
    return Diagnostic(diagnostic.code, message, _span(diagnostic, text, name, table), text, diagnostic.help)


def _span(diagnostic: Diagnostic, text: str, name: str, table: Any) -> Span:
    """Where in a key what a diagnostic speaks of stands, which tomllib does not tell."""
    sections = [(start, end) for start, end, content in _sections(text) if name in content]
    fields = table if isinstance(table, Mapping) else {name: table}
    source = diagnostic.source
    for start, end in sections:
        for field in [*_fields_with(fields, source), source]:
            found = _assignment(field).search(text, start, end) if field else None
            if found is None:
                continue
            value = max(text.find(quote + source + quote, found.end(), end) for quote in ('"', "'")) + 1
            if field == source or value == 0:
                return Span(*found.span(1))
            return Span(value + diagnostic.span.start, value + max(diagnostic.span.end, diagnostic.span.start + 1))
    start = sections[0][0] if sections else 0
    line_end = text.find("\n", start)
    return Span(start, len(text) if line_end < 0 else line_end)


def _sections(text: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """The pieces of a key that begin with a table's head: start, end and content."""
    start = offset = 0
    for line in [*text.splitlines(keepends=True), "["]:
        if line.lstrip().startswith("[") and offset > start:
            try:
                content = tomllib.loads(text[start:offset])
            except tomllib.TOMLDecodeError:  # the bracket stands in a value of several lines
                content = None
            if content is not None:
                yield start, offset, content
                start = offset
        offset += len(line)


def _fields_with(table: Mapping[str, Any], source: str) -> Iterator[str]:
    """The fields, and the fields of fields, whose value is or holds this text."""
    for field, value in table.items():
        if isinstance(value, Mapping):
            yield from _fields_with(value, source)
        elif source and (str(value) == source or (isinstance(value, list) and source in value)):
            yield field


def _assignment(field: str) -> re.Pattern[str]:
    return re.compile(rf"""(?<![\w-])((["']?){re.escape(field)}\2)\s*[=\]]""")
