"""Matrix products summed over a batch, and of a chain of matrices."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import expectations, record
from gradcli.engine.ops.matrix import multi_dot, scaled
from gradcli.engine.ops.overloads import taking_numbers_first
from gradcli.engine.ops.shape import clone, expand
from gradcli.engine.rounding import wide
from gradcli.engine.tensor import Tensor


def _turned(batch: Any) -> Any:
    return np.swapaxes(batch, -1, -2)


def _over_batch(grad: Any, batch: Any) -> Any:
    """The gradient of the sum, for each matrix of the batch."""
    return np.broadcast_to(grad, (batch.shape[0], *grad.shape))


_AddbmmBackward0 = derivative(
    "AddbmmBackward0",
    self=lambda grad, beta: grad if beta == 1 else grad * beta,
    batch1=lambda grad, batch1, batch2, alpha: np.matmul(_over_batch(grad, batch1), _turned(batch2)) * alpha,
    batch2=lambda grad, batch1, batch2, alpha: np.matmul(_turned(batch1), _over_batch(grad, batch2)) * alpha,
)


@taking_numbers_first("beta", "alpha")
def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`beta * input + alpha * (the sum of the products of two batches)`: (n, m, k), (n, k, p) to (m, p)
    (torch.addbmm).

    Raises RuntimeError where the sizes do not fit.
    """
    for name, each in (("batch1", batch1), ("batch2", batch2)):
        if each._array.ndim != 3:
            raise RuntimeError(f"{name} must be a 3D tensor")
    first, second = batch1._array.shape, batch2._array.shape
    if first[0] != second[0]:
        raise RuntimeError(f"batch1 and batch2 must have same number of batches, got {first[0]} and {second[0]}")
    sizes = (first[1], second[2])
    added = expand(input, sizes)._array
    if first[2] != second[1]:
        raise RuntimeError(f"Incompatible matrix sizes for bmm ({first[1]}x{first[2]} and {second[1]}x{second[2]})")
    array = scaled(added, beta) if beta != 0 else input.dtype.zeros(sizes)
    for one, other in zip(batch1._array, batch2._array, strict=True):
        array = input.dtype.cast(wide(array) + scaled(np.matmul(wide(one), wide(other)), alpha))
    if array is added:
        array = added.copy()
    result = record(_AddbmmBackward0, array, (input, batch1, batch2), (beta, alpha))
    if result._node is not None:
        own = expectations(array, result.dtype, input)
        result._node.expected = None if own is None else (own[0], None, None)
    return result


def chain_matmul(*matrices: Tensor) -> Tensor:
    """The product of several matrices (torch.chain_matmul, which torch.linalg.multi_dot replaces; warns so)."""
    warnings.warn(
        "torch.chain_matmul is deprecated and will be removed in a future PyTorch release. Use torch.linalg.multi_dot "
        "instead, which accepts a list of two or more tensors rather than multiple parameters.",
        UserWarning,
        stacklevel=2,
    )
    for each in matrices:
        if each._array.ndim != 2:
            raise RuntimeError(f"Tensor dimension is {each._array.ndim}, expected 2 instead.")
    return clone(matrices[0]) if len(matrices) == 1 else multi_dot(matrices)
