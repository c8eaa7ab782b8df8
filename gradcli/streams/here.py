"""An Executor that does the work in this process, where no others are wanted.

It has no protection against what takes too much memory, and against what takes too long only where there are alarms.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Here(Executor):
    """This process: the work is done when it is submitted.

    `timeout` holds where there are alarms, and against work that lets itself be interrupted.
    """

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


def missing_alarm() -> str | None:
    """What this system cannot do without worker processes; None where it can limit time."""
    if not hasattr(signal, "setitimer"):
        return "this system has no alarms, so --timeout is without effect with -j0"
    return None


class _Overdue(BaseException):
    """The alarm: no Exception, so that nothing takes it for an error of its own."""


@contextmanager
def _alarm(seconds: float | None) -> Iterator[None]:
    if seconds is None or missing_alarm() or threading.current_thread() is not threading.main_thread():
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
