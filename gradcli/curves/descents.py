"""The path of a descent, as it is drawn over a function."""

from __future__ import annotations

from typing import Final

import numpy as np

from gradcli.calculus.sampling.functions import Floats, Function
from gradcli.curves.pictures import Descent, Path, PlotWish
from gradcli.curves.readings import CurveReading, number

FAR: Final = 1e12
"""How far a descent goes before it is given up."""


def path_of(reading: CurveReading, function: Function, wish: PlotWish) -> Path | None:
    """The path given, or that of a descent; of a function of one variable along its curve. Raises DiagnosticError."""
    if wish.path is not None:
        points = np.array(wish.path, np.float64).reshape(len(wish.path), len(function.names)).T
        label = "path"
    elif wish.descent is not None:
        descent = wish.descent
        start = _start(reading, function, descent)
        points = reading.located(lambda: descended(function, start, descent))
        label = f"gradient descent, lr {number(descent.rate)}, {points.shape[1] - 1} steps"
        if _diverged(function, points, descent):
            label += ", diverged"
    else:
        return None
    if len(function.names) == 1:
        points = np.array([points[0], reading.located(lambda: function.values((points[0],)))])
    return Path(points, label)


def _start(reading: CurveReading, function: Function, descent: Descent) -> Floats:
    """Where a descent begins. Raises DiagnosticError where that is no point of the function."""
    if set(descent.start) != set(function.names):
        there = ",".join(f"{name}=1" for name in function.names)
        message = f"a descent starts at a value of {' and of '.join(function.names)}"
        reading.refuse("E349", message, f"write --descent {there}")
    return np.array([descent.start[name] for name in function.names])


def _diverged(function: Function, points: Floats, descent: Descent) -> bool:
    """Whether a descent ended because the next step would have led far away."""
    at = points[:, -1]
    slopes = function.with_gradient(tuple(at[:, None]))[1:, 0]
    return points.shape[1] <= descent.steps and _is_away(at - descent.rate * slopes)


def _is_away(point: Floats) -> bool:
    return not np.isfinite(point).all() or bool(np.abs(point).max() > FAR)


def descended(function: Function, start: Floats, descent: Descent) -> Floats:
    """The points of a gradient descent, of shape (variables, steps + 1).

    It ends where it stands still, is far away, or has done its steps. Raises Failure.
    """
    points = [start]
    for _ in range(descent.steps):
        slopes = function.with_gradient(tuple(points[-1][:, None]))[1:, 0]
        point = points[-1] - descent.rate * slopes
        if _is_away(point) or (point == points[-1]).all():
            break
        points.append(point)
    return np.array(points).T
