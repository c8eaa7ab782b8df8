"""`gradcli minimize EXPR NAME=START…`: the minimum that is found from a start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

import click

from gradcli.cli import terminal
from gradcli.cli.limits import Limit, Limits, Watch
from gradcli.cli.misuse import Misuse
from gradcli.cli.options import bind_option, digits_option, json_option, limit_options
from gradcli.cli.program import subcommand

if TYPE_CHECKING:
    from gradcli.calculus.results import Array
    from gradcli.cli.outputs import Target
    from gradcli.minimum import Minimum, Search, SearchPlan
    from gradcli.problem import Problem

METHODS: Final = ("bfgs", "lbfgs", "sgd", "momentum", "adam")
EXAMPLES = """\
Examples:
  gradcli minimize '(x - 3)^2 + (y + 1)^2' x=0 y=0
  gradcli minimize '(1 - x)^2 + 100(y - x^2)^2' x=-1.2 y=1 --bounds x=-2:0.5
  gradcli minimize 'sum((w - [1, 2])^2)' 'w=[0,0]' --method adam --lr 0.1
"""


@subcommand("minimize", EXAMPLES)
@click.argument("operands", nargs=-1, metavar="EXPR NAME=START...")
@click.option("--wrt", multiple=True, metavar="NAME[,NAME]", help="Vary these variables only.")
@click.option("--maximize", is_flag=True, help="Look for a maximum.")
@click.option("--method", type=click.Choice(METHODS), help="bfgs (lbfgs for many variables), or one to learn by.")
@click.option("--lr", type=float, metavar="RATE", help="The learning rate of sgd, momentum (0.01) and adam (0.1).")
@click.option("--steps", type=click.IntRange(0, 10_000_000), metavar="N", help="The most steps (1000).")
@click.option("--tol", type=float, default=1e-8, metavar="G", help="The largest slope at the end (1e-8).")
@click.option("--bounds", multiple=True, metavar="NAME=LOW:HIGH", help="Keep a variable within bounds; one may be inf.")
@click.option(
    "--data", type=click.Path(dir_okay=False), metavar="FILE.csv", help="Its columns are tensors, not varied."
)
@bind_option("Starts")
@click.option(
    "--history",
    type=click.Path(),
    metavar="FILE",
    help="Write every step to a .csv or .jsonl file, or draw them (.png, .svg, .pdf).",
)
@digits_option()
@json_option()
@click.option("-q", "--quiet", is_flag=True, help="The point alone, as NAME=VALUE lines.")
@click.option("--no-check", is_flag=True, help="Certify nothing.")
@limit_options
def command(operands: tuple[str, ...], **options: Any) -> int:
    """Minimise EXPR, a formula or a small program with one number as its result, from a start, NAME=START for each
    variable, which may be a tensor.

    The gradients are the engine's. BFGS finds the minimum to the last digits of floats; sgd, momentum and adam take
    torch's steps, with --lr. What is found is looked at: value and gradient are certified, and the Hessian's
    eigenvalues tell a minimum from a maximum or a saddle. Where there is none, that is said.

    Exit status: 0 found and checked, 1 none was found, or something else (a saddle, say), 2 it could not be done.
    """
    return _Minimization(operands, **options).run()


class _Minimization:
    """One call: its search within its limits, its history, and what it writes."""

    def __init__(self, operands: tuple[str, ...], **options: Any) -> None:
        from gradcli.cli.operands import split

        self._options = options
        self._text, self._arguments = split(operands)
        self._limits: Limits = options["limits"]
        self._search: Search | None = None
        self._files = ExitStack()

    def run(self) -> int:
        """Search, and write what is found; the exit status."""
        plan, target = self._plan(), self._target()
        problem = self._problem()
        watch = Watch(self._limits, self._end)
        try:
            found = self._found(problem, plan, target)
        except MemoryError:
            watch.stop()
            return self._end(Limit.MEMORY)
        finally:
            watch.stop()
        return self._finish(found)

    def _found(self, problem: Problem, plan: SearchPlan, target: Target | None) -> Minimum:
        from gradcli.cli.histories import StepFile
        from gradcli.minimum import Search

        with self._files:
            alone = self._options["data"] is None
            history = None if target is None else self._files.enter_context(StepFile(target, problem, alone=alone))
            observe = None if history is None else history.write
            self._search = Search(problem, plan, observe)
            return self._search.run()

    def _end(self, limit: Limit) -> int:
        """Write the best point found until a limit was reached; the exit status."""
        best = None if self._search is None else self._search.best
        if best is None:
            return self._limits.fail(limit, self._text, as_json=self._options["as_json"])
        self._files.close()
        terminal.message(f"note:  the search {self._limits.excess(limit)}")
        return self._finish(best)

    def _finish(self, found: Minimum) -> int:
        from gradcli.render import minima

        digits: int | None = self._options["digits"]
        if self._options["as_json"]:
            terminal.write_object(minima.minimum_object(found))
            return int(not found.is_found)
        terminal.say(found.notes)
        if self._options["quiet"]:
            terminal.write("".join(f"{line}\n" for line in minima.quiet_lines(found, digits)))
            if not found.is_found:
                terminal.message(f"note:  {minima.reason_text(found)}")
            return int(not found.is_found)
        terminal.write_rows(minima.rows(found, digits, terminal.width() - 8))
        return int(not found.is_found)

    def _problem(self) -> Problem:
        from gradcli.cli.operands import bindings, names
        from gradcli.problem import Problem

        return Problem(self._text, bindings(self._arguments, self._options["bind"]), names(self._options["wrt"]))

    def _plan(self) -> SearchPlan:
        """The options as a plan. Raises Misuse and DiagnosticError."""
        from gradcli.minimum import RATES, Algorithm, SearchPlan

        options = self._options
        lr, tolerance = options["lr"], options["tol"]
        if lr is not None and not 0 < lr < float("inf"):
            raise Misuse(f"--lr {lr:g} is no learning rate", "it is a number above 0, such as 0.01")
        if not 0 <= tolerance < float("inf"):
            raise Misuse(f"--tol {tolerance:g} is no tolerance", "it is a number from 0 up, such as 1e-8")
        method = None if options["method"] is None else Algorithm(options["method"])
        if lr is not None and (method is None or method.value not in RATES):
            raise Misuse(
                f"--lr {lr:g} goes with --method {', '.join(RATES)}: {options['method'] or 'bfgs'} finds its own steps",
                "leave it out, or name a method",
            )
        return SearchPlan(
            method,
            lr,
            options["steps"],
            tolerance,
            dict(_bounds(options["bounds"])),
            options["maximize"],
            _data(options["data"]),
            not options["no_check"],
        )

    def _target(self) -> Target | None:
        """Where the history goes. Raises Misuse."""
        from gradcli.cli.histories import kind_of
        from gradcli.cli.outputs import targets

        name = self._options["history"]
        if name is None:
            return None
        kind_of(name)
        inputs = [each for each in (self._options["data"], self._options["bind"]) if each is not None]
        return targets({"--history": name}, inputs)["--history"]


def _bounds(written: tuple[str, ...]) -> Iterator[tuple[str, tuple[float, float]]]:
    """The bounds by variable. Raises Misuse and DiagnosticError."""
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes
    from gradcli.language import parse
    from gradcli.language.names import values_by_name
    from gradcli.operations import vocabulary

    def number(text: str, otherwise: float) -> float:
        if not text.strip():
            return otherwise
        try:
            value = evaluate.constant(parse(text, vocabulary()).program.result, dtypes.float64)
        except evaluate.Failure as failure:
            raise failure.diagnostic(text) from failure
        return float(value)

    pairs = []
    for each in (part for whole in written for part in whole.split(",") if part.strip()):
        name, equals, ends = each.partition("=")
        low, colon, high = ends.partition(":")
        if not equals or not colon or ":" in high:
            raise Misuse(f"--bounds {each!r} gives no bounds", "write NAME=LOW:HIGH, as in --bounds x=0:5 or x=0:inf")
        pairs.append((name.strip(), (number(low, float("-inf")), number(high, float("inf")))))
    yield from values_by_name(pairs, vocabulary()).items()


def _data(file: str | None) -> Mapping[str, Array]:
    """The columns of the data. Raises UsageError."""
    if file is None:
        return {}
    from gradcli.columns import NoColumnsError, columns_of

    try:
        return columns_of(file)
    except OSError as error:
        raise click.UsageError(f"cannot read {file}: {error.strerror}") from None
    except NoColumnsError as error:
        hint = "the first line has the names, every other one a number under each"
        raise Misuse(f"--data {file}: {error}", hint) from None
