"""Gathering and scattering: elements taken from, or put to, where index tensors and masks say."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes, errors
from gradcli.engine.left_out import unsupported
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import no_derivative, record
from gradcli.engine.ops.maps import Map, linear_map, values_of
from gradcli.engine.tensor import Tensor, wrap

# The index arrays travel as attributes; the public operations save them as tensors.


def along(index: Any, dim: int) -> tuple[Any, ...]:
    """The NumPy index that takes, at each place of `index`, the element which it names along `dim`."""
    if np.ndim(index) == 0:
        return (index,)
    key = list(np.ogrid[tuple(slice(size) for size in index.shape)])
    key[dim] = index
    return tuple(key)


def _taken(array: Any, dim: int, index: Any) -> Any:
    if not np.size(index):
        return np.empty(np.shape(index), array.dtype)
    return np.reshape(array, (-1,))[index] if np.ndim(array) == 0 else array[along(index, dim)]


def _added(array: Any, dim: int, index: Any, input_sizes: Any) -> Any:
    result = dtypes.zeros_beside(array, tuple(input_sizes))
    if not np.size(index):
        return result
    if result.ndim == 0:
        return result + np.sum(array)
    part = array[tuple(slice(size) for size in index.shape)]
    np.add.at(result, along(index, dim), part)
    return result


gathered: Map = linear_map(
    "GatherBackward0",
    _taken,
    lambda grad, dim, index, self_sym_sizes: scattered(grad, dim, index, self_sym_sizes),
)
"""`gathered(value, dim, index)`: gather for rules, with the index as an array."""

scattered: Map = linear_map(
    "ScatterAddBackward0",
    _added,
    lambda grad, dim, index: gathered(grad, dim, index),
)
"""`scattered(value, dim, index, sizes)`: zeros with the values added where the index says; the adjoint of
`gathered`."""

_selected: Map = linear_map(
    "IndexSelectBackward0",
    lambda array, dim, index: np.take(array, index, axis=dim) if np.ndim(array) else array,
    lambda grad, dim, index, self_sym_sizes: _selection_added(grad, dim, index, self_sym_sizes),
)


def _summed_selection(array: Any, dim: int, index: Any, input_sizes: Any) -> Any:
    result = dtypes.zeros_beside(array, tuple(input_sizes))
    if result.ndim == 0:
        return result + np.sum(array)
    np.add.at(result, (slice(None),) * dim + (index,), array)
    return result


_selection_added: Map = linear_map(
    "IndexAddBackward0", _summed_selection, lambda grad, dim, index: _selected(grad, dim, index)
)
_zero_at: Map = linear_map(
    "IndexFillBackward0",
    lambda array, dim, index: _filled(array, dim, index),
    lambda grad, dim, index: _zero_at(grad, dim, index),
)
_zero_scattered: Map = linear_map(
    "ScatterBackward1",
    lambda array, dim, index: _put(array, dim, index, 0),
    lambda grad, dim, index: _zero_scattered(grad, dim, index),
)


def _filled(array: Any, dim: int, index: Any, value: Any = 0) -> Any:
    result = np.copy(array, subok=True)
    result[(slice(None),) * dim + (index,) if result.ndim else ...] = value
    return result


def _put(array: Any, dim: int, index: Any, values: Any) -> Any:
    result = np.copy(array, subok=True)
    if not np.size(index):
        return result
    if result.ndim == 0:
        result[...] = np.reshape(values, (-1,))[-1] if np.size(index) else result
    else:
        result[along(index, dim)] = values if np.ndim(values) == 0 else values[tuple(slice(n) for n in index.shape)]
    return result


def _checked_index(
    function: str,
    index: Tensor,
) -> Any:
    if index.dtype not in (dtypes.int32, dtypes.int64) and index._array.size:
        raise RuntimeError(f"{function}(): Expected dtype int32/int64 for index")
    return index._array


def _in_bounds(index: Any, size: int, dim: int) -> Any:
    """The index array. Raises RuntimeError where it points outside."""
    wrong = (index < 0) | (index >= size)
    if np.any(wrong):
        first = np.ravel(index)[np.ravel(wrong)][0]
        raise RuntimeError(f"index {first} is out of bounds for dimension {dim} with size {size}")
    return index


def _in_range(index: Any, size: int, dim: int) -> None:
    """Raise IndexError where an index, perhaps from the end, points outside."""
    wrong = (index < -size) | (index >= size)
    if np.any(wrong):
        first = np.ravel(index)[np.ravel(wrong)][0]
        raise IndexError(f"index {first} is out of bounds for dimension {dim} with size {size}")


def _size(input: Tensor, dim: int) -> int:
    return int(input._array.shape[dim]) if input._array.ndim else 1


def _to_scattered(node: str, grad: Any, sizes: tuple[int, ...]) -> Any:
    """The gradient of what was scattered. Raises RuntimeError where the index did not name all of it."""
    if tuple(grad.shape) != sizes:
        raise RuntimeError(
            f"Function {node} returned an invalid gradient at index 1 - got {list(grad.shape)} but expected shape "
            f"compatible with {list(sizes)}"
        )
    return grad


def _check_dtypes_alike(input: Tensor, src: Tensor) -> None:
    if input.dtype is not src.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")


_IndexSelectBackward0 = derivative(
    "IndexSelectBackward0",
    saves=("index",),
    self=lambda grad, index, dim, sizes: _selection_added(grad, dim, values_of(index), sizes),
)
_GatherBackward0 = derivative(
    "GatherBackward0",
    saves=("index", "self"),
    self=lambda grad, index, dim, sizes: scattered(grad, dim, values_of(index), sizes),
)
_ScatterBackward0 = derivative(
    "ScatterBackward0",
    saves=("index",),
    self=lambda grad, index, dim: _zero_scattered(grad, dim, values_of(index)),
    src=lambda grad, index, dim, sizes: _to_scattered("ScatterBackward0", gathered(grad, dim, values_of(index)), sizes),
)
_ScatterBackward1 = derivative(
    "ScatterBackward1",
    saves=("index",),
    self=lambda grad, index, dim: _zero_scattered(grad, dim, values_of(index)),
)
_ScatterAddBackward0 = derivative(
    "ScatterAddBackward0",
    saves=("index",),
    self=lambda grad: grad,
    src=lambda grad, index, dim, sizes: _to_scattered(
        "ScatterAddBackward0", gathered(grad, dim, values_of(index)), sizes
    ),
)
_IndexAddBackward0 = derivative(
    "IndexAddBackward0",
    saves=("index",),
    self=lambda grad: grad,
    source=lambda grad, index, source, dim, alpha: _selected(grad, dim, values_of(index)) * alpha,
)
_IndexFillBackward0 = derivative(
    "IndexFillBackward0", saves=("index",), self=lambda grad, index, dim: _zero_at(grad, dim, values_of(index))
)
_IndexFillBackward1 = derivative(
    "IndexFillBackward1",
    saves=("index",),
    self=lambda grad, index, dim: _zero_at(grad, dim, values_of(index)),
    value=lambda grad, index, dim: np.sum(_selected(grad, dim, np.unique(values_of(index)))),
)
_IndexCopyBackward0 = derivative(
    "IndexCopyBackward0",
    saves=("index",),
    self=lambda grad, index, dim: _zero_at(grad, dim, values_of(index)),
    source=lambda grad, index, source, dim: _selected(grad, dim, values_of(index)),
)
_TakeBackward0 = derivative(
    "TakeBackward0",
    saves=("index", "self"),
    self=lambda grad, index, sizes: np.reshape(
        _selection_added(np.reshape(grad, (-1,)), 0, np.ravel(values_of(index)), (int(np.prod(sizes)),)), sizes
    ),
)


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices along `dim` that a vector of indices names (torch.index_select)."""
    at = input._dimension(dim)
    if index.dtype not in (dtypes.int64, dtypes.int32):
        raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
    if index._array.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    indices = index._array
    if not input._array.size and input._array.shape[at] == 0 and indices.size:
        raise RuntimeError("index_select(): self indexing axis dim should be positive")
    if np.any((indices < 0) | (indices >= _size(input, at))):
        raise IndexError("index out of range in self")
    array = np.take(input._array, np.atleast_1d(indices), axis=at) if input._array.ndim else input._array
    return record(_IndexSelectBackward0, array, (input,), (at, input._array.shape), index=index)


