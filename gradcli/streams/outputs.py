"""Files that are written: what is there is replaced only when the new one is whole."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import BinaryIO


@contextmanager
def replaced(path: str) -> Iterator[BinaryIO]:
    """A file to be written, which takes the place of what is there when it is whole.

    Raises OSError where it cannot be written; what is there is untouched then.
    """
    part = f"{path}.{os.getpid()}.part"
    try:
        with open(part, "xb") as stream:
            copy_mode(path, part)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    except FileExistsError:  # what is there is another's
        raise
    except BaseException:
        with suppress(OSError):
            os.remove(part)
        raise


@contextmanager
def text_of(stream: BinaryIO) -> Iterator[TextIOWrapper]:
    """The stream as UTF-8 with the line ends that are written; it stays open."""
    text = TextIOWrapper(stream, encoding="utf-8", newline="")
    yield text
    text.detach()


def copy_mode(file: str, part: str) -> None:
    """Let those read `part` who may read `file`, whose place it will take, and nobody else."""
    with suppress(OSError):  # there is nothing there yet, or the file system has no modes
        os.chmod(part, stat.S_IMODE(os.stat(file).st_mode))
