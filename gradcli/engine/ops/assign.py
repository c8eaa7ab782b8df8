"""Assignment: `copy_`, `fill_`, `zero_`, `x[…] = …`, and the operations that change a tensor's own shape."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes, errors
from gradcli.engine.inplace import Overlap, apply, is_recorded, overlap, refresh, replace, stand_in, succeed
from gradcli.engine.node import INFERENCE, derivative
from gradcli.engine.ops import index, shape
from gradcli.engine.ops.declare import argument_error, number_type, record
from gradcli.engine.ops.maps import Map, dimensions, linear_map
from gradcli.engine.ops.rearrange import diagonal
from gradcli.engine.ops.strided import AsStridedBackward1, as_strided
from gradcli.engine.tensor import Tensor, wrap

# Values.


def _zeros(grad: Any) -> Any:
    return np.zeros_like(grad)


CopyBackwards: Final = shape.copy_backwards(derivative("CopyBackwards", self=_zeros, src=lambda grad: grad))
_ZeroBackward0 = derivative("ZeroBackward0", self=_zeros)
_FillBackward2 = derivative("FillBackward2", self=_zeros)
_FillBackward3 = derivative("FillBackward3", self=_zeros, value=lambda grad: np.sum(grad))


def filled(target: Tensor, number: Any) -> Any:
    """An array of a tensor's shape and dtype, full of a number.

    Raises RuntimeError where the dtype does not hold the number.
    """
    kind = target.dtype
    value = number.item() if isinstance(number, np.generic) else number
    if kind is dtypes.bool_:
        value = bool(value)
    if not kind.is_floating_point and isinstance(value, float):
        value = int(value) if math.isfinite(value) else None
    try:
        wraps = kind is dtypes.uint8 and isinstance(value, int) and -255 <= value < 0
        element = kind.scalar(value + 256 if wraps else value) if value is not None else None
    except OverflowError:
        element = None
    if element is None:
        raise RuntimeError(f"value cannot be converted to type {kind.name}_t without overflow")
    return np.full(target._array.shape, element)


def _copied(old: Tensor, src: Tensor) -> Tensor:
    try:
        array = np.broadcast_to(src._array, old._array.shape)
    except ValueError:
        raise _not_copied(old._array.shape, src._array.shape) from None
    with np.errstate(all="ignore"):
        result = record(CopyBackwards, array.astype(old.dtype.numpy), (old, src))
    if result._node is not None:
        result._node.expected = (None, (src._array.shape, src.dtype))
    return result


def _not_copied(shape: tuple[int, ...], source: tuple[int, ...]) -> RuntimeError:
    try:
        both = np.broadcast_shapes(shape, source)
    except ValueError:
        return errors.sizes_must_match(shape, source)
    return errors.wrong_output_shape(shape, both)


def copy_(input: Tensor, src: Any, non_blocking: bool = False) -> Tensor:
    """Write the elements of `src`, broadcast and converted (torch.Tensor.copy_)."""
    if not isinstance(src, Tensor):
        if not number_type(src):
            raise argument_error("copy_", 1, src, "other")
        src = wrap(input.dtype.scalar(src))
    return apply(input, _copied, src)


def fill_(input: Tensor, value: Any) -> Tensor:
    """Write one number, or the element of a 0-dim tensor, everywhere (torch.Tensor.fill_)."""
    if isinstance(value, Tensor):
        if value._array.ndim:
            raise RuntimeError(
                f"fill_ only supports 0-dimension value tensor but got tensor with {value._array.ndim} dimensions."
            )
        return replace(input, is_recorded(input, value), _filled_by_tensor, value)
    return apply(input, lambda old: record(_FillBackward2, filled(old, value), (old,)))


def _filled_by_tensor(old: Tensor, value: Tensor) -> Tensor:
    result = record(_FillBackward3, filled(old, value._array.item()), (old, value))
    if result._node is not None:
        result._node.expected = (None, ((), value.dtype))
    return result


def zero_(input: Tensor) -> Tensor:
    """Write zeros (torch.Tensor.zero_)."""
    return apply(input, lambda old: record(_ZeroBackward0, np.zeros_like(old._array), (old,)))


def fill_diagonal_(input: Tensor, fill_value: Any, wrap: bool = False) -> Tensor:
    """Write a number where all indices are alike; with `wrap`, the diagonal of a tall matrix begins anew below its
    end (torch.Tensor.fill_diagonal_).

    Raises RuntimeError on a vector, and where a tensor of more dimensions has sizes that differ.
    """
    sizes = input._array.shape
    if len(sizes) < 2:
        raise RuntimeError("dimensions must larger than 1")
    if len(sizes) > 2 and len(set(sizes)) > 1:
        raise RuntimeError("all dimensions of input must be of equal length")
    height = sizes[1] + 1 if wrap and len(sizes) == 2 else sizes[0]
    for start in range(0, sizes[0], height):
        part = index.narrow(input, 0, start, min(height, sizes[0] - start))
        while part._array.ndim > 1:
            part = diagonal(part, 0, 0, part._array.ndim - 1)
        fill_(part, fill_value)
    return input


# The brackets.


def setitem(input: Tensor, key: Any, value: Any) -> None:
    """`input[key] = value` (torch.Tensor.__setitem__): recorded as a write to a view, or as index_put_.

    Raises TypeError, IndexError and RuntimeError in torch's words.
    """
    if _write_entry(input, key, value):
        return
    if key is False:
        return
    source = value if isinstance(value, Tensor) else _as_source(input, value)
    if key is Ellipsis:
        _assign(input, source)
    elif key is None or key is True:
        _assign(shape.unsqueeze(input, 0), source)
    else:
        if input._array.ndim == 0 and isinstance(key, int):
            raise index.no_dimensions()
        if input._array.ndim == 0 and isinstance(key, slice):
            raise IndexError("slice() cannot be applied to a 0-dim tensor.")
        if isinstance(key, Tensor) and key.dtype is dtypes.uint8 and key._array.ndim and not isinstance(value, Tensor):
            raise RuntimeError("masked_fill_ only supports boolean masks, but got mask with dtype unsigned char")
        target, indices = index.resolved(input, key)
        if not indices:
            _assign(target, source)
        else:
            index_put_(target, indices, source)


_LARGEST: Final = float(np.finfo(np.float32).max)


def _write_entry(target: Tensor, key: Any, number: Any) -> bool:
    """Write a Python number to one entry of a tensor that has no history and is no view; False where this is anything
    else."""
    array, kind = target._array, number.__class__
    if key.__class__ is not tuple or (kind is not float and kind is not int) or array.__class__ is not np.ndarray:
        return False
    if target._requires_grad or target._extras is not None or target._counter is INFERENCE:
        return False
    if not (target.dtype is dtypes.float64 or (target.dtype is dtypes.float32 and -_LARGEST <= number <= _LARGEST)):
        return False
    if len(key) != array.ndim or not index.names_entry(key):
        return False
    try:
        array[key] = number
    except (IndexError, OverflowError, ValueError):  # which the steps of any assignment word
        return False
    counter = target._version_counter()
    counter.value += 1
    if counter.views:
        refresh(target)
    return True


def _as_source(target: Tensor, value: Any) -> Tensor:
    if not number_type(value):
        raise TypeError(f"can't assign a {type(value).__name__} to a {target.dtype.tensor_name}")
    return wrap(filled(wrap(target.dtype.scalar(0)), value)[()])


def _assign(target: Tensor, source: Tensor) -> None:
    if source._array.shape == target._array.shape:
        copy_(target, source)
    elif source._array.ndim == 0:
        fill_(target, source)
    else:
        stripped = _without_leading_ones(source)
        fits = stripped._array.shape == target._array.shape
        copy_(target, stripped if fits else shape.expand(stripped, target._array.shape))


def _without_leading_ones(source: Tensor) -> Tensor:
    sizes = source._array.shape
    first = next((i for i, size in enumerate(sizes) if size != 1), len(sizes))
    return shape.reshape(source, sizes[first:])


def index_put_(input: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """Write `values` where index tensors say, or add them with `accumulate` (torch.Tensor.index_put_)."""
    recorded = is_recorded(input, values)
    if any(each is not None and each.dtype is dtypes.uint8 for each in indices):
        warnings.warn(index.BYTES, UserWarning, stacklevel=2)
    if overlap(input, values) is not Overlap.NONE:
        raise RuntimeError(errors.SHARED_WITH_INPUT)
    key = index.key_of(tuple(indices))
    wanted = _indexed_shape(input, key)
    if values._array.ndim > len(wanted):
        values = _without_leading_ones(values)
    try:
        np.broadcast_to(values._array, wanted)
    except ValueError:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(values._array.shape)} cannot be broadcast to indexing "
            f"result of shape {list(wanted)}"
        ) from None
    if values.dtype is not input.dtype:
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{input.dtype.word} for the destination and {values.dtype.word} for the source."
        )
    return replace(input, recorded, index.index_put, tuple(indices), values, accumulate)


def _indexed_shape(target: Tensor, key: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape that a key gives, without reading the elements."""
    return tuple(np.broadcast_to(np.empty((), bool), target._array.shape)[key].shape)


