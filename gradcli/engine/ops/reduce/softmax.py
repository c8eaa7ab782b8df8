"""The softmax and its logarithm."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.large import empty, has_large_rows, is_large, shared_rows
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import record, values_of
from gradcli.engine.ops.dimensions import numpy_keywords, shift_along
from gradcli.engine.ops.rules import Map, recorded
from gradcli.engine.tensor import Tensor

_softmax_backward: Map = recorded(
    derivative(
        "SoftmaxBackwardDataBackward0",
        grad_output=lambda grad, output, dim: _softmax_backward((grad, output), (dim,)),
        output=lambda grad, grad_output, output, dim: _softmax_of_output(grad, grad_output, output, dim),
    ),
    lambda grad_output, output, dim: _softmax_data(grad_output, output, dim),
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
_LogSoftmaxBackward0 = derivative(
    "LogSoftmaxBackward0",
    self=lambda grad, result, dim, _powers: _log_softmax_gradient(grad, result, dim, _powers),
    saves=("_powers",),
)


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


def _log_softmax_gradient(grad: Any, result: Any, dim: int, _powers: Any) -> Any:
    if _powers is not None and is_large(grad):
        return shared_rows(_write_gradient, [empty(grad.shape, grad.dtype)], grad, *_powers)[0]
    return _log_softmax_backward((grad, result), (dim,))


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
