"""Files that the library writes."""

from __future__ import annotations

import os

from gradcli.streams.outputs import replaced


def write(path: str, content: bytes) -> None:
    """Write a file; what is there is replaced when the file is whole. Raises OSError."""
    with replaced(os.path.realpath(path)) as stream:
        stream.write(content)


def ending_of(path: str | os.PathLike[str], known: dict[str, str]) -> tuple[str, str]:
    """The path, and what the end of its name says is to be written. Raises ValueError where that is nothing known."""
    name = os.fspath(path)
    ending = os.path.splitext(name)[1].lower()
    if ending not in known:
        what = f"ends in {ending}" if ending else "has no ending"
        raise ValueError(f"{name} {what}, which does not say what to write: known are {' '.join(known)}")
    return name, known[ending]
