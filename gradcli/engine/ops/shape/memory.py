"""Copies, and how elements lie in memory."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import record
from gradcli.engine.ops.rules import Map, linear_map
from gradcli.engine.tensor import Tensor

clone_in_order: Map = linear_map("CloneBackward0", lambda array: array.copy(), lambda grad: grad)
_clone_as_laid_out: Map = linear_map(
    "CloneBackward0",
    lambda array: array.copy(order="K") if isinstance(array, np.ndarray) else array.copy(),
    lambda grad: grad,
)
_alias: Map = linear_map("AliasBackward0", lambda array: array[...], lambda grad: grad, view=True)


def copy_backwards(rules: type[Node]) -> type[Node]:
    """The node class CopyBackwards with some rules: torch writes it by hand, with a C++ name of its own."""

    def name(self: Node) -> str:
        return "torch::autograd::CopyBackwards"

    body = {"__slots__": (), "__doc__": "The derivative of a copy.", "name": name}
    return type("CopyBackwards", (rules,), body)


_CopyBackwards = copy_backwards(derivative("CopyBackwards", self=lambda grad: grad))


def copy_of_gradient(grad: Tensor) -> Tensor:
    """A recorded copy of a gradient, as the first `.grad` of a backward pass with create_graph."""
    return record(_CopyBackwards, grad._array.copy(), (grad,))


def alias(input: Tensor) -> Tensor:
    """The same tensor, as a view (recorded as AliasBackward0)."""
    return _alias(input)


def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A recorded copy, with the elements laid out as they were unless a format is asked for (torch.clone)."""
    copy = _clone_as_laid_out if memory_format is None else clone_in_order
    return copy(input)


def contiguous(input: Tensor, memory_format: Any = None) -> Tensor:
    """The tensor itself where its elements lie in order, else a copy (torch.Tensor.contiguous)."""
    return input if is_contiguous(input) else clone_in_order(input)


def is_contiguous(input: Tensor) -> bool:
    """Whether the elements lie in order (torch.Tensor.is_contiguous)."""
    return bool(input._array.flags.c_contiguous)


def stride(input: Tensor, dim: int | None = None) -> Any:
    """How many elements apart neighbours lie, by dimension (torch.Tensor.stride)."""
    array = input._array
    if array.size or any(array.strides):
        strides = tuple(each // array.itemsize for each in array.strides)
        if 0 in strides:
            strides = _of_single_places(array.shape, strides)
    else:
        strides = tuple(math.prod(max(size, 1) for size in array.shape[i + 1 :]) for i in range(array.ndim))
    return strides if dim is None else strides[input._dimension(dim)]


def _of_single_places(shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[int, ...]:
    """Strides as torch says them: over a dimension of one place, NumPy's 0 is the extent of those that follow."""
    found = list(strides)
    for i in reversed(range(len(shape))):
        if shape[i] == 1 and not found[i]:
            found[i] = shape[i + 1] * found[i + 1] if i + 1 < len(shape) else 1
    return tuple(found)


def data_ptr(input: Tensor) -> int:
    """The address of the first element (torch.Tensor.data_ptr)."""
    return int(input._shared_array().ctypes.data)


def storage_offset(input: Tensor) -> int:
    """How many elements after its base's first element a view begins (torch.Tensor.storage_offset)."""
    base = (input._extras or {}).get("base")
    return 0 if base is None else (data_ptr(input) - data_ptr(base)) // input._array.itemsize
