"""The recorded graph as PNG, drawn by matplotlib as the SVG is laid out."""

from __future__ import annotations

from typing import Any, BinaryIO, Final

from gradcli.calculus.recorded import Graph
from gradcli.render.graphs.drawing import FONT_SIZE, LINE_HEIGHT, LINES, MARGIN, PADDING, laid_out
from gradcli.render.graphs.labels import COLOURS, Colour, colour_of
from gradcli.render.graphs.layout import Route

SCALE: Final = 2.0
"""Pixels of the picture for one of the layout."""
MOST_PIXELS: Final = 20_000
"""Pixels in one direction above which the picture is made smaller."""
MOST_AREA: Final = 3e7
"""Pixels of a picture above which it is made smaller."""
COMPRESSION: Final = 1
"""Of 9 levels; the higher ones take most of the time, and boxes and lines are small at any."""
_POINTS: Final = 72.0


def write_png(graph: Graph, stream: BinaryIO) -> None:
    """Draw the graph. Raises ModuleNotFoundError where matplotlib is not installed."""
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    arrangement, texts = laid_out(graph)
    width, height = arrangement.width + 2 * MARGIN, arrangement.height + 2 * MARGIN
    scale = min(SCALE, MOST_PIXELS / max(width, height), (MOST_AREA / (width * height)) ** 0.5)
    figure = Figure(figsize=(width / _POINTS, height / _POINTS), dpi=_POINTS * scale)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-MARGIN, arrangement.width + MARGIN)
    axes.set_ylim(arrangement.height + MARGIN, -MARGIN)
    axes.axis("off")
    for route in arrangement.routes:
        axes.add_patch(
            FancyArrowPatch(
                path=_path(route), arrowstyle="-|>", mutation_scale=9, color=LINES, linewidth=1.2, shrinkA=0, shrinkB=0
            )
        )
    for number, (place, lines) in enumerate(zip(arrangement.places, texts, strict=True)):
        colour = colour_of(graph.vertices[number], graph)
        fill, line = COLOURS[colour]
        corner = (place.x - place.width / 2, place.y - place.height / 2)
        style = "--" if colour is Colour.CONSTANT else "-"
        axes.add_patch(
            FancyBboxPatch(
                corner, place.width, place.height, "round,pad=0,rounding_size=5", fc=fill, ec=line, ls=style, lw=1
            )
        )
        for index, text in enumerate(lines):
            axes.text(
                place.x,
                corner[1] + PADDING + FONT_SIZE - 3 + index * LINE_HEIGHT,
                text,
                family="DejaVu Sans Mono",
                size=FONT_SIZE,
                weight="bold" if index == 0 else "normal",
                color="#1a1a1a",
                ha="center",
                va="baseline",
                parse_math=False,
            )
    figure.savefig(
        stream,
        format="png",
        facecolor="white",
        metadata={"Software": None},
        pil_kwargs={"compress_level": COMPRESSION},
    )


def _path(route: Route) -> Any:
    """The curve of an edge, as in the SVG."""
    from matplotlib.path import Path

    points, codes = [route.points[0]], [Path.MOVETO]
    for index, ((x0, y0), (x1, y1)) in enumerate(zip(route.points, route.points[1:], strict=False)):
        if index % 2:
            points.append((x1, y1))
            codes.append(Path.LINETO)
        else:
            middle = (y0 + y1) / 2
            points += [(x0, middle), (x1, middle), (x1, y1)]
            codes += [Path.CURVE4] * 3
    return Path(points, codes)
