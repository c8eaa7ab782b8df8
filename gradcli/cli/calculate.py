"""`gradcli EXPR [NAME=VALUE]…`: the main job."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from gradcli.calculus.results import Array, Request
from gradcli.cli.calculation import Json, Output, Quiet, Way, calculate
from gradcli.cli.digits import Digits, refuse_unchecked
from gradcli.cli.display import Display
from gradcli.cli.formulas import formula_options, wish
from gradcli.cli.limits import Limits, limit_options
from gradcli.cli.program import CANNOT, Misuse, OperandsMayStartWithMinus
from gradcli.cli.terminal import write
from gradcli.language import Binding, Diagnostic, DiagnosticError, Expr, Span, parse_binding
from gradcli.language.names import values_by_name, variables_of
from gradcli.language.tree import Range
from gradcli.language.values import replace
from gradcli.operations import vocabulary
from gradcli.problem import DTYPES, Problem

EXAMPLES = """\
Examples:
  gradcli '2x^4 + x^3 + 3x^2 + 5x + 1' x=2
  gradcli 'y = 3x+2; z = 2y^2; z.mean()' 'x=[[1,2,3],[3,2,1]]'
  gradcli 'sin(x) cos(y)' x=1 y=2 --hessian
"""


@click.command(
    "eval",
    cls=OperandsMayStartWithMinus,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("operands", nargs=-1, metavar="EXPR [NAME=VALUE]...")
@click.option("--wrt", multiple=True, metavar="NAME[,NAME]", help="Differentiate by these variables only.")
@click.option("--of", metavar="NAME", help="The variable of an equation whose derivative is asked for.")
@click.option("--partial", multiple=True, metavar="NAME,NAME", help="The mixed partial derivative by these, in turn.")
@click.option("--order", type=click.IntRange(1, 50), default=1, metavar="N", help="The N-th derivative.")
@click.option("--vjp", metavar="VECTOR", help="Weight a tensor output: vector times Jacobian.")
@click.option("--jacobian", is_flag=True, help="The whole Jacobian of a tensor output.")
@click.option("--hessian", is_flag=True, help="All second derivatives.")
@click.option(
    "--bind", type=click.Path(dir_okay=False), metavar="FILE", help="Values from a JSON object of numbers and lists."
)
@click.option("--dtype", type=click.Choice(DTYPES), default="float64", help="Calculate in this precision.")
@click.option("--digits", type=Digits, metavar="N", help="Significant digits to show (6).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
@click.option("-q", "--quiet", is_flag=True, help="The derivatives only, one on a line.")
@click.option("--no-check", is_flag=True, help="The engine's floats alone: no check, no formula.")
@click.option("--no-formulas", is_flag=True, help="Leave out the formulas, for which SymPy is loaded.")
@click.option("--strict", is_flag=True, help="Fail when the check is undecided, too.")
@formula_options
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
    timeout: float,
    memory: int,
    **formulas: Any,
) -> int:
    """Calculate EXPR, differentiate it, and check value and gradient against certified numbers, which are shown.

    EXPR is a formula or a small program (`y = 3x+2; z = 2y^2; z.mean()`); `-`, or none where something is piped in,
    reads it from standard input. Each NAME=VALUE gives a variable its value, a number or a tensor; without any, the
    derivative is printed as a formula. A range (`x=0:1:0.1`, both ends in) gives a row of results for each point. Quote
    what the shell would expand.
    """
    text, arguments = split(operands)
    if no_check:
        refuse_unchecked(digits)
    wanted = wish(**formulas)
    if quiet and not as_json:  # for machines, which want all there is
        wanted = replace(wanted, full=True)
    try:
        values, ranges = _ranges(arguments)
        problem = Problem(
            text,
            bindings(values, bind),
            names(wrt),
            _request(vjp, jacobian, hessian, order),
            order,
            None if vjp is None else _vector(vjp),
            dtype,
            digits,
            of=of,
            partial=listed(partial),
        )
        with_formulas = not (no_check or no_formulas or (quiet and not as_json))
        if not with_formulas and wanted.shape is not None and problem.bindings:
            raise click.UsageError("--simplify and --form ask for formulas, and -q, --no-check, --no-formulas for none")
        way = Way(not no_check, with_formulas, strict, Limits(timeout, memory), wanted)
        if ranges or (" at " in text and (":" in text or ".." in text)):
            from gradcli.cli.sweep import ranges_of, sweep  # which batches need besides

            if found := ranges_of(problem, ranges):
                return sweep(problem, found, way, as_json=as_json, quiet=quiet)
        return calculate(problem, _output(digits, quiet=quiet, as_json=as_json), way)
    except DiagnosticError as error:
        if as_json:
            from gradcli.render.objects import error_object, to_json

            write(to_json(error_object(error.diagnostic)) + "\n")
            return CANNOT
        raise


def _output(digits: int | None, *, quiet: bool, as_json: bool) -> Output:
    if as_json:
        return Json()
    return Quiet(digits) if quiet else Display(digits)


def split(operands: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The expression and the bindings; where all are bindings, what is piped in is the expression.

    Raises UsageError where there is something else among them.
    """
    if all(map(_is_binding, operands)) and not is_typed() and (piped := standard_input()).strip():
        return piped, operands
    if not operands:
        raise click.UsageError("there is no expression to calculate; for example: gradcli 'x^2 + 3x' x=2")
    text, *rest = operands
    strays = [argument for argument in rest if "=" not in argument]
    if strays:
        _refuse_strays(operands, strays)
    if text == "-":
        text = standard_input()
    return text, tuple(rest)


