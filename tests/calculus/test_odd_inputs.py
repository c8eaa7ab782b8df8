"""Inputs that nobody would write and random ones find: each kind once ended in a traceback."""

from __future__ import annotations

import numpy as np
import pytest

from gradcli.calculus.results import Request, Verdict
from gradcli.language import parse
from gradcli.operations import vocabulary
from gradcli.problem import Problem, Solution, solve


def solved(text: str, *, request: Request = Request.GRADIENT, **values: str) -> Solution:
    bindings = {name: parse(value, vocabulary()).program.result for name, value in values.items()}
    return solve(Problem(text, bindings, request=request))


@pytest.mark.parametrize(
    ("value", "number"),
    [("sum(7)", 7), ("mean(7)", 7), ("all(7)", 1), ("max(4)", 4), ("sum([[7]])", 7), ("prod([2, 3])", 6)],
)
def test_a_value_that_is_made_by_reducing_a_number_is_that_number(value: str, number: float) -> None:
    found = solved("a^2", a=value)
    assert found.numbers.value == number**2
    assert found.numbers.derivatives["a",] == 2 * number
    assert found.check is not None
    assert found.check.verdict is Verdict.AGREES


def test_a_curve_takes_such_a_value_too() -> None:
    assert solved("x^2 + y^2 = 25", x="sum(3)", y="max(4)").numbers.derivatives["x",] == -0.75


@pytest.mark.parametrize(
    ("text", "formula"), [("[y^2]", "2*y"), ("[[y^2]]", "2*y"), ("reshape(y^2, [1, 1, 1])", "2*y")]
)
def test_a_list_of_one_number_has_a_numbers_derivative_and_formula(text: str, formula: str) -> None:
    found = solved(text, y="2")
    assert found.numbers.derivatives["y",].shape == ()
    assert found.formulas.derivatives == {("y",): formula}
    assert found.check is not None
    assert found.check.verdict is Verdict.AGREES


@pytest.mark.parametrize("text", ["[y]", "F.zeros(3) + y", "sum(F.zeros(3)*y)", "[y, y]"])
def test_what_is_not_a_number_has_no_certified_value_and_no_error(text: str) -> None:
    found = solved(text, y="nan")
    assert found.check is not None
    assert found.check.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("text", ["xlogy(v, -2)", "xlogy(v, 0)", "log(v)", "v^(-1)", "(-1)^v", "relu(v)", "abs(v)"])
def test_of_a_tensor_without_entries_there_is_nothing_to_say(text: str) -> None:
    found = solved(text, request=Request.JACOBIAN, v="[]")
    assert found.numbers.value.shape == (0,)
    assert not found.notes


@pytest.mark.parametrize(
    ("text", "value"), [("min([1], False)", [0]), ("max([1, -1], True)", [1, 1]), ("max([-1, 2], 0)", 2)]
)
def test_a_truth_value_is_an_operand_of_max_and_a_whole_number_a_dimension(text: str, value: object) -> None:
    found = solved(text)
    np.testing.assert_array_equal(found.numbers.value, value)
    assert found.check is not None
    assert found.check.verdict is Verdict.AGREES
