"""Shapes: operations whose result shares its argument's memory wherever that is possible."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.broadcasting import sum_to
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import record
from gradcli.engine.ops.maps import Map, dimensions, linear_map, named_sizes
from gradcli.engine.tensor import Tensor, wrap

VIEW_INCOMPATIBLE: Final = (
    "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
    "contiguous "
    "subspaces). Use .reshape(...) instead."
)

_view: Map = linear_map(
    "ViewBackward0",
    lambda array, size: np.reshape(array, size),
    lambda grad, self_sym_sizes: np.reshape(grad, self_sym_sizes),
    view=True,
)
_reshape_alias: Map = linear_map(
    "ReshapeAliasBackward0",
    lambda array, size: np.reshape(array, size),
    lambda grad, self_sym_sizes: np.reshape(grad, self_sym_sizes),
    view=True,
)
_unsafe_view: Map = linear_map(
    "UnsafeViewBackward0",
    lambda array, size: np.reshape(array, size),
    lambda grad, self_sym_sizes: np.reshape(grad, self_sym_sizes),
)
_clone: Map = linear_map("CloneBackward0", lambda array: array.copy(), lambda grad: grad)
_clone_as_laid_out: Map = linear_map(
    "CloneBackward0",
    lambda array: array.copy(order="K") if isinstance(array, np.ndarray) else array.copy(),
    lambda grad: grad,
)
_alias: Map = linear_map("AliasBackward0", lambda array: array[...], lambda grad: grad, view=True)
_unsqueeze: Map = linear_map(
    "UnsqueezeBackward0",
    lambda array, dim: np.expand_dims(array, dim),
    lambda grad, dim: np.squeeze(grad, axis=dim),
    view=True,
)
_squeeze_all: Map = linear_map(
    "SqueezeBackward0",
    lambda array: np.squeeze(array),
    lambda grad, self_sym_sizes: np.reshape(grad, self_sym_sizes),
    view=True,
)
_squeeze_dim: Map = linear_map(
    "SqueezeBackward1",
    lambda array, dim: _squeezed(array, (dim,)),
    lambda grad, self_sym_sizes: np.reshape(grad, self_sym_sizes),
    view=True,
)
_squeeze_dims: Map = linear_map(
    "SqueezeBackward2",
    lambda array, dim: _squeezed(array, dim),
    lambda grad, self_sym_sizes: np.reshape(grad, self_sym_sizes),
    view=True,
)
squeeze_of_product: Map = linear_map(
    "SqueezeBackward4",
    lambda array, dim: np.squeeze(array, axis=dim)[()],
    lambda grad, dim: np.expand_dims(grad, dim),
)
"""What torch's matmul does to a product with a vector on the left."""
_expand: Map = linear_map(
    "ExpandBackward0",
    lambda array, size: np.broadcast_to(array, size),
    lambda grad, self_sym_sizes: sum_to(grad, self_sym_sizes),
    view=True,
)
_transpose: Map = linear_map(
    "TransposeBackward0",
    lambda array, dim0, dim1: np.swapaxes(array, dim0, dim1) if array.ndim else array,
    lambda grad, dim0, dim1: transpose(grad, dim0, dim1) if isinstance(grad, Tensor) else _swapped(grad, dim0, dim1),
    view=True,
)
_t: Map = linear_map(
    "TBackward0",
    lambda array: array.T,
    lambda grad: t(grad) if isinstance(grad, Tensor) else grad.T,
    view=True,
)
_permute: Map = linear_map(
    "PermuteBackward0",
    lambda array, dims: np.transpose(array, dims),
    lambda grad, dims: np.transpose(grad, tuple(np.argsort(dims).tolist())),
    view=True,
)
_unfold: Map = linear_map(
    "UnfoldBackward0",
    lambda array, dimension, size, step: _windows(array, dimension, size, step),
    lambda grad, dimension, size, step, self_sym_sizes: _unfold_backward(grad, self_sym_sizes, dimension, size, step),
    view=True,
)
_unfold_backward: Map = linear_map(
    "UnfoldBackwardBackward0",
    lambda array, input_sizes, dim, size, step: _overlapped(array, input_sizes, dim, size, step),
    lambda grad, dim, size, step: _unfold(grad, dim, size, step),
)


