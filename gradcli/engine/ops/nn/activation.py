"""Activation functions (torch.nn.functional); relu, sigmoid and tanh are with the elementary functions."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.constants import NORMAL_DENSITY, ROOT_HALF, ROOT_TWO_OVER_PI, SELU_ALPHA, SELU_SCALE, numbers_of
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import (
    ArrayFunction,
    backward_operation,
    elementwise,
    masked,
    need_floats,
    need_tensor,
    overloaded,
    record,
    values_of,
    zero_gradient,
)
from gradcli.engine.ops.pointwise.arithmetic import abs as abs_
from gradcli.engine.ops.pointwise.arithmetic import add, div, sub
from gradcli.engine.ops.pointwise.elementary import sigmoid_array, sigmoid_of, tanh, threshold_backward
from gradcli.engine.ops.pointwise.special import erf, erf_array
from gradcli.engine.tensor import Tensor, wrap

_HardtanhBackward0 = derivative(
    "HardtanhBackward0", self=lambda grad, self, min_val, max_val: _hardtanh_backward(grad, self, min_val, max_val)
)
_hardtanh_backward: ArrayFunction = backward_operation(
    "HardtanhBackwardBackward0",
    lambda grad, self, low, high: masked(~((self <= low) | (self >= high)), grad),
    attributes=("min_val", "max_val"),
    grad_output=lambda grad, self, min_val, max_val: _hardtanh_backward(grad, self, min_val, max_val),
    self=lambda grad, self: np.zeros_like(grad),
)
_LeakyReluBackward0 = derivative(
    "LeakyReluBackward0", self=lambda grad, self, negative_slope: _leaky_relu_backward(grad, self, negative_slope)
)
_leaky_relu_backward: ArrayFunction = backward_operation(
    "LeakyReluBackwardBackward0",
    lambda grad, self, negative_slope: _sloped(self > 0, grad, negative_slope),
    attributes=("negative_slope",),
    grad_output=lambda grad, self, negative_slope: _leaky_relu_backward(grad, self, negative_slope),
    self=zero_gradient,
)
_ThresholdBackward0 = derivative(
    "ThresholdBackward0", self=lambda grad, self, threshold: threshold_backward(grad, self, threshold)
)
_HardsigmoidBackward0 = derivative(
    "HardsigmoidBackward0", self=lambda grad, self: masked((values_of(self) > -3) & (values_of(self) < 3), grad / 6)
)
_HardswishBackward0 = derivative("HardswishBackward0", self=lambda grad, self: _hardswish_backward(grad, self))
_hardswish_backward: ArrayFunction = backward_operation(
    "HardswishBackwardBackward0",
    lambda grad, x: np.where(x <= -3, grad * 0, np.where(x < 3, grad * (x / 3 + 0.5), grad)),
    grad_output=lambda grad, self: _hardswish_backward(grad, self),
    self=lambda grad, grad_output, self: masked((values_of(self) > -3) & (values_of(self) < 3), grad * grad_output / 3),
)
_PreluKernelBackward0 = derivative(
    "PreluKernelBackward0",
    self=lambda grad, self, weight: np.where(values_of(self) > 0, grad, grad * weight),
    weight=lambda grad, self: masked(~(values_of(self) > 0), grad * self),
)
_ELU_ATTRIBUTES: Final = ("alpha", "scale", "input_scale")
_EluBackward0 = derivative(
    "EluBackward0",
    attributes=_ELU_ATTRIBUTES,
    self=lambda grad, self, alpha, scale, input_scale: _elu_backward(grad, self, alpha, scale, input_scale),
)
_CeluBackward0 = derivative(
    "CeluBackward0",
    attributes=_ELU_ATTRIBUTES,
    self=lambda grad, self, alpha, scale, input_scale: _elu_backward(grad, self, alpha, scale, input_scale),
)
_elu_backward: ArrayFunction = backward_operation(
    "EluBackwardBackward0",
    lambda grad, x, alpha, scale, input_scale: grad * _elu_slope(x, alpha, scale, input_scale),
    attributes=_ELU_ATTRIBUTES,
    grad_output=lambda grad, self, alpha, scale, input_scale: _elu_backward(grad, self, alpha, scale, input_scale),
    self=lambda grad, grad_output, self, alpha, scale, input_scale: (
        grad * grad_output * _elu_curvature(self, alpha, scale, input_scale)
    ),
)
_GeluBackward0 = derivative(
    "GeluBackward0", self=lambda grad, self, approximate: _gelu_backward(grad, self, approximate)
)
_gelu_backward: ArrayFunction = backward_operation(
    "GeluBackwardBackward0",
    lambda grad, x, approximate: grad * _gelu_slope(x, approximate),
    attributes=("approximate",),
    grad_output=lambda grad, self, approximate: _gelu_backward(grad, self, approximate),
    self=lambda grad, grad_output, self, approximate: grad * grad_output * _gelu_curvature(self, approximate),
)
_SiluBackward0 = derivative("SiluBackward0", self=lambda grad, self: _silu_gradient(grad, self))
_MishBackward0 = derivative("MishBackward0", self=lambda grad, self: _mish_gradient(grad, self))
_SoftplusBackward0 = derivative(
    "SoftplusBackward0", self=lambda grad, self, beta, threshold: _softplus_backward(grad, self, beta, threshold)
)
_softplus_backward: ArrayFunction = backward_operation(
    "SoftplusBackwardBackward0",
    lambda grad, x, beta, threshold: grad * _softplus_slope(x, beta, threshold),
    attributes=("beta", "threshold"),
    grad_output=lambda grad, self, beta, threshold: _softplus_backward(grad, self, beta, threshold),
    self=lambda grad, grad_output, self, beta, threshold: (
        grad * grad_output * _softplus_curvature(self, beta, threshold)
    ),
)
_LogSigmoidBackward0 = derivative(
    "LogSigmoidBackward0", saves=("buffer",), self=lambda grad, self: _log_sigmoid_backward(grad, self)
)
_log_sigmoid_backward: ArrayFunction = backward_operation(
    "LogSigmoidBackwardBackward0",
    lambda grad, x: grad * sigmoid_array(-x),
    grad_output=lambda grad, self: _log_sigmoid_backward(grad, self),
    self=lambda grad, grad_output, self: grad * grad_output * -(sigmoid_of(self) * sigmoid_of(-self)),
)
_GluBackward0 = derivative("GluBackward0", self=lambda grad, self, dim: _glu_backward(grad, self, dim))
_glu_backward: ArrayFunction = backward_operation(
    "GluBackwardBackward0",
    lambda grad, x, dim: _glu_backward_array(grad, x, dim),
    attributes=("dim",),
    grad_output=lambda grad, self, dim: _glu_of_grad(grad, self, dim),
    self=lambda grad, grad_output, self, dim: _glu_of_both(grad, grad_output, self, dim),
)


def _floats(name: str, input: Any, kernel: str) -> Any:
    """The array of a floating-point tensor. Raises TypeError on no tensor, NotImplementedError on integers."""
    need_tensor(name, input)
    need_floats(kernel, input.dtype)
    return input._array


def _recorded(node_class: type[Node], array: Any, input: Tensor, *attributes: Any) -> Tensor:
    """The result in the input's dtype, recorded."""
    return record(node_class, input.dtype.cast(array), (input,), attributes)


