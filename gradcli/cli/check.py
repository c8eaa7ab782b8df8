"""`gradcli check FUNCTION ANSWER`: the verdict on one answer."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from gradcli.cli import terminal
from gradcli.cli.commands import CANNOT
from gradcli.cli.limits import Limits, limited
from gradcli.cli.misuse import Misuse
from gradcli.cli.options import limit_options, style_option
from gradcli.cli.program import subcommand

if TYPE_CHECKING:
    from gradcli.calculus.results import Array
    from gradcli.homework import Judgement, Question
    from gradcli.language import Expr
    from gradcli.language.sentences import Writer

EXAMPLES = """\
Examples:
  gradcli check 'x^2 sin(x)' '2x sin(x) + x^2 cos(x)'
  gradcli check '2x^4 + x^3 + 3x^2 + 5x + 1' 93 --at x=2
  gradcli check 'x^2 y' '[2x y, x^2]' --wrt x,y
  gradcli check 'x^2 y' '2x' --partial x,y
  gradcli check 'x^2 + y^2 = 25' '-x/y'
"""


@subcommand("check", EXAMPLES)
@click.argument("operands", nargs=-1, required=True, metavar="FUNCTION ANSWER")
@click.option("--wrt", metavar="NAME[,NAME]", help="Differentiate by this variable; by several, the answer is a list.")
@click.option("--of", metavar="NAME", help="Of an equation, the derivative of this variable.")
@click.option("--partial", metavar="NAME,NAME", help="The mixed partial derivative: by one variable after the other.")
@click.option("--order", type=click.IntRange(1, 8), default=1, metavar="N", help="The N-th derivative.")
@click.option("--at", multiple=True, metavar="NAME=VALUE", help="The answer is the value here: a number or a tensor.")
@click.option("--abs", "absolute", type=click.FloatRange(min=0), metavar="X", help="The answer may be off by X.")
@click.option("--rel", "relative", type=click.FloatRange(min=0), metavar="X", help="… by X of the right value.")
@click.option("--digits", type=click.IntRange(1, 15), metavar="N", help="… beyond the N-th significant digit.")
@click.option("--domain", multiple=True, metavar="CONDITION", help="Compare only where this holds, as in 'y > 0'.")
@click.option("--jacobian", "form", flag_value="jacobian", help="The answer is the Jacobian: a row for each output.")
@click.option("--hessian", "form", flag_value="hessian", help="The answer is the matrix of second derivatives.")
@click.option("--latex", is_flag=True, default=None, help="Read the answer as LaTeX, even if it does not look so.")
@style_option("paper")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
@limit_options
def command(
    operands: tuple[str, ...],
    wrt: str | None,
    of: str | None,
    partial: str | None,
    order: int,
    at: tuple[str, ...],
    absolute: float | None,
    relative: float | None,
    digits: int | None,
    domain: tuple[str, ...],
    form: str | None,
    latex: bool | None,
    style: str,
    as_json: bool,
    limits: Limits,
) -> int:
    """Say whether ANSWER is the derivative of FUNCTION, and show where it is not.

    FUNCTION may be an equation: then ANSWER is the implicit derivative, dy/dx unless --wrt and --of say otherwise.
    ANSWER is an expression in our language or in LaTeX; with --at it is a number or a tensor. `-` reads the one or the
    other from standard input. The exit status is 0 for a correct answer, 1 for a wrong one,
    2 for one that cannot be read or decided.
    """
    from gradcli.render.spelling import Spelling

    function, answer = _two(operands)
    if "-" in (function, answer):
        function, answer = _piped(function, answer)
    from gradcli.homework import Judge, Tolerance, make_question
    from gradcli.homework.mistakes import Recogniser
    from gradcli.homework.proof import Simplification

    values, exact = _values(at)
    with limited(limits, function, as_json=as_json):
        question = make_question(
            function,
            wrt=_variables(wrt),
            of=of,
            partial=[name for name in (partial or "").split(",") if name.strip()],
            order=order,
            form=form,
            at=values,
            exact_at=exact,
            tolerance=Tolerance(absolute, relative, digits),
            domain=domain,
        )
        with Simplification() as prove:
            judgement = Judge(question, prove=prove, recognise=Recogniser()).judge(answer, latex=latex)
    if as_json:
        return _print_json(judgement, answer)
    return _print_text(judgement, question, answer, Spelling(style).write)


def _two(operands: tuple[str, ...]) -> tuple[str, str]:
    """The function and the answer. Raises UsageError where there are not just these two."""
    from gradcli.cli.misuse import is_binding

    if len(operands) == 1:
        raise click.UsageError("there is no answer: the function comes first, then the answer")
    function, answer, *others = operands
    if not others:
        return function, answer
    if all(map(is_binding, others)):
        at = " ".join(f"--at {shlex.quote(each)}" for each in others)
        raise Misuse(
            f"unexpected argument {others[0]!r}: --at says where the answer is the value",
            f"gradcli check {shlex.join([function, answer])} {at}",
        )
    raise Misuse(
        f"unexpected argument {others[0]!r}: there are one function and one answer",
        "quote each of them: gradcli check 'x^2 + x' '2x + 1'",
    )


def _piped(function: str, answer: str) -> tuple[str, str]:
    """The function and the answer, with standard input in the place of `-`. Raises UsageError."""
    from gradcli.cli.operands import standard_input

    if function == answer:
        raise click.UsageError("the function and the answer cannot both be standard input")
    piped = standard_input().strip()
    return (piped, answer) if function == "-" else (function, piped)


def _variables(wrt: str | None) -> list[str] | str | None:
    if wrt is None or "," not in wrt:
        return wrt
    return [name for name in wrt.split(",") if name.strip()]


def _values(given: tuple[str, ...]) -> tuple[dict[str, Array], dict[str, Expr]]:
    """The values of --at, and the expressions that they were given as. Raises DiagnosticError."""
    from gradcli.calculus import evaluate
    from gradcli.cli.operands import bindings
    from gradcli.engine import dtypes
    from gradcli.language import Expr

    exact = {name: value for name, value in bindings(given, None).items() if isinstance(value, Expr)}
    return {name: evaluate.constant(value, dtypes.float64) for name, value in exact.items()}, exact


def _print_json(judgement: Judgement, answer: str) -> int:
    from gradcli.homework.wording import judgement_object

    terminal.write_object(judgement_object(judgement, answer))
    return _status(judgement)


def _print_text(judgement: Judgement, question: Question, answer: str, write: Writer) -> int:
    from gradcli.homework.wording import laid_out, likely_lines, verdict_lines
    from gradcli.language import Note
    from gradcli.language.conventions import is_latex
    from gradcli.language.sentences import written
    from gradcli.render.diagnostics import diagnostic_text

    terminal.say(question.notes)
    if judgement.problem is not None:
        terminal.message(diagnostic_text(judgement.problem))
        likely = likely_lines(judgement, question)
        terminal.write_painted((f"{line.label}  {written(line.text, write)}", line.style) for line in likely)
        return CANNOT
    if is_latex(answer) and judgement.reading is not None:
        terminal.message(f"note:  the answer reads as {written(judgement.reading, write)}")
    terminal.say(Note(written(remark, write)) for remark in judgement.remarks)
    lines = verdict_lines(judgement, question)
    texts = laid_out(lines, write, terminal.columns())
    terminal.write_painted(zip(texts, [line.style for line in lines], strict=True))
    return _status(judgement)


def _status(judgement: Judgement) -> int:
    from gradcli.homework import Verdict

    return {Verdict.CORRECT: 0, Verdict.WRONG: 1}.get(judgement.verdict, CANNOT)
