"""Pieces of a text as messages quote them: whole brackets, and no longer than a line."""

from __future__ import annotations

from typing import Final

from gradcli.language.tree import Span

LONGEST: Final = 60
"""Characters of a quotation."""
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_MIRRORED: Final = str.maketrans("()[]{}", ")(][}{")
_ELLIPSIS: Final = "…"
MANY: Final = 2_000
"""Characters of a text of which no more is looked at than its outermost brackets."""


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text on one line, with what stands in some of its brackets left out, no more than it takes; then its middle.

    Brackets stay balanced where they are in the text.
    """
    text = " ".join(text.split())
    if len(text) > MANY:
        text = _collapsed(text)
    while longest < len(text) <= MANY:
        groups = [group for group in _groups(text) if group[1] - group[0] > 1 + len(_ELLIPSIS)]
        fitting = [group for group in groups if len(text) - _content(group) + len(_ELLIPSIS) <= longest]
        if fitting:
            start, end = min(fitting, key=_content)
        elif groups:
            start, end = max((each for each in groups if not _holds(each, groups)), key=_content)
        else:
            break
        text = text[: start + 1] + _ELLIPSIS + text[end:]
    return text if len(text) <= longest else _without_middle(text, longest)


def balanced(source: str, span: Span) -> Span:
    """The span, as much longer as it takes to have both of each pair of brackets."""
    start, end = span.start, span.end
    opened: list[str] = []
    missing = 0
    for character in source[start:end]:
        if character in "([{":
            opened.append(character)
        elif character in _PAIRS:
            if opened:
                opened.pop()
            else:
                missing += 1
    while missing and start > 0:
        start -= 1
        missing += (source[start] in _PAIRS) - (source[start] in "([{")
    closing = len(opened)
    while closing and end < len(source):
        closing += (source[end] in "([{") - (source[end] in _PAIRS)
        end += 1
    return Span(start, end)


def _groups(text: str) -> list[tuple[int, int]]:
    """Where brackets open and close, each pair after those inside it."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for place, character in enumerate(text):
        if character in "([{":
            opened.append(place)
        elif character in _PAIRS and opened:
            found.append((opened.pop(), place))
    return found


def _content(group: tuple[int, int]) -> int:
    return group[1] - group[0] - 1


def _holds(group: tuple[int, int], groups: list[tuple[int, int]]) -> bool:
    """Whether another one of the groups is inside a group."""
    return any(group[0] < start and end < group[1] for start, end in groups)


def _collapsed(text: str) -> str:
    """The text with nothing in its outermost brackets."""
    pieces: list[str] = []
    place = 0
    for start, end in sorted(_groups(text)):
        if start >= place:
            pieces += [text[place : start + 1], _ELLIPSIS]
            place = end
    return "".join([*pieces, text[place:]])


def _without_middle(text: str, longest: int) -> str:
    """The beginning and the end of a text, cut outside brackets and words."""
    half = longest // 2
    head = _cut(text[:half])
    tail = _cut(text[: -half - 1 : -1].translate(_MIRRORED))
    return f"{text[:head].rstrip()} {_ELLIPSIS} {text[len(text) - tail :].lstrip()}"


def _cut(text: str) -> int:
    """The last place of a text that is outside brackets and words; its end where there is none."""
    depth = 0
    found = len(text)
    for place, character in enumerate(text):
        if depth == 0 and place and not (character.isalnum() and text[place - 1].isalnum()):
            found = place
        depth += (character in "([{") - (character in _PAIRS)
    return found
