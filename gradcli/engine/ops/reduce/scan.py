"""Scans: running sums, products, logarithms of sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import need_floats, record, values_of
from gradcli.engine.ops.dimensions import numpy_keywords
from gradcli.engine.ops.reduce.sums import in_own_dtype
from gradcli.engine.tensor import Tensor

_CumsumBackward0 = derivative("CumsumBackward0", self=lambda grad, dim: _reversed_sum(grad, dim))
_CumprodBackward0 = derivative(
    "CumprodBackward0",
    saves=("self", "result"),
    self=lambda grad, self, result, dim: _product_gradient(grad, self, result, dim),
)
_LogcumsumexpBackward0 = derivative(
    "LogcumsumexpBackward0",
    self=lambda grad, self, result, dim: _log_sums_gradient(grad, self, result, dim),
)


def _reversed_sum(grad: Any, dim: int) -> Any:
    if not np.ndim(values_of(grad)):
        return grad
    sums = np.cumsum if isinstance(grad, Tensor) else np.add.accumulate
    return np.flip(sums(np.flip(grad, axis=dim), axis=dim), axis=dim)


def _product_gradient(grad: Any, self: Any, result: Any, dim: int) -> Any:
    array = values_of(self)
    if array.ndim == 0 or array.shape[dim] == 1:
        return grad
    if np.all(array):
        return _reversed_sum(grad * result, dim) / self
    return _product_gradient_with_zeros(grad, self, dim)


def _product_gradient_with_zeros(grad: Any, self: Any, dim: int) -> Any:
    """For each factor the products without it, weighted: quadratic, but true where factors are zero."""
    before = (slice(None),) * dim
    array = values_of(self)
    one = np.ones((*array.shape[:dim], 1, *array.shape[dim + 1 :]), array.dtype)
    found = []
    with np.errstate(all="ignore"):
        for i in range(array.shape[dim]):
            left = np.prod(self[(*before, slice(0, i))], axis=dim, keepdims=True)
            right = np.cumprod(np.concatenate([one, self[(*before, slice(i + 1, None))]], axis=dim), axis=dim)
            found.append(np.sum(grad[(*before, slice(i, None))] * (left * right), axis=dim, keepdims=True))
    return np.concatenate(found, axis=dim)


def _log_sums_gradient(grad: Any, self: Any, result: Any, dim: int) -> Any:
    """The gradients in shares of exponentials, whose sums are taken in the logarithm,
    the positive and the negative gradients apart, so that none overflows."""
    array = values_of(grad)
    if not array.ndim:
        return grad
    logarithms = np.log(np.absolute(grad))
    parts = []
    for sign in (1, -1):
        chosen = np.where(array * sign > 0, logarithms, np.full_like(array, np.finfo(array.dtype).min))
        parts.append(np.exp(_reversed_log_sum(chosen - result, dim) + self))
    return parts[0] - parts[1]


def _reversed_log_sum(value: Any, dim: int) -> Any:
    flipped = np.flip(value, axis=dim)
    sums = logcumsumexp(flipped, dim) if isinstance(value, Tensor) else np.logaddexp.accumulate(flipped, axis=dim)
    return np.flip(sums, axis=dim)


def _accumulated(scan: Any, input: Tensor, dim: int, dtype: dtypes.dtype | None) -> tuple[Any, int]:
    at = input._dimension(dim)
    array = input._array
    if dtype is not None:
        array = dtypes.named(dtype).cast(array)
    elif not input.dtype.is_floating_point:
        array = array.astype(np.int64)
    if array.dtype.char == "e":  # torch accumulates it in float32
        return (scan(array, axis=at, dtype=np.float32).astype(np.float16) if array.ndim else array), at
    return (scan(array, axis=at, dtype=array.dtype) if array.ndim else array), at


@numpy_keywords
def cumsum(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The sums of the elements so far along `dim` (torch.cumsum)."""
    array, at = _accumulated(np.add.accumulate, input, dim, dtype)
    return in_own_dtype(record(_CumsumBackward0, array, (input,), (at,)), input)


@numpy_keywords
def cumprod(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The products of the elements so far along `dim` (torch.cumprod)."""
    array, at = _accumulated(np.multiply.accumulate, input, dim, dtype)
    return in_own_dtype(record(_CumprodBackward0, array, (input,), (at,)), input)


@numpy_keywords
def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """The logarithms of the sums of the exponentials so far along `dim` (torch.logcumsumexp)."""
    at = input._dimension(dim)
    need_floats("logcumsumexp_out_cpu", input.dtype)
    array = input._array
    return record(
        _LogcumsumexpBackward0, np.logaddexp.accumulate(array, axis=at) if array.ndim else array, (input,), (at,)
    )
