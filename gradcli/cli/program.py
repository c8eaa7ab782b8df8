"""The program: the command group, its default command, and the last line of defence."""

from __future__ import annotations

import os
import re
import sys
import warnings
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Final

import click

from gradcli import __version__
from gradcli.cli import terminal
from gradcli.language import DiagnosticError, Note
from gradcli.render.diagnostics import diagnostic_text, note_text

COMMANDS: Final = {
    "batch": "gradcli.cli.batch",
    "check": "gradcli.cli.check",
    "eval": "gradcli.cli.calculate",
    "explain": "gradcli.cli.explain",
    "functions": "gradcli.cli.functions",
    "grade": "gradcli.cli.grade",
    "plot": "gradcli.cli.plot",
    "replay": "gradcli.cli.replay",
    "run": "gradcli.cli.run",
}
"""Each command's module, imported when the command is called."""
DEFAULT: Final = "eval"
CANNOT: Final = 2
"""The exit status of what could not be done."""
INTERRUPTED: Final = 130

_OPTION = re.compile(r"--?[A-Za-z][\w-]*(=.*)?", re.DOTALL)


class OperandsMayStartWithMinus(click.Command):
    """A command whose operands may start with a minus (`-x^2`): only what looks like an option is one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the operands after `--`, so that click takes them for what they are."""
        taking = {
            name
            for parameter in self.params
            if isinstance(parameter, click.Option) and not parameter.is_flag
            for name in parameter.opts
        }
        options: list[str] = []
        operands: list[str] = []
        rest = iter(args)
        for argument in rest:
            if argument == "--":
                operands.extend(rest)
            elif _OPTION.fullmatch(argument):
                options.append(argument)
                if argument in taking:
                    options.extend(value for value in [next(rest, None)] if value is not None)
            else:
                operands.append(argument)
        return super().parse_args(ctx, [*options, "--", *operands])

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples first, then usage and options."""
        examples = self.epilog or ""
        formatter.write(examples.rstrip() + "\n\n")
        self.epilog = None
        super().format_help(ctx, formatter)
        self.epilog = examples


class Program(click.Group):
    """The group: commands are imported when called, and what is no command is an expression."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands by name."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """A command by name."""
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[name]).command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the default command where none is named."""
        if not args or (args[0] not in COMMANDS and args[0] not in ("--help", "-h", "--version")):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help of the default command, which is the main job."""
        command = self.get_command(ctx, DEFAULT)
        assert command is not None
        inner = click.Context(command, info_name=ctx.info_name)
        command.format_help(inner, formatter)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gradcli")
def program() -> None:
    """A gradient calculator."""


def _fail(text: str, status: int = CANNOT) -> int:
    terminal.message(text)
    return status


def run(arguments: list[str] | None) -> int:
    """Run the command line (of the process, where None) and return its exit status."""
    _prepare_output()
    with warnings.catch_warnings():
        warnings.showwarning = _note_of
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's, of arithmetic whose result says as much
        return _run(arguments)


def _prepare_output() -> None:
    """Let standard output take any text: what its encoding lacks (half a surrogate pair, in a notebook) is escaped."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _note_of(message: Warning | str, *place: Any, **more: Any) -> None:
    """Say what a library or the engine warns of, without the place in our source that Python would name."""
    terminal.message(note_text(Note(" ".join(str(message).split()))))


def _run(arguments: list[str] | None) -> int:
    try:
        status: Any = program.main(args=arguments, prog_name="gradcli", standalone_mode=False)
    except DiagnosticError as error:
        return _fail(diagnostic_text(error.diagnostic))
    except click.UsageError as error:
        hint = f"\nhelp:  {_usage_hint(error)}"
        return _fail(f"error: {error.format_message()}{hint}")
    except click.ClickException as error:
        return _fail(f"error: {error.format_message()}")
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", INTERRUPTED)
    except OSError as error:
        return _fail(f"error: the output could not be written: {error.strerror or error}")
    except SystemExit:  # click's answer to a closed pipe, which it has already quietened
        return 0
    except Exception as error:
        if os.environ.get("GRADCLI_DEBUG"):
            raise
        return _fail(
            f"error: gradcli failed on this ({type(error).__name__}: {error}); that is a bug in gradcli\n"
            "help:  set GRADCLI_DEBUG=1 to see where, and please report it"
        )
    return status if isinstance(status, int) else 0


class Misuse(click.UsageError):
    """A wrong call with a hint of its own."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def _usage_hint(error: click.UsageError) -> str:
    if isinstance(error, Misuse):
        return error.hint
    if isinstance(error, click.NoSuchOption):
        near = ", ".join(sorted(error.possibilities or ()))
        what = f"did you mean {near}? " if near else ""
        return f"{what}an expression that looks like an option goes after --, as in gradcli -- {error.option_name} x=2"
    return "gradcli --help shows how it is called"
