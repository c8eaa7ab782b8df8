"""Functions of one variable: their curves, those of their derivatives, and tangents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from gradcli.calculus.sampling.functions import Floats, Function
from gradcli.calculus.sampling.samples import Samples, sample_curve, simplest, window
from gradcli.calculus.sampling.scale import Span, padded
from gradcli.curves.descents import path_of
from gradcli.curves.pictures import Curve, Plot, PlotWish, TangentMark
from gradcli.curves.readings import CurveReading, interval_text, number
from gradcli.language import Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS: Final = 1000
"""Samples of the even grid of a curve that is calculated all at once."""
SLOW: Final = 150
"""The same where each point is calculated by itself."""
ROOM: Final = 0.04
"""Room above and below what is drawn, in parts of it."""
NEARBY: Final = 1e-7
"""How far beside a point its slopes are compared, relative to it."""


def curves(
    readings: Sequence[CurveReading], name: str, ranges: Mapping[str, Span], wish: PlotWish, notes: list[Note]
) -> Plot:
    """The picture of functions of one variable. Raises DiagnosticError where none has a value."""
    functions = [each.function((name,)) for each in readings]
    each_of = list(zip(readings, functions, strict=True))
    counts = [wish.points or (POINTS if function.is_vectorised else SLOW) for function in functions]
    span = ranges.get(name)
    if span is None:
        span = window([reading.derivatives(function) for reading, function in each_of], min(*counts, POINTS))
        notes.append(Note(f"the range is chosen: {interval_text(name, span)}"))
    samples = [
        sample_curve(reading.derivatives(function), *span, count, max(wish.order, 1))
        for (reading, function), count in zip(each_of, counts, strict=True)
    ]
    notes += _without_values(readings, samples, interval_text(name, span))
    notes += [
        Note(f"{reading.text} jumps from point to point, and its breaks are not shown: a smaller range may show more")
        for reading, sampled in zip(readings, samples, strict=True)
        if sampled.rough[0]
    ]
    names = [f"f{index + 1}" for index in range(len(readings))] if len(readings) > 1 else ["f"]
    heights = [visible for each in samples for visible in each.ranges[: wish.order + 1] if visible is not None]
    return Plot(
        (name, ""),
        span,
        wish.vertical or with_room((min(low for low, _ in heights), max(high for _, high in heights))),
        tuple(
            _curve(reading, sampled, index, order, names[index])
            for index, (reading, sampled) in enumerate(zip(readings, samples, strict=True))
            for order in range(wish.order + 1)
        ),
        tuple(
            _tangent(reading, function, at, index, names)
            for index, (reading, function) in enumerate(each_of)
            for at in wish.tangents
        ),
        path=path_of(readings[0], functions[0], wish),
        notes=tuple(notes),
        samples=tuple(np.array([each.points, *each.heights[: wish.order + 1]]) for each in samples),
    )


def _without_values(readings: Sequence[CurveReading], samples: Sequence[Samples], where: str) -> list[Note]:
    """Notes on the functions that have no value anywhere. Raises DiagnosticError where none has one."""
    empty = [
        reading for reading, sampled in zip(readings, samples, strict=True) if not np.isfinite(sampled.heights[0]).any()
    ]
    if len(empty) == len(readings):
        empty[0].refuse("E347", f"{empty[0].text} has no value to draw on {where}", "take another range")
    return [Note(f"{reading.text} has no value to draw on {where}") for reading in empty]


def with_room(span: Span) -> Span:
    """A range of heights with some room, and zero where that is near."""
    low, high = padded(*span)
    height = high - low
    low = 0.0 if 0 < low < height / 4 else low
    high = 0.0 if -height / 4 < high < 0 else high
    return low - ROOM * height, high + ROOM * height


def _curve(reading: CurveReading, sampled: Samples, function: int, order: int, name: str) -> Curve:
    heights = sampled.heights[order]
    at = sampled.kinks[order] if order < len(sampled.kinks) else np.zeros(0)
    kinks = zip(at.tolist(), np.interp(at, sampled.points, heights).tolist(), strict=True)
    return Curve(
        derivative_name(name, order),
        "" if order else reading.text,
        runs_of(sampled.points, heights, sampled.broken[order]),
        order,
        function,
        tuple(kinks),
        breaks_of(sampled, order),
    )


def breaks_of(sampled: Samples, order: int) -> tuple[float, ...]:
    """The places at which a curve is broken, each as the shortest decimal there."""
    broken = np.concatenate([[False], sampled.broken[order], [False]])
    first, last = np.flatnonzero(broken[1:] & ~broken[:-1]), np.flatnonzero(broken[:-1] & ~broken[1:])
    pairs = zip(sampled.points[first].tolist(), sampled.points[last].tolist(), strict=True)
    return tuple(simplest(before, after) for before, after in pairs)


def derivative_name(name: str, order: int) -> str:
    """What a derivative is called: f, f', f'', then f^(3)."""
    return name + ("'" * order if order < 3 else f"^({order})")


def runs_of(points: Floats, heights: Floats, broken: NDArray[np.bool_]) -> tuple[Floats, ...]:
    """The pieces of a curve between its breaks and where it has no value; a single point is none."""
    known = np.isfinite(heights)
    cuts = np.flatnonzero(broken | ~known[1:] | ~known[:-1]) + 1
    pieces = np.split(np.array([points, heights]), cuts, axis=1)
    return tuple(piece for piece in pieces if piece.shape[1] > 1)


def _tangent(reading: CurveReading, function: Function, at: float, index: int, names: Sequence[str]) -> TangentMark:
    """The tangent at a point. Raises DiagnosticError where there is none."""
    name = function.names[0]
    beside = max(abs(at), 1.0) * NEARBY
    values, slopes = reading.derivatives(function)(np.array([at - beside, at, at + beside]), 1)
    value, slope = float(values[1]), float(slopes[1])
    change = abs(slopes[2] - slopes[0])
    if not (np.isfinite(value) and np.isfinite(slope)) or change > 0.01 * max(1.0, abs(slopes[0]), abs(slopes[2])):
        why = "has a kink or a jump" if np.isfinite(value) and np.isfinite(change) else "has no value or no slope"
        message = f"there is no tangent at {name}={number(at)}: {reading.text} {why} there"
        reading.refuse("E348", message, "take another point")
    intercept = value - slope * at
    label = f"tangent{'' if len(names) == 1 else f' to {names[index]}'} at {name}={number(at)}"
    return TangentMark(label, line_text(slope, intercept, name), at, value, slope, intercept, index)


def line_text(slope: float, intercept: float, name: str) -> str:
    """The right side of a line's equation, as one writes it: 2*x - 1."""
    least = 1e-14 * (abs(slope) + abs(intercept))
    slope, intercept = (0.0 if abs(each) <= least else each for each in (slope, intercept))
    if slope == 0:
        return number(intercept)
    head = {1.0: name, -1.0: f"-{name}"}.get(slope, f"{number(slope)}*{name}")
    return head if intercept == 0 else f"{head} {'-' if intercept < 0 else '+'} {number(abs(intercept))}"
