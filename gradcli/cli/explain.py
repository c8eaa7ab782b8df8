"""`gradcli explain EXPR [NAME=VALUE]…`: the derivation, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gradcli.cli import terminal
from gradcli.cli.limits import Limits, limited
from gradcli.cli.operands import bindings, listed, names, split
from gradcli.cli.options import (
    bind_option,
    digits_option,
    json_option,
    limit_options,
    of_option,
    order_option,
    partial_option,
    style_option,
    wrt_option,
)
from gradcli.cli.program import subcommand

if TYPE_CHECKING:
    from gradcli.explanation import Explanation
    from gradcli.language.sentences import Writer
    from gradcli.render.spelling import Spelling

EXAMPLES = """\
Examples:
  gradcli explain 'x^2 sin(3x)'
  gradcli explain 'y = 3x+2; z = 2y^2; z.mean()' 'x=[[1,2,3],[3,2,1]]'
  gradcli explain 'x^2 y + ln(y)' --wrt y --style latex
"""


@subcommand("explain", EXAMPLES)
@click.argument("operands", nargs=-1, metavar="EXPR [NAME=VALUE]...")
@wrt_option
@of_option
@partial_option
@order_option(20)
@bind_option()
@digits_option()
@style_option("paper")
@json_option()
@limit_options
def command(
    operands: tuple[str, ...],
    wrt: tuple[str, ...],
    of: str | None,
    partial: tuple[str, ...],
    order: int,
    bind: str | None,
    digits: int | None,
    style: str,
    as_json: bool,
    limits: Limits,
) -> int:
    """Derive the derivative of EXPR as one does it by hand: which rule, on which piece, and what it gives.

    EXPR is a formula or a small program, whose intermediate names are gone through by the chain rule; `-`, or none
    where something is piped in, reads it from standard input. Each variable has an account of its own. With values
    (NAME=VALUE) the numbers follow: each piece of the recorded graph with its value and the gradient by it. The result
    is compared with the engine's gradient and with SymPy's derivative.

    Exit status: 0 the derivation agrees with both, 1 it differs, 2 it could not be given.
    """
    from gradcli.calculus.results import Verdict
    from gradcli.explanation import explained
    from gradcli.problem import Problem
    from gradcli.render.spelling import Spelling

    if style == "latex" and as_json:
        raise click.UsageError("--style latex and --json exclude each other")
    text, values = split(operands)
    with limited(limits, text, as_json=as_json):
        given, by = bindings(values, bind), names(wrt)
        problem = Problem(text, given, by, order=order, digits=digits, of=of, partial=listed(partial))
        explanation = explained(problem)
    if as_json:
        from gradcli.render.derivations import explanation_object

        terminal.write_object(explanation_object(explanation))
    else:
        _print(explanation, digits, Spelling(style))
    return int(any(each.check.verdict is Verdict.DIFFERS for each in explanation.confirmations))


def _print(explanation: Explanation, digits: int | None, spelling: Spelling) -> None:
    from gradcli.render.spelling import Spelling
    from gradcli.render.steps import confirmation_row
    from gradcli.render.text import layout

    terminal.say(explanation.notes)
    if spelling is not Spelling.LATEX:
        _print_accounts(explanation, digits, spelling.write)
        return
    from gradcli.render.derivations import latex_text

    terminal.write(latex_text(explanation) + "\n")
    for confirmation in explanation.confirmations:
        terminal.message(layout([confirmation_row(confirmation)])[0])


def _print_accounts(explanation: Explanation, digits: int | None, write: Writer) -> None:
    """The accounts, each with its result and check, and at the end the numbers."""
    from gradcli.render.steps import explanation_lines

    lines = explanation_lines(explanation, digits, terminal.width(), write, terminal.columns())
    terminal.write_painted(lines)
