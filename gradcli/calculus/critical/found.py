"""What a search for critical points finds, as values."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from gradcli.calculus.balls.numbers import Number
from gradcli.language.values import field, frozen


class Nature(Enum):
    """What a function does at a critical point."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    INFLECTION = "inflection"
    DEGENERATE = "degenerate"
    """The Hessian is singular, and higher orders were not decided."""


Interval: TypeAlias = tuple[Number, Number]


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
    region: tuple[Interval, ...] = field(default=(), compare=False)


@frozen
class Plateau:
    """A box on which the function is constant, with its value."""

    box: tuple[Interval, ...]
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

    box: tuple[Interval, ...]
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
