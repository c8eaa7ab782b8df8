"""Recorded graphs as the content of a file, in the form that the end of its name says."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, TypeAlias

from gradcli.render.graphs import dot

if TYPE_CHECKING:
    from gradcli.calculus.recorded import Graph

EXTENSIONS: Final = {
    **{".txt": "tree", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".mermaid": "mermaid"},
    **{".svg": "svg", ".png": "png", ".json": "json"},
}
MOST_NODES: Final = 1_000
"""Nodes of which a picture is drawn: nobody sees anything in one of more."""
PATIENCE: Final = 10.0
"""Seconds after which a PNG whose layout is left to us is drawn without Graphviz, which takes long for a large one."""

Content: TypeAlias = "Iterable[str] | bytes"
"""Texts one after the other, or a picture."""


class UndrawnError(Exception):
    """A picture cannot be made: the message says why, `help` what to do."""

    def __init__(self, message: str, help_text: str) -> None:
        super().__init__(message)
        self.help = help_text


def form_of(name: str) -> str | None:
    """The form that a file's name says: `tree`, `dot`, `mermaid`, `svg`, `png` or `json`; None where it says none."""
    return EXTENSIONS.get(os.path.splitext(name)[1].lower())


def refuse_large(graph: Graph, help_text: str) -> None:
    """Raise UndrawnError where a graph is too large for a picture."""
    if len(graph.vertices) > MOST_NODES:
        message = f"the graph has {len(graph.vertices):,} nodes, and a picture at most {MOST_NODES:,}"
        raise UndrawnError(message, help_text)


def is_graphviz_wanted(form: str, layout: str) -> bool:
    """Whether Graphviz is to draw a picture, which does so by itself where a PNG's layout is left to us (`auto`)."""
    if form not in ("svg", "png"):
        return False
    return layout == "dot" or (layout == "auto" and form == "png" and dot.is_installed())


def content_of(graph: Graph, form: str) -> Content:
    """A graph in a form, by this program alone. Raises UndrawnError where something is not installed."""
    if form == "json":
        from gradcli.render.graphs.objects import graph_object
        from gradcli.render.objects import to_json

        return [to_json(graph_object(graph)) + "\n"]
    if form == "dot":
        return dot.dot_lines(graph)
    if form == "mermaid":
        from gradcli.render.graphs.mermaid import mermaid_lines

        return mermaid_lines(graph)
    if form == "svg":
        from gradcli.render.graphs.drawing import svg_text

        return [svg_text(graph)]
    return drawn_by_matplotlib(graph)


def drawn_by_matplotlib(graph: Graph) -> bytes:
    """A PNG. Raises UndrawnError where Matplotlib is not installed."""
    from io import BytesIO

    from gradcli.render.graphs.raster import write_png

    stream = BytesIO()
    try:
        write_png(graph, stream)
    except ModuleNotFoundError:
        message = "PNG needs Graphviz's dot or matplotlib, and neither is installed"
        help_text = "pip install 'gradcli[plot]', or write SVG, which needs nothing: -o graph.svg"
        raise UndrawnError(message, help_text) from None
    return stream.getvalue()


def drawn_by_graphviz(graph: Graph, form: str, layout: str, seconds: float) -> bytes:
    """A picture by Graphviz; by Matplotlib where that fails and the layout was left to us. Raises UndrawnError."""
    if not dot.is_installed():
        raise UndrawnError("--layout dot needs Graphviz, whose dot is not installed", "leave it out, or install it")
    try:
        return dot.drawn(graph, form, seconds if layout == "dot" else min(PATIENCE, seconds))
    except dot.GraphvizError as error:
        if layout == "auto" and find_spec("matplotlib") is not None:
            return drawn_by_matplotlib(graph)
        raise UndrawnError(f"Graphviz's dot {error}", "--layout own does without it") from None
