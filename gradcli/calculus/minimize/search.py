"""What a search for a minimum is given and what it finds, as values: a function's samples, bounds on its variables, and
why a search ended."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from gradcli.language.values import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

Vector: TypeAlias = "NDArray[np.float64]"
Chosen: TypeAlias = "NDArray[np.bool_]"
"""Which entries of a vector are meant."""


@frozen
class Sample:
    """A function's value and gradient at a point, all float64; not `is_finite` outside the function's domain."""

    x: Vector
    value: float
    gradient: Vector

    @property
    def is_finite(self) -> bool:
        """Whether the value and every entry of the gradient are finite."""
        return bool(np.isfinite(self.value) and np.isfinite(self.gradient).all())


class Smooth(Protocol):
    """A function of a flat vector, which counts what it is asked."""

    def at(self, x: Vector) -> Sample:
        """The value and the gradient at a point: one evaluation."""

    def hessian(self, x: Vector) -> Vector:
        """The second derivatives at a point: as many evaluations as there are variables, and one."""


@frozen
class Box:
    """The lowest and the highest value of each variable, infinite where there is no bound."""

    lower: Vector
    upper: Vector

    @classmethod
    def everywhere(cls, size: int) -> Box:
        """No bounds."""
        return cls(np.full(size, -np.inf), np.full(size, np.inf))

    @property
    def is_open(self) -> bool:
        """Whether there is no bound."""
        return bool(np.isinf(self.lower).all() and np.isinf(self.upper).all())

    def clipped(self, x: Vector) -> Vector:
        """The point of the box that is nearest."""
        return np.clip(x, self.lower, self.upper)

    def held(self, x: Vector, gradient: Vector) -> Chosen:
        """Which variables stand at a bound beyond which the function would fall, as booleans."""
        low, high = (x <= self.lower) & (gradient > 0), (x >= self.upper) & (gradient < 0)
        return np.asarray(low | high)

    def projected(self, x: Vector, gradient: Vector) -> Vector:
        """The gradient without the entries that bounds hold: zero at a minimum within the box."""
        return np.where(self.held(x, gradient), 0.0, gradient)

    def room(self, x: Vector, direction: Vector) -> float:
        """How many times the direction can be gone until a bound is met."""
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = np.where(direction > 0, self.upper - x, self.lower - x) / direction
        moving = steps[direction != 0]
        return float(moving.min()) if moving.size else np.inf


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
class Termination:
    """Where a search ended and why, with the steps it took.

    `held` are the variables at a bound, as booleans. `across` are the samples on both sides of a kink.
    """

    sample: Sample
    reason: Reason
    steps: int
    held: Chosen
    across: tuple[Sample, ...] = ()
