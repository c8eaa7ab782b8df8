"""Indices of triangles, and the shape that shapes broadcast to."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.creation import made
from gradcli.engine.tensor import Size, Tensor


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


def broadcast_shapes(*shapes: Any) -> Size:
    """The shape that shapes (or sizes of one dimension) broadcast to (torch.broadcast_shapes).

    Raises RuntimeError where they do not.
    """
    given = [(each,) if isinstance(each, int) else tuple(each) for each in shapes]
    result = [1] * max(map(len, given), default=0)
    for number, sizes in enumerate(given):
        for at in range(-1, -1 - len(sizes), -1):
            if sizes[at] in (1, result[at]):
                continue
            if result[at] != 1:
                raise RuntimeError(
                    f"Attempting to broadcast a dimension of length {sizes[at]} at {at}! Mismatching argument at index "
                    f"{number} had {sizes}; but expected shape should be broadcastable to {result}"
                )
            result[at] = sizes[at]
    return Size(result)
