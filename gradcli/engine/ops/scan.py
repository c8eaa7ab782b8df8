"""Scans: running sums and products; and the softmax."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.large import empty, has_large_rows, is_large, shared_rows
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import record
from gradcli.engine.ops.maps import Map, numpy_keywords, recorded, shift_along, values_of
from gradcli.engine.tensor import Tensor


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


_CumsumBackward0 = derivative("CumsumBackward0", self=_reversed_sum)
_CumprodBackward0 = derivative("CumprodBackward0", saves=("self", "result"), self=_product_gradient)
_LogcumsumexpBackward0 = derivative(
    "LogcumsumexpBackward0",
    self=lambda grad, self, result, dim: _log_sums_gradient(grad, self, result, dim),
)


def _log_sums_gradient(grad: Any, self: Any, result: Any, dim: int) -> Any:
    """The gradients in shares of exponentials, whose sums are taken in the logarithm, the positive and the negative
    gradients apart, so that none overflows."""
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


def _in_own_dtype(result: Tensor, input: Tensor) -> Tensor:
    if result._node is not None and result.dtype is not input.dtype:
        result._node.expected = ((input._array.shape, input.dtype),)
    return result


@numpy_keywords
def cumsum(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The sums of the elements so far along `dim` (torch.cumsum)."""
    array, at = _accumulated(np.add.accumulate, input, dim, dtype)
    return _in_own_dtype(record(_CumsumBackward0, array, (input,), (at,)), input)


@numpy_keywords
def cumprod(input: Tensor, dim: int, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The products of the elements so far along `dim` (torch.cumprod)."""
    array, at = _accumulated(np.multiply.accumulate, input, dim, dtype)
    return _in_own_dtype(record(_CumprodBackward0, array, (input,), (at,)), input)


@numpy_keywords
def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """The logarithms of the sums of the exponentials so far along `dim` (torch.logcumsumexp)."""
    at = input._dimension(dim)
    if not input.dtype.is_floating_point:
        raise NotImplementedError(f"\"logcumsumexp_out_cpu\" not implemented for '{input.dtype.word}'")
    array = input._array
    return record(
        _LogcumsumexpBackward0, np.logaddexp.accumulate(array, axis=at) if array.ndim else array, (input,), (at,)
    )


# The softmax.


def _softmax_data(grad_output: Any, output: Any, dim: int) -> Any:
    weighted = grad_output * output
    return weighted - output * np.sum(weighted, axis=_axis(output, dim), keepdims=True)


def _axis(value: Any, dim: int) -> Any:
    return dim if np.ndim(values_of(value)) else None


def _softmax_of_output(grad: Any, grad_output: Any, output: Any, dim: int) -> Any:
    axis = _axis(output, dim)
    return (
        grad_output * grad
        - np.sum(output * grad, axis=axis, keepdims=True) * grad_output
        - grad * np.sum(grad_output * output, axis=axis, keepdims=True)
    )


_softmax_backward: Map = recorded(
    derivative(
        "SoftmaxBackwardDataBackward0",
        grad_output=lambda grad, output, dim: _softmax_backward((grad, output), (dim,)),
        output=_softmax_of_output,
    ),
    _softmax_data,
)

_log_softmax_backward: Map = recorded(
    derivative(
        "LogSoftmaxBackwardDataBackward0",
        grad_output=lambda grad, output, dim: (
            grad - np.sum(grad * np.exp(output), axis=_axis(output, dim), keepdims=True)
        ),
        output=lambda grad, grad_output, output, dim: (
            -(np.sum(grad_output, axis=_axis(output, dim), keepdims=True) * np.exp(output) * grad)
        ),
    ),
    lambda grad_output, output, dim: (
        grad_output - np.exp(output) * np.add.reduce(grad_output, axis=_axis(output, dim), keepdims=True)
    ),
)

_SoftmaxBackward0 = derivative(
    "SoftmaxBackward0", self=lambda grad, result, dim: _softmax_backward((grad, result), (dim,))
)


def _log_softmax_gradient(grad: Any, result: Any, dim: int, _powers: Any) -> Any:
    if _powers is not None and is_large(grad):
        return shared_rows(_write_gradient, [empty(grad.shape, grad.dtype)], grad, *_powers)[0]
    return _log_softmax_backward((grad, result), (dim,))


_LogSoftmaxBackward0 = derivative("LogSoftmaxBackward0", self=_log_softmax_gradient, saves=("_powers",))


def _prepared(name: str, input: Tensor, dim: int, dtype: dtypes.dtype | None) -> tuple[Tensor, int]:
    from gradcli.engine.ops.convert import converted

    if dtype is not None:
        input = converted(input, dtype)
    if not input.dtype.is_floating_point:
        last = "_lastdim" if input._dimension(dim) == max(input._array.ndim, 1) - 1 else ""
        raise NotImplementedError(f"\"{name}{last}_kernel_impl\" not implemented for '{input.dtype.word}'")
    return input, input._dimension(dim)


@numpy_keywords
def softmax(input: Tensor, dim: int, dtype: dtypes.dtype | None = None) -> Tensor:
    """`exp(input)` divided by its sum along `dim` (torch.softmax)."""
    value, at = _prepared("softmax", input, dim, dtype)
    array = value._array
    axis = _axis(array, at)
    if not array.size:
        return record(_SoftmaxBackward0, array, (value,), (at,))
    powers = np.exp(array - shift_along(array, axis))
    return record(_SoftmaxBackward0, powers / np.add.reduce(powers, axis=axis, keepdims=True), (value,), (at,))


@numpy_keywords
def log_softmax(input: Tensor, dim: int, dtype: dtypes.dtype | None = None) -> Tensor:
    """The logarithm of the softmax along `dim`, computed without overflow (torch.log_softmax)."""
    value, at = _prepared("log_softmax", input, dim, dtype)
    array = value._array
    axis = _axis(array, at)
    if not array.size:
        return record(_LogSoftmaxBackward0, array, (value,), (at,), _powers=None)
    if has_large_rows(array, axis):
        result, *powers = [empty(array.shape, array.dtype), empty(array.shape, array.dtype)]
        powers.append(np.empty((*array.shape[:-1], 1), array.dtype))
        shared_rows(_write_log_softmax, [result, *powers], array)
        return record(_LogSoftmaxBackward0, result, (value,), (at,), _powers=powers)
    shifted = array - shift_along(array, axis)
    result = shifted - np.log(np.add.reduce(np.exp(shifted), axis=axis, keepdims=True))
    return record(_LogSoftmaxBackward0, result, (value,), (at,), _powers=None)


# The same for rows of size: sums are products, which take a fifth of a reduction's time, one shift serves for all rows
# whose largest numbers are near each other, and the powers are kept for the gradient.

_NEAR: Final = 0.02
"""How small the sum of a row may be, when shifted by the largest number of all: e**-4, about."""


def _row_sums(rows: Any) -> Any:
    return np.matmul(rows, np.ones((rows.shape[1], 1), rows.dtype))


def _write_log_softmax(array: Any, out: Any, powers: Any, totals: Any) -> None:
    np.subtract(array, np.max(array), out=out)
    totals[...] = _row_sums(np.exp(out, out=powers))
    if not np.all(totals > _NEAR):
        np.subtract(array, shift_along(array, 1), out=out)
        totals[...] = _row_sums(np.exp(out, out=powers))
    np.subtract(out, np.log(totals), out=out)


def _write_gradient(grad: Any, powers: Any, totals: Any, out: Any) -> None:
    np.multiply(powers, _row_sums(grad) / totals, out=out)
    np.subtract(grad, out, out=out)