def _sloped(kept: Any, grad: Any, slope: float) -> Any:
    """`grad` where a condition holds, `grad * slope` elsewhere."""
    return np.where(kept, grad, grad * slope)


# Of pieces.


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """The input limited to [min_val, max_val]; no gradient at the bounds (F.hardtanh).

    Raises ValueError on a void range.
    """
    need_tensor("hardtanh", input)
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    array = input._array
    low, high = (array.dtype.type(bound) for bound in (min_val, max_val))
    return _recorded(
        _HardtanhBackward0, np.where(array < low, low, np.where(array > high, high, array)), input, min_val, max_val
    )


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """The input limited to [0, 6]; no gradient at the bounds (F.relu6)."""
    need_tensor("relu6", input)
    return hardtanh(input, 0.0, 6.0)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """The input, times `negative_slope` where it is not positive (F.leaky_relu)."""
    array = _floats("leaky_relu", input, "leaky_relu_cpu")
    slope = array.dtype.type(negative_slope)
    return _recorded(_LeakyReluBackward0, np.where(array > 0, array, array * slope), input, negative_slope)


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """The input where it exceeds `threshold`, else `value` (F.threshold)."""
    need_tensor("threshold", input)
    array = input._array
    return _recorded(
        _ThresholdBackward0, np.where(array <= threshold, array.dtype.type(value), array), input, threshold
    )


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """`relu6(x + 3) / 6` (F.hardsigmoid)."""
    array = _floats("hardsigmoid", input, "hardsigmoid_cpu")
    return _recorded(_HardsigmoidBackward0, np.minimum(np.maximum(array + 3, 0), 6) / 6, input)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """`x * relu6(x + 3) / 6` (F.hardswish)."""
    array = _floats("hardswish", input, "hardswish_cpu")
    return _recorded(_HardswishBackward0, array * np.minimum(np.maximum(array + 3, 0), 6) / 6, input)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """The input, times `weight` where it is not positive; one weight, or one for each channel (F.prelu).

    Raises RuntimeError where the number of weights is neither.
    """
    array = _floats("prelu", input, "prelu_cpu")
    if weight._array.ndim > 1:
        raise RuntimeError(
            f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight._array.ndim}"
        )
    count = weight._array.size
    if count == 1:
        whole = (1,) * array.ndim
        shaped = weight if weight._array.ndim and weight._array.shape == whole else weight.reshape(whole)
    else:
        if not array.ndim:
            raise RuntimeError("Not allow zero-dim input tensor.")
        channels = array.shape[1] if array.ndim > 1 else 1
        if count != channels:
            raise RuntimeError(
                "Mismatch of parameter numbers and input channel size. Found parameter numbers = "
                f"{count} and channel size = {channels}."
            )
        shaped = weight.reshape((1, count) + (1,) * (array.ndim - 2))
    result = np.where(array > 0, array, array * shaped._array).astype(array.dtype)[()]
    return elementwise(_PreluKernelBackward0, result, input.dtype, (input, shaped))


