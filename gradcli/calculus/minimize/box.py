"""Bounds on variables: what keeps a point within them, and which of them hold it."""

from __future__ import annotations

import numpy as np

from gradcli.calculus.minimize.sample import Chosen, Vector
from gradcli.language.values import frozen


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
