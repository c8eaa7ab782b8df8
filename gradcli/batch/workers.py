"""Executors: worker processes that can be killed, and this process where there can be none.

Processes are always worth it: while the first lines are read they import what the work needs, and whatever a problem
does, the run survives it. A worker is stopped when a chunk takes longer than the limit, and has the operating system
refuse it memory beyond another. `Here` has neither protection, but for an alarm where the platform has one.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from pebble import ProcessPool

P = ParamSpec("P")
T = TypeVar("T")

MEGABYTE: Final = 1_000_000
COLLECTED_AFTER: Final = 10_000
"""Objects, of which the collector counts those that hold others, that come to be between two of its runs; a problem
makes some 300, a megabyte holds some 10,000."""
SINGLE_THREADED: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Workers leave the other cores to each other, and add up in the same order whatever their number."""


class WorkerDied(BrokenExecutor):
    """The process that did the work is gone."""


class Workers(Executor):
    """`count` processes; a task that takes longer than `timeout` seconds has its process stopped, and its future fails
    with TimeoutError. `memory` is in megabytes, beyond what a worker has at its start; work that needs more meets a
    MemoryError. `modules` are imported before there is any work.

    A task whose process ends has WorkerDied in its future.
    """

    def __init__(
        self, count: int, timeout: float | None = None, memory: int | None = None, modules: Sequence[str] = ()
    ) -> None:
        self.count, self.timeout, self.memory, self.modules = count, timeout, memory, tuple(modules)
        self.lock = threading.Lock()
        self.pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        warm_up(self.modules)
        from pebble import ProcessPool

        pool = ProcessPool(self.count, 0, prepare, (self.modules, self.memory), _context())
        with _single_threaded():
            pool.active  # noqa: B018 (asking whether it is active starts it)
        return pool

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Schedule a call; a pool that is broken gives way to a new one."""
        inner = self._schedule(fn, args, kwargs)
        outer = _Linked(inner)
        inner.add_done_callback(lambda done: _settle(outer, done))
        return outer

    def _schedule(self, fn: Callable[..., T], args: Any, kwargs: Any) -> Future[T]:
        with self.lock:
            try:
                return self.pool.schedule(fn, args=args, kwargs=kwargs, timeout=self.timeout)
            except RuntimeError:
                self._stop()
                self.pool = self._new_pool()
                return self.pool.schedule(fn, args=args, kwargs=kwargs, timeout=self.timeout)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop the processes, whatever they are doing, if futures are to be cancelled; otherwise when they are done."""
        if cancel_futures or not wait:
            self._stop()
        else:
            self.pool.close()
            self.pool.join()

    def _stop(self) -> None:
        self.pool.stop()
        with suppress(Exception):  # a pool that is broken need not end well
            self.pool.join()


class _Linked(Future[T]):
    """A future whose cancelling stops the work."""

    def __init__(self, inner: Future[T]) -> None:
        super().__init__()
        self.inner: Future[T] | None = inner

    def cancel(self) -> bool:
        """Cancel the work, running or not."""
        cancelled, inner = super().cancel(), self.inner
        if inner is not None:
            inner.cancel()
        return cancelled


def _settle(outer: _Linked[T], done: Future[T]) -> None:
    """Hand on what became of the work, with a dead worker in the standard library's words."""
    from pebble import ProcessExpired

    outer.inner = None  # or each would keep the other, and what came of the work, until the garbage is collected
    if done.cancelled() or not outer.set_running_or_notify_cancel():
        return
    error = done.exception()
    if error is None:
        outer.set_result(done.result())
    elif isinstance(error, ProcessExpired):
        outer.set_exception(WorkerDied(_ending(error.exitcode)))
    else:
        outer.set_exception(error)


def _ending(status: int | None) -> str:
    """How a process with this exit status ended."""
    if status is not None and status < 0:
        with suppress(ValueError):
            return f"ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


class Here(Executor):
    """This process: the work is done when it is submitted. `timeout` holds where there are alarms, and against work
    that lets itself be interrupted."""

    def __init__(self, timeout: float | None = None) -> None:
        self.timeout = timeout

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do the work."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        try:
            with _alarm(self.timeout):
                future.set_result(fn(*args, **kwargs))
        except (Exception, _Overdue) as error:
            future.set_exception(TimeoutError() if isinstance(error, _Overdue) else error)
        return future


def warm_up(modules: Sequence[str]) -> None:
    """Have the modules imported for the workers to come, while this process goes on."""
    if _has_server():
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload(list(modules))
        with _single_threaded(), _unheard():
            forkserver.ensure_running()


def missing_protection(memory: int | None) -> str | None:
    """What the platform cannot do of what is asked for; None where it can do all."""
    if memory is not None and _used_memory() is None:
        return "this system cannot limit the memory of a process, so --memory is without effect"
    return None


def prepare(modules: Sequence[str], memory: int | None) -> None:
    """Prepare a worker; this runs in it, before any work."""
    for module in modules:
        importlib.import_module(module)
    rest_collector()
    _limit_memory(memory)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def rest_collector() -> None:
    """Have the garbage collector run seldom: what was imported stays, and a problem leaves no cycles behind unless it
    fails or SymPy checks it, so that there is little to find."""
    import gc

    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)


def _context() -> BaseContext:
    """How processes start: forked from a server that has imported the modules, afresh where that is impossible."""
    return multiprocessing.get_context("forkserver" if _has_server() else "spawn")


def _has_server() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()


@contextmanager
def _unheard() -> Iterator[None]:
    """What is started here has nothing to say on standard error: what ends a worker is told as a result, and one that
    is ended while it starts would print the traceback of that."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _single_threaded() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in SINGLE_THREADED}
    os.environ.update(dict.fromkeys(SINGLE_THREADED, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _limit_memory(megabytes: int | None) -> None:
    used = _used_memory()
    if megabytes is None or used is None:
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = used + megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _used_memory() -> int | None:
    """The bytes of address space that this process has; None where the system does not tell or would not limit it."""
    if sys.platform != "linux":
        return None
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _end_with_parent() -> None:
    """End this process when the one that it works for is gone, in whatever way: nobody would stop it any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class _Overdue(BaseException):
    """The alarm: no Exception, so that nothing takes it for an error of its own."""


@contextmanager
def _alarm(seconds: float | None) -> Iterator[None]:
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number: int, frame: Any) -> None:
        raise _Overdue

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
