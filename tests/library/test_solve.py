"""`gradcli.solve`: the numbers, the formulas and the verdict of the command, as Python has them."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import pickle
import threading
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli import engine
from gradcli.cli.program import run

PROBLEMS: tuple[tuple[str, dict[str, Any], list[str]], ...] = (
    ("x^2 y", {"x": 3, "y": 2}, ["x=3", "y=2"]),
    ("2x^4 + x^3", {}, []),
    ("sin(x)", {"x": "pi/3", "digits": 30}, ["x=pi/3", "--digits", "30"]),
    ("y = 3x+2; z = 2y^2; z.mean()", {"x": [[1, 2, 3], [3, 2, 1]]}, ["x=[[1,2,3],[3,2,1]]"]),
    ("x y^2", {"x": 1, "y": 2, "request": "hessian"}, ["x=1", "y=2", "--hessian"]),
    ("x^2 + x", {"x": [1, 2], "request": "jacobian"}, ["x=[1,2]", "--jacobian"]),
    ("x^2", {"x": [1, 2], "vjp": [1, 10]}, ["x=[1,2]", "--vjp", "[1,10]"]),
    ("x^5", {"x": 2, "order": 3}, ["x=2", "--order", "3"]),
    ("x^3 y^2", {"x": 1, "y": 2, "partial": "x,y"}, ["x=1", "y=2", "--partial", "x,y"]),
    ("x^2 + y^2 = 25", {"x": 3, "y": 4}, ["x=3", "y=4"]),
    (
        "x^2 + y^2 + z^2 = 9",
        {"of": "z", "wrt": "x", "x": 1, "y": 2, "z": 2},
        ["--of", "z", "--wrt", "x", "x=1", "y=2", "z=2"],
    ),
    ("x y", {"x": 1.5, "y": 2, "wrt": "y", "dtype": "float32"}, ["x=1.5", "y=2", "--wrt", "y", "--dtype", "float32"]),
    ("abs(x)", {"x": 0}, ["x=0"]),
    ("log(x)", {"x": -1}, ["x=-1"]),
    ("e^x", {"x": 1000}, ["x=1000"]),
    ("x^2", {"x": 3, "check": False}, ["x=3", "--no-check"]),
    ("x^2", {"x": 3, "formulas": False}, ["x=3", "--no-formulas"]),
    ("0.1 x", {"x": "1/3"}, ["x=1/3"]),
    ("sin(x)", {"x": "pi/4", "exact": True}, ["x=pi/4", "--exact"]),
    ("sqrt(x) y", {"x": [1, 2], "y": 3, "exact": True}, ["x=[1,2]", "y=3", "--exact"]),
)
LONG = ("tan(x)^9 sin(x)^7 cos(x)^5 exp(x^2) log(x)^4 sqrt(x+1)", {"x": 0.5, "order": 2}, ["x=0.5", "--order", "2"])
ALL = (*PROBLEMS, pytest.param(*LONG, marks=pytest.mark.slow))


def command(*arguments: str) -> tuple[str, str]:
    """What the command writes, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        run(list(arguments))
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize(("text", "values", "operands"), ALL)
def test_to_dict_is_what_the_command_prints_as_json(text: str, values: dict[str, Any], operands: list[str]) -> None:
    found = gradcli.solve(text, **values)
    assert found.to_dict() == json.loads(command(text, *operands, "--json")[0])


@pytest.mark.parametrize(("text", "values", "operands"), PROBLEMS[:10])
def test_str_is_what_the_command_prints(text: str, values: dict[str, Any], operands: list[str]) -> None:
    out, err = command(text, *operands)
    found = gradcli.solve(text, **values)
    assert f"{found}\n" == out
    assert "".join(f"note:  {note}\n" for note in found.notes) == err


@pytest.mark.parametrize(("text", "values", "operands"), ALL)
def test_results_are_copied_and_pickled_whole(text: str, values: dict[str, Any], operands: list[str]) -> None:
    found = gradcli.solve(text, **values)
    for other in (pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):
        assert other.to_dict() == found.to_dict()
        assert (str(other), repr(other)) == (str(found), repr(found))


def test_the_example_of_the_issue() -> None:
    found = gradcli.solve("x^2 y", x=3, y=2)
    assert found.value == 18.0
    assert type(found.value) is float
    assert found.grad == {"x": 12.0, "y": 9.0}
    assert found.derivative["x"] == "2*x*y"
    assert found.check == "agrees"
    assert found.check
    assert repr(found) == "Calculation('x**2*y', value=18.0, grad={'x': 12.0, 'y': 9.0}, check='agrees')"


