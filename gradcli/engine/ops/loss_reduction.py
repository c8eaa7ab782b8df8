"""What all losses begin and end with: the reduction that is asked for, sizes that fit, the reduction itself."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from gradcli.engine import errors
from gradcli.engine.constants import numbers_of
from gradcli.engine.ops import reduce, shape
from gradcli.engine.tensor import Tensor


def reduction_of(reduction: str, size_average: bool | None, reduce_: bool | None) -> str:
    """The reduction, from torch's old arguments where they are given. Raises ValueError on an unknown one."""
    if size_average is not None or reduce_ is not None:
        averaged = size_average is None or size_average
        reduction = "none" if reduce_ is False else "mean" if averaged else "sum"
        warnings.warn(
            f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
            UserWarning,
            stacklevel=3,
        )
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def reduced_array(array: Any, reduction: str) -> Any:
    """An array of losses, reduced; the mean of none is nan."""
    if reduction == "none":
        return array
    if reduction == "sum":
        return array.sum()
    return array.mean() if array.size else array.dtype.type(np.nan)


def reduced(losses: Tensor, reduction: str) -> Tensor:
    """Recorded losses, reduced."""
    if reduction == "none":
        return losses
    result: Tensor = reduce.mean(losses) if reduction == "mean" else reduce.sum(losses)
    return result


def share_of(array: Any, reduction: str) -> Any:
    """What one element counts in the reduced loss."""
    return numbers_of(array).ratio(1.0, max(array.size, 1)) if reduction == "mean" else 1.0


def warn_of_sizes(input: Tensor, target: Tensor) -> None:
    """Warn where input and target are not of one size."""
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will "
            "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            UserWarning,
            stacklevel=3,
        )


def broadcast(input: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Both in their common shape. Raises RuntimeError where they have none."""
    if input._array.shape == target._array.shape:
        return input, target
    try:
        common = np.broadcast_shapes(input._array.shape, target._array.shape)
    except ValueError:
        raise errors.sizes_must_match(input._array.shape, target._array.shape) from None
    return shape.expand(input, common), shape.expand(target, common)
