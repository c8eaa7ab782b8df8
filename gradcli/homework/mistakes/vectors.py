"""A row of a Jacobian, or a vector times it, and what comes of taking columns for rows."""

from __future__ import annotations

from typing import Final

import numpy as np

from gradcli.homework.evaluation import Floats
from gradcli.homework.mistakes.grids import PointGrid, value_at
from gradcli.language import Expr
from gradcli.language.tree import Call, Factor, Index, Number, Product

MOST_ENTRIES: Final = 64
"""Entries of a vector whose Jacobian is made."""


def column_for_row(grid: PointGrid) -> Floats | None:
    """The Jacobian times the vector where the vector times the Jacobian is asked; None where no such thing is."""
    if len(grid.asked) != 1 or len(grid.shape) != 1:
        return None
    asked = grid.asked[0]
    found = _weighted(asked.expression, grid)
    if found is None or len(asked.variables) != 1:
        return None
    vector, outputs = found
    rows = []
    for place in range(vector.size):
        row = value_at(_entry(outputs, place), asked.variables, grid.question.at)
        if row is None or row.shape != vector.shape:
            return None
        rows.append(row)
    return np.asarray(np.array(rows) @ vector, np.float64)


def _weighted(expression: Expr, grid: PointGrid) -> tuple[Floats, Expr] | None:
    """The constant vector and the vector of outputs of which an expression is the product."""
    match expression:
        case Index(value=outputs, items=(Number(value=place),)):
            value = value_at(outputs, (), grid.question.at)
            if value is None or value.ndim != 1 or not 0 <= place < min(value.size, MOST_ENTRIES):
                return None
            return np.eye(value.size)[int(place)], outputs
        case Call(
            function="sum", arguments=(Product(factors=(Factor(value=first), Factor(value=second, operator="*"))),)
        ):
            return _pair(first, second, grid)
        case Call(function="dot", arguments=(first, second)):
            return _pair(first, second, grid)
        case Product(factors=(Factor(value=first), Factor(value=second, operator="@"))):
            return _pair(first, second, grid)
        case _:
            return None


def _pair(first: Expr, second: Expr, grid: PointGrid) -> tuple[Floats, Expr] | None:
    (name,) = grid.asked[0].variables
    for weight, outputs in ((first, second), (second, first)):
        slope = value_at(weight, (name,), grid.question.at)
        vector = value_at(weight, (), grid.question.at)
        if slope is not None and not np.any(slope) and vector is not None and 1 < vector.size <= MOST_ENTRIES:
            return (vector, outputs) if vector.ndim == 1 else None
    return None


def _entry(outputs: Expr, place: int) -> Expr:
    return Index(outputs, (Number(str(place), float(place)),))
