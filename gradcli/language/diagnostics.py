"""What can be wrong or worth saying about a text: as data, and as people read it, with the place that is meant."""

from __future__ import annotations

from typing import Final

from gradcli.language.tree import Expr, Span
from gradcli.language.values import frozen

CONTEXT: Final = 70
"""How much of a long line is shown around the span."""


@frozen
class Diagnostic:
    """A located message.

    `code` is stable (`E101`), `message` one line without a full stop, and `span` where in `source` it is meant.
    `help` is what to write instead, if anything is known.
    """

    code: str
    message: str
    span: Span
    source: str
    help: str | None = None

    @classmethod
    def of_whole(cls, code: str, message: str, source: str, help_: str | None = None) -> Diagnostic:
        """A message about the whole of a text."""
        return cls(code, message, Span(0, len(source)), source, help_)


class DiagnosticError(ValueError):
    """Raised by whatever cannot go on; carries the Diagnostic, and says what is wrong and where, over several lines."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)  # its argument, so that a copy from another process is the same
        self.diagnostic = diagnostic

    @classmethod
    def about(
        cls, code: str, message: str, source: str, help_: str | None = None, span: Span | None = None
    ) -> DiagnosticError:
        """The error located in a text: at a span of it, or as a whole."""
        return cls(Diagnostic(code, message, Span(0, len(source)) if span is None else span, source, help_))

    def __str__(self) -> str:
        return "\n".join(diagnostic_lines(self.diagnostic))


@frozen
class Note:
    """Something that the reader of a result should know (a reading that people differ on, a kink); never an error.

    `span` is where in the source, or None where the note is about the whole.
    `other` is the value of the whole text in another reading, where the note speaks of one; nothing in it is assigned.
    """

    message: str
    span: Span | None = None
    other: Expr | None = None


def diagnostic_lines(diagnostic: Diagnostic) -> list[str]:
    """The message, the line with a caret under the span, and the help, where there is one."""
    lines = [diagnostic.message, *excerpt(diagnostic)]
    if diagnostic.help:
        lines.append(f"help:  {diagnostic.help}")
    return lines


def excerpt(diagnostic: Diagnostic) -> list[str]:
    """The line with a caret under the span, each indented; nothing where there is no text to show."""
    source = diagnostic.source
    if not source.strip():
        return []
    start = min(diagnostic.span.start, len(source))
    line_start = source.rfind("\n", 0, start) + 1
    line_end = source.find("\n", start)
    line = source[line_start : len(source) if line_end < 0 else line_end]
    column = start - line_start
    length = max(1, min(diagnostic.span.end - diagnostic.span.start, len(line) - column))
    line, column, length = _clipped(line, column, length)
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)
    return [f"  {shown}", "  " + " " * column + "^" * length]


def _clipped(line: str, column: int, length: int) -> tuple[str, int, int]:
    """A long line cut to what stands around the span."""
    if len(line) <= CONTEXT + 10:
        return line, column, length
    first = max(0, column - CONTEXT // 2)
    last = min(len(line), first + CONTEXT)
    before = "…" if first else ""
    after = "…" if last < len(line) else ""
    column = column - first + len(before)
    return before + line[first:last] + after, column, min(length, last - first)


def line_and_column(source: str, offset: int) -> tuple[int, int]:
    """The line and the column of an `offset` in a text, in code points, both counted from 1."""
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
