"""A layered layout of a directed graph without cycles, from the top to the bottom.

The steps are Sugiyama's (Sugiyama, Tagawa, Toda 1981): layers by the longest path, an order in each layer that saves
crossings (barycentres), and coordinates that keep edges straight. Where an edge passes a layer it has a place there, as
a box has; all edges from one box share these places, which keeps a variable that is used all over the graph from
filling it with lines. Coordinates come from weighted isotonic regression: each layer in turn takes the places that are
nearest to where its neighbours are, among those that keep its order and its distances.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

from gradcli.language.values import frozen

BETWEEN_BOXES: Final = 24.0
BETWEEN_LINES: Final = 18.0
BETWEEN_LAYERS: Final = 44.0
LINE_WIDTH: Final = 4.0
MAX_SWEEPS: Final = 24
EFFORT: Final = 300_000
"""Places times sweeps, about, that a layout may take."""
STRAIGHT: Final = 8.0
"""The weight of a line between two places that an edge passes, against that of one between boxes."""


@frozen
class Place:
    """Where a box is: its centre, and its size."""

    x: float
    y: float
    width: float
    height: float


@frozen
class Route:
    """The points that an edge goes through, between which it is curved or straight, from its source to its target."""

    source: int
    target: int
    points: tuple[tuple[float, float], ...]


@frozen
class Arrangement:
    """A graph laid out: its boxes, its edges, and the size of it all, which begins at 0, 0."""

    places: tuple[Place, ...]
    routes: tuple[Route, ...]
    width: float
    height: float


@dataclass
class _Cell:
    """A box, or, with `box` None, a place that an edge passes, in one layer."""

    layer: int
    width: float
    box: int | None
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    x: float = 0.0


def arranged(sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> Arrangement:
    """The layout of boxes of these widths and heights; each edge leads from a box to one with a larger number."""
    layout = _Layered(sizes, edges)
    layout.order()
    layout.place()
    return layout.arrangement()


class _Layered:
    def __init__(self, sizes: Sequence[tuple[float, float]], edges: Sequence[tuple[int, int]]) -> None:
        self._sizes, self._edges = sizes, edges
        layers = _layers(len(sizes), edges)
        self._cells = [_Cell(layer, sizes[box][0], box) for box, layer in enumerate(layers)]
        self._passed: dict[tuple[int, int], int] = {}
        """By box and layer, the cell at which the box's edges pass the layer."""
        for source, target in dict.fromkeys(edges):
            before = source
            for layer in range(layers[source] + 1, layers[target]):
                before = self._passing(source, layer, before)
            self._join(before, target)
        self._rows: list[list[int]] = [[] for _ in range(max(layers, default=0) + 1)]
        sweeps = EFFORT // (len(self._cells) + 1)
        self._sweeps = max(2, min(MAX_SWEEPS, sweeps))

    def _passing(self, source: int, layer: int, before: int) -> int:
        cell = self._passed.get((source, layer))
        if cell is None:
            cell = self._passed[source, layer] = len(self._cells)
            self._cells.append(_Cell(layer, LINE_WIDTH, None))
            self._join(before, cell)
        return cell

    def _join(self, upper: int, lower: int) -> None:
        self._cells[upper].below.append(lower)
        self._cells[lower].above.append(upper)

    def order(self) -> None:
        """Put the cells of each layer in an order that crosses few edges."""
        for cell in self._depth_first():
            self._rows[self._cells[cell].layer].append(cell)
        best, fewest = [list(row) for row in self._rows], self._crossings()
        for sweep in range(self._sweeps):
            if not fewest:
                break
            self._sweep(downwards=sweep % 2 == 0)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(row) for row in self._rows], crossings
        self._rows = best

    def _depth_first(self) -> list[int]:
        """All cells as a walk from the last box upwards meets them: operands from left to right."""
        found: list[int] = []
        seen: set[int] = set()
        ends = [number for number, cell in enumerate(self._cells) if not cell.below]
        stack = list(reversed(ends))
        while stack:
            number = stack.pop()
            if number not in seen:
                seen.add(number)
                found.append(number)
                stack.extend(reversed(self._cells[number].above))
        return found

    def _sweep(self, *, downwards: bool) -> None:
        rows = range(1, len(self._rows)) if downwards else range(len(self._rows) - 2, -1, -1)
        for index in rows:
            places = {cell: place for place, cell in enumerate(self._rows[index - 1 if downwards else index + 1])}
            row = self._rows[index]
            keys = {}
            for place, number in enumerate(row):
                cell = self._cells[number]
                neighbours = [places[each] for each in (cell.above if downwards else cell.below)]
                keys[number] = sum(neighbours) / len(neighbours) if neighbours else float(place)
            row.sort(key=keys.__getitem__)

    def _crossings(self) -> int:
        """How many pairs of edges between neighbouring layers cross."""
        total = 0
        for index in range(1, len(self._rows)):
            places = {cell: place for place, cell in enumerate(self._rows[index])}
            passed: list[int] = []
            for number in self._rows[index - 1]:
                ends = sorted(places[each] for each in self._cells[number].below)
                total += sum(len(passed) - bisect_left(passed, end + 1) for end in ends)
                for end in ends:
                    insort(passed, end)
        return total

    def place(self) -> None:
        """Give each cell its x."""
        for row in self._rows:
            x = 0.0
            for before, number in zip([None, *row], row, strict=False):
                x += 0.0 if before is None else self._distance(before, number)
                self._cells[number].x = x
        for sweep in range(self._sweeps + self._sweeps % 2):
            downwards = sweep % 2 == 0
            both = sweep >= self._sweeps // 2
            for row in self._rows if downwards else reversed(self._rows):
                self._settle(row, downwards, both)
        self._straighten()
        least = min((cell.x - cell.width / 2 for cell in self._cells), default=0.0)
        for cell in self._cells:
            cell.x -= least

    def _settle(self, row: Sequence[int], downwards: bool, both: bool) -> None:
        """Move the cells of a layer as near as they can come to their neighbours above, or below, or both."""
        wishes: list[float] = []
        weights: list[float] = []
        offset, offsets = 0.0, []
        for before, number in zip([None, *row], row, strict=False):
            cell = self._cells[number]
            offset += 0.0 if before is None else self._distance(before, number)
            neighbours = cell.above + cell.below if both else cell.above if downwards else cell.below
            pulls = [(self._cells[each].x, self._pull(cell, self._cells[each])) for each in neighbours]
            weight = sum(pull for _, pull in pulls)
            wish = sum(x * pull for x, pull in pulls) / weight if pulls else cell.x
            offsets.append(offset)
            wishes.append(wish - offset)
            weights.append(weight if pulls else 0.01)
        for number, x, shift in zip(row, _isotonic(wishes, weights), offsets, strict=True):
            self._cells[number].x = x + shift

    @staticmethod
    def _pull(cell: _Cell, other: _Cell) -> float:
        return STRAIGHT if cell.box is None and other.box is None else 1.0

    def _straighten(self) -> None:
        """Put the places that a box's edges pass one below the other, as far as their neighbours leave room."""
        room = {}
        for row in self._rows:
            for before, number, after in zip([None, *row], row, [*row[1:], None], strict=False):
                least = -inf if before is None else self._cells[before].x + self._distance(before, number)
                most = inf if after is None else self._cells[after].x - self._distance(number, after)
                room[number] = least, most
        run: list[int] = []
        least, most = -inf, inf
        previous = None
        for source, layer in sorted(self._passed):
            number = self._passed[source, layer]
            low, high = max(least, room[number][0]), min(most, room[number][1])
            if source != previous or low > high:
                self._align(run, least, most)
                run, (low, high) = [], room[number]
            run.append(number)
            least, most, previous = low, high, source
        self._align(run, least, most)

    def _align(self, run: Sequence[int], least: float, most: float) -> None:
        """Give all cells of a run one x between the bounds, in the middle of where they are."""
        if run:
            middle = sorted(self._cells[number].x for number in run)[len(run) // 2]
            for number in run:
                self._cells[number].x = min(max(middle, least), most)

    def _distance(self, first: int, second: int) -> float:
        """The least distance of two cells side by side, from centre to centre."""
        left, right = self._cells[first], self._cells[second]
        gap = BETWEEN_LINES if left.box is None or right.box is None else BETWEEN_BOXES
        return (left.width + right.width) / 2 + gap

    def arrangement(self) -> Arrangement:
        """Boxes and edges with their coordinates."""
        heights = [
            max((self._sizes[box][1] for cell in row if (box := self._cells[cell].box) is not None), default=0.0)
            for row in self._rows
        ]
        tops = [sum(heights[:index]) + BETWEEN_LAYERS * index for index in range(len(heights))]
        boxes = self._cells[: len(self._sizes)]
        places = tuple(
            Place(cell.x, tops[cell.layer] + heights[cell.layer] / 2, *size)
            for cell, size in zip(boxes, self._sizes, strict=True)
        )
        width = max((cell.x + cell.width / 2 for cell in self._cells), default=0.0)
        height = tops[-1] + heights[-1] if tops else 0.0
        return Arrangement(places, self._routes(places, tops, heights), width, height)

    def _routes(self, places: Sequence[Place], tops: Sequence[float], heights: Sequence[float]) -> tuple[Route, ...]:
        """The edges' ways. Of those that share a way the longest has it all, and the others begin where they leave it:
        else there would be as many points as edges times layers."""
        longest = self._longest()
        ports = self._ports(places, longest)
        routes = []
        for number, (source, target) in enumerate(self._edges):
            passed = range(self._cells[source].layer + 1, self._cells[target].layer)
            points = []
            if not passed or longest[source] == number:
                points.append((ports[0][number], places[source].y + places[source].height / 2))
            for layer in passed:
                x = self._cells[self._passed[source, layer]].x
                if points:
                    points.append((x, tops[layer]))
                if points or layer == passed[-1]:
                    points.append((x, tops[layer] + heights[layer]))
            points.append((ports[1][number], places[target].y - places[target].height / 2))
            routes.append(Route(source, target, tuple(points)))
        return tuple(routes)

    def _longest(self) -> dict[int, int]:
        """By box, the edge from it that passes most layers."""
        found: dict[int, int] = {}
        for number, (source, target) in enumerate(self._edges):
            other = found.setdefault(source, number)
            if self._cells[target].layer > self._cells[self._edges[other][1]].layer:
                found[source] = number
        return found

    def _ports(self, places: Sequence[Place], longest: Mapping[int, int]) -> tuple[dict[int, float], dict[int, float]]:
        """By edge, where it leaves its box, if it does not begin on the way of a longer one,
        and where it enters its target: side by side, as they come."""
        leaving: dict[int, list[tuple[float, int]]] = {}
        entering: dict[int, list[tuple[float, int]]] = {}
        for number, (source, target) in enumerate(self._edges):
            layers = self._cells[source].layer + 1, self._cells[target].layer - 1
            first, last = [
                places[end].x if layers[0] > layers[1] else self._cells[self._passed[source, layer]].x
                for end, layer in zip((target, source), layers, strict=True)
            ]
            if layers[0] > layers[1] or longest[source] == number:
                leaving.setdefault(source, []).append((first, number))
            entering.setdefault(target, []).append((last, number))
        return _spread(leaving, places), _spread(entering, places)


def _spread(edges: Mapping[int, list[tuple[float, int]]], places: Sequence[Place]) -> dict[int, float]:
    """By edge, its place along a side of its box: edges share the middle half of it, ordered by their other ends."""
    found = {}
    for box, each in edges.items():
        width = places[box].width / 2
        step = min(width / max(len(each) - 1, 1), 20.0)
        for place, (_, number) in enumerate(sorted(each)):
            found[number] = places[box].x + (place - (len(each) - 1) / 2) * step
    return found


def _layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The layer of each box: one below the lowest of what leads to it, and then as far down as what it leads to allows,
    unless that would draw other edges out.

    It would where a box that leads to it leads elsewhere, too; not so where nothing leads to that: a variable's edges
    share a way, and all that is made of variables alone stands where it is used.
    """
    sources: list[list[int]] = [[] for _ in range(count)]
    targets: list[list[int]] = [[] for _ in range(count)]
    for source, target in dict.fromkeys(edges):
        sources[target].append(source)
        targets[source].append(target)
    layers = [0] * count
    for box in range(count):
        layers[box] = max((layers[each] + 1 for each in sources[box]), default=0)
    for box in reversed(range(count)):
        if targets[box] and not any(sources[each] and len(targets[each]) > 1 for each in sources[box]):
            layers[box] = min(layers[each] for each in targets[box]) - 1
    return layers


def _isotonic(wishes: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The numbers that never decrease and are nearest to the wishes, by weighted squares (pool adjacent violators)."""
    blocks: list[tuple[float, float, int]] = []
    for wish, weight in zip(wishes, weights, strict=True):
        mean, total, count = wish, weight, 1
        while blocks and blocks[-1][0] > mean:
            before, above, more = blocks.pop()
            mean = (mean * total + before * above) / (total + above)
            total, count = total + above, count + more
        blocks.append((mean, total, count))
    return [mean for mean, _, count in blocks for _ in range(count)]
