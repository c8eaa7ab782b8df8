"""`gradcli explain EXPR [NAME=VALUE]…`: the derivation, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gradcli.cli import terminal
from gradcli.cli.digits import Digits
from gradcli.cli.formulas import style_option
from gradcli.cli.limits import Limits, limit_options, limited
from gradcli.cli.operands import bindings, listed, names, split
from gradcli.cli.program import CANNOT, OperandsMayStartWithMinus

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


@click.command(
    "explain",
    cls=OperandsMayStartWithMinus,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("operands", nargs=-1, metavar="EXPR [NAME=VALUE]...")
@click.option("--wrt", multiple=True, metavar="NAME[,NAME]", help="Differentiate by these variables only.")
@click.option("--of", metavar="NAME", help="The variable of an equation whose derivative is asked for.")
@click.option("--partial", multiple=True, metavar="NAME,NAME", help="The mixed partial derivative by these, in turn.")
@click.option("--order", type=click.IntRange(1, 20), default=1, metavar="N", help="The N-th derivative.")
@click.option(
    "--bind", type=click.Path(dir_okay=False), metavar="FILE", help="Values from a JSON object of numbers and lists."
)
@click.option("--digits", type=Digits, metavar="N", help="Significant digits to show (6).")
@style_option("paper")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
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
    timeout: float,
    memory: int,
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
    from gradcli.language import DiagnosticError
    from gradcli.problem import Problem
    from gradcli.render.spelling import Spelling

    if style == "latex" and as_json:
        raise click.UsageError("--style latex and --json exclude each other")
    text, values = split(operands)
    try:
        with limited(Limits(timeout, memory), text, as_json=as_json):
            given, by = bindings(values, bind), names(wrt)
            problem = Problem(text, given, by, order=order, digits=digits, of=of, partial=listed(partial))
            explanation = explained(problem)
    except DiagnosticError as error:
        if not as_json:
            raise
        from gradcli.render.objects import error_object, to_json

        terminal.write(to_json(error_object(error.diagnostic)) + "\n")
        return CANNOT
    if as_json:
        from gradcli.render.derivations import explanation_object
        from gradcli.render.objects import to_json

        terminal.write(to_json(explanation_object(explanation)) + "\n")
    else:
        _print(explanation, digits, Spelling(style))
    return int(any(each.check.verdict is Verdict.DIFFERS for each in explanation.confirmations))


def _print(explanation: Explanation, digits: int | None, spelling: Spelling) -> None:
    from gradcli.render.diagnostics import note_text
    from gradcli.render.spelling import Spelling
    from gradcli.render.steps import confirmation_row
    from gradcli.render.text import layout

    for note in explanation.notes:
        terminal.message(note_text(note))
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
    shown = (text if style is None else terminal.painted(text, style) for text, style in lines)
    terminal.write("".join(f"{line}\n" for line in shown))
