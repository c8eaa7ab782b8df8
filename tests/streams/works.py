"""Work for tests: it squares numbers, and misbehaves where it is told to."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

FATAL = 7
"""The number that ends whoever squares it."""


def squares(numbers: Sequence[int]) -> list[int]:
    """The squares."""
    return [number**2 for number in numbers]


def squares_killed_by_seven(numbers: Sequence[int]) -> list[int]:
    """The squares, without a last word where one is of 7."""
    if FATAL in numbers:
        kill()
    return squares(numbers)


def squares_killed_once(numbers: Sequence[int], marker: str) -> list[int]:
    """The squares; the first process to square 7 is killed at it."""
    if FATAL in numbers and first_time(marker):
        kill()
    return squares(numbers)


def first_time(marker: str) -> bool:
    """Whether no process asked with this marker before: a file, which survives the process."""
    try:
        Path(marker).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def kill() -> None:
    """What the system does to a process when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def wait_for_ever() -> None:
    """Wait for what nobody will say."""
    threading.Event().wait()
