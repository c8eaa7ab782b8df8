"""What a search for critical points finds, as values, and what second derivatives tell of one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final, TypeAlias

from flint import arb

from gradcli.calculus.balls.numbers import Number
from gradcli.language.values import field, frozen


class Nature(Enum):
    """What a function does around a point where its gradient is zero."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    INFLECTION = "inflection"
    DEGENERATE = "degenerate"
    """The Hessian is singular, and what the function does is not decided."""


Interval: TypeAlias = tuple[Number, Number]
Box: TypeAlias = tuple[Interval, ...]
"""A range for each variable."""
MOST_POINTS: Final = 1_000
"""Points after which a search ends."""
WHERE: Final = 0.4863
"""Where a box is divided: not where zeros and extremes tend to be."""


@frozen
class CriticalPoint:
    """A point where the gradient is zero, or where a kink is an extremum.

    `at` has a coordinate for each variable, exact or as a ball. `is_kink` is true where there is no derivative,
    `is_degenerate` where the Hessian is singular. `is_alone` is false where it is not proved that there is no other
    right beside it. In the `region`, a box, no other value is below a minimum, or above a maximum.
    """

    at: tuple[Number, ...]
    value: Number
    nature: Nature
    is_kink: bool = False
    is_degenerate: bool = False
    is_alone: bool = True
    region: Box = field(default=(), compare=False)


@frozen
class Plateau:
    """A box on which the function is constant, with its value."""

    box: Box
    value: Number


class Doubt(Enum):
    """Why nothing is claimed of a box."""

    UNDEFINED = "undefined"
    """The function, or its derivative, is not defined somewhere in it."""
    JUMP = "jump"
    """The function jumps somewhere in it, or may."""
    UNRESOLVED = "unresolved"
    """A critical point in it could be neither proved nor excluded."""
    UNSEARCHED = "unsearched"
    """The search ended before."""


@frozen
class Remaining:
    """A box of which nothing is claimed, and why; `hint` says what is known of it."""

    box: Box
    doubt: Doubt
    hint: str = ""


@frozen
class Findings:
    """All that a search found in a closed box. `is_continuous` is false where something may jump without being one of
    the `remaining`."""

    points: tuple[CriticalPoint, ...]
    plateaus: tuple[Plateau, ...] = ()
    remaining: tuple[Remaining, ...] = ()
    is_continuous: bool = True


def contains(region: Box, box: Box) -> bool:
    """Whether a region, if there is one, has a box in it."""
    return bool(region) and all(a[0] <= b[0] and b[1] <= a[1] for a, b in zip(region, box, strict=True))


def shares(box: Box, whole: Box) -> list[float]:
    """The widths of a box, relative to those of the whole."""
    return [float(high - low) / (float(top - end) or 1.0) for (low, high), (end, top) in zip(box, whole, strict=True)]


def halves(box: Box, whole: Box, narrowest: int) -> list[Box] | None:
    """The two parts of a box, divided where it is widest; None where it is narrower there than a power of two."""
    widths = shares(box, whole)
    widest = max(range(len(box)), key=lambda at: widths[at])
    low, high = box[widest]
    middle = (low + (high - low) * WHERE).mid()
    if widths[widest] < 2.0**narrowest or not low < middle < high:
        return None
    return [(*box[:widest], part, *box[widest + 1 :]) for part in ((low, middle), (middle, high))]


def pivot_signs(matrix: Sequence[Sequence[arb]]) -> list[int] | None:
    """The signs of the pivots of a symmetric matrix, which are as many of each as those of its eigenvalues (Sylvester's
    law of inertia); None where one may be zero."""
    rows, signs = [list(row) for row in matrix], []
    for at, row in enumerate(rows):
        pivot = row[at]
        if not pivot.is_finite() or pivot.contains(0):
            return None
        signs.append(1 if pivot > 0 else -1)
        for below in range(at + 1, len(rows)):
            factor = rows[below][at] / pivot
            rows[below] = [a - factor * b for a, b in zip(rows[below], row, strict=True)]
    return signs
