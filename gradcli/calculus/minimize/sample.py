"""What a search knows of a function at a point, and what it asks of one."""

from __future__ import annotations

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
