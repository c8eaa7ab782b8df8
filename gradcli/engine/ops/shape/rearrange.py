"""Rearrangements: copies of a tensor's elements in other places."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.errors import no_dimensions
from gradcli.engine.ops.dimensions import dimensions, named_sizes
from gradcli.engine.ops.index.gather import index_select
from gradcli.engine.ops.rules import Map, linear_map
from gradcli.engine.ops.shape.memory import clone
from gradcli.engine.ops.shape.views import expand, flatten, reshape, sizes_from, unsqueeze
from gradcli.engine.tensor import Tensor, wrap

_repeat: Map = linear_map(
    "RepeatBackward0",
    lambda array, repeats: np.tile(array, repeats),
    lambda grad, repeats, self_sym_sizes: _summed_repeats(grad, repeats, self_sym_sizes),
)
_flip: Map = linear_map(
    "FlipBackward0",
    lambda array, dims: np.flip(array, dims).copy() if array.ndim else array,
    lambda grad, dims: np.flip(grad, dims) if dims else grad,
)
_roll: Map = linear_map(
    "RollBackward0",
    lambda array, shifts, dims: np.roll(array, shifts, axis=dims),
    lambda grad, shifts, dims: _roll(grad, _negated(shifts), dims),
)
_rot90: Map = linear_map(
    "Rot90Backward0",
    lambda array, k, dims: _turned(array, k, dims),
    lambda grad, k, dims: _rot90(grad, -k, dims),
)


def _turned(array: Any, k: int, dims: tuple[int, int]) -> Any:
    """Turned by quarters. An odd number of them is a flip, laid out as such, with the dimensions exchanged."""
    first, second = dims
    if k % 4 == 2:
        return np.flip(array, dims).copy()
    if k % 4 == 0:
        return array.copy()
    return np.swapaxes(np.flip(array, second if k % 4 == 1 else first).copy(), first, second)


def _summed_repeats(grad: Any, repeats: tuple[int, ...], sizes: tuple[int, ...]) -> Any:
    """The gradient of each copy added up."""
    padded = (1,) * (len(repeats) - len(sizes)) + tuple(sizes)
    split = [each for pair in zip(repeats, padded, strict=True) for each in pair]
    if not split:
        return grad
    return np.reshape(np.sum(np.reshape(grad, tuple(split)), axis=tuple(range(0, len(split), 2))), tuple(sizes))


def _negated(shifts: Any) -> Any:
    return tuple(-each for each in shifts) if isinstance(shifts, tuple) else -shifts


@named_sizes("repeats")
def repeat(input: Tensor, *repeats: Any) -> Tensor:
    """The tensor repeated along each dimension (torch.Tensor.repeat). Raises RuntimeError on too few repeats."""
    counts = sizes_from(repeats)
    if len(counts) < input._array.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    return _repeat(input, counts)


@named_sizes("dims")
def tile(input: Tensor, *dims: Any) -> Tensor:
    """`repeat`, with ones put before too few repeats (torch.tile)."""
    counts = sizes_from(dims)
    return repeat(input, (1,) * (input._array.ndim - len(counts)) + counts)


def repeat_interleave(
    input: Tensor, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each element repeated (torch.repeat_interleave); `repeats` is one count, or a tensor of one for each element.

    A vector of counts alone gives each place as often as its count says.
    """
    if repeats is None:
        if input.dtype.category != dtypes.INTEGER:
            raise NotImplementedError(f"\"repeat_interleave_cpu\" not implemented for '{input.dtype.word}'")
        return wrap(np.repeat(np.arange(input._array.size), input._array))

    if dim is None:
        input, dim = flatten(input), 0
    along = input._dimension(dim)
    if isinstance(repeats, Tensor) and repeats._array.size > 1:
        return index_select(input, along, wrap(np.repeat(np.arange(input._array.shape[along]), repeats._array)))
    count = int(repeats)
    sizes = input._array.shape
    if output_size is not None and output_size != sizes[along] * count:
        raise RuntimeError(
            f"repeat_interleave: Invalid output_size, expected {sizes[along] * count} but got {output_size}"
        )
    spread = expand(unsqueeze(input, along + 1), (*sizes[: along + 1], count, *sizes[along + 1 :]))
    copied = clone(spread, memory_format="contiguous")
    return reshape(copied, (*sizes[:along], sizes[along] * count, *sizes[along + 1 :]))


@named_sizes("dims")
def flip(input: Tensor, *dims: Any) -> Tensor:
    """The elements in reverse along `dims` (torch.flip). Raises TypeError without `dims`."""
    if not dims:
        raise TypeError('flip() missing 1 required positional arguments: "dims"')
    named = sizes_from(dims)
    return _flip(input, dimensions(input, named) if named else ())


def fliplr(input: Tensor) -> Tensor:
    """The columns in reverse (torch.fliplr)."""
    if input._array.ndim < 2:
        raise RuntimeError("Input must be >= 2-d.")
    return flip(input, 1)


def flipud(input: Tensor) -> Tensor:
    """The rows in reverse (torch.flipud)."""
    if input._array.ndim < 1:
        raise RuntimeError("Input must be >= 1-d.")
    return flip(input, 0)


def roll(input: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    """The elements moved round by `shifts` along `dims`, of the flattened tensor without (torch.roll)."""
    if dims is not None and dims != ():
        dims = tuple(dims) if isinstance(dims, (tuple, list)) else (dims,)
        shifts = tuple(shifts) if isinstance(shifts, (tuple, list)) else (shifts,)
        if len(dims) != len(shifts):
            raise RuntimeError(f"shifts and dimensions must align. shifts: {len(shifts)}, dims:{len(dims)}")
        if dims and not input._array.ndim:
            raise no_dimensions(dims[0])
        dims = tuple([input._dimension(dim) for dim in dims])
    elif isinstance(shifts, (tuple, list)):
        if not shifts:
            raise RuntimeError("`shifts` required")
        if len(shifts) != 1:
            raise RuntimeError(f"shifts and dimensions must align. shifts: {len(shifts)}, dims:0")
        shifts = shifts[0]
    return _roll(input, shifts, dims or None)


def rot90(input: Tensor, k: int = 1, dims: Any = (0, 1)) -> Tensor:
    """Turned by `k` quarters in the plane of `dims` (torch.rot90)."""
    if input._array.ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {input._array.ndim}")
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if dims[0] == dims[1] or abs(dims[0] - dims[1]) == input._array.ndim:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    return _rot90(input, k, (input._dimension(dims[0]), input._dimension(dims[1])))
