"""Gradients for many vectors in one walk: the rows of Jacobians."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from gradcli.engine import modes
from gradcli.engine.batching.arrays import Level
from gradcli.engine.batching.levels import enter, leave
from gradcli.engine.functional import gradients
from gradcli.engine.node import Node
from gradcli.engine.ops.index.indexing import narrow
from gradcli.engine.ops.join.joining import cat, stack
from gradcli.engine.ops.shape.views import reshape
from gradcli.engine.tensor import Tensor, wrap

ELEMENTS: Final = 1 << 23
"""How many elements the gradient of one tensor, for all vectors that are taken at once, may have."""


def batched_gradients(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    vectors: Sequence[Tensor | None],
    create_graph: bool = False,
    allow_unused: bool | None = None,
    materialize: bool = False,
    name: str | None = None,
) -> tuple[Tensor | None, ...]:
    """The gradients for each vector along the first dimension of `vectors`, along the first dimension of theirs.

    The graph is kept. One walk gives them all, a few where the tensors are large; where that is not possible there is
    one for each. The results are recorded as `name`, with `create_graph`.
    """

    def found(part: Callable[[Tensor], Tensor]) -> tuple[Tensor | None, ...]:
        chosen = [None if each is None else part(each) for each in vectors]
        return gradients(outputs, inputs, chosen, True, create_graph, allow_unused, materialize)

    count = max((len(each) for each in vectors if each is not None), default=0)
    step = max(1, ELEMENTS // _largest(outputs))
    if count > step > 1:
        parts = []
        for start in range(0, count, step):
            some = [None if each is None else each[start : start + step] for each in vectors]
            parts.append(batched_gradients(outputs, inputs, some, create_graph, allow_unused, materialize, name))
        return _joined(parts, cat)
    if 1 < count <= step and not modes.state.anomaly:
        level = Level(count)
        try:
            together = found(lambda each: enter(each, level))
        except Exception:  # the walks one by one raise it again, unless it came of there being many
            pass
        else:
            return tuple(None if each is None else leave(each, level, 0, name) for each in together)
    return _joined([found(operator.itemgetter(i)) for i in range(count)], stack)


def _joined(parts: Sequence[tuple[Tensor | None, ...]], join: Callable[[Any], Any]) -> tuple[Tensor | None, ...]:
    """The gradients of each input together; None for an input that has none."""
    return tuple(None if column[0] is None else join(list(column)) for column in zip(*parts, strict=True))


def _largest(outputs: Sequence[Tensor]) -> int:
    """The number of elements of the largest tensor that is known to have a gradient behind some outputs."""
    largest = 1
    waiting: list[Any] = []
    for each in outputs:
        largest = max(largest, each._array.size)
        waiting.append(each._node)
    seen = {id(each) for each in waiting}
    while waiting:
        node = waiting.pop()
        for value in node.saved if isinstance(node, Node) else ():
            if isinstance(value, np.ndarray) or (isinstance(value, Tensor) and value._requires_grad):
                largest = max(largest, math.prod(value.shape))
        for edge in node.edges if isinstance(node, Node) else ():
            if isinstance(edge, Node) and id(edge) not in seen:
                seen.add(id(edge))
                waiting.append(edge)
    return largest


def jacobians(
    outputs: Sequence[Tensor], inputs: Sequence[Tensor], create_graph: bool = False
) -> list[tuple[Tensor, ...]]:
    """For each output its derivatives with respect to each input, of shape `output.shape + input.shape`; zeros where
    it does not depend on one. All come of one walk."""
    depending = [each for each in outputs if each._requires_grad and each._array.size]
    sizes = [int(each._array.size) for each in depending]
    found: Sequence[Tensor | None] = ()
    if depending:
        vectors = [
            wrap(rows.reshape(-1, *each._array.shape), each.dtype)
            for each, rows in zip(depending, _unit_vectors(depending, sizes), strict=True)
        ]
        found = batched_gradients(depending, inputs, vectors, create_graph, True, True, "StackBackward0")
    jacobians, start = [], 0
    for output in outputs:
        shapes = [(*output._array.shape, *each._array.shape) for each in inputs]
        if not output._requires_grad or not output._array.size:
            zeros = [wrap(of.dtype.zeros(shape), of.dtype) for of, shape in zip(inputs, shapes, strict=True)]
            jacobians.append(tuple(zeros))
            continue
        size = int(output._array.size)
        parts = [each if len(sizes) == 1 else narrow(each, 0, start, size) for each in found if each is not None]
        jacobians.append(tuple([reshape(part, shape) for part, shape in zip(parts, shapes, strict=True)]))
        start += size
    return jacobians


def _unit_vectors(outputs: Sequence[Tensor], sizes: Sequence[int]) -> list[Any]:
    """For each output its part of all vectors that are 1 at one element of one output, each vector flat."""
    total, start, parts = sum(sizes), 0, []
    for output, size in zip(outputs, sizes, strict=True):
        part = output.dtype.zeros((total, size))
        part[start : start + size] = output.dtype.eye(size, size)
        parts.append(part)
        start += size
    return parts
