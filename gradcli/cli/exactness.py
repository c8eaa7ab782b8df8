"""The options that ask for exact values, or for what a function looks like at a point instead of its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

MOST_ORDER = 50
"""The highest order of a Taylor polynomial."""


class Shown(NamedTuple):
    """What is shown: exact values beside the decimals, the derivatives alone as LaTeX, a Taylor polynomial of an order,
    or the tangent."""

    exact: bool = False
    latex: bool = False
    taylor: int | None = None
    tangent: bool = False


def exact_options(command: Command) -> Command:
    """Give a command the options `exact`, `latex`, `taylor` and `tangent`."""
    options = (
        click.option("--exact", is_flag=True, help="Exact values, as sqrt(2)/2 and 7/4, beside the decimals."),
        click.option("--latex", is_flag=True, help="The derivatives alone, in LaTeX, one on a line."),
        click.option(
            "--taylor",
            type=click.IntRange(0, MOST_ORDER),
            metavar="N",
            help="The Taylor polynomial of order N at the point (0 where none is given).",
        ),
        click.option("--tangent", is_flag=True, help="The tangent to the graph, or to the curve of an equation."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def shown(*, exact: bool, latex: bool, taylor: int | None, tangent: bool, **others: bool) -> Shown:
    """What the options say; `others` are options of the command that exclude some of them, by their names.

    Raises UsageError where they contradict each other.
    """
    asked = [
        name for name, given in (("--latex", latex), ("--taylor", taylor is not None), ("--tangent", tangent)) if given
    ]
    if len(asked) > 1:
        raise click.UsageError(f"{asked[0]} and {asked[1]} exclude each other")
    excluded = {"--exact": ("no_check",), "--latex": ("exact", "json", "no_formulas", "style"), **_SHAPES}
    others = {**others, "exact": exact}
    for name in ["--exact"] * exact + asked:
        for other in excluded[name]:
            if others.get(other):
                raise click.UsageError(_REASONS.get((name, other)) or f"{name} and {_option(other)} exclude each other")
    return Shown(exact, latex, taylor, tangent)


_NEAR = ("vjp", "jacobian", "hessian", "partial", "order", "shape", "no_check")
_SHAPES = {"--taylor": _NEAR, "--tangent": _NEAR}
_REASONS = {
    ("--exact", "no_check"): "--exact and --no-check exclude each other: only what is checked is said exactly",
    ("--latex", "json"): "--latex and --json exclude each other: --json --style latex has the formulas in LaTeX",
    ("--latex", "exact"): "--latex and --exact exclude each other: --exact --style latex has exact values in LaTeX",
    ("--taylor", "shape"): "--simplify and --form ask for formulas, and --taylor for none",
    ("--tangent", "shape"): "--simplify and --form ask for formulas, and --tangent for none",
}


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
