"""A file of records that survives whatever happens to the one who writes it.

While a run goes on, its records are appended to FILE.part. From time to time, and at every end that the run lives to
see, they are brought to the disk, and then FILE.journal gets a line that says how many records there are, and in how
many bytes. When all is done, FILE.part is renamed to FILE: FILE itself is never there by halves. After a crash, a kill
or a full disk, FILE.part is cut where the last line of the journal that it covers says, and the run goes on from there.

The journal begins with what decides the records. With each line goes a digest of the input so far, so that a run is
not resumed with another input. It knows nothing of what the records are.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import blake2b
from typing import Any, BinaryIO, Final, Literal, TypeAlias

from gradcli.language.values import field, frozen
from gradcli.streams.errors import RunError
from gradcli.streams.outputs import copy_mode

SECONDS: Final = 1.0
"""How much time may pass, while there are records, before what is written is safe."""
VERSION: Final = 1
LOCKED: Final = 1 << 40
"""The byte of a journal that is locked on Windows: one that it never has."""

Settings: TypeAlias = "Mapping[str, Any]"


class JournalError(RunError):
    """An output that cannot be begun or gone on with as asked."""


class NothingToResumeError(JournalError):
    """The output is complete."""


@frozen
class Checkpoint:
    """What is safe: `done` records in `size` bytes of FILE.part, of an input with this `digest`.

    `counts` is what the one who writes wants to know after a crash. `finished` says that there is no more to come.
    """

    done: int = 0
    size: int = 0
    digest: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    finished: bool = False


class InputDigest:
    """The digest of an input, key by key."""

    def __init__(self) -> None:
        self.hash = blake2b(digest_size=16)

    def add(self, key: bytes) -> None:
        """Add the next task's key."""
        self.hash.update(len(key).to_bytes(8) + key)

    def text(self) -> str:
        """The digest so far."""
        return self.hash.hexdigest()


class Journal:
    """An output under way, from `begin` or `resume`: `write` each record, then `finish`; `close` in any case."""

    def __init__(self, file: str, part: BinaryIO, log: BinaryIO, checkpoint: Checkpoint, digest: InputDigest) -> None:
        self.file, self.part, self.log = file, part, log
        self.checkpoint = checkpoint
        self.done, self.size = checkpoint.done, checkpoint.size
        self.digest = digest
        self.safe_at = time.monotonic()

    def write(self, record: bytes, key: bytes, counts: Callable[[], Mapping[str, int]]) -> None:
        """Append the record of the task with this key; `counts` is asked for when it is to be kept. Raises OSError."""
        self.part.write(record)
        self.part.flush()
        self.digest.add(key)
        self.done += 1
        self.size += len(record)
        if time.monotonic() - self.safe_at >= SECONDS:
            self.save(counts())

    def save(self, counts: Mapping[str, int], *, finished: bool = False) -> None:
        """Make all that is written safe. Raises OSError."""
        self.part.flush()
        os.fsync(self.part.fileno())
        self.checkpoint = Checkpoint(self.done, self.size, self.digest.text(), dict(counts), finished)
        _append(self.log, _line(self.checkpoint))
        self.safe_at = time.monotonic()

    def finish(self, counts: Mapping[str, int]) -> None:
        """Put the output in its place: all is done. Raises OSError."""
        self.save(counts, finished=True)
        self.part.close()
        _put_in_place(self.file, self.log)

    def close(self) -> None:
        """Leave the run as it is, to be resumed; one in which nothing was done leaves nothing."""
        with suppress(OSError):  # what could not be written is not in the journal either
            self.part.close()
        with suppress(OSError):
            if self.done or self.checkpoint.finished:
                self.log.close()
            else:
                _remove(self.file, self.log)


def names_beside(file: str) -> tuple[str, str]:
    """The files that are there while the output `file` is being written."""
    return _part_name(file), _log_name(file)


def begin(file: str, settings: Settings, head: bytes = b"") -> Journal:
    """Begin the output `file`, with `head` before the first record.

    Raises JournalError where an unfinished run, or a file that is no run's, is in its place, OSError where it cannot
    be written.
    """
    part_name, log_name = names_beside(file)
    if os.path.lexists(log_name):
        message = f"an unfinished run is writing, or was writing, to {file}"
        help_ = f"--resume goes on with it; to begin again, delete {log_name} and {part_name}"
        raise JournalError(message, help_)
    if os.path.lexists(part_name):
        message = f"{part_name} is there already, and would be overwritten"
        raise JournalError(message, "delete it if it is of no use, or choose another --output")
    log = _opened(log_name, "xb")
    try:
        _lock(log, file)
    except BaseException:
        log.close()
        raise
    try:
        _append(log, (json.dumps({"journal": VERSION, "settings": settings}) + "\n").encode())
        part = _opened(part_name, "xb")
    except BaseException:
        with suppress(OSError):  # a full disk has no room for the rest either
            log.close()
        os.remove(log_name)
        raise
    copy_mode(file, part_name)
    part.write(head)
    return Journal(file, part, log, Checkpoint(size=len(head)), InputDigest())


