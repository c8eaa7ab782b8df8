"""Arrays of size: what is done to each element, or to each row, is done in blocks that a core's cache holds, and the
blocks are shared among the cores.

NumPy lets go of Python's lock within an operation on a block, so that threads serve. A block is calculated by the plain
function, which gives for it what it gives for the whole.
"""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable, Iterator, Sequence
from sys import getrefcount
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

LARGE: Final = 1 << 16
"""The number of elements from which on blocks pay."""
BLOCK: Final = 1 << 17
"""Bytes of a block of one array: several arrays' fit a core's cache."""

_ndarray: Final = np.ndarray


def is_large(array: Any) -> bool:
    """Whether an array of floats is worth blocks."""
    return type(array) is _ndarray and array.size >= LARGE and array.dtype.char in "fd"


def unshared(entry: list[Any]) -> bool:
    """Whether nothing but the list `entry`, in whose second place it stands, holds an array, which may then be written
    to: no view, no Tensor, no variable."""
    return getrefcount(entry[1]) == 2 and entry[1].base is None and entry[1].flags.c_contiguous


def elementwise(function: Callable[..., Any], *operands: Any, out: Any = None) -> Any:
    """`function(*operands)` for an elementwise function of arrays of one shape and dtype and of numbers, the first of
    them large; written to `out`, which may be one of them, if given.

    Operands that do not lie in memory one after the other are left to the function as a whole.
    """
    first = operands[0]
    flat = _flat(operands, first.shape)
    if flat is None:
        return function(*operands)
    result = np.empty(first.shape, first.dtype) if out is None else out
    by_rows(function, *flat, out=result.reshape(-1))
    return result


def _flat(operands: Sequence[Any], shape: tuple[int, ...]) -> list[Any] | None:
    """The operands without their dimensions, None where they are not alike."""
    flat = []
    for each in operands:
        if each.__class__ is not _ndarray or not each.ndim:
            flat.append(each)
        elif each.shape == shape and each.flags.c_contiguous:
            flat.append(each.reshape(-1))
        elif not any(each.strides):
            flat.append(each[(0,) * each.ndim])
        else:
            return None
    return flat


def by_rows(function: Callable[..., Any], *operands: Any, out: Any) -> Any:
    """`function(*operands)`, written to `out`, of arrays of its length and of numbers, for a function that does the
    same to each entry along the first dimension."""
    length = out.shape[0]
    step = max(1, BLOCK * length // out.nbytes)
    direct = isinstance(function, np.ufunc)

    def work(starts: Iterator[int]) -> None:
        for start in starts:
            block = slice(start, start + step)
            parts = [each[block] if type(each) is _ndarray and each.ndim else each for each in operands]
            if direct:
                function(*parts, out=out[block])
            else:
                out[block] = function(*parts)

    _share(work, range(0, length, step))
    return out


# Threads.

_helpers: ThreadPoolExecutor | None = None
_count = 0


def _start_helpers() -> ThreadPoolExecutor:
    """The threads that help with blocks, one for each core but this thread's; OMP_NUM_THREADS counts, as it does for
    matrix products."""
    global _helpers, _count
    from concurrent.futures import ThreadPoolExecutor

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    _count = max(0, (int(wanted) if wanted.isdecimal() else cores) - 1)
    _helpers = ThreadPoolExecutor(max(1, _count), "gradcli-blocks")
    return _helpers


def _forget_helpers() -> None:
    """In a forked process there are none."""
    global _helpers
    _helpers = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_helpers)


def _share(work: Callable[[Iterator[int]], None], starts: range) -> None:
    """Let this thread and the helpers take starts until there are no more."""
    remaining = iter(starts)
    helpers = _helpers or _start_helpers()
    count = min(_count, len(starts) - 1)
    helping = [helpers.submit(contextvars.copy_context().run, work, remaining) for _ in range(count)]
    work(remaining)
    for each in helping:
        if not each.cancel():
            each.result()
