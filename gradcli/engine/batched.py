"""Arrays of one shape, one for each member of a batch, that are calculated with as if they were a single array.

All that the engine does with arrays it asks of NumPy, whose protocols a Batched answers: the same forward functions and
gradient rules so run for a whole batch at once. The table `RULES` says what becomes of the axes; what has no rule is
done for one member after another.
"""

from __future__ import annotations

import inspect
import math
import operator
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from gradcli.engine.node import Variable

_counter = iter(range(1, 2**62))


class Level:
    """One batch: its size, and its place among others, of which later ones lie outside in arrays that belong to
    several."""

    __slots__ = ("number", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self.number = next(_counter)


class Undecided(Exception):
    """An array was asked for one answer, which is not the same for all members; or for what only one array has."""


class Refused(RuntimeError):
    """What the function that vmap maps cannot do, in torch's words; printed as the RuntimeError that torch raises."""


Refused.__name__ = Refused.__qualname__ = "RuntimeError"
Refused.__module__ = "builtins"

ITEM: Final = (
    "vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a Tensor, "
    "please try to rewrite what you're doing with other operations. If error is occurring somewhere inside PyTorch "
    "internals, please file a bug report."
)
TRUTH: Final = (
    "vmap: It looks like you're attempting to use a Tensor in some data-dependent control flow. We don't support that "
    "yet, please file an issue at https://github.com/pytorch/pytorch/issues ."
)
_DYNAMIC: Final = (
    "vmap: We do not support batching operators that can output dynamic shape. Attempted to vmap over aten::{}. Please "
    "file an issue at https://github.com/pytorch/pytorch/issues if you need this feature."
)
_MASK: Final = (
    "vmap: We do not support batching operators that can support dynamic shape. Attempting to batch over indexing with "
    "a boolean mask."
)
_MASKED_SELECT: Final = (
    "vmap: Attempted to vmap over `mask` in torch.masked_select(self, mask) We cannot support this because for each "
    "batch this would return a differently shaped Tensor. Please file an issue at "
    "https://github.com/pytorch/pytorch/issues if you need this feature."
)
STORAGE: Final = "Cannot access data pointer of Tensor that doesn't have storage"


class Batched(NDArrayOperatorsMixin):
    """The members of a batch along the first axis of `values`, an array or a Batched of an earlier level; the shape is
    that of one member.

    It passes for an ndarray where the engine asks what an array is; NumPy itself is not deceived.
    """

    __slots__ = ("level", "values")

    def __init__(self, values: Any, level: Level) -> None:
        self.values = values
        self.level = level

    @property  # type: ignore[misc]  # that of object can be set
    def __class__(self) -> type:
        return np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one member."""
        shape: tuple[int, ...] = self.values.shape[1:]
        return shape

    @property
    def ndim(self) -> int:
        """The number of dimensions of one member."""
        return int(self.values.ndim) - 1

    @property
    def size(self) -> int:
        """The number of elements of one member."""
        return math.prod(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype."""
        found: np.dtype[Any] = self.values.dtype
        return found

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return int(self.values.itemsize)

    @property
    def nbytes(self) -> int:
        """Bytes of one member."""
        return self.size * self.itemsize

    @property
    def strides(self) -> tuple[int, ...]:
        """The strides of one member."""
        strides: tuple[int, ...] = self.values.strides[1:]
        return strides

    @property
    def flags(self) -> Any:
        """The flags of the memory of one member."""
        return self.values[0, ...].flags if self.level.size else self.values.flags

    @property
    def T(self) -> Batched:
        """Each member with its dimensions reversed."""
        return _transpose(self)

    def astype(self, dtype: Any, *arguments: Any, **keywords: Any) -> Batched:
        """Each member in another dtype."""
        return Batched(self.values.astype(dtype, *arguments, **keywords), self.level)

    def copy(self, order: Any = "C") -> Batched:
        """A copy of each member."""
        return Batched(self.values.copy(order), self.level)

    def reshape(self, *shape: Any, **keywords: Any) -> Any:
        """Each member in another shape."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **keywords)

    def transpose(self, *axes: Any) -> Any:
        """Each member with its dimensions in another order."""
        return _transpose(self, axes[0] if len(axes) == 1 else axes or None)

    def fill(self, value: Any) -> None:
        """Write one number to all elements of all members."""
        self[...] = value

    def __getattr__(self, name: str) -> Any:
        function = None if name.startswith("_") else getattr(np, name, None)
        if function is None:
            raise AttributeError(f"a batch of arrays has no {name}")
        return lambda *arguments, **keywords: function(self, *arguments, **keywords)

    def __len__(self) -> int:
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        some = bool(np.any(self.values))
        if some and not bool(np.all(self.values)):
            raise Undecided
        return some

    def _single(self, *_: Any, **__: Any) -> Any:
        raise Undecided

    item = tolist = __int__ = __index__ = __float__ = __array__ = _single

    def __repr__(self) -> str:
        return f"Batched({self.values!r})"

    def __getitem__(self, key: Any) -> Any:
        whole = _batched_key(key, self.level)
        return each_member(operator.getitem, (self, key)) if whole is None else Batched(self.values[whole], self.level)

    def __setitem__(self, key: Any, value: Any) -> None:
        whole = _batched_key(key, self.level)
        if whole is None:
            each_member(operator.setitem, (self, key, value))
        elif level_of(value) is self.level:
            target = self.values[whole]
            values = aligned(value, self.level, target.ndim - 1)
            self.values[whole] = values.reshape(values.shape[:1] + values.shape[values.ndim - target.ndim + 1 :])
        else:
            _unlevelled(value, self.level)
            self.values[whole] = value

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        if any(isinstance(each, Variable) for each in inputs):
            return NotImplemented
        rule = _UFUNC_METHODS.get(method)
        if ufunc is np.matmul and method == "__call__" and not keywords:
            return _matmul(*inputs)
        if rule is None or ufunc.signature is not None:
            return each_member(getattr(ufunc, method), inputs, keywords)
        return rule(ufunc, *inputs, **keywords)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Any:
        if any(issubclass(each, Variable) for each in types):
            return NotImplemented
        rule = RULES.get(function)
        return each_member(function, arguments, keywords) if rule is None else rule(*arguments, **keywords)


# Levels.


def level_of(*values: Any) -> Level | None:
    """The latest level among arrays, and lists of arrays."""
    found: Level | None = None
    for each in values:
        level = each.level if type(each) is Batched else level_of(*each) if type(each) in (tuple, list) else None
        if level is not None and (found is None or level.number > found.number):
            found = level
    return found


def _level(*values: Any) -> Level:
    level = level_of(*values)
    assert level is not None
    return level


def levels_of(array: Any) -> list[Level]:
    """All levels of an array, latest first."""
    found = []
    while type(array) is Batched:
        found.append(array.level)
        array = array.values
    return found


def _unlevelled(value: Any, level: Level) -> None:
    """Raise Undecided where a value has members of a later level than what it is to be written to."""
    latest = level_of(value)
    if latest is not None and latest.number > level.number:
        raise Undecided


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


def aligned(value: Any, level: Level, ndim: int) -> Any:
    """The values of an operand, so that they broadcast with others of `ndim` dimensions besides the batch."""
    if type(value) is not Batched or value.level is not level:
        return value
    missing = ndim - value.ndim
    return value.values if missing <= 0 else value.values[(slice(None), *(None,) * missing)]


def _ndim(value: Any) -> int:
    return int(value.ndim) if hasattr(value, "ndim") else np.ndim(value)


def _aligned(values: Sequence[Any], level: Level) -> list[Any]:
    ndim = max(map(_ndim, values))
    return [aligned(each, level, ndim) for each in values]


# One member after another.


def member_of(value: Any, level: Level, i: int) -> Any:
    """Member `i` of a batch of `level`, or of each in a list; anything else as it is."""
    if type(value) is Batched:
        return value.values[i, ...] if value.level is level else value
    if type(value) in (tuple, list):
        return type(value)(member_of(each, level, i) for each in value)
    return value


def each_member(
    function: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any] | None = None
) -> Any:
    """What a function gives for each member, together; raises Undecided where that is not alike."""
    keywords = keywords or {}
    level = _level(*arguments, *keywords.values())
    found = [
        function(
            *[member_of(each, level, i) for each in arguments],
            **{name: member_of(each, level, i) for name, each in keywords.items()},
        )
        for i in range(level.size)
    ]
    if not found:
        raise Undecided
    return _together(found, level)


def _together(found: list[Any], level: Level) -> Any:
    first = found[0]
    if isinstance(first, (tuple, list)):
        columns = [_together(list(column), level) for column in zip(*found, strict=True)]
        return type(first)(*columns) if hasattr(first, "_fields") else type(first)(columns)
    if isinstance(first, (np.ndarray, np.generic)):
        if any(each.shape != first.shape for each in found):
            raise Undecided
        return Batched(np.stack(found), level)
    if any(each != first for each in found):
        raise Undecided
    return first


def elementwise(function: Callable[..., Any], array: Any) -> Any:
    """What an elementwise function of arrays gives."""
    if type(array) is not Batched:
        return function(array)
    return Batched(elementwise(function, array.values), array.level)


# Ufuncs.


def _called(ufunc: np.ufunc, *inputs: Any, out: Any = None, **keywords: Any) -> Any:
    level = _level(*inputs)
    if level_of(*keywords.values()) is not None:
        raise Undecided
    if out is not None:
        keywords["out"] = tuple([_values(each, level) for each in out])
    result = ufunc(*_aligned(inputs, level), **keywords)
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
    level = _level(key, *operand, target)
    if type(target) is not Batched or target.level is not level:
        raise Undecided
    whole = _batched_key(key, level)
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


def _matmul(a: Any, b: Any) -> Any:
    """The matrix product of each member: by a matrix that all members share, as one product of matrices."""
    level = _level(a, b)
    a, b = _constant(a, level), _constant(b, level)
    if level_of(a, b) is not level:
        return lifted(np.matmul(a, b), level)
    left_ndim, right_ndim = _ndim(a), _ndim(b)
    if level_of(b) is not level and right_ndim == 2 and left_ndim <= 2:
        rows = a.values.reshape(-1, a.shape[-1]) if left_ndim == 2 else a.values
        product = np.matmul(rows, b)
        return Batched(product.reshape(*a.values.shape[:-1], b.shape[-1]), level)
    if level_of(a) is not level and left_ndim == 2 and (right_ndim == 1 or b.shape[1:] == (1,)):
        return Batched(np.matmul(b.values.reshape(level.size, -1), a.T).reshape(-1, a.shape[0], *b.shape[1:]), level)
    first = a[..., None, :] if left_ndim == 1 else a
    second = b[..., :, None] if right_ndim == 1 else b
    result = Batched(np.matmul(*_aligned((first, second), level)), level)
    if left_ndim == 1:
        result = result[..., 0, :]
    return result[..., 0] if right_ndim == 1 else result


# Indices.


def _batched_key(key: Any, level: Level) -> tuple[Any, ...] | None:
    """The index into all members that `key` is into each, None where no single one is."""
    keys = key if isinstance(key, tuple) else (key,)
    arrays = [i for i, each in enumerate(keys) if isinstance(each, (np.ndarray, list))]
    if not arrays:
        return (slice(None), *keys)
    if level_of(*keys) is not None:
        if any(each.dtype == bool for each in keys if type(each) is Batched):
            raise Refused(_MASKED_SELECT)
        if level_of(*keys) is not level or len(arrays) != len(keys):
            return None
        ndim = max(map(_ndim, keys))
        return (np.arange(level.size).reshape(-1, *(1,) * ndim), *_aligned(keys, level))
    advanced = [i for i, each in enumerate(keys) if i in arrays or isinstance(each, (int, np.integer))]
    return (slice(None), *keys) if advanced[-1] - advanced[0] == len(advanced) - 1 else None


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
        level = _level(*arguments)
        return Batched(function(*_aligned(arguments, level), **keywords), level)

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
        level = _level(*arrays)
        members = [lifted(each, level) for each in arrays]
        at = _axes(axis, members[0].ndim + (function is np.stack))
        return Batched(function([each.values for each in members], axis=at, **keywords), level)

    return rule


def _outer(a: Any, b: Any) -> Any:
    return np.reshape(a, (-1, 1)) * np.reshape(b, (1, -1))


def _dot(a: Any, b: Any) -> Any:
    if _ndim(a) > 2 or _ndim(b) > 2 or not (_ndim(a) and _ndim(b)):
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