def resume(file: str, settings: Settings, head: bytes = b"") -> Journal | Checkpoint:
    """Go on with an unfinished output, or begin it where there is none; a finished run's Checkpoint.

    What is done is in the journal's `checkpoint`: the caller reads the input again, shows each task that is done to
    `Journal.digest`, and asks `check_input`. Raises JournalError where there is nothing to go on with or the settings
    are others, OSError.
    """
    if not os.path.exists(_log_name(file)):
        if os.path.exists(file):
            raise NothingToResumeError(
                f"{file} is complete: there is nothing to resume", f"to calculate anew, delete {file}"
            )
        return begin(file, settings, head)
    log = _opened(_log_name(file), "r+b")
    try:
        return _resumed(file, log, settings, head)
    except BaseException:
        log.close()
        raise


def _resumed(file: str, log: BinaryIO, settings: Settings, head: bytes) -> Journal | Checkpoint:
    _lock(log, file)
    known, checkpoints, valid = _read(log.read())
    if known is None:
        _remove(file, log)
        return begin(file, settings, head)
    _compare(known, settings)
    if checkpoints and checkpoints[-1].finished and _is_there(file, checkpoints[-1]):
        _put_in_place(file, log)
        return checkpoints[-1]
    log.truncate(valid)
    log.seek(valid)
    return _reopened(file, log, checkpoints, head)


def _is_there(file: str, checkpoint: Checkpoint) -> bool:
    """Whether the whole output is there, under one name or the other."""
    name = _part_name(file) if os.path.exists(_part_name(file)) else file
    return os.path.exists(name) and os.path.getsize(name) == checkpoint.size


def _reopened(file: str, log: BinaryIO, checkpoints: list[Checkpoint], head: bytes) -> Journal:
    """The journal with its part cut to what is safe."""
    part = _opened(_part_name(file), "a+b")
    there = part.seek(0, os.SEEK_END)
    checkpoint = next((each for each in reversed(checkpoints) if each.size <= there), None)
    part.truncate(0 if checkpoint is None else checkpoint.size)
    if checkpoint is None:
        part.write(head)
        checkpoint = Checkpoint(size=len(head))
    return Journal(file, part, log, checkpoint, InputDigest())


def check_input(journal: Journal) -> None:
    """Check that the tasks shown to the digest are those of the unfinished run. Raises JournalError."""
    if journal.checkpoint.done and journal.digest.text() != journal.checkpoint.digest:
        message = f"the input is not the one that {journal.file} was begun with: its first problems differ"
        raise JournalError(message, f"resume with the same input, or delete {_log_name(journal.file)} to begin again")


def _opened(name: str, mode: Literal["xb", "r+b", "a+b"]) -> BinaryIO:
    """A file that the journal closes."""
    return open(name, mode)


def _part_name(file: str) -> str:
    return f"{file}.part"


def _log_name(file: str) -> str:
    return f"{file}.journal"


def _line(checkpoint: Checkpoint) -> bytes:
    fields = {"done": checkpoint.done, "size": checkpoint.size, "digest": checkpoint.digest}
    counts = {"counts": dict(checkpoint.counts), "finished": checkpoint.finished}
    return (json.dumps({**fields, **counts}) + "\n").encode()


def _append(log: BinaryIO, line: bytes) -> None:
    log.write(line)
    log.flush()
    os.fsync(log.fileno())


def _read(data: bytes) -> tuple[Settings | None, list[Checkpoint], int]:
    """The settings, the checkpoints, and how many bytes of the journal are whole; no settings where it has none."""
    settings: Settings | None = None
    checkpoints: list[Checkpoint] = []
    valid = 0
    for line in data.splitlines(keepends=True):
        try:
            found: dict[str, Any] = json.loads(line if line.endswith(b"\n") else b"")
            if settings is None:
                settings = found["settings"]
            else:
                checkpoints.append(Checkpoint(**found))
        except (ValueError, TypeError, KeyError):
            break
        valid += len(line)
    return settings, checkpoints, valid


def _compare(known: Settings, settings: Settings) -> None:
    """Raises JournalError where settings differ from those of the unfinished run."""
    now = json.loads(json.dumps(settings))
    for name in sorted({*known, *now}):
        if known.get(name) != now.get(name):
            message = f"the unfinished run had {name} = {known.get(name)}, and this one has {now.get(name)}"
            raise JournalError(message, "resume with the same options, or begin another --output")


def _put_in_place(file: str, log: BinaryIO) -> None:
    if os.path.exists(_part_name(file)):
        os.replace(_part_name(file), file)
        _sync_folder(file)
    _remove(file, log)


def _remove(file: str, log: BinaryIO) -> None:
    """Remove what is beside an output, and close its journal: after that, so that its lock keeps others away, but
    before it on Windows, where no file is removed that is open."""
    if os.name != "posix":
        log.close()
    for name in names_beside(file):
        with suppress(FileNotFoundError):
            os.remove(name)
    log.close()


def _sync_folder(file: str) -> None:
    """Make the renaming safe, where folders can be brought to the disk."""
    if os.name != "posix":
        return
    folder = os.open(os.path.dirname(file) or ".", os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _lock(log: BinaryIO, file: str) -> None:
    """Keep other runs away, by a lock that ends with its process."""
    try:
        if sys.platform == "win32":
            import msvcrt

            log.seek(LOCKED)  # there a locked byte cannot be read either
            msvcrt.locking(log.fileno(), msvcrt.LK_NBLCK, 1)
            log.seek(0)
        else:
            import fcntl

            fcntl.flock(log.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise JournalError(f"another run is writing to {file}", "wait for it, or choose another --output") from None
