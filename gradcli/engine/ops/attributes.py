"""What a tensor is, asked of the tensor: its device, its sizes in memory, its kind of numbers.

The properties are found like methods: `catalogue` names them, and Tensor keeps them once they were asked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine.tensor import Tensor


def _device(input: Tensor) -> Any:
    """Where the tensor lives: always the CPU (torch.Tensor.device)."""
    from gradcli.engine.devices import device

    return device("cpu")


def _itemsize(input: Tensor) -> int:
    """Bytes of one element (torch.Tensor.itemsize)."""
    return input.dtype.itemsize


def _nbytes(input: Tensor) -> int:
    """Bytes of all elements (torch.Tensor.nbytes)."""
    return input.numel() * input.dtype.itemsize


def _true(input: Tensor) -> bool:
    """True of every tensor of this engine."""
    return True


def _false(input: Tensor) -> bool:
    """False of every tensor of this engine."""
    return False


def _layout(input: Tensor) -> Any:
    """How the elements lie in memory: always strided (torch.Tensor.layout)."""
    from gradcli.engine.typeinfo import strided

    return strided


def _real(input: Tensor) -> Tensor:
    """The tensor itself: its numbers are real (torch.Tensor.real)."""
    return input


def _imag(input: Tensor) -> Tensor:
    """Raises RuntimeError: there are no complex numbers (torch.Tensor.imag)."""
    raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")


device = property(_device)
layout = property(_layout)
real = property(_real)
imag = property(_imag)
itemsize = property(_itemsize)
nbytes = property(_nbytes)
is_cpu = property(_true)
is_cuda = is_mps = is_xpu = is_meta = is_sparse = is_quantized = is_nested = property(_false)


def ndimension(input: Tensor) -> int:
    """The number of dimensions (torch.Tensor.ndimension)."""
    return input.ndim


def get_device(input: Tensor) -> int:
    """The number of the device: -1, the CPU's (torch.Tensor.get_device)."""
    return -1


def is_complex(input: Tensor) -> bool:
    """Whether the elements are complex numbers: False (torch.is_complex)."""
    return False


def is_signed(input: Tensor) -> bool:
    """Whether the elements can be negative (torch.is_signed)."""
    return input.dtype.numpy.kind in "fi"


def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have one shape (torch.is_same_size)."""
    return input.shape == other.shape


def is_nonzero(input: Tensor) -> bool:
    """Whether the one element is not zero (torch.is_nonzero). Raises RuntimeError where there is not exactly one."""
    if input._array.size != 1:
        count = "no values" if not input._array.size else "more than one value"
        raise RuntimeError(f"Boolean value of Tensor with {count} is ambiguous")
    return bool(np.ravel(input._array)[0])
