"""Elementwise operations that mix tensors: sums in the logarithm, signs, steps, interpolation."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.constants import LOG_2
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import meet, need_tensor_first, need_tensors, no_derivative, number_type, record
from gradcli.engine.ops.overloads import taking_numbers_first
from gradcli.engine.ops.special import ArrayFunction, elementwise, float_meet, sigmoid_of, values
from gradcli.engine.rounding import wide
from gradcli.engine.tensor import Tensor, wrap

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


def _of_floats(name: str, forward: ArrayFunction, node_class: type[Node], input: Any, other: Any) -> Tensor:
    need_tensors(name, input, other)
    a, b, dtype = meet(input, other)
    if not dtype.is_floating_point:
        raise NotImplementedError(f'"{name}_cpu" not implemented for {dtype.word!r}')
    return elementwise(node_class, forward(a, b), dtype, (input, other))


def logaddexp(input: Tensor, other: Tensor) -> Tensor:
    """`log(exp(input) + exp(other))` without overflow (torch.logaddexp)."""
    return _of_floats("logaddexp", np.logaddexp, _LogaddexpBackward0, input, other)


def logaddexp2(input: Tensor, other: Tensor) -> Tensor:
    """`log2(2**input + 2**other)` without overflow (torch.logaddexp2)."""
    return _of_floats("logaddexp2", np.logaddexp2, _Logaddexp2Backward0, input, other)


def _copysign_gradient(grad: Any, self: Any, result: Any) -> Any:
    return grad * np.where(values(self) == 0, np.zeros_like(values(self)), result / self)


_CopysignBackward0 = derivative("CopysignBackward0", self=_copysign_gradient, other=lambda grad: np.zeros_like(grad))
_CopysignBackward1 = derivative("CopysignBackward1", self=_copysign_gradient)


def copysign(input: Tensor, other: Any) -> Tensor:
    """The magnitude of the input with the sign of `other` (torch.copysign)."""
    need_tensor_first("copysign", input, other)
    a, b, dtype = float_meet(input, other)
    array = np.copysign(a, b)
    if number_type(other):
        return record(_CopysignBackward1, array, (input,))
    return elementwise(_CopysignBackward0, array, dtype, (input, other))


_Heaviside: Final = no_derivative("heaviside")


def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """0 below 0, 1 above, `values` at 0 (torch.heaviside). Raises RuntimeError on two dtypes; it has no derivative."""
    need_tensors("heaviside", input, values, "values")
    if input.dtype is not values.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    x = input._array
    array = np.where(x == 0, values._array, (x > 0).astype(x.dtype))[()]
    return elementwise(_Heaviside, array, input.dtype, (input, values))


# Replacing and mixing.

_NanToNumBackward0 = derivative(
    "NanToNumBackward0", saves=("self",), self=lambda grad, self: grad * np.isfinite(values(self))
)


def nan_to_num(
    input: Tensor,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Tensor:
    """nan and the infinities replaced, the latter by the dtype's limits unless given (torch.nan_to_num)."""
    array = input._array
    if not input.dtype.is_floating_point:
        return wrap(array.copy(), input.dtype)
    replaced = np.nan_to_num(array, nan=nan or 0.0, posinf=posinf, neginf=neginf)
    return record(_NanToNumBackward0, replaced[()], (input,))


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
