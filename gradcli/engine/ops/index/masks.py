"""Taking and writing where a mask holds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import elementwise, expecting, masked, record, values_of
from gradcli.engine.ops.pointwise import selection
from gradcli.engine.ops.rules import Map, linear_map
from gradcli.engine.tensor import Tensor, wrap

_MaskedSelectBackward0 = derivative(
    "MaskedSelectBackward0",
    saves=("mask", "self"),
    self=lambda grad, mask, shape: _masked_put(grad, values_of(mask), shape),
)
_masked_taken: Map = linear_map(
    "MaskedSelectBackward0",
    lambda array, mask: np.broadcast_to(array, mask.shape)[mask],
    lambda grad, mask, self_sym_sizes: _masked_put(grad, mask, self_sym_sizes),
)
_masked_put: Map = linear_map(
    "MaskedSelectBackwardBackward0",
    lambda array, mask, shape: _unmasked(array, mask, shape),
    lambda grad, mask: _masked_taken(grad, mask),
)
_MaskedFillBackward0 = derivative(
    "MaskedFillBackward0",
    saves=("mask",),
    self=lambda grad, mask: np.where(values_of(mask), np.zeros_like(values_of(grad)), grad),
)
_MaskedFillBackward1 = derivative(
    "MaskedFillBackward1",
    saves=("mask",),
    self=lambda grad, mask: np.where(values_of(mask), np.zeros_like(values_of(grad)), grad),
    value=lambda grad, mask: np.sum(masked(values_of(mask), grad)),
)
_MaskedScatterBackward0 = derivative(
    "MaskedScatterBackward0",
    saves=("mask",),
    self=lambda grad, mask, sizes: np.where(values_of(mask), np.zeros_like(values_of(grad)), grad),
    source=lambda grad, mask, sizes: _to_source(grad, mask, sizes),
)


def _unmasked(array: Any, mask: Any, shape: tuple[int, ...]) -> Any:
    from gradcli.engine.broadcasting import sum_to

    full = np.broadcast_shapes(tuple(shape), mask.shape)
    result = dtypes.zeros_beside(array, full)
    result[np.broadcast_to(mask, full)] = array
    return sum_to(result, tuple(shape))


def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where a bool mask holds, as a vector (torch.masked_select)."""
    if mask.dtype is not dtypes.bool_:
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    array, flags = np.broadcast_arrays(input._array, mask._array)
    return record(
        _MaskedSelectBackward0, array[flags], (input,), (input._array.shape,), mask=wrap(np.array(flags), dtypes.bool_)
    )


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """A copy with `value` where a bool mask holds (torch.masked_fill)."""
    if mask.dtype is not dtypes.bool_:
        raise RuntimeError(
            f"masked_fill_ only supports boolean masks, but got mask with dtype {dtypes.c_name(mask.dtype)}"
        )
    array = np.where(mask._array, input.dtype.scalar(values_of(value)), input._array)[()]
    if isinstance(value, Tensor):
        if value._array.ndim:
            raise RuntimeError(
                "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with "
                f"{value._array.ndim} dimension(s)."
            )
        return elementwise(_MaskedFillBackward1, array, input.dtype, (input, value), mask=mask)
    return elementwise(_MaskedFillBackward0, array, input.dtype, (input,), mask=mask)


def _to_source(grad: Any, mask: Any, sizes: tuple[int, ...]) -> Any:
    """The gradient of a source whose first elements were written where the mask holds, zero for the others."""
    flags = values_of(mask)
    taken = masked_select(grad, wrap(flags)) if isinstance(grad, Tensor) else grad[flags]
    unread = np.zeros(math.prod(sizes) - taken.shape[0], values_of(grad).dtype)
    return np.reshape(np.concatenate([taken, unread]), sizes)


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """A copy with the elements of `source`, in order, where a bool mask holds (torch.masked_scatter).

    Raises RuntimeError where `source` has too few elements or another dtype.
    """
    if mask.dtype is not dtypes.bool_:
        raise RuntimeError(f"masked_scatter_ only supports boolean masks, but got mask with dtype {mask.dtype.word}")
    if input.dtype is not source.dtype:
        raise RuntimeError(
            "masked_scatter: expected self and source to have same dtypes but got"
            f"{input.dtype.word} and {source.dtype.word}"
        )
    own, flags = np.broadcast_arrays(input._array, mask._array)
    count = int(flags.sum())
    if source._array.size < count:
        raise RuntimeError("Number of elements of source < number of ones in mask")
    array = own.copy()
    array[flags] = np.ravel(source._array)[:count]
    whole = wrap(np.array(flags), dtypes.bool_)
    result = record(_MaskedScatterBackward0, array[()], (input, source), (source._array.shape,), mask=whole)
    return expecting(result, None if input._array.shape == array.shape else (input._array.shape, None), None)


def where(input: Tensor, condition: Tensor, other: Any) -> Tensor:
    """`input` where the condition holds, else `other` (torch.Tensor.where)."""
    return selection.either(condition, input, other)


def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """The indices of the elements that are not zero, a row each, or a vector for each dimension (torch.nonzero)."""
    if not as_tuple:
        return argwhere(input)
    return tuple(wrap(each) for each in _nonzero(input))


def _nonzero(input: Tensor) -> Any:
    """The indices, those of each dimension in one piece, as torch's are."""
    return np.stack(np.nonzero(np.atleast_1d(input._array)))


def argwhere(input: Tensor) -> Tensor:
    """The indices of the elements that are not zero, a row each (torch.argwhere)."""
    found = _nonzero(input)
    return wrap(found.T if input._array.ndim else np.zeros((found.shape[1], 0), np.int64))
