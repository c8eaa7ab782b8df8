"""Rearrangements: copies of a tensor's elements in other places, and diagonals and triangles."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.errors import dimension_out_of_range, no_dimensions
from gradcli.engine.ops.maps import Map, dimensions, linear_map, named_sizes
from gradcli.engine.ops.shape import clone, expand, flatten, reshape, sizes_from, unsqueeze
from gradcli.engine.tensor import Tensor

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
_tril: Map = linear_map(
    "TrilBackward0", lambda array, diagonal: np.tril(array, diagonal), lambda grad, diagonal: np.tril(grad, diagonal)
)
_triu: Map = linear_map(
    "TriuBackward0", lambda array, diagonal: np.triu(array, diagonal), lambda grad, diagonal: np.triu(grad, diagonal)
)


def _turned(array: Any, k: int, dims: tuple[int, int]) -> Any:
    """Turned by quarters. An odd number of them is a flip, laid out as such, with the dimensions exchanged."""
    first, second = dims
    if k % 4 == 2:
        return np.flip(array, dims).copy()
    if k % 4 == 0:
        return array.copy()
    return np.swapaxes(np.flip(array, second if k % 4 == 1 else first).copy(), first, second)


def _diagonal_of(array: Any, offset: int, dim1: int, dim2: int) -> Any:
    return np.diagonal(array, offset, dim1, dim2)


def _put_on_diagonal(array: Any, input_sizes: Any, offset: int, dim1: int, dim2: int) -> Any:
    result = dtypes.zeros_beside(array, tuple(input_sizes))
    rows, columns = result.shape[dim1], result.shape[dim2]
    length = array.shape[-1]
    first = np.arange(length) + max(-offset, 0)
    second = np.arange(length) + max(offset, 0)
    assert length == 0 or (first[-1] < rows and second[-1] < columns)
    moved = np.moveaxis(result, (dim1, dim2), (-2, -1))
    moved[..., first, second] = array
    return result


_diagonal: Map = linear_map(
    "DiagonalBackward0",
    _diagonal_of,
    lambda grad, offset, dim1, dim2, self_sym_sizes: _diagonal_backward(grad, self_sym_sizes, offset, dim1, dim2),
    view=True,
)
_diagonal_copy: Map = linear_map(
    "DiagonalBackward0_copy",
    lambda array, offset, dim1, dim2: np.diagonal(array, offset, dim1, dim2).copy(),
    lambda grad, offset, dim1, dim2, self_sym_sizes: _diagonal_backward(grad, self_sym_sizes, offset, dim1, dim2),
)
_diagonal_backward: Map = linear_map(
    "DiagonalBackwardBackward0",
    _put_on_diagonal,
    lambda grad, offset, dim1, dim2: _diagonal(grad, offset, dim1, dim2),
)
_diag_embed: Map = linear_map(
    "DiagEmbedBackward0",
    lambda array, offset, dim1, dim2: _put_on_diagonal(
        array, _embedded_sizes(array, offset, dim1, dim2), offset, dim1, dim2
    ),
    lambda grad, offset, dim1, dim2: _diagonal(grad, offset, dim1, dim2),
)


def _summed_repeats(grad: Any, repeats: tuple[int, ...], sizes: tuple[int, ...]) -> Any:
    """The gradient of each copy added up."""
    padded = (1,) * (len(repeats) - len(sizes)) + tuple(sizes)
    split = [each for pair in zip(repeats, padded, strict=True) for each in pair]
    if not split:
        return grad
    return np.reshape(np.sum(np.reshape(grad, tuple(split)), axis=tuple(range(0, len(split), 2))), tuple(sizes))


def _negated(shifts: Any) -> Any:
    return tuple(-each for each in shifts) if isinstance(shifts, tuple) else -shifts


def _embedded_sizes(array: Any, offset: int, dim1: int, dim2: int) -> tuple[int, ...]:
    size = array.shape[-1] + (offset if offset >= 0 else -offset)
    sizes = list(array.shape[:-1])
    for dim in sorted((dim1, dim2)):
        sizes.insert(dim, size)
    return tuple(sizes)


@named_sizes("repeats")
def repeat(input: Tensor, *repeats: Any) -> Tensor:
    """The tensor repeated along each dimension (torch.Tensor.repeat). Raises RuntimeError on too few repeats."""
    counts = sizes_from(repeats)
    if len(counts) < input._array.ndim:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    return _repeat(input, counts)  # type: ignore[no-any-return]


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
    from gradcli.engine.ops.gather import index_select
    from gradcli.engine.tensor import wrap

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
    return _flip(input, dimensions(input, named) if named else ())  # type: ignore[no-any-return]


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
    return _roll(input, shifts, dims or None)  # type: ignore[no-any-return]


def rot90(input: Tensor, k: int = 1, dims: Any = (0, 1)) -> Tensor:
    """Turned by `k` quarters in the plane of `dims` (torch.rot90)."""
    if input._array.ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {input._array.ndim}")
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if dims[0] == dims[1] or abs(dims[0] - dims[1]) == input._array.ndim:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    return _rot90(input, k, (input._dimension(dims[0]), input._dimension(dims[1])))  # type: ignore[no-any-return]


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A view of the diagonal, as the last dimension (torch.diagonal)."""
    first, second = input._dimension(dim1), input._dimension(dim2)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return _diagonal(input, offset, first, second)  # type: ignore[no-any-return]


def linalg_diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """A view of the diagonals of matrices (torch.linalg.diagonal)."""
    return diagonal(A, offset, dim1, dim2)


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """A vector as a diagonal matrix, or a matrix's diagonal (torch.diag)."""
    if input._array.ndim == 1:
        return diag_embed(input, diagonal)
    if input._array.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input._array.ndim}D")
    return _diagonal_copy(input, diagonal, 0, 1)  # type: ignore[no-any-return]


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The last dimension as the diagonals of matrices (torch.diag_embed)."""
    if not input._array.ndim:
        raise dimension_out_of_range(dim1, 1)
    ndim = input._array.ndim + 1
    for dim in (dim1, dim2):
        if not -ndim <= dim < ndim:
            raise dimension_out_of_range(dim, ndim)
    if dim1 % ndim == dim2 % ndim:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return _diag_embed(input, offset, dim1 % ndim, dim2 % ndim)  # type: ignore[no-any-return]


def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """All elements as a diagonal matrix (torch.diagflat)."""
    return diag_embed(reshape(input, (-1,)), offset)


def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The lower triangle, zero elsewhere (torch.tril)."""
    if input._array.ndim < 2:
        raise RuntimeError("tril: input tensor must have at least 2 dimensions")
    return _tril(input, diagonal)  # type: ignore[no-any-return]


def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The upper triangle, zero elsewhere (torch.triu)."""
    if input._array.ndim < 2:
        raise RuntimeError("triu: input tensor must have at least 2 dimensions")
    return _triu(input, diagonal)  # type: ignore[no-any-return]
