"""Limits of time and memory for what one call of the command calculates, in its own process.

Neither a FLINT nor a NumPy call can be interrupted. So a thread looks on, and at the limit it is the thread that writes
what was found so far and ends the process.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from gradcli.cli.commands import CANNOT
from gradcli.cli.terminal import message, write_object

if TYPE_CHECKING:
    from gradcli.language import Diagnostic

TIMEOUT: Final = 30.0
MEMORY: Final = 2_000
INTERVAL: Final = 0.2
"""Seconds between two looks at the memory; what ends before the first pays for nothing but the thread's start."""
SPARE: Final = 0.1
"""The share of the memory that is left for writing what was found."""
NO_ROOM: Final = "failed to map segment"
"""What the system's loader says of a library for which there is not enough memory."""
GRACE: Final = 2.0
"""Seconds beyond the limit after which the system ends a process whose thread does not come to run."""


class Limit(Enum):
    """What a calculation took too much of."""

    TIME = "time"
    MEMORY = "memory"


class Limits(NamedTuple):
    """Seconds, and megabytes beyond those in use at the start."""

    timeout: float = TIMEOUT
    memory: int = MEMORY

    def excess(self, limit: Limit) -> str:
        """What it takes too much of, to follow on what it is."""
        if limit is Limit.TIME:
            return f"takes more than {self.timeout:g} s (--timeout)"
        return f"takes more than {self.memory:,} MB (--memory)"

    def diagnostic(self, limit: Limit, text: str) -> Diagnostic:
        """What is said where nothing was found."""
        from gradcli.language import Diagnostic
        from gradcli.streams.codes import OUT_OF_MEMORY, TIMED_OUT

        code, option = (TIMED_OUT, "--timeout") if limit is Limit.TIME else (OUT_OF_MEMORY, "--memory")
        message = f"this {self.excess(limit)}"
        return Diagnostic.of_whole(code, message, text, f"a larger {option} gives it more")

    def fail(self, limit: Limit, text: str, *, as_json: bool) -> int:
        """Write that there is no answer; the exit status."""
        diagnostic = self.diagnostic(limit, text)
        if as_json:
            from gradcli.render.objects import error_object

            write_object(error_object(diagnostic))
        else:
            message(f"error: {diagnostic.message}\nhelp:  {diagnostic.help}")
        return CANNOT


class Watch:
    """Looks on from a thread of its own until `stop`; at a limit it calls `end`, whose result is the exit status.

    What is written while it looks on is written under `lock`.
    """

    def __init__(self, limits: Limits, end: Callable[[Limit], int]) -> None:
        self.lock = threading.Lock()
        self._limits, self._end = limits, end
        self._stopped = threading.Event()
        self._until = time.monotonic() + limits.timeout
        _set_timer(limits.timeout + GRACE)
        threading.Thread(target=self._look_on, daemon=True).start()

    def stop(self) -> None:
        """Look on no longer: from here on nobody else writes. Does not come back where the end has begun."""
        with self.lock:
            self._stopped.set()
        _set_timer(0.0)

    def _look_on(self) -> None:
        if self._stopped.wait(min(INTERVAL, self._limits.timeout)):
            return
        from gradcli.streams import memory  # what ends before the first look needs none of it

        with _limited_memory(self._limits) as most:
            while time.monotonic() < self._until and memory.in_use() < most:
                if self._stopped.wait(min(INTERVAL, max(0.0, self._until - time.monotonic()))):
                    return
        with self.lock:
            if not self._stopped.is_set():
                self._finish(Limit.TIME if time.monotonic() >= self._until else Limit.MEMORY)

    def _finish(self, limit: Limit) -> None:
        status = CANNOT
        _set_timer(0.0)
        try:
            status = self._end(limit)
            sys.stdout.flush()
            sys.stderr.flush()
        except BaseException as error:  # whatever it is, the process must end
            with suppress(OSError):
                os.write(2, f"error: it {self._limits.excess(limit)} ({type(error).__name__})\n".encode())
        os._exit(status)


@contextmanager
def limited(limits: Limits, text: str, *, as_json: bool) -> Iterator[None]:
    """Hold to the limits what finds an answer to `text` all at once or not at all.

    Raises DiagnosticError where the memory is not enough.
    """
    watch = Watch(limits, lambda limit: limits.fail(limit, text, as_json=as_json))
    try:
        yield
    except (MemoryError, ImportError) as error:
        if isinstance(error, ImportError) and NO_ROOM not in str(error):
            raise
        from gradcli.language import DiagnosticError

        raise DiagnosticError(limits.diagnostic(Limit.MEMORY, text)) from None
    finally:
        watch.stop()


def _set_timer(seconds: float) -> None:
    """Have the system end this process after so many seconds, where it can; not at all for 0."""
    if hasattr(signal, "setitimer"):  # not on Windows
        signal.setitimer(signal.ITIMER_REAL, seconds)


@contextmanager
def _limited_memory(limits: Limits) -> Iterator[float]:
    """Have the system refuse memory beyond the limit; gives the bytes at which just enough is left to end in order."""
    from gradcli.streams import memory

    most = memory.in_use() + (1 - SPARE) * limits.memory * memory.MEGABYTE
    before = memory.limit(limits.memory)
    try:
        yield most
    finally:
        if before is not None:
            memory.restore(before)
