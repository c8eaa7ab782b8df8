"""The walk over the graph.

Nodes run in the order of their creation, latest first: whatever consumed a node's outputs was created after it,
so when a node comes up all gradients that flow into it have arrived.
That is torch's order, without counting dependencies beforehand and without recursion.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final
from weakref import ref

import numpy as np

from gradcli.engine import modes
from gradcli.engine.broadcasting import fit
from gradcli.engine.hooks import Arrived, HookedLeaves, Key, has_hooks, run_after_hooks, run_hooks
from gradcli.engine.large import LARGE, add_to, add_to_region, gradient, is_large, is_own
from gradcli.engine.node import Node, pass_on, ruled

if TYPE_CHECKING:
    from gradcli.engine.tensor import Tensor

Target = tuple["Node | Tensor", int]
"""A leaf, or an output of a node."""


def key_of(target: Node | Tensor, number: int) -> Key:
    """What a leaf, or an output of a node, is known by among what arrived."""
    return (id(target), number) if isinstance(target, Node) else id(target)


def walk(
    roots: Sequence[tuple[Target, Any]],
    *,
    retain_graph: bool,
    create_graph: bool,
    wanted: Sequence[Target] | None = None,
) -> Arrived:
    """Carry the gradients of `roots` backward; returns those that arrived at leaves.

    With `wanted`, returns those that arrived at the wanted targets, and runs only the nodes on the way to them.
    Gradients are arrays, or Tensors with `create_graph`. Saved values are freed unless `retain_graph`.
    """
    with np.errstate(all="ignore"):
        this = _Walk(retain_graph, create_graph)
        if wanted is not None:
            this.restrict([target for (target, _), _ in roots], wanted)
        if not create_graph:
            return this.run(roots)
        enabled, differentiating = modes.state.enabled, modes.state.differentiating
        modes.state.record(True)
        modes.state.differentiate(True)
        try:
            return this.run(roots)
        finally:
            modes.state.record(enabled)
            modes.state.differentiate(differentiating)


_ndarray: Final = np.ndarray
_AS_THEY_COME: Final = repeat(None)
"""Instead of the forms that gradients are expected in: none of them needs another."""


class _Walk:
    """One walk: the nodes that gradients wait at, and the leaves that they arrived at.

    `ready` is a heap of the waiting nodes' negated numbers of creation, `waiting` gives the node and its gradient (a
    list of gradients where it has several outputs) by that number.
    """

    way: dict[int, bool] | None = None
    captured: set[Key] | None = None
    hooked: HookedLeaves | None = None

    def __init__(self, retain_graph: bool, recording: bool) -> None:
        self.retain_graph = retain_graph
        self.recording = recording
        self.arrived: Arrived = {}
        self.ready: list[int] = []
        self.waiting: dict[int, list[Any]] = {}

    def restrict(self, roots: Sequence[Node | Tensor], wanted: Sequence[Target]) -> None:
        """Run only the nodes on the way to the wanted targets, and note only what arrives there."""
        self.way = _on_the_way(roots, wanted)
        self.captured = {key_of(*target) for target in wanted}

    def run(self, roots: Sequence[tuple[Target, Any]]) -> Arrived:
        """Run all nodes; returns what arrived."""
        for (target, number), grad in roots:
            self.deliver(target, number, grad)
        if self.hooked is not None:
            self.hooked.run_complete(None, self._waiting_nodes())
        elif self.captured is None and not (self.recording or modes.state.anomaly):
            self._run_plainly()
        while self.ready:
            self._step(*self.waiting.pop(heappop(self.ready)))
        return self.arrived

    def _run_plainly(self) -> None:
        """Run nodes as `_step` and `deliver` do, in one loop that spares the plain ones their questions, until a leaf
        with hooks is met."""
        ready, waiting, arrived, retain_graph = self.ready, self.waiting, self.arrived, self.retain_graph
        alone = modes.state.batches is None
        while ready:
            node, grad = entry = waiting.pop(heappop(ready))
            rules, details, forms = node.rules, node.details, _AS_THEY_COME
            if details is not None and details.expected is not None:
                forms = details.expected
            if rules is None or (
                details is not None and (details.hooks is not None or details.edge_outputs is not None)
            ):
                self._step(node, grad)
                if self.hooked is not None:
                    return
                continue
            values = node.values() if node.saved else node.attributes
            if grad.__class__ is _ndarray and (grad.size >= LARGE or node.place) and forms is _AS_THEY_COME:
                part = grad = None  # so that the entry alone may hold it
                if self._run_large(node, rules, entry, values):
                    rules = ()
                grad = entry[1]
            for edge, rule, form in zip(node.edges, rules, forms):  # noqa: B905 (the keyword costs)
                if edge is None or rule is None:
                    continue
                part = grad if rule is pass_on else rule(grad, values) if alone else ruled(rule, grad, values)
                if part is None:
                    continue
                if form is not None:
                    part = fit(part, *form)
                if isinstance(edge, Node):
                    if edge.outputs != 1:
                        self.deliver(edge, 0, part)
                        continue
                    order = -edge.sequence_nr
                    if order in waiting:
                        there = waiting[order]
                        if part.__class__ is _ndarray:
                            add_to(there, part)
                        else:
                            there[1] = there[1] + part
                    else:
                        waiting[order] = [edge, part]
                        heappush(ready, order)
                elif edge._extras is not None:
                    self.deliver(edge, 0, part)
                else:
                    key = id(edge)
                    if key in arrived:
                        there = arrived[key]
                        if part.__class__ is _ndarray:
                            add_to(there, part)
                        else:
                            there[1] = there[1] + part
                    else:
                        arrived[key] = [edge, part]
            if not retain_graph and node.saved:
                node.free()
            if self.hooked is not None:
                self.hooked.run_complete(node, self._waiting_nodes())
                return

    def _run_large(self, node: Node, rules: Sequence[Any], entry: list[Any], values: Sequence[Any]) -> bool:
        """Run an elementwise node on a gradient of size, which `entry` alone may hold, or the node of a slice; False
        where the plain rules are to run it."""
        if type(entry[1]) is not _ndarray:  # a batch's class says that it is one
            return False
        if node.place is not None:
            waiting = self._gradient_at(node.edges[0])
            return waiting is not None and add_to_region(waiting, node.place(*node.attributes), entry[1])
        if not node.elementwise or not is_large(entry[1]):
            return False
        running = [
            (edge, rule) for edge, rule in zip(node.edges, rules, strict=True) if edge is not None and rule is not None
        ]
        own = is_own(entry) and not any(rule is pass_on for _, rule in running)
        for number, (edge, rule) in enumerate(running, 1):
            part = entry[1] if rule is pass_on else gradient(rule, entry[1], values, own and number == len(running))
            self.deliver(edge, 0, ruled(rule, entry[1], values) if part is None else part)
        return True

    def _gradient_at(self, target: Node | Tensor | None) -> list[Any] | None:
        """The entry of what waits at a node of one output, or arrived at a leaf, None where that is nothing."""
        if isinstance(target, Node):
            return self.waiting.get(-target.sequence_nr) if target.outputs == 1 else None
        return self.arrived.get(id(target))

    def _step(self, node: Node, grad: Any) -> None:
        """Run one node: its hooks, its rules, and the delivery of what they give."""
        incoming = grad
        runs = self.way is None or self.way[id(node)]
        if node.hooks is not None:
            modes.state.walk = ref(self)
            grad = run_hooks(node, grad, self.recording, runs=runs)
        if self.captured is not None:
            # Where the node also runs, torch gives what arrived, else what the hooks made of it.
            self._capture(node, incoming if runs else grad, self.captured)
            if not runs:
                return
        vjp = _watched_vjp if modes.state.anomaly else type(node).vjp
        grads = vjp(node, grad, self.recording)
        if node.hooks is not None and node.hooks.after:
            grads = run_after_hooks(node, grads, grad, self.recording)
        numbers = node.edge_outputs
        for i, edge in enumerate(node.edges):
            if edge is not None:
                part = grads[i]
                if part is not None:
                    self.deliver(edge, 0 if numbers is None else numbers[i], part)
        if not self.retain_graph:
            node.free()
        if self.hooked is not None:
            self.hooked.run_complete(node, self._waiting_nodes())

    def _capture(self, node: Node, grad: Any, captured: set[Key]) -> None:
        """Note the gradients of a node's wanted outputs."""
        for output in range(node.outputs):
            if (id(node), output) in captured:
                part = grad if node.outputs == 1 else grad[output]
                if part is not None:
                    self.arrived[id(node), output] = [node, part]

    def deliver(self, target: Node | Tensor, number: int, grad: Any) -> None:
        """Add a gradient to what waits at a node, or arrived at a leaf."""
        if not isinstance(target, Node):
            self._deliver_to_leaf(target, grad)
            return
        if self.way is not None and id(target) not in self.way:
            return
        order = -target.sequence_nr
        entry = self.waiting.get(order)
        if entry is None:
            entry = self.waiting[order] = [target, None if target.outputs == 1 else [None] * target.outputs]
            heappush(self.ready, order)
        elif target.outputs == 1:
            add_to(entry, grad)
            return
        grads, place = (entry, 1) if target.outputs == 1 else (entry[1], number)
        grads[place] = grad if grads[place] is None else grads[place] + grad

    def _deliver_to_leaf(self, leaf: Tensor, grad: Any) -> None:
        if leaf._extras is not None and self.hooked is None and self.captured is None and has_hooks(leaf):
            self.hooked = HookedLeaves(self.arrived)
            modes.state.walk = ref(self)
        key = id(leaf)
        if self.captured is None or key in self.captured:
            if key in self.arrived:
                add_to(self.arrived[key], grad)
            else:
                self.arrived[key] = [leaf, grad]

    def _waiting_nodes(self) -> list[Node]:
        return [node for node, _ in self.waiting.values()]


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


def _watched_vjp(node: Node, grad: Any, recording: bool) -> Any:
    from gradcli.engine.autograd.anomaly_mode import watched_vjp

    return watched_vjp(node, grad, recording)
