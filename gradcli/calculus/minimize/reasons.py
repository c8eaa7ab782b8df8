"""Why a search ended, as values."""

from __future__ import annotations

from enum import Enum

from gradcli.calculus.minimize.sample import Chosen, Sample
from gradcli.language.values import frozen


class Reason(Enum):
    """Why a search ended."""

    CONVERGED = "converged"
    """The gradient is as small as was asked for, or as floats allow."""
    FLAT = "flat"
    """The same at a point from which the function rises more slowly than a parabola, or not at all."""
    BOUND = "bound"
    """The function falls on beyond a bound, and is stationary along it."""
    KINK = "kink"
    """The slopes on the two sides of the point have opposite signs."""
    EDGE = "edge"
    """The function falls up to the edge of its domain."""
    POLE = "pole"
    """There is no minimum: the function falls without bound towards a pole."""
    JUMPS = "jumps"
    """The gradient is zero, and lower values are beyond jumps."""
    FALLING = "falling"
    """There is no minimum: the function falls on and on towards a limit."""
    AWAY = "away"
    """The steps lead ever farther off along a valley that grows ever flatter: there may be no minimum."""
    UNBOUNDED = "unbounded"
    """There is no minimum: the function falls without bound."""
    DIVERGED = "diverged"
    """The steps of a method of fixed step length grew beyond all measure."""
    LIMIT = "limit"
    """All steps were taken that were allowed."""
    STALLED = "stalled"
    """No lower value was found along the direction of descent, and nothing above tells why."""


@frozen
class Run:
    """Where a search ended and why, with the steps it took.

    `held` are the variables at a bound, as booleans. `across` are the samples on both sides of a kink.
    """

    sample: Sample
    reason: Reason
    steps: int
    held: Chosen
    across: tuple[Sample, ...] = ()
