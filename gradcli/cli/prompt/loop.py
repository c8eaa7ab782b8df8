"""The prompt's loop: a banner, a line, what comes of it; and the commands about the prompt itself.

What is imported here is imported before the first prompt: nothing but the standard library.
"""

from __future__ import annotations

import os
import sys

from gradcli import __version__
from gradcli.cli.commands import CANNOT, INTERRUPTED
from gradcli.cli.prompt import commands, reading
from gradcli.cli.prompt.history import History, opened
from gradcli.cli.prompt.session import Session
from gradcli.cli.prompt.worker import LineRequest, Worker

TYPE_CHECKING = False  # typing's own takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

BANNER: Final = f"gradcli {__version__}   :help says what can be done, Ctrl-D leaves"
PROMPT: Final = "> "
MORE: Final = ". "
HEAD: Final = "# A session of gradcli; :load reads it.\n"
DEEPEST: Final = 10
"""Files that load one another."""


def run(options: tuple[str, ...] = ()) -> int:
    """Do what is typed, or piped in, until its end; the exit status.

    Of what is typed it is 0; of what is piped in, that of the worst line. Raises click.UsageError where nothing is.
    `options` (--timeout, --memory, with their values) hold for each line.
    """
    prompt = Prompt(options)
    if sys.stdin is None or not sys.stdin.isatty():
        try:
            return prompt.piped()
        finally:
            prompt.close()
    try:
        return prompt.typed()
    except Exception as error:
        return _failed(error)
    finally:
        prompt.close()


def _failed(error: Exception) -> int:
    """Say what is said of a failure of any command, which is not imported for the prompt."""
    from gradcli.cli.program import answered

    def fail() -> int:
        raise error

    return answered(fail)


class Prompt:
    """A session with what does its lines, and what was given to it."""

    def __init__(self, options: tuple[str, ...] = ()) -> None:
        self._options = options
        self._session = Session()
        self._worker: Worker | None = None
        self._inputs: list[str] = []
        self._saved: set[str] = set()
        self._is_left = False
        self._history: History | None = None

    def close(self) -> None:
        """Have what does the lines end."""
        if self._worker is not None:
            self._worker.close()

    # where lines come from

    def typed(self) -> int:
        """Do what is typed."""
        sys.stdout.write(BANNER + "\n")
        sys.stdout.flush()
        found = opened()
        if found is not None:
            from gradcli.cli.prompt.completion import Completer

            readline, self._history = found
            Completer(readline, self._names)
        ask = reading.asking()
        lines = reading.Typed(lambda is_more: self._asked(ask, is_more=is_more))
        self._started()
        while not self._is_left:
            try:
                text = lines.next()
                if text is None:
                    sys.stdout.write("\n")
                    break
                self.do(text)
            except KeyboardInterrupt:
                sys.stdout.write("\n")
        return 0

    def _asked(self, ask: Callable[[str], str], *, is_more: bool) -> str:
        try:
            line = ask(MORE if is_more else PROMPT)
        except UnicodeDecodeError:
            return "\udcff"  # which is no text, and is refused as that
        if self._history is not None:
            self._history.add(line)
        return line

    def _names(self, start: str) -> tuple[str, ...]:
        return self._started().ask(LineRequest(start, completes=True)).completions

    def piped(self) -> int:
        """Do what is piped in."""
        worst, is_empty = 0, True
        try:
            for entry in reading.entries(sys.stdin.buffer) if sys.stdin is not None else ():
                if not reading.apart(entry.text):
                    continue
                is_empty = False
                worst = max(worst, self.do(entry.text, "<stdin>", entry.line))
                if self._is_left or worst == INTERRUPTED:
                    break
        except (reading.UnreadableError, OSError) as error:
            return _fail(f"error: standard input: {error}", "what is piped in is read as at the prompt, line by line")
        if is_empty:
            import click

            raise click.UsageError("there is no expression to calculate; for example: gradcli 'x^2 + 3x' x=2")
        return worst

    # what is done with a line

    def _started(self) -> Worker:
        if self._worker is None:
            self._worker = Worker(self._session)
        return self._worker

    def do(self, text: str, file: str | None = None, line: int = 1, depth: int = 0) -> int:
        """Do a statement or a command; its status. `depth` is the number of files that load one another."""
        if not text.strip() or text.lstrip().startswith("#"):
            return 0
        name, operand = self._command(text.strip())
        if name == "quit":
            self._is_left = True
            return 0
        if name == "load":
            return self._load(operand, depth)
        if name == "save":
            return self._save(operand)
        reply = self._started().ask(
            LineRequest(f":{name}" if name and not operand else text, file, line, self._options)
        )
        if reply.status in (0, 1) and (name == "clear" or not name):
            self._inputs.append(text)
        self._is_left = self._is_left or reply.is_closed
        return reply.status

    def _command(self, text: str) -> tuple[str, str]:
        """The command that a line calls, and what follows; an empty name of a line that calls none."""
        from gradcli.cli.prompt.words import command_of

        if text in commands.WORDS and text not in self._session.kept:
            return commands.WORDS[text], ""
        name, operand = command_of(text) or ("", "")
        return commands.SHORT.get(name, name), operand

    def _load(self, path: str, depth: int) -> int:
        """Do the lines of a file; the status of the worst one."""
        path = _unquoted(path)
        if not path:
            return _fail("error: there is no file to load", ":load FILE")
        if depth >= DEEPEST:
            return _fail(f"error: {path} is not loaded: {DEEPEST} files load one another", "do they load themselves?")
        worst = 0
        try:
            with open(os.path.expanduser(path), "rb") as stream:
                for entry in reading.entries(stream):
                    worst = max(worst, self.do(entry.text, path, entry.line, depth + 1))
                    if self._is_left or worst == INTERRUPTED:
                        break
        except reading.UnreadableError as error:
            return _fail(f"error: {path}: {error}", "a file to load holds lines as they are typed")
        except OSError as error:
            return _fail(f"error: cannot read {path}: {error.strerror or error}", "name a file that is there")
        return worst

    def _save(self, operand: str) -> int:
        """Write what was given to the session to a file, and nothing over a file that is another's."""
        option, _, rest = operand.partition(" ")
        is_replacing = option == "--replace"
        path = os.path.expanduser(_unquoted(rest if is_replacing else operand))
        if not path:
            return _fail("error: there is no file to save to", ":save FILE")
        if os.path.exists(path) and os.path.realpath(path) not in self._saved and not is_replacing:
            return _fail(f"error: {path} is there already", f"name another file, or replace it: :save --replace {path}")
        import click

        from gradcli.cli import outputs, terminal

        try:
            target = outputs.targets({":save": path}, [])[":save"]
            assert target is not None
            with outputs.replaced(target) as file:
                file.write(HEAD + "".join(f"{each}\n" for each in self._inputs))
        except click.UsageError as error:
            return _fail(f"error: {error.format_message()}", "name another file")
        except OSError as error:
            return _fail(f"error: {path} cannot be written: {error.strerror or error}", "name another file")
        self._saved.add(os.path.realpath(path))
        count = len(self._inputs)
        terminal.message(f"{path}: {count:,} line{'' if count == 1 else 's'}")
        return 0


def _unquoted(path: str) -> str:
    path = path.strip()
    return path[1:-1] if len(path) > 1 and path[0] == path[-1] and path[0] in "'\"" else path


def _fail(message: str, hint: str) -> int:
    from gradcli.cli import terminal

    terminal.message(f"{message}\nhelp:  {hint}")
    return CANNOT
