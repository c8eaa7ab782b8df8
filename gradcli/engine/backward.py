"""The walk over the graph.

Nodes run in the order of their creation, latest first: whatever consumed a node's outputs was created after it, so
when a node comes up all
gradients that flow into it have arrived. That is torch's order, without counting dependencies beforehand and without
recursion.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.engine import modes
from gradcli.engine.hooks import HookedLeaves, has_hooks, run_after_hooks, run_hooks
from gradcli.engine.node import Node

if TYPE_CHECKING:
    from gradcli.engine.tensor import Tensor

Target = tuple["Node | Tensor", int]
"""A leaf, or an output of a node."""


def walk(
    roots: Sequence[tuple[Target, Any]],
    *,
    retain_graph: bool,
    create_graph: bool,
    wanted: Sequence[Target] | None = None,
) -> dict[tuple[int, int], tuple[Any, Any]]:
    """Carry the gradients of `roots` backward.

    Returns the gradients that arrived: by `(id of leaf, 0)` or `(id of node, output)`, the target and its gradient.
    Without `wanted` these are
    all leaves; with it the wanted targets, and only the nodes on the way to them run. Gradients are arrays, or
    Tensors with
    `create_graph`. Saved values are freed unless `retain_graph`.
    """
    with np.errstate(all="ignore"):
        if not create_graph:
            return _walk(roots, retain_graph, False, wanted)
        previous = modes.state.enabled, modes.state.differentiating
        modes.state.enabled, modes.state.differentiating = True, True
        try:
            return _walk(roots, retain_graph, True, wanted)
        finally:
            modes.state.enabled, modes.state.differentiating = previous


def _walk(
    roots: Sequence[tuple[Target, Any]], retain_graph: bool, recording: bool, wanted: Sequence[Target] | None
) -> dict[tuple[int, int], tuple[Any, Any]]:
    arrived: dict[tuple[int, int], tuple[Any, Any]] = {}
    ready: list[int] = []
    nodes: dict[int, Node] = {}
    pending: dict[int, Any] = {}
    way = None if wanted is None else _on_the_way([target for (target, _), _ in roots], wanted)
    captured = None if wanted is None else {(id(target), number) for target, number in wanted}
    watched = modes.state.anomaly
    hooked: HookedLeaves | None = None

    def deliver(target: Node | Tensor, number: int, grad: Any) -> None:
        nonlocal hooked
        if not isinstance(target, Node):
            if target._extras is not None and hooked is None and captured is None and has_hooks(target):
                hooked = HookedLeaves(arrived)
            key = (id(target), 0)
            if captured is None or key in captured:
                previous = arrived.get(key)
                arrived[key] = (target, grad if previous is None else previous[1] + grad)
            return
        if way is not None and id(target) not in way:
            return
        order = -target.sequence_nr
        if order not in nodes:
            nodes[order] = target
            heappush(ready, order)
            if target.outputs == 1:
                pending[order] = grad
            else:
                grads: list[Any] = [None] * target.outputs
                grads[number] = grad
                pending[order] = grads
        elif target.outputs == 1:
            pending[order] = pending[order] + grad
        else:
            grads = pending[order]
            grads[number] = grad if grads[number] is None else grads[number] + grad

    for (target, number), grad in roots:
        deliver(target, number, grad)
    if hooked is not None:
        hooked.run_complete(None, nodes.values())
    while ready:
        order = heappop(ready)
        node = nodes.pop(order)
        grad = pending.pop(order)
        incoming = grad
        if node.hooks is not None:
            grad = run_hooks(node, grad, recording)
        if captured is not None and way is not None:
            # Where the node also runs, torch gives what arrived, else what the hooks made of it.
            found = incoming if way[id(node)] else grad
            for output in range(node.outputs):
                if (id(node), output) in captured:
                    part = found if node.outputs == 1 else found[output]
                    if part is not None:
                        arrived[id(node), output] = (node, part)
            if not way[id(node)]:
                continue
        grads = _watched_apply(node, grad, recording) if watched else node.apply(grad, recording)
        if node.hooks is not None and node.hooks.after:
            grads = run_after_hooks(node, grads, grad, recording)
        numbers = node.edge_outputs
        for i, edge in enumerate(node.edges):
            if edge is not None:
                part = grads[i]
                if part is not None:
                    deliver(edge, 0 if numbers is None else numbers[i], part)
        if not retain_graph:
            node.free()
        if hooked is not None:
            hooked.run_complete(node, nodes.values())
    return arrived


def _on_the_way(roots: Sequence[Node | Tensor], wanted: Sequence[Target]) -> dict[int, bool]:
    """By the ids of the nodes through which gradients of `roots` reach a wanted target, and of the wanted nodes:
    whether they must run.

    A wanted node that leads to no other wanted target need only receive its gradient.
    """
    goals = {id(target) for target, _ in wanted}
    way: dict[int, bool] = {}
    seen: set[int] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in roots if isinstance(root, Node)]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            runs = any(edge is not None and (id(edge) in way or id(edge) in goals) for edge in node.edges)
            if runs or id(node) in goals:
                way[id(node)] = runs
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((edge, False) for edge in node.edges if isinstance(edge, Node))
    return way


def _watched_apply(node: Node, grad: Any, recording: bool) -> Any:
    from gradcli.engine.autograd.anomaly_mode import watched_apply

    return watched_apply(node, grad, recording)
