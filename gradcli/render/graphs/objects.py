"""The recorded graph as the documented JSON object."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.calculus.recorded import Graph, Kept, Vertex
from gradcli.render.numbers import plain, plain_array
from gradcli.render.objects import SCHEMA


def graph_object(graph: Graph) -> dict[str, Any]:
    """A graph as a JSON object: `nodes` in topological order, `edges` from operand to operation, and the `output`."""
    return {
        "schema": SCHEMA,
        "expr": graph.expression,
        "output": graph.output.number,
        "nodes": [_node(vertex) for vertex in graph.vertices],
        "edges": [{"from": edge.source, "to": edge.target, "operand": edge.slot} for edge in graph.edges],
        "warnings": [note.message for note in graph.notes],
    }


def _node(vertex: Vertex) -> dict[str, Any]:
    found: dict[str, Any] = {"id": vertex.number, "kind": vertex.role.value}
    known = {
        "name": vertex.name,
        "expr": vertex.text,
        "operation": vertex.operation,
        "grad_fn": vertex.grad_fn,
        "output_nr": vertex.output_nr or None,
        "value": None if vertex.value is None else plain_array(vertex.value),
        "grad": None if vertex.grad is None else plain_array(vertex.grad),
        "shape": None if vertex.shape is None else list(vertex.shape),
    }
    found.update({name: value for name, value in known.items() if value is not None})
    found.update(dtype=vertex.dtype, is_leaf=vertex.is_leaf, requires_grad=vertex.requires_grad)
    if vertex.view_of is not None:
        found["view_of"] = vertex.view_of
    if vertex.numbers:
        found["numbers"] = {str(slot): plain(value) for slot, value in vertex.numbers.items()}
    if vertex.kept:
        found["saved"] = {each.name: _saved(each) for each in vertex.kept}
    return found


def _saved(kept: Kept) -> dict[str, Any]:
    if kept.of is not None:
        return {"node": kept.of}
    return {"value": _setting(kept.value)}


def _setting(value: Any) -> Any:
    """A setting of an operation for JSON: what is neither number, list, text nor nothing by its text."""
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value)
    if isinstance(value, (tuple, list)):
        return [_setting(each) for each in value]
    return plain(value) if value is None or isinstance(value, (bool, int, float, str)) else str(value)
