"""Points at which an answer is held against the derivative: reproducible, wherever the domain lies, away from edges.

Points come from two sources. Some are drawn at all scales and with all signs. Others come from the expression itself:
along each variable, the places where something happens (an edge of the domain, a pole, a kink, a zero of a sum) are
looked for on a wide grid and closed in on by bisection; points are then drawn between them and close beside them, so
that a domain such as 100 < x < 101 and a bump at 12345 are both found.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from gradcli.calculus.balls.formula import Point
from gradcli.homework.sampling.domains import conditions, events, kinks
from gradcli.homework.sampling.evaluation import Floats, Points, count_of, point_of, values_or_nan
from gradcli.language import Expr
from gradcli.language.values import frozen

WANTED: Final = 40
"""Points that an answer is held against."""
DRAWN: Final = 600
"""Points that are drawn to choose from."""
SCALES: Final = (-1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6)
SHOWN: Final = 16
"""Points for showing."""
SIMPLE: Final = (1.0, 2.0, 3.0, -1.0, 0.5, -2.0, 4.0, 0.0, -0.5, 5.0, 10.0, 0.25, -3.0, 0.1, 20.0, 100.0)
"""Coordinates that are easy to check by hand, the simplest first: for showing, not for deciding."""
DIGITS: Final = 5
DECIMALS: Final = 3
"""Significant digits of drawn coordinates, so that a point can be told; with at least so many decimals, so that large
ones are no integers."""
TOLD: Final = 10
"""Significant digits of places, and of points beside them."""
BETWEEN: Final = 48
"""Points between the places along a line, three at least in each interval."""
BISECTIONS: Final = 50
MAX_PLACES: Final = 40
"""Places along one variable that are looked at more closely, nearest to zero first."""
MAX_EVENTS: Final = 60
LINES: Final = 3
"""Lines along each variable that are searched where there are several variables."""
MARGIN: Final = 1e-7
"""How near to a kink or an edge, relative to the size of the variables, a point may lie."""
BESIDE: Final = (1e-4, 1e-2, 0.3)
"""Distances from a place, relative to its size or to the distance to the next one, at which points are put."""
CLOSER: Final = (1e-8, 1e-6, *BESIDE)
"""The same where an answer is looked at more closely: what is narrow shows only there."""


@frozen
class SamplePoints:
    """Points of the domain; the first `simple` of them are for showing only."""

    points: Points
    simple: int
    seed: int
    exact: tuple[Point, ...] = ()
    """The same points exactly, where they are no floats."""

    @property
    def count(self) -> int:
        """How many points there are."""
        return count_of(self.points)


def draw(region: DomainRegion, names: Sequence[str], seed: int) -> SamplePoints:
    """Points of a region: fewer than WANTED where it is hard to find, none where it seems to be empty."""
    generator = np.random.default_rng(seed)
    simple = {name: shown[:SHOWN] for name, shown in region.inside(_simple_points(names)).items()}
    drawn = region.inside(anywhere(names, generator))
    found = region.inside(_found(names, region, drawn, generator))
    general = _chosen(names, drawn, found, generator)
    points = {name: np.concatenate([simple[name], general[name]]) for name in names}
    return SamplePoints(points, len(simple[names[0]]) if names else 0, seed)


def beside(
    expressions: Sequence[Expr],
    features: Sequence[Expr],
    names: Sequence[str],
    start: Points,
    region: DomainRegion,
    seed: int,
) -> Points:
    """Points of the region beside the places where something happens to the expressions, or a feature vanishes."""
    generator = np.random.default_rng(seed)
    happening = [*features, *(event for expression in expressions for event in events(expression))]
    parts = [anywhere(names, generator, 40)]
    bases = _bases(start, names, 2)
    parts += [_along(name, names, happening, base, generator, CLOSER) for name in names for base in bases]
    return region.inside(_joined(names, parts))


def seed_of(*texts: str) -> int:
    """A number that texts decide, the same everywhere."""
    return int.from_bytes(hashlib.blake2b("\n".join(texts).encode(), digest_size=6).digest(), "big")


class DomainRegion:
    """Where expressions are defined and conditions hold; with `beyond_floats` also where they are too large for
    floats."""

    def __init__(self, expressions: Sequence[Expr], domain: Sequence[Expr], *, beyond_floats: bool = False) -> None:
        self._is_defined = (lambda found: ~np.isnan(found)) if beyond_floats else np.isfinite
        self.expressions = tuple(expressions)
        self.conditions = (*domain, *(each for expression in expressions for each in conditions(expression)))
        self.kinks = tuple(dict.fromkeys(each for expression in expressions for each in kinks(expression)))
        edges = [each for expression in (*expressions, *domain) for each in events(expression)]
        self.events = tuple(dict.fromkeys(edges))[:MAX_EVENTS]

    def inside(self, points: Points) -> Points:
        """The points that lie in the region and not on a kink."""
        kept = self.mask(points)
        return {name: coordinates[kept] for name, coordinates in points.items()}

    def mask(self, points: Points) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which of the points lie in the region and not on a kink."""
        count = count_of(points)
        kept = np.ones(count, bool)
        for expression in self.expressions:
            kept &= self._is_defined(values_or_nan(expression, points))
        for condition in self.conditions:
            kept &= values_or_nan(condition, points) > 0
        size = np.maximum.reduce([np.abs(each) for each in points.values()]) if points else np.zeros(count)
        for kink in self.kinks:
            distance = np.abs(values_or_nan(kink, points))
            if np.any(distance > 0):  # max(x, x) ties everywhere, and has no kink anywhere
                kept &= ~(distance <= MARGIN * np.minimum(size, 1.0))
        return kept


