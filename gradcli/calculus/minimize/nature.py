"""What a stationary point is, by the Hessian there: with certified signs where exact arithmetic decides them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import numpy as np
from flint import arb, arb_mat, ctx

from gradcli.calculus.balls import numbers
from gradcli.calculus.minimize.sample import Vector
from gradcli.language.values import frozen

ZERO: Final = 1e-11
"""An eigenvalue that is smaller, relative to the largest, counts as zero: its sign may be that of the point's rounding,
however well it is known there."""
BITS: Final = 256


class Nature(Enum):
    """What a function does around a stationary point."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SADDLE = "saddle"
    DEGENERATE = "degenerate"
    """There is a direction in which it does not curve, and second derivatives do not tell what it does there."""


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
        matrix = arb_mat([[arb(numbers.ball(each)) for each in row] for row in exact])
        size, signs = len(exact), []
        for at in range(size):
            pivot = matrix[at, at]
            if not (pivot > 0 or pivot < 0):
                return None
            signs.append(1 if pivot > 0 else -1)
            for row in range(at + 1, size):
                share = matrix[row, at] / pivot
                for column in range(at + 1, size):
                    matrix[row, column] = matrix[row, column] - share * matrix[at, column]
        return signs
