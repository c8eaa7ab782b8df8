"""Where a view lies in its base: elements taken from, and put to, the places that shape, strides and offset name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided as as_strided_array
from numpy.typing import NDArray

from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import record
from gradcli.engine.ops.maps import Map, linear_map
from gradcli.engine.tensor import Tensor
from gradcli.engine.views import as_view, base_of


@dataclass(frozen=True, slots=True)
class Region:
    """The elements of a base that a view shows. Strides and offset count elements of the base's memory."""

    base_shape: tuple[int, ...]
    base_strides: tuple[int, ...]
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int

    @property
    def span(self) -> int:
        """How many elements of memory the base spans."""
        if 0 in self.base_shape:
            return 0
        return 1 + sum((n - 1) * step for n, step in zip(self.base_shape, self.base_strides, strict=True))

    @property
    def repeats(self) -> int:
        """How often each element of memory stands in the base; more than once where it is expanded."""
        return prod(n for n, step in zip(self.base_shape, self.base_strides, strict=True) if step == 0)

    def memory(self, dtype: Any, *, of: NDArray[Any] | None = None) -> NDArray[Any]:
        """Memory laid out as the base's: zeros, or the elements `of` an array of the base's shape."""
        memory = np.zeros(self.span, dtype)
        if of is not None:
            self.base(memory)[...] = of
        return memory

    def base(self, memory: NDArray[Any]) -> NDArray[Any]:
        """The base in such memory."""
        return self._laid_out(memory, self.base_shape, self.base_strides)

    def view(self, memory: NDArray[Any]) -> NDArray[Any]:
        """The view in such memory."""
        return self._laid_out(memory[self.offset :], self.shape, self.strides)

    @staticmethod
    def _laid_out(memory: NDArray[Any], shape: tuple[int, ...], strides: tuple[int, ...]) -> NDArray[Any]:
        return as_strided_array(memory, shape, tuple([step * memory.itemsize for step in strides]))


def region_of(base: NDArray[Any], view: NDArray[Any]) -> Region | None:
    """Where `view` lies in `base`; None where it does not lie there, or not on its elements."""
    size = base.itemsize
    distance = view.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    if view.itemsize != size or distance % size:
        return None
    steps = [tuple([each // size for each in array.strides]) for array in (base, view)]
    found = Region(base.shape, steps[0], view.shape, steps[1], distance // size if view.size else 0)
    last = found.offset + sum((n - 1) * step for n, step in zip(view.shape, steps[1], strict=True) if n)
    inside = found.offset >= 0 and last < found.span and all(step >= 0 for each in steps for step in each)
    return found if inside or not view.size else None


def _taken(array: Any, region: Region) -> Any:
    array = np.asarray(array)
    if region.repeats == 1:
        return region.view(region.memory(array.dtype, of=array)).copy()
    memory = region.memory(array.dtype)
    np.add.at(memory, region.base(np.arange(memory.size)), array / array.dtype.type(region.repeats))
    return region.view(memory).copy()


def _placed(array: Any, region: Region) -> Any:
    array = np.asarray(array)
    memory = region.memory(array.dtype)
    np.add.at(memory, region.view(np.arange(memory.size)), array)
    if region.repeats > 1:
        memory /= memory.dtype.type(region.repeats)
    return region.base(memory).copy()


def _cleared(array: Any, region: Region) -> Any:
    return overwritten(array, region, 0)


def overwritten(array: Any, region: Region, values: Any) -> Any:
    """A copy of `array`, which has the base's shape, with `values` where the view lies."""
    array = np.asarray(array)
    memory = region.memory(array.dtype, of=array)
    region.view(memory)[...] = values
    return region.base(memory).copy()


taken: Map = linear_map("AsStridedBackward0", _taken, lambda grad, region: placed(grad, region))
"""`taken(base, region)`: the view's elements; the mean of those that an expanded base repeats."""
placed: Map = linear_map("AsStridedBackward0", _placed, lambda grad, region: taken(grad, region))
"""`placed(view, region)`: zeros of the base's shape, with the view's elements added where it lies, in equal shares
where an expanded base repeats the place."""
cleared: Map = linear_map("AsStridedScatterBackward0", _cleared, lambda grad, region: cleared(grad, region))
"""`cleared(base, region)`: the base's elements, zero where the view lies."""

AsStridedBackward0 = derivative("AsStridedBackward0", self=lambda grad, region: placed(grad, region))
"""The history of a view whose base was written to."""
AsStridedBackward1 = derivative("AsStridedBackward1", self=lambda grad, region: placed(grad, region))
"""The same, of a tensor that was given other strides in place."""


def as_strided(
    input: Tensor,
    size: Sequence[int],
    stride: Sequence[int],
    storage_offset: int | None = None,
    *,
    node_class: type[Node] = AsStridedBackward0,
) -> Tensor:
    """A view of the tensor's memory with another shape and other strides, from an offset on that counts from the
    memory's first element (torch.as_strided). Strides and offset count elements.

    Raises RuntimeError where that leaves the memory, and, of what is recorded, where it leaves the tensor's own part.
    """
    sizes, steps = tuple(map(int, size)), tuple(map(int, stride))
    if len(sizes) != len(steps):
        raise RuntimeError("mismatch in length of strides and shape")
    if any(step < 0 for step in steps):
        raise RuntimeError(f"as_strided: Negative strides are not supported at the moment, got strides: {list(steps)}")
    own = input._shared_array()
    memory = own if base_of(input) is None else base_of(input)._shared_array()  # type: ignore[union-attr]
    item = own.itemsize
    begins = (own.ctypes.data - memory.ctypes.data) // item
    first = begins if storage_offset is None else storage_offset
    needed = first + 1 + sum((n - 1) * step for n, step in zip(sizes, steps, strict=True))
    if 0 not in sizes and needed > memory.size:
        raise RuntimeError(
            f"setStorage: sizes {list(sizes)}, strides {list(steps)}, storage offset {first}, and itemsize {item} "
            f"requiring a storage size of {needed * item} are out of bounds for storage of size {memory.size * item}"
        )
    region = Region(own.shape, tuple(each // item for each in own.strides), sizes, steps, first - begins)
    flat = as_strided_array(memory, (memory.size,), (item,))
    view = as_strided_array(flat[first:], sizes, tuple(step * item for step in steps))
    if input.requires_grad and not 0 <= region.offset <= region.offset + needed - first - 1 < region.span:
        raise RuntimeError("as_strided: a recorded view must lie within the tensor that it is taken of")
    return as_view(record(node_class, view, (input,), (region,)), input)
