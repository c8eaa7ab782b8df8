"""Recorded graphs as pictures: a tree of text, DOT, Mermaid, SVG and PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.calculus.recorded import Graph


def svg(graph: Graph) -> str:
    """The picture of a recorded graph as SVG, the same on every machine: what a notebook shows of it."""
    from gradcli.render.graphs.drawing import svg_text  # which the other forms need not

    return svg_text(graph)
