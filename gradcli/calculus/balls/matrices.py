"""Matrices of balls: determinant, inverse and solution, by FLINT's matrices; of balls that move, by their series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb_mat, ctx

from gradcli.calculus.balls.element import Ball, ball
from gradcli.calculus.balls.jets import exponential_of_integral
from gradcli.calculus.balls.numbers import Undecided


def determinant(a: Any) -> Ball:
    """The determinant of a matrix."""
    number = Ball(_matrix(a).det())
    if not _moves(a):
        return number
    # (det A)' = det A tr(A^-1 A')
    pairs = zip(inverse(a).T.ravel(), a.ravel(), strict=True)
    return exponential_of_integral(number, pairs)


def inverse(a: Any) -> Any:
    """The inverse of a matrix. Raises Undecided where it is singular, or may be."""
    found = _entries(_regular(_matrix(a).inv))
    if _moves(a):
        twice = 2 * np.eye(len(a), dtype=int).astype(object)
        for _ in range(ctx.cap.bit_length()):  # Newton's method: each time twice as many coefficients are right
            found = found @ (twice - a @ found)
    return found


def solution(a: Any, b: Any) -> Any:
    """The x of a x = b. Raises Undecided where a is singular, or may be."""
    if _moves(a) or _moves(b):
        return inverse(a) @ b
    return _entries(_regular(_matrix(a).solve, _matrix(b)))


def _moves(a: Any) -> bool:
    return any(ball(each).moves for each in a.flat)


def _matrix(array: Any) -> arb_mat:
    rows, columns = array.shape
    return arb_mat(rows, columns, [ball(each).arb for each in array.ravel()])


def _entries(matrix: arb_mat) -> Any:
    found = np.empty((matrix.nrows(), matrix.ncols()), object)
    for i in range(matrix.nrows()):
        for j in range(matrix.ncols()):
            found[i, j] = Ball(matrix[i, j])
    return found


def _regular(method: Callable[..., arb_mat], *arguments: Any) -> arb_mat:
    """What needs a matrix that is certainly invertible. Raises Undecided where it is not."""
    try:
        return method(*arguments)
    except ZeroDivisionError:
        raise Undecided("a matrix is singular, or too near to tell") from None
