"""Order: extrema, medians, sorting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine.node import derivative
from gradcli.engine.ops import selection
from gradcli.engine.ops.declare import need_tensor_first, record
from gradcli.engine.ops.gather import along, scattered
from gradcli.engine.ops.maps import dimensions, kept_shape, numpy_keywords, record_outputs, restored, values_of
from gradcli.engine.return_types import return_type
from gradcli.engine.tensor import Tensor, wrap

_returned: Final = {
    name: return_type(name, "values", "indices")
    for name in ("max", "min", "median", "nanmedian", "mode", "kthvalue", "topk", "sort", "cummax", "cummin")
}
_aminmax: Final = return_type("aminmax", "min", "max")


def _shared_gradient(grad: Any, self: Any, result: Any) -> Any:
    """The gradient in equal shares to all elements that equal the result."""
    array, value = values_of(self), values_of(result)
    chosen = np.isnan(array) if np.isnan(value) else array == value
    return chosen * (grad / array.dtype.type(np.count_nonzero(chosen)))


def _shared_along(grad: Any, self: Any, result: Any, dim: tuple[int, ...], keepdim: bool) -> Any:
    """The same along dimensions."""
    array = values_of(self)
    sizes = array.shape
    value = restored(values_of(result), sizes, dim, keepdim)
    chosen = (array == value) | (np.isnan(array) & np.isnan(value))
    count = np.sum(chosen, axis=dim, keepdims=True).astype(array.dtype)
    return (restored(grad, sizes, dim, keepdim) / count) * chosen


def selected_gradient(grad: Any, dim: int, indices: Any, sizes: tuple[int, ...], keepdim: bool) -> Any:
    """The gradient where the operation took its result from, zero elsewhere (torch's
    value_selecting_reduction_backward)."""
    array = values_of(indices)
    if not sizes:
        return grad
    if not keepdim:
        kept = (*array.shape[:dim], 1, *array.shape[dim:])
        grad, array = np.reshape(grad, kept), np.reshape(array, kept)
    return scattered(grad, dim, array, sizes)


def _selecting(name: str) -> Any:
    return derivative(
        name,
        saves=("indices",),
        self=lambda grad, dim, indices, sizes, keepdim: selected_gradient(grad, dim, indices, sizes, keepdim),
    )


# Extrema.


def _extremum(name: str, reduce: Any, position: Any, pointwise_form: Callable[..., Tensor]) -> Callable[..., Any]:
    whole = derivative(f"{name.title()}Backward1", self=_shared_gradient)
    dimension = _selecting(f"{name.title()}Backward0")

    @numpy_keywords
    def operation(input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
        need_tensor_first(name, input, *[each for each in (dim, other) if each is not None])
        if isinstance(dim, Tensor) or other is not None:
            return pointwise_form(input, dim if other is None else other)
        array = input._array
        if dim is None:
            if array.size == 0:
                raise RuntimeError(
                    f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction "
                    "dim with the "
                    "'dim' argument."
                )
            return record(whole, reduce(array), (input,))
        at = input._dimension(dim)
        _check_not_empty(name, input, at)
        indices = np.expand_dims(position(array, axis=at if array.ndim else None), at) if array.ndim else np.int64(0)
        return _chosen(_returned[name], dimension, input, at, indices, keepdim)

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = (
        f"The {name}imum of all elements; with `dim` the values and their indices; of two tensors elementwise "
        f"(torch.{name})."
    )
    return operation


def _check_not_empty(name: str, input: Tensor, dim: int) -> None:
    if input._array.ndim and input._array.shape[dim] == 0:
        raise IndexError(f"{name}(): Expected reduction dim {dim} to have non-zero size.")


def _chosen(returned: Any, node: Any, input: Tensor, dim: int, indices: Any, keepdim: bool, **more: Any) -> Any:
    """The named tuple of the elements that `indices` (with the dimension kept) names, and of the indices."""
    array = input._array
    values = array[along(indices, dim)] if array.ndim else array
    if not keepdim and array.ndim:
        values, indices = np.squeeze(values, axis=dim)[()], np.squeeze(indices, axis=dim)[()]
    where = wrap(indices.astype(np.int64, copy=False)[()])
    result = record(node, values, (input,), (dim, array.shape, keepdim), indices=where)
    return returned(result, where)


max = _extremum("max", np.max, np.argmax, selection.maximum)
min = _extremum("min", np.min, np.argmin, selection.minimum)

_AmaxBackward0 = derivative("AmaxBackward0", self=_shared_along)
_AminBackward0 = derivative("AminBackward0", self=_shared_along)


def _reduced(name: str, node: Any, reduce: Any, input: Tensor, dim: Any, keepdim: bool) -> Tensor:
    dims = dimensions(input, dim)
    if not input._array.size and dim == ():
        raise RuntimeError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with "
            "the 'dim' "
            "argument."
        )
    for each in dims:
        if input._array.shape[each] == 0:
            raise IndexError(f"{name}(): Expected reduction dim {each} to have non-zero size.")
    return record(node, reduce(input._array, axis=dims, keepdims=keepdim), (input,), (dims, keepdim))


@numpy_keywords
def amax(input: Tensor, dim: Any = (), keepdim: bool = False) -> Tensor:
    """The maximum along `dim`, its gradient shared among ties (torch.amax)."""
    return _reduced("amax", _AmaxBackward0, np.max, input, dim, keepdim)


@numpy_keywords
def amin(input: Tensor, dim: Any = (), keepdim: bool = False) -> Tensor:
    """The minimum along `dim`, its gradient shared among ties (torch.amin)."""
    return _reduced("amin", _AminBackward0, np.min, input, dim, keepdim)


def _both_extrema(grad: Any, self: Any, min: Any, max: Any, dim: Any, keepdim: bool) -> Any:
    parts = [
        _shared_along(each, self, result, dim, keepdim)
        for each, result in zip(grad, (min, max), strict=True)
        if each is not None
    ]
    return parts[0] if len(parts) == 1 else parts[0] + parts[1]


_AminmaxBackward0 = derivative("AminmaxBackward0", outputs=2, results=("min", "max"), self=_both_extrema)


def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """The minimum and the maximum (torch.aminmax)."""
    dims = dimensions(input, dim)
    if dim is not None:
        for each in dims:
            if input._array.shape[each] == 0:
                raise IndexError(f"aminmax: Expected reduction dim {each} to have non-zero size.")
    if dim is None and not input._array.size:
        raise RuntimeError(
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
        )
    arrays = [reduce(input._array, axis=dims, keepdims=keepdim) for reduce in (np.min, np.max)]
    return _aminmax(*record_outputs(_AminmaxBackward0, arrays, (input,), (dims, keepdim)))


def _positions(name: str, position: Any) -> Callable[..., Tensor]:
    @numpy_keywords
    def operation(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
        array = input._array
        if dim is None:
            if array.size == 0:
                raise IndexError(f"{name}(): Expected reduction dim to be specified for input.numel() == 0.")
            index = position(array).astype(np.int64)
            return wrap(np.reshape(index, (1,) * array.ndim) if keepdim else index)
        at = input._dimension(dim)
        _check_not_empty(name, input, at)
        return wrap(position(array, axis=at, keepdims=keepdim) if array.ndim else np.int64(0))

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"The index of the extremum, in the flattened tensor or along `dim` (torch.{name})."
    return operation


argmax = _positions("argmax", np.argmax)
argmin = _positions("argmin", np.argmin)

# Sorting.


def _order(array: Any, dim: int, descending: bool) -> Any:
    """The stable order along `dim`, nan counted as greatest."""
    if array.ndim == 0:
        return np.int64(0)
    if not descending:
        return np.argsort(array, axis=dim, kind="stable")
    backwards = np.argsort(np.flip(array, dim), axis=dim, kind="stable")
    return array.shape[dim] - 1 - np.flip(backwards, dim)


_SortBackward0 = _selecting("SortBackward0")
_SortBackward1 = _selecting("SortBackward1")


def sort(input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool | None = None) -> Any:
    """The elements in order along `dim`, and where they were (torch.sort)."""
    at = input._dimension(dim)
    node = _SortBackward0 if stable is None else _SortBackward1
    return _chosen(_returned["sort"], node, input, at, _order(input._array, at, descending), True)


def msort(input: Tensor) -> Tensor:
    """The elements in order along the first dimension (torch.msort)."""
    return sort(input, 0)[0]  # type: ignore[no-any-return]


def argsort(input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Tensor:
    """The indices that sort along `dim` (torch.argsort)."""
    return wrap(_order(input._array, input._dimension(dim), descending))


_TopkBackward0 = _selecting("TopkBackward0")


def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """The `k` largest (or smallest) elements along `dim` in order, and where they were (torch.topk).

    Raises TypeError where `dim` is a bool, or `largest` or `sorted` none.
    """
    for position, (name, given, kind) in enumerate(
        (("dim", dim, int), ("largest", largest, bool), ("sorted", sorted, bool)), start=2
    ):
        if isinstance(given, bool) is not (kind is bool):
            raise TypeError(
                f"topk(): argument '{name}' (position {position}) must be {kind.__name__}, not {type(given).__name__}"
            )
    at = input._dimension(dim)
    array = input._array
    if not 0 <= k <= (array.shape[at] if array.ndim else 1):
        raise RuntimeError("selected index k out of range")
    order = _order(array, at, largest)
    indices = order[(slice(None),) * at + (slice(k),)].copy() if array.ndim else order
    return _chosen(_returned["topk"], _TopkBackward0, input, at, indices, True)


_KthvalueBackward0 = _selecting("KthvalueBackward0")


def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """The `k`th smallest element along `dim`, and where it was (torch.kthvalue)."""
    at = input._dimension(dim)
    array = input._array
    if array.ndim and not array.shape[at]:
        raise IndexError(f"kthvalue(): Expected reduction dim {at} to have non-zero size.")
    if not 1 <= k <= (array.shape[at] if array.ndim else 1):
        raise RuntimeError(f"kthvalue(): selected number k out of range for dimension {at}")
    return _chosen(
        _returned["kthvalue"], _KthvalueBackward0, input, at, _kth(_order(array, at, False), k - 1, at), keepdim
    )


def _kth(order: Any, position: int, dim: int) -> Any:
    return order[(slice(None),) * dim + (slice(position, position + 1),)].copy() if np.ndim(order) else order


_ModeBackward0 = _selecting("ModeBackward0")


def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> Any:
    """The most frequent element along `dim` (the smallest of several), and where it stands last (torch.mode)."""
    at = input._dimension(dim)
    array = input._array
    if not array.ndim:
        return _chosen(_returned["mode"], _ModeBackward0, input, at, np.int64(0), keepdim)

    _check_not_empty("mode", input, at)

    def position(row: Any) -> Any:
        values, counts = np.unique(row, return_counts=True)
        return np.flatnonzero(row == values[np.argmax(counts)])[-1]

    kept = kept_shape(array.shape, (at,))
    indices = np.reshape(np.apply_along_axis(position, at, array), kept) if array.size else np.zeros(kept, np.int64)
    return _chosen(_returned["mode"], _ModeBackward0, input, at, indices, keepdim)


# Medians: of an even number of elements the lower.


def _median_order(array: Any, dim: int, skip: bool) -> Any:
    """The indices of the medians, with the dimension kept; of nan where there is one, unless they are to be skipped."""
    order = _order(array, dim, False)
    if array.ndim == 0:
        return order
    missing = np.sum(np.isnan(array), axis=dim, keepdims=True) if array.dtype.kind in "fO" else 0
    size = array.shape[dim]
    if skip:
        position = np.maximum(size - missing - 1, 0) // 2
    else:
        position = np.where(missing > 0, size - missing, (size - 1) // 2)
    shape = kept_shape(array.shape, (dim,))
    return np.take_along_axis(order, np.broadcast_to(position, shape), axis=dim)


_MedianBackward0 = derivative("MedianBackward0", self=_shared_gradient)
_MedianBackward1 = _selecting("MedianBackward1")
_NanmedianBackward0 = derivative("NanmedianBackward0", self=_shared_gradient)
_NanmedianBackward1 = _selecting("NanmedianBackward1")


def _median(name: str, whole: Any, dimension: Any, skip: bool) -> Callable[..., Any]:
    @numpy_keywords
    def operation(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
        array = input._array
        if dim is None:
            flat = np.reshape(array, (-1,))
            if not flat.size:
                return record(whole, input.dtype.scalar(np.nan), (input,))
            return record(whole, flat[_median_order(flat, 0, skip)[0]], (input,))
        at = input._dimension(dim)
        _check_not_empty("median", input, at)
        return _chosen(_returned[name], dimension, input, at, _median_order(array, at, skip), keepdim)

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"The lower median of all elements; with `dim` the values and their indices (torch.{name})."
    return operation


median = _median("median", _MedianBackward0, _MedianBackward1, skip=False)
nanmedian = _median("nanmedian", _NanmedianBackward0, _NanmedianBackward1, skip=True)

# Running extrema.


def _running(name: str, accumulate: Any) -> Callable[..., Any]:
    node = derivative(
        f"{name.title()}Backward0",
        saves=("indices", "self"),
        self=lambda grad, dim, indices, sizes, keepdim: scattered(grad, dim, values_of(indices), sizes),
    )

    def operation(input: Tensor, dim: int) -> Any:
        at = input._dimension(dim)
        array = input._array
        if array.ndim == 0:
            return _chosen(_returned[name], node, input, at, np.int64(0), True)
        best = accumulate.accumulate(array, axis=at)
        places = np.reshape(np.arange(array.shape[at]), [-1 if i == at else 1 for i in range(array.ndim)])
        reached = (array == best) | np.isnan(array)
        indices = np.maximum.accumulate(np.where(reached, places, 0), axis=at)
        return _chosen(_returned[name], node, input, at, indices, True)

    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = f"The extremum of the elements so far along `dim`, and where it was (torch.{name})."
    return operation


cummax = _running("cummax", np.maximum)
cummin = _running("cummin", np.minimum)


def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The different elements in order; with the inverse indices and the counts on request (torch.unique)."""
    values, inverse, counts = np.unique(
        input._array, return_inverse=True, return_counts=True, axis=dim, equal_nan=False
    )
    if dim is None:
        inverse = np.reshape(inverse, input._array.shape)
    node = derivative("Unique2Backward0", self=_no_unique)
    found = [record(node, values, (input,))]
    if return_inverse:
        found.append(wrap(inverse.astype(np.int64)))
    if return_counts:
        found.append(wrap(counts.astype(np.int64)))
    return found[0] if len(found) == 1 else tuple(found)


def _no_unique(grad: Any) -> Any:
    raise NotImplementedError("the derivative for '_unique2' is not implemented.")
