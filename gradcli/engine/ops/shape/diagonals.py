"""Diagonals and triangles of matrices, and the indices of triangles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.creation import made
from gradcli.engine.errors import dimension_out_of_range
from gradcli.engine.ops.declare import Operation, named
from gradcli.engine.ops.dimensions import inserted
from gradcli.engine.ops.rules import Map, linear_map
from gradcli.engine.ops.shape.views import reshape
from gradcli.engine.tensor import Tensor

_diagonal: Map = linear_map(
    "DiagonalBackward0",
    lambda array, offset, dim1, dim2: np.diagonal(array, offset, dim1, dim2),
    lambda grad, offset, dim1, dim2, self_sym_sizes: _diagonal_backward(grad, self_sym_sizes, offset, dim1, dim2),
    view=True,
)
_diagonal_copy: Map = linear_map(
    "DiagonalBackward0_copy",
    lambda array, offset, dim1, dim2: np.diagonal(array, offset, dim1, dim2).copy(),
    lambda grad, offset, dim1, dim2, self_sym_sizes: _diagonal_backward(grad, self_sym_sizes, offset, dim1, dim2),
)
_diagonal_backward: Map = linear_map(
    "DiagonalBackwardBackward0",
    lambda array, input_sizes, offset, dim1, dim2: _put_on_diagonal(array, input_sizes, offset, dim1, dim2),
    lambda grad, offset, dim1, dim2: _diagonal(grad, offset, dim1, dim2),
)
_diag_embed: Map = linear_map(
    "DiagEmbedBackward0",
    lambda array, offset, dim1, dim2: _put_on_diagonal(
        array, _embedded_sizes(array, offset, dim1, dim2), offset, dim1, dim2
    ),
    lambda grad, offset, dim1, dim2: _diagonal(grad, offset, dim1, dim2),
)


def _put_on_diagonal(array: Any, input_sizes: Any, offset: int, dim1: int, dim2: int) -> Any:
    result = dtypes.zeros_beside(array, tuple(input_sizes))
    rows, columns = result.shape[dim1], result.shape[dim2]
    length = array.shape[-1]
    first = np.arange(length) + max(-offset, 0)
    second = np.arange(length) + max(offset, 0)
    assert length == 0 or (first[-1] < rows and second[-1] < columns)
    moved = np.moveaxis(result, (dim1, dim2), (-2, -1))
    moved[..., first, second] = array
    return result


def _embedded_sizes(array: Any, offset: int, dim1: int, dim2: int) -> tuple[int, ...]:
    size = array.shape[-1] + (offset if offset >= 0 else -offset)
    sizes = list(array.shape[:-1])
    for dim in sorted((dim1, dim2)):
        sizes.insert(dim, size)
    return tuple(sizes)


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of the diagonal, as the last dimension (torch.diagonal)."""
    first, second = input._dimension(dim1), input._dimension(dim2)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return _diagonal(input, offset, first, second)


def linalg_diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """A view of the diagonals of matrices (torch.linalg.diagonal)."""
    return diagonal(A, offset, dim1, dim2)


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """A vector as a diagonal matrix, or a matrix's diagonal (torch.diag)."""
    if input._array.ndim == 1:
        return diag_embed(input, diagonal)
    if input._array.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input._array.ndim}D")
    return _diagonal_copy(input, diagonal, 0, 1)


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The last dimension as the diagonals of matrices (torch.diag_embed)."""
    if not input._array.ndim:
        raise dimension_out_of_range(dim1, 1)
    first, second = (inserted(dim, input._array.ndim) for dim in (dim1, dim2))
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return _diag_embed(input, offset, first, second)


def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """All elements as a diagonal matrix (torch.diagflat)."""
    return diag_embed(reshape(input, (-1,)), offset)


def _triangle(name: str, part: Callable[..., Any], help: str) -> Operation:
    mapped = linear_map(
        f"{name.title()}Backward0",
        lambda array, diagonal: part(array, diagonal),
        lambda grad, diagonal: part(grad, diagonal),
    )

    def operation(input: Tensor, diagonal: int = 0) -> Tensor:
        if input._array.ndim < 2:
            raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")
        return mapped(input, diagonal)

    return named(operation, name, help)


tril = _triangle("tril", np.tril, "The lower triangle, zero elsewhere (torch.tril).")
triu = _triangle("triu", np.triu, "The upper triangle, zero elsewhere (torch.triu).")


def _indices(name: str, found: Any, dtype: dtypes.dtype | None, device: Any) -> Tensor:
    return made(name, np.stack(found).astype((dtypes.named(dtype) or dtypes.int64).numpy), device)


def tril_indices(
    row: int, col: int, offset: int = 0, *, dtype: dtypes.dtype | None = None, device: Any = None
) -> Tensor:
    """The rows and columns of the lower triangle of a (row, col) matrix: (2, n) (torch.tril_indices)."""
    return _indices("tril_indices", np.tril_indices(row, offset, col), dtype, device)


def triu_indices(
    row: int, col: int, offset: int = 0, *, dtype: dtypes.dtype | None = None, device: Any = None
) -> Tensor:
    """The rows and columns of the upper triangle of a (row, col) matrix: (2, n) (torch.triu_indices)."""
    return _indices("triu_indices", np.triu_indices(row, offset, col), dtype, device)
