"""One call of gradcli with all that it reads, and how anyone repeats it."""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass, field

LOAD = "import gradcli.engine as torch; torch.load('archive.pt')"


@dataclass(frozen=True)
class Case:
    """One input.

    `kind` names what is tried; `arguments` are the command line's (none for an archive, which the engine's `load`
    reads), `stdin` what is piped in, `files` what stands in the folder. `records` is how many records there must be
    where the call succeeds, None where that is not known.
    """

    kind: str
    arguments: tuple[str, ...] = ()
    stdin: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)
    records: int | None = None

    def command(self) -> str:
        """The command lines (of bash, in an empty folder) that do the same."""
        lines = [f"{_printing(data)} > {name}" for name, data in self.files.items()]
        if self.kind == "archives":
            return "\n".join([*lines, f"python -c {shlex.quote(LOAD)}"])
        words = [_word(argument.encode("utf-8", "surrogateescape")) for argument in self.arguments]
        piped = f"{_printing(self.stdin)} | " if self.stdin else ""
        return "\n".join([*lines, piped + " ".join(["gradcli", *words])])


def _printing(data: bytes) -> str:
    """The command that prints these bytes."""
    if b"\0" in data:
        return f"echo {base64.b64encode(data).decode()} | base64 -d"
    return f"printf %s {_word(data)}"


def _word(data: bytes) -> str:
    """Bytes as a word of bash."""
    if data.isascii() and data.decode().isprintable():
        return shlex.quote(data.decode())
    plain = set(range(32, 127)) - set(b"'\\")
    return "$'" + "".join(chr(each) if each in plain else f"\\x{each:02x}" for each in data) + "'"