def places(event: Expr, name: str, base: Mapping[str, float], grid: Floats) -> Floats:
    """Where, along one variable, an expression changes its sign or stops having a value."""

    def at(coordinates: Floats) -> Floats:
        points = {other: np.full(len(coordinates), value) for other, value in base.items()}
        return values_or_nan(event, {**points, name: coordinates})

    state = _state(at(grid))
    change = np.flatnonzero(state[1:] != state[:-1])[: 4 * MAX_PLACES]
    if not len(change):
        return np.empty(0)
    low, high, left = grid[change], grid[change + 1], state[change]
    for _ in range(BISECTIONS):
        middle = low + (high - low) / 2
        same = _state(at(middle)) == left
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return high


def _state(numbers: Floats) -> Floats:
    """Negative, zero or positive; or no number."""
    return np.where(np.isnan(numbers), 7.0, np.sign(numbers))


def _simple_points(names: Sequence[str]) -> Points:
    """(1, 2), (2, 3) …: different coordinates for different variables, since equal ones hide what is exchanged."""
    if len(names) == 1:
        scaled = [sign * digit * 10.0**scale for scale in SCALES for digit in (1, 2, 5) for sign in (1, -1)]
        return {names[0]: np.array([*SIMPLE, *(each for each in scaled if each not in SIMPLE)])}
    cycle = (1.0, 2.0, 3.0, -1.0, 0.5, 4.0, -2.0)
    rows = [[cycle[(start + place * step) % len(cycle)] for start in range(len(cycle)) for step in (1, 2, 3)]
            for place in range(len(names))]  # fmt: skip
    return {name: np.array(row) for name, row in zip(names, rows, strict=True)}


def anywhere(names: Sequence[str], generator: np.random.Generator, count: int = DRAWN) -> Points:
    """Points at all scales and with all signs: half of moderate size, half of any size, some with one size for all."""
    size = (len(names), count)
    moderate = generator.uniform(0.05, 4.0, size)
    exponents = generator.uniform(-4, 4, size)
    together = generator.random(count) < 0.5
    exponents[:, together] = exponents[:1, together] + generator.uniform(-0.5, 0.5, size)[:, together]
    magnitudes = np.where(generator.random(count) < 0.6, moderate, 10.0**exponents)
    coordinates = _rounded(magnitudes * generator.choice([-1.0, 1.0], size), DIGITS, DECIMALS)
    return dict(zip(names, coordinates, strict=True))


def _found(names: Sequence[str], region: DomainRegion, drawn: Points, generator: np.random.Generator) -> Points:
    """Points between and beside the places where something happens along each variable."""
    lines = 1 if len(names) == 1 else LINES
    start = drawn if names and len(drawn[names[0]]) else anywhere(names, generator, lines)
    parts = [
        _along(name, names, region.events, base, generator)
        for name in names
        for base in _bases(start, names, lines)
    ]  # fmt: skip
    return _joined(names, parts)