def test_tensors_come_as_arrays_that_are_ones_own() -> None:
    found = gradcli.solve("sum(x^2)", x=np.array([1.0, 2.0]))
    gradient = found.grad["x"]
    assert isinstance(gradient, np.ndarray)
    gradient += 100
    assert found.grad["x"].tolist() == [2.0, 4.0]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 9.0),
        (np.float32(3), 9.0),
        (Fraction(1, 3), "0.1111111111111111111111111"),
        (Decimal("0.1"), "0.01000000000000000000000000"),
        ("1/3", "0.1111111111111111111111111"),
        (0.1, "0.01000000000000000000000000"),
        (10**20 + 1, "1.000000000000000000020000000e40"),
        (engine.tensor(3.0, dtype=engine.float64, requires_grad=True), 9.0),
        (True, 1.0),
    ],
)
def test_each_kind_of_number_is_taken_for_what_it_is(value: Any, expected: float | str) -> None:
    digits = 25
    found = gradcli.solve("x^2", x=value, digits=digits).decimal()
    assert abs(Decimal(found) / Decimal(str(expected)) - 1) < Decimal(10) ** -digits


def test_a_variable_that_is_called_like_an_option_is_given_in_the_mapping() -> None:
    found = gradcli.solve("order^2 check", {"order": 3, "check": 2})
    assert found.grad == {"order": 12.0, "check": 9.0}


def test_names_may_be_written_as_anybody_writes_them() -> None:
    assert gradcli.solve("θ^2 x₁", θ=3, x1=2).value == 18.0
    assert gradcli.solve("θ^2", θ=3).grad == {"theta": 6.0}
    assert gradcli.solve("θ^2", theta=3).grad == {"theta": 6.0}


def test_without_values_there_are_formulas_alone() -> None:
    found = gradcli.solve("x^3 y")
    assert found.value is None
    assert found.derivative == {"x": "3*x**2*y", "y": "x**3"}
    assert found.check is None
    with pytest.raises(AttributeError, match="the variables have no values"):
        _ = found.grad
    assert not hasattr(found, "grad")


def test_a_list_has_f_and_its_derivative_entry_by_entry() -> None:
    found = gradcli.solve("x^2", x=[1, 2, 3])
    assert (found.value.tolist(), found.diagonal["x"].tolist()) == ([1, 4, 9], [2, 4, 6])  # type: ignore[union-attr]
    assert "diagonal={'x': [2.0, 4.0, 6.0]}" in repr(found)
    assert found.derivative == {"x": "2*x"}
    with pytest.raises(AttributeError, match=r"the derivatives are in \.diagonal"):
        _ = found.grad


def test_exact_forms_are_called_as_the_numbers_are() -> None:
    assert gradcli.solve("sin(x)", x="pi/4", exact=True).exact == {"value": "sqrt(2)/2", "grad": {"x": "sqrt(2)/2"}}
    lists = gradcli.solve("sqrt(x)", x=[2, 4], exact=True, formulas=False).exact
    assert lists == {"value": ["sqrt(2)", "2"], "diagonal": {"x": ["sqrt(2)/4", "1/4"]}}
    assert gradcli.solve("x^2", x=3, formulas=False).exact == {}
    with pytest.raises(ValueError, match="exact=True needs the check"):
        gradcli.solve("x^2", x=3, exact=True, check=False)


def test_what_was_not_asked_for_says_where_the_derivatives_are() -> None:
    found = gradcli.solve("x y", x=1, y=2, request="hessian")
    assert found.hessian == {"x": {"x": 0.0, "y": 1.0}, "y": {"x": 1.0, "y": 0.0}}
    with pytest.raises(AttributeError, match=r"the derivatives are in \.hessian"):
        _ = found.grad


