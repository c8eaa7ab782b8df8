"""A thousand random formulas as SymPy writes them, in LaTeX and as text: what is read back has the same value."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy

from gradcli.homework.sampling.evaluation import derivative_at
from gradcli.language import parse
from gradcli.operations import vocabulary
from tests.language.latex.formulas import SYMBOLS, Formulas

NAMES = [symbol.name for symbol in SYMBOLS]
CLOSE = 1e-7
"""How closely the values agree, relatively; what changes more when its variables change by STEP is left out."""
STEP = 1e-10


def value_by_sympy(formula: Any, point: dict[Any, float]) -> float | None:
    """The value of a formula; None where it is none, or a small change of the variables changes it much."""
    try:
        values = [
            complex(sympy.N(formula.subs({symbol: value * (1 + step) for symbol, value in point.items()}), 17))
            for step in (0.0, STEP)
        ]
    except (ValueError, TypeError, OverflowError):
        return None
    (value, near), size = values, max(abs(values[0]), CLOSE)
    if not math.isfinite(size) or size > 1e15 or abs(value.imag) > CLOSE * size or abs(near - value) > CLOSE * size:
        return None
    return value.real


def assert_read_back(seeds: range, written: Callable[[Any], str], *, piecewise: bool) -> None:
    compared = 0
    for seed in seeds:
        formulas = Formulas(seed, piecewise=piecewise)
        try:
            formula, point = formulas.formula(), formulas.point()
        except ValueError:  # the larger of two numbers that are not real
            continue
        is_real = formula.free_symbols and not formula.has(sympy.I)
        expected = value_by_sympy(formula, point) if is_real else None
        if expected is None:
            continue
        text = written(formula)
        values = {symbol.name: np.asarray(value) for symbol, value in point.items()}
        tree = parse(text, vocabulary(), NAMES).program.result
        found = float(derivative_at(tree, values | {"E": np.asarray(math.e)}))
        assert found == pytest.approx(expected, rel=10 * CLOSE, abs=CLOSE), text
        compared += 1
    assert compared > 0.8 * len(seeds)


def test_latex_of_random_formulas_reads_back_to_the_same_value() -> None:
    assert_read_back(range(50), sympy.latex, piecewise=True)


def test_text_of_random_formulas_reads_back_to_the_same_value() -> None:
    assert_read_back(range(50), str, piecewise=False)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(50, 1150, 100))
def test_latex_of_a_thousand_formulas_reads_back_to_the_same_value(start: int) -> None:
    assert_read_back(range(start, start + 100), sympy.latex, piecewise=True)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(50, 1150, 100))
def test_text_of_a_thousand_formulas_reads_back_to_the_same_value(start: int) -> None:
    assert_read_back(range(start, start + 100), str, piecewise=False)
