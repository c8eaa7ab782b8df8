"""Other element types, and new tensors after the pattern of one."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.creation import LegacyTensorType, legacy_tensor, sizes_given
from gradcli.engine.devices import check_device
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import record
from gradcli.engine.ops.shape import clone, sizes_from
from gradcli.engine.tensor import Size, Tensor, wrap

_ToCopyBackward0 = derivative("ToCopyBackward0", self=lambda grad: grad)


def _cast(array: Any, dtype: dtypes.dtype) -> Any:
    """A copy of an array in a dtype."""
    return array.astype(dtype.numpy) if dtype.kind != "O" else dtype.cast(array)


def converted(input: Tensor, dtype: Any, copy: builtins.bool = False) -> Tensor:
    """The tensor in another dtype: itself where it has that and no copy is asked for."""
    dtype = dtypes.named(dtype)
    if dtype is input.dtype:
        return clone(input) if copy else input
    array = _cast(input._array, dtype)
    if not dtype.is_floating_point:
        return wrap(array, dtype)
    result = record(_ToCopyBackward0, array, (input,))
    if result._node is not None:
        result._node.expected = ((array.shape, input.dtype),)
    return result


_TO_WHAT: Final = (
    "to() received an invalid combination of arguments - got (type), but expected one of:\n"
    " * (torch.device device = None, torch.dtype dtype = None, bool non_blocking = False, bool copy = False, *, "
    "torch.memory_format memory_format = None)\n"
    " * (torch.dtype dtype, bool non_blocking = False, bool copy = False, *, "
    "torch.memory_format memory_format = None)\n"
    " * (Tensor tensor, bool non_blocking = False, bool copy = False, *, torch.memory_format memory_format = None)\n"
)


def to(
    input: Tensor,
    *target: Any,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    non_blocking: builtins.bool = False,
    copy: builtins.bool = False,
) -> Tensor:
    """The tensor in a dtype, in that of another tensor, or "on" a device (torch.Tensor.to); the only device is the
    CPU. Raises as creating a tensor on another device does."""
    check_device(device)
    for each in map(dtypes.named, target):
        if isinstance(each, dtypes.dtype):
            dtype = each
        elif isinstance(each, Tensor):
            dtype = each.dtype
        elif isinstance(each, builtins.type):
            raise TypeError(_TO_WHAT)
        elif not isinstance(each, builtins.bool):
            check_device(each)
    return converted(input, input.dtype if dtype is None else dtype, copy)


def type(input: Tensor, dtype: Any = None, non_blocking: builtins.bool = False) -> Any:
    """The name of the tensor's type, or the tensor in the dtype that another type, a name or a dtype tells
    (torch.Tensor.type). Raises ValueError on an unknown name, TypeError on what is none of these."""
    if dtype is None:
        return input.dtype.tensor_name
    if isinstance(dtype, (dtypes.dtype, LegacyTensorType)):
        return converted(input, dtype if isinstance(dtype, dtypes.dtype) else dtype.dtype)
    if not isinstance(dtype, (str, builtins.type)):
        raise TypeError("dtype must be a type, str, or dtype object")
    if dtype is Tensor:
        return converted(input, dtypes.get_default_dtype())
    name = dtype if isinstance(dtype, str) else dtype.__name__
    found = [each for each in dtypes.ALL if each.tensor_name == name]
    if not found:
        raise ValueError(f"invalid type: '{name}'")
    return converted(input, found[0])


def type_as(input: Tensor, other: Tensor) -> Tensor:
    """The tensor in the dtype of another (torch.Tensor.type_as)."""
    return converted(input, other.dtype)


def _conversion(name: str, dtype: dtypes.dtype) -> Callable[..., Tensor]:
    def operation(input: Tensor, memory_format: Any = None) -> Tensor:
        return converted(input, dtype)

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"The tensor as {dtype!r} (torch.Tensor.{name})."
    return operation


float = _conversion("float", dtypes.float32)
double = _conversion("double", dtypes.float64)
half = _conversion("half", dtypes.float16)
long = _conversion("long", dtypes.int64)
int = _conversion("int", dtypes.int32)
short = _conversion("short", dtypes.int16)
byte = _conversion("byte", dtypes.uint8)
char = _conversion("char", dtypes.int8)
bool = _conversion("bool", dtypes.bool_)


def cpu(input: Tensor, memory_format: Any = None) -> Tensor:
    """The tensor itself (torch.Tensor.cpu)."""
    return input


def _made(array: Any, like: Tensor, dtype: dtypes.dtype | None, requires_grad: Any) -> Tensor:
    result = wrap(array.astype((like.dtype if dtype is None else dtypes.named(dtype)).numpy)[()])
    if requires_grad:
        result.requires_grad_()
    return result


def new_zeros(
    input: Tensor,
    *sizes: Any,
    size: Any = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: Any = False,
) -> Tensor:
    """Zeros of a shape in the tensor's dtype (torch.Tensor.new_zeros)."""
    check_device(device)
    return _made(np.zeros(sizes_from(sizes_given("new_zeros", sizes, size))), input, dtype, requires_grad)


def new_ones(
    input: Tensor,
    *sizes: Any,
    size: Any = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: Any = False,
) -> Tensor:
    """Ones of a shape in the tensor's dtype (torch.Tensor.new_ones)."""
    check_device(device)
    return _made(np.ones(sizes_from(sizes_given("new_ones", sizes, size))), input, dtype, requires_grad)


def new_full(
    input: Tensor,
    size: Any,
    fill_value: Any,
    *,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: Any = False,
) -> Tensor:
    """A shape filled with a value, in the tensor's dtype (torch.Tensor.new_full)."""
    check_device(device)
    return _made(np.full(tuple(size), fill_value), input, dtype, requires_grad)


def new_tensor(
    input: Tensor,
    data: Any,
    *,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: Any = False,
) -> Tensor:
    """A tensor of `data`, copied, in the tensor's dtype (torch.Tensor.new_tensor)."""
    check_device(device)
    array = data._array if isinstance(data, Tensor) else np.asarray(data)
    return _made(np.array(array), input, dtype, requires_grad)


new_empty = new_zeros


def new(input: Tensor, *data: Any, size: Any = None) -> Tensor:
    """What `torch.Tensor(*data)` makes, in the tensor's dtype (torch.Tensor.new, which torch no longer documents)."""
    return legacy_tensor(Tensor, data if size is None else (Size(size),), input.dtype)
