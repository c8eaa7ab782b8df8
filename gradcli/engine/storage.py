"""The memory that tensors show: Tensor.storage, untyped_storage, and resize_, which says how much of it one shows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from math import prod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gradcli.engine import dtypes
from gradcli.engine.devices import device
from gradcli.engine.left_out import missing
from gradcli.engine.ops.shape.memory import storage_offset
from gradcli.engine.tensor import Tensor
from gradcli.engine.views import base_of

DEPRECATED = (
    "TypedStorage is deprecated. It will be removed in the future and UntypedStorage will be the only storage class. "
    "This should only matter to you if you are using storages directly.  To access UntypedStorage directly, use "
    "tensor.untyped_storage() instead of tensor.storage()"
)


def _memory(tensor: Tensor) -> NDArray[Any]:
    """The elements in the memory that a tensor shows, or shows a part of: one dimension, shared."""
    base = base_of(tensor)
    owner = tensor if base is None else base
    memory = (owner._extras or {}).get("memory")
    return owner._shared_array().ravel(order="K") if memory is None else memory


class UntypedStorage:
    """The bytes that a tensor and its views share (Tensor.untyped_storage): a sequence of numbers from 0 to 255, which
    can be written to. Two are equal where they are the same memory."""

    __module__ = "torch.storage"
    is_cuda: ClassVar[bool] = False

    def __init__(self, memory: NDArray[Any]) -> None:
        self._memory = memory

    @property
    def device(self) -> device:
        """Where the memory is: the CPU."""
        return device("cpu")

    def __getattr__(self, name: str) -> Any:
        raise missing(f"torch.storage.{type(self).__name__}", name)

    def data_ptr(self) -> int:
        """The address of the first byte."""
        return int(self._memory.ctypes.data)

    def nbytes(self) -> int:
        """How many bytes there are."""
        return int(self._memory.nbytes)

    def element_size(self) -> int:
        """The bytes of one element."""
        return int(self._memory.itemsize)

    def size(self) -> int:
        """How many elements there are."""
        return len(self._memory)

    __len__ = size

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(self._memory[index].copy())
        return self._element(index)

    def _element(self, index: Any) -> Any:
        if not isinstance(index, int):
            raise RuntimeError(f"can't index a {type(self)} with {type(index)}")
        if not -len(self) <= index < len(self):
            raise IndexError(f"index {index} out of range for storage of size {len(self)}")
        return self._memory[index].item()

    def __setitem__(self, index: Any, value: Any) -> None:
        self._memory[index] = value

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def tolist(self) -> list[Any]:
        """The elements."""
        found: list[Any] = self._memory.tolist()
        return found

    def fill_(self, value: Any) -> Any:
        """Write one value everywhere; returns the storage."""
        self._memory[...] = value
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.data_ptr() == other.data_ptr()

    def __hash__(self) -> int:
        return hash(self.data_ptr())

    def _name(self) -> str:
        return f"torch.storage.{type(self).__name__}(device={self.device})"

    def __repr__(self) -> str:
        return " " + "\n ".join(map(str, self.tolist())) + f"\n[{self._name()} of size {len(self)}]"


class TypedStorage(UntypedStorage):
    """The elements that a tensor and its views share (Tensor.storage): a sequence, which can be written to."""

    __module__ = "torch.storage"
    __hash__ = object.__hash__

    @property
    def dtype(self) -> dtypes.dtype:
        """The element type."""
        return dtypes.OF_NUMPY[self._memory.dtype]

    def untyped(self) -> UntypedStorage:
        """The bytes of the elements."""
        return UntypedStorage(self._memory.view(np.uint8))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            raise RuntimeError("slices are only supported in UntypedStorage.__getitem__")
        return self._element(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, int) and not -len(self) <= index < len(self):
            raise IndexError(f"index {index} is out of bounds for dimension 0 with size {len(self)}")
        self._memory[index] = value

    def __eq__(self, other: object) -> bool:
        return self is other

    def _name(self) -> str:
        return f"torch.storage.TypedStorage(dtype={self.dtype}, device={self.device})"


_warned = False


def storage(input: Tensor) -> TypedStorage:
    """The memory of a tensor (torch.Tensor.storage). Warns once that it is deprecated."""
    global _warned
    if not _warned:
        _warned = True
        warnings.warn(DEPRECATED, UserWarning, stacklevel=2)
    return TypedStorage(_memory(input))


def untyped_storage(input: Tensor) -> UntypedStorage:
    """The memory of a tensor in bytes (torch.Tensor.untyped_storage)."""
    return UntypedStorage(_memory(input).view(np.uint8))


def resize_(input: Tensor, *size: Any) -> Tensor:
    """Show as many elements of the memory as a shape has, in that shape; returns the tensor (torch.Tensor.resize_).

    Where the memory does not suffice there is a new one, which the tensor's views do not share; its further elements
    are undefined. Raises RuntimeError on a tensor that requires grad.
    """
    if not size:
        raise TypeError('resize_() missing 1 required positional arguments: "size"')
    shape = tuple(size[0]) if isinstance(size[0], (tuple, list)) else size
    for each in shape:
        if not isinstance(each, int):
            raise TypeError(f"resize_(): argument 'size' (position 1) must be tuple of ints, not {type(each).__name__}")
    if input.requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    if any(each < 0 for each in shape):
        raise RuntimeError("numel: integer multiplication overflow")
    memory, start = _memory(input), storage_offset(input)
    end = start + prod(shape)
    if end > len(memory):
        memory = np.concatenate([memory, np.zeros(end - len(memory), memory.dtype)])
        input._extras = {"memory": memory}
    elif base_of(input) is None:
        input._extras = {**(input._extras or {}), "memory": memory}
    input._version_counter().value += 1
    input._array = memory[start:end].reshape(shape)
    return input


def resize_as_(input: Tensor, the_template: Tensor) -> Tensor:
    """`resize_` to the shape of another tensor (torch.Tensor.resize_as_)."""
    return resize_(input, the_template.shape)
