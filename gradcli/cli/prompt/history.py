"""The lines of earlier prompts: `$XDG_STATE_HOME/gradcli/history`, a line each.

Each line is added as it is given, so that nothing is lost however the prompt ends, and several prompts can be open.
Files are read and written here, and not by readline, whose two libraries have two formats.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # typing's own takes longer to import than all of this
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Final

LIMIT: Final = 1_000
"""Lines that are read; a file of twice as many is cut to these."""
LONGEST: Final = 10_000
"""Characters of a line that is worth keeping."""


def place() -> str:
    """The file's path."""
    home = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(home):  # as the specification has it
        home = os.path.expanduser(os.path.join("~", ".local", "state"))
    return os.path.join(home, "gradcli", "history")


class History:
    """The lines that readline goes back through, and their file; where that cannot be written, the lines alone."""

    def __init__(self, readline: ModuleType, path: str) -> None:
        self._readline, self._path = readline, path
        self._last = ""
        self._open()

    def _open(self) -> None:
        lines: list[str] = []
        try:
            lines = self._read()
            if len(lines) > 2 * LIMIT:
                self._cut(lines[-LIMIT:])
        except OSError:  # there is none yet, or it is not ours to change
            pass
        for line in lines[-LIMIT:]:
            self._readline.add_history(line)
            self._last = line

    def _read(self) -> list[str]:
        with open(self._path, encoding="utf-8", errors="replace") as file:
            return [line for line in file.read().replace("\0", "").split("\n") if line]

    def _cut(self, lines: list[str]) -> None:
        """Put a shorter file in the place of the file."""
        part = f"{self._path}.{os.getpid()}.part"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))
        os.replace(part, self._path)

    def add(self, line: str) -> None:
        """Add a line that was given; not one that repeats the last one, or is nothing."""
        line = line.replace("\n", " ").rstrip()
        if not line or line == self._last or len(line) > LONGEST:
            return
        self._last = line
        self._readline.add_history(line)
        try:
            self._write(f"{line}\n".encode())
        except (OSError, UnicodeEncodeError):  # the lines of this prompt are there all the same
            return

    def _write(self, data: bytes) -> None:
        """Add to the file, in one go: other prompts add to the same file."""
        os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)


def opened() -> tuple[ModuleType, History] | None:
    """readline, which asks from now on, and the history; None where the system has none."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    try:
        import readline
    except ImportError:  # on Windows
        return None
    readline.set_auto_history(False)
    return readline, History(readline, place())
