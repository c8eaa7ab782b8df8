"""`gradcli.check` and `gradcli.explain`: what the commands say, as Python has it."""

from __future__ import annotations

import json
import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import gradcli
from tests.library.test_solve import command

ANSWERS: tuple[tuple[str, Any, dict[str, Any], list[str]], ...] = (
    ("x^2", "2x", {}, []),
    ("x^2 sin(x)", "2x cos(x)", {}, []),
    ("x^2", "2 +* x", {}, []),
    ("x^2 y", "[2x y, x^2]", {"wrt": "x,y"}, ["--wrt", "x,y"]),
    ("x^2 y", "2x", {"partial": ["x", "y"]}, ["--partial", "x,y"]),
    ("x^2 + y^2 = 25", "-x/y", {}, []),
    ("x^3", "6x", {"order": 2}, ["--order", "2"]),
    ("x^2", "6.01", {"at": {"x": 3}, "abs": 0.1}, ["--at", "x=3", "--abs", "0.1"]),
    ("sin(x)", "0.5", {"at": {"x": "pi/3"}}, ["--at", "x=pi/3"]),
    ("log(x^2)", "2/x", {"domain": "x > 0"}, ["--domain", "x > 0"]),
    ("x^2", r"\frac{4x}{2}", {"latex": True}, ["--latex"]),
    ("x y", "[[0, 1], [1, 0]]", {"form": "hessian"}, ["--hessian"]),
)


@pytest.mark.parametrize(("function", "answer", "options", "arguments"), ANSWERS)
def test_to_dict_is_what_the_command_prints_as_json(
    function: str, answer: str, options: dict[str, Any], arguments: list[str]
) -> None:
    found = gradcli.check(function, answer, **options)
    assert found.to_dict() == json.loads(command("check", function, answer, *arguments, "--json")[0])
    again = pickle.loads(pickle.dumps(found))
    assert (again.to_dict(), str(again), repr(again)) == (found.to_dict(), str(found), repr(found))


@pytest.mark.parametrize(("function", "answer", "options", "arguments"), [ANSWERS[0], ANSWERS[1], ANSWERS[5]])
def test_str_is_what_the_command_prints(
    function: str, answer: str, options: dict[str, Any], arguments: list[str]
) -> None:
    assert f"{gradcli.check(function, answer, **options)}\n" == command("check", function, answer, *arguments)[0]


def test_a_right_answer_is_true_and_a_wrong_one_names_its_mistake() -> None:
    right, wrong = gradcli.check("x^2", "2x"), gradcli.check("x^2 sin(x)", "2x cos(x)")
    assert right
    assert (right.verdict, right.evidence, right.mistake, right.message) == ("correct", "proved", None, "proved")
    assert not wrong
    assert (wrong.verdict, wrong.mistake) == ("wrong", "product-as-product")
    assert wrong.message == "product rule: (f g)' is f' g + f g', not f' g'"
    assert wrong.counterexample is not None
    assert wrong.counterexample.at == {"x": 1.0}
    assert repr(wrong) == "Assessment('wrong', evidence='counterexample', mistake='product-as-product')"


def test_an_answer_that_cannot_be_read_says_where() -> None:
    found = gradcli.check("x^2", "2 +* x")
    assert found.verdict == "unreadable"
    assert not found
    assert str(found).splitlines()[:3] == ["unreadable  expected a value, found '*'", "  2 +* x", "     ^"]


@pytest.mark.parametrize("answer", [6, 6.0, np.float64(6), np.array(6), Fraction(6), gradcli.Expression("2*3")])
def test_answers_at_a_point_are_numbers_of_any_kind(answer: Any) -> None:
    assert gradcli.check("x^2", answer, at={"x": 3})


def test_an_answer_at_a_point_may_be_an_array() -> None:
    assert gradcli.check("sum(x^2)", np.array([2.0, 4.0]), at={"x": [1, 2]})
    assert not gradcli.check("sum(x^2)", [2, 5], at={"x": [1, 2]})


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"order": 9}, ValueError, "order is from 1 to 8"),
        ({"abs": "x"}, TypeError, "abs is a number"),
        ({"rel": -1}, ValueError, "rel is not negative"),
        ({"digits": 16}, ValueError, "digits is from 1 to 15"),
        ({"at": 3}, TypeError, "the point is a mapping"),
        ({"domain": "x"}, ValueError, "a condition compares two sides"),
        ({"ordr": 2}, TypeError, "unexpected keyword"),
    ],
)
def test_misuse_is_named(options: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        gradcli.check("x^2", "2x", **options)


def test_a_question_that_cannot_be_read_is_an_error_and_no_verdict() -> None:
    with pytest.raises(gradcli.DiagnosticError, match="expected a value"):
        gradcli.check("x +* 2", "1")
    with pytest.raises(TypeError, match="the answer is a text, a number or an array, and not None"):
        gradcli.check("x", None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "options", "arguments"),
    [
        ("x^2 sin(3x)", {}, []),
        ("x^2 y", {"x": 3, "y": 2}, ["x=3", "y=2"]),
        ("y = 3x+2; z = 2y^2; z.mean()", {"x": [1, 2]}, ["x=[1,2]"]),
        ("x^4", {"order": 2, "wrt": "x"}, ["--order", "2", "--wrt", "x"]),
        ("x^2 + y^2 = 25", {}, []),
        ("x^3 y^2", {"partial": "x,y"}, ["--partial", "x,y"]),
    ],
)
def test_an_explanation_is_the_commands(
    text: str, options: dict[str, Any], arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    found = gradcli.explain(text, **options)
    assert f"{found}\n" == command("explain", text, *arguments)[0]
    assert found.to_dict() == json.loads(command("explain", text, *arguments, "--json")[0])
    assert f"{found.latex()}\n" == command("explain", text, *arguments, "--style", "latex")[0]
    again = pickle.loads(pickle.dumps(found))
    assert (again.to_dict(), repr(again)) == (found.to_dict(), repr(found))


def test_an_explanation_has_its_results() -> None:
    found = gradcli.explain("x^2 y", x=3, y=2)
    assert found.derivative == {"x": "2*y*x", "y": "x**2"}  # in the order in which the rules make it
    assert found.grad == {"x": 12.0, "y": 9.0}
    assert found.check == {"x": "agrees", "y": "agrees"}
    assert gradcli.explain("x^2 y").grad == {}
    assert gradcli.explain("x^3 y^2", partial="x,y").derivative == {"x,y": "6*x**2*y"}
    with pytest.raises(TypeError, match=r"explain\(\) got ordr=….*did you mean order"):
        gradcli.explain("x^2", ordr=2)
