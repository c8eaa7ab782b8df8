"""The recorded graph as SVG, laid out here: the same bytes for the same graph on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from gradcli.calculus.recorded import Graph
from gradcli.render.characters import visible
from gradcli.render.graphs.labels import COLOURS, Colour, box_lines, colour_of, description
from gradcli.render.graphs.layout import Arrangement, Place, Route, arranged

FONT_SIZE: Final = 12.0
CHARACTER: Final = 7.25
"""The width of a character, about, in the fonts named below."""
LINE_HEIGHT: Final = 16.0
PADDING: Final = 9.0
MARGIN: Final = 12.0
LINES: Final = "#808080"
"""The colour of edges, which is seen on white and on black."""
_STYLE: Final = (
    "text{font:12px 'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#1a1a1a;text-anchor:middle}"
    f".edge{{fill:none;stroke:{LINES};stroke-width:1.3}}.view{{stroke-dasharray:2 3}}"
    ".head{font-weight:bold}"
    + "".join(f".{kind.value} rect{{fill:{fill};stroke:{line}}}" for kind, (fill, line) in COLOURS.items())
    + f".{Colour.CONSTANT.value} rect{{stroke-dasharray:4 3}}"
)


def laid_out(graph: Graph) -> tuple[Arrangement, list[list[str]]]:
    """The layout of a graph in pixels, and the lines in its boxes."""
    texts = [box_lines(vertex) for vertex in graph.vertices]
    sizes = [
        (max(map(len, lines)) * CHARACTER + 2 * PADDING, len(lines) * LINE_HEIGHT + 2 * PADDING - 4) for lines in texts
    ]
    return arranged(sizes, [(edge.source, edge.target) for edge in graph.edges]), texts


def svg_text(graph: Graph) -> str:
    """The picture of a graph, without a background.

    It has a group for each vertex, whose title says all that is known of it, and a path for each edge.
    """
    arrangement, texts = laid_out(graph)
    width, height = arrangement.width + 2 * MARGIN, arrangement.height + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img">\n',
        f"<title>{escape(_valid(graph.expression[:200]))}</title>\n<style>{_STYLE}</style>\n",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0.5 8 4 0 7.5z" fill="{LINES}"/></marker></defs>\n',
        f'<g transform="translate({MARGIN:g} {MARGIN:g})">\n',
    ]
    parts.extend(_edge(route) for route in arrangement.routes)
    parts.extend(
        _box(graph, number, place, lines)
        for number, (place, lines) in enumerate(zip(arrangement.places, texts, strict=True))
    )
    return "".join([*parts, "</g>\n</svg>\n"])


def _edge(route: Route) -> str:
    commands = [f"M{_point(route.points[0])}"]
    for index, ((x0, y0), (x1, y1)) in enumerate(zip(route.points, route.points[1:], strict=False)):
        if index % 2:
            commands.append(f"L{_point((x1, y1))}")
        else:
            middle = (y0 + y1) / 2
            commands.append(f"C{_point((x0, middle))} {_point((x1, middle))} {_point((x1, y1))}")
    return f'<path class="edge" d="{"".join(commands)}" marker-end="url(#arrow)"/>\n'


def _point(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def _box(graph: Graph, number: int, place: Place, lines: Sequence[str]) -> str:
    vertex = graph.vertices[number]
    x, y = place.x - place.width / 2, place.y - place.height / 2
    told = escape(_valid("\n".join(description(vertex, graph))))
    base = y + PADDING + FONT_SIZE - 3
    texts = "".join(
        f'<text class="{"line" if index else "head"}" x="{place.x:.1f}" y="{base + index * LINE_HEIGHT:.1f}">'
        f"{escape(_valid(line))}</text>"
        for index, line in enumerate(lines)
    )
    return (
        f'<g class="node {colour_of(vertex, graph).value}" id="n{number}"><title>{told}</title>'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{place.width:.1f}" height="{place.height:.1f}" rx="5"/>{texts}</g>\n'
    )


def _valid(text: str) -> str:
    """The text with what XML has no place for written out."""
    return "\n".join(map(visible, text.split("\n")))
