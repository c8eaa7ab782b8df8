"""A function of two variables on a grid: its levels, the lines on which it has them, and its gradients.

The lines are found by marching squares: on each edge of the grid between whose ends the function passes a level, the
place is bisected, and an edge on which it jumps over the level (a pole, a step) has none.
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcli.calculus.sampling.functions import Floats, Function
from gradcli.calculus.sampling.samples import even_points
from gradcli.calculus.sampling.scale import ticks
from gradcli.language.values import frozen

LEVELS: Final = 9
"""Levels that are drawn at most, about."""
INNER: Final = (0.02, 0.95)
"""Between these shares of the heights are the levels."""
VALLEY: Final = 5
"""A function whose upper half is so many times as high as its lower half is a valley."""
BISECTIONS: Final = 30
CLOSE: Final = 1e-3
"""How far a height may be from its level, in parts of what it is across the edge, to be on it."""
ARROWS: Final = (17, 13)
"""Columns and rows of arrows."""

Edge: TypeAlias = tuple[int, int, int]
"""An edge of the grid: 0 along a row or 1 along a column, its row and its column."""
Piece: TypeAlias = tuple[Edge, Edge, Floats]
"""A piece of a line in one cell: the edges that it joins, and the places on these, of shape (2, 2)."""


@frozen
class Contour:
    """The lines on which a function has a level, each of shape (2, n): x and y."""

    level: float
    lines: tuple[Floats, ...]


@frozen
class Arrows:
    """Gradients at points: each array of shape (n,)."""

    x: Floats
    y: Floats
    dx: Floats
    dy: Floats


@frozen
class Grid:
    """Heights of shape (rows, columns) at columns `x` and rows `y`; nan where there are none."""

    x: Floats
    y: Floats
    heights: Floats


def grid_of(function: Function, x: tuple[float, float], y: tuple[float, float], count: int) -> Grid:
    """The function's heights at an even grid of about count by count points. Raises Failure."""
    columns, rows = even_points(*x, count), even_points(*y, count)
    across, up = np.meshgrid(columns, rows)
    heights = function.values((across.ravel(), up.ravel())).reshape(across.shape)
    return Grid(columns, rows, heights)


def arrows_of(function: Function, x: tuple[float, float], y: tuple[float, float]) -> Arrows:
    """The gradients at a coarse grid, where there are some. Raises Failure."""
    columns, rows = (
        low + (high - low) * (np.arange(n) + 0.5) / n for (low, high), n in zip((x, y), ARROWS, strict=True)
    )
    across, up = (each.ravel() for each in np.meshgrid(columns, rows))
    _, dx, dy = function.with_gradient((across, up))
    known = np.isfinite(dx) & np.isfinite(dy)
    return Arrows(across[known], up[known], dx[known], dy[known])


def levels_of(heights: Floats) -> list[float]:
    """Round levels at which most of the heights are, each about three times as high above the bottom as the one before
    where most of these are near the bottom; none of a function without a slope."""
    known = heights[np.isfinite(heights)]
    if not len(known):
        return []
    low, middle, high = (float(each) for each in np.quantile(known, (INNER[0], 0.5, INNER[1])))
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        return []
    bottom = float(known.min())
    if high - middle > VALLEY * (middle - bottom):
        base = round(bottom, 1 - math.floor(math.log10(high - bottom)))
        decade = math.floor(math.log10(high - base))
        return [base + size * 10.0**power for power in range(decade - 3, decade + 1) for size in (1, 3)]
    found = ticks(low, high, LEVELS)
    return found if len(found) > 1 else [low + (high - low) * each / 4 for each in (1, 2, 3)]


def contour(function: Function, grid: Grid, level: float) -> Contour:
    """The lines of one level. Raises Failure."""
    across = _crossings(function, grid, level, axis=1)
    up = _crossings(function, grid, level, axis=0)
    return Contour(level, tuple(_chained(_segments(grid, level, across, up))))


