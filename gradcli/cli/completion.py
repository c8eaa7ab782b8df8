"""`gradcli completion SHELL`: the script that completes gradcli's command lines in a shell."""

from __future__ import annotations

import click

from gradcli.cli import terminal
from gradcli.cli.choices import SHELLS
from gradcli.cli.program import OperandsMayStartWithMinus

EXAMPLES = """\
Examples:
  eval "$(gradcli completion bash)"
  gradcli completion zsh
  gradcli completion fish
"""


@click.command(
    "completion",
    cls=OperandsMayStartWithMinus,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("shell", type=click.Choice(SHELLS), metavar="bash|zsh|fish")
def command(shell: str) -> int:
    """Print the script that completes commands, options, files, functions and variables in bash, zsh or fish.

    It is installed by one line in what the shell reads when it starts:

    \b
    ~/.bashrc:
      eval "$(gradcli completion bash)"
    ~/.zshrc:
      eval "$(gradcli completion zsh)"
    ~/.config/fish/config.fish:
      gradcli completion fish | source

    After an expression the Tab key gives its variables: gradcli 'x^2 y' <TAB> is x= and y=.
    """
    from gradcli.cli.completing import script

    terminal.write(script(shell))
    return 0
