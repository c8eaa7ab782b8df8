"""Joining and splitting."""

from __future__ import annotations

import functools
import itertools
import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcli.engine import dtypes, errors
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.index import sliced
from gradcli.engine.ops.maps import record_list, record_outputs, variadic
from gradcli.engine.ops.shape import atleast_1d, atleast_2d, atleast_3d, expand, view
from gradcli.engine.tensor import Tensor
from gradcli.engine.views import as_view

# Joining.


def _parts(grad: Any, dim: int, bounds: tuple[int, ...]) -> list[Any]:
    before = (slice(None),) * dim
    return [grad[(*before, slice(start, stop))] for start, stop in itertools.pairwise(bounds)]


_CatBackward0 = variadic("CatBackward0", _parts)
_StackBackward0 = variadic(
    "StackBackward0", lambda grad, dim, count: [grad[(*(slice(None),) * dim, i)] for i in range(count)]
)


def cat(tensors: Sequence[Tensor], dim: int = 0, *, axis: int | None = None) -> Tensor:
    """The tensors one after the other along `dim` (torch.cat). Raises RuntimeError where the other sizes differ."""
    if isinstance(tensors, Tensor):
        raise TypeError("cat(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor")
    given = list(tensors)
    for position, each in enumerate(given):
        if not isinstance(each, Tensor):
            raise TypeError(f"expected Tensor as element {position} in argument 0, but got {type(each).__name__}")
    if not given:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    for position, each in enumerate(given):
        if each._array.ndim == 0:
            raise RuntimeError(f"zero-dimensional tensor (at position {position}) cannot be concatenated")
    first = next((each for each in given if each._array.shape != (0,)), given[0])
    at = first._dimension(dim if axis is None else axis) if first._array.shape != (0,) else 0
    arrays = in_one_dtype(given)
    for number, array in enumerate(arrays):
        if array.shape == (0,):
            arrays[number] = np.empty((*first._array.shape[:at], 0, *first._array.shape[at + 1 :]), array.dtype)
            continue
        _check_sizes(first._array.shape, array.shape, at, number)
    bounds = tuple(itertools.accumulate((array.shape[at] for array in arrays), initial=0))
    result = record_list(_CatBackward0, np.concatenate(arrays, axis=at), given, (at, bounds))
    if result._node is not None and any(
        each._array.shape != array.shape for each, array in zip(given, arrays, strict=True)
    ):
        result._node.expected = tuple(
            (each._array.shape, None) if each._array.shape != array.shape else None
            for each, array in zip(given, arrays, strict=True)
        )
    return result


def in_one_dtype(tensors: Sequence[Tensor]) -> list[Any]:
    """The arrays in the dtype that torch promotes them to, which is not always NumPy's."""
    dtype = functools.reduce(dtypes.promote, [each.dtype for each in tensors])
    return [each._array.astype(dtype.numpy, copy=False) for each in tensors]


def _check_sizes(expected: tuple[int, ...], got: tuple[int, ...], dim: int, number: int) -> None:
    if len(expected) != len(got):
        raise RuntimeError(f"Tensors must have same number of dimensions: got {len(expected)} and {len(got)}")
    for i, (a, b) in enumerate(zip(expected, got, strict=True)):
        if a != b and i != dim:
            raise RuntimeError(
                f"Sizes of tensors must match except in dimension {dim}. Expected size {a} but got size {b} for "
                "tensor number "
                f"{number} in the list."
            )


def stack(tensors: Sequence[Tensor], dim: int = 0, *, axis: int | None = None) -> Tensor:
    """The tensors, of one shape, side by side along a new dimension (torch.stack)."""
    given = list(tensors)
    if not given:
        raise RuntimeError("stack expects a non-empty TensorList")
    shape = given[0]._array.shape
    for entry, each in enumerate(given):
        if each._array.shape != shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(shape)} at entry 0 and "
                f"{list(each._array.shape)} at "
                f"entry {entry}"
            )
    dim = dim if axis is None else axis
    bound = len(shape) + 1
    if not -bound <= dim < bound:
        raise errors.dimension_out_of_range(dim, bound)
    at = dim % bound
    return record_list(_StackBackward0, np.stack(in_one_dtype(given), axis=at), given, (at, len(given)))


def _check_given(name: str, tensors: Sequence[Tensor]) -> None:
    if not len(tensors):
        raise RuntimeError(f"{name} expects a non-empty TensorList")


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors beside each other (torch.hstack)."""
    _check_given("hstack", tensors)
    several = atleast_1d(list(tensors))
    return cat(several, 0 if several[0]._array.ndim == 1 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors as rows below each other (torch.vstack)."""
    _check_given("vstack", tensors)
    return cat(atleast_2d(list(tensors)), 0)


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors behind each other (torch.dstack)."""
    _check_given("dstack", tensors)
    return cat(atleast_3d(list(tensors)), 2)


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
                f"{at}), but got "
                f"split_sizes={sections}"
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


# Grids.


def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """The coordinates of a grid, a tensor for each of the vectors (torch.meshgrid)."""
    given = list(tensors[0]) if len(tensors) == 1 and not isinstance(tensors[0], Tensor) else list(tensors)
    if indexing is None:
        warnings.warn(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.",
            UserWarning,
            stacklevel=2,
        )
        indexing = "ij"
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    if not given:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    for each in given:
        if each._array.ndim > 1:
            raise RuntimeError(f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {each}")
    if any(each.dtype is not given[0].dtype for each in given):
        raise RuntimeError("meshgrid expects all tensors to have the same dtype")
    exchanged = indexing == "xy" and len(given) >= 2
    if exchanged:
        given[0], given[1] = given[1], given[0]
    shape = [each._array.size for each in given]
    grids = [
        expand(view(each, [-1 if i == j else 1 for j in range(len(given))]), shape) for i, each in enumerate(given)
    ]
    if exchanged:
        grids[0], grids[1] = grids[1], grids[0]
    return tuple(grids)


def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """The tensors, expanded to the shape that they broadcast to (torch.broadcast_tensors)."""
    given = list(tensors[0]) if len(tensors) == 1 and not isinstance(tensors[0], Tensor) else list(tensors)
    shape: tuple[int, ...] = ()
    for each in given:
        try:
            shape = np.broadcast_shapes(shape, each._array.shape)
        except ValueError:
            raise errors.sizes_must_match(shape, each._array.shape) from None
    return tuple(each if each._array.shape == shape else expand(each, shape) for each in given)
