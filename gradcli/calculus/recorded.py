"""The recorded graph as plain data: its tensors with what each keeps, and which of them made which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any, Final, TypeAlias

import numpy as np

from gradcli.calculus.results import Array
from gradcli.engine import modes
from gradcli.engine.node import Freed, Node, forward_name
from gradcli.engine.tensor import Tensor
from gradcli.engine.views import base_of
from gradcli.language.diagnostics import Note
from gradcli.language.values import field, frozen, replace

Key: TypeAlias = tuple[int, int]
"""What a tensor is known by: the id of the node that made it and which of its outputs it is, or its own id and -1."""
_ITSELF: Final = -1


class Role(Enum):
    """What a tensor is in the graph."""

    LEAF = "leaf"
    """Made by no operation, and differentiated by."""
    CONSTANT = "constant"
    """Requires no gradient: no gradient goes on from it."""
    OPERATION = "operation"


@frozen
class Kept:
    """What an operation saves for its backward pass, under torch's name (`self`, `other`, `result`, `exponent`).

    `of` is the number of the vertex whose tensor it is; `value` is what it is otherwise, an array or a setting.
    """

    name: str
    of: int | None = None
    value: Any = None


@frozen
class Vertex:
    """One tensor of the graph.

    `number` is its place among the graph's vertices: what it was made of has smaller ones. `name` is what the program
    calls it, `text` the sub-expression whose value it is, `operation` and `grad_fn` what made it (torch's names), each
    None where there is none. `output_nr` says which of the outputs of its grad_fn it is. `grad` is the gradient of the
    output by it, as retain_grad keeps it, None where none arrived. `numbers` are the operands that are plain numbers,
    by their places. `view_of` is the number of the vertex whose memory it shares.
    """

    number: int
    role: Role
    name: str | None
    text: str | None
    operation: str | None
    grad_fn: str | None
    output_nr: int
    value: Array | None
    dtype: str
    grad: Array | None
    kept: tuple[Kept, ...] = ()
    numbers: Mapping[int, Any] = field(default_factory=dict)
    view_of: int | None = None

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        return self.role is not Role.OPERATION

    @property
    def requires_grad(self) -> bool:
        """Whether operations on it are recorded."""
        return self.role is not Role.CONSTANT

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Its shape, None where its value is not known."""
        return None if self.value is None else self.value.shape


@frozen
class Edge:
    """That one tensor was made of another: `source` is operand `slot` of the operation that made `target`."""

    source: int
    target: int
    slot: int


@frozen
class Graph:
    """A recorded graph after backward. `vertices` come after what they were made of, and the output comes last.

    `expression` is what was calculated, as it was read; `notes` are for the reader.
    """

    expression: str
    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    notes: tuple[Note, ...] = ()

    @property
    def output(self) -> Vertex:
        """The tensor that backward was called on."""
        return self.vertices[-1]

    def operands(self) -> list[list[int]]:
        """By vertex, the numbers of the vertices that it was made of, in the operation's order."""
        found: list[list[int]] = [[] for _ in self.vertices]
        for edge in self.edges:
            found[edge.target].append(edge.source)
        return found

    def within(self, depth: int) -> Graph:
        """The part of the graph that is at most so many operations away from the output."""
        operands, near = self.operands(), {self.output.number}
        front = near
        for _ in range(depth):
            front = {each for number in front for each in operands[number]} - near
            near = near | front
            if not front:
                return self
        return self._restricted(sorted(near))

    def _restricted(self, numbers: Sequence[int]) -> Graph:
        """The graph of some of the vertices, which get new numbers."""
        new = {number: place for place, number in enumerate(numbers)}

        def moved(kept: Kept) -> Kept:
            if kept.of is None:
                return kept
            return (
                Kept(kept.name, new[kept.of]) if kept.of in new else Kept(kept.name, None, self.vertices[kept.of].value)
            )

        vertices = [
            replace(
                vertex,
                number=new[vertex.number],
                kept=tuple(map(moved, vertex.kept)),
                view_of=None if vertex.view_of is None else new.get(vertex.view_of),
            )
            for vertex in map(self.vertices.__getitem__, numbers)
        ]
        edges = [
            Edge(new[edge.source], new[edge.target], edge.slot)
            for edge in self.edges
            if edge.source in new and edge.target in new
        ]
        return replace(self, vertices=tuple(vertices), edges=tuple(edges))


def key_of(tensor: Tensor) -> Key:
    """What a tensor is known by in the graph: two objects for one output of a node are one."""
    return (id(tensor), _ITSELF) if tensor._node is None else (id(tensor._node), tensor._output_nr)


class Recorder:
    """Looks on while a graph is recorded, which keeps its nodes but neither their results nor what was constant."""

    def __init__(self) -> None:
        self._inputs: dict[int, tuple[Any, ...]] = {}
        self._nodes: list[Node] = []

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Within it, operations are noted."""
        with modes.traced(self._note):
            yield

    def _note(self, node: Node, inputs: tuple[Any, ...]) -> None:
        self._inputs[id(node)] = inputs
        self._nodes.append(node)  # whose id is no other's as long as it is there

    def inputs_of(self, node: Node) -> tuple[Any, ...]:
        """What the operation of a node was given; of one that nobody saw, the leaves among its inputs."""
        seen = self._inputs.get(id(node))
        return tuple(each for each in node.edges if isinstance(each, Tensor)) if seen is None else seen


class Recording:
    """The tensors of the graph behind a result, found before backward frees what is saved, and read after it."""

    def __init__(self, result: Tensor, recorder: Recorder, names: Mapping[Key, str]) -> None:
        self._names = names
        self._recorder = recorder
        self._tensors = list(self._behind(result))
        self._places = {key_of(tensor): place for place, tensor in enumerate(self._tensors)}
        self._kept = [tuple(self._kept_by(tensor)) for tensor in self._tensors]
        for tensor in self._tensors:
            if tensor._node is not None:
                tensor.retain_grad()

    def graph(self, expression: str, texts: Mapping[Key, str]) -> Graph:
        """The graph with the gradients that have arrived; `texts` are the sub-expressions."""
        vertices: list[Vertex] = []
        edges: list[Edge] = []
        for place, tensor in enumerate(self._tensors):
            operands = () if tensor._node is None else self._recorder.inputs_of(tensor._node)
            numbers = {}
            for slot, operand in enumerate(operands):
                if self._is_vertex(operand):
                    edges.append(Edge(self._places[key_of(operand)], place, slot))
                elif operand is not None:
                    numbers[slot] = operand.item() if isinstance(operand, Tensor) else operand
            vertices.append(self._vertex(place, tensor, texts, numbers))
        return Graph(expression, tuple(vertices), tuple(edges))

    def _behind(self, result: Tensor) -> Iterator[Tensor]:
        """The result and the tensors that it was made of, each once and after its operands. Does not recurse."""
        seen: set[Key] = set()
        stack: list[tuple[Tensor, bool]] = [(result, False)]
        while stack:
            tensor, is_complete = stack.pop()
            if is_complete:
                yield tensor
                continue
            if key_of(tensor) in seen:
                continue
            seen.add(key_of(tensor))
            stack.append((tensor, True))
            if tensor._node is not None:
                operands = self._recorder.inputs_of(tensor._node)
                stack.extend((each, False) for each in reversed(operands) if self._is_vertex(each))

    def _is_vertex(self, operand: Any) -> bool:
        """Whether an operand has a place of its own: all tensors do but nameless numbers that were made into some."""
        if not isinstance(operand, Tensor):
            return False
        return operand._requires_grad or operand._array.ndim > 0 or key_of(operand) in self._names

    def _kept_by(self, tensor: Tensor) -> Iterator[Kept]:
        node = tensor._node
        if node is None or isinstance(node.saved, Freed) or len(node.saved) != len(node.saved_names):
            return
        for name, value in zip(node.saved_names, node.saved, strict=True):
            if name in node.results and value is not None:
                place = self._places.get((id(node), node.results.index(name)))
                yield Kept(name, place, None if place is not None else np.asarray(getattr(value, "_array", value)))
            elif isinstance(value, Tensor):
                place = self._places.get(key_of(value))
                yield Kept(name, place, None if place is not None else np.asarray(value._array))
            elif value is not None:
                yield Kept(name, value=value)
        yield from (Kept(name, value=each) for name, each in zip(node.attribute_names, node.attributes, strict=False))

    def _vertex(self, place: int, tensor: Tensor, texts: Mapping[Key, str], numbers: Mapping[int, Any]) -> Vertex:
        node, key = tensor._node, key_of(tensor)
        role = Role.OPERATION if node is not None else Role.LEAF if tensor._requires_grad else Role.CONSTANT
        base = base_of(tensor)
        return Vertex(
            number=place,
            role=role,
            name=self._names.get(key),
            text=texts.get(key),
            operation=None if node is None else forward_name(node).lower(),
            grad_fn=None if node is None else type(node).__name__,
            output_nr=tensor._output_nr,
            value=np.asarray(tensor._array),
            dtype=tensor.dtype.name,
            grad=None if tensor._grad is None else np.asarray(tensor._grad._array),
            kept=self._kept[place],
            numbers=numbers,
            view_of=None if base is None else self._places.get(key_of(base)),
        )
