"""Blocks of work shared with helping threads, which NumPy lets run at once: it lets go of Python's lock meanwhile."""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

_helpers: ThreadPoolExecutor | None = None


def cores() -> int:
    """How many threads compute: as many as OMP_NUM_THREADS says, which holds for matrix products, too, or as this
    process may use cores."""
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    if wanted.isdecimal():
        return max(1, int(wanted))
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share(work: Callable[[slice], None], blocks: Sequence[slice]) -> None:
    """Call `work` for each block, in this thread and in helpers, which take the next block whenever they are free."""
    remaining = iter(blocks)
    pool = _pool()
    helping = [
        pool.submit(contextvars.copy_context().run, _work_off, work, remaining)
        for _ in range(min(cores(), len(blocks)) - 1)
    ]
    _work_off(work, remaining)
    for each in helping:
        if not each.cancel():
            each.result()


def _work_off(work: Callable[[slice], None], remaining: Iterator[slice]) -> None:
    for block in remaining:
        work(block)


def _pool() -> ThreadPoolExecutor:
    global _helpers
    if _helpers is None:
        _helpers = ThreadPoolExecutor(max(1, cores() - 1), "gradcli")
    return _helpers


def _forget() -> None:
    """A forked process has none of the threads."""
    global _helpers
    _helpers = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
