"""A Diagnostic as people read it: what is wrong, the line with a caret under the place, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.language.diagnostics import Diagnostic

CONTEXT = 70
"""How much of a long line is shown around the span."""


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
