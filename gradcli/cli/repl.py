"""`gradcli repl`, and `gradcli` alone: the prompt."""

from __future__ import annotations

from gradcli.cli.limits import MEMORY, TIMEOUT, Limits
from gradcli.cli.options import limit_options
from gradcli.cli.program import subcommand

EXAMPLES = """\
Examples:
  echo 'x^2 at x=3' | gradcli
  echo 'x = 3; y = x^2; sin(y)' | gradcli repl --timeout 60
  printf 'f(t) = t^3\\nx = 2\\nf(x) + 1\\n' | gradcli repl
"""


@subcommand("repl", EXAMPLES)
@limit_options
def command(limits: Limits) -> int:
    """Calculate line by line, as `gradcli` alone does.

    What a line gives a name is kept: a variable (`x = 3`), a formula (`y = x^2`), a function (`f(t) = t^2`); `ans` is
    the last value. :help lists the commands, such as :explain, :plot and :save. What is piped in is read likewise,
    without a prompt. --timeout and --memory are those of each line, and a line that takes more ends nothing but itself.

    Exit status: 0; of what is piped in that of the worst line: 1 a check differs, 2 it could not be done.
    """
    from gradcli.cli.prompt.loop import run

    return run(_written(limits))


def _written(limits: Limits) -> tuple[str, ...]:
    """The options for each line, where they are not as usual."""
    found: tuple[str, ...] = ()
    if limits.timeout != TIMEOUT:
        found += ("--timeout", f"{limits.timeout!r}")
    if limits.memory != MEMORY:
        found += ("--memory", str(limits.memory))
    return found
