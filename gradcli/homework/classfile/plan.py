"""What a key and the command line say about a class's file: which column is what, and which attempt counts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import Enum
from functools import partial
from typing import Any, Final

from gradcli.language import DiagnosticError, did_you_mean
from gradcli.language.values import frozen, replace

PATTERN: Final = "re:"
"""Before a column's name that is a regular expression."""
BLANK: Final = "-"
"""What Moodle writes where there is no answer, and many people do."""


class AttemptRule(Enum):
    """Which of a student's attempts counts."""

    FIRST = "first"
    LAST = "last"
    ALL = "all"


@frozen
class Sought:
    """A question of the key, as a file may call it.

    `columns` are headings or ids that the key names, or patterns after `re:`; `text` is the question in words; `input`
    is which of several answers in a cell is meant: a name (`ans1`), or a number from 1.
    """

    name: str
    columns: tuple[str, ...] = ()
    text: str = ""
    input: str = ""


@frozen
class Plan:
    """What is looked for in a file: the questions, and what is said of the columns beside them.

    `student` are the columns that name a student together, `question` and `answer` those of a file with an answer in
    each row; empty where nothing is said. `attempt` is None where the file decides. `blanks` are what stands for no
    answer beside blank cells.
    """

    questions: tuple[Sought, ...]
    student: tuple[str, ...] = ()
    question: str = ""
    answer: str = ""
    attempt: AttemptRule | None = None
    blanks: tuple[str, ...] = (BLANK,)

    def is_blank(self, text: str | None) -> bool:
        """Whether this stands for no answer."""
        return text is None or not text.strip() or text.strip() in self.blanks


COLUMNS: Final = "columns"
"""The table."""
FIELDS: Final = ("question", "column", "input")
"""Fields of a question: its text, the columns that its answers may stand in, and which answer of a cell is meant."""
WHOSE: Final = ("student", "question", "answer")
"""What `[columns]` names beside questions."""
BAD_COLUMN: Final = "H115"
_bad: Final = partial(DiagnosticError.about, BAD_COLUMN)


def read_sought(name: str, table: Mapping[str, Any]) -> Sought:
    """What a question's table says of its place in a file. Raises DiagnosticError."""
    text = table.get("question", "")
    if not isinstance(text, str):
        raise DiagnosticError.about(
            BAD_COLUMN, "question is the question in words", str(text), 'write question = "Differentiate …"'
        )
    input_ = table.get("input", "")
    if isinstance(input_, bool) or not isinstance(input_, (str, int)):
        raise _bad("input is a name or a number", str(input_), 'write input = "ans1"')
    return Sought(name, _columns("column", table.get("column", ())), text, str(input_))


def read_plan(table: Any, plan: Plan, names: Collection[str]) -> Plan:
    """The plan with what the table `[columns]` says. Raises DiagnosticError; `names` are those of all questions."""
    if not isinstance(table, Mapping):
        raise DiagnosticError.about(
            BAD_COLUMN, "columns is a table", COLUMNS, 'write [columns], and under it student = "Name"'
        )
    for name in table:
        if name not in names and name not in WHOSE:
            known = [*WHOSE, *names]
            help_ = did_you_mean(name, known) or f"it names the columns of {', '.join(known)}"
            raise _bad(f"the key has no question {name!r}", name, help_)
    for field in ("question", "answer"):
        if not isinstance(table.get(field, ""), str):
            raise DiagnosticError.about(
                BAD_COLUMN, f"{field} is the name of one column", str(table[field]), f'write {field} = "…"'
            )
    questions = tuple(
        replace(each, columns=(*_columns(each.name, table.get(each.name, ())), *each.columns))
        for each in plan.questions
    )
    student = _columns("student", table.get("student", ()))
    return replace(
        plan, questions=questions, student=student, question=table.get("question", ""), answer=table.get("answer", "")
    )


def _columns(field: str, value: Any) -> tuple[str, ...]:
    """One or several columns. Raises DiagnosticError."""
    given = (value,) if isinstance(value, (str, int)) and not isinstance(value, bool) else value
    if not isinstance(given, (list, tuple)) or not all(isinstance(each, (str, int)) for each in given):
        raise DiagnosticError.about(
            BAD_COLUMN, f"{field} names a column, or several", str(value), f'write {field} = "Response 1"'
        )
    texts = tuple(map(str, given))
    for text in texts:
        if not text.strip():
            raise _bad(f"{field} names no column", text, f'write {field} = "Response 1"')
        if text.startswith(PATTERN):
            _check_pattern(text)
    return texts


def _check_pattern(text: str) -> None:
    try:
        re.compile(text.removeprefix(PATTERN))
    except re.error as error:
        raise DiagnosticError.about(
            BAD_COLUMN, f"this is no regular expression: {error}", text, "leave re: out where a heading is meant"
        ) from None
