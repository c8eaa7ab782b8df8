"""Joining: tensors one after the other, side by side, on a diagonal."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.ops.declare import Operation, expecting, named
from gradcli.engine.ops.dimensions import inserted
from gradcli.engine.ops.rules import record_list, variadic
from gradcli.engine.ops.shape.views import atleast_1d, atleast_2d, atleast_3d, reshape
from gradcli.engine.tensor import Tensor, wrap

_CatBackward0 = variadic("CatBackward0", lambda grad, dim, bounds: _parts(grad, dim, bounds))
_StackBackward0 = variadic(
    "StackBackward0", lambda grad, dim, count: [grad[(*(slice(None),) * dim, i)] for i in range(count)]
)
_BlockDiagBackward0 = variadic(
    "BlockDiagBackward0",
    lambda grad, rows, columns, sizes: (
        [
            np.reshape(grad[top:bottom, left:right], size)
            for (top, bottom), (left, right), size in zip(
                itertools.pairwise(rows), itertools.pairwise(columns), sizes, strict=True
            )
        ]
    ),
)


def _parts(grad: Any, dim: int, bounds: tuple[int, ...]) -> list[Any]:
    before = (slice(None),) * dim
    return [grad[(*before, slice(start, stop))] for start, stop in itertools.pairwise(bounds)]


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
    pairs = zip(given, arrays, strict=True)
    return expecting(result, *[(a._array.shape, None) if a._array.shape != b.shape else None for a, b in pairs])


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
                f"Sizes of tensors must match except in dimension {dim}. Expected size {a} but got size {b} for tensor "
                f"number {number} in the list."
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
                f"{list(each._array.shape)} at entry {entry}"
            )
    at = inserted(dim if axis is None else axis, len(shape))
    return record_list(_StackBackward0, np.stack(in_one_dtype(given), axis=at), given, (at, len(given)))


def _stacking(name: str, widened: Callable[..., Any], dim: int, help: str) -> Operation:
    def operation(tensors: Sequence[Tensor]) -> Tensor:
        if not len(tensors):
            raise RuntimeError(f"{name} expects a non-empty TensorList")
        several = widened(list(tensors))
        return cat(several, min(dim, several[0]._array.ndim - 1))

    return named(operation, name, help)


hstack = _stacking("hstack", atleast_1d, 1, "The tensors beside each other (torch.hstack).")
vstack = _stacking("vstack", atleast_2d, 0, "The tensors as rows below each other (torch.vstack).")
dstack = _stacking("dstack", atleast_3d, 2, "The tensors behind each other (torch.dstack).")


def block_diag(*tensors: Tensor) -> Tensor:
    """A matrix with the given matrices on its diagonal, zeros elsewhere (torch.block_diag). Vectors are rows.

    Raises RuntimeError on more than two dimensions.
    """
    if not tensors:
        return wrap(np.zeros((1, 0), np.float32))
    for number, each in enumerate(tensors):
        if each._array.ndim > 2:
            raise RuntimeError(
                "torch.block_diag: Input tensors must have 2 or fewer dimensions. "
                f"Input {number} has {each._array.ndim} dimensions"
            )
    blocks = [np.atleast_2d(array) for array in in_one_dtype(tensors)]
    rows = tuple(itertools.accumulate((block.shape[0] for block in blocks), initial=0))
    columns = tuple(itertools.accumulate((block.shape[1] for block in blocks), initial=0))
    array = np.zeros((rows[-1], columns[-1]), blocks[0].dtype)
    for block, top, left in zip(blocks, rows, columns, strict=False):
        array[top : top + block.shape[0], left : left + block.shape[1]] = block
    return record_list(
        _BlockDiagBackward0, array, tensors, (rows, columns, tuple(each._array.shape for each in tensors))
    )


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors beside each other, vectors as columns (torch.column_stack)."""
    return cat([each if each._array.ndim > 1 else reshape(each, (each._array.size, 1)) for each in tensors], 1)
