"""Jacobians: their rows are gradients for many vectors, which one walk gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcli.engine.functional import batched_gradients
from gradcli.engine.ops.index import narrow
from gradcli.engine.ops.shape import reshape
from gradcli.engine.tensor import Tensor, wrap


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
