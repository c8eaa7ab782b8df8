"""Writing where a mask holds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import expectations, record
from gradcli.engine.ops.gather import masked_select
from gradcli.engine.ops.maps import values_of
from gradcli.engine.tensor import Tensor, wrap


def _to_source(grad: Any, mask: Any, sizes: tuple[int, ...]) -> Any:
    """The gradient of a source whose first elements were written where the mask holds, zero for the others."""
    flags = values_of(mask)
    taken = masked_select(grad, wrap(flags)) if isinstance(grad, Tensor) else grad[flags]
    unread = np.zeros(math.prod(sizes) - taken.shape[0], values_of(grad).dtype)
    return np.reshape(np.concatenate([taken, unread]), sizes)


_MaskedScatterBackward0 = derivative(
    "MaskedScatterBackward0",
    saves=("mask",),
    self=lambda grad, mask, sizes: np.where(values_of(mask), np.zeros_like(values_of(grad)), grad),
    source=lambda grad, mask, sizes: _to_source(grad, mask, sizes),
)


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:  # noqa: A002
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
    if result._node is not None:
        result._node.expected = expectations(array, input.dtype, input, None)
    return result
