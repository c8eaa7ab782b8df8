"""Indexing with square brackets: views for integers, slices, None and ...; copies for index tensors and masks."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes, modes
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import record
from gradcli.engine.ops.maps import Map, linear_map, values_of
from gradcli.engine.ops.shape import alias, unsqueeze
from gradcli.engine.tensor import Tensor, wrap
from gradcli.engine.views import as_view

_state: Final = modes.state

# Views.


def _at(dim: int, key: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * dim, key, ...)


def _placed(array: Any, input_sizes: Any, key: tuple[Any, ...]) -> Any:
    result = dtypes.zeros_beside(array, tuple(input_sizes))
    result[key] = array
    return result


_select: Map = linear_map(
    "SelectBackward0",
    lambda array, dim, index: array[_at(dim, index)],
    lambda grad, dim, index, self_sym_sizes: _select_backward(grad, self_sym_sizes, dim, index),
    view=True,
    place=lambda dim, index, sizes: _at(dim, index),
)
_select_backward: Map = linear_map(
    "SelectBackwardBackward0",
    lambda array, input_sizes, dim, index: _placed(array, input_sizes, _at(dim, index)),
    lambda grad, dim, index: _select(grad, dim, index),
)
_slice: Map = linear_map(
    "SliceBackward0",
    lambda array, dim, start, end, step: array[_at(dim, slice(start, end, step))],
    lambda grad, dim, start, end, step, self_sym_sizes: _slice_backward(grad, self_sym_sizes, dim, start, end, step),
    view=True,
    place=lambda dim, start, end, step, sizes: _at(dim, slice(start, end, step)),
)
_slice_backward: Map = linear_map(
    "SliceBackwardBackward0",
    lambda array, input_sizes, dim, start, end, step: _placed(array, input_sizes, _at(dim, slice(start, end, step))),
    lambda grad, dim, start, end, step: _slice(grad, dim, start, end, step),
)


def select(input: Tensor, dim: int, index: Any) -> Tensor:
    """The slice at `index` of a dimension, as a view without that dimension (torch.select)."""
    if input._array.ndim == 0:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    at = input._dimension(dim)
    size = input._array.shape[at]
    position = operator.index(index)
    if not -size <= position < size:
        raise IndexError(
            f"select(): index {position} out of range for tensor of size {list(input._array.shape)} at dimension {at}"
        )
    return _select(input, at, position % size)  # type: ignore[no-any-return]


def narrow(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """`length` slices from `start` on, as a view (torch.narrow). Raises RuntimeError beyond the end."""
    if input._array.ndim == 0:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    at = input._dimension(dim)
    size = input._array.shape[at]
    if isinstance(start, Tensor) and (start._array.ndim or start.dtype.category != dtypes.INTEGER):
        raise RuntimeError("start must be an 0-dim integral Tensor.")
    first = int(start)
    if not -size <= first <= size:
        raise IndexError(f"start out of range (expected to be in range of [{-size}, {size}], but got {first})")
    first = first + size if first < 0 else first
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if first + length > size:
        raise RuntimeError(f"start ({first}) + length ({length}) exceeds dimension size ({size}).")
    return _slice(input, at, first, first + length, 1)  # type: ignore[no-any-return]


def sliced(input: Tensor, dim: int, start: int, end: int, step: int = 1) -> Tensor:
    """`input[start:end:step]` along a dimension, as a view."""
    return _slice(input, dim, start, end, step)  # type: ignore[no-any-return]


# Index tensors.


def _accumulated(array: Any, input_sizes: Any, key: tuple[Any, ...]) -> Any:
    result = dtypes.zeros_beside(array, tuple(input_sizes))
    np.add.at(result, key, array)
    return result


_indexed: Map = linear_map(
    "IndexBackward0",
    lambda array, key: array[key],
    lambda grad, key, self_sym_sizes: _index_put(grad, self_sym_sizes, key),
)
_index_put: Map = linear_map("IndexPutBackward0", _accumulated, lambda grad, key: _indexed(grad, key))
_IndexBackward0 = derivative(
    "IndexBackward0",
    saves=("indices",),
    self=lambda grad, indices, sizes: _index_put(grad, sizes, key_of(indices)),
)
_IndexPutBackward0 = derivative(
    "IndexPutBackward0",
    saves=("indices",),
    self=lambda grad, indices, accumulate: grad if accumulate else _zeroed(grad, key_of(indices)),
    values=lambda grad, indices: _indexed(grad, key_of(indices)),
)
_zeroed: Map = linear_map(
    "IndexPutBackward0",
    lambda array, key: _with(array, key, 0),
    lambda grad, key: _zeroed(grad, key),
)


OF_NOTHING: Final = "index is out of bounds for dimension with size 0"


def key_of(indices: tuple[Any, ...]) -> tuple[Any, ...]:
    """NumPy's index for index tensors, None standing for a whole dimension."""
    return tuple(slice(None) if each is None else _places(values_of(each)) for each in indices)