def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    """`out[i][j] = input[index[i][j]][j]` for `dim` 0, and so on (torch.gather)."""
    if sparse_grad and input.requires_grad:
        raise unsupported("gather with sparse_grad=True", "its tensors are dense")
    at = input._dimension(dim)
    indices = _checked_index("gather", index)
    if max(indices.ndim, 1) != max(input._array.ndim, 1) and indices.size:
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    if indices.size:
        _check_fitting(indices, input, at)
    array = _taken(input._array, at, _in_bounds(indices, _size(input, at), at))
    return record(_GatherBackward0, array, (input,), (at, input._array.shape), index=index)


def _check_fitting(index: Any, input: Tensor, dim: int) -> None:
    """Raise RuntimeError where the index reaches further than the tensor along another dimension."""
    own = input._array.shape
    if not own or not index.ndim:
        return
    if any(index.shape[i] > size for i, size in enumerate(own) if i != dim):
        raise RuntimeError(
            f"Size does not match at dimension {next(i for i, n in enumerate(own) if i != dim and index.shape[i] > n)} "
            f"expected index {list(index.shape)} to be no larger than self {list(own)} apart from dimension {dim}"
        )


def take(input: Tensor, index: Tensor) -> Tensor:
    """The elements of the flattened tensor that `index` names, in its shape (torch.take)."""
    if index.dtype is not dtypes.int64:
        raise RuntimeError(f"take(): Expected a long tensor for index, but got {index.dtype.word}")
    size = input._array.size
    if not size and index._array.size:
        raise IndexError("take(): tried to take from an empty tensor")
    wrong = (index._array < -size) | (index._array >= size)
    if np.any(wrong):
        first = np.ravel(index._array)[np.ravel(wrong)][0]
        raise IndexError(f"out of range: tried to access index {first} on a tensor of {size} elements.")
    array = np.reshape(input._array, (-1,))[index._array]
    return record(_TakeBackward0, array, (input,), (input._array.shape,), index=index)


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """`gather` with broadcasting, of the flattened tensor without `dim` (torch.take_along_dim)."""
    from gradcli.engine.ops.shape import expand, reshape

    if dim is None:
        return take_along_dim(reshape(input, (-1,)), reshape(indices, (-1,)), 0)
    if not input._array.ndim:
        raise errors.no_dimensions(dim)
    at = input._dimension(dim)
    if indices.dtype is not dtypes.int64:
        raise RuntimeError(f"torch.take_along_dim(): dtype of indices should be Long but got {indices.dtype.word}")
    if input._array.ndim != indices._array.ndim:
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, but got "
            f"{input._array.ndim} dimensions for input, and {indices._array.ndim} dimensions for indices"
        )
    shape = list(
        np.broadcast_shapes(
            tuple(1 if i == at else n for i, n in enumerate(input._array.shape)),
            tuple(1 if i == at else n for i, n in enumerate(indices._array.shape)),
        )
    )
    of_input = [input._array.shape[at] if i == at else n for i, n in enumerate(shape)]
    of_index = [indices._array.shape[at] if i == at else n for i, n in enumerate(shape)]
    wanted = indices._array
    counted = np.where(wanted < 0, wanted + input._array.shape[at], wanted)
    return gather(expand(input, of_input), at, wrap(np.broadcast_to(counted, of_index)))


