"""The program: the command group, its default command, and the last line of defence."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gradcli import __version__
from gradcli.cli import terminal
from gradcli.cli.commands import ARGUMENTS, CANNOT, COMMANDS, DEFAULT, INTERRUPTED, OPERANDS, OPTIONS, PROMPT
from gradcli.cli.misuse import usage_hint

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_OPTION = re.compile(r"--?[A-Za-z][\w-]*(=.*)?", re.DOTALL)


class OperandsMayStartWithMinus(click.Command):
    """A command whose operands may start with a minus (`-x^2`): only what looks like an option is one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the operands after `--`, so that click takes them for what they are.

        Raises Misuse for an option that there is not, and for one without its value.
        """
        known = {
            name: parameter
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option)
            for name in (*parameter.opts, *parameter.secondary_opts)
        }
        options: list[str] = []
        operands: list[str] = []
        ctx.meta.update({ARGUMENTS: tuple(args), OPTIONS: options, OPERANDS: operands})
        rest = iter(args)
        for argument in rest:
            if argument == "--":
                operands.extend(rest)
            elif _OPTION.fullmatch(argument):
                name, equals, _ = argument.partition("=")
                option = known.get(name)
                if option is None and argument[:2] not in known and not ctx.resilient_parsing:
                    self._refuse(name, list(known), ctx)
                options.append(argument)
                if option is not None and not (option.is_flag or option.count or equals):
                    options.append(self._value(name, rest, ctx))
            else:
                operands.append(argument)
        return super().parse_args(ctx, [*options, "--", *operands])

    def _value(self, option: str, rest: Iterator[str], ctx: click.Context) -> str:
        value = next(rest, None)
        if value is None and not ctx.resilient_parsing:
            raise click.BadOptionUsage(option, f"{option} needs a value", ctx)
        return value or ""

    def _refuse(self, option: str, known: list[str], ctx: click.Context) -> NoReturn:
        from gradcli.cli.typos import unknown_option

        misuse = unknown_option(option, known, ctx)
        misuse.ctx = ctx
        raise misuse

    def get_help(self, ctx: click.Context) -> str:
        """The help as wide as the terminal."""
        from gradcli.cli.pages import HelpPage

        page = HelpPage()
        self.format_help(ctx, page)
        return page.getvalue().rstrip("\n")

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples first, then usage, text and options."""
        write_examples(self, formatter)
        formatter.write_paragraph()
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)


def subcommand(name: str, examples: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command of the program; its help begins with the examples."""
    settings = {"help_option_names": ["-h", "--help"]}
    return click.command(name, cls=OperandsMayStartWithMinus, epilog=examples, context_settings=settings)


def write_examples(command: click.Command, formatter: click.HelpFormatter) -> None:
    """The examples that a command has for its epilog."""
    from gradcli.cli.pages import HelpPage

    assert isinstance(formatter, HelpPage)
    formatter.write_examples(command.epilog or "")


class CommandGroup(click.Group):
    """The group: commands are imported when called, and what is no command is an expression."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, those first that most come for."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """A command by name."""
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[name][0]).command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the default command where none is named; nothing while the first word is being completed."""
        if args or not ctx.resilient_parsing:
            first = args[0] if args else ""
            if not args:
                args = [PROMPT]
            elif first not in COMMANDS and first not in (*ctx.help_option_names, "--version"):
                if not ctx.resilient_parsing and not set(ctx.help_option_names).isdisjoint(args):
                    _refuse_help_of(first)
                args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, none of which is imported, or the options, also those of the default command."""
        from click.shell_completion import CompletionItem

        if not incomplete.startswith("-"):
            return [
                CompletionItem(name, help=summary)
                for name, (_, summary) in COMMANDS.items()
                if name.startswith(incomplete)
            ]
        command = self.get_command(ctx, DEFAULT)
        assert command is not None
        options = [
            *click.Command.shell_complete(self, ctx, incomplete),
            *command.shell_complete(click.Context(command, ctx, DEFAULT), incomplete),
        ]
        return list({each.value: each for each in options}.values())

    get_help = OperandsMayStartWithMinus.get_help

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples, the commands, and the help of the default command, which is the main job."""
        from gradcli.cli.pages import write_commands

        command = self.get_command(ctx, DEFAULT)
        assert command is not None
        inner = click.Context(command, info_name=ctx.info_name, help_option_names=ctx.help_option_names)
        write_examples(command, formatter)
        write_commands(formatter, COMMANDS)
        formatter.write_paragraph()
        command.format_usage(inner, formatter)
        command.format_help_text(inner, formatter)
        command.format_options(inner, formatter)


def _refuse_help_of(word: str) -> None:
    """Raise Misuse where the help of what is nearly a command is asked for: that of the main job is no answer."""
    from gradcli.cli.typos import near_command, unknown_command

    if near_command(word) is not None:
        raise unknown_command(word)


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gradcli")
def program() -> None:
    """A gradient calculator."""


def _fail(text: str, status: int = CANNOT) -> int:
    terminal.message(text)
    return status


def run(arguments: list[str] | None) -> int:
    """Run the command line (of the process, where None) and return its exit status."""
    if "_GRADCLI_COMPLETE" in os.environ:
        import_module(COMMANDS["completion"][0]).register()
    return answered(lambda: program.main(args=arguments, prog_name="gradcli", standalone_mode=False))


def answered(call: Callable[[], Any]) -> int:
    """The exit status of a call of a command; what it raises is said, and what is warned of."""
    _prepare_output()
    with warnings.catch_warnings():
        warnings.showwarning = _note_of
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's, of arithmetic whose result says as much
        return _answered(call)


def _prepare_output() -> None:
    """Let standard output take any text: what its encoding lacks (half a surrogate pair, in a notebook) is escaped."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _note_of(message: Warning | str, *place: Any, **more: Any) -> None:
    """Say what a library or the engine warns of, without the place in our source that Python would name."""
    terminal.message(f"note:  {' '.join(str(message).split())}")


def _answered(call: Callable[[], Any]) -> int:
    try:
        status: Any = call()
    except click.UsageError as error:
        return _fail(f"error: {error.format_message()}\nhelp:  {usage_hint(error)}")
    except click.ClickException as error:
        return _fail(f"error: {error.format_message()}")
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", INTERRUPTED)
    except OSError as error:
        return _fail(f"error: the output could not be written: {error.strerror or error}")
    except SystemExit:  # click's answer to a closed pipe, which it has already quietened
        return 0
    except Exception as error:
        return _fail(_failure(error))
    return status if isinstance(status, int) else 0


def _failure(error: Exception) -> str:
    """What is said of an input that is wrong, or of a failure of ours, which is raised again where somebody debugs."""
    from gradcli.language import DiagnosticError
    from gradcli.render.diagnostics import diagnostic_text
    from gradcli.streams.errors import RunError

    if isinstance(error, DiagnosticError):
        return diagnostic_text(error.diagnostic)
    if isinstance(error, RunError):
        return f"error: {error}\nhelp:  {error.help}"
    if os.environ.get("GRADCLI_DEBUG"):
        raise error
    return (
        f"error: gradcli failed on this ({type(error).__name__}: {error}); that is a bug in gradcli\n"
        "help:  set GRADCLI_DEBUG=1 to see where, and please report it"
    )
