"""Ctrl-C that comes between two steps, and never within one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any


class Interrupts:
    """A context in which Ctrl-C is a KeyboardInterrupt as ever, but waits for the end of what is `held`.

    It changes nothing where Ctrl-C is ignored or means something else already, and on threads other than the main one.
    """

    def __init__(self) -> None:
        self._before: Any = None
        self._holding = self._came = False

    def __enter__(self) -> Interrupts:
        on_main_thread = threading.current_thread() is threading.main_thread()
        if on_main_thread and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before = signal.signal(signal.SIGINT, self._ring)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    @contextmanager
    def held(self) -> Iterator[None]:
        """A step that is taken as a whole. Raises KeyboardInterrupt at its end, if that came meanwhile."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
            if self._came:
                self._came = False
                raise KeyboardInterrupt

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if not self._holding:
            raise KeyboardInterrupt
        self._came = True