def scatter(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Any = None,
    *,
    value: Any = None,
    reduce: str | None = None,
) -> Tensor:
    """A copy with `src` (a tensor or a number) written where the index says (torch.scatter)."""
    at = input._dimension(dim)
    source = src if value is None else value
    _check_ranks(input, index, source)
    indices = _in_bounds(_checked_index("scatter", index), _size(input, at), at)
    if reduce is not None:
        return _scattered_into(reduce, input, at, indices, source)
    if isinstance(source, Tensor):
        _check_dtypes_alike(input, source)
        array = _put(input._array, at, indices, source._array)
        return record(_ScatterBackward0, array, (input, source), (at, source._array.shape), index=index)
    return record(_ScatterBackward1, _put(input._array, at, indices, source), (input,), (at,), index=index)


def _check_ranks(input: Tensor, index: Tensor, src: Any) -> None:
    if not index._array.size:
        return
    for name, each in (("self", input), ("src", src)):
        if isinstance(each, Tensor) and max(index._array.ndim, 1) != max(each._array.ndim, 1):
            raise RuntimeError(f"Index tensor must have the same number of dimensions as {name} tensor")


_BY_WORD: Final = {"add": np.add, "multiply": np.multiply}


def _scattered_into(reduce: str, input: Tensor, dim: int, index: Any, source: Any) -> Tensor:
    """The sums or products of what was there and what is scattered. Torch has no derivative for it."""
    if reduce not in _BY_WORD:
        raise RuntimeError("reduce argument must be either add or multiply.")
    result = np.array(input._array, ndmin=1)
    values = source._array if isinstance(source, Tensor) else input.dtype.scalar(source)
    if np.ndim(values):
        values = values[tuple(slice(n) for n in index.shape)]
    _BY_WORD[reduce].at(result, along(np.atleast_1d(index), dim), values)
    return record(no_derivative("scatter"), np.reshape(result, input._array.shape)[()], (input, source))


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """A copy with `src` added where the index says (torch.scatter_add)."""
    at = input._dimension(dim)
    _check_ranks(input, index, src)
    indices = _in_bounds(_checked_index("scatter_add", index), _size(input, at), at)
    _check_dtypes_alike(input, src)
    array = input.dtype.cast(input._array + _added(src._array, at, indices, input._array.shape))
    return record(_ScatterAddBackward0, array, (input, src), (at, src._array.shape), index=index)


