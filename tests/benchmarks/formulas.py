"""How long our formulas are beside SymPy's: its derivative as it stands, and what `simplify` makes of that.

    python -m tests.benchmarks.formulas [--each]

The formulas are those of samples/batch (each by each of its variables) and MANUAL, of the kind that SymPy's tutorial
and its pages on calculus show. Lengths are of plain text, SymPy's as `str` writes it. `median` is of the ratios of the
single formulas, `total` the ratio of all characters, `p90` the ratio that nine of ten formulas do not pass. `shorter`
is the median of those formulas that are not already as short as can be when they are differentiated. `--each` prints
the formulas with the largest ratios.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sympy

from gradcli.language import Expr, to_text
from gradcli.problem import Found, Problem, read, solve

SAMPLES: Final = Path(__file__).parents[2] / "samples" / "batch"
MANUAL: Final = (
    *("cos(x)", "exp(x^2)", "x^4", "exp(x y z)", "sin(x) exp(x)", "x^2 + 2x + 1", "exp(x) sin(x) + exp(x) cos(x)"),
    *("sin(x^2)", "exp(x)/x", "sin(x)/x", "(exp(x) - 1)/x", "x exp(-x^2)", "exp(-x^2 - y^2)", "log(x)^2", "x log(x)"),
    *("x^x", "x^(x^2)", "sin(x)^2 + cos(x)^2", "tan(x)", "sin(x) cos(x)", "sin(2x + 1)", "exp(sin(x))"),
    *("(x + 1)^2", "(x^3 + x^2 - x - 1)/(x^2 + 2x + 1)", "gamma(x)/gamma(x - 2)", "x^3 - x^2 + x - 1"),
    *("x^2 z + 4x y z + 4y^2 z", "x y + x - 3 + 2x^2 - z x^2 + x^3", "(x^2 + 2x + 1)/(x^2 + x)"),
    *("1/x + (3x/2 - 2)/(x - 4)", "(x y^2 - 2x y z + x z^2 + y^2 - 2y z + z^2)/(x^2 - 1)"),
    *("(4x^3 + 21x^2 + 10x + 12)/(x^4 + 5x^3 + 5x^2 + 4x)", "sin(x)^4 - 2cos(x)^2 sin(x)^2 + cos(x)^4"),
    *("sin(x) tan(x)/sec(x)", "cosh(x)^2 + sinh(x)^2", "sinh(x)/tanh(x)", "tan(2x)", "acos(x)", "cos(acos(x))"),
    *("x^a x^b", "x^a y^a", "(2x)^a", "sqrt(x) sqrt(y)", "log(x y)", "log(x/y)", "log(x^2)", "n log(x)"),
    *("factorial(n)", "1/(1 + 1/(1 + 1/x))", "x^2 y + exp(x y)", "(sin(x) + cos(x))^2", "exp(x)/(exp(x) + 1)"),
    *("sin(x)/(1 + cos(x))", "x^2/sqrt(1 - x^2)", "(x^4 + x^2 exp(x) - x^2 - 2x exp(x) - 2x - exp(x)) exp(x)"),
    *("exp(-x) sin(x)", "sqrt(x^2 + 1)", "log(x + sqrt(x^2 + 1))", "atan(x/y)", "erf(x)", "exp(-x^2) erf(x)"),
    *("x^3 sin(x)^2", "1/(x^2 + 1)", "(x - 1)/(x + 1)", "sqrt(x + 1/x)", "x/(1 + exp(-x))", "log(sin(x)) cos(x)"),
    *("x^2 exp(x) log(x)", "(3x - 2)^5 (x + 1)^3", "(x^2 + 1)^3/(x - 1)^2", "asin(x) + x sqrt(1 - x^2)"),
    *("tan(x)^2", "sec(x)", "sinh(x) cosh(x)", "atan(sqrt(x))", "cos(x)^3/3 - cos(x)", "abs(x)^3"),
    *("3.14159 x^2", "sin(3.14159 x)", "0.5 x^1.5 exp(-0.25 x)", "1/(1 + exp(-2.5 x))", "x^2/(0.1 + x)"),
)


def problems() -> Iterator[tuple[str, str]]:
    """The formulas with the sets that they belong to."""
    for name in ("derivatives.txt", "physics.txt"):
        for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines():
            text = line.partition("#")[0].strip()
            if text:
                yield name, text
    with (SAMPLES / "test_functions.csv").open(encoding="utf-8", newline="") as file:
        for text in dict.fromkeys(row["expr"] for row in csv.DictReader(file)):
            yield "test_functions.csv", text
    for text in MANUAL:
        yield "manual", text


@dataclass(frozen=True)
class Lengths:
    """One derivative in three texts."""

    title: str
    ours: str
    differentiated: str
    simplified: str

    @property
    def beside_diff(self) -> float:
        """Our length, relative to that of the derivative as it stands."""
        return len(self.ours) / len(self.differentiated)

    @property
    def beside_simplify(self) -> float:
        """Our length, relative to that of the simplified derivative."""
        return len(self.ours) / len(self.simplified)


FUNCTIONS: Final[dict[str, Any]] = {
    "lgamma": sympy.loggamma,
    "digamma": sympy.digamma,
    "abs": sympy.Abs,
    "log1p": lambda x: sympy.log(1 + x),
    "expm1": lambda x: sympy.exp(x) - 1,
    "log2": lambda x: sympy.log(x, 2),
    "log10": lambda x: sympy.log(x, 10),
    "hypot": lambda x, y: sympy.sqrt(x**2 + y**2),
    "maximum": sympy.Max,
    "max": sympy.Max,
    "minimum": sympy.Min,
    "min": sympy.Min,
    "e": sympy.E,
    "tau": 2 * sympy.pi,
}
"""What SymPy calls otherwise than we do."""


def peer(found: Found, symbols: dict[str, Any]) -> Any:
    """The formula as SymPy reads its text. Raises whatever SymPy raises where it has no word for a part."""
    known = {**FUNCTIONS, **symbols}

    def value(expression: Expr) -> Any:
        text = to_text(expression).replace("lambda", "lambda_")  # a word of Python's
        return sympy.sympify(text, locals={name.replace("lambda", "lambda_"): each for name, each in known.items()})

    for assignment in found.parsed.program.assignments:
        known[assignment.name] = value(assignment.value)
    return value(found.parsed.program.result)


def compared(text: str) -> Iterator[Lengths]:
    """The derivatives of a formula by its variables; nothing where SymPy has no derivative of its own."""
    found = read(Problem(text))
    symbols = {name: sympy.Symbol(name, real=True) for name in found.names}
    try:
        formulas = solve(Problem(text), check=False, full=True).formulas.derivatives
        expression = peer(found, symbols)
        slopes = {name: expression.diff(symbol) for name, symbol in symbols.items()}
    except Exception as error:  # whatever it is, one of the two has no formula
        print(f"left out: {text} ({type(error).__name__})", file=sys.stderr)
        return
    for name, slope in slopes.items():
        if (name,) in formulas and not slope.has(sympy.Derivative, sympy.Subs):
            yield Lengths(
                f"{text.partition(' at ')[0]}  by {name}", formulas[name,], str(slope), str(sympy.simplify(slope))
            )


WIDTHS: Final = (5, 8, 6, 7, 13, 10, 6)
"""Of the table's columns."""


