"""A function of two variables: its contours, with the gradients, and the path of a descent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from gradcli.calculus.sampling.contours import arrows_of, contour, grid_of, levels_of
from gradcli.calculus.sampling.functions import Floats
from gradcli.calculus.sampling.scale import Span
from gradcli.curves.descents import path_of
from gradcli.curves.pictures import Path, Plot, PlotWish, Surface
from gradcli.curves.readings import CurveReading, interval_text
from gradcli.language import Note

GRID: Final = 120
"""Points of the grid along each axis."""
SLOW_GRID: Final = 30
"""The same where each point is calculated by itself."""
MOST_GRID: Final = 1000
PLAIN: Final[Span] = (-5.0, 5.0)


def surface(
    readings: Sequence[CurveReading],
    names: tuple[str, ...],
    ranges: Mapping[str, Span],
    wish: PlotWish,
    notes: list[Note],
) -> Plot:
    """The picture of a function of two variables; of an equation its curve alone. Raises DiagnosticError."""
    reading = readings[0]
    _refuse_curves(readings, names, wish)
    order = list(ranges)
    names = tuple(sorted(names, key=lambda name: order.index(name) if name in ranges else len(order)))
    function = reading.function(names)
    path = path_of(reading, function, wish)
    x_range, y_range = (_span(name, axis, ranges, path) for axis, name in enumerate(names))
    where = f"{interval_text(names[0], x_range)} {interval_text(names[1], y_range)}"
    if any(name not in ranges for name in names):
        notes.append(Note(f"the range is chosen: {where}"))
    count = min(wish.points or GRID, MOST_GRID) if function.is_vectorised else SLOW_GRID
    grid = reading.located(lambda: grid_of(function, x_range, y_range, count))
    if not np.isfinite(grid.heights).any():
        reading.refuse("E347", f"{reading.text} has no value to draw on {where}", "take another range")
    levels = [0.0] if reading.equation else levels_of(grid.heights)
    contours = reading.located(lambda: [contour(function, grid, level) for level in levels])
    contours = [each for each in contours if each.lines]
    if not contours:
        what = f"{reading.equation} holds nowhere" if reading.equation else f"{reading.text} has no contours"
        notes.append(Note(f"{what} on {where}"))
    arrows = reading.located(lambda: arrows_of(function, x_range, y_range))
    found = Surface(grid, tuple(contours), arrows, reading.equation is not None)
    axes = (names[0], names[1])
    return Plot(
        axes, x_range, y_range, surface=found, path=path, title=reading.equation or reading.text, notes=tuple(notes)
    )


def _refuse_curves(readings: Sequence[CurveReading], names: tuple[str, ...], wish: PlotWish) -> None:
    """Fail where something is asked for that curves alone have. Raises DiagnosticError."""
    what = None
    if len(readings) > 1:
        what = "several expressions"
    elif wish.tangents:
        what = "a tangent"
    elif wish.vertical is not None:
        what = "a range of heights (--y)"
    if what is not None:
        there = ", ".join(names)
        help_ = f"give {names[1]} a value for curves: {names[1]}=1"
        readings[-1].refuse("E346", f"{what} goes with one variable, and here are two: {there}", help_)


def _span(name: str, axis: int, ranges: Mapping[str, Span], path: Path | None) -> Span:
    if name in ranges:
        return ranges[name]
    return PLAIN if path is None else around(path.points[axis])


def around(values: Floats) -> Span:
    """A range around the values of a path, and what is near it, out to round numbers."""
    low, high = float(values.min()), float(values.max())
    room = max((high - low) * 0.4, 0.1 * max(abs(low), abs(high)), 1e-3)
    unit = 10.0 ** np.floor(np.log10((high - low + 2 * room) / 2))
    return float(np.floor((low - room) / unit) * unit), float(np.ceil((high + room) / unit) * unit)
