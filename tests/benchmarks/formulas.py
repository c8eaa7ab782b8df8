"""How long our formulas are beside SymPy's: of what it differentiates as it stands, and of what `simplify` makes of that.

    python -m tests.benchmarks.formulas [--each]

The formulas are those of samples/batch (each by each of its variables) and MANUAL, of the kind that SymPy's tutorial
and its pages on calculus show. Lengths are of plain text in one spelling (SymPy's `str`, blanks counted), with our
`0.5` beside SymPy's `0.5`. A ratio below 1 is a shorter formula of ours.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import sympy

from gradcli.language import DiagnosticError, parse, to_text
from gradcli.operations import vocabulary
from gradcli.problem import Problem, read, solve

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
                yield name, text.partition(" at ")[0]
    with (SAMPLES / "test_functions.csv").open(encoding="utf-8", newline="") as file:
        for text in dict.fromkeys(row["expr"] for row in csv.DictReader(file)):
            yield "test_functions.csv", text
    for text in MANUAL:
        yield "manual", text


def peers(text: str) -> dict[str, tuple[str, str]]:
    """SymPy's own derivatives of a formula in plain text by each variable: as differentiated, and simplified."""
    found = read(Problem(text))
    plain = to_text(found.parsed.program.result)
    symbols = {name: sympy.Symbol(name, real=True) for name in found.names}
    functions = {
        "lgamma": sympy.loggamma,
        "digamma": sympy.digamma,
        "abs": sympy.Abs,
        "log1p": lambda x: sympy.log(1 + x),
    }
    functions |= {"expm1": lambda x: sympy.exp(x) - 1, "log2": lambda x: sympy.log(x, 2), "maximum": sympy.Max}
    functions |= {"log10": lambda x: sympy.log(x, 10), "hypot": lambda x, y: sympy.sqrt(x**2 + y**2), "e": sympy.E}
    functions |= {"cbrt": lambda x: sympy.cbrt(x), "minimum": sympy.Min, "tau": 2 * sympy.pi}
    expression = sympy.sympify(plain, locals={**functions, **symbols})
    return {
        name: (str(slope := expression.diff(symbol)), str(sympy.simplify(slope))) for name, symbol in symbols.items()
    }
