"""The boxes of a picture: what is written in them, and their colours, which are readable on white and on black."""

from __future__ import annotations

from enum import Enum
from typing import Final

from gradcli.calculus.recorded import Graph, Role, Vertex
from gradcli.render.graphs.labels import grad_text, maker_and_shape, title, value_text

LINE: Final = 30
"""Characters of a line in a box, about."""


class Colour(Enum):
    """What a box is, by its colour."""

    LEAF = "leaf"
    CONSTANT = "constant"
    OPERATION = "operation"
    OUTPUT = "output"


COLOURS: Final = {
    Colour.LEAF: ("#cfe8fc", "#2b6ca3"),
    Colour.CONSTANT: ("#ffffff", "#707070"),
    Colour.OPERATION: ("#e6e6e6", "#707070"),
    Colour.OUTPUT: ("#cdeccd", "#2e7d32"),
}
"""The fill and the line of each kind of box; what is written in it is black."""


def colour_of(vertex: Vertex, graph: Graph) -> Colour:
    """What a vertex is in the picture of a graph."""
    if vertex.number == graph.output.number:
        return Colour.OUTPUT
    return {Role.LEAF: Colour.LEAF, Role.CONSTANT: Colour.CONSTANT, Role.OPERATION: Colour.OPERATION}[vertex.role]


def box_lines(vertex: Vertex) -> list[str]:
    """The lines in a box: what it is, with its value, the gradient by it, and what made it."""
    head, value = title(vertex, LINE), value_text(vertex.value, LINE - 2)
    fits = vertex.text is None and len(head) + len(value) + 3 <= LINE
    lines = [f"{head} = {value}"] if fits else [head, value]
    if vertex.grad is not None:
        lines.append(f"grad {grad_text(vertex, LINE - 5)}")
    return [*lines, maker_and_shape(vertex)]