def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """A copy with `alpha * source` added to the slices along `dim` that `index` names (torch.index_add)."""
    at = input._dimension(dim)
    if input.dtype is not source.dtype:
        raise RuntimeError(
            f"index_add_(): self ({input.dtype.word}) and source ({source.dtype.word}) must have the same scalar type"
        )
    count, shape = index._array.size, source._array.shape
    if shape and len(shape) == input._array.ndim and count != shape[at]:
        raise RuntimeError(
            f"index_add_(): Number of indices ({count}) should be equal to source.size(dim): ({shape[at]}), for "
            f"dim: {at}"
        )
    own = input._array.shape
    if (*own[:at], *own[at + 1 :]) != (*shape[:at], *shape[at + 1 :]):
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = "
            f"{list(own)} source.shape = {list(shape)}"
        )
    _in_range(index._array, _size(input, at), at)
    added = _summed_selection(source._array, at, index._array, input._array.shape)
    array = input.dtype.cast(input._array + added * np.asarray(alpha).astype(input.dtype.numpy))
    return record(_IndexAddBackward0, array, (input, source), (at, alpha), index=index)


def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """A copy with `value` in the slices along `dim` that `index` names (torch.index_fill)."""
    at = input._dimension(dim)
    if index.dtype is not dtypes.int64:
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    if index._array.ndim > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    if isinstance(value, Tensor) and value._array.ndim:
        raise RuntimeError(
            "index_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value._array.ndim} dimension(s)."
        )
    _in_range(index._array, _size(input, at), at)
    array = _filled(input._array, at, index._array, values_of(value))
    if isinstance(value, Tensor):
        return record(_IndexFillBackward1, array, (input, value), (at,), index=index)
    return record(_IndexFillBackward0, array, (input,), (at,), index=index)


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """A copy with `source` in the slices along `dim` that `index` names (torch.index_copy)."""
    at = input._dimension(dim)
    _check_copied(input, at, index, source)
    copied = source._array if source._array.ndim else source._array.reshape((1,) * min(input._array.ndim, 1))
    array = _filled(input._array, at, np.atleast_1d(index._array), copied)
    return record(_IndexCopyBackward0, array, (input, source), (at,), index=index)


def _check_copied(input: Tensor, dim: int, index: Tensor, source: Tensor) -> None:
    own, given = input._array.shape, source._array.shape
    if index._array.ndim > 1:
        raise IndexError(f"index_copy_(): Index should have dimension 1 or 0 (got {index._array.ndim})")
    if (*own[:dim], *own[dim + 1 :]) != (*given[:dim], *given[dim + 1 :]):
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: "
            f"{_listed(own, dim)} at dimension {dim} and source slice shape: {_listed(given, dim)} at dimension {dim}."
        )
    if input.dtype is not source.dtype:
        raise RuntimeError(
            "index_copy_(): self and source expected to have the same dtype, but got (self) "
            f"{input.dtype.word} and (source) {source.dtype.word}"
        )
    if given and given[dim] != index._array.size:
        raise IndexError(
            f"index_copy_(): Number of indices ({index._array.size}) should be equal to source.size(dim) ({given[dim]})"
        )
    size = _size(input, dim)
    outside = index._array[(index._array < 0) | (index._array >= size)]
    if outside.size:
        raise IndexError(f"index_copy_(): index {outside[0]} is out of bounds for dimension {dim} with size {size}")


def _listed(sizes: tuple[int, ...], dim: int) -> str:
    """The sizes without a dimension, as torch's C++ writes them."""
    return " ".join(str(size) for size in (*sizes[:dim], *sizes[dim + 1 :]))