def _crossings(function: Function, grid: Grid, level: float, axis: int) -> Floats:
    """Where the function has the level on the edges along an axis: the other coordinate; nan where it has not."""
    before, after = (grid.heights[:, :-1], grid.heights[:, 1:]) if axis else (grid.heights[:-1], grid.heights[1:])
    found = np.full(before.shape, np.nan)
    with np.errstate(invalid="ignore"):
        row, column = np.nonzero((before > level) != (after > level))
    known = np.isfinite(before[row, column]) & np.isfinite(after[row, column])
    row, column = row[known], column[known]
    low_value, high_value = before[row, column], after[row, column]
    points = grid.x if axis else grid.y
    at, other = (column, grid.y[row]) if axis else (row, grid.x[column])
    low, high = points[at], points[at + 1]
    for _ in range(BISECTIONS if len(at) else 0):
        middle = (low + high) / 2
        value = function.values((middle, other) if axis else (other, middle))
        same = (value > level) == (low_value > level)
        low, low_value = np.where(same, middle, low), np.where(same, value, low_value)
        high, high_value = np.where(same, high, middle), np.where(same, high_value, value)
    gap = np.abs(high_value - low_value)
    rise = np.abs(after[row, column] - before[row, column])
    smooth = gap <= CLOSE * rise
    found[row[smooth], column[smooth]] = ((low + high) / 2)[smooth]
    return found


def _segments(grid: Grid, level: float, across: Floats, up: Floats) -> list[Piece]:
    """The pieces of the lines in the cells: the two edges that each joins, and the places on these, of shape (2, 2)."""
    sides = (across[:-1], up[:, 1:], across[1:], up[:, :-1])
    known = np.array([np.isfinite(side) for side in sides])
    segments: list[Piece] = []
    for row, column in np.argwhere(known.sum(axis=0) >= 2).tolist():
        edges: dict[int, tuple[Edge, float, float]] = {
            0: ((0, row, column), across[row, column], grid.y[row]),
            1: ((1, row, column + 1), grid.x[column + 1], up[row, column + 1]),
            2: ((0, row + 1, column), across[row + 1, column], grid.y[row + 1]),
            3: ((1, row, column), grid.x[column], up[row, column]),
        }
        for one, other in _joined(grid, level, [side for side in range(4) if known[side, row, column]], row, column):
            (first, *start), (last, *end) = edges[one], edges[other]
            segments.append((first, last, np.array([start, end], np.float64).T))
    return segments


def _joined(grid: Grid, level: float, crossed: list[int], row: int, column: int) -> list[tuple[int, int]]:
    """Which sides of a cell, of those that are crossed, one line joins: at a saddle the middle of the cell says it."""
    if len(crossed) < 4:
        return [(crossed[0], crossed[1])]
    corner = grid.heights[row, column] > level
    middle = np.mean(grid.heights[row : row + 2, column : column + 2]) > level
    return [(0, 1), (2, 3)] if corner == middle else [(0, 3), (1, 2)]


def _chained(segments: list[Piece]) -> list[Floats]:
    """The pieces joined to lines where they share an edge."""
    at: dict[Edge, list[int]] = {}
    for number, (one, other, _) in enumerate(segments):
        at.setdefault(one, []).append(number)
        at.setdefault(other, []).append(number)
    used: set[int] = set()
    lines = []
    for number, (one, other, places) in enumerate(segments):
        if number not in used:
            used.add(number)
            back = _followed(segments, at, used, one)
            forth = _followed(segments, at, used, other)
            lines.append(np.array([*reversed(back), *places.T, *forth]).T)
    return lines


def _followed(
    segments: list[Piece],
    at: dict[Edge, list[int]],
    used: set[int],
    edge: Edge,
) -> list[NDArray[np.float64]]:
    """The places that follow an edge, from piece to piece."""
    places = []
    while (following := next((each for each in at[edge] if each not in used), None)) is not None:
        used.add(following)
        one, other, both = segments[following]
        edge, place = (other, both[:, 1]) if one == edge else (one, both[:, 0])
        places.append(place)
    return places