# Of exponentials.


def _elu_array(x: Any, alpha: float, scale: float, input_scale: float) -> Any:
    negative = np.expm1(np.minimum(x, 0) * input_scale) * (alpha * scale)
    return np.where(x < 0, negative, x * scale)


def _elu_slope(x: Any, alpha: float, scale: float, input_scale: float) -> Any:
    return np.where(x <= 0, np.exp(np.minimum(x, 0) * input_scale) * (input_scale * alpha * scale), scale).astype(
        x.dtype
    )


def _elu_curvature(self: Any, alpha: float, scale: float, input_scale: float) -> Any:
    below = values_of(self) < 0
    safe = np.where(below, self, np.zeros_like(values_of(self)))
    return masked(below, np.exp(safe * input_scale) * (input_scale * input_scale * alpha * scale))


def _elu(name: str, node_class: type[Node], input: Tensor, alpha: float, scale: float, input_scale: float) -> Tensor:
    array = _floats(name, input, "elu_cpu")
    return _recorded(node_class, _elu_array(array, alpha, scale, input_scale), input, alpha, scale, input_scale)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """The input where it is positive, else `alpha * (exp(x) - 1)` (F.elu)."""
    return _elu("elu", _EluBackward0, input, alpha, 1.0, 1.0)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """elu scaled so that layers normalise themselves (F.selu; Klambauer et al., 2017)."""
    need_tensor("selu", input)
    return _elu("selu", _EluBackward0, input, SELU_ALPHA.of(input), SELU_SCALE.of(input), 1.0)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """The input where it is positive, else `alpha * (exp(x / alpha) - 1)` (F.celu). Raises RuntimeError on alpha 0."""
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return _elu("celu", _CeluBackward0, input, alpha, 1.0, numbers_of(input).ratio(1.0, alpha))


