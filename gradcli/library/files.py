"""Files that the library writes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from gradcli.batch.journal import copy_mode


@contextmanager
def replaced(path: str) -> Iterator[BinaryIO]:
    """A file to be written, which takes the place of what is there when it is whole. Raises OSError."""
    target = os.path.realpath(path)
    part = f"{target}.{os.getpid()}.part"
    with open(part, "xb") as stream:
        try:
            yield stream
            stream.close()
            copy_mode(target, part)
            os.replace(part, target)
        except BaseException:
            stream.close()
            os.unlink(part)
            raise


def ending_of(path: str | os.PathLike[str], known: dict[str, str]) -> tuple[str, str]:
    """The path, and what the end of its name says is to be written. Raises ValueError where that is nothing known."""
    name = os.fspath(path)
    ending = os.path.splitext(name)[1].lower()
    if ending not in known:
        what = f"ends in {ending}" if ending else "has no ending"
        raise ValueError(f"{name} {what}, which does not say what to write: known are {' '.join(known)}")
    return name, known[ending]