def _squeezed(array: Any, dims: Sequence[int]) -> Any:
    return np.squeeze(array, axis=tuple(dim for dim in dims if array.ndim and array.shape[dim] == 1))


def _swapped(array: Any, dim0: int, dim1: int) -> Any:
    return np.swapaxes(array, dim0, dim1) if np.ndim(array) else array


def _windows(array: Any, dimension: int, size: int, step: int) -> Any:
    if not array.ndim:
        return np.reshape(array, (1,))[:size]
    writeable = bool(array.flags.writeable)
    windows = np.lib.stride_tricks.sliding_window_view(array, size, axis=dimension, writeable=writeable)
    return windows[(slice(None),) * dimension + (slice(None, None, step),)]


def _overlapped(array: Any, sizes: Sequence[int], dimension: int, size: int, step: int) -> Any:
    result = dtypes.zeros_beside(array, tuple(sizes))
    if not sizes:
        return result + np.sum(array)
    for offset in range(size):
        stop = offset + step * (array.shape[dimension] - 1) + 1
        result[(slice(None),) * dimension + (slice(offset, stop, step),)] += array[..., offset]
    return result


def copy_backwards(rules: type[Node]) -> type[Node]:
    """The node class CopyBackwards with some rules: torch writes it by hand, with a C++ name of its own."""

    def name(self: Node) -> str:
        return "torch::autograd::CopyBackwards"

    body = {"__slots__": (), "__doc__": "The derivative of a copy.", "name": name}
    return type("CopyBackwards", (rules,), body)


_CopyBackwards = copy_backwards(derivative("CopyBackwards", self=lambda grad: grad))


def copy_of_gradient(grad: Tensor) -> Tensor:
    """A recorded copy of a gradient, as the first `.grad` of a backward pass with create_graph."""
    return record(_CopyBackwards, grad._array.copy(), (grad,))


