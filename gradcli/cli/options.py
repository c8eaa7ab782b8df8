"""The options that several commands have, each declared once.

What they choose from is written here again, since help is shown without importing what the words stand for; a test
holds the two equal.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import click

from gradcli.cli.commands import CANNOT
from gradcli.cli.limits import MEMORY, TIMEOUT, Limits
from gradcli.cli.misuse import Misuse
from gradcli.cli.terminal import write_object

if TYPE_CHECKING:
    from gradcli.calculus.results import Shape
    from gradcli.language import DiagnosticError
    from gradcli.problem import Reshape, Solution

Command: TypeAlias = "Callable[..., Any]"
Declaration: TypeAlias = "Callable[[Command], Command]"

DTYPES: Final = ("float64", "float32")
"""The dtypes of calculations and programs."""
FORMATS: Final = ("text", "csv", "jsonl")
"""The formats of batches' problems and results."""
TABLES: Final = ("csv", "jsonl")
"""The formats of a class's answers and results."""
STYLES: Final = ("python", "paper", "latex")
FORMS: Final = ("expand", "factor", "together")
FLOAT_DIGITS: Final = 17
"""Significant digits that floats have at most; more are certified, or not shown."""
MOST_DIGITS: Final = 1_000
MOST_TERMS: Final = 50
"""The highest order of a Taylor polynomial."""
MOST_SECONDS: Final = 1e8
UTF8: Final = "utf-8"


class Seconds(click.FloatRange):
    """A time that is more than nothing, and no more than a timer takes."""

    def __init__(self) -> None:
        super().__init__(0, MOST_SECONDS, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, which click would let be nan."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value} is no time", param, ctx)
        return found


