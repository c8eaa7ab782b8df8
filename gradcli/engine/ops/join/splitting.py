"""Splitting: views of parts along a dimension."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcli.engine import dtypes, errors
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.index.indexing import sliced
from gradcli.engine.ops.rules import record_outputs
from gradcli.engine.tensor import Tensor
from gradcli.engine.views import as_view

# Splitting: one node with as many outputs as there are parts.


def _whole(grads: list[Any], dim: int, sizes: tuple[int, ...], bounds: tuple[int, ...]) -> Any:
    """The gradients of the parts, joined; zeros for parts that none arrived for."""
    dtype = next(each.dtype for each in grads if each is not None)
    kind = getattr(dtype, "numpy", dtype)
    parts = [
        np.zeros((*sizes[:dim], stop - start, *sizes[dim + 1 :]), kind) if each is None else each
        for each, (start, stop) in zip(grads, itertools.pairwise(bounds), strict=True)
    ]
    return np.concatenate(parts, axis=dim)


def _restacked(grads: list[Any], dim: int, sizes: tuple[int, ...]) -> Any:
    dtype = next(each.dtype for each in grads if each is not None)
    kind = getattr(dtype, "numpy", dtype)
    shape = (*sizes[:dim], *sizes[dim + 1 :])
    return np.stack([np.zeros(shape, kind) if each is None else each for each in grads], axis=dim)


@functools.cache
def _splitting(name: str, outputs: int) -> type[Node]:
    return derivative(
        name, outputs=outputs, self=lambda grad, dim, sizes, bounds: _whole(_listed(grad), dim, sizes, bounds)
    )


@functools.cache
def _unbinding(outputs: int) -> type[Node]:
    return derivative(
        "UnbindBackward0", outputs=outputs, self=lambda grad, dim, sizes: _restacked(_listed(grad), dim, sizes)
    )


def _listed(grad: Any) -> list[Any]:
    """A node's gradients as a list; a node of one output is handed its gradient bare."""
    return grad if isinstance(grad, list) else [grad]


def _split_at(name: str, input: Tensor, dim: int, bounds: tuple[int, ...]) -> tuple[Tensor, ...]:
    array = input._shared_array()
    before = (slice(None),) * dim
    arrays = [array[(*before, slice(start, stop))] for start, stop in itertools.pairwise(bounds)]
    results = record_outputs(_splitting(name, len(arrays)), arrays, (input,), (dim, array.shape, bounds))
    return tuple(as_view(each, input, several=True) for each in results)


