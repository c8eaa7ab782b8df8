"""Arrays of one shape, one for each member of a batch, that are calculated with as if they were a single array.

All that the engine does with arrays it asks of NumPy, whose protocols a Batched answers:
the same forward functions and gradient rules so run for a whole batch at once.
The tables of `rules` say what becomes of the axes; what has no rule is done for one member after another.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from gradcli.engine.node import Variable

_counter = iter(range(1, 2**62))


class Level:
    """One batch: its size, and its number; in arrays that belong to several batches, later ones lie outside."""

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

    ufunc_rules: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    """By method of a ufunc, what becomes of it; given by `rules`, as are those of other functions."""
    function_rules: ClassVar[Mapping[Callable[..., Any], Callable[..., Any]]] = {}

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
    def T(self) -> Any:
        """Each member with its dimensions reversed."""
        return self.transpose()

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
        return np.transpose(self, axes[0] if len(axes) == 1 else axes or None)

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
        whole = batched_key(key, self.level)
        return each_member(operator.getitem, (self, key)) if whole is None else Batched(self.values[whole], self.level)

    def __setitem__(self, key: Any, value: Any) -> None:
        whole = batched_key(key, self.level)
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
        rule = Batched.ufunc_rules.get(method)
        if rule is None:
            return each_member(getattr(ufunc, method), inputs, keywords)
        return rule(ufunc, *inputs, **keywords)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Any:
        if any(issubclass(each, Variable) for each in types):
            return NotImplemented
        rule = Batched.function_rules.get(function)
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


def common_level(*values: Any) -> Level:
    """The latest level among arrays of which some belong to one."""
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


def aligned(value: Any, level: Level, ndim: int) -> Any:
    """The values of an operand, so that they broadcast with others of `ndim` dimensions besides the batch."""
    if type(value) is not Batched or value.level is not level:
        return value
    missing = ndim - value.ndim
    return value.values if missing <= 0 else value.values[(slice(None), *(None,) * missing)]


def ndim_of(value: Any) -> int:
    """The number of dimensions of an array or number."""
    return int(value.ndim) if hasattr(value, "ndim") else np.ndim(value)


def all_aligned(values: Sequence[Any], level: Level) -> list[Any]:
    """The values of operands, so that they broadcast with each other."""
    ndim = max(map(ndim_of, values))
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
    level = common_level(*arguments, *keywords.values())
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


# Indices.


def batched_key(key: Any, level: Level) -> tuple[Any, ...] | None:
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
        ndim = max(map(ndim_of, keys))
        return (np.arange(level.size).reshape(-1, *(1,) * ndim), *all_aligned(keys, level))
    advanced = [i for i, each in enumerate(keys) if i in arrays or isinstance(each, (int, np.integer))]
    return (slice(None), *keys) if advanced[-1] - advanced[0] == len(advanced) - 1 else None
