"""Arrays of size, of float32 and float64 alone: how their operations and gradients spare memory.

What is done to each element is done block by block, so that intermediate results stay in the cache.
Gradients that nobody else holds are written over instead of copied.
Memory that nobody holds any more is kept for the next array: new memory has to be cleared by the system first, page by
page, which takes longer than most operations.
"""

from __future__ import annotations

import operator
from collections import deque
from collections.abc import Callable, Sequence
from math import prod
from sys import getrefcount
from typing import Any, Final

import numpy as np

LARGE: Final = 1 << 16
"""The number of elements from which on it pays."""
BLOCK: Final = 1 << 17
"""Bytes of a block of one array: those of several arrays fit a core's cache."""

Rule = Callable[[Any, Sequence[Any]], Any]
_ndarray: Final = np.ndarray


def is_large(value: Any, least: int = LARGE) -> bool:
    """Whether it is an array of so many floats."""
    return type(value) is _ndarray and value.size >= least and value.dtype.char in "fd"


def is_own(entry: list[Any]) -> bool:
    """Whether nothing but a list, as its second element, holds an array that lies in rows, nor the memory that it shows
    all of, so that they may be written to: no view of it, no Tensor, no variable."""
    if getrefcount(entry[1]) != 2 or not entry[1].flags.c_contiguous:
        return False
    if entry[1].base is None:
        return True
    if entry[1].base.__class__ is _Buffer:
        return getrefcount(entry[1].base) == 3
    return (
        type(entry[1].base) is _ndarray
        and getrefcount(entry[1].base) == 2
        and entry[1].base.base is None
        and entry[1].base.nbytes == entry[1].nbytes
    )


# Memory.


class _Buffer(np.ndarray[Any, Any]):
    """The bytes of an array of size; held by the list below and by the array that it is the base of."""


KEPT: Final = 1 << 26
"""How many bytes are kept, those in use included."""
_buffers: Final[deque[list[_Buffer]]] = deque()
"""The buffers that are kept, each in a list of its own; whoever looks at one takes it out meanwhile."""


def empty(shape: tuple[int, ...], dtype: Any) -> Any:
    """An array of any elements, on memory that nobody holds any more if there is such of about the size."""
    size = prod(shape) * dtype.itemsize
    kept = 0
    for _ in range(len(_buffers)):
        try:
            entry = _buffers.popleft()
        except IndexError:  # another thread has it
            break
        free = getrefcount(entry[0]) == 2
        held = entry[0].nbytes
        if free and size <= held <= 2 * size:
            _buffers.append(entry)
            return np.ndarray(shape, dtype, entry[0])
        kept += held
        if not free or kept + size <= KEPT:
            _buffers.append(entry)
    if kept + size > KEPT:
        return np.empty(shape, dtype)
    entry = [_Buffer(size, np.uint8)]
    _buffers.append(entry)
    return np.ndarray(shape, dtype, entry[0])


# Results.

_UFUNCS: Final[dict[Any, np.ufunc]] = {
    operator.add: np.add,
    operator.sub: np.subtract,
    operator.mul: np.multiply,
    operator.truediv: np.divide,
}


def apply(function: Callable[..., Any], *operands: Any, **keywords: Any) -> Any:
    """`function(*operands)`, elementwise, of a large array and of numbers or arrays like it."""
    ufunc = _UFUNCS.get(function, function)
    first = operands[0]
    if not isinstance(ufunc, np.ufunc) or not all(_in_order(each, first) for each in operands):
        return function(*operands, **keywords)
    out = empty(first.shape, first.dtype)
    if ufunc not in _COSTLY or first.size < _SHARED_SIZE or not first.flags.c_contiguous:
        return ufunc(*operands, out=out, **keywords)
    from gradcli.engine.threads import share

    flat, flat_out = first.reshape(-1), out.reshape(-1)
    share(lambda block: ufunc(flat[block], out=flat_out[block], **keywords), _blocks(flat, _SHARES))
    return out


_COSTLY: Final = frozenset({np.exp, np.tanh})
"""Functions of one operand that take longer than to wake a thread, from so many elements on, in so many blocks."""
_SHARED_SIZE: Final = 1 << 19
_SHARES: Final = 4


