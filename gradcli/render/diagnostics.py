"""Diagnostics and notes as text: the message, the line, a caret under the span."""

from __future__ import annotations

from gradcli.language import Diagnostic, Note, line_and_column
from gradcli.language.diagnostics import diagnostic_lines, excerpt


def diagnostic_text(diagnostic: Diagnostic) -> str:
    """`error: …`, the line with a caret under the span, and the help."""
    return "error: " + "\n".join(diagnostic_lines(diagnostic))


def note_text(note: Note) -> str:
    """`note: …`."""
    return f"note:  {note.message}"


def diagnostic_in_file(diagnostic: Diagnostic, file: str, first_line: int = 1, first_column: int = 1) -> str:
    """`file:line:col: CODE message`, the line with a caret under the span, and the help.

    The source begins at `first_line` and `first_column` of the file.
    """
    lines = [_located_text(diagnostic, file, first_line, first_column), *excerpt(diagnostic)]
    if diagnostic.help:
        lines.append(f"help:  {diagnostic.help}")
    return "\n".join(lines)


def note_in_file(note: Note, file: str, source: str) -> str:
    """`note:  file:line: …`."""
    if note.span is None:
        return f"note:  {file}: {note.message}"
    return f"note:  {file}:{line_and_column(source, note.span.start)[0]}: {note.message}"


def _located_text(diagnostic: Diagnostic, file: str, first_line: int, first_column: int) -> str:
    """`file:line:col: CODE message`, as compilers print it."""
    line, column = line_and_column(diagnostic.source, diagnostic.span.start)
    if line == 1:
        column += first_column - 1
    return f"{file}:{first_line + line - 1}:{column}: {diagnostic.code} {diagnostic.message}"
