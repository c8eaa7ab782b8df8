"""Pictures of functions as plain data: curves with their breaks and kinks, tangents, contours, and paths of descent.

What is calculated here is drawn elsewhere, in a terminal or a file (`render.plots`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from gradcli.calculus.sampling.functions import Floats
from gradcli.calculus.sampling.scale import Span
from gradcli.curves.lines import curves, runs_of, with_room
from gradcli.curves.pictures import Curve, Descent, Path, Plot, PlotWish, Surface, TangentMark
from gradcli.curves.readings import check_names, ranges_in, read_all, unused, variables
from gradcli.curves.surfaces import surface

if TYPE_CHECKING:
    from gradcli.calculus.results import Array
    from gradcli.language import Expr

ANYWHERE: Final = "x"
"""The variable of a picture whose functions have none."""
FALLS_FAR: Final = 1e3
"""Positive values that fall by more than this are shown by their logarithms."""


def sample(
    texts: Sequence[str],
    ranges: Mapping[str, Span],
    bindings: Mapping[str, Array | Expr] | None = None,
    wish: PlotWish | None = None,
) -> Plot:
    """The picture of functions: of one variable their curves, of two the contours of one.

    `ranges` are those of the variables; where there is none it is chosen, and noted. `bindings` are the values of all
    others. Raises DiagnosticError, also where there are more than two variables, or nothing is to be seen.
    """
    bindings, wish = bindings or {}, wish or PlotWish()
    readings = read_all(texts, ranges, bindings)
    ranges = {**ranges_in(readings), **ranges}
    names = variables(readings, bindings)
    check_names(readings, names, ranges)
    notes = [note for each in readings for note in each.notes] + unused(readings, bindings)
    if len(names) == 2:
        return surface(readings, names, ranges, wish, notes)
    return curves(readings, names[0] if names else next(iter(ranges), ANYWHERE), ranges, wish, notes)


def history(values: Sequence[float], label: str = "f") -> Plot:
    """The picture of values step by step: on a logarithmic scale where all are positive and they fall far.

    Raises ValueError where none is finite.
    """
    heights = np.asarray(values, np.float64)
    known = heights[np.isfinite(heights)]
    if not len(known):
        raise ValueError("there are no values to draw")
    low, high = float(known.min()), float(known.max())
    logarithmic = low > 0 and high > FALLS_FAR * low
    steps = np.arange(len(heights), dtype=np.float64)
    pieces = runs_of(steps, heights, np.zeros(len(heights) - 1, bool))
    return Plot(
        ("step", label),
        (0.0, float(max(len(heights) - 1, 1))),
        (low, high) if logarithmic else with_room((low, high)),
        (Curve(label, "", pieces),),
        logarithmic=logarithmic,
        samples=(np.array([steps, heights]),),
    )


__all__ = [
    "Curve",
    "Descent",
    "Floats",
    "Path",
    "Plot",
    "PlotWish",
    "Span",
    "Surface",
    "TangentMark",
    "history",
    "sample",
]
