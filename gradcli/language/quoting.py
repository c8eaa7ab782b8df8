"""Pieces of a text as messages quote them: whole brackets, and no longer than a line."""

from __future__ import annotations

from typing import Final

from gradcli.language.tree import Span

LONGEST: Final = 60
"""Characters of a quotation."""
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_ELLIPSIS: Final = "…"


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text on one line, with what stands in its longest brackets left out, as often as it takes; then its middle.

    Brackets stay balanced where they are in the text.
    """
    text = " ".join(text.split())
    while len(text) > longest:
        groups = [group for group in _outermost(text) if group[1] - group[0] > 1 + len(_ELLIPSIS)]
        if not groups:
            return _without_middle(text, longest)
        start, end = max(groups, key=lambda group: group[1] - group[0])
        text = text[: start + 1] + _ELLIPSIS + text[end:]
    return text


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


def _outermost(text: str) -> list[tuple[int, int]]:
    """Where the outermost brackets open and close."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for place, character in enumerate(text):
        if character in "([{":
            opened.append(place)
        elif character in _PAIRS and opened:
            start = opened.pop()
            if not opened:
                found.append((start, place))
    return found


def _without_middle(text: str, longest: int) -> str:
    """The beginning and the end of a text, cut outside brackets and words."""
    half = longest // 2
    inside = [place for start, end in _outermost(text) for place in range(start + 1, end + 1)]
    places = [
        place
        for place in range(1, len(text))
        if place not in inside and not (text[place - 1].isalnum() and text[place].isalnum())
    ]
    head = max((place for place in places if place <= half), default=half)
    tail = min((place for place in places if place >= len(text) - half), default=len(text) - half)
    return f"{text[:head].rstrip()} {_ELLIPSIS} {text[tail:].lstrip()}"