def _in_order(operand: Any, first: Any) -> bool:
    """Whether it is a number, or an array of the first one's shape and dtype with its rows one after the other, which
    the result's are then, too."""
    if operand.__class__ is not _ndarray:
        return operand.__class__ in (int, float)
    return _alike(operand, first) and tuple(sorted(operand.strides, reverse=True)) == operand.strides


# Gradients.


def add_to(entry: list[Any], part: Any) -> None:
    """Add a gradient to the one that a list has as its second element, in its memory where that is its own."""
    if is_large(entry[1]) and is_own(entry) and _alike(part, entry[1]):
        np.add(entry[1], part, out=entry[1])
    else:
        entry[1] = entry[1] + part


def add_to_region(entry: list[Any], key: Any, part: Any) -> bool:
    """Add the gradient of a slice to its place in the second element of a list; False where that is not its own.

    Where the plain sum, with a whole array that is zero elsewhere, would make a negative zero a zero, it stays.
    """
    if not is_large(entry[1]) or not is_own(entry) or entry[1].dtype != part.dtype:
        return False
    region = entry[1][key]
    np.add(region, part, out=region)
    return True


def _alike(first: Any, second: Any) -> bool:
    return type(first) is _ndarray and first.shape == second.shape and first.dtype == second.dtype


def by_rows(function: Callable[..., Any], *arrays: Any, out: Any) -> None:
    """Write to `out` what `function(*arrays, out)` writes for arrays of its length, and numbers, block by block.

    The function does the same to each entry along the first dimension.
    """
    for block in _blocks(out, -(-out.nbytes // BLOCK)):
        function(*[each[block] if type(each) is _ndarray else each for each in arrays], out[block])


def _blocks(array: Any, count: int) -> list[slice]:
    length = len(array)
    count = min(count, length)
    return [slice(number * length // count, (number + 1) * length // count) for number in range(count)]


def has_large_rows(array: Any, axis: Any) -> bool:
    """Whether it is large, and `axis` is its last dimension, along which its elements lie in memory."""
    return is_large(array) and axis == array.ndim - 1 > 0 and array.flags.c_contiguous


def shared_rows(function: Callable[..., None], outs: list[Any], *arrays: Any) -> list[Any]:
    """Arrays to which `function(*arrays, *outs)` writes, block by block: it does the same to each row, along the last
    dimension. Helping threads take blocks, too."""
    from gradcli.engine.threads import share

    rows = [np.ascontiguousarray(each).reshape(-1, each.shape[-1]) for each in arrays]
    rows += [each.reshape(-1, each.shape[-1]) for each in outs]
    blocks = _blocks(rows[0], -(-rows[0].nbytes // _SHARED))
    share(lambda block: function(*[each[block] for each in rows]), blocks)
    return outs


_SHARED: Final = 4 * BLOCK
"""Bytes of a block that threads share: so many that its operations take longer than to hand over Python's lock."""


def kept_unless(mask: Any, array: Any) -> Any:
    """The elements of a float array, 0 where the mask holds: `np.where` on the bits, without branches."""
    kind = f"i{array.itemsize}"
    bits = mask.astype(kind)
    bits -= 1
    bits &= array.view(kind)
    return bits.view(array.dtype)


def gradient(rule: Rule, grad: Any, values: Sequence[Any], own: bool) -> Any:
    """What a bound elementwise rule gives for a gradient and a node's values; written over the gradient where that is
    `own`. None where the elements do not lie one after the other, so that the rule is for the whole."""
    flat = _flattened([grad, *values], grad.shape)
    if flat is None:
        return None
    out = grad if own else empty(grad.shape, grad.dtype)

    def write(grad: Any, *rest: Any) -> None:
        *values, block = rest
        block[...] = rule(grad, values)

    by_rows(write, *flat, out=out.reshape(-1))
    return out


def _flattened(operands: Sequence[Any], shape: tuple[int, ...]) -> list[Any] | None:
    """The operands without their dimensions, one that repeats an element as that element; None where their elements
    do not lie in memory one after the other."""
    flat: list[Any] = []
    for each in operands:
        if each is None or isinstance(each, (int, float, np.generic)):
            flat.append(each)
        elif each.__class__ is not _ndarray:
            return None
        elif not any(each.strides):
            flat.append(each[(0,) * each.ndim])
        elif each.shape == shape and each.flags.c_contiguous:
            flat.append(each.reshape(-1))
        else:
            return None
    return flat
