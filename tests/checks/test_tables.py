"""Tables that one reader has for itself, compared with the vocabulary: nothing is silent when it is forgotten there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
import sympy

from gradcli import engine
from gradcli.calculus import composites, notes, ranges
from gradcli.calculus.critical.curved import CONTINUOUS
from gradcli.calculus.evaluate import Evaluator
from gradcli.calculus.symbolic import domains, elements
from gradcli.engine import dtypes
from gradcli.language import parse
from gradcli.language.latex import commands
from gradcli.operations import OPERATIONS, TABLE, Operation, vocabulary
from tests.checks.house import SCALAR

OF_ONE = [each for each in TABLE if each.category in SCALAR and each.required == 1]
WITH_A_FORM = [each for each in OF_ONE if each.symbolic in elements.ELEMENTWISE and each.name != "clamp"]
"""Those whose form does not depend on settings."""
GRID = [Fraction(step, 4) for step in range(-28, 29)]
NEAR = 1e-6
INFINITE = frozenset({"sqrt", "cbrt"})
"""Functions whose slope at their kink is infinite: it is what torch gives, and no convention."""
ALWAYS_HOLDS = frozenset({"cbrt", "softsign"})
"""Functions in which a condition is seen that holds everywhere: abs(x) is not negative, 1 + abs(x) not zero."""


def _value(text: str, **variables: float) -> float:
    tensors = {name: engine.tensor(value, dtype=dtypes.float64) for name, value in variables.items()}
    with np.errstate(all="ignore"):
        return float(Evaluator(tensors, dtypes.float64).numbers(parse(text, vocabulary()).program.result).item())


def _kinks(operation: Operation) -> Iterator[float]:
    """The points of the grid that are kinks of a function of one number."""
    for text in operation.kinks:
        if "min" not in text and "max" not in text:
            yield from (float(x) for x in GRID if _value(text, x=float(x)) == 0)


def _jumps(operation: Operation, at: float) -> bool:
    below, above = (_value(f"{operation.name}(x)", x=at + side) for side in (-NEAR, NEAR))
    return abs(above - below) > 0.1


@pytest.mark.parametrize("operation", [each for each in OF_ONE if any(_kinks(each))], ids=lambda each: each.name)
def test_a_kink_is_a_jump_or_not_and_has_a_convention(operation: Operation) -> None:
    jumps = {_jumps(operation, at) for at in _kinks(operation)}
    assert (operation.name in notes.JUMPS) == (True in jumps)
    if True not in jumps and operation.name not in INFINITE:
        assert operation.name in CONTINUOUS
    x = engine.tensor(next(_kinks(operation)), dtype=dtypes.float64, requires_grad=True)
    composites.function(operation.name)(x).backward()
    assert x.grad is not None
    slope = x.grad.item()
    said = notes.CONVENTIONS.get(operation.name)
    assert said is None or said != "0" or slope == 0


@pytest.mark.parametrize("operation", TABLE, ids=lambda each: each.name)
def test_something_calculates_every_operation(operation: Operation) -> None:
    assert callable(composites.function(operation.name))


@pytest.mark.parametrize("operation", WITH_A_FORM, ids=lambda each: each.name)
def test_a_function_without_a_domain_has_a_value_everywhere(operation: Operation) -> None:
    x = sympy.Symbol("x", real=True)
    assert operation.symbolic is not None
    form = elements.ELEMENTWISE[operation.symbolic](elements.SymPyArithmetic(), x)
    has_conditions = bool(domains.conditions(form))
    assert has_conditions == (operation.domain is not None or operation.name in ALWAYS_HOLDS)


@pytest.mark.parametrize("name", ranges.FUNCTIONS)
def test_values_lie_in_their_range(name: str) -> None:
    operation = OPERATIONS[name]
    for low, high in ((-7, 7), (0, 7), (Fraction(1, 4), 7)):
        inside = ranges.ValueRange(Fraction(low), Fraction(high), low > 0)
        found = ranges.FUNCTIONS[name](inside)
        for x in (each for each in GRID if low <= each <= high):
            value = _value(f"{operation.name}(x)", x=float(x))
            if math.isfinite(value):
                assert found.low is None or found.low <= value
                assert found.high is None or value <= found.high


def test_latex_commands_are_functions() -> None:
    assert set(commands.FUNCTIONS.values()) <= OPERATIONS.keys()
