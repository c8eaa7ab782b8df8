"""What quasi-Newton methods have learned of the curvature: the inverse Hessian, whole (BFGS) or by its last updates
(L-BFGS).

Nocedal and Wright, Numerical Optimization (2006), equation 6.17 and algorithm 7.4.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from gradcli.calculus.minimize.search import Chosen, Vector

MEMORY: Final = 10
"""Updates that L-BFGS keeps."""
FLAT: Final = 1e-16
"""Curvature, relative to the sizes of step and change, that is too little to be learned from."""


def _bends(step: Vector, change: Vector) -> bool:
    """Whether the function curves upwards along a step."""
    with np.errstate(over="ignore"):
        return bool(step @ change > FLAT * np.sqrt((step @ step) * (change @ change)))


class Dense:
    """The whole matrix."""

    def __init__(self, size: int) -> None:
        self._inverse = np.eye(size)
        self.is_new = True

    def start(self, inverse: Vector) -> None:
        """Begin with an inverse Hessian that is known."""
        self._inverse, self.is_new = inverse, False

    def direction(self, gradient: Vector, held: Chosen) -> Vector:
        """The step to the minimum that the estimate foresees, with the variables at rest that are held."""
        if not held.any():
            return np.asarray(-(self._inverse @ gradient))
        return np.where(held, 0.0, -(self._inverse @ np.where(held, 0.0, gradient)))

    def learn(self, step: Vector, change: Vector) -> None:
        """Take in how the gradient changed over a step."""
        if not _bends(step, change):
            return
        if self.is_new:
            self._inverse *= (step @ change) / (change @ change)
            self.is_new = False
        product = step @ change
        moved = self._inverse @ change
        self._inverse += (1 + change @ moved / product) * np.outer(step, step) / product
        self._inverse -= (np.outer(moved, step) + np.outer(step, moved)) / product

    def forget(self) -> None:
        """Begin anew."""
        self._inverse = np.eye(len(self._inverse))
        self.is_new = True


class Limited:
    """The last updates alone, for very many variables."""

    def __init__(self) -> None:
        self._pairs: list[tuple[Vector, Vector]] = []

    @property
    def is_new(self) -> bool:
        """Whether nothing is known yet."""
        return not self._pairs

    def direction(self, gradient: Vector, held: Chosen) -> Vector:
        """The step to the minimum that the estimate foresees, with the variables at rest that are held."""
        if not held.any():
            return -self._times(gradient, self._pairs)
        pairs = [(np.where(held, 0.0, step), np.where(held, 0.0, change)) for step, change in self._pairs]
        free = [pair for pair in pairs if _bends(*pair)]
        return -self._times(np.where(held, 0.0, gradient), free)

    @staticmethod
    def _times(gradient: Vector, pairs: list[tuple[Vector, Vector]]) -> Vector:
        """The two-loop recursion."""
        result, shares = gradient.copy(), []
        for step, change in reversed(pairs):
            share = (step @ result) / (step @ change)
            shares.append(share)
            result -= share * change
        if pairs:
            step, change = pairs[-1]
            result *= (step @ change) / (change @ change)
        for (step, change), share in zip(pairs, reversed(shares), strict=True):
            result += (share - (change @ result) / (step @ change)) * step
        return result

    def learn(self, step: Vector, change: Vector) -> None:
        """Take in how the gradient changed over a step."""
        if _bends(step, change):
            self._pairs = [*self._pairs, (step, change)][-MEMORY:]

    def forget(self) -> None:
        """Begin anew."""
        self._pairs = []


Metric: TypeAlias = Dense | Limited
"""An estimate of the inverse Hessian; `is_new` while nothing is known of it."""
