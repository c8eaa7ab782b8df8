"""What the Tab key gives at the prompt: commands, files, and names, which the worker knows."""

from __future__ import annotations

import os

from gradcli.cli.prompt import commands

TYPE_CHECKING = False  # typing's own takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType
    from typing import Final

    from gradcli.cli.prompt.session import Session

DELIMITERS: Final = " \t\n()[]{}+-*/^=,;<>|&!'\""


class Completer:
    """Completes the line that readline is at; `names` gives the names that the end of a text may become."""

    def __init__(self, readline: ModuleType, names: Callable[[str], tuple[str, ...]]) -> None:
        self._readline, self._names = readline, names
        self._found: list[str] = []
        readline.set_completer_delims(DELIMITERS)
        readline.set_completer(self.complete)
        is_libedit = "libedit" in (readline.__doc__ or "")
        readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")

    def complete(self, word: str, state: int) -> str | None:
        """The completion of this number, of what stands before the cursor; None beyond the last."""
        if state == 0:
            end = self._readline.get_endidx()
            self._found = list(completions(self._readline.get_line_buffer()[:end], end - len(word), self._names))
        return self._found[state] if state < len(self._found) else None


def completions(line: str, begin: int, names: Callable[[str], tuple[str, ...]]) -> Iterator[str]:
    """What may stand in the line from the place `begin` on, up to the cursor at the end."""
    start, found = _candidates(line, names)
    for each in found:
        yield line[begin:start] + each if begin <= start else each[begin - start :]


def _candidates(line: str, names: Callable[[str], tuple[str, ...]]) -> tuple[int, list[str]]:
    """Where the word begins that is to be completed, and what it may become."""
    import re

    every = [*commands.PASSED, *commands.OWN]
    called = line.lstrip()
    if match := re.fullmatch(r":\s*(\w*)", called):
        return len(line) - len(match[1]), [f"{name} " for name in every if name.startswith(match[1])]
    if match := re.fullmatch(r":(?:load|save)\s+(?:--replace\s+)?(.*)", called):
        return len(line) - len(match[1]), list(paths(match[1]))
    if match := re.fullmatch(r":(?:help|h|\?)\s+:?(\w*)", called):
        start = match[1]
        of_commands = [name for name in every if name.startswith(start)]
        return len(line) - len(start), [*of_commands, *(each.rstrip("(") for each in names(start) if start)]
    found = re.search(r"[^\W\d]\w*$", line)
    return (len(line), []) if found is None else (found.start(), list(names(found[0])))


def paths(path: str) -> Iterator[str]:
    """The files and folders that the beginning of a path may become; a slash follows a folder."""
    folder, start = os.path.split(path)
    try:
        entries = sorted(os.scandir(os.path.expanduser(folder) or "."), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(start) and not (entry.name.startswith(".") and not start):
            yield os.path.join(folder, entry.name) + ("/" if entry.is_dir() else "")


def names_in(start: str, session: Session) -> tuple[str, ...]:
    """The names that begin so: the session's, functions and constants; a bracket follows a function."""
    from gradcli.cli.prompt.session import ANS
    from gradcli.operations import CONSTANTS, OPERATIONS

    own = {kept.name: kept.name + ("(" if is_function(kept.text) else "") for kept in session.kept.values()}
    if session.ans is not None:
        own[ANS] = ANS
    known = {name: f"{name}(" for name in OPERATIONS if name.isidentifier()}
    every = {**known, **{name: name for name in CONSTANTS}, **own}
    return tuple(written for name, written in sorted(every.items()) if name.startswith(start))


def is_function(text: str) -> bool:
    """Whether a statement defines a function."""
    return "(" in text.partition("=")[0]