def _places(index: Any) -> Any:
    """An index array; one of bytes is a mask."""
    return index.astype(bool) if index.dtype == np.uint8 else index


def _with(array: Any, key: Any, values: Any) -> Any:
    result = np.copy(array, subok=True)
    result[key] = values
    return result


def index_put(input: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """A copy with `values` put, or added with `accumulate`, where index tensors say (torch.index_put)."""
    key = key_of(tuple(indices))
    array = np.copy(input._array, subok=True)
    if input.dtype is not values.dtype:
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{input.dtype.word} for the destination and {values.dtype.word} for the source."
        )
    if not array.size and array.ndim and array.shape[0] == 0 and any(np.size(each) for each in key[:1]):
        raise IndexError(OF_NOTHING)
    try:
        if accumulate:
            np.add.at(array, key, values._array)
        else:
            array[key] = values._array
    except ValueError:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(values._array.shape)} cannot be broadcast to indexing result "
            f"of shape {list(array[key].shape)}"
        ) from None
    result = record(_IndexPutBackward0, array, (input, values), (accumulate,), indices=tuple(indices))
    shape = array[key].shape
    if result._node is not None and values._array.shape != shape:
        result._node.expected = (None, (values._array.shape, None))
    return result


# The brackets.


def getitem(input: Tensor, index: Any) -> Tensor:
    """`input[index]` (torch.Tensor.__getitem__), recorded step by step as torch does.

    Raises IndexError, ValueError and TypeError in torch's words.
    """
    kind = index.__class__
    if kind is tuple and not (input._requires_grad and _state.enabled) and names_entry(index):
        array = input._array
        if len(index) == array.ndim and type(array) is np.ndarray:
            try:
                return as_view(wrap(array[(*index, ...)], input.dtype), input)
            except IndexError:  # which the steps below word
                pass
    if kind is int:
        return _selected(input, 0, index)
    if kind is slice:
        if input._array.ndim == 0:
            raise IndexError("slice() cannot be applied to a 0-dim tensor.")
        return _slice_of(input, 0, index, always=True)
    if index is None:
        return unsqueeze(input, 0)
    if index is Ellipsis:
        return alias(input)
    return _through(input, [_prepared(each) for each in keys_of(index)])


def names_entry(index: tuple[Any, ...]) -> bool:
    """Whether an index is of Python's whole numbers alone."""
    return _WHOLE.issuperset(map(type, index))


_WHOLE: Final = frozenset({int})
LISTS: Final = (
    "Using a non-tuple sequence for multidimensional indexing is deprecated and will be changed in pytorch 2.9; use "
    "x[tuple(seq)] instead of x[seq]. In pytorch 2.9 this will be interpreted as tensor index, x[torch.tensor(seq)], "
    "which will result either in an error or a different result"
)


BYTES: Final = "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead."


def keys_of(index: Any) -> Sequence[Any]:
    """The keys of an index, one for each dimension: those of a tuple, and, with a warning, those of a list of fewer
    than 32 that holds anything but numbers."""
    if isinstance(index, tuple):
        return index
    if isinstance(index, list) and len(index) < 32 and any(map(_is_key, index)):
        warnings.warn(LISTS, UserWarning, stacklevel=4)
        return index
    return (index,)


def _is_key(element: Any) -> bool:
    return element is None or element is Ellipsis or isinstance(element, (Tensor, Sequence, slice, np.ndarray))


def _prepared(key: Any) -> Any:
    """A list or array as an index tensor; everything else as it is. Raises TypeError on what is no index."""
    if isinstance(key, (list, tuple, range)):
        array = np.array([each.item() if isinstance(each, Tensor) else each for each in key])
        return wrap(array.astype(np.int64) if array.size == 0 else array)
    if isinstance(key, np.ndarray):
        return wrap(key)
    if isinstance(key, str):
        raise TypeError(f"new(): invalid data type {type(key).__name__!r}")
    return key


def _consumed(key: Any) -> int:
    """How many dimensions a key uses up."""
    if key is None or key is Ellipsis or isinstance(key, bool):
        return 0
    if isinstance(key, Tensor) and key.dtype in (dtypes.bool_, dtypes.uint8):
        return int(key._array.ndim)
    return 1


def resolved(input: Tensor, key: Any) -> tuple[Tensor, tuple[Tensor | None, ...]]:
    """What `input[key] = …` writes to: a view of the input, and the index tensors that apply to the view."""
    return _followed(input, [_prepared(each) for each in keys_of(key)])


def _through(input: Tensor, keys: list[Any]) -> Tensor:
    result, tensors = _followed(input, keys)
    if not tensors:
        return alias(result) if result is input else result
    return _by_tensors(result, tensors)