def split(
    tensor: Tensor, split_size_or_sections: Any = None, dim: int = 0, *, split_size: Any = None
) -> tuple[Tensor, ...]:
    """Views of parts of a size, or of the sizes of a list, along `dim` (torch.split)."""
    wanted = split_size if split_size_or_sections is None else split_size_or_sections
    if tensor._array.ndim == 0:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    at = tensor._dimension(dim)
    size = tensor._array.shape[at]
    if isinstance(wanted, (list, tuple)):
        sections = [int(each) for each in wanted]
        if sum(sections) != size or any(each < 0 for each in sections):
            raise RuntimeError(
                f"split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's size at dimension "
                f"{at}), but got split_sizes={sections}"
            )
        return _split_at("SplitWithSizesBackward0", tensor, at, tuple(itertools.accumulate(sections, initial=0)))
    if wanted < 0:
        raise RuntimeError(f"split expects split_size be non-negative, but got split_size={wanted}")
    if wanted == 0 and size != 0:
        raise RuntimeError(f"split_size can only be 0 if dimension size is 0, but got dimension size of {size}")
    bounds = (*range(0, size, wanted), size) if size else (0, 0)
    return _split_at("SplitBackward0", tensor, at, bounds)


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` views of equal size along `dim`, the last perhaps smaller (torch.chunk)."""
    if input._array.ndim == 0:
        raise RuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    size = input._array.shape[input._dimension(dim)]
    if not size:
        return split(input, [0] * chunks, dim)
    return split(input, max(1, math.ceil(size / chunks)), dim)


def parted(input: Tensor, count: int) -> tuple[Tensor, ...]:
    """`count` equal parts along the last dimension, each a tensor of its own and no view (torch.unsafe_chunk)."""
    array = input._array
    size = array.shape[-1] // count
    bounds = tuple(range(0, count * size + 1, size))
    arrays = [array[..., start:stop] for start, stop in itertools.pairwise(bounds)]
    return record_outputs(
        _splitting("UnsafeSplitBackward0", count), arrays, (input,), (array.ndim - 1, array.shape, bounds)
    )


def tensor_split(input: Tensor, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of as many parts, or of those between the indices of a list (torch.tensor_split)."""
    if input._array.ndim == 0:
        raise RuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    at = input._dimension(dim)
    size = input._array.shape[at]
    if isinstance(indices_or_sections, Tensor) and indices_or_sections.dtype is not dtypes.int64:
        raise RuntimeError(
            "tensor_split expected tensor_indices_or_sections to have dtype of long, but got "
            f"{indices_or_sections.dtype.word}"
        )
    if isinstance(indices_or_sections, Tensor) and indices_or_sections._array.ndim:
        if indices_or_sections._array.ndim > 1:
            raise RuntimeError(
                "tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, "
                f"but got a tensor with {indices_or_sections._array.ndim} dims"
            )
        indices_or_sections = indices_or_sections.tolist()
    if isinstance(indices_or_sections, (list, tuple)):
        bounds = [0, *indices_or_sections, size]
    else:
        count = int(indices_or_sections)
        if count <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {count}")
        small, extra = divmod(size, count)
        bounds = list(itertools.accumulate([small + (i < extra) for i in range(count)], initial=0))
    parts = []
    for start, stop in itertools.pairwise(bounds):
        begin, end, _ = slice(start, stop).indices(size)
        parts.append(sliced(input, at, begin, max(begin, end)))
    return tuple(parts)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Views of all slices along a dimension, without it (torch.unbind)."""
    if input._array.ndim == 0:
        raise errors.no_dimensions(dim)
    at = input._dimension(dim)
    array: Any = input._shared_array()
    count = array.shape[at]
    if count == 0:
        return ()
    before = (slice(None),) * at
    arrays: list[Any] = [array[(*before, i, ...)] for i in range(count)]
    results = record_outputs(_unbinding(count), arrays, (input,), (at, array.shape))
    return tuple(as_view(each, input, several=True) for each in results)


def hsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Views of parts beside each other (torch.hsplit)."""
    return _evenly("hsplit", input, indices_or_sections, 1, 0 if input._array.ndim == 1 else 1)


def vsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Views of parts below each other (torch.vsplit)."""
    return _evenly("vsplit", input, indices_or_sections, 2, 0)


def dsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Views of parts behind each other (torch.dsplit)."""
    return _evenly("dsplit", input, indices_or_sections, 3, 2)


def _evenly(name: str, tensor: Tensor, sections: Any, least: int, dim: int) -> tuple[Tensor, ...]:
    """`tensor_split` into equal parts of a tensor of at least so many dimensions. Raises RuntimeError of others."""
    if tensor._array.ndim < least:
        raise RuntimeError(
            f"torch.{name} requires a tensor with at least {least} dimension, but got a tensor with "
            f"{tensor._array.ndim} dimensions!"
        )
    if isinstance(sections, str):
        raise _no_sections(name, sections)
    size = tensor._array.shape[dim]
    if isinstance(sections, int) and (sections == 0 or size % sections):
        raise RuntimeError(
            f"torch.{name} attempted to split along dimension {dim}, but the size of the dimension {size} is not "
            f"divisible by the split_size {sections}!"
        )
    return tensor_split(tensor, sections, dim)


def _no_sections(name: str, sections: Any) -> TypeError:
    """What is split by is neither a number nor a list of them."""
    kind = type(sections).__name__
    wrong = f"      didn't match because some of the arguments have invalid types: (Tensor, !{kind}!)\n"
    return TypeError(
        f"{name}() received an invalid combination of arguments - got (Tensor, {kind}), but expected one of:\n"
        f" * (Tensor input, int sections)\n{wrong} * (Tensor input, tuple of ints indices)\n{wrong}"
    )


def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of parts of the given sizes along `dim` (torch.split_with_sizes)."""
    return split(input, list(split_sizes), dim)
