"""`gradcli help [COMMAND]`: what `gradcli --help` and `gradcli COMMAND --help` show."""

from __future__ import annotations

import click

from gradcli.cli import terminal
from gradcli.cli.program import program, subcommand

EXAMPLES = """\
Examples:
  gradcli help
  gradcli help check
  gradcli help batch
"""


@subcommand("help", EXAMPLES)
@click.argument("name", required=False, metavar="[COMMAND]")
@click.pass_context
def command(context: click.Context, name: str | None) -> int:
    """Show what gradcli can do, or how COMMAND is called, with examples."""
    asked: click.Command | None = program if name is None else program.get_command(context, name)
    if asked is None:
        from gradcli.cli.typos import unknown_command

        raise unknown_command(name or "")
    above = context.find_root()
    shown = above if asked is program else click.Context(asked, parent=above, info_name=name)
    terminal.write(asked.get_help(shown) + "\n")
    return 0
