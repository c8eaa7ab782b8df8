"""`--exact`, `--latex`, `--taylor` and `--tangent` as they are called, shown and refused."""

from __future__ import annotations

import json
from typing import Any

import click
import pytest

from gradcli.cli.options import Shown, shown
from gradcli.language import DiagnosticError
from gradcli.problem import Problem, Solution, solve
from gradcli.render.objects import solution_object
from gradcli.render.spelling import Spelling, latex_lines, spelled
from gradcli.render.text import layout, quiet_lines, rows
from tests.cli.process import gradcli

NOTHING: dict[str, Any] = {"exact": False, "latex": False, "taylor": None, "tangent": False}


def solved(text: str, **more: Any) -> Solution:
    return solve(Problem(text, **more), formulas=False, exact=True)


def text_of(solution: Solution) -> str:
    return "\n".join(layout(rows(solution, None, 80)))


def test_exact_values_stand_before_their_decimals() -> None:
    outcome = gradcli("cos(x)", "x=pi/4", "--exact")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == (
        "f      sqrt(2)/2    = 0.707107   CosBackward0\ndf/dx  -sqrt(2)/2   = -0.707107\ncheck  agrees with SymPy\n"
    )


def test_latex_is_the_derivatives_alone() -> None:
    outcome = gradcli("x^2 sin(x) y", "--latex")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == "x y \\left(x \\cos x + 2 \\sin x\\right)\nx^2 \\sin x\n"


def test_taylor_and_tangent_are_shown_with_their_check() -> None:
    assert gradcli("cos(x)", "--taylor", "4").out == (
        "taylor  1 - x**2/2 + x**4/24 + O(x**5)\ncheck   agrees with SymPy\n"
    )
    assert gradcli("x^2", "x=3", "--tangent", "-q").out == "y = 6*x - 9\n"


def test_an_error_is_an_object_where_json_is_asked_for() -> None:
    outcome = gradcli("abs(x)", "x=0", "--tangent", "--json")
    assert outcome.status == 2
    assert json.loads(outcome.out)["error"]["code"] == "E362"


def test_ranges_have_none_of_it() -> None:
    outcome = gradcli("x^2", "x=1:3", "--exact")
    assert outcome.status == 2
    assert "a range has many" in outcome.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exact": True, "no_check": True}, "only what is checked"),
        ({"latex": True, "json": True}, "--json --style latex"),
        ({"latex": True, "exact": True}, "--exact --style latex"),
        ({"latex": True, "taylor": 3}, "--latex and --taylor exclude"),
        ({"taylor": 3, "tangent": True}, "--taylor and --tangent exclude"),
        ({"taylor": 3, "order": True}, "--taylor and --order exclude"),
        ({"tangent": True, "hessian": True}, "--tangent and --hessian exclude"),
        ({"tangent": True, "shape": True}, "ask for formulas"),
        ({"latex": True, "no_formulas": True}, "--latex and --no-formulas exclude"),
    ],
)
def test_what_excludes_each_other_says_so(options: dict[str, Any], message: str) -> None:
    with pytest.raises(click.UsageError, match=message):
        shown(**{**NOTHING, **options})


def test_what_does_not_exclude_each_other_is_kept() -> None:
    assert shown(**{**NOTHING, "exact": True, "taylor": 0, "json": True}) == Shown(exact=True, taylor=0)
    assert shown(**NOTHING, no_check=True, order=True) == Shown()


def test_whole_numbers_are_not_said_twice() -> None:
    assert text_of(solved("x^2 at x=3")) == "f      9   PowBackward0\ndf/dx  6"


def test_tensors_have_exact_entries_above_their_decimals() -> None:
    assert text_of(solved("sum(x^2) at x=[1/2, sqrt(2)]")) == (
        "f      9/4   = 2.25   SumBackward0\ndf/dx  [1, 2*sqrt(2)]\n       = [1, 2.82843]"
    )


def test_entries_without_an_exact_value_stand_as_decimals() -> None:
    found = solved("sum(x^2 + relu(x)) at x=[0, sqrt(2)]")
    assert text_of(found).endswith("df/dx  [0, 1 + 2*sqrt(2)]\n       = [0, 3.82843]")
    assert solution_object(found)["exact"]["grad"] == {"x": [None, "1 + 2*sqrt(2)"]}


def test_long_values_say_how_long_they_are() -> None:
    found = solved("(1+sqrt(x))^9/(x^9+x^8+sqrt(x+1)+1/sqrt(x-1)) at x=7")
    assert "an exact value of " in text_of(found)
    assert solution_object(found)["exact_length"]["grad"]["x"] > 80


def test_machines_get_exact_values() -> None:
    assert quiet_lines(solved("sin(x)/x at x=1/3"), None) == ["3*cos(1/3) - 9*sin(1/3)"]
    assert quiet_lines(solved("relu(x) at x=0"), None) == ["0"]
    found = solution_object(solved("x^2 y at x=1/3, y=sqrt(2)"))
    assert found["exact"] == {"value": "sqrt(2)/9", "grad": {"x": "2*sqrt(2)/3", "y": "1/9"}}
    mixed = solution_object(solved("x^2 y at x=1/3, y=2", partial=("x", "y")))
    assert mixed["exact"]["partial"] == {"x,y": "2/3"}
    assert "exact" not in solution_object(solve(Problem("x^2 at x=1/3"), formulas=False))


def test_exact_values_in_other_spellings() -> None:
    found = solved("sqrt(x)/pi at x=2")
    assert "√2 / π " in text_of(spelled(found, Spelling.PAPER))
    assert r"\frac{\sqrt{2}}{\pi}" in text_of(spelled(found, Spelling.LATEX))


def test_latex_lines_are_one_for_each_derivative() -> None:
    assert latex_lines(solve(Problem("x^2 + y^2 = 25"))) == [r"-\frac{x}{y}"]
    assert latex_lines(solve(Problem("x^3 at x=2", order=2))) == ["6 x"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("5", "there is no variable"),
        ("sum(x) at x=[1, 2]", "formulas are of numbers"),
        ("(x+1)(x+2)(x+3) sin(x)^20 cos(3x) exp(-x^2)/((1+x^2) ln(x+7) (x^3+2x+1)) at x=1", "characters"),
    ],
)
def test_latex_says_why_there_is_no_formula(text: str, reason: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        latex_lines(solve(Problem(text)))
    assert caught.value.diagnostic.code == "E360"
    assert reason in caught.value.diagnostic.message
