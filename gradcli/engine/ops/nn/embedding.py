"""Rows of a table by their numbers (torch.nn.functional.embedding).

EmbeddingBackward0    weight: add each row's gradient to the row that it was taken from, but for padding_idx
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine import dtypes, inplace
from gradcli.engine.left_out import unsupported
from gradcli.engine.left_out_names import SPARSE
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import argument_error, record
from gradcli.engine.ops.maps import Map, linear_map, values_of
from gradcli.engine.tensor import Tensor

_NO_PADDING = -1


def _rows(array: Any, indices: Any, padding_idx: int) -> Any:
    """The rows of a table that the indices name, zeros in place of the padding's."""
    rows = np.take(array, indices, axis=0)
    return (
        rows if padding_idx == _NO_PADDING else np.where(indices[..., None] == padding_idx, np.zeros_like(rows), rows)
    )


def _added_rows(array: Any, indices: Any, padding_idx: int, num_weights: int, scale_grad_by_freq: bool) -> Any:
    """A table of zeros with the rows of `array` added where the indices say, divided by how often they do if that is
    asked for."""
    flat = indices.reshape(-1)
    rows = array.reshape(len(flat), array.shape[-1])
    if scale_grad_by_freq:
        rows = rows / np.bincount(flat)[flat][:, None].astype(array.dtype)
    kept = flat != padding_idx
    result = dtypes.zeros_beside(array, (num_weights, array.shape[-1]))
    np.add.at(result, flat[kept], rows[kept])
    return result


_gradient: Map = linear_map(
    "EmbeddingDenseBackwardBackward0",
    _added_rows,
    lambda grad, indices, padding_idx: _rows_for(grad, indices, padding_idx),
)
_rows_for: Map = linear_map(
    "WhereBackward0",
    _rows,
    lambda grad, indices, padding_idx, self_sym_sizes: _gradient(grad, indices, padding_idx, self_sym_sizes[0], False),
)
_EmbeddingBackward0 = derivative(
    "EmbeddingBackward0",
    saves=("indices",),
    weight=lambda grad, indices, padding_idx, weight_sym_argsize_0, scale_grad_by_freq: _gradient(
        grad, values_of(indices), padding_idx, weight_sym_argsize_0, scale_grad_by_freq
    ),
)


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight` (num, dim) that the integers `input` (…) name: (…, dim) (F.embedding).

    No gradient goes to row `padding_idx`; where a norm is above `max_norm`, the row is first scaled down in place.
    Raises IndexError on a row that is not there, RuntimeError on other dtypes and shapes.
    """
    if sparse:
        raise unsupported("F.embedding with sparse=True", SPARSE)
    for position, name, value in ((1, "weight", weight), (2, "indices", input)):
        if not isinstance(value, Tensor):
            raise argument_error("embedding", position, value, name)
    padding = _NO_PADDING if padding_idx is None else padding_of(padding_idx, len(weight))
    if weight._array.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    if input.dtype not in (dtypes.int64, dtypes.int32):
        found = "CPUBoolType" if input.dtype is dtypes.bool_ else input.dtype.tensor_name
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got "
            f"{found} instead (while checking arguments for embedding)"
        )
    indices = np.asarray(input._array)
    count = len(weight._array)
    if indices.size and not (indices.min() >= 0 and indices.max() < count):
        raise IndexError("index out of range in self")
    if max_norm is not None:
        _limit_norms(weight, indices, max_norm, norm_type)
    rows = np.take(weight._array, indices, axis=0)
    return record(_EmbeddingBackward0, rows, (weight,), (padding, count, scale_grad_by_freq), indices=input)


def padding_of(padding_idx: int, count: int) -> int:
    """The number of the padding's row, perhaps counted from the end. Raises AssertionError where there is no such."""
    assert -count <= padding_idx < count, "Padding_idx must be within num_embeddings"
    return padding_idx % count


def _limit_norms(weight: Tensor, indices: Any, max_norm: float, norm_type: float) -> None:
    """Scale the rows that are going to be taken down to a norm, in place."""
    named = np.unique(indices)
    rows = weight._array[named]
    norms = np.linalg.norm(rows, norm_type, axis=1).astype(np.float64)
    factors = np.where(norms > max_norm, max_norm / (norms + 1e-7), 1)
    array = weight._array.copy()
    array[named] = rows * factors[:, None].astype(rows.dtype)
    inplace.write(weight, array)