_CUBIC: Final = 0.044715
_erf = overloaded(erf, erf_array)


def _gelu_slope(x: Any, approximate: str) -> Any:
    """The derivative of gelu, Phi(x) + x*phi(x); of its approximation by tanh, likewise."""
    if approximate == "none":
        return 0.5 * (1 + _erf(x * ROOT_HALF.of(x))) + x * (np.exp(x * x * -0.5) * NORMAL_DENSITY.of(x))
    tanh_inner = np.tanh(ROOT_TWO_OVER_PI.of(x) * (x + _CUBIC * (x * x * x)))
    inner_slope = ROOT_TWO_OVER_PI.of(x) * (1 + 3 * _CUBIC * (x * x))
    return 0.5 * (1 + tanh_inner) + 0.5 * x * (1 - tanh_inner * tanh_inner) * inner_slope


def _gelu_curvature(x: Any, approximate: str) -> Any:
    if approximate == "none":
        return (2 - x * x) * (np.exp(x * x * -0.5) * NORMAL_DENSITY.of(x))
    tanh_inner = np.tanh(ROOT_TWO_OVER_PI.of(x) * (x + _CUBIC * (x * x * x)))
    steepness = 1 - tanh_inner * tanh_inner
    inner_slope = ROOT_TWO_OVER_PI.of(x) * (1 + 3 * _CUBIC * (x * x))
    inner_curvature = ROOT_TWO_OVER_PI.of(x) * 6 * _CUBIC * x
    return steepness * (inner_slope + 0.5 * x * (inner_curvature - 2 * tanh_inner * inner_slope * inner_slope))


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """`x * Phi(x)` with the normal distribution function, or an approximation (F.gelu; Hendrycks and Gimpel, 2016).

    Raises RuntimeError where `approximate` is neither `none` nor `tanh`.
    """
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    x = _floats("gelu", input, "GeluKernelImpl")
    with np.errstate(all="ignore"):
        if approximate == "none":
            array = x * 0.5 * (1 + erf_array(x * ROOT_HALF.of(x)))
        else:
            array = 0.5 * x * (1 + np.tanh(ROOT_TWO_OVER_PI.of(x) * (x + _CUBIC * (x * x * x))))
    return _recorded(_GeluBackward0, array, input, approximate)


def _silu_gradient(grad: Any, self: Any) -> Any:
    gate = sigmoid_of(self)
    return grad * gate * (1 + self * (1 - gate))


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """`x * sigmoid(x)` (F.silu)."""
    x = _floats("silu", input, "silu_cpu")
    with np.errstate(all="ignore"):
        array = x * sigmoid_array(x)
    return _recorded(_SiluBackward0, array, input)


def _log1p_exp(x: Any) -> Any:
    """`log(1 + exp(x))` without overflow."""
    if x.dtype.kind == "O":
        return np.logaddexp(x, 0)
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def log_sigmoid_array(x: Any, buffer: Any = None) -> Any:
    """The array `log(sigmoid(x))` without overflow; `buffer` is `exp(-abs(x))` where that is known."""
    if x.dtype.kind == "O":
        return -_log1p_exp(-x)
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)) if buffer is None else buffer)


def _mish_gradient(grad: Any, self: Any) -> Any:
    gate = np.tanh(_softplus(self))
    return grad * (gate + self * sigmoid_of(self) * (1 - gate * gate))


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """`x * tanh(softplus(x))` (F.mish; Misra, 2019)."""
    x = _floats("mish", input, "mish_cpu")
    with np.errstate(all="ignore"):
        array = x * np.tanh(_log1p_exp(x))
    return _recorded(_MishBackward0, array, input)


