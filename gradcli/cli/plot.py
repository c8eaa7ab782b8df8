"""`gradcli plot EXPR… [NAME=LOW:HIGH]…`: functions and their derivatives, in the terminal or in a file."""

from __future__ import annotations

import importlib.util
import math
import os
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from gradcli.cli import terminal
from gradcli.cli.limits import Limits, limited
from gradcli.cli.misuse import Misuse
from gradcli.cli.options import bind_option, json_option, limit_options
from gradcli.cli.program import subcommand

if TYPE_CHECKING:
    from gradcli.cli.outputs import Target
    from gradcli.curves import Descent, Plot
    from gradcli.render.plots.terminal import Look

EXAMPLES = """\
Examples:
  gradcli plot 'x^3 - 3x'
  gradcli plot 'abs(x)' '1/(x - 1/3)' x=-2:2 --tangent x=1
  gradcli plot '(1-x)^2 + 10(y-x^2)^2' x=-2:2 y=-1:3 --descent x=-1,y=2 --lr 0.01
"""
DATA: Final = ("csv", "json")
PICTURES: Final = ("png", "svg", "pdf")
MOST_POINTS: Final = 100_000
MOST_STEPS: Final = 100_000
WIDEST: Final = 120
"""Columns of a terminal beyond which a picture does not grow by itself."""
SHAPE: Final = 0.45
"""The lines of a picture to its columns."""
UNICODE: Final = "⠿┤│└─┬┄┊○●…³′"


@subcommand("plot", EXAMPLES)
@click.argument("operands", nargs=-1, metavar="EXPR... [NAME=LOW:HIGH]... [NAME=VALUE]...")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE: .png, .svg, .pdf, .csv or .json.")
@click.option("--order", type=click.IntRange(0, 9), default=1, metavar="N", help="Derivatives up to the N-th (1).")
@click.option("--tangent", "tangents", multiple=True, metavar="NAME=VALUE", help="The tangent there.")
@click.option("--descent", metavar="NAME=VALUE[,...]", help="The path of a gradient descent from there.")
@click.option("--lr", type=float, metavar="RATE", help="Its learning rate (0.1).")
@click.option("--steps", type=click.IntRange(1, MOST_STEPS), metavar="N", help="Its steps (50).")
@click.option("--y", "vertical", metavar="LOW:HIGH", help="The range of the heights.")
@click.option(
    "--points", type=click.IntRange(10, MOST_POINTS), metavar="N", help="Samples of a curve, to begin with (1000)."
)
@click.option("--width", type=click.IntRange(40, 1000), metavar="N", help="Columns (those of the terminal).")
@click.option("--height", type=click.IntRange(10, 1000), metavar="N", help="Lines (those of the terminal).")
@click.option("--ascii", "plain", is_flag=True, help="No braille: letters alone.")
@bind_option()
@click.option("--csv", "as_csv", is_flag=True, help="The points as CSV.")
@json_option("The points as one JSON object.")
@limit_options
def command(
    operands: tuple[str, ...],
    output: str | None,
    vertical: str | None,
    width: int | None,
    height: int | None,
    plain: bool,
    bind: str | None,
    as_csv: bool,
    as_json: bool,
    limits: Limits,
    **wanted: Any,
) -> int:
    """Draw EXPR and its derivative over a range: in the terminal, or with -o in a file.

    The pen is lifted at poles and jumps, and kinks are marked. Without a range (`x=-5:5`) one is chosen. Several
    expressions are drawn together; NAME=VALUE gives a variable one value. A function of two variables is drawn by its
    contours, in files with its gradients; an equation (`x^2 + y^2 = 25`) by its curve. `-` reads EXPR from standard
    input.
    """
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other")
    kind, target = _target(output, "json" if as_json else "csv" if as_csv else None)
    with limited(limits, " ".join(operands), as_json=as_json):
        plot = _sampled(operands, bind, vertical, **wanted)
        content = _content(plot, kind)
    if kind != "json":
        terminal.say(plot.notes)
    if target is not None:
        _write(content, target)
    elif isinstance(content, bytes):
        terminal.write(content.decode())
    else:
        from gradcli.render.plots.terminal import terminal as drawn

        terminal.write(drawn(plot, _look(width, height, plain=plain)))
    return 0


def _sampled(
    operands: tuple[str, ...],
    bind: str | None,
    vertical: str | None,
    *,
    order: int,
    tangents: tuple[str, ...],
    descent: str | None,
    lr: float | None,
    steps: int | None,
    points: int | None,
) -> Plot:
    """What the operands and options ask for. Raises DiagnosticError or UsageError."""
    from gradcli.cli.operands import bindings, sorted_operands
    from gradcli.curves import PlotWish, sample
    from gradcli.curves.intervals import interval
    from gradcli.language import Diagnostic, DiagnosticError
    from gradcli.language.values import replace

    operands = _with_piped(operands)
    texts, values, written = sorted_operands(operands)
    for text in texts:
        from gradcli.cli.typos import file_given

        misuse = file_given(operands, text)
        if misuse is not None:
            raise misuse
    ranges, notes = {}, []
    for argument in written:
        name, span, said = interval(argument)
        if name in ranges:
            raise DiagnosticError(Diagnostic.of_whole("E203", f"{name} is given twice", argument, "give it one range"))
        ranges[name] = span
        notes += said
    given = bindings(tuple(values), bind)
    for name in ranges:
        if name in given:
            raise Misuse(f"{name} has a value and a range", "give it one of them")
    touched = _tangents(tangents)
    wish = PlotWish(
        order,
        tuple(value for _, value in touched),
        _descent(descent, lr, steps),
        vertical=_heights(vertical),
        points=points,
    )
    try:
        plot = sample(texts, ranges, given, wish)
    except DiagnosticError as error:
        if len(texts) > 1 and error.diagnostic.source in texts[1:] and error.diagnostic.code.startswith("E1"):
            help_ = f"each operand is an expression of its own; quote one that has blanks: '{' '.join(texts)}'"
            raise DiagnosticError(replace(error.diagnostic, help=help_)) from None
        raise
    other = next((name for name, _ in touched if name != plot.names[0]), None)
    if other is not None:
        raise Misuse(f"--tangent {other}=…: the variable is {plot.names[0]}", f"write --tangent {plot.names[0]}=1")
    return replace(plot, notes=(*plot.notes, *notes))


