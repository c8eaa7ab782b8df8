"""Files that are read, of which one may be standard input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO, Final

STANDARD_INPUT: Final = "-"


def shown_name(file: str) -> str:
    """What a file is called in messages and records."""
    return "<stdin>" if file == STANDARD_INPUT else file


def opened(file: str) -> AbstractContextManager[BinaryIO]:
    """A file, or standard input, to be read. Raises OSError."""
    return nullcontext(sys.stdin.buffer) if file == STANDARD_INPUT else open(file, "rb")


def size_of(files: Iterable[str]) -> int | None:
    """The bytes of all files that are there together, None where that is not known."""
    total = 0
    for file in files:
        try:
            found = os.stat(0 if file == STANDARD_INPUT else file)
        except OSError:
            continue
        if not stat.S_ISREG(found.st_mode):
            return None
        total += found.st_size
    return total