# Shapes of the tensor itself.

_t: Map = linear_map("TBackward1", lambda array: array.T, lambda grad: np.transpose(grad))
_transpose: Map = linear_map(
    "TransposeBackward1",
    lambda array, dim0, dim1: np.swapaxes(array, dim0, dim1) if array.ndim else array,
    lambda grad, dim0, dim1: np.swapaxes(grad, dim0, dim1) if grad.ndim else grad,
)
_unsqueeze: Map = linear_map(
    "UnsqueezeBackward1", lambda array, dim: np.expand_dims(array, dim), lambda grad, dim: np.squeeze(grad, axis=dim)
)
_SQUEEZES: Final = tuple(
    linear_map(
        f"SqueezeBackward{number}",
        lambda array, dims: np.squeeze(array, axis=tuple([dim for dim in dims if array.shape[dim] == 1])),
        lambda grad, self_sym_sizes: np.reshape(grad, self_sym_sizes),
    )
    for number in (3, 4, 5)
)


def _reshape_in_place(target: Tensor, operation: Callable[..., Tensor], *arguments: Any) -> Tensor:
    """Let `target` itself show its memory in another shape."""
    recorded = is_recorded(target)
    target._shared_array()
    result = operation(stand_in(target) if recorded else target, *arguments)
    target._version_counter().value += 1
    target._array = result._array
    if result._node is not None:
        succeed(target, result._node)
    refresh(target, target=target)
    return target