def row(title: str, lengths: list[Lengths]) -> str:
    """A line of the table."""
    by_diff = [each.beside_diff for each in lengths]
    by_simplify = sorted(each.beside_simplify for each in lengths)
    total = sum(len(each.ours) for each in lengths) / sum(len(each.differentiated) for each in lengths)
    shorter = [ratio for ratio in by_diff if ratio < 1]
    longer = sum(ratio > 1 for ratio in by_diff)
    return (
        f"{title:20} {len(lengths):5} {statistics.median(by_diff):8.2f} {total:6.2f} {longer:7}"
        f" {len(shorter):5} at {statistics.median(shorter):4.2f}"
        f" {statistics.median(by_simplify):10.2f} {by_simplify[int(0.9 * len(by_simplify))]:6.2f}"
    )


def main(*options: str) -> None:
    """Print the table."""
    found: dict[str, list[Lengths]] = {}
    for group, text in problems():
        found.setdefault(group, []).extend(compared(text))
    everything = [each for lengths in found.values() for each in lengths]
    print(f"{'':20} {'':5} {'beside diff':>23} {'':13} {'beside simplify':>17}")
    heads = ("count", "median", "total", "longer", "shorter", "median", "p90")
    print(f"{'formulas of':20} " + " ".join(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True)))
    for title, lengths in (*found.items(), ("all", everything)):
        print(row(title, lengths))
    if "--each" in options:
        for each in sorted(everything, key=lambda each: -max(each.beside_diff, each.beside_simplify))[:40]:
            print(f"{each.title}\n  {each.ours}\n  {each.differentiated}\n  {each.simplified}")


if __name__ == "__main__":
    main(*sys.argv[1:])