def sizes_from(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """The sizes of a call like `view(2, 3)`, `view((2, 3))` or `view(torch.Size([2, 3]))`."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        return tuple([int(each) for each in sizes[0]])
    return tuple([int(each) for each in sizes])


def _inferred(sizes: tuple[int, ...], numel: int) -> tuple[int, ...]:
    """`sizes` with a -1 replaced. Raises RuntimeError where they do not hold `numel` elements."""
    if sizes.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    for i, size in enumerate(sizes):
        if size < -1:
            raise RuntimeError(f"invalid shape dimension {size} at index {i} of shape {list(sizes)}")
    known = math.prod([size for size in sizes if size != -1])
    if -1 in sizes and known == 0 and numel == 0:
        raise RuntimeError(
            f"cannot reshape tensor of {numel} elements into shape {list(sizes)} because the unspecified dimension "
            "size -1 can be "
            "any value and is ambiguous"
        )
    if (not known or numel % known) if -1 in sizes else numel != known:
        raise RuntimeError(f"shape '{list(sizes)}' is invalid for input of size {numel}")
    return tuple([numel // known if size == -1 else size for size in sizes])


def _shares_as(array: Any, sizes: tuple[int, ...]) -> bool:
    """Whether the array has a view of that shape."""
    return bool(array.flags.c_contiguous or array.size == 0 or np.may_share_memory(array, np.reshape(array, sizes)))


@named_sizes("size")
def view(input: Tensor, *sizes: Any) -> Tensor:
    """The same memory in another shape, or, with a dtype, its bytes as numbers of that dtype (torch.Tensor.view).

    Raises RuntimeError where the strides do not permit it.
    """
    kind = dtypes.named(sizes[0]) if len(sizes) == 1 else None
    if isinstance(kind, dtypes.dtype):
        return _reinterpreted(input, kind)
    size = _inferred(sizes_from(sizes), input._array.size)
    if not _shares_as(input._shared_array(), size):
        raise RuntimeError(VIEW_INCOMPATIBLE)
    return _view(input, size)  # type: ignore[no-any-return]


def _reinterpreted(input: Tensor, dtype: dtypes.dtype) -> Tensor:
    """The bytes of a tensor as numbers of another dtype, outside the graph."""
    array, old = input._shared_array(), input.dtype
    apart = f"to view {old.word} as {dtype.word} (different element sizes)"
    if dtype.itemsize != old.itemsize:
        if not array.ndim:
            raise RuntimeError(f"self.dim() cannot be 0 {apart}")
        ratio, steps = dtype.itemsize // old.itemsize, stride(input)
        if ratio > 1:
            places = (
                ("self.size(-1)", array.shape[-1]),
                ("self.storage_offset()", storage_offset(input)),
                *((f"self.stride({i})", step) for i, step in enumerate(steps[:-1])),
            )
            for name, count in places:
                if count % ratio:
                    raise RuntimeError(f"{name} must be divisible by {ratio} {apart}, but got {count}")
        if steps[-1] != 1:
            raise RuntimeError(f"self.stride(-1) must be 1 {apart}, but got {steps[-1]}")
    viewed = wrap(array.view(dtype.numpy), dtype)
    viewed._counter = input._version_counter()
    return viewed


@named_sizes("shape")
def reshape(input: Tensor, *shape: Any) -> Tensor:
    """The same elements in another shape: a view where possible, else a copy (torch.reshape)."""
    size = _inferred(sizes_from(shape), input._array.size)
    array = input._shared_array()
    if array.flags.c_contiguous:
        return _view(input, size)  # type: ignore[no-any-return]
    if _shares_as(array, size):
        return _reshape_alias(input, size)  # type: ignore[no-any-return]
    return _unsafe_view(_clone(input), size)  # type: ignore[no-any-return]


def view_as(input: Tensor, other: Tensor) -> Tensor:
    """`input.view(other.shape)`."""
    return view(input, other.shape)


def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """`input.reshape(other.shape)`."""
    return reshape(input, other.shape)


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Dimensions `start_dim` to `end_dim` as one (torch.flatten)."""
    if input._array.ndim == 0:
        return reshape(input, (1,))
    first, last = input._dimension(start_dim), input._dimension(end_dim)
    if first > last:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if first == last:
        return input
    sizes = input._array.shape
    return reshape(input, (*sizes[:first], math.prod(sizes[first : last + 1]), *sizes[last + 1 :]))


def ravel(input: Tensor) -> Tensor:
    """All elements as one dimension (torch.ravel)."""
    input = contiguous(input)
    return reshape(input, (-1,)) if input._array.size else reshape(input, (0,))


def unflatten(input: Tensor, dim: int, sizes: Any) -> Tensor:
    """Dimension `dim` as several (torch.unflatten)."""
    at = input._dimension(dim)
    shape = input._array.shape
    split = _inferred(tuple(sizes), shape[at])
    return view(input, (*shape[:at], *split, *shape[at + 1 :]))


def squeeze(input: Tensor, dim: Any = None) -> Tensor:
    """Without the dimensions of size one, or without those of `dim` (torch.squeeze)."""
    if dim is None:
        return _squeeze_all(input)  # type: ignore[no-any-return]
    if isinstance(dim, (tuple, list)):
        return _squeeze_dims(input, dimensions(input, dim) if dim else ())  # type: ignore[no-any-return]
    return _squeeze_dim(input, input._dimension(dim))  # type: ignore[no-any-return]


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a dimension of size one at `dim` (torch.unsqueeze)."""
    bound = input._array.ndim + 1
    if not -bound <= dim < bound:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-bound}, {bound - 1}], but got {dim})")
    return _unsqueeze(input, dim % bound)  # type: ignore[no-any-return]


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged (torch.transpose)."""
    return _transpose(input, input._dimension(dim0), input._dimension(dim1))  # type: ignore[no-any-return]


def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """Two dimensions exchanged (torch.swapaxes)."""
    return transpose(input, axis0, axis1)


def t(input: Tensor) -> Tensor:
    """The transposed matrix; of a vector the vector (torch.t). Raises RuntimeError beyond two dimensions."""
    if input._array.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input._array.ndim}D")
    return _t(input)  # type: ignore[no-any-return]


@named_sizes("dims")
def permute(input: Tensor, *dims: Any) -> Tensor:
    """The dimensions in the order of `dims` (torch.permute)."""
    order = sizes_from(dims)
    ndim = input._array.ndim
    if len(order) != ndim:
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            "ordering of "
            f"dimensions i.e. input.dim() = {ndim} is not equal to len(dims) = {len(order)}"
        )
    found = tuple([input._dimension(dim) for dim in order])
    if len(set(found)) != ndim:
        raise RuntimeError("permute(): duplicate dims are not allowed.")
    return _permute(input, found)  # type: ignore[no-any-return]


