"""The recorded graph as a tree of text: the output first, what it was made of below it.

A tensor that takes part more than once is written out once and referred to by its number afterwards. What would stand
too far to the right is written out further below, from the margin. The lines come one after the other, of a graph of
any size, and without recursion.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Final

from gradcli.calculus.recorded import Graph, Vertex
from gradcli.language.values import frozen
from gradcli.render.graphs.labels import (
    flags,
    grad_text,
    kept_text,
    maker,
    maker_and_shape,
    setting_text,
    title,
    value_text,
)

SAMPLE: Final = 1_000
"""Rows by which the columns are measured."""
GAP: Final = "  "
FOLDED_BELOW: Final = 72
"""Columns below which each tensor has its numbers on a line of their own."""
MAX_TITLE: Final = 60
LEAST_LABEL: Final = 12
MAX_VALUE: Final = 28
LEAST_VALUE: Final = 10


@frozen
class BranchSigns:
    """The signs that a tree is drawn with."""

    fork: str
    last: str
    bar: str
    gap: str
    dots: str
    arrow: str


BOXES: Final = BranchSigns("├─ ", "└─ ", "│  ", "   ", "…", "↑")
ASCII: Final = BranchSigns("|- ", "`- ", "|  ", "   ", "...", "^")


@frozen
class TreeStyle:
    """How a tree is written: within how many columns, with which signs and digits, how many levels deep (None: all),
    and whether all that is known of each tensor is said."""

    width: int = 80
    branches: BranchSigns = BOXES
    digits: int | None = None
    depth: int | None = None
    details: bool = False

    @property
    def is_folded(self) -> bool:
        """Whether each tensor has its numbers on lines of their own."""
        return self.details or self.width < FOLDED_BELOW


@frozen
class _Row:
    """One line's place, and what it is about.

    `below` leads the lines that belong to it. With a `remark` it is a mere reference, and the numbers stand elsewhere.
    """

    prefix: str
    below: str
    label: str
    vertex: Vertex
    remark: str | None = None


def tree_lines(graph: Graph, style: TreeStyle) -> Iterator[str]:
    """The lines of the tree."""
    for line in _lines(graph, style):
        yield line if style.branches is BOXES else line.replace("…", ASCII.dots)


def _lines(graph: Graph, style: TreeStyle) -> Iterator[str]:
    rows = _Walk(graph, style).rows()
    if style.is_folded:
        for row in rows:
            yield from _folded(row, graph, style)
        return
    first = list(islice(rows, SAMPLE))
    columns = _Columns(first, style)
    for row in chain(first, rows):
        yield columns.line(row)


class _Walk:
    """The rows of a graph in the tree's order, each made when it is asked for."""

    def __init__(self, graph: Graph, style: TreeStyle) -> None:
        self._graph = graph
        self._operands = graph.operands()
        self._uses = [0] * len(graph.vertices)
        for edge in graph.edges:
            self._uses[edge.source] += 1
        self._branches = style.branches
        self._depth = len(graph.vertices) if style.depth is None else style.depth
        self._levels = max(4, (style.width - (24 if style.is_folded else 62)) // len(style.branches.bar))
        """Levels that are indented; what is deeper begins again at the margin."""
        self._written: set[int] = set()
        self._awaited: set[int] = set()

    def rows(self) -> Iterator[_Row]:
        """The output's tree, and then one for each tensor that was too deep in those before."""
        later: deque[tuple[int, int]] = deque([(self._graph.output.number, 0)])
        while later:
            number, level = later.popleft()
            if number not in self._written:
                if self._written:
                    yield _Row("", "", "", self._graph.vertices[number], "")
                yield from self._tree(number, level, later)

    def _tree(self, root: int, root_level: int, later: deque[tuple[int, int]]) -> Iterator[_Row]:
        """The rows of one tree; `later` gets the tensors, with their levels, for which there is no room."""
        signs = self._branches
        stack: list[tuple[int, int, str, str]] = [(root, root_level, "", "")]
        while stack:
            number, level, prefix, below = stack.pop()
            vertex, operands = self._graph.vertices[number], list(dict.fromkeys(self._operands[number]))
            tag = f"#{number} " if operands else ""
            label = title(vertex, MAX_TITLE)
            if number in self._written:
                yield _Row(prefix, below, tag + label, vertex, f"{signs.arrow} see #{number}" if operands else "")
                continue
            if operands and level - root_level >= self._levels and level < self._depth:
                later.append((number, level))
                self._awaited.add(number)
                yield _Row(prefix, below, tag + label, vertex, f"see #{number} below")
                continue
            self._written.add(number)
            if self._uses[number] < 2 and number not in self._awaited:
                tag = ""
            yield _Row(prefix, below + (signs.bar if operands else ""), tag + label, vertex)
            if operands and level >= self._depth:
                yield _Row(below + signs.last, below + signs.gap, "…", vertex, "")
                continue
            for place, each in reversed(list(enumerate(operands))):
                is_last = place == len(operands) - 1
                sign, rest = (signs.last, signs.gap) if is_last else (signs.fork, signs.bar)
                stack.append((each, level + 1, below + sign, below + rest))


class _Columns:
    """Rows with their numbers in columns."""

    def __init__(self, rows: Sequence[_Row], style: TreeStyle) -> None:
        self._style = style
        whole = [row for row in rows if row.remark is None]
        wanted = max((len(row.prefix) + min(len(row.label), LEAST_LABEL) for row in rows), default=0)
        makers = max((len(maker_and_shape(row.vertex)) for row in whole), default=0)
        room = style.width - wanted - 2 * len(GAP) - len("grad ")
        self._with_maker = (room - makers - len(GAP)) // 2 >= LEAST_VALUE
        spare = room - (makers + len(GAP)) * self._with_maker
        self._most = max(LEAST_VALUE, min(MAX_VALUE, spare // 2))
        cells = [self._cells(row) for row in whole]
        self._value, self._grad = (max((len(each[i]) for each in cells), default=0) for i in range(2))
        taken = self._value + self._grad + (makers + len(GAP)) * self._with_maker + 2 * len(GAP)
        labels = max((len(row.prefix) + len(row.label) for row in rows), default=0)
        self._label = min(labels, max(wanted, style.width - taken))

    def _cells(self, row: _Row) -> tuple[str, str, str]:
        """The value, the gradient, and what made it."""
        vertex, digits = row.vertex, self._style.digits
        grad = "" if vertex.grad is None else f"grad {grad_text(vertex, self._most, digits)}"
        return value_text(vertex.value, self._most, digits), grad, maker_and_shape(vertex)

    def line(self, row: _Row) -> str:
        """The row as a line."""
        label = row.prefix + _cut(row.label, max(self._label - len(row.prefix), 8))
        if row.remark is not None:
            return _cut(f"{label.ljust(self._label)}{GAP}{row.remark}".rstrip(), self._style.width)
        value, grad, made_by = self._cells(row)
        cells = [label.ljust(self._label), value.ljust(self._value), grad.ljust(self._grad)]
        return GAP.join([*cells, made_by] if self._with_maker else cells).rstrip()


def _folded(row: _Row, graph: Graph, style: TreeStyle) -> Iterator[str]:
    """The row with the numbers below it."""
    if row.remark is not None:
        label = _cut(row.label, max(8, style.width - len(row.prefix) - len(GAP) - len(row.remark)))
        yield f"{row.prefix}{label}{GAP}{row.remark}".rstrip()
        return
    yield _cut(f"{row.prefix}{row.label}", style.width)
    room = max(LEAST_LABEL, style.width - len(row.below) - len("value "))
    lines = _details(row.vertex, graph, style, room) if style.details else _numbers(row.vertex, style, room)
    for line in lines:
        yield row.below + _cut(line, max(style.width - len(row.below), LEAST_LABEL))


def _numbers(vertex: Vertex, style: TreeStyle, room: int) -> list[str]:
    """Value, gradient and what made it, on one line where there is room."""
    grad = "" if vertex.grad is None else f"grad {grad_text(vertex, room, style.digits)}"
    parts = [each for each in (value_text(vertex.value, room, style.digits), grad, maker_and_shape(vertex)) if each]
    line = GAP.join(parts)
    return [line] if len(line) <= room + len("value ") else parts


def _details(vertex: Vertex, graph: Graph, style: TreeStyle, room: int) -> list[str]:
    """All that is known of a tensor."""
    lines = [
        f"value {value_text(vertex.value, room, style.digits)}",
        f"grad  {'None' if vertex.grad is None else grad_text(vertex, room, style.digits)}",
        f"shape {'?' if vertex.shape is None else setting_text(vertex.shape)}, {vertex.dtype}",
        flags(vertex),
        f"grad_fn {maker(vertex) if vertex.grad_fn else None}",
    ]
    if vertex.view_of is not None:
        lines.append(f"view of {title(graph.vertices[vertex.view_of], room)}")
    return [*lines, *(f"saved {kept_text(each, graph, room)}" for each in vertex.kept)]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