def together(*options: Declaration) -> Declaration:
    """Give a command several options, in this order."""

    def give(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return give


def _known_encoding(context: click.Context, parameter: click.Parameter, name: str) -> str:
    """The encoding with this name, in Python's words. Raises BadParameter."""
    from gradcli.streams.encodings import encoding_of

    try:
        return encoding_of(name)
    except ValueError as error:
        message = f"{error}; some that are: utf-8, utf-16, windows-1252, iso-8859-2, mac-roman"
        raise click.BadParameter(message) from None


# what is differentiated, and by what

wrt_option: Final = click.option(
    "--wrt", multiple=True, metavar="NAME[,NAME]", help="Differentiate by these variables only."
)
of_option: Final = click.option(
    "--of", metavar="NAME", help="The variable of an equation whose derivative is asked for."
)
partial_option: Final = click.option(
    "--partial", multiple=True, metavar="NAME,NAME", help="The mixed partial derivative by these, in turn."
)
dtype_option: Final = click.option(
    "--dtype", type=click.Choice(DTYPES), default="float64", help="Calculate in this precision."
)


def order_option(most: int) -> Declaration:
    """Give a command the option `order`."""
    return click.option("--order", type=click.IntRange(1, most), default=1, metavar="N", help="The N-th derivative.")


def bind_option(what: str = "Values") -> Declaration:
    """Give a command the option `bind`, for what the variables have there."""
    text = f"{what} from a JSON object of numbers and lists."
    return click.option("--bind", type=click.Path(dir_okay=False), metavar="FILE", help=text)


# how results are shown


def digits_option(text: str = "Significant digits to show (6).", most: int = MOST_DIGITS) -> Declaration:
    """Give a command the option `digits`."""
    return click.option("--digits", type=click.IntRange(1, most), metavar="N", help=text)


def refuse_unchecked(digits: int | None) -> None:
    """Raise Misuse where more digits are asked for than floats have: without the check none are certified."""
    if digits is not None and digits > FLOAT_DIGITS:
        raise Misuse(
            f"--digits {digits} needs the check: without it there are floats alone, which have {FLOAT_DIGITS} digits",
            f"leave out --no-check, or ask for {FLOAT_DIGITS} digits at most",
        )


def json_option(text: str = "One JSON object instead of text.") -> Declaration:
    """Give a command the option `as_json`, with which what is wrong with a text is an object, too."""

    def give(command: Command) -> Command:
        @functools.wraps(command)
        def answered(*, as_json: bool, **options: Any) -> Any:
            from gradcli.language import DiagnosticError

            try:
                return command(as_json=as_json, **options)
            except DiagnosticError as error:
                if not as_json:
                    raise
                return refused(error)

        return click.option("--json", "as_json", is_flag=True, help=text)(answered)

    return give


def refused(error: DiagnosticError) -> int:
    """Write what is wrong as a JSON object; the exit status."""
    from gradcli.render.objects import error_object

    write_object(error_object(error.diagnostic))
    return CANNOT


def style_option(default: str) -> Declaration:
    """Give a command the option `style`."""
    text = f"How formulas are written: 2*x*sin(x), 2x sin(x) or LaTeX ({default})."
    return click.option("--style", type=click.Choice(STYLES), default=default, help=text)


formula_options: Final = together(
    click.option("--simplify", is_flag=True, help="Formulas as short as SymPy can make them in 5 s."),
    click.option("--form", type=click.Choice(FORMS), help="Formulas in this form of SymPy's."),
    click.option("--full", is_flag=True, help="Formulas of more than 200 characters, too."),
    style_option("python"),
)


class FormulaStyle(NamedTuple):
    """Which formulas are wanted: in which form (None: the shortest of a few), long ones, too, and in which style."""

    shape: Shape | None = None
    full: bool = False
    style: str = "python"

    @property
    def reshape(self) -> Reshape | None:
        """What puts formulas into the form."""
        if self.shape is None:
            return None
        from gradcli.cli.reshaping import Reshaping

        return Reshaping(self.shape, full=self.full)

    def written(self, solution: Solution) -> Solution:
        """The solution with its formulas in the style."""
        if self.style == "python":
            return solution
        from gradcli.render.spelling import Spelling, spelled

        return spelled(solution, Spelling(self.style))


def formula_style(*, simplify: bool, form: str | None, full: bool, style: str) -> FormulaStyle:
    """What the options say. Raises UsageError where they contradict each other."""
    if simplify and form is not None:
        raise click.UsageError("--simplify and --form exclude each other")
    from gradcli.calculus.results import Shape

    shape = Shape.SIMPLIFY if simplify else None if form is None else Shape(form)
    return FormulaStyle(shape, full, style)


exact_options: Final = together(
    click.option("--exact", is_flag=True, help="Exact values, as sqrt(2)/2 and 7/4, beside the decimals."),
    click.option("--latex", is_flag=True, help="The derivatives alone, in LaTeX, one on a line."),
    click.option(
        "--taylor",
        type=click.IntRange(0, MOST_TERMS),
        metavar="N",
        help="The Taylor polynomial of order N at the point (0 where none is given).",
    ),
    click.option("--tangent", is_flag=True, help="The tangent to the graph, or to the curve of an equation."),
)


class Shown(NamedTuple):
    """What is shown: exact values, the derivatives alone as LaTeX, a Taylor polynomial of an order, or the tangent."""

    exact: bool = False
    latex: bool = False
    taylor: int | None = None
    tangent: bool = False


_NEAR = ("vjp", "jacobian", "hessian", "partial", "order", "shape", "no_check")
_EXCLUDED: Final = {
    "--exact": ("no_check",),
    "--latex": ("exact", "json", "no_formulas", "style"),
    "--taylor": _NEAR,
    "--tangent": _NEAR,
}
_REASONS: Final = {
    ("--exact", "no_check"): "--exact and --no-check exclude each other: only what is checked is said exactly",
    ("--latex", "json"): "--latex and --json exclude each other: --json --style latex has the formulas in LaTeX",
    ("--latex", "exact"): "--latex and --exact exclude each other: --exact --style latex has exact values in LaTeX",
    ("--taylor", "shape"): "--simplify and --form ask for formulas, and --taylor for none",
    ("--tangent", "shape"): "--simplify and --form ask for formulas, and --tangent for none",
}


def shown(*, exact: bool, latex: bool, taylor: int | None, tangent: bool, **others: bool) -> Shown:
    """What the options say; `others` are options of the command that exclude some of them, by their names.

    Raises UsageError where they contradict each other.
    """
    asked = [
        name for name, given in (("--latex", latex), ("--taylor", taylor is not None), ("--tangent", tangent)) if given
    ]
    if len(asked) > 1:
        raise click.UsageError(f"{asked[0]} and {asked[1]} exclude each other")
    others = {**others, "exact": exact}
    for name in ["--exact"] * exact + asked:
        for other in _EXCLUDED[name]:
            if others.get(other):
                option = f"--{other.replace('_', '-')}"
                raise click.UsageError(_REASONS.get((name, other)) or f"{name} and {option} exclude each other")
    return Shown(exact, latex, taylor, tangent)


# what a call may take


def limit_options(command: Command) -> Command:
    """Give a command the options `timeout` and `memory`, and its function the `limits` that they set."""

    @functools.wraps(command)
    def limited(*, timeout: float, memory: int, **options: Any) -> Any:
        return command(limits=Limits(timeout, memory), **options)

    seconds = click.option(
        "--timeout", type=Seconds(), default=TIMEOUT, metavar="SECONDS", help=f"Seconds that it may take ({TIMEOUT:g})."
    )
    megabytes = click.option(
        "--memory", type=click.IntRange(1), default=MEMORY, metavar="MB", help=f"Megabytes that it may take ({MEMORY})."
    )
    return seconds(megabytes(limited))


# runs of many


def encoding_option(what: str) -> Declaration:
    """Give a command the option `encoding`, of what it reads."""
    text = f"What {what} in (UTF-8)."
    return click.option("--encoding", callback=_known_encoding, default=UTF8, metavar="NAME", help=text)


def output_options(text: str) -> Declaration:
    """Give a command the options `output` and `resume`."""
    return together(
        click.option("--output", metavar="FILE", help=text),
        click.option("--resume", is_flag=True, help="Go on with the --output that an earlier run left unfinished."),
    )


def pool_options(one: str, timeout: float, memory: int) -> Declaration:
    """Give a command the options `jobs`, `timeout` and `memory`; the limits are those of `one` task."""
    return together(
        click.option(
            "-j", "--jobs", type=click.IntRange(0), metavar="N", help="Worker processes (as many as cores; 0: none)."
        ),
        click.option(
            "--timeout", type=Seconds(), default=timeout, metavar="S", help=f"Seconds for {one} ({timeout:g})."
        ),
        click.option(
            "--memory", type=click.IntRange(1), default=memory, metavar="MB", help=f"Megabytes for {one} ({memory})."
        ),
    )
