"""What NumPy's functions are of a batch of arrays: for each, what becomes of the axes."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np

from gradcli.engine.batching.arrays import (
    Batched,
    Level,
    Refused,
    Undecided,
    aligned,
    all_aligned,
    batched_key,
    common_level,
    each_member,
    level_of,
    ndim_of,
)

# Into a level and out of it.


def entered(array: Any, level: Level, dim: int) -> Batched:
    """The array, whose dimension `dim` becomes the batch of `level`."""
    if type(array) is Batched and array.level.number > level.number:
        return Batched(entered(array.values, level, dim + 1), array.level)
    return Batched(np.moveaxis(array, dim, 0), level)


def left(array: Any, level: Level, dim: int) -> Any:
    """The array with the batch of `level` as its dimension `dim`: the inverse, and the adjoint, of `entered`."""
    if type(array) is Batched and array.level.number > level.number:
        return Batched(left(array.values, level, dim + 1), array.level)
    belongs = type(array) is Batched and array.level is level
    return np.moveaxis(array.values if belongs else lifted(array, level).values.copy(), 0, dim)


def lifted(array: Any, level: Level) -> Batched:
    """The array as each member of the batch of `level`, unless it belongs to that already."""
    if type(array) is Batched and array.level.number >= level.number:
        return array if array.level is level else Batched(lifted(array.values, level), array.level)
    return Batched(np.broadcast_to(array, (level.size, *array.shape)), level)


def lowered(array: Any, level: Level) -> Any:
    """The sum of the members of the batch of `level`: the adjoint of `lifted`."""
    if type(array) is Batched and array.level.number >= level.number:
        if array.level is level:
            return np.sum(array.values, axis=0)
        return Batched(lowered(array.values, level), array.level)
    return array * array.dtype.type(level.size)


# Ufuncs.


def _called(ufunc: np.ufunc, *inputs: Any, out: Any = None, **keywords: Any) -> Any:
    if ufunc is np.matmul and out is None and not keywords:
        return _matmul(*inputs)
    if ufunc.signature is not None:
        return each_member(ufunc, inputs, keywords if out is None else {**keywords, "out": out})
    level = common_level(*inputs)
    if level_of(*keywords.values()) is not None:
        raise Undecided
    if out is not None:
        keywords["out"] = tuple([_values(each, level) for each in out])
    result = ufunc(*all_aligned(inputs, level), **keywords)
    return tuple([Batched(each, level) for each in result]) if isinstance(result, tuple) else Batched(result, level)


def _values(target: Any, level: Level) -> Any:
    if type(target) is not Batched or target.level is not level:
        raise Undecided
    return target.values


def _axes(axis: Any, ndim: int) -> Any:
    """Axes of one member, as they are counted among the values."""
    if axis is None:
        return tuple(range(1, ndim + 1))
    if isinstance(axis, (tuple, list)):
        return tuple([each % ndim + 1 for each in axis])
    if not ndim:
        raise Undecided
    return axis % ndim + 1


def _reduced(
    ufunc: np.ufunc, array: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False
) -> Any:
    if out is not None:
        raise Undecided
    return Batched(ufunc.reduce(array.values, _axes(axis, array.ndim), dtype, keepdims=keepdims), array.level)


def _accumulated(ufunc: np.ufunc, array: Any, axis: int = 0, dtype: Any = None) -> Any:
    return Batched(ufunc.accumulate(array.values, _axes(axis, array.ndim), dtype), array.level)


def _added_at(ufunc: np.ufunc, target: Any, key: Any, *operand: Any) -> None:
    """`ufunc.at`, where the target has what is written to it."""
    level = common_level(key, *operand, target)
    if type(target) is not Batched or target.level is not level:
        raise Undecided
    whole = batched_key(key, level)
    if whole is None:
        each_member(ufunc.at, (target, key, *operand))
    else:
        ndim = target[key].ndim
        ufunc.at(target.values, whole, *[aligned(each, level, ndim) for each in operand])


_UFUNC_METHODS: Final[dict[str, Callable[..., Any]]] = {
    "__call__": _called,
    "reduce": _reduced,
    "accumulate": _accumulated,
    "at": _added_at,
}


def _constant(value: Any, level: Level) -> Any:
    """The one array that all members are, where the memory shows it; else the value."""
    if type(value) is Batched and value.level is level and type(value.values) is np.ndarray:
        values = value.values
        if values.strides[0] == 0 and level.size:
            return values[0]
    return value


_ONE_THREAD: Final = 1 << 18
"""Up to how many multiplications OpenBLAS leaves a product of matrices to one thread."""
_FEW: Final = 1 << 22
"""Up to how many multiplications the other threads, where they have to be waited for, take longer than they save."""


def _product(rows: Any, matrix: Any) -> Any:
    """The product of matrices, computed in blocks of rows, each by one thread, where it is of middling size."""
    work = rows.shape[0] * matrix.size
    if type(rows) is not np.ndarray or not _ONE_THREAD < work <= _FEW:
        return np.matmul(rows, matrix)
    step = max(1, _ONE_THREAD // matrix.size)
    return np.concatenate([np.matmul(rows[start : start + step], matrix) for start in range(0, len(rows), step)])


def _matmul(a: Any, b: Any) -> Any:
    """The matrix product of each member: by a matrix that all members share, as one product of matrices."""
    level = common_level(a, b)
    a, b = _constant(a, level), _constant(b, level)
    if level_of(a, b) is not level:
        return lifted(np.matmul(a, b), level)
    left_ndim, right_ndim = ndim_of(a), ndim_of(b)
    if level_of(b) is not level and right_ndim == 2 and left_ndim <= 2:
        rows = a.values.reshape(-1, a.shape[-1]) if left_ndim == 2 else a.values
        product = _product(rows, b)
        return Batched(product.reshape(*a.values.shape[:-1], b.shape[-1]), level)
    if level_of(a) is not level and left_ndim == 2 and (right_ndim == 1 or b.shape[1:] == (1,)):
        return Batched(_product(b.values.reshape(level.size, -1), a.T).reshape(-1, a.shape[0], *b.shape[1:]), level)
    first = a[..., None, :] if left_ndim == 1 else a
    second = b[..., :, None] if right_ndim == 1 else b
    result = Batched(np.matmul(*all_aligned((first, second), level)), level)
    if left_ndim == 1:
        result = result[..., 0, :]
    return result[..., 0] if right_ndim == 1 else result


# Functions.


@cache
def _axis_place(function: Callable[..., Any]) -> tuple[int, Any]:
    """Which argument of a function is its axis, and what that is when it is not given."""
    parameters = inspect.signature(function).parameters
    default = parameters["axis"].default
    return list(parameters).index("axis"), None if default is inspect.Parameter.empty else default


def _along(function: Callable[..., Any], flat: bool = False) -> Callable[..., Any]:
    """The rule of a function of one array along an axis; of all elements without one, `flat` as one dimension."""

    def rule(*arguments: Any, **keywords: Any) -> Any:
        place, axis = _axis_place(function)
        array, *rest = arguments
        if "axis" in keywords:
            axis = keywords.pop("axis")
        elif len(arguments) > place:
            axis = rest.pop(place - 1)
        if type(array) is not Batched or level_of(*rest, *keywords.values()) is not None:
            return each_member(function, arguments, {**keywords, "axis": axis} if len(arguments) <= place else keywords)
        if axis is None and flat:
            array, axis = np.reshape(array, (-1,)), 0
        at = _axes(axis, array.ndim)
        keywords["axis"] = at
        if len(rest) > place - 1:
            names = list(inspect.signature(function).parameters)
            keywords.update(zip(names[place + 1 :], rest[place - 1 :], strict=False))
            rest = rest[: place - 1]
        found = function(array.values, *rest, **keywords)
        return Batched(found, array.level)

    return rule


def _elementwise(function: Callable[..., Any]) -> Callable[..., Any]:
    def rule(*arguments: Any, **keywords: Any) -> Any:
        if level_of(*keywords.values()) is not None:
            return each_member(function, arguments, keywords)
        level = common_level(*arguments)
        return Batched(function(*all_aligned(arguments, level), **keywords), level)

    return rule


def _like(function: Callable[..., Any]) -> Callable[..., Any]:
    def rule(array: Any, *arguments: Any, shape: Any = None, **keywords: Any) -> Any:
        whole = None if shape is None else (array.level.size, *shape)
        return Batched(function(array.values, *arguments, shape=whole, **keywords), array.level)

    return rule


def _reshape(a: Any, shape: Any, **keywords: Any) -> Any:
    sizes = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    if -1 in sizes:
        known = math.prod(size for size in sizes if size != -1)
        sizes = tuple([a.size // max(known, 1) if size == -1 else size for size in sizes])
    return Batched(np.reshape(a.values, (a.level.size, *sizes), **keywords), a.level)


def _broadcast_to(array: Any, shape: Any) -> Any:
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    return Batched(np.broadcast_to(aligned(array, array.level, len(sizes)), (array.level.size, *sizes)), array.level)


def _broadcast_arrays(*arrays: Any) -> Any:
    shape = np.broadcast_shapes(*[each.shape for each in arrays])
    return tuple([np.broadcast_to(each, shape) for each in arrays])


def _expand_dims(a: Any, axis: Any) -> Any:
    return Batched(np.expand_dims(a.values, _axes(axis, a.ndim + np.size(axis))), a.level)


def _squeeze(a: Any, axis: Any = None) -> Any:
    axes = [i for i, size in enumerate(a.shape) if size == 1] if axis is None else axis
    return Batched(np.squeeze(a.values, axis=_axes(axes, a.ndim)), a.level)


def _swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    return Batched(np.swapaxes(a.values, _axes(axis1, a.ndim), _axes(axis2, a.ndim)), a.level)


def _transpose(a: Any, axes: Any = None) -> Batched:
    order = tuple(range(a.ndim))[::-1] if axes is None else axes
    return Batched(np.transpose(a.values, (0, *_axes(tuple(order), a.ndim))), a.level)


def _moveaxis(a: Any, source: Any, destination: Any) -> Any:
    return Batched(np.moveaxis(a.values, _axes(source, a.ndim), _axes(destination, a.ndim)), a.level)


def _diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return Batched(np.diagonal(a.values, offset, _axes(axis1, a.ndim), _axes(axis2, a.ndim)), a.level)


def _joined(function: Callable[..., Any]) -> Callable[..., Any]:
    def rule(arrays: Any, axis: Any = 0, **keywords: Any) -> Any:
        level = common_level(*arrays)
        members = [lifted(each, level) for each in arrays]
        at = _axes(axis, members[0].ndim + (function is np.stack))
        return Batched(function([each.values for each in members], axis=at, **keywords), level)

    return rule


def _outer(a: Any, b: Any) -> Any:
    return np.reshape(a, (-1, 1)) * np.reshape(b, (1, -1))


def _dot(a: Any, b: Any) -> Any:
    if ndim_of(a) > 2 or ndim_of(b) > 2 or not (ndim_of(a) and ndim_of(b)):
        return each_member(np.dot, (a, b))
    return _matmul(a, b)


def _of_matrices(function: Callable[..., Any]) -> Callable[..., Any]:
    """The rule of a function of matrices, of which NumPy takes batches itself."""

    def rule(a: Any, *arguments: Any, **keywords: Any) -> Any:
        if type(a) is not Batched or type(a.values) is Batched or level_of(*arguments) is not None:
            return each_member(function, (a, *arguments), keywords)
        found = function(a.values, *arguments, **keywords)
        if isinstance(found, tuple):
            return type(found)(*[Batched(each, a.level) for each in found])
        return Batched(found, a.level)

    return rule


_DYNAMIC: Final = (
    "vmap: We do not support batching operators that can output dynamic shape. Attempted to vmap over aten::{}. Please "
    "file an issue at https://github.com/pytorch/pytorch/issues if you need this feature."
)
_MASK: Final = (
    "vmap: We do not support batching operators that can support dynamic shape. Attempting to batch over indexing with "
    "a boolean mask."
)


def _nonzero(a: Any) -> Any:
    raise Refused(_MASK if a.dtype == bool else _DYNAMIC.format("nonzero"))


def _unique(ar: Any, *arguments: Any, **keywords: Any) -> Any:
    raise Refused(_DYNAMIC.format("_unique2"))


RULES: Final[dict[Callable[..., Any], Callable[..., Any]]] = {
    **{
        each: _along(each)
        for each in (np.sum, np.mean, np.prod, np.all, np.any, np.max, np.min, np.amax, np.amin, np.std, np.var)
    },
    **{each: _along(each) for each in (np.count_nonzero, np.nansum, np.flip)},
    **{
        each: _along(each, flat=True)
        for each in (np.cumsum, np.cumprod, np.argmax, np.argmin, np.sort, np.argsort, np.repeat, np.take)
    },
    **{each: _elementwise(each) for each in (np.where, np.nan_to_num, np.round, np.clip, np.isclose, np.sinc)},
    **{each: _elementwise(each) for each in (np.isposinf, np.isneginf, np.real)},
    **{each: _like(each) for each in (np.zeros_like, np.ones_like, np.empty_like, np.full_like)},
    np.nonzero: _nonzero,
    np.unique: _unique,
    np.reshape: _reshape,
    np.ravel: lambda a, order="C": _reshape(a, (-1,)),
    np.broadcast_to: _broadcast_to,
    np.broadcast_arrays: _broadcast_arrays,
    np.expand_dims: _expand_dims,
    np.squeeze: _squeeze,
    np.swapaxes: _swapaxes,
    np.transpose: _transpose,
    np.moveaxis: _moveaxis,
    np.diagonal: _diagonal,
    np.concatenate: _joined(np.concatenate),
    np.stack: _joined(np.stack),
    np.tril: lambda m, k=0: Batched(np.tril(m.values, k), m.level),
    np.triu: lambda m, k=0: Batched(np.triu(m.values, k), m.level),
    np.copy: lambda a, order="K", subok=False: a.copy(order),
    np.outer: _outer,
    np.dot: _dot,
    np.shape: lambda a: a.shape,
    np.ndim: lambda a: a.ndim,
    np.size: lambda a, axis=None: a.size if axis is None else a.shape[axis],
    np.may_share_memory: lambda a, b, max_work=None: np.may_share_memory(
        *[each.values if type(each) is Batched else each for each in (a, b)]
    ),
    **{
        each: _of_matrices(each)
        for each in (np.linalg.det, np.linalg.inv, np.linalg.svd, np.linalg.eigh, np.linalg.eigvalsh, np.linalg.qr)
    },
    np.linalg.cholesky: _of_matrices(np.linalg.cholesky),
    np.linalg.slogdet: _of_matrices(np.linalg.slogdet),
}
"""By function of NumPy, what it is of a batch of arrays."""

Batched.ufunc_rules = _UFUNC_METHODS
Batched.function_rules = RULES