def _softplus_slope(x: Any, beta: float, threshold: float) -> Any:
    scaled = x * beta
    return np.where(scaled > threshold, 1.0, sigmoid_array(scaled)).astype(x.dtype)


def _softplus_curvature(self: Any, beta: float, threshold: float) -> Any:
    gate = sigmoid_of(self * beta)
    return masked(~(values_of(self) * beta >= threshold), gate * (1 - gate) * beta)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """`log(1 + exp(beta * x)) / beta`, and x itself where `beta * x` exceeds the threshold (F.softplus)."""
    x = _floats("softplus", input, "softplus_cpu")
    with np.errstate(all="ignore"):
        scaled = x * beta
        array = np.where(scaled > threshold, x, np.log1p(np.exp(np.minimum(scaled, threshold))) / beta)
    return _recorded(_SoftplusBackward0, array, input, beta, threshold)


_softplus = overloaded(softplus, _log1p_exp)


def softsign(input: Tensor) -> Tensor:
    """`x / (1 + |x|)` (F.softsign)."""
    need_tensor("abs", input)
    return div(input, add(abs_(input), 1))


def tanhshrink(input: Tensor) -> Tensor:
    """`x - tanh(x)` (F.tanhshrink)."""
    return sub(input, tanh(input))


def logsigmoid(input: Tensor) -> Tensor:
    """`log(sigmoid(x))` without overflow (F.logsigmoid)."""
    x = _floats("logsigmoid", input, "log_sigmoid_cpu")
    buffer = np.exp(-np.abs(x))
    return record(_LogSigmoidBackward0, log_sigmoid_array(x, buffer), (input,), buffer=wrap(buffer))


def _glu_backward_array(grad: Any, x: Any, dim: int) -> Any:
    first, second = _halves(x, dim)
    gate = sigmoid_array(second)
    return np.concatenate([grad * gate, grad * first * gate * (1 - gate)], axis=dim)


def _glu_of_both(grad: Any, grad_output: Any, self: Any, dim: int) -> Any:
    from gradcli.engine.ops.join.joining import cat

    first, second = _halves(self, dim)
    of_first, of_second = _halves(grad, dim)
    gate = sigmoid_of(second)
    slope = gate * (1 - gate)
    parts = [grad_output * of_second * slope, grad_output * slope * (of_first + of_second * first * (1 - 2 * gate))]
    return cat(parts, dim) if isinstance(parts[0], Tensor) else np.concatenate(parts, axis=dim)


def _glu_of_grad(grad: Any, self: Any, dim: int) -> Any:
    first, second = _halves(self, dim)
    of_first, of_second = _halves(grad, dim)
    gate = sigmoid_of(second)
    return gate * of_first + of_second * first * gate * (1 - gate)


def _halves(x: Any, dim: int) -> tuple[Any, Any]:
    if isinstance(x, Tensor):
        half = x._array.shape[dim] // 2
        return x.narrow(dim, 0, half), x.narrow(dim, half, half)
    first, second = np.split(x, 2, axis=dim)
    return first, second


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """The first half along `dim`, times the sigmoid of the second (F.glu).

    Raises RuntimeError where there are no halves.
    """
    x = _floats("glu", input, "glu_cpu")
    if not x.ndim:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    axis = input._dimension(dim)
    if x.shape[axis] % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {axis} is size {x.shape[axis]}")
    first, second = _halves(x, axis)
    return _recorded(_GluBackward0, first * sigmoid_array(second), input, axis)


def softmin(input: Tensor, dim: int | None = None, dtype: dtypes.dtype | None = None) -> Tensor:
    """The softmax of the negated input (F.softmin)."""
    from gradcli.engine.ops.reduce.softmax import softmax

    return softmax(-input, dim, dtype=dtype)
