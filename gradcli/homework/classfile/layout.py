"""Where in the rows of a file things stand."""

from __future__ import annotations

from enum import Enum
from typing import Final

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
class Place:
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
    places: tuple[Place, ...] = ()
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
