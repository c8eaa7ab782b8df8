"""Spans in LaTeX: what a message quotes has both of each pair of braces, and the command that they belong to."""

from __future__ import annotations

import re
from typing import Final

from gradcli.language.tree import Span

_BRACE: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_FRACTION_BEFORE: Final = re.compile(r"\\[dtc]?frac\s*\Z")
_COMMAND_BEFORE: Final = re.compile(r"\\[A-Za-z]+\s*(?:\[[^\[\]]*\]\s*)?\Z")
_LONGEST_COMMAND: Final = 40
_OUTSIDE: Final = frozenset("{ \tc")
"""What stands directly before an argument: a brace, or the end of `\\frac`."""


def whole_span(source: str, start: int, end: int) -> Span:
    """The span, as much longer as it takes to be whole pieces of the LaTeX."""
    if source[end : end + 1] != "}" and source[start - 1 : start] not in _OUTSIDE:
        return Span(start, end)
    depth = least = 0
    for found in _BRACE.finditer(source, start, end):
        depth += (found[0] == "{") - (found[0] == "}")
        least = min(least, depth)
    if depth > least:
        end = _closing(source, end, depth - least)
    if least < 0:
        start = _opening(source, start, -least)
        command = _COMMAND_BEFORE.search(source, max(0, start - _LONGEST_COMMAND), start)
    else:
        command = _FRACTION_BEFORE.search(source, max(0, start - _LONGEST_COMMAND), start)
    return Span(command.start() if command else start, end)


def _closing(source: str, end: int, count: int) -> int:
    """Where so many braces are closed."""
    for found in _BRACE.finditer(source, end):
        count += (found[0] == "{") - (found[0] == "}")
        if count == 0:
            return found.end()
    return end


def _opening(source: str, start: int, count: int) -> int:
    """Where so many braces are opened."""
    for place in range(start - 1, -1, -1):
        if source[place] in "{}" and source[place - 1 : place] != "\\":
            count += (source[place] == "}") - (source[place] == "{")
            if count == 0:
                return place
    return start
