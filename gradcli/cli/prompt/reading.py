"""Where lines come from, and which of them belong together: open brackets and a backslash at the end go on."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # typing's own takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO, Final

MOST: Final = 2_000_000
"""Characters of one statement, as many as the language reads."""
MOST_LINES: Final = 200
"""Lines of one statement of a file: a bracket that nobody closes does not swallow all that follows."""


class Input:
    """A statement or a command, and the number of its first line."""

    __slots__ = ("line", "text")

    def __init__(self, text: str, line: int) -> None:
        self.text, self.line = text, line


class UnreadableError(Exception):
    """Raised by lines that are no text."""


def goes_on(text: str) -> bool:
    """Whether a statement is not whole: a bracket is open, or there is a backslash at the end."""
    if _ends_in_backslash(text):
        return True
    if text.lstrip().startswith(":"):
        return False
    depth = 0
    for line in text.split("\n"):
        for character in line.partition("#")[0]:
            depth += (character in "([{") - (character in ")]}")
    return depth > 0


def joined(lines: list[str]) -> str:
    """One text of the lines of a statement; a backslash at the end of a line is where it was cut."""
    return "".join(line[:-1] + " " if _ends_in_backslash(line) else line + "\n" for line in lines).strip("\n")


def _ends_in_backslash(text: str) -> bool:
    return text.endswith("\\") and not text.endswith("\\\\")


class Typed:
    """Statements from a keyboard: `ask` gives a line, or several that were pasted, and is told whether it goes on."""

    def __init__(self, ask: Callable[[bool], str]) -> None:
        self._ask = ask
        self._pasted: list[str] = []

    def next(self) -> str | None:
        """The next statement; None at the end. An empty line ends what was begun.

        Raises KeyboardInterrupt, after which nothing of what was begun or pasted is left.
        """
        lines: list[str] = []
        pasted, self._pasted = self._pasted, []
        while True:
            try:
                pasted = pasted or self._ask(bool(lines)).split("\n")
            except EOFError:
                return joined(lines) if lines else None
            lines.append(pasted.pop(0))
            if not lines[-1].strip() or not goes_on("\n".join(lines)):
                self._pasted = pasted
                return joined(lines)


def entries(stream: BinaryIO) -> Iterator[Input]:
    """The statements of a file or a pipe. Raises UnreadableError where it is no text."""
    from collections import deque

    lines = _lines(stream)
    waiting: deque[tuple[int, str]] = deque()
    while True:
        taken: list[tuple[int, str]] = []
        while not taken or goes_on("\n".join(line for _, line in taken)):
            if not waiting:
                following = next(lines, None)
                if following is None:
                    break
                waiting.append(following)
            if taken and (len(taken) >= MOST_LINES or not waiting[0][1].strip()):
                break
            taken.append(waiting.popleft())
        if not taken:
            return
        texts = [text for _, text in taken]
        if len(taken) > 1 and goes_on("\n".join(texts)) and not _ends_in_backslash(texts[-1]):
            waiting.extendleft(reversed(taken[1:]))  # a bracket that nobody closes: what follows is read by itself
            texts = texts[:1]
        yield Input(joined(texts), taken[0][0])


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    number = 0
    while data := stream.readline(4 * MOST):
        number += 1
        if len(data) == 4 * MOST and data[-1:] != b"\n":
            data = _beginning(data, stream)
        if b"\0" in data:
            raise UnreadableError(f"line {number} is no text: there is a NUL byte in it")
        try:
            text = data.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise UnreadableError(f"line {number} is not UTF-8: its byte {error.start + 1} cannot be read") from None
        yield number, text.rstrip("\r\n")


def _beginning(data: bytes, stream: BinaryIO) -> bytes:
    """As much of a line as is too long for the language to read; the rest of it is skipped."""
    while (rest := stream.readline(4 * MOST)) and rest[-1:] != b"\n":
        pass
    return data.decode(errors="ignore")[: MOST + 1].encode()


def apart(text: str) -> list[str]:
    """The statements of a text that `;` and line ends outside brackets separate, without comments."""
    found, depth, current = [], 0, ""
    for line in text.split("\n"):
        for character in line.partition("#")[0] + "\n":
            depth = max(0, depth + (character in "([{") - (character in ")]}"))
            if depth == 0 and character in ";\n":
                found.append(current)
                current = ""
            else:
                current += character
    return [each.strip() for each in (*found, current) if each.strip()]


def asking() -> Callable[[str], str]:
    """What asks for a line: `input`; where results go elsewhere than to the terminal, the prompt is not among them.

    It raises EOFError at the end and KeyboardInterrupt on Ctrl-C.
    """
    return input if sys.stdout.isatty() else _ask_beside


def _ask_beside(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return input()
