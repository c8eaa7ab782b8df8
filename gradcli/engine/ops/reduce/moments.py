"""Variances and standard deviations."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from gradcli.engine.constants import numbers_of
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import named, values_of
from gradcli.engine.ops.dimensions import dimensions, numpy_keywords, restored, sizes_count
from gradcli.engine.ops.reduce.sums import dropped, sum_along
from gradcli.engine.ops.rules import record_outputs
from gradcli.engine.rounding import wide
from gradcli.engine.tensor import Tensor

_VarBackward0 = derivative(
    "VarBackward0",
    self=lambda grad, self, dim, correction, keepdim: _variance_gradient(grad, self, dim, correction, keepdim),
)
_StdBackward0 = derivative(
    "StdBackward0",
    attributes=("dim", "correction", "keepdim"),
    self=lambda grad, self, result, dim, correction, keepdim: _deviation_gradient(
        grad, self, result, dim, correction, keepdim
    ),
)
_VarMeanBackward0 = derivative(
    "VarMeanBackward0",
    attributes=("dim", "correction", "keepdim"),
    outputs=2,
    results=("result0", "result1"),
    self=lambda grad, self, dim, correction, keepdim: _of_both(
        grad,
        None if grad[0] is None else _variance_gradient(grad[0], self, dim, correction, keepdim),
        self,
        dim,
        keepdim,
    ),
)
_StdMeanBackward0 = derivative(
    "StdMeanBackward0",
    attributes=("dim", "correction", "keepdim"),
    outputs=2,
    results=("result0", "result1"),
    self=lambda grad, self, result0, dim, correction, keepdim: _of_both(
        grad,
        None if grad[0] is None else _deviation_gradient(grad[0], self, result0, dim, correction, keepdim),
        self,
        dim,
        keepdim,
    ),
)


def _variance_gradient(grad: Any, self: Any, dim: Any, correction: float, keepdim: bool) -> Any:
    sizes = tuple(self.shape)
    factor = numbers_of(grad).ratio(2.0, sizes_count(sizes, dim) - correction)
    return (restored(grad, sizes, dim, keepdim) * factor) * (self - np.mean(self, axis=dim, keepdims=True))


def _deviation_gradient(grad: Any, self: Any, result: Any, dim: Any, correction: float, keepdim: bool) -> Any:
    constant = values_of(result) == 0
    of_variance = np.where(constant, np.zeros_like(values_of(grad)), grad / (result * 2))
    return _variance_gradient(of_variance, self, dim, correction, keepdim)


def _of_both(grads: Any, gradient: Any, self: Any, dim: Any, keepdim: bool) -> Any:
    of_mean = grads[1]
    if of_mean is None:
        return gradient
    sizes = tuple(self.shape)
    spread = np.broadcast_to(restored(of_mean / sizes_count(sizes, dim), sizes, dim, keepdim), sizes)
    return spread if gradient is None else gradient + spread


def _moments(
    name: str, input: Tensor, dim: Any, unbiased: Any, correction: Any
) -> tuple[Any, Any, tuple[int, ...], Any]:
    """The mean and the variance with dimensions kept, the dimensions and the correction that were meant."""
    if not input.dtype.is_floating_point:
        raise RuntimeError("std and var only support floating point and complex dtypes")
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if correction is None:
        correction = 1 if unbiased else 0
    dims = dimensions(input, dim)
    count = sizes_count(input._array.shape, dims)
    if count - correction <= 0:
        warnings.warn(
            f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor "
            "(input numel divided by output numel).",
            UserWarning,
            stacklevel=4,
        )
    array = wide(input._array)
    average = sum_along(array, axis=dims, keepdims=True) / array.dtype.type(count)
    deviation = array - average
    divisor = array.dtype.type(max(0, count - correction))
    variance = sum_along(deviation * deviation, axis=dims, keepdims=True) / divisor
    return input.dtype.cast(average), variance, dims, correction


def _moment(name: str, node_class: type[Node], help: str, *, root: bool = False) -> Callable[..., Any]:
    """An operation whose result is the variance, or its `root`, beside the mean where the node has two outputs."""

    def operation(
        input: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: Any = None
    ) -> Any:
        average, variance, dims, correction = _moments(name, input, dim, unbiased, correction)
        moments = (np.sqrt(variance) if root else variance, average)[: node_class.outputs]
        arrays = [input.dtype.cast(dropped(each, dims, keepdim)) for each in moments]
        found = record_outputs(node_class, arrays, (input,), (dims, correction, keepdim))
        return found if node_class.outputs > 1 else found[0]

    return numpy_keywords(named(operation, name, help))


var = _moment(
    "var",
    _VarBackward0,
    "The variance, divided by `n - correction`, where `correction` is 1 unless `unbiased` is False (torch.var).",
)
std = _moment(
    "std", _StdBackward0, "The standard deviation, the root of `var` (torch.std); of one element nan.", root=True
)
var_mean = _moment("var_mean", _VarMeanBackward0, "The variance and the mean (torch.var_mean).")
std_mean = _moment("std_mean", _StdMeanBackward0, "The standard deviation and the mean (torch.std_mean).", root=True)
