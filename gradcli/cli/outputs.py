"""Where a command writes: one answer for all of them to what may be written to, and how, so that no file is lost.

An output that is read in the same call, two outputs in one file, and a target that cannot be written to are refused
before anything is read. A device or a pipe is written to as it is. A symbolic link is followed, and stays. A file that
is there is replaced only when the new one is whole.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from io import TextIOWrapper
from typing import BinaryIO, Final, TypeAlias

from gradcli.cli.misuse import Misuse
from gradcli.language.values import frozen
from gradcli.streams import outputs
from gradcli.streams.journal import names_beside
from gradcli.streams.outputs import text_of

STANDARD: Final = "-"
"""Standard input among what is read, standard output among what is written."""
MAX_LINKS: Final = 40
"""Symbolic links that are followed one after the other, as the kernel does."""

Identity: TypeAlias = "tuple[int, int] | str"
"""What two names of one file have in common: its device and number, or its path where there is no such file yet."""


@frozen
class Target:
    """Where an output goes: to the file `path`, or, where it `streams`, into what is there already.

    `name` is as it was written. `descriptor` is one that this process has open, such as 1 for /dev/stdout.
    """

    name: str
    path: str
    streams: bool = False
    descriptor: int | None = None


def targets(
    named: Mapping[str, str | None], inputs: Sequence[str], *, prints: bool = False
) -> dict[str, Target | None]:
    """The target of each output, by its option; None for those that are not asked for.

    `inputs` are the files that the call reads. `prints` says that there is a summary on standard output, too, unless
    one of the outputs goes there. Raises Misuse, before anything is written.
    """
    found = {option: None if name is None else _target(option, name) for option, name in named.items()}
    taken = {_identity(name): f"{name}, which is read" for name in inputs if not _shares(name)}
    if prints and not any(target is not None and target.descriptor == 1 for target in found.values()):
        _claim("the summary", Target("standard output", "", streams=True, descriptor=1), taken)
    for option, target in found.items():
        if target is not None:
            _claim(f"{option} {target.name}", target, taken)
    return found


def _claim(what: str, target: Target, taken: dict[Identity, str]) -> None:
    """Add the files of a target to those that are taken. Raises Misuse where one of them is."""
    place = target.path if target.descriptor is None else target.descriptor
    if _shares(place):
        return
    uses = {_identity(place): "goes to"}
    if not target.streams:
        uses |= {_identity(name): "keeps its records in" for name in names_beside(target.path)}
    for identity, use in uses.items():
        if identity in taken:
            raise Misuse(f"{what} {use} {taken[identity]}: it would be overwritten", "write to another file")
    taken.update({identity: f"what {what} {use}" for identity, use in uses.items()})


def refuse_to_resume(target: Target | None) -> None:
    """Raises Misuse where a target keeps nothing that --resume could go on with."""
    if target is not None and target.streams:
        message = f"--resume goes on with a file, and {target.name} is a device or a pipe"
        raise Misuse(message, "leave out --resume: all is calculated again")


@contextmanager
def replaced(target: Target) -> Iterator[TextIOWrapper]:
    """A text to be written, which takes the place of what is there when it is whole.

    Raises OSError where it cannot be written; what is there is untouched then.
    """
    with opened(target) if target.streams else outputs.replaced(target.path) as stream, text_of(stream) as text:
        yield text


def opened(target: Target) -> AbstractContextManager[BinaryIO]:
    """A device or a pipe, or standard output, to be written to. Raises OSError."""
    if target.path == STANDARD:
        return nullcontext(sys.stdout.buffer)
    if target.descriptor is None:
        return open(target.path, "wb")
    return os.fdopen(os.dup(target.descriptor), "wb")


def _target(option: str, name: str) -> Target:
    """Where an output goes. Raises Misuse."""
    descriptor = 1 if name == STANDARD else _descriptor(name)
    try:
        mode = os.stat(name if descriptor is None else descriptor).st_mode
    except FileNotFoundError:
        mode = None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Misuse(f"{option} {name} cannot be written: {reason}", "name another file") from None
    if descriptor is not None:
        return Target("standard output" if name == STANDARD else name, name, streams=True, descriptor=descriptor)
    if mode is not None:
        _check_file(option, name, mode)
    if mode is not None and not stat.S_ISREG(mode):
        return Target(name, name, streams=True)
    path = os.path.realpath(name) if os.path.islink(name) else name
    _check_folder(option, name, path)
    return Target(name, path)


def _check_file(option: str, name: str, mode: int) -> None:
    """Raises Misuse where what is there already, with this mode, is not to be written to."""
    if stat.S_ISDIR(mode) or stat.S_ISSOCK(mode):
        kind = "directory" if stat.S_ISDIR(mode) else "socket"
        raise Misuse(f"{option} {name} is a {kind}, which cannot be written to", "name a file")
    if not os.access(name, os.W_OK):
        raise Misuse(f"{option} {name} is there already, and is protected from writing", "name another file")


def _check_folder(option: str, name: str, path: str) -> None:
    """Raises Misuse where no file can be made beside this one: a new file is written there before it is whole."""
    folder = os.path.dirname(path) or "."
    if not os.path.basename(path):
        raise Misuse(f"{option} {name!r} names no file", "name one")
    if not os.path.isdir(folder):
        raise Misuse(f"{option} {name} cannot be written: there is no folder {folder}", "make it, or name another file")
    if not os.access(folder, os.W_OK | os.X_OK):
        message = f"{option} {name} cannot be written: the folder {folder} is protected from writing"
        raise Misuse(message, "name a file in another folder")


def _descriptor(name: str) -> int | None:
    """The descriptor of this process that a name stands for, such as 1 for /dev/stdout; None for other names."""
    own = ("/dev/fd", f"/proc/{os.getpid()}/fd")
    for _ in range(MAX_LINKS):
        folder, last = os.path.split(name)
        if last.isdecimal() and os.path.realpath(folder) in own:
            return int(last)
        if not os.path.islink(name):
            return None
        name = os.path.join(folder, os.readlink(name))
    return None


def _identity(file: str | int) -> Identity:
    """What this file has in common with all its other names."""
    try:
        found = os.stat(0 if file == STANDARD else file)
    except (OSError, ValueError):
        return os.path.normcase(os.path.realpath(str(file)))
    return found.st_dev, found.st_ino


def _shares(file: str | int) -> bool:
    """Whether what is read and written here does not meet, as in a terminal or a connection."""
    with suppress(OSError, ValueError):
        mode = os.stat(0 if file == STANDARD else file).st_mode
        return stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)
    return False
