"""Elementwise functions of two and three tensors: angles, lengths, logarithms of sums, interpolation."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.constants import LOG_2
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import (
    ArrayFunction,
    elementwise,
    float_meet,
    meet,
    need_floats,
    need_tensor_first,
    need_tensors,
    number_type,
    record,
    values_of,
    zero_gradient,
)
from gradcli.engine.ops.pointwise.elementary import sigmoid_of
from gradcli.engine.ops.rules import record_outputs
from gradcli.engine.ops.signatures import taking_numbers_first
from gradcli.engine.return_types import return_type
from gradcli.engine.rounding import wide
from gradcli.engine.tensor import Tensor, wrap

_Atan2Backward0 = derivative(
    "Atan2Backward0",
    self=lambda grad, self, other: grad * _zero_where_both(self, other, other),
    other=lambda grad, self, other: grad * -_zero_where_both(self, other, self),
)
_HypotBackward0 = derivative(
    "HypotBackward0",
    self=lambda grad, self, result: grad * (self / result),
    other=lambda grad, other, result: grad * (other / result),
)
_LogaddexpBackward0 = derivative(
    "LogaddexpBackward0",
    self=lambda grad, self, other: grad * sigmoid_of(self - other),
    other=lambda grad, self, other: grad * sigmoid_of(other - self),
)
_Logaddexp2Backward0 = derivative(
    "Logaddexp2Backward0",
    self=lambda grad, self, other: grad * sigmoid_of((self - other) * LOG_2.of(grad)),
    other=lambda grad, self, other: grad * sigmoid_of((other - self) * LOG_2.of(grad)),
)
_CopysignBackward0 = derivative(
    "CopysignBackward0",
    self=lambda grad, self, result: _copysign_gradient(grad, self, result),
    other=zero_gradient,
)
_CopysignBackward1 = derivative(
    "CopysignBackward1", self=lambda grad, self, result: _copysign_gradient(grad, self, result)
)
_LerpBackward0 = derivative(
    "LerpBackward0",
    self=lambda grad, weight: grad * (1 - weight),
    end=lambda grad, weight: grad * weight,
)
_LerpBackward1 = derivative(
    "LerpBackward1",
    self=lambda grad, weight: grad * (1 - weight),
    end=lambda grad, weight: grad * weight,
    weight=lambda grad, self, end: grad * (end - self),
)
_AddcmulBackward0 = derivative(
    "AddcmulBackward0",
    self=lambda grad: grad,
    tensor1=lambda grad, tensor2, value: grad * (tensor2 * value),
    tensor2=lambda grad, tensor1, value: grad * (tensor1 * value),
)
_AddcdivBackward0 = derivative(
    "AddcdivBackward0",
    self=lambda grad: grad,
    tensor1=lambda grad, tensor2, value: grad * (value / tensor2),
    tensor2=lambda grad, tensor1, tensor2, value: -grad * (value * tensor1 / (tensor2 * tensor2)),
)
_LdexpBackward0 = derivative(
    "LdexpBackward0",
    self=lambda grad, other: grad * _power_of_two(other, values_of(grad)),
    other=lambda grad, result: grad * (result * LOG_2.of(grad)),
)
_FrexpBackward0 = derivative(
    "FrexpBackward0",
    outputs=2,
    saves=("exponent",),
    self=lambda grad, exponent: None if grad[0] is None else grad[0] / _power_of_two(exponent, values_of(grad[0])),
)


def _zero_where_both(self: Any, other: Any, numerator: Any) -> Any:
    squares = self * self + other * other
    origin = values_of(squares) == 0
    return np.where(origin, np.zeros_like(values_of(squares)), numerator / squares)


def atan2(input: Tensor, other: Tensor) -> Tensor:
    """The angle of the point (other, input), in radians (torch.atan2)."""
    need_tensors("atan2", input, other)
    a, b, dtype = float_meet(input, other)
    return elementwise(_Atan2Backward0, np.arctan2(a, b), dtype, (input, other))


def hypot(input: Tensor, other: Tensor) -> Tensor:
    """`sqrt(input**2 + other**2)` (torch.hypot)."""
    need_tensors("hypot", input, other)
    a, b, dtype = float_meet(input, other)
    return elementwise(_HypotBackward0, np.hypot(a, b), dtype, (input, other))


def _of_floats(name: str, forward: ArrayFunction, node_class: type[Node], input: Any, other: Any) -> Tensor:
    need_tensors(name, input, other)
    a, b, dtype = meet(input, other)
    need_floats(f"{name}_cpu", dtype)
    return elementwise(node_class, forward(a, b), dtype, (input, other))


def logaddexp(input: Tensor, other: Tensor) -> Tensor:
    """`log(exp(input) + exp(other))` without overflow (torch.logaddexp)."""
    return _of_floats("logaddexp", np.logaddexp, _LogaddexpBackward0, input, other)


def logaddexp2(input: Tensor, other: Tensor) -> Tensor:
    """`log2(2**input + 2**other)` without overflow (torch.logaddexp2)."""
    return _of_floats("logaddexp2", np.logaddexp2, _Logaddexp2Backward0, input, other)


def _copysign_gradient(grad: Any, self: Any, result: Any) -> Any:
    return grad * np.where(values_of(self) == 0, np.zeros_like(values_of(self)), result / self)


def copysign(input: Tensor, other: Any) -> Tensor:
    """The magnitude of the input with the sign of `other` (torch.copysign)."""
    need_tensor_first("copysign", input, other)
    a, b, dtype = float_meet(input, other)
    array = np.copysign(a, b)
    if number_type(other):
        return record(_CopysignBackward1, array, (input,))
    return elementwise(_CopysignBackward0, array, dtype, (input, other))


def lerp(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """`input + weight * (end - input)`, computed from the nearer end (torch.lerp).

    Raises RuntimeError where the dtypes differ, NotImplementedError for integers.
    """
    if input.dtype is not end.dtype:
        raise RuntimeError(
            f"expected dtype {dtypes.c_name(input.dtype)} for `end` but got dtype {dtypes.c_name(end.dtype)}"
        )
    by_number = not isinstance(weight, Tensor)
    if not input.dtype.is_floating_point:
        kernel = "lerp_kernel_scalar" if by_number else "lerp_kernel_tensor"
        raise NotImplementedError(f'"{kernel}" not implemented for {input.dtype.word!r}')
    a, b = wide(input._array), wide(end._array)
    w = a.dtype.type(weight) if by_number else weight._array.astype(a.dtype)
    array = input.dtype.cast(np.where(np.abs(w) < 0.5, a + w * (b - a), b - (b - a) * (1 - w)))
    if by_number:
        return elementwise(_LerpBackward0, array, input.dtype, (input, end), (float(weight),))
    return elementwise(_LerpBackward1, array, input.dtype, (input, end, weight))


def _of_three(*tensors: Tensor) -> tuple[list[Any], dtypes.dtype]:
    dtype = tensors[0].dtype
    for each in tensors[1:]:
        dtype = dtypes.promote(dtype, each.dtype)
    return [wide(each._array.astype(dtype.numpy, copy=False)) for each in tensors], dtype


@taking_numbers_first("value")
def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    """`input + value * tensor1 * tensor2` (torch.addcmul)."""
    (a, b, c), dtype = _of_three(input, tensor1, tensor2)
    array = dtype.cast(a + a.dtype.type(value) * b * c)
    return elementwise(_AddcmulBackward0, array, dtype, (input, tensor1, tensor2), (value,))


_INTEGER_ADDCDIV: Final = (
    "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true "
    "division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value * "
    "torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / tensor2) for "
    "float inputs. The future addcdiv behavior is just the latter implementation: (input + value * tensor1 / tensor2), "
    "for all dtypes."
)


@taking_numbers_first("value")
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Any = 1) -> Tensor:
    """`input + value * tensor1 / tensor2` (torch.addcdiv). Raises RuntimeError where both tensors are integers."""
    if not (tensor1.dtype.is_floating_point or tensor2.dtype.is_floating_point):
        raise RuntimeError(_INTEGER_ADDCDIV)
    (a, b, c), dtype = _of_three(input, tensor1, tensor2)
    array = dtype.cast(a + a.dtype.type(value) * b / c)
    return elementwise(_AddcdivBackward0, array, dtype, (input, tensor1, tensor2), (value,))


def _power_of_two(exponent: Any, like: Any) -> Any:
    """2 to the exponent in the dtype of `like`; of a Tensor, recorded."""
    return np.exp2(exponent if isinstance(exponent, Tensor) else dtypes.of_array(like).cast(exponent))


def ldexp(input: Tensor, other: Any) -> Tensor:
    """`input * 2**other`, elementwise (torch.ldexp)."""
    need_tensors("ldexp", input, other)
    a, b, dtype = float_meet(input, other)
    return elementwise(_LdexpBackward0, a * np.exp2(b), dtype, (input, other))


_frexp: Any = return_type("frexp", "mantissa", "exponent")


def frexp(input: Tensor) -> Any:
    """The named tuple (mantissa, exponent) with `input = mantissa * 2**exponent`, the mantissa's size in [1/2, 1)
    (torch.frexp).

    The exponents are int32. Raises RuntimeError on integers.
    """
    if not input.dtype.is_floating_point:
        raise RuntimeError("torch.frexp() only supports floating-point dtypes")
    mantissa, exponent = np.frexp(input._array)
    powers = wrap(np.asarray(exponent, np.int32)[()])
    (first,) = record_outputs(_FrexpBackward0, [mantissa], (input,), exponent=powers)
    return _frexp(first, powers)
