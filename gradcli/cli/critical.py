"""`gradcli critical EXPR [NAME=LOW:HIGH]… [NAME=VALUE]…`: all critical points in a range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from gradcli.cli import terminal
from gradcli.cli.limits import TIMEOUT, Limits, limited
from gradcli.cli.operands import bindings, given_intervals, split
from gradcli.cli.options import digits_option, json_option, limit_options
from gradcli.cli.program import subcommand

if TYPE_CHECKING:
    from gradcli.stationary import Criticals

EXAMPLES = """\
Examples:
  gradcli critical 'x^3 - 3x' x=-2:2
  gradcli critical 'x^4 - a x^2' x=-3:3 a=2
  gradcli critical 'x^3 + y^3 - 3x y' x=-2:2 y=-2:2
"""
SHARE: Final = 0.75
"""The share of the time limit that a search may take, so that what it found is told in time."""
USUAL: Final = 8.0
"""Seconds that a search takes at most unless a longer time limit is asked for."""


@subcommand("critical", EXAMPLES)
@click.argument("operands", nargs=-1, metavar="EXPR [NAME=LOW:HIGH]... [NAME=VALUE]...")
@digits_option()
@click.option("-q", "--quiet", is_flag=True, help="The points' coordinates alone, a point on a line.")
@json_option()
@click.option("--csv", "as_csv", is_flag=True, help="A table of the points as CSV.")
@limit_options
def command(
    operands: tuple[str, ...],
    digits: int | None,
    quiet: bool,
    as_json: bool,
    as_csv: bool,
    limits: Limits,
) -> int:
    """Find all critical points of EXPR in a range, and prove that there are no others.

    A range is NAME=LOW:HIGH, both ends in; without one a variable goes from -10 to 10. NAME=VALUE gives a parameter its
    value. Every point is proved: interval arithmetic shows that the gradient has exactly one zero in a small box, and
    of which kind it is; kinks where the derivative changes its sign are critical, too. What could be neither proved nor
    excluded is said. A search takes at most 8 seconds, or three quarters of --timeout where that is another.

    Exit status: 0 all are found and proved, 1 something is unresolved or was not searched, 2 there was nothing to
    search.
    """
    if quiet + as_json + as_csv > 1:
        raise click.UsageError("--quiet, --json and --csv exclude each other")
    text, arguments = split(operands)
    with limited(limits, text, as_json=as_json):
        seconds = USUAL if limits.timeout == TIMEOUT else SHARE * limits.timeout
        found = _found(text, arguments, digits, seconds)
    _print(found, quiet=quiet, as_json=as_json, as_csv=as_csv)
    return int(not found.is_complete)


def _found(text: str, arguments: tuple[str, ...], digits: int | None, seconds: float) -> Criticals:
    from gradcli.problem import Problem
    from gradcli.stationary import critical

    values, ranges = given_intervals(arguments)
    return critical(Problem(text, bindings(values, None)), ranges, digits=digits, seconds=seconds)


def _print(found: Criticals, *, quiet: bool, as_json: bool, as_csv: bool) -> None:
    from gradcli.render import criticals

    if as_json:
        terminal.write_object(criticals.criticals_object(found))
        return
    terminal.say(criticals.notes(found))
    if as_csv:
        terminal.write(criticals.csv_text(found))
    elif quiet:
        terminal.write("".join(f"{line}\n" for line in criticals.quiet_lines(found)))
    else:
        terminal.write_painted((line.text, line.style) for line in criticals.lines(found, terminal.width()))
