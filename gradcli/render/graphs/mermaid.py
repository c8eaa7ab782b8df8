"""The recorded graph as a Mermaid flowchart, which Markdown on many a site shows as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gradcli.calculus.recorded import Graph
from gradcli.render.graphs.labels import COLOURS, Colour, box_lines, colour_of

_CODES: Final = {"&": "&amp;", "#": "#35;", '"': "#quot;", "<": "&lt;", ">": "&gt;", "`": "#96;"}


def mermaid_lines(graph: Graph) -> Iterator[str]:
    """The lines of the chart, each with its end."""
    yield "flowchart TD\n"
    for vertex in graph.vertices:
        label = "<br/>".join(map(_escaped, box_lines(vertex)))
        colour = colour_of(vertex, graph)
        opening, closing = ("[", "]") if colour is Colour.OPERATION else ("(", ")")
        yield f'  n{vertex.number}{opening}"{label}"{closing}:::{colour.value}\n'
    for edge in graph.edges:
        yield f"  n{edge.source} --> n{edge.target}\n"
    for vertex in graph.vertices:
        if vertex.view_of is not None:
            yield f"  n{vertex.view_of} -.- n{vertex.number}\n"
    for colour, (fill, line) in COLOURS.items():
        dashes = ",stroke-dasharray:4 3" if colour is Colour.CONSTANT else ""
        yield f"  classDef {colour.value} fill:{fill},stroke:{line},color:#1a1a1a{dashes}\n"


def _escaped(text: str) -> str:
    """A line between quotes: what would end them, or begin a tag, an entity or Markdown, by its code."""
    return "".join(_CODES.get(sign, sign) for sign in text)
