"""A problem on its way through a batch, as values that cross processes cheaply.

A Task carries the problem as the input writes it: what its texts mean is found out by the worker, which has limits of
time and memory. Its result is the finished record.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from gradcli.language import Diagnostic
from gradcli.language.values import frozen

Content: TypeAlias = "str | float | list[Content]"
"""A value as the input writes it: a text in the language, a number, or nested lists of them."""


@frozen
class Value:
    """A value of a variable, or the vector of a vjp.

    `column` is where its text begins, in the line that is `below` the problem's first by so many.
    """

    name: str
    content: Content
    column: int = 1
    below: int = 0


@frozen
class Entry:
    """A problem as written; what is None is as the settings of the batch say.

    `text` is an expression or a program, with or without `at …`. The `values` are `shared` where they are columns of
    a table, of which not every problem need use all. `of` and `partial` are as a Problem has them.
    """

    text: str
    values: tuple[Value, ...] = ()
    wrt: tuple[str, ...] | None = None
    request: str | None = None
    order: int | None = None
    vjp: Value | None = None
    dtype: str | None = None
    shared: bool = False
    of: str | None = None
    partial: tuple[str, ...] = ()


@frozen
class Task:
    """One problem as it was read: an `entry`, or the `diagnostic` of what could not be read.

    `number` counts the problems of the run from 0. `line` is the first line of the problem in `file`, and `column`
    where the text begins in it, both from 1.
    """

    number: int
    file: str
    line: int
    id: str | None = None
    entry: Entry | None = None
    diagnostic: Diagnostic | None = None
    column: int = 1

    @property
    def text(self) -> str:
        """The problem's text; empty where it could not be read."""
        return "" if self.entry is None else self.entry.text


class Status(Enum):
    """What became of a problem."""

    AGREES = "agrees"
    """Calculated, and the check agrees."""
    CORRECTED = "corrected"
    """Calculated; the check has another number than floats give, says why, and is what is written."""
    UNCHECKED = "unchecked"
    """Calculated; no check was asked for, or there was nothing to check."""
    UNDECIDED = "undecided"
    """Calculated; the check cannot decide."""
    DIFFERS = "differs"
    """Calculated; the check differs."""
    FAILED = "failed"
    """Not calculated: the record is an error."""


@frozen
class TaskResult:
    """What came of the Task with the same `number`; `text` is its finished record, with the line's end."""

    number: int
    status: Status
    text: str
