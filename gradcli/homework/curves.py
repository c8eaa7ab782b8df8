"""Points on the curve of an equation: certified ones, at which implicit derivatives are held against answers.

All coordinates of a point but one are numbers as a text writes them; the one that is left is solved for. Floats find
where the equation changes its sign along a line, and balls prove that the curve has exactly one point there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.roots import CurvePoint
from gradcli.homework import samples
from gradcli.homework.evaluation import Points
from gradcli.homework.question import Curve
from gradcli.homework.samples import Region, Samples

LINES: Final = 20
"""Lines along each of the two variables on which points are looked for."""
PER_LINE: Final = 2
"""Points of a line that are taken."""


def draw(region: Region, names: Sequence[str], curve: Curve, seed: int) -> Samples:
    """Points of a region that lie on a curve; those for showing have one simple coordinate. Fewer than are wanted where
    the curve is hard to find, none where it seems to have no points."""
    simple = sorted(_on_curve(region, names, curve, _simple_lines(names, curve.of), (curve.of,)), key=_length)
    del simple[samples.SHOWN :]
    general = more(region, names, curve, seed)
    found = [*simple, *general]
    floats = {name: np.array([numbers.nearest_float(point[name]) for point in found]) for name in names}
    return Samples(floats, len(simple), seed, tuple(found))


def more(region: Region, names: Sequence[str], curve: Curve, seed: int) -> list[CurvePoint]:
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
    region: Region,
    names: Sequence[str],
    curve: Curve,
    lines: Points,
    solved: Sequence[str],
    generator: np.random.Generator | None = None,
) -> list[CurvePoint]:
    """The points on a curve along each of the lines, solved for each of some variables."""
    generator = generator or np.random.default_rng(0)
    found: list[CurvePoint] = []
    for name in solved:
        grid = samples.along_a_line(generator)
        for line in range(len(lines[name])):
            base = {other: float(lines[other][line]) for other in names if other != name}
            roots = samples.places(curve.zero, name, base, grid)
            inside = region.inside({**{other: np.full(len(roots), base[other]) for other in base}, name: roots})
            chosen = generator.permutation(inside[name])[:PER_LINE]
            exact = formula.exact_point(base)
            found += filter(None, (CurvePoint.near(curve.zero, exact, name, float(root)) for root in np.sort(chosen)))
    return found


__all__ = ["draw", "more"]
