"""Calls that are wrong: how that is said, what to do instead, and what tells a value from an expression."""

from __future__ import annotations

import click

from gradcli.cli.commands import DEFAULT


class Misuse(click.UsageError):
    """A wrong call with a hint of its own."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def usage_hint(error: click.UsageError) -> str:
    """What to do instead of a wrong call."""
    if isinstance(error, Misuse):
        return error.hint
    return f"{help_call(error.ctx)} shows how it is called"


def called(ctx: click.Context | None) -> str:
    """The words that call the command of a context: the default command's are the program's."""
    path = "gradcli" if ctx is None else ctx.command_path
    return path.removesuffix(f" {DEFAULT}")


def help_call(ctx: click.Context | None) -> str:
    """The call that shows the help of the command of a context."""
    return f"{called(ctx)} --help"


def is_binding(operand: str) -> bool:
    """Whether an operand gives a variable its value, and is no program that ends with an assignment."""
    from gradcli.language import DiagnosticError, parse_binding
    from gradcli.operations import vocabulary

    try:
        return bool(parse_binding(operand, vocabulary()))
    except DiagnosticError:
        return False
