"""Broadcasting and its undoing, for arrays and Tensors alike."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradcli.engine.large import LARGE


def sum_to(grad: Any, shape: tuple[int, ...]) -> Any:
    """`grad` summed over the dimensions along which `shape` was broadcast to its shape (torch's sum_to_size)."""
    if grad.shape == shape:
        return grad
    leading = grad.ndim - len(shape)
    stretched = tuple(i + leading for i, size in enumerate(shape) if size == 1 and grad.shape[i + leading] != 1)
    axes = (*range(leading), *stretched)
    if axes:
        total = np.add.reduce if isinstance(grad, np.ndarray) else np.sum
        grad = total(grad, axis=axes, keepdims=True)
    return np.reshape(grad, shape)


def spread(grad: Any, shape: tuple[int, ...]) -> Any:
    """One number's gradient, for each of the elements of `shape`."""
    if not isinstance(grad, np.generic) or prod(shape) >= LARGE:
        return np.broadcast_to(grad, shape)
    full = np.empty(shape, grad.dtype)
    full.fill(grad)
    return full


def fit(grad: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """`grad` in the shape and dtype of the input that it belongs to."""
    if grad.shape != shape:
        grad = sum_to(grad, shape)
    if dtype is not None:
        grad = grad.astype(dtype.numpy, copy=False) if isinstance(grad, (np.ndarray, np.generic)) else grad.to(dtype)
    return grad
