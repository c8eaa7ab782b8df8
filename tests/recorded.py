"""Recorded graphs to test with."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.calculus.recorded import Graph, Vertex
from gradcli.problem import Problem
from gradcli.recording import record


def graph_of(text: str, wrt: tuple[str, ...] | None = None, cotangent: Any = None, **values: Any) -> Graph:
    bindings = {name: np.array(value, float) for name, value in values.items()}
    vector = None if cotangent is None else np.array(cotangent, float)
    return record(Problem(text, bindings, wrt, cotangent=vector))


def vertex_of(graph: Graph, name: str) -> Vertex:
    """The vertex with a name, or of a sub-expression."""
    (found,) = [each for each in graph.vertices if name in (each.name, each.text)]
    return found


def document() -> Graph:
    """The graph of document 002."""
    return graph_of("c = a*b; e = c*d", a=2, b=3, d=4)


def large() -> Graph:
    """A graph of some thirty nodes."""
    text = "y = sin(x)*z; exp(y)*y + log(x)*y^2/cbrt(z) + tanh(x*z*w)*exp(-(x - z)^2/w) + softplus(w*x)/(1 + w^2)"
    return graph_of(text, x=2, z=1.3, w=0.4)


def chain(count: int) -> Graph:
    """A sum of so many products, which is as deep as it has terms."""
    return graph_of("+".join(["x*y"] * count), x=2, y=3)
