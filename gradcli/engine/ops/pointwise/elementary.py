"""Elementary functions of one tensor, elementwise: exponentials, trigonometry, rounding, sigmoid and relu."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from gradcli.engine import large
from gradcli.engine.constants import DEGREE, LOG_2, LOG_10, RADIAN
from gradcli.engine.large import is_large
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import (
    ArrayFunction,
    backward_operation,
    masked,
    need_floats,
    overloaded,
    record,
    unary,
    zero_gradient,
)
from gradcli.engine.tensor import Tensor

exp = unary("exp", np.exp, lambda grad, result: grad * result)
exp2 = unary("exp2", np.exp2, lambda grad, result: grad * result * LOG_2.of(grad))
expm1 = unary("expm1", np.expm1, lambda grad, result: grad * (result + 1))
log = unary("log", np.log, lambda grad, self: grad / self)
log2 = unary("log2", np.log2, lambda grad, self: grad / (self * LOG_2.of(grad)))
log10 = unary("log10", np.log10, lambda grad, self: grad / (self * LOG_10.of(grad)))
log1p = unary("log1p", np.log1p, lambda grad, self: grad / (self + 1), node="Log1PBackward0")
sqrt = unary("sqrt", np.sqrt, lambda grad, result: grad / (2 * result))
rsqrt = unary("rsqrt", lambda x: 1 / np.sqrt(x), lambda grad, result: -0.5 * grad * result**3)
sin = unary("sin", np.sin, lambda grad, self: grad * np.cos(self))
cos = unary("cos", np.cos, lambda grad, self: grad * -np.sin(self))
tan = unary("tan", np.tan, lambda grad, result: grad * (1 + result**2))
asin = unary("asin", np.arcsin, lambda grad, self: grad * _rsqrt(1 - self * self))
acos = unary("acos", np.arccos, lambda grad, self: grad * -_rsqrt(1 - self * self))
atan = unary("atan", np.arctan, lambda grad, self: grad / (self * self + 1))
sinh = unary("sinh", np.sinh, lambda grad, self: grad * np.cosh(self))
cosh = unary("cosh", np.cosh, lambda grad, self: grad * np.sinh(self))
tanh = unary(
    "tanh",
    lambda x: np.float32(math.tanh(x)) if x.__class__ is np.float32 else _tanh(x),
    lambda grad, result: tanh_backward(grad, result) if grad.__class__ is Tensor else grad * one_minus_square(result),
)
asinh = unary("asinh", np.arcsinh, lambda grad, self: grad * _rsqrt(self * self + 1))
acosh = unary("acosh", np.arccosh, lambda grad, self: grad * _rsqrt(self * self - 1))
atanh = unary("atanh", np.arctanh, lambda grad, self: grad / (1 - self * self))
floor = unary("floor", np.floor, zero_gradient, integers=True)
ceil = unary("ceil", np.ceil, zero_gradient, integers=True)
_rounded = unary("round", np.round, zero_gradient, integers=True)
_RoundBackward1 = derivative("RoundBackward1", attributes=("decimals",), self=zero_gradient)
trunc = unary("trunc", np.trunc, zero_gradient, integers=True)
frac = unary("frac", lambda x: x - np.trunc(x), lambda grad: grad)
deg2rad = unary("deg2rad", np.deg2rad, lambda grad: grad * DEGREE.of(grad), node="Deg2RadBackward0")
rad2deg = unary("rad2deg", np.rad2deg, lambda grad: grad * RADIAN.of(grad), node="Rad2DegBackward0")
relu = unary(
    "relu",
    lambda x: np.maximum(x, x.dtype.type(0)),
    lambda grad, result: (
        threshold_backward(grad, result, 0) if grad.__class__ is Tensor else _relu_gradient(grad, result)
    ),
    integers=True,
)
sigmoid_backward: Final[ArrayFunction] = backward_operation(
    "SigmoidBackwardBackward0",
    lambda grad, output: (grad * (1 - output)) * output,
    grad_output=lambda grad, output: sigmoid_backward(grad, output),
    output=lambda grad, grad_output, output: grad * grad_output * (-2 * output + 1),
)
"""The derivative of the logistic function, from its result."""
tanh_backward: Final[ArrayFunction] = backward_operation(
    "TanhBackwardBackward0",
    lambda grad, output: grad * one_minus_square(output),
    grad_output=lambda grad, output: tanh_backward(grad, output),
    output=lambda grad, grad_output, output: grad * (-2 * output * grad_output),
)
"""The derivative of the hyperbolic tangent, from its result."""
threshold_backward: ArrayFunction = backward_operation(
    "ThresholdBackwardBackward0",
    lambda grad, self, threshold: masked(~(self <= threshold), grad),
    attributes=("threshold",),
    grad_output=lambda grad, self, threshold: threshold_backward(grad, self, threshold),
    self=zero_gradient,
)
sigmoid = unary(
    "sigmoid",
    lambda x: 1 / (1 + np.exp(-x)),
    lambda grad, result: sigmoid_backward(grad, result) if grad.__class__ is Tensor else (grad * (1 - result)) * result,
)


def _tanh(x: Any) -> Any:
    """The numbers nearest to the tanh, of float32 by way of float64, but without a whole array of that."""
    if x.dtype != np.float32:
        return np.tanh(x)
    if is_large(x):
        return large.apply(np.tanh, x, dtype=np.float64, casting="same_kind")
    return np.tanh(x, dtype=np.float64).astype(np.float32)


def one_minus_square(y: Any) -> Any:
    """The array `1 - y**2`, rounded once as torch's fused kernel does: where y is near 1 nothing else is left of it."""
    if y.__class__ is np.float32:
        return np.float32(1 - float(y) * float(y))
    if y.dtype == np.float32:
        return (1 - np.square(y, dtype=np.float64)).astype(np.float32)
    return 1 - y * y


def _rsqrt(value: Any) -> Any:
    return rsqrt(value) if isinstance(value, Tensor) else 1 / np.sqrt(value)


def round(input: Tensor, *, decimals: int | None = None) -> Tensor:
    """The nearest integers, halves to the even one, or the nearest numbers of so many decimals (torch.round)."""
    if decimals is None:
        return _rounded(input)
    if decimals == 0:
        return record(_RoundBackward1, np.round(input._array), (input,), (decimals,))
    need_floats("round_vml_cpu", input.dtype)
    array, scale = input._array, input.dtype.numpy.type(10.0 ** max(decimals, -decimals))
    result = np.rint(array * scale) / scale if decimals > 0 else np.rint(array / scale) * scale
    return record(_RoundBackward1, result, (input,), (decimals,))


def _relu_gradient(grad: Any, result: Any) -> Any:
    mask = result <= 0
    if is_large(grad, _MANY) and grad.shape == mask.shape:
        return large.kept_unless(mask, grad)
    return np.where(mask, grad.dtype.type(0), grad)


_MANY: Final = 1 << 10
"""From how many elements on a choice by bits is quicker than one by conditions."""


def sigmoid_array(x: Any) -> Any:
    """The array `1 / (1 + exp(-x))`, without warnings."""
    with np.errstate(all="ignore"):
        return 1 / (1 + np.exp(-x))


sigmoid_of: Final = overloaded(sigmoid, sigmoid_array)
"""The sigmoid of an array or a Tensor, for rules."""
