"""The pages that people read, taken apart: their examples, links and headings, and a shell that runs the examples.

`python -m tests.documents [PAGE...]` writes under each command of the pages what it prints now; look at the difference.
A command under which three dots stand alone has its output filled in.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

from gradcli.cli import program

FOLDER = Path(__file__).parents[1]
README = FOLDER / "README.md"
PAGES = [README, *sorted((FOLDER / "docs").glob("*.md"))]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_OUTPUT = re.compile(r"^(.*?) > (\S+)$", re.DOTALL)
_PRINTED = re.compile(r"^\s*print\(.*\)  # (.*)$", re.MULTILINE)


def is_there(command: str) -> bool:
    """Whether this machine has the tools that an example uses besides ours."""
    tools = [stage.split(maxsplit=1)[0] for stage in _stages(command) if not _is_ours(stage)]
    return all(shutil.which(tool) is not None for tool in tools)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language and its text."""

    language: str
    text: str


@dataclass(frozen=True)
class Example:
    """A command as a page shows it, and what stands under it; None where the whole block shows no output."""

    command: str
    shown: str | None


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(*found) for found in _FENCE.findall(page.read_text(encoding="utf-8"))]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def examples(block: Block) -> list[Example]:
    """The commands of a console block (each behind `$ `, further lines of it behind `> `), with what each prints."""
    found: list[tuple[str, str]] = []
    for line in block.text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:].rstrip("\n"), ""))
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line[2:]}".rstrip("\n"), "")
        else:
            found[-1] = (found[-1][0], found[-1][1] + line)
    shows = any(shown for _, shown in found)
    return [Example(command, shown if shows else None) for command, shown in found]


def links(page: Path) -> list[str]:
    """Where a page's links lead that stay in the project."""
    return [target for target in _LINK.findall(prose(page)) if not re.match(r"\w+:", target)]


def anchors(page: Path) -> set[str]:
    """The names under which a page's headings can be linked, as Git hosts make them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(prose(page))}


def section(page: Path, heading: str) -> str:
    """What stands under a heading, down to the next of its level; empty where there is none."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"^(#+) {re.escape(heading)}$(.*?)(?=^\1 |\Z)", text, re.DOTALL | re.MULTILINE)
    return "" if found is None else found.group(2)


class Captured(TextIOWrapper):
    """A stream whose bytes are kept at once, in `kept`."""

    def __init__(self, kept: BytesIO) -> None:
        super().__init__(kept, encoding="utf-8", write_through=True)
        self.kept = kept

    def __del__(self) -> None:
        """Leave the bytes to whoever else writes there."""


@dataclass
class Shell:
    """Runs the commands of a page in a folder, one after the other, and shows what a terminal would.

    Commands of gradcli's run in this process, with all their work; what is piped to or from them has a shell.
    """

    folder: Path
    status: int = 0
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})

    def __post_init__(self) -> None:
        (self.folder / "samples").symlink_to(FOLDER / "samples")

    def run(self, command: str) -> list[str]:
        """What the terminal shows, in each order in which the streams may come."""
        if command.strip() == "echo $?":
            return [f"{self.status}\n"]
        match = _OUTPUT.fullmatch(command)
        if match is not None:
            command = match.group(1)
        *before, last = _stages(command)
        said, data = "", b""
        for stage in before:
            said_here, data = self._stage(stage, data)
            said += said_here
        if match is None and _is_ours(last):
            return [said + self._together(last, data)]
        said_here, data = self._stage(last, data)
        said += said_here
        if match is not None:
            (self.folder / match.group(2)).write_bytes(data)
            data = b""
        return [data.decode() + said, said + data.decode()]

    def _together(self, command: str, data: bytes) -> str:
        """Both streams of a command, as they come."""
        screen = BytesIO()
        self._call(command, data, screen, screen)
        return screen.getvalue().decode()

    def _stage(self, command: str, data: bytes) -> tuple[str, bytes]:
        """What one command of a pipeline says on stderr and writes to stdout."""
        if _is_ours(command):
            out, said = BytesIO(), BytesIO()
            self._call(command, data, out, said)
            return said.getvalue().decode(), out.getvalue()
        finished = subprocess.run(["sh", "-c", command], cwd=self.folder, input=data, capture_output=True, check=False)
        self.status = finished.returncode
        return finished.stderr.decode(), finished.stdout

    def _call(self, command: str, data: bytes, out: BytesIO, err: BytesIO) -> None:
        arguments = shlex.split(command, comments=True)[1:]
        if arguments[:1] in (["batch"], ["grade"]) and not any(each.startswith("-j") for each in arguments):
            arguments.append("-j0")  # the work done here, without workers, writes the same
        if arguments[:1] in ([], ["repl"]):  # the prompt calculates in a process of its own
            command_line = [sys.executable, "-m", "gradcli", *arguments]
            finished = subprocess.run(command_line, cwd=self.folder, input=data, capture_output=True, check=False)
            self.status = finished.returncode
            out.write(finished.stdout)
            err.write(finished.stderr)
            return
        with _streams(data, out, err), _folder(self.folder):
            self.status = program.run(arguments)

    def python(self, text: str) -> tuple[str, str]:
        """What a Python program prints, and what the comments behind its calls of print say."""
        printed = StringIO()
        with redirect_stdout(printed), _folder(self.folder):
            exec(compile(text, "<page>", "exec"), self.names)
        return printed.getvalue(), "".join(f"{line}\n" for line in _PRINTED.findall(text))

    def prompt(self, text: str, name: str) -> str:
        """What differs where a session at Python's prompt is run again; empty where nothing does."""
        told = StringIO()
        test = doctest.DocTestParser().get_doctest(text, self.names, name, None, 0)
        with _folder(self.folder):
            doctest.DocTestRunner(verbose=False).run(test, out=told.write, clear_globs=False)
        self.names.update(test.globs)
        return told.getvalue()


def _is_ours(command: str) -> bool:
    return command.split(maxsplit=1)[0] == "gradcli"


def _stages(command: str) -> list[str]:
    """The commands of a pipeline."""
    stages, quoted = [""], ""
    for character in command:
        if character in "'\"" and quoted in ("", character):
            quoted = "" if quoted else character
        if character == "|" and not quoted:
            stages.append("")
        else:
            stages[-1] += character
    return [stage.strip() for stage in stages]


@contextmanager
def _streams(data: bytes, out: BytesIO, err: BytesIO) -> Iterator[None]:
    before = sys.stdin, sys.stdout, sys.stderr
    kept = sys.stdin, sys.stdout, sys.stderr = TextIOWrapper(BytesIO(data), "utf-8"), Captured(out), Captured(err)
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
        for stream in kept[1:]:
            stream.detach()


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def rewritten(page: Path, folder: Path) -> str:
    """The text of a page with what its commands print now; those that show nothing go on showing nothing."""
    shell = Shell(folder)

    def run(match: re.Match[str]) -> str:
        language, text = match.groups()
        if language == "python":
            shell.python(text)
        if language != "console":
            return match.group()
        shown = [
            (each, shell.run(each.command)[0] if is_there(each.command) else each.shown or "")
            for each in examples(Block(language, text))
        ]
        lines = [
            "$ " + each.command.replace("\n", "\n> ") + "\n" + ("" if each.shown is None else screen)
            for each, screen in shown
        ]
        return f"```console\n{''.join(lines)}```"

    return _FENCE.sub(run, page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for name in sys.argv[1:] or PAGES:
        with tempfile.TemporaryDirectory() as place:
            text = rewritten(Path(name), Path(place))
        Path(name).write_text(text, encoding="utf-8")