def _bases(start: Points, names: Sequence[str], count: int) -> list[dict[str, float]]:
    available = len(start[names[0]]) if names else 0
    return [{name: float(value) for name, value in point_of(start, at).items()} for at in range(min(count, available))]


def _along(
    name: str,
    names: Sequence[str],
    happening: Sequence[Expr],
    base: Mapping[str, float],
    generator: np.random.Generator,
    shares: Sequence[float] = BESIDE,
) -> Points:
    grid = along_a_line(generator)
    found = np.concatenate([np.empty(0), *(places(event, name, base, grid) for event in happening[:MAX_EVENTS])])
    found = np.unique(np.where(np.abs(found) > 1e-9, _rounded(found), found))
    nearest = np.sort(found[np.argsort(np.abs(found), kind="stable")][:MAX_PLACES])
    coordinates = _around(nearest, generator, shares)
    return {other: coordinates if other == name else np.full(len(coordinates), base[other]) for other in names}


def along_a_line(generator: np.random.Generator) -> Floats:
    """Coordinates of both signs and all sizes, none of them special."""
    jitter = generator.random()
    steps = 10.0 ** np.linspace(-9, 12, 421 + int(20 * jitter))
    fine = np.linspace(-12.03, 12.07, 1201) + 0.004 * jitter
    return np.unique(np.concatenate([-steps, steps, fine]))


def _around(found: Floats, generator: np.random.Generator, shares: Sequence[float]) -> Floats:
    """Coordinates between the places, beyond the outermost, and at small distances from each."""
    if not len(found):
        return found
    ends = [found[0] - 2 * max(abs(found[0]), 1.0), *found, found[-1] + 2 * max(abs(found[-1]), 1.0)]
    coordinates: list[float] = []
    each = max(3, BETWEEN // (len(ends) - 1))
    for low, high in pairwise(ends):
        coordinates += [low + (high - low) * generator.uniform(0.05, 0.95) for _ in range(each)]
    for place, gap in zip(found, np.diff(ends)[:-1], strict=True):
        size = abs(place) or min(1.0, gap)
        for share in shares:
            distance = share * min(size, 1.0) * generator.uniform(0.5, 1.0)
            coordinates += [place - distance, place + distance]
    return _rounded(np.array(coordinates))  # as few digits as still keep them where they are


def _joined(names: Sequence[str], parts: Sequence[Points]) -> Points:
    return {name: np.concatenate([np.empty(0), *(part[name] for part in parts)]) for name in names}


def _chosen(names: Sequence[str], drawn: Points, found: Points, generator: np.random.Generator) -> Points:
    """As many points as are wanted: half of each source where both have them, spread over signs and sizes."""
    pick_drawn = spread(drawn, names, WANTED)
    pick_found = generator.permutation(len(found[names[0]]) if names else 0)[:WANTED]
    half = WANTED // 2
    from_found = pick_found[: max(half, WANTED - len(pick_drawn))]
    from_drawn = pick_drawn[: max(half, WANTED - len(from_found))]
    return {name: np.concatenate([drawn[name][from_drawn], found[name][np.sort(from_found)]]) for name in names}


def spread(points: Points, names: Sequence[str], wanted: int) -> Floats:
    """Indices of points, one after the other from each combination of signs and sizes."""
    if not names:
        return np.empty(0, int)
    groups: dict[tuple[object, ...], list[int]] = {}
    for at in range(len(points[names[0]])):
        groups.setdefault(tuple(_size(float(points[name][at])) for name in names), []).append(at)
    ordered = [members for _, members in sorted(groups.items(), key=lambda item: str(item[0]))]
    order = [members[rank] for rank in range(wanted) for members in ordered if rank < len(members)]
    return np.array(order[:wanted], int)


def _size(coordinate: float) -> tuple[bool, int]:
    """The sign of a number, and its size to two powers of ten."""
    return coordinate > 0, math.floor(math.log10(abs(coordinate)) / 2) if coordinate else 0


def _rounded(numbers: Floats, digits: int = TOLD, decimals: int | None = None) -> Floats:
    """Numbers to some significant digits, and at least so many decimals; as they are where that means nothing."""
    with np.errstate(all="ignore"):
        scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.abs(numbers))))
        scale = scale if decimals is None else np.maximum(scale, 10.0**decimals)
        return np.where(np.isfinite(scale), np.round(numbers * scale) / scale, numbers)
