"""Diagnostics and notes as text: the message, the line, a caret under the span."""

from __future__ import annotations

from gradcli.language import Diagnostic, Note, line_and_column

CONTEXT = 70
"""How much of a long line is shown around the span."""


def diagnostic_text(diagnostic: Diagnostic) -> str:
    """`error: …`, the line with a caret under the span, and the help."""
    lines = [f"error: {diagnostic.message}", *excerpt(diagnostic)]
    if diagnostic.help:
        lines.append(f"help:  {diagnostic.help}")
    return "\n".join(lines)


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


def note_text(note: Note) -> str:
    """`note: …`."""
    return f"note:  {note.message}"


def located_text(diagnostic: Diagnostic, file: str, first_line: int = 1, first_column: int = 1) -> str:
    """`file:line:col: CODE message`, as compilers print it; where in the file the source begins is told."""
    line, column = line_and_column(diagnostic.source, diagnostic.span.start)
    if line == 1:
        column += first_column - 1
    return f"{file}:{first_line + line - 1}:{column}: {diagnostic.code} {diagnostic.message}"


def diagnostic_in_file(diagnostic: Diagnostic, file: str) -> str:
    """`file:line:col: CODE message`, the line with a caret under the span, and the help."""
    lines = [located_text(diagnostic, file), *excerpt(diagnostic)]
    if diagnostic.help:
        lines.append(f"help:  {diagnostic.help}")
    return "\n".join(lines)


def note_in_file(note: Note, file: str, source: str) -> str:
    """`note:  file:line: …`."""
    if note.span is None:
        return f"note:  {file}: {note.message}"
    return f"note:  {file}:{line_and_column(source, note.span.start)[0]}: {note.message}"