def permuted(a: Tensor, axes: Any = None) -> Tensor:
    """NumPy's transpose of a Tensor: all dimensions reversed, or in the order of `axes`."""
    return permute(a, tuple(range(a._array.ndim))[::-1] if axes is None else tuple(axes))


def reversed_dimensions(input: Tensor) -> Tensor:
    """The dimensions in reverse (torch.Tensor.T)."""
    ndim = input._array.ndim
    if ndim == 0:
        warnings.warn(
            "Tensor.T is deprecated on 0-D tensors. This function is the identity in these cases.",
            UserWarning,
            stacklevel=3,
        )
    elif ndim != 2:
        warnings.warn(
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will "
            "throw an error in a future release. Consider `x.mT` to transpose batches of matrices or "
            "`x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor.",
            UserWarning,
            stacklevel=3,
        )
    return _permute(input, tuple(range(ndim))[::-1])  # type: ignore[no-any-return]


def matrix_transpose(input: Tensor, name: str = "mT") -> Tensor:
    """The last two dimensions exchanged (torch.Tensor.mT). Raises RuntimeError on less than two dimensions.

    `name` is the attribute of Tensor that an error names; the adjoint of a number is the number.
    """
    if name != "mT" and not input._array.ndim:
        return input
    if input._array.ndim < 2:
        raise RuntimeError(
            f"tensor.{name} is only supported on matrices or batches of matrices. Got {input._array.ndim}-D tensor."
        )
    return transpose(input, -2, -1)


def adjoint(input: Tensor) -> Tensor:
    """The transposed matrices: numbers here are real (torch.adjoint)."""
    return matrix_transpose(input, "adjoint()")


