"""Brackets and braces of LaTeX: what square brackets are, and spans with both of each pair of braces."""

from __future__ import annotations

import re
from typing import Final

from gradcli.language.latex.scanner import CLOSING, OPENING, Token
from gradcli.language.limits import MAX_DEPTH
from gradcli.language.tokens import NAME, NUMBER, OPERATOR
from gradcli.language.tree import Span

_BRACE: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_FRACTION_BEFORE: Final = re.compile(r"\\[dtc]?frac\s*\Z")
_COMMAND_BEFORE: Final = re.compile(r"\\[A-Za-z]+\s*(?:\[[^\[\]]*\]\s*)?\Z")
_LONGEST_COMMAND: Final = 40
_OUTSIDE: Final = frozenset("{ \tc")
"""What stands directly before an argument: a brace, or the end of `\\frac`."""


def group_in_square_brackets(tokens: list[Token], source: str) -> None:
    """Make square brackets without a comma round ones: they group in LaTeX. `v[0]` stays an index."""
    opened: list[tuple[int, bool]] = []
    for place, (kind, text, start, end, closed) in enumerate(tokens):
        if kind != OPERATOR:
            continue
        if len(opened) > MAX_DEPTH:
            return  # which the parser says
        if text in OPENING:
            written = text == "[" and (source[start] == "[" or source.startswith("\\lbrack", start))
            opened.append((place, written))
        elif text == "," and opened:
            opened[-1] = (opened[-1][0], False)
        elif text in CLOSING and opened:
            first, groups = opened.pop()
            if groups and text == "]" and first + 1 < place and not _is_index(tokens, first, place):
                tokens[first] = (OPERATOR, "(", *tokens[first][2:])
                tokens[place] = (OPERATOR, ")", start, end, closed)


def _is_index(tokens: list[Token], first: int, last: int) -> bool:
    """Whether brackets touch a name before them, and hold a whole number or a slice."""
    before, opening = tokens[first - 1] if first else None, tokens[first]
    if before is None or before[0] != NAME or before[3] != opening[2]:
        return False
    inside = tokens[first + 1 : last]
    return any(text == ":" for _, text, *_ in inside) or all(
        (kind == NUMBER and text.isdigit()) or text == "-" for kind, text, *_ in inside
    )


def whole_span(source: str, start: int, end: int) -> Span:
    """The span, as much longer as it takes to be whole pieces of the LaTeX.

    It has both of each pair of braces, and the command that they belong to.
    """
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
