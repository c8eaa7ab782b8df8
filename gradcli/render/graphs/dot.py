"""The recorded graph in Graphviz's language, in the manner of torchviz: from the inputs to the output, filled boxes in
a fixed-width font, operations grey, leaves blue, the output green. Each has its value and its gradient, too. Where
Graphviz is installed it lays out and draws what is written so."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from typing import Final

from gradcli.calculus.recorded import Graph
from gradcli.render.graphs.labels import COLOURS, Colour, box_lines, colour_of, description

RESOLUTION: Final = 144
"""Dots per inch of a PNG."""
_HEAD: Final = """\
digraph graph_of_gradients {
  graph [rankdir=TB, nodesep=0.3, ranksep=0.4];
  node [shape=box, style="filled,rounded", fontname="monospace", fontsize=10, margin="0.12,0.06"];
  edge [color="#808080", arrowsize=0.7];
"""


def dot_lines(graph: Graph) -> Iterator[str]:
    """The lines of the picture, each with its end."""
    yield _HEAD
    for vertex in graph.vertices:
        colour = colour_of(vertex, graph)
        label, tooltip = "\n".join(box_lines(vertex)), "\n".join(description(vertex, graph))
        dashes = ', style="filled,rounded,dashed"' if colour is Colour.CONSTANT else ""
        fill, line = COLOURS[colour]
        yield (
            f"  n{vertex.number} [label={_quoted(label)}, tooltip={_quoted(tooltip)}, "
            f'fillcolor="{fill}", color="{line}"{dashes}];\n'
        )
    for edge in graph.edges:
        yield f"  n{edge.source} -> n{edge.target};\n"
    for vertex in graph.vertices:
        if vertex.view_of is not None:
            look = 'style=dotted, dir=none, constraint=false, tooltip="a view"'
            yield f"  n{vertex.view_of} -> n{vertex.number} [{look}];\n"
    yield "}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


class GraphvizError(Exception):
    """Graphviz did not draw the picture; the message says why."""


def is_installed() -> bool:
    """Whether Graphviz's dot is on the path."""
    return shutil.which("dot") is not None


def drawn(graph: Graph, form: str, timeout: float) -> bytes:
    """The picture in a form that dot knows (`svg`, `png`). Raises GraphvizError."""
    options = [f"-T{form}", *([f"-Gdpi={RESOLUTION}"] if form == "png" else [])]
    text = "".join(dot_lines(graph)).encode()
    try:
        finished = subprocess.run(["dot", *options], input=text, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        raise GraphvizError(f"takes more than {timeout:g} s (--timeout)") from None
    except OSError as error:
        raise GraphvizError(f"cannot be run: {error.strerror or error}") from None
    if finished.returncode or not finished.stdout:
        reason = finished.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise GraphvizError(f"fails: {reason or f'exit status {finished.returncode}'}")
    return finished.stdout