def _moved(input: Tensor, source: Any, destination: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where dimensions are moved from, and to. Raises RuntimeError where the two do not pair off."""
    given = [tuple(each) if isinstance(each, (tuple, list)) else (each,) for each in (source, destination)]
    if len(given[0]) != len(given[1]):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({list(given[0])} dims) should contain the same "
            f"number of dims as destination ({list(given[1])} dims)"
        )
    found = [tuple([input._dimension(dim) for dim in dims]) for dims in given]
    for word, named, dims in zip(("source", "destination"), given, found, strict=True):
        if len(set(dims)) != len(dims):
            raise RuntimeError(f"movedim: repeated dim in `{word}` ({list(named)})")
    return found[0], found[1]


def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """The dimensions of `source` moved to `destination` (torch.movedim)."""
    if input._array.ndim == 0:
        return alias(input)
    sources, destinations = _moved(input, source, destination)
    rest = [dim for dim in range(input._array.ndim) if dim not in sources]
    for to, dim in sorted(zip(destinations, sources, strict=True)):
        rest.insert(to, dim)
    return permute(input, rest)


@named_sizes("size")
def expand(input: Tensor, *sizes: Any) -> Tensor:
    """Broadcast to a larger shape, -1 keeping a dimension (torch.Tensor.expand). Raises RuntimeError where it does
    not fit."""
    target = sizes_from(sizes)
    shape = input._array.shape
    leading = len(target) - len(shape)
    if leading < 0:
        raise RuntimeError(
            f"expand({input.dtype.tensor_name}{{{list(shape)}}}, size={list(target)}): the number of sizes provided "
            f"({len(target)}) "
            f"must be greater or equal to the number of dimensions in the tensor ({len(shape)})"
        )
    found = []
    for i, size in enumerate(target):
        own = shape[i - leading] if i >= leading else 1
        if size == -1 and i < leading:
            raise RuntimeError(
                f"The expanded size of the tensor ({size}) isn't allowed in a leading, non-existing dimension {i}"
            )
        if size not in (-1, own) and own != 1:
            raise RuntimeError(
                f"The expanded size of the tensor ({size}) must match the existing size ({own}) at non-singleton "
                f"dimension {i}.  "
                f"Target sizes: {list(target)}.  Tensor sizes: {list(shape)}"
            )
        found.append(own if size == -1 else size)
    return _expand(input, tuple(found))  # type: ignore[no-any-return]


broadcast_to = expand


def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """`input.expand(other.shape)`."""
    return expand(input, other.shape)


def atleast_1d(*tensors: Any) -> Any:
    """Tensors of at least one dimension (torch.atleast_1d)."""
    return _each(tensors, lambda each: reshape(each, (1,)) if each._array.ndim == 0 else each)


def atleast_2d(*tensors: Any) -> Any:
    """Tensors of at least two dimensions, a vector as a row (torch.atleast_2d)."""

    def widened(each: Tensor) -> Tensor:
        if each._array.ndim == 0:
            return reshape(each, (1, 1))
        return unsqueeze(each, 0) if each._array.ndim == 1 else each

    return _each(tensors, widened)


def atleast_3d(*tensors: Any) -> Any:
    """Tensors of at least three dimensions (torch.atleast_3d)."""

    def widened(each: Tensor) -> Tensor:
        if each._array.ndim == 0:
            return reshape(each, (1, 1, 1))
        if each._array.ndim == 1:
            return unsqueeze(unsqueeze(each, 0), -1)
        return unsqueeze(each, -1) if each._array.ndim == 2 else each

    return _each(tensors, widened)


def _each(tensors: tuple[Any, ...], widened: Any) -> Any:
    if len(tensors) == 1 and isinstance(tensors[0], Tensor):
        return widened(tensors[0])
    several = tensors[0] if len(tensors) == 1 else tensors
    return tuple(widened(each) for each in several)


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """All windows of `size` along a dimension, `step` apart, as a new last dimension (torch.Tensor.unfold)."""
    at = input._dimension(dimension)
    _check_windows(at, size, step, input._array.shape[at] if input._array.ndim else 1)
    return _unfold(input, at, size, step)  # type: ignore[no-any-return]


def _check_windows(dimension: int, size: int, step: int, length: int) -> None:
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    if size > length:
        raise RuntimeError(f"maximum size for tensor at dimension {dimension} is {length} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")


def alias(input: Tensor) -> Tensor:
    """The same tensor, as a view (recorded as AliasBackward0)."""
    return _alias(input)  # type: ignore[no-any-return]


def clone(input: Tensor, *, memory_format: Any = None) -> Tensor:
    """A recorded copy, with the elements laid out as they were unless a format is asked for (torch.clone)."""
    copy = _clone_as_laid_out if memory_format is None else _clone
    return copy(input)  # type: ignore[no-any-return]


def contiguous(input: Tensor, memory_format: Any = None) -> Tensor:
    """The tensor itself where its elements lie in order, else a copy (torch.Tensor.contiguous)."""
    return input if is_contiguous(input) else _clone(input)


def unsafe_view(input: Tensor, size: tuple[int, ...]) -> Tensor:
    """A fresh result in another shape, as composite operations record it (UnsafeViewBackward0)."""
    return _unsafe_view(input, size)  # type: ignore[no-any-return]


def is_contiguous(input: Tensor) -> bool:
    """Whether the elements lie in order (torch.Tensor.is_contiguous)."""
    return bool(input._array.flags.c_contiguous)


def stride(input: Tensor, dim: int | None = None) -> Any:
    """How many elements apart neighbours lie, by dimension (torch.Tensor.stride)."""
    array = input._array
    if array.size or any(array.strides):
        strides = tuple(each // array.itemsize for each in array.strides)
        if 0 in strides:
            strides = _of_single_places(array.shape, strides)
    else:
        strides = tuple(math.prod(max(size, 1) for size in array.shape[i + 1 :]) for i in range(array.ndim))
    return strides if dim is None else strides[input._dimension(dim)]


def _of_single_places(shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[int, ...]:
    """Strides as torch says them: over a dimension of one place, NumPy's 0 is the extent of those that follow."""
    found = list(strides)
    for i in reversed(range(len(shape))):
        if shape[i] == 1 and not found[i]:
            found[i] = shape[i + 1] * found[i + 1] if i + 1 < len(shape) else 1
    return tuple(found)


def data_ptr(input: Tensor) -> int:
    """The address of the first element (torch.Tensor.data_ptr)."""
    return int(input._shared_array().ctypes.data)


def storage_offset(input: Tensor) -> int:
    """How many elements after its base's first element a view begins (torch.Tensor.storage_offset)."""
    base = (input._extras or {}).get("base")
    return 0 if base is None else (data_ptr(input) - data_ptr(base)) // input._array.itemsize
