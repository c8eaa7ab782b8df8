"""Headings of columns, compared as people compare them: without regard to case, spaces and markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from gradcli.homework.classfile.plan import PATTERN, Sought

NAMED: Final = 0
WRITTEN: Final = 2
NUMBERED: Final = 3
"""How a question was found: by the column that the key names, by the question's name (1), text or number."""

_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_LAST_NUMBER: Final = re.compile(r"(\d{1,4})\s*$")
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")


def plain(heading: str) -> str:
    """The heading without case, markup, and more than one space (no-break ones included) in a row."""
    if "<" in heading or "&" in heading:
        heading = html.unescape(_TAG.sub(" ", heading))
    return " ".join(_INVISIBLE.sub("", heading).casefold().split())


def squeezed(text: str) -> str:
    """The text with each run of spaces of any kind as one space."""
    return " ".join(text.split())


def last_number(name: str) -> int | None:
    """The number at the end of a name: 12 of `q12`; None where there is none."""
    found = _LAST_NUMBER.search(name)
    return None if found is None else int(found[1])


def numbers(questions: Iterable[Sought]) -> Mapping[str, int]:
    """The questions' numbers by their names; none at all where two have the same."""
    found = {each.name: last_number(each.name) for each in questions}
    known = {name: number for name, number in found.items() if number is not None}
    return known if len(set(known.values())) == len(known) else {}


def match(sought: Sought, labels: Sequence[str], number: int | None, own_number: int | None) -> int | None:
    """How a question is what these labels (or this number among the questions) call it; None where it is not.

    A column that the key names is looked for by its number no more.
    """
    known = {plain(label) for label in labels if label}
    for column in sought.columns:
        if column.startswith(PATTERN):
            if any(re.search(column.removeprefix(PATTERN), squeezed(label)) for label in labels):
                return NAMED
        elif plain(column) in known:
            return NAMED
    if plain(sought.name) in known:
        return NAMED + 1
    if sought.text and plain(sought.text) in known:
        return WRITTEN
    if number is not None and number == own_number and not sought.columns:
        return NUMBERED
    return None
