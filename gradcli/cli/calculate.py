"""`gradcli EXPR [NAME=VALUE]…`: the main job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gradcli.cli.limits import Limits
from gradcli.cli.operands import bindings, given_ranges, listed, names, split, vector
from gradcli.cli.options import (
    Shown,
    bind_option,
    digits_option,
    dtype_option,
    exact_options,
    formula_options,
    formula_style,
    json_option,
    limit_options,
    of_option,
    order_option,
    partial_option,
    refuse_unchecked,
    shown,
    wrt_option,
)
from gradcli.cli.program import subcommand

if TYPE_CHECKING:
    from gradcli.calculus.results import Request
    from gradcli.cli.calculation import SolutionWriter

EXAMPLES = """\
Examples:
  gradcli '2x^4 + x^3 + 3x^2 + 5x + 1' x=2
  gradcli 'y = 3x+2; z = 2y^2; z.mean()' 'x=[[1,2,3],[3,2,1]]'
  gradcli 'sin(x) cos(y)' x=1 y=2 --hessian
"""


@subcommand("eval", EXAMPLES)
@click.argument("operands", nargs=-1, metavar="EXPR [NAME=VALUE]...")
@wrt_option
@of_option
@partial_option
@order_option(50)
@click.option("--vjp", metavar="VECTOR", help="Weight a tensor output: vector times Jacobian.")
@click.option("--jacobian", is_flag=True, help="The whole Jacobian of a tensor output.")
@click.option("--hessian", is_flag=True, help="All second derivatives.")
@bind_option()
@dtype_option
@digits_option()
@json_option()
@click.option("-q", "--quiet", is_flag=True, help="The derivatives only, one on a line.")
@click.option("--no-check", is_flag=True, help="The engine's floats alone: no check, no formula.")
@click.option("--no-formulas", is_flag=True, help="Leave out the formulas, for which SymPy is loaded.")
@click.option("--strict", is_flag=True, help="Fail when the check is undecided, too.")
@formula_options
@exact_options
@limit_options
def command(
    operands: tuple[str, ...],
    wrt: tuple[str, ...],
    of: str | None,
    partial: tuple[str, ...],
    order: int,
    vjp: str | None,
    jacobian: bool,
    hessian: bool,
    bind: str | None,
    dtype: str,
    digits: int | None,
    as_json: bool,
    quiet: bool,
    no_check: bool,
    no_formulas: bool,
    strict: bool,
    limits: Limits,
    exact: bool,
    latex: bool,
    taylor: int | None,
    tangent: bool,
    **formulas: Any,
) -> int:
    """Calculate EXPR, differentiate it, and check value and gradient against certified numbers, which are shown.

    EXPR is a formula or a small program (`y = 3x+2; z = 2y^2; z.mean()`); `-`, or none where something is piped in,
    reads it from standard input. Each NAME=VALUE gives a variable its value, a number or a tensor; without any, the
    derivative is printed as a formula. With --exact the numbers stand as fractions, roots and logarithms beside their
    decimals (alone with -q, as `exact` in --json), each found to be the certified number. A range (`x=0:1:0.1`,
    both ends in) gives a row of results for each point. Quote what the shell would expand.
    """
    from gradcli.cli.calculation import CalculationOptions, calculate
    from gradcli.problem import Problem

    text, arguments = split(operands)
    if no_check:
        refuse_unchecked(digits)
    style = formula_style(**formulas)
    what = shown(
        exact=exact,
        latex=latex,
        taylor=taylor,
        tangent=tangent,
        no_check=no_check,
        json=as_json,
        no_formulas=no_formulas,
        style=latex and formulas["style"] != "python",
        vjp=vjp is not None,
        jacobian=jacobian,
        hessian=hessian,
        partial=bool(partial),
        order=order > 1,
        shape=style.shape is not None,
    )
    if quiet and not as_json:  # for machines, which want all there is
        style = style._replace(full=True)
    values, ranges = given_ranges(arguments)
    problem = Problem(
        text,
        bindings(values, bind),
        names(wrt),
        _request(vjp, jacobian, hessian, order),
        order,
        None if vjp is None else vector(vjp),
        dtype,
        digits,
        of=of,
        partial=listed(partial),
    )
    with_formulas = not (no_check or no_formulas or ((quiet or exact) and not as_json)) or latex
    if not with_formulas and style.shape is not None and problem.bindings:
        raise click.UsageError(
            "--simplify and --form ask for formulas, and -q, --exact, --no-check, --no-formulas for none"
        )
    way = CalculationOptions(not no_check, with_formulas, strict, limits, style, exact)
    if ranges or (" at " in text and (":" in text or ".." in text)):
        from gradcli.cli.sweep import ranges_of, sweep  # which batches need besides

        if found := ranges_of(problem, ranges):
            _refuse_at_ranges(what)
            return sweep(problem, found, way, as_json=as_json, quiet=quiet)
    if what.taylor is not None or what.tangent:
        from gradcli.cli.local import show

        return show(problem, what, way, as_json=as_json, quiet=quiet)
    output = _output(digits, quiet=quiet, as_json=as_json, latex=latex)
    return calculate(problem, output, way)


def _refuse_at_ranges(what: Shown) -> None:
    """Raise UsageError where something is asked for that a row of results does not hold."""
    if what != Shown():
        raise click.UsageError("--exact, --latex, --taylor and --tangent are of one point, and a range has many")


def _output(digits: int | None, *, quiet: bool, as_json: bool, latex: bool) -> SolutionWriter:
    from gradcli.cli.calculation import Display, Json, Latex, Quiet

    if latex:
        return Latex()
    if as_json:
        return Json()
    return Quiet(digits) if quiet else Display(digits)


def _request(vjp: str | None, jacobian: bool, hessian: bool, order: int) -> Request:
    from gradcli.calculus.results import Request

    asked = [
        request
        for request, wanted in (
            (Request.VJP, vjp is not None),
            (Request.JACOBIAN, jacobian),
            (Request.HESSIAN, hessian),
        )
        if wanted
    ]
    if len(asked) > 1 or (asked and order > 1):
        raise click.UsageError("--vjp, --jacobian, --hessian and --order exclude each other")
    return asked[0] if asked else Request.GRADIENT
