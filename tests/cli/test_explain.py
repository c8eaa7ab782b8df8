"""`gradcli explain EXPR` on the real process."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from gradcli.cli.explain import EXAMPLES
from tests.cli.process import gradcli


def explained(*arguments: str) -> dict[str, Any]:
    outcome = gradcli("explain", *arguments, "--json")
    assert outcome.err == ""
    found: dict[str, Any] = json.loads(outcome.out)
    return found


def test_an_account_names_each_rule_and_ends_with_the_checked_result() -> None:
    outcome = gradcli("explain", "x^2 sin(3x)")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == (
        "d/dx x² sin(3x)              product rule: (f g)' = f' g + f g'\n"
        "  d/dx x² = 2x^(2 - 1) = 2x  power rule: (x^n)' = n x^(n-1)\n"
        "  d/dx sin(3x)               chain rule: f(u)' = f'(u) u'; with u = 3x\n"
        "    d/du sin(u) = cos(u)     derivative of sin: sin(x)' = cos(x)\n"
        "    d/dx 3x = 3·1 = 3        constant multiple rule: (c f)' = c f'\n"
        "    = cos(3x)·3 = 3 cos(3x)\n"
        "  = 2x sin(3x) + x²·3 cos(3x) = 2x sin(3x) + 3x² cos(3x)\n"
        "df/dx  2x sin(3x) + 3x² cos(3x)\n"
        "check  agrees with the engine and with SymPy (at 3 points)\n"
    )


def test_an_account_can_be_in_plain_ascii() -> None:
    outcome = gradcli("explain", "x^2 sin(3x)", "--style", "python")
    assert "  = 2*x*sin(3*x) + x**2*3*cos(3*x) = 2*x*sin(3*x) + 3*x**2*cos(3*x)\n" in outcome.out
    assert outcome.out.isascii()


def test_with_values_the_numbers_flow_through_the_recorded_graph() -> None:
    outcome = gradcli("explain", "y = 3x+2; z = 2y^2; z.mean()", "x=[[1,2,3],[3,2,1]]")
    assert (outcome.status, outcome.err) == (0, "")
    assert "  df/dx = df/dz*dz/dx = 1/6·12·y = 2y  chain rule\n" in outcome.out
    assert "  written out, without y, z: df/dx = 2(3x + 2)\n" in outcome.out
    assert (
        "df/dx  [[10, 16, 22],\n"
        "        [22, 16, 10]]   = 2(3x + 2)\n"
        "note   the formulas hold entry by entry: x stands for one entry x_i\n"
        "check  agrees with the engine and with SymPy\n"
    ) in outcome.out
    rows = [line.split() for line in outcome.out.splitlines()]
    assert ["mean(z)", "140", "MeanBackward0", "1"] in rows
    assert ["x", "[[1,", "2,", "3],", "[3,", "2,", "1]]", "leaf", "[[10,", "16,", "22],", "[22,", "16,", "10]]"] in rows


def test_every_variable_has_an_account_of_its_own() -> None:
    outcome = gradcli("explain", "x^2 y + ln(y)")
    assert "df/dx  2y x\n" in outcome.out
    assert "df/dy  x² + 1/y\n" in outcome.out
    assert outcome.out.count("check  agrees") == 2
    assert "df/dx" not in gradcli("explain", "x^2 y + ln(y)", "--wrt", "y").out


def test_a_higher_order_has_an_account_for_each_derivative() -> None:
    outcome = gradcli("explain", "x^5", "x=2", "--order", "2")
    assert "1st derivative by x\n" in outcome.out
    assert "2nd derivative by x\n" in outcome.out
    assert "d2f/dx2  160   = 20x³\n" in outcome.out


def test_latex_is_a_document_on_stdout_and_the_check_goes_to_stderr() -> None:
    outcome = gradcli("explain", "x^2 sin(x)", "--style", "latex")
    assert outcome.status == 0
    assert outcome.out == (
        "\\begin{align*}\n"
        "  \\frac{d}{dx}\\left[x^{2}\\right] &= 2 x^{2 - 1} = 2 x && \\text{power rule} \\\\\n"
        "  \\frac{d}{dx}\\left[\\sin\\left(x\\right)\\right] &= \\cos\\left(x\\right)"
        " && \\text{derivative of sin} \\\\\n"
        "  \\frac{d}{dx}\\left[x^{2} \\sin\\left(x\\right)\\right] &= 2 x \\sin\\left(x\\right)"
        " + x^{2} \\cos\\left(x\\right) && \\text{product rule}\n"
        "\\end{align*}\n"
    )
    assert outcome.err == "check  agrees with the engine and with SymPy (at 3 points)\n"


def test_json_is_one_object_with_the_steps_within_one_another() -> None:
    found = explained("sin(x^2)", "x=2")
    assert (found["schema"], found["expr"], found["warnings"]) == (2, "sin(x**2)", [])
    (account,) = found["accounts"]
    assert (account["wrt"], account["order"], account["derivative"]) == ("x", 1, "2*x*cos(x**2)")
    assert account["check"]["verdict"] == "agrees"
    (statement,) = account["derivations"][0]["statements"]
    (chain,) = statement["steps"]
    assert (chain["rule"], chain["letters"], chain["place"]) == ("chain", {"u": "x**2"}, [])
    assert [(inner["rule"], inner["wrt"], inner["derivative"]) for inner in chain["steps"]] == [
        ("sin", "u", "cos(u)"),
        ("power", "x", "2*x"),
    ]
    assert [station["expr"] for station in found["flow"]] == ["x", "x**2", "sin(x**2)"]
    assert found["flow"][1] == {
        "expr": "x**2",
        "value": 4.0,
        "grad_fn": "PowBackward0",
        "grad": found["flow"][1]["grad"],
    }
    assert found["grad"]["x"] == pytest.approx(found["flow"][0]["grad"], rel=1e-14)


def test_a_tensor_without_values_has_a_name_for_its_number_of_entries() -> None:
    (account,) = explained("mean((n - x)^2)", "--wrt", "x")["accounts"]
    assert account["entrywise"] is True
    assert (account["count"], account["derivative"]) == ("n1", "-2*(n - x)/n1")
    assert account["check"]["points"] == 3


def test_at_a_kink_the_check_is_undecided_and_the_account_names_the_kink() -> None:
    outcome = gradcli("explain", "abs(x)", "x=0")
    assert outcome.status == 0
    assert "no derivative where x = 0\n" in outcome.out
    assert "check  undecided: " in outcome.out


def test_what_has_no_rule_is_located_and_exits_with_2() -> None:
    outcome = gradcli("explain", "x + softmax(x)[0]")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == (
        "error: there is no rule for a part of a tensor: the rules are for formulas in whole variables\n"
        "  x + softmax(x)[0]\n"
        "      ^^^^^^^^^^^^^\n"
        "help:  gradcli without `explain` calculates it\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["3 + 4"], "error: there is no variable\n"),
        (["x^2 + y^2 = 25", "--wrt", "z"], "error: z does not occur in the equation"),
        (["diff(digamma(x), x)"], "error: there is no rule for digamma"),
        (["x y", "x=1"], "error: y has no value\n"),
        (["x/norm(x)", "x=[1,2]"], "error: the derivative of x/norm(x) is no formula in one entry of x"),
        (["mean(x)", "--order", "2"], "error: there is a second derivative by every pair of entries of x"),
        (["x^2", "--style", "latex", "--json"], "error: --style latex and --json exclude each other\n"),
        ([], "error: there is no expression to calculate\nhelp:  for example: gradcli explain 'x^2 sin(3x)'\n"),
        (["*".join(["x"] * 99)], "error: the derivation is too large to write down\n"),
    ],
)
def test_what_cannot_be_explained_is_said(arguments: list[str], message: str) -> None:
    outcome = gradcli("explain", *arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(message)
    assert "\nhelp:  " in outcome.err


def test_an_error_as_json_goes_to_stdout() -> None:
    outcome = gradcli("explain", "digamma(x)", "--json")
    assert (outcome.status, outcome.err) == (2, "")
    assert json.loads(outcome.out)["error"]["code"] == "E340"


def test_the_examples_of_the_help_work() -> None:
    assert EXAMPLES in gradcli("explain", "--help").out
    for line in EXAMPLES.splitlines()[1:]:
        outcome = gradcli(*shlex.split(line)[1:])
        assert outcome.status == 0, line
        assert "agrees with the engine and with SymPy" in outcome.out + outcome.err


def test_a_long_sum_is_explained() -> None:
    terms = "+".join(f"{i}*x^{i % 5}" for i in range(1, 1001))
    outcome = gradcli("explain", terms, "x=1")
    assert outcome.status == 0
    assert "check  agrees" in outcome.out
    assert len(outcome.out) < 1_000_000


@pytest.mark.parametrize(("expression", "derivative"), [("[0](2 - x)^3", "0"), ("[2] x", "2"), ("[[3]] x^2", "5.4")])
def test_a_result_of_one_entry_in_brackets_is_that_number(expression: str, derivative: str) -> None:
    outcome = gradcli("explain", expression, "x=0.9")
    assert f"df/dx  {derivative} " in outcome.out
    assert "check  agrees with the engine and with SymPy" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "check"),
    [
        (["[0](2 - x)^3"], "agrees with the engine and with SymPy (at 3 points)"),
        (["sum([1, 2] x)"], "undecided: no point was found at which it could be compared"),
        (["ones(1) x^2", "x=0.9"], "agrees with the engine and with SymPy"),
    ],
)
def test_a_formula_of_another_shape_than_the_variable_is_compared_as_the_number_that_it_is(
    arguments: list[str], check: str
) -> None:
    outcome = gradcli("explain", *arguments)
    assert outcome.status == 0
    assert f"check  {check}\n" in outcome.out


def test_implicit_differentiation_is_explained_on_both_sides() -> None:
    outcome = gradcli("explain", "x^2 + y^2 = 25", "x=3", "y=4", "--style", "python")
    assert outcome.status == 0
    for line in (
        "differentiate both sides by x: y depends on x, and y' stands for dy/dx",
        "2*x + 2*y*y' = 0",
        "2*y*y' = -2*x",
        "y' = -2*x/(2*y) = -x/y",
        "dy/dx  -0.75   = -x/y",
        "check  agrees with the engine and with SymPy",
    ):
        assert line in outcome.out


def test_a_derivative_inside_is_carried_out_first() -> None:
    outcome = gradcli("explain", "f(u) = u^2 + 1; x f'(3x)", "--style", "python")
    assert outcome.out.startswith("f(u) stands for u**2 + 1\nthe inner derivative by u: u**2 + 1\n")
    assert "at u = 3*x: 6*x" in outcome.out
    assert outcome.out.endswith("check  agrees with the engine and with SymPy (at 3 points)\n")


def test_mixed_derivatives_are_explained_one_by_one() -> None:
    outcome = gradcli("explain", "x^2 y^3", "--partial", "x,y", "--style", "python")
    assert "1st derivative by x" in outcome.out
    assert "2nd derivative by y" in outcome.out
    assert "d2f/dxdy  6*x*y**2" in outcome.out


def test_a_derivative_by_what_does_not_occur_is_explained() -> None:
    outcome = gradcli("explain", "x^2", "--wrt", "y")
    assert (outcome.status, outcome.out.splitlines()[-2]) == (0, "df/dy  0")


def test_derivations_of_equations_and_inner_derivatives_are_objects_and_latex() -> None:
    found = json.loads(gradcli("explain", "x^2 + y^2 = 25", "--json").out)["accounts"][0]
    assert (found["implicit"]["of"], found["derivative"]) == ("y", "-x/y")
    inner = json.loads(gradcli("explain", "x diff(x^2, x)", "--json").out)["accounts"][0]["inner"]
    assert [(each["expr"], each["result"]) for each in inner] == [("diff(x**2, x)", "2*x")]
    assert "y' &= " in gradcli("explain", "x^2 + y^2 = 25", "--style", "latex").out


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("paper", ["derivative of arctan: arctan(x)' = 1/(1 + x²)", "(√x)' = 1/(2√x)", "no derivative where x = x²"]),
        ("python", ["derivative of atan: atan(x)' = 1/(1 + x**2)", "sqrt(x)' = 1/(2*sqrt(x))", "where x = x**2"]),
    ],
)
def test_rules_and_remarks_are_written_in_the_style(style: str, said: list[str]) -> None:
    out = gradcli("explain", "arctan(x) + sqrt(x) + max(x, x^2)", "--style", style).out
    assert all(each in out for each in said)
