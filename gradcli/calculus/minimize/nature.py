"""What a stationary point is, by the Hessian there: with certified signs where exact arithmetic decides them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from flint import ctx

from gradcli.calculus.balls import numbers
from gradcli.calculus.critical.found import Nature, pivot_signs
from gradcli.calculus.minimize.search import Vector
from gradcli.language.values import frozen

ZERO: Final = 1e-11
"""An eigenvalue that is smaller, relative to the largest, counts as zero: its sign may be that of the point's rounding,
however well it is known there."""
BITS: Final = 256


@frozen
class Curvature:
    """The eigenvalues of a Hessian in ascending order, and whether their signs are certified."""

    eigenvalues: tuple[float, ...]
    is_certified: bool = False

    @property
    def nature(self) -> Nature:
        """What the point is, if it is stationary."""
        zero = ZERO * max((abs(each) for each in self.eigenvalues), default=0.0)
        if any(abs(each) <= zero for each in self.eigenvalues):
            rising = any(each > zero for each in self.eigenvalues)
            return Nature.SADDLE if rising and any(each < -zero for each in self.eigenvalues) else Nature.DEGENERATE
        if all(each > 0 for each in self.eigenvalues):
            return Nature.MINIMUM
        return Nature.MAXIMUM if all(each < 0 for each in self.eigenvalues) else Nature.SADDLE


def curvature(hessian: Vector, exact: Sequence[Sequence[Any]] | None = None) -> Curvature:
    """The eigenvalues of a symmetric matrix; `exact` has its entries as certified numbers, where these are known."""
    values = tuple(float(each) for each in np.linalg.eigvalsh((hessian + hessian.T) / 2))
    signs = None if exact is None else _signs(exact)
    if signs is None:
        return Curvature(values)
    negative = sum(each < 0 for each in signs)
    zero = ZERO * max(abs(each) for each in values)
    is_certified = negative == sum(each < 0 for each in values) and all(abs(each) > zero for each in values)
    return Curvature(values, is_certified)


def _signs(exact: Sequence[Sequence[Any]]) -> list[int] | None:
    """The signs of the pivots of L D L^T, which are as many of each as those of the eigenvalues (Sylvester's law of
    inertia); None where a pivot's sign is not known."""
    with ctx.workprec(BITS):
        return pivot_signs([[numbers.ball(each) for each in row] for row in exact])