def _followed(input: Tensor, keys: list[Any]) -> tuple[Tensor, tuple[Tensor | None, ...]]:
    wanted = sum(_consumed(key) for key in keys)
    if wanted > input._array.ndim:
        raise IndexError(f"too many indices for tensor of dimension {input._array.ndim}")
    result, dim, taken = input, 0, 0
    tensors: list[Tensor | None] = []
    for key in keys:
        if key is Ellipsis:
            dim += input._array.ndim - wanted
            taken += input._array.ndim - wanted
        elif key is None:
            result, dim = unsqueeze(result, dim), dim + 1
        elif isinstance(key, slice):
            result, dim, taken = _slice_of(result, dim, key), dim + 1, taken + 1
        elif isinstance(key, bool) or (_is_flag(key)):
            result = unsqueeze(result, dim)
            _note(tensors, dim, wrap(np.arange(1 if bool(key) else 0)))
            dim += 1
        elif isinstance(key, Tensor):
            if key._array.ndim == 0 and key.dtype.category == dtypes.INTEGER:
                result, taken = _selected(result, dim, int(key._array), taken), taken + 1
            else:
                dim, taken = _index_tensor(result, tensors, dim, key), taken + _consumed(key)
        else:
            result, taken = _selected(result, dim, _integer(key), taken), taken + 1
    return result, tuple(tensors)


def _is_flag(key: Any) -> bool:
    return isinstance(key, Tensor) and key._array.ndim == 0 and key.dtype in (dtypes.bool_, dtypes.uint8)


def _integer(key: Any) -> int:
    try:
        return operator.index(key)
    except TypeError:
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got "
            f"{type(key).__name__})"
        ) from None


def no_dimensions() -> IndexError:
    """A 0-dim tensor was indexed with a number."""
    return IndexError(
        "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
        "0-dim tensor "
        "to a number"
    )


def _selected(value: Tensor, dim: int, index: int, shown: int = 0) -> Tensor:
    """The slice at `index`; `shown` is the dimension that an error names, as counted before the other keys."""
    if value._array.ndim == 0:
        raise no_dimensions()
    size = value._array.shape[dim]
    if not -size <= index < size:
        raise IndexError(f"index {index} is out of bounds for dimension {shown} with size {size}")
    return _select(value, dim, index % size)  # type: ignore[no-any-return]


def _slice_of(value: Tensor, dim: int, key: slice, always: bool = False) -> Tensor:
    if key.step is not None and key.step == 0:
        raise ValueError("slice step cannot be zero")
    if key.step is not None and key.step < 0:
        raise ValueError("step must be greater than zero")
    size = value._array.shape[dim]
    start, stop, step = key.indices(size)
    if not always and (start, stop, step) == (0, size, 1):
        return value
    return _slice(value, dim, start, max(start, stop), step)  # type: ignore[no-any-return]


def _note(tensors: list[Tensor | None], dim: int, index: Tensor) -> None:
    tensors.extend([None] * (dim - len(tensors)))
    tensors.append(index)


def _index_tensor(value: Tensor, tensors: list[Tensor | None], dim: int, key: Tensor) -> int:
    """Note what an index tensor takes from dimension `dim` on; returns the next dimension. A mask becomes the indices
    where it holds."""
    if key.dtype.is_floating_point:
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    shape = value._array.shape
    if key.dtype in (dtypes.bool_, dtypes.uint8):
        if key.dtype is dtypes.uint8:
            warnings.warn(BYTES, UserWarning, stacklevel=4)
        mask = key._array.astype(bool)
        for i, size in enumerate(mask.shape):
            if size != shape[dim + i]:
                raise IndexError(
                    f"The shape of the mask {list(mask.shape)} at index {i} does not match the shape of the indexed "
                    "tensor "
                    f"{list(shape)} at index {dim + i}"
                )
        for indices in np.nonzero(mask):
            _note(tensors, dim, wrap(indices))
            dim += 1
        return dim
    size = shape[dim]
    indices = key._array
    if not size and indices.size:
        raise IndexError(OF_NOTHING)
    outside = (indices < -size) | (indices >= size)
    if np.any(outside):
        raise IndexError(
            f"index {np.ravel(indices)[np.ravel(outside)][0]} is out of bounds for dimension {dim} with size {size}"
        )
    _note(tensors, dim, key)
    return dim + 1


def _by_tensors(value: Tensor, indices: tuple[Tensor | None, ...]) -> Tensor:
    arrays = key_of(indices)
    try:
        array = value._array[arrays]
    except IndexError:
        shapes = ", ".join(str(list(each._array.shape)) for each in indices if each is not None)
        raise IndexError(
            f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}"
        ) from None
    if value._array.flags.c_contiguous and not array.flags.c_contiguous:
        array = array.copy()
    return record(_IndexBackward0, array, (value,), (value._array.shape,), indices=indices)
