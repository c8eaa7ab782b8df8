"""Where in the rows of a file things stand, and how headings are compared: without case, spaces and markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Final

from gradcli.homework.classfile.plan import PATTERN, Sought
from gradcli.language.values import frozen

ROW: Final = -1
"""For a column: the row itself, of an export that names nobody."""


class Wrapping(Enum):
    """What a platform makes of an answer in its cell, beside what STACK does."""

    PLAIN = "plain"
    CANVAS = "canvas"
    PRAIRIELEARN = "prairielearn"
    WEBWORK = "webwork"


@frozen
class AnswerColumn:
    """A column of answers to one question: what the question may be called, and its number where the platform gives
    one."""

    column: int
    labels: tuple[str, ...]
    number: int | None = None

    @property
    def heading(self) -> str:
        """The column's heading."""
        return self.labels[0]


@frozen
class Pair:
    """A column of answers whose question the row itself names: in the cells of `labels`, or as `heading`.

    `number` is the column of the question's number among those of one `group` (a problem set), where there is one.
    """

    answer: int
    labels: tuple[int, ...]
    heading: str = ""
    number: int | None = None
    group: int | None = None


@frozen
class Layout:
    """What the columns of a file are.

    `platform` is empty for a file of our own shape, or of one that the key describes. `student` are the columns of
    the name that is shown, `identity` all that tell students apart. `places` are the answers' columns of a file with a
    row for each student, `pairs` those of one whose rows name their questions. `order` are columns of which each
    tells which attempt came later, the better ones first; `in_time` says that rows stand in the order of time.
    """

    platform: str
    student: tuple[int, ...]
    identity: tuple[int, ...]
    places: tuple[AnswerColumn, ...] = ()
    pairs: tuple[Pair, ...] = ()
    order: tuple[int, ...] = ()
    in_time: bool = False
    wrapping: Wrapping = Wrapping.PLAIN
    heads: int = 1
    """How many rows of headings there are."""
    blanks: tuple[str, ...] = ()
    """What the platform writes where there is no answer."""
    anonymous: int | None = None
    """The column that tells rows apart where nobody is named, or ROW; None where such rows are nobody's."""

    @property
    def is_long(self) -> bool:
        """Whether a row is one answer, not all answers of a student."""
        return len(self.pairs) == 1 and not self.pairs[0].heading


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
