"""The points of a picture for machines: one JSON object, or CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import numpy as np

from gradcli.calculus.results import entry_label
from gradcli.curves import Floats, Plot, TangentMark
from gradcli.render.numbers import exact_text, plain
from gradcli.render.objects import SCHEMA


def plot_object(plot: Plot) -> dict[str, Any]:
    """The picture as a JSON object: of curves samples, breaks and kinks, of contours the grid and the lines."""
    found: dict[str, Any] = {"schema": SCHEMA}
    if plot.surface is None:
        found |= {
            "variable": plot.names[0],
            "range": {plot.names[0]: plain(list(plot.x_range))},
            "heights": plain(list(plot.y_range)),
        }
        found["functions"] = list(_functions(plot))
    else:
        grid = plot.surface.grid
        found |= {"variables": list(plot.names), "expr": plot.title}
        found["range"] = dict(zip(plot.names, (plain(list(plot.x_range)), plain(list(plot.y_range))), strict=True))
        found |= {"x": plain(grid.x), "y": plain(grid.y), "values": plain(grid.heights)}
        found["contours"] = [
            {"level": contour.level, "lines": [plain(line.T) for line in contour.lines]}
            for contour in plot.surface.contours
        ]
    if plot.tangents:
        found["tangents"] = [_tangent(each) for each in plot.tangents]
    if plot.path is not None:
        found["path"] = plain(plot.path.points.T)
    found["warnings"] = [note.message for note in plot.notes]
    return found


def _tangent(tangent: TangentMark) -> dict[str, Any]:
    found = {"at": tangent.x, "value": tangent.y, "slope": tangent.slope, "intercept": tangent.intercept}
    return {"function": tangent.function, **found, "equation": f"y = {tangent.equation}"}


def _functions(plot: Plot) -> Iterator[dict[str, Any]]:
    for number, samples in enumerate(plot.samples):
        curves = [curve for curve in plot.curves if curve.function == number]
        found: dict[str, Any] = {"expr": curves[0].formula or curves[0].label}
        found |= {plot.names[0]: plain(samples[0]), "value": plain(samples[1])}
        found["derivatives"] = {str(order + 1): plain(row) for order, row in enumerate(samples[2:])}
        found["breaks"] = {str(curve.order): plain(list(curve.breaks)) for curve in curves if curve.breaks}
        found["kinks"] = {str(curve.order): plain([x for x, _ in curve.kinks]) for curve in curves if curve.kinks}
        yield {name: value for name, value in found.items() if value != {}}


def csv_text(plot: Plot) -> str:
    """The samples as CSV: of curves a row for each point, of a function of two variables one for each of the grid.

    Where a function is broken or has no value fields are empty, so that whoever draws the rows lifts the pen.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if plot.surface is not None:
        writer.writerow([*plot.names, "f"])
        grid = plot.surface.grid
        for y, row in zip(grid.y, grid.heights, strict=True):
            writer.writerows([_cell(x), _cell(y), _cell(height)] for x, height in zip(grid.x, row, strict=True))
        return text.getvalue()
    several = len(plot.samples) > 1
    name = plot.names[0]
    orders = len(plot.samples[0]) - 1
    heads = ["f", *(entry_label((name,) * order, ()) for order in range(1, orders))]
    writer.writerow([*(["function"] if several else []), name, *heads])
    for number, samples in enumerate(plot.samples):
        curve = next(each for each in plot.curves if each.function == number)
        for row in _with_breaks(samples, curve.breaks).T:
            writer.writerow([*([curve.formula] if several else []), *map(_cell, row)])
    return text.getvalue()


def _with_breaks(samples: Floats, breaks: tuple[float, ...]) -> Floats:
    """The samples, and at each break one without a value."""
    gaps = np.full((len(samples), len(breaks)), np.nan)
    gaps[0] = breaks
    both = np.concatenate([samples, gaps], axis=1)
    return both[:, np.argsort(both[0], kind="stable")]


def _cell(value: float) -> str:
    return "" if np.isnan(value) else exact_text(float(value))