def t_(input: Tensor) -> Tensor:
    """Transpose a matrix in place (torch.Tensor.t_). Raises RuntimeError beyond two dimensions."""
    if input._array.ndim > 2:
        raise RuntimeError(f"t_() expects a tensor with <= 2 dimensions, but self is {input._array.ndim}D")
    return _reshape_in_place(input, _t)


def transpose_(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Exchange two dimensions in place (torch.Tensor.transpose_)."""
    return _reshape_in_place(input, _transpose, input._dimension(dim0), input._dimension(dim1))


def unsqueeze_(input: Tensor, dim: int) -> Tensor:
    """Insert a dimension of size one in place (torch.Tensor.unsqueeze_)."""
    bound = input._array.ndim + 1
    if not -bound <= dim < bound:
        raise errors.dimension_out_of_range(dim, bound)
    return _reshape_in_place(input, _unsqueeze, dim % bound)


def as_strided_(input: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """Show the tensor's memory in another shape, with other strides, in place (torch.Tensor.as_strided_)."""
    restrided = partial(as_strided, node_class=AsStridedBackward1)
    return _reshape_in_place(input, restrided, size, stride, storage_offset)


def squeeze_(input: Tensor, dim: Any = None) -> Tensor:
    """Drop dimensions of size one, all or those of `dim`, in place (torch.Tensor.squeeze_)."""
    if dim is None:
        return _reshape_in_place(input, _SQUEEZES[0], tuple(range(input._array.ndim)))
    found = dimensions(input, dim) if dim != () else ()
    return _reshape_in_place(input, _SQUEEZES[2 if isinstance(dim, (tuple, list)) else 1], found)