def _with_piped(operands: tuple[str, ...]) -> tuple[str, ...]:
    """The operands, with what is piped in as their expression where they have none, or `-`. Raises UsageError."""
    from gradcli.cli.operands import is_typed, sorted_operands, standard_input

    if operands[:1] == ("-",):
        return standard_input(), *operands[1:]
    if len(sorted_operands(("", *operands))[0]) == 1 and not is_typed() and (piped := standard_input()).strip():
        return piped, *operands
    if not operands:
        raise Misuse("there is no expression to draw", "for example: gradcli plot 'x^3 - 3x' x=-2:2")
    return operands


def _heights(written: str | None) -> tuple[float, float] | None:
    """The range of heights that --y writes. Raises UsageError."""
    from gradcli.curves.intervals import interval
    from gradcli.language import DiagnosticError

    if written is None:
        return None
    try:
        return interval(f"y={written}")[1]
    except DiagnosticError as error:
        raise Misuse(f"--y {written}: {error.diagnostic.message}", "write --y -1:1") from None


def _descent(start: str | None, rate: float | None, steps: int | None) -> Descent | None:
    """The descent that the options ask for. Raises DiagnosticError or UsageError."""
    from gradcli.curves import Descent

    if start is None:
        if rate is not None or steps is not None:
            raise Misuse("--lr and --steps are of a descent", "say where it starts: --descent x=1")
        return None
    if rate is not None and not 0 < rate < math.inf:
        raise Misuse(f"--lr {rate:g} is no learning rate", "take a positive number, as in --lr 0.1")
    plain = Descent(_point(start, "--descent"))
    return Descent(plain.start, rate or plain.rate, steps or plain.steps)


def _point(text: str, option: str) -> dict[str, float]:
    """The values of variables that an option writes: `x=1,y=2`. Raises DiagnosticError or UsageError."""
    from gradcli.calculus import evaluate
    from gradcli.cli.operands import bindings
    from gradcli.engine import dtypes
    from gradcli.language import Expr

    pieces = text.split(",")
    if not all("=" in piece for piece in pieces):
        raise Misuse(f"{option} {text}: a point is written by its variables", f"write {option} x=1")
    found = {}
    for name, value in bindings(tuple(pieces), None).items():
        number = evaluate.constant(value, dtypes.float64) if isinstance(value, Expr) else value
        if number.ndim or not math.isfinite(number.item()):
            raise Misuse(f"{option} {text}: {name} has to be a finite number there", f"write {option} {name}=1")
        found[name] = float(number)
    return found


def _tangents(written: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """Where tangents are asked for. Raises DiagnosticError or UsageError."""
    return tuple(pair for each in written for pair in _point(each, "--tangent").items())


def _target(output: str | None, data: str | None) -> tuple[str | None, Target | None]:
    """What is to be written (None: the picture, in the terminal), and the file to which. Raises UsageError."""
    if output is None:
        return data, None
    from gradcli.cli.outputs import targets

    kind = os.path.splitext(output)[1][1:].lower()
    if data is not None and kind in (*PICTURES, *DATA) and kind != data:
        raise Misuse(f"--{data} and -o {output} ask for two things", f"write -o FILE.{data}, or leave out --{data}")
    kind = data or kind
    if kind not in (*PICTURES, *DATA):
        message = f"-o {output}: {f'.{kind} is no kind of picture' if kind else 'its name does not say what to write'}"
        raise Misuse(message, "name it .png, .svg, .pdf, .csv or .json")
    if kind in PICTURES and importlib.util.find_spec("matplotlib") is None:
        raise Misuse(f"-o {output} needs Matplotlib, which is not installed", "pip install 'gradcli[plot]'")
    return kind, targets({"-o": output}, [])["-o"]


def _content(plot: Plot, kind: str | None) -> bytes | None:
    """The content of a file, or of what is printed for machines; None of a picture for the terminal."""
    if kind is None:
        return None
    if kind in PICTURES:
        from gradcli.render.plots.files import PictureKind, drawn

        return drawn(plot, PictureKind(kind))
    from gradcli.render.objects import to_json
    from gradcli.render.plots.data import csv_text, plot_object

    return (csv_text(plot) if kind == "csv" else to_json(plot_object(plot)) + "\n").encode()


def _write(content: bytes | None, target: Target) -> None:
    """Write a file. Raises UsageError where that fails; what was there is untouched then."""
    from gradcli.cli.outputs import replaced

    assert content is not None
    try:
        with replaced(target) as text:
            text.buffer.write(content)
    except OSError as error:
        message = f"-o {target.name} cannot be written: {error.strerror or error}"
        raise Misuse(message, "name another file") from None


def _look(width: int | None, height: int | None, *, plain: bool) -> Look:
    """What standard output can show."""
    from gradcli.render.plots.terminal import Look

    columns = width or min(terminal.width(), WIDEST)
    lines = height or max(min(terminal.height() - 1, round(columns * SHAPE)), 12)
    return Look(columns, lines, not plain and _takes_unicode(), terminal.wants_colour(sys.stdout))


def _takes_unicode() -> bool:
    try:
        UNICODE.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
