"""`gradcli functions [NAME]`: the vocabulary."""

from __future__ import annotations

import sys

import click

from gradcli.cli import terminal
from gradcli.cli.misuse import Misuse
from gradcli.cli.program import subcommand

EXAMPLES = """\
Examples:
  gradcli functions
  gradcli functions log
  gradcli functions softmax
"""


@subcommand("functions", EXAMPLES)
@click.argument("names", nargs=-1, metavar="[NAME]...")
def command(names: tuple[str, ...]) -> int:
    """List the functions that an expression may use, or describe the named ones."""
    from gradcli.language import did_you_mean
    from gradcli.operations import OPERATIONS
    from gradcli.render.vocabulary import operation_lines, vocabulary_text

    for name in names:
        if name not in OPERATIONS:
            raise Misuse(
                f"there is no function {name!r}", did_you_mean(name, OPERATIONS) or "gradcli functions lists all"
            )
    if names:
        terminal.write("\n".join("\n".join(operation_lines(OPERATIONS[name])) for name in names) + "\n")
        return 0
    terminal.write(vocabulary_text(terminal.width(), colour=terminal.wants_colour(sys.stdout)))
    return 0