def test_an_error_in_the_text_is_a_value_error_that_shows_the_place() -> None:
    with pytest.raises(ValueError, match="expected a value") as caught:
        gradcli.solve("2*x + * 3", x=1)
    assert str(caught.value).splitlines() == ["expected a value, found '*'", "  2*x + * 3", "        ^"]
    assert isinstance(caught.value, gradcli.DiagnosticError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.diagnostic == caught.value.diagnostic


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        ({"x": 3, "ordr": 2}, TypeError, "solve.. got ordr=….*its variables: x.; did you mean order"),
        ({"ordr": 2}, TypeError, "did you mean order"),
        ({"x": 3, "z": 2}, TypeError, "got z=…, which is neither an option nor a variable"),
        ({"x": None}, TypeError, "the value of x is a number or an array of numbers, and not None"),
        ({"x": [[1, 2], [3]]}, ValueError, "the value of x is no array: its rows differ in length"),
        ({"x": 1j}, TypeError, "the value of x is complex"),
        ({"x": ["a"]}, TypeError, "the value of x is a number or an array"),
        ({"x": {"a": 1}}, TypeError, "the value of x is a number or an array of numbers, and not a dict"),
        ({"x": "1:3"}, ValueError, "range"),
        ({"x": "y + 1"}, ValueError, "depends on y|constant"),
        ({"x": 3, "order": 0}, ValueError, "order is from 1 to 50, and not 0"),
        ({"x": 3, "order": 1.5}, TypeError, "order is a whole number, and not a float"),
        ({"x": 3, "request": "slope"}, ValueError, "request is one of 'grad', 'vjp', 'jacobian', 'hessian'"),
        ({"x": 3, "request": "hessian", "order": 2}, ValueError, "order=2 is of gradients"),
        ({"x": 3, "request": "vjp"}, ValueError, "needs the vector"),
        ({"x": 3, "request": "jacobian", "vjp": [1]}, ValueError, "exclude each other"),
        ({"x": 3, "dtype": "float16"}, ValueError, "dtype is one of 'float64', 'float32'"),
        ({"x": 3, "digits": 50, "check": False}, ValueError, "digits=50 needs the check"),
        ({"x": 3, "wrt": 3}, TypeError, "wrt names variables"),
        ({"x": 3, "wrt": [3]}, TypeError, "3 is an int"),
        ({"x": 3, "of": 3}, TypeError, "of is the name of a variable"),
        ({"sin": 3}, ValueError, "'sin' is a function"),
    ],
)
def test_misuse_is_named(arguments: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        gradcli.solve("x^2", **arguments)


def test_wrong_texts_and_points_are_named() -> None:
    with pytest.raises(TypeError, match=r"the expression is a text, as in 'x\^2 y', and not an int"):
        gradcli.solve(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="the point is a mapping of names to values"):
        gradcli.solve("x^2", 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="x is given twice"):
        gradcli.solve("x^2", {"x": 3}, x=3)
    with pytest.raises(ValueError, match="x has no value"):
        gradcli.solve("x y", y=3)


def test_a_point_may_have_more_than_the_expression_uses() -> None:
    found = gradcli.solve("x^2", {"x": 3, "y": 4})
    assert found.grad == {"x": 6.0}
    assert found.notes == ("'y' is given a value, and the formula does not use it",)


def test_threads_solve_side_by_side() -> None:
    wanted = {digits: gradcli.solve("sin(x)", x=2, digits=digits).decimal() for digits in (5, 20, 60, 200)}
    found: dict[int, set[str]] = {digits: set() for digits in wanted}

    def work(digits: int) -> None:
        for _ in range(5):
            found[digits].add(gradcli.solve("sin(x)", x=2, digits=digits).decimal())
            assert gradcli.Expression("x^2")(3) == 9.0

    threads = [threading.Thread(target=work, args=(digits,)) for digits in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {digits: {text} for digits, text in wanted.items()}


def test_reprs_are_short_whatever_is_in_them() -> None:
    large = gradcli.solve("sum(x^2)", x=np.zeros((50, 50)), formulas=False)
    assert repr(large) == "Calculation('sum(x**2)', value=0.0, grad={'x': <array (50, 50)>}, check='agrees')"
    long = gradcli.solve(" + ".join(f"x^{n}" for n in range(2, 40)), x=1, check=False)
    assert len(repr(long)) < 150


def test_the_check_says_what_it_found() -> None:
    check = gradcli.solve("e^x", x=1000).check
    assert check == "corrected"
    assert check
    assert check.reason is not None
    assert "overflows" in check.reason
    undecided = gradcli.solve("abs(x)", x=0).check
    assert undecided == "undecided"
    assert not undecided
    assert pickle.loads(pickle.dumps(undecided)).reason == undecided.reason
