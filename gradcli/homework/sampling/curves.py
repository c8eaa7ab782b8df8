"""Points on the curve of an equation: certified ones, at which implicit derivatives are held against answers.

All coordinates of a point but one are numbers as a text writes them; the one that is left is solved for. Floats find
where the equation changes its sign along a line, and balls prove that the curve has exactly one point there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.roots import CurvePoint
from gradcli.homework.asked import ImplicitCurve
from gradcli.homework.sampling import points as samples
from gradcli.homework.sampling.evaluation import Floats, Points, values_or_nan
from gradcli.homework.sampling.points import DomainRegion, SamplePoints
from gradcli.language import Expr

LINES: Final = 20
"""Lines along each of the two variables on which points are looked for."""
PER_LINE: Final = 2
"""Points of a line that are taken."""
BISECTIONS: Final = 40
"""How often an interval in which the sign changes is halved: near enough for Newton's method to do the rest."""


def draw(region: DomainRegion, names: Sequence[str], curve: ImplicitCurve, seed: int) -> SamplePoints:
    """Points of a region that lie on a curve; those for showing have one simple coordinate. Fewer than are wanted where
    the curve is hard to find, none where it seems to have no points."""
    simple = sorted(_on_curve(region, names, curve, _simple_lines(names, curve.of), (curve.of,)), key=_length)
    del simple[samples.SHOWN :]
    general = more(region, names, curve, seed)
    found = [*simple, *general]
    floats = {name: np.array([numbers.nearest_float(point[name]) for point in found]) for name in names}
    return SamplePoints(floats, len(simple), seed, tuple(found))


def more(region: DomainRegion, names: Sequence[str], curve: ImplicitCurve, seed: int) -> list[CurvePoint]:
    """Points of a region that lie on a curve, spread over signs and sizes."""
    generator = np.random.default_rng(seed)
    lines = samples.anywhere(names, generator, LINES)
    found = _on_curve(region, names, curve, lines, (curve.of, curve.by), generator)
    floats = {name: np.array([numbers.nearest_float(point[name]) for point in found]) for name in names}
    return [found[at] for at in samples.spread(floats, names, samples.WANTED)]


def _length(point: CurvePoint) -> tuple[int, float]:
    """How long a point is to write, and how large it is."""
    coordinates = [numbers.nearest_float(point[name]) for name in point]
    return sum(len(repr(abs(each))) for each in coordinates), sum(abs(each) - (each > 0) / 2 for each in coordinates)


def _simple_lines(names: Sequence[str], solved: str) -> Points:
    """The other variables with values that are easy to check by hand."""
    others = [name for name in names if name != solved]
    found = {name: samples.SIMPLE[place:] + samples.SIMPLE[:place] for place, name in enumerate(others)}
    return {name: np.array(values) for name, values in found.items()} | {solved: np.zeros(len(samples.SIMPLE))}


def _on_curve(
    region: DomainRegion,
    names: Sequence[str],
    curve: ImplicitCurve,
    lines: Points,
    solved: Sequence[str],
    generator: np.random.Generator | None = None,
) -> list[CurvePoint]:
    """The points on a curve along each of the lines, solved for each of some variables: a few of each line."""
    generator = generator or np.random.default_rng(0)
    found: list[CurvePoint] = []
    for name in solved:
        line, crossings = _crossings(curve.zero, name, lines, samples.along_a_line(generator))
        left = dict.fromkeys(range(len(lines[name])), PER_LINE)
        inside = np.flatnonzero(region.mask(crossings)) if len(line) else line
        for at in generator.permutation(inside).tolist():
            if left[int(line[at])]:
                exact = formula.exact_point({other: float(crossings[other][at]) for other in names if other != name})
                point = CurvePoint.near(curve.zero, exact, name, float(crossings[name][at]))
                left[int(line[at])] -= point is not None
                found += [] if point is None else [point]
    return found


def _crossings(zero: Expr, name: str, lines: Points, grid: Floats) -> tuple[NDArray[np.intp], Points]:
    """Where an expression changes its sign along lines by one variable: which line each place is on, and the places."""
    count = len(lines[name])
    everywhere = {other: np.repeat(values, len(grid)) for other, values in lines.items()}
    signs = np.sign(values_or_nan(zero, {**everywhere, name: np.tile(grid, count)})).reshape(count, len(grid))
    with np.errstate(invalid="ignore"):
        line, at = np.nonzero(signs[:, 1:] * signs[:, :-1] < 0)
    low, high, left = grid[at], grid[at + 1], signs[line, at]
    points = {other: values[line] for other, values in lines.items()}
    for _ in range(BISECTIONS if len(line) else 0):
        middle = low + (high - low) / 2
        same = np.sign(values_or_nan(zero, {**points, name: middle})) == left
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return line, {**points, name: high}
