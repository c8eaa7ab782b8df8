"""What is written in a vertex of a picture: texts that are short enough for one line, and the boxes around them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, Final

import numpy as np

from gradcli.calculus.recorded import Graph, Kept, Role, Vertex
from gradcli.calculus.results import Array
from gradcli.render.characters import visible
from gradcli.render.numbers import number_text

ELLIPSIS = "…"
LINE: Final = 30
"""Characters of a line in a box, about."""


def shortened(text: str, limit: int) -> str:
    """The text on one line, cut at its end to at most `limit` characters."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= limit else line[: max(limit - 1, 0)].rstrip() + ELLIPSIS


def value_text(array: Array | None, limit: int, digits: int | None = None) -> str:
    """A tensor on one line of at most `limit` characters, if one entry fits: as many entries as fit, with an ellipsis
    for the others; `?` where it is not known."""
    if array is None:
        return "?"
    parts: list[str] = []
    length = 0
    for part in _parts(array, digits):
        parts.append(part)
        length += len(part)
        if length > limit and array.ndim:
            return _cut_short(parts, limit)
    return "".join(parts)


def _cut_short(parts: list[str], limit: int) -> str:
    """The first of the pieces of a tensor's text that is too long, with its brackets closed."""
    while True:
        depth = parts.count("[") - parts.count("]")
        text = "".join(parts).rstrip(", ")
        shortest = all(part in ("[", "]", ", ") for part in parts[:-1])
        text += ("" if text.endswith("[") else ", ") + ELLIPSIS + "]" * depth
        if len(text) <= limit or shortest:
            return text
        parts.pop()


def _parts(array: Array, digits: int | None) -> Iterator[str]:
    """The text of a tensor piece by piece, so that a long one need not be made whole."""
    if array.ndim == 0:
        yield number_text(array.item(), digits)
        return
    yield "["
    for index in range(len(array)):
        if index:
            yield ", "
        yield from _parts(array[index, ...], digits)
    yield "]"


def title(vertex: Vertex, limit: int) -> str:
    """What a vertex is: `e = a*b*d`, the name of a variable, or the operation where the program has no words for it."""
    if vertex.name is not None and vertex.text is not None:
        return shortened(f"{vertex.name} = {vertex.text}", limit)
    if vertex.name is not None or vertex.text is not None:
        return shortened(vertex.name or vertex.text or "", limit)
    if vertex.role is not Role.OPERATION:
        return "constant"
    return f"({vertex.operation})"


def maker(vertex: Vertex) -> str:
    """What made a vertex: its grad_fn, with the output that it is of several, or what it is where nothing did."""
    if vertex.grad_fn is None:
        return vertex.role.value
    return f"{vertex.grad_fn}[{vertex.output_nr}]" if vertex.output_nr else vertex.grad_fn


def maker_and_shape(vertex: Vertex) -> str:
    """`MulBackward0 (2, 3)`: what made a vertex, and the shape of what is no number."""
    return f"{maker(vertex)} {setting_text(vertex.shape)}" if vertex.shape else maker(vertex)


def grad_text(vertex: Vertex, limit: int, digits: int | None = None) -> str:
    """The gradient by a vertex; a dash where none arrived."""
    return "-" if vertex.grad is None else value_text(vertex.grad, limit, digits)


def kept_text(kept: Kept, graph: Graph, limit: int) -> str:
    """`self = x`, `exponent = 2`."""
    if kept.of is not None:
        vertex = graph.vertices[kept.of]
        worth = vertex.name or vertex.text or value_text(vertex.value, limit)
    elif isinstance(kept.value, np.ndarray):
        worth = value_text(kept.value, limit)
    else:
        worth = setting_text(kept.value)
    return f"{kept.name} = {shortened(worth, limit)}"


def setting_text(value: Any) -> str:
    """A setting of an operation as one writes it."""
    if isinstance(value, (bool, int, float)):
        return number_text(value)
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(map(setting_text, value)) + ("," if len(value) == 1 else "") + ")"
    return str(value)


def flags(vertex: Vertex) -> str:
    """`is_leaf True, requires_grad False`."""
    return f"is_leaf {vertex.is_leaf}, requires_grad {vertex.requires_grad}"


def description(vertex: Vertex, graph: Graph) -> list[str]:
    """All that there is to say of a vertex, a line each."""
    lines = [
        title(vertex, 200),
        f"value {value_text(vertex.value, 200)}",
        f"grad {grad_text(vertex, 200)}",
        f"shape {'?' if vertex.shape is None else setting_text(vertex.shape)}, {vertex.dtype}",
        flags(vertex),
        f"grad_fn {vertex.grad_fn}",
    ]
    if vertex.view_of is not None:
        base = graph.vertices[vertex.view_of]
        lines.append(f"a view of {title(base, 60)}")
    lines.extend(f"saved {kept_text(each, graph, 60)}" for each in vertex.kept)
    return lines


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