def _refuse_strays(operands: tuple[str, ...], strays: list[str]) -> None:
    if any(os.path.exists(each) for each in operands):
        raise Misuse(
            f"unexpected argument {strays[0]!r}: the shell seems to have put file names in the place of a *",
            "quote the expression: gradcli '2*x' x=3",
        )
    expression = " ".join(each for each in operands if "=" not in each)
    raise Misuse(
        f"unexpected argument {strays[0]!r}: after the expression come values, NAME=VALUE",
        f"quote the expression: gradcli '{expression}'",
    )


def _is_binding(operand: str) -> bool:
    """Whether an operand gives a variable its value, and is no program that ends with an assignment."""
    from gradcli.operations import vocabulary

    try:
        return bool(parse_binding(operand, vocabulary()))
    except DiagnosticError:
        return False


def is_typed() -> bool:
    """Whether standard input is somebody's keyboard, or nothing at all."""
    return sys.stdin is None or sys.stdin.closed or sys.stdin.isatty()


def standard_input() -> str:
    """All of standard input. Raises UsageError where it is no text."""
    try:
        data = sys.stdin.buffer.read()
    except OSError as error:
        raise click.UsageError(f"standard input cannot be read: {error.strerror or error}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"standard input is not UTF-8: byte {error.start + 1} cannot be read") from None


def _ranges(arguments: tuple[str, ...]) -> tuple[tuple[str, ...], list[Range]]:
    """The bindings of single values, and the ranges. Raises DiagnosticError."""
    values: list[str] = []
    ranges: dict[str, Range] = {}
    for argument in arguments:
        found = parse_binding(argument, vocabulary()) if ":" in argument or ".." in argument else None
        if not isinstance(found, Range):
            values.append(argument)
        elif found.name in ranges:
            raise DiagnosticError(_twice(found, argument))
        else:
            ranges[found.name] = found
    return tuple(values), list(ranges.values())


def _twice(binding: Binding | Range, argument: str) -> Diagnostic:
    return Diagnostic("E203", f"{binding.name} is given twice", binding.name_span, argument, "give it one value")


def bindings(arguments: tuple[str, ...], file: str | None) -> dict[str, Array | Expr]:
    """The values given on the command line, as the expressions that they are, and in the file, as floats.

    Raises DiagnosticError or UsageError.
    """
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes

    found: dict[str, Array | Expr] = {} if file is None else {**_from_file(file)}
    given: set[str] = set()
    for argument in arguments:
        binding = parse_binding(argument, vocabulary())
        if binding.name in given or binding.name in found:
            raise DiagnosticError(_twice(binding, argument))
        if isinstance(binding, Range):
            from gradcli.language.ranges import one_wanted  # with exact numbers, needed for ranges only

            raise DiagnosticError(one_wanted(binding, argument))
        given.add(binding.name)
        try:
            evaluate.constant(binding.value, dtypes.float64)
        except evaluate.Failure as failure:
            raise failure.diagnostic(argument) from failure
        found[binding.name] = binding.value
    return found


def _from_file(file: str) -> dict[str, Array]:
    import json

    import numpy as np

    try:
        with open(file, encoding="utf-8-sig") as stream:
            text = stream.read()
        content = json.loads(text, object_pairs_hook=_Pairs)
    except OSError as error:
        raise click.UsageError(f"cannot read {file}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{file} is not a JSON object of values: {error}") from None
    if not isinstance(content, _Pairs):
        raise click.UsageError(f"{file} holds no JSON object of names and values")
    try:
        values = values_by_name(content, vocabulary())
    except DiagnosticError as error:
        raise DiagnosticError(_in_json(error.diagnostic, file, text)) from None
    found: dict[str, Array] = {}
    for name, value in values.items():
        try:
            found[name] = np.array(_numbers(value), dtype=np.float64)
        except (TypeError, ValueError):
            raise click.UsageError(
                f"{file}: the value of {name} is neither a number nor a tensor with equal rows"
            ) from None
    return found


class _Pairs(list[tuple[str, Any]]):
    """The names and values of a JSON object: a name that is there twice is not lost."""


def _in_json(diagnostic: Diagnostic, file: str, text: str) -> Diagnostic:
    """A diagnostic of a name as one of the file that has the name as a key."""
    import json

    message = f"{file}: {diagnostic.message}"
    for written in (json.dumps(diagnostic.source, ensure_ascii=False), json.dumps(diagnostic.source)):
        start = text.rfind(written)  # of a name that is there twice the second is too many
        if start >= 0:
            return replace(diagnostic, message=message, span=Span(start, start + len(written)), source=text)
    return replace(diagnostic, message=message)


def _numbers(value: Any) -> Any:
    """A JSON value with the strings `nan`, `inf` and `-inf` read as numbers, as the JSON output writes them."""
    if isinstance(value, list) and not isinstance(value, _Pairs):
        return [_numbers(each) for each in value]
    if isinstance(value, (bool, _Pairs)) or value is None:
        raise TypeError(value)
    return float(value) if isinstance(value, str) and value in ("nan", "inf", "-inf") else value


def names(wrt: tuple[str, ...]) -> tuple[str, ...] | None:
    """The variables that --wrt names; None for all. Raises DiagnosticError for what is no name of a variable."""
    return variables_of(listed(wrt), vocabulary()) or None


def listed(written: tuple[str, ...]) -> tuple[str, ...]:
    """The names that an option was given, each time one or several with commas between them."""
    return tuple(name for each in written for name in each.split(",") if name.strip())


def _request(vjp: str | None, jacobian: bool, hessian: bool, order: int) -> Request:
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


def _vector(text: str) -> Array:
    """The vector of --vjp. Raises DiagnosticError."""
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes
    from gradcli.language import parse

    program = parse(text, vocabulary()).program
    if program.assignments or program.bindings:
        raise DiagnosticError(Diagnostic("E312", "--vjp takes a number or a tensor", Span(0, len(text)), text))
    try:
        return evaluate.constant(program.result, dtypes.float64)
    except evaluate.Failure as failure:
        raise failure.diagnostic(text) from failure
