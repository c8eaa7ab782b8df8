"""What is true is shown, whatever floats make of it: by one-liners and by batches, which say the same."""

from __future__ import annotations

import json
import re

import pytest

from tests.cli.process import gradcli

LOST = [
    ("(1-cos(x))/x^2", "x=1e-8", "0.5", "-8.33333e-10"),
    ("(exp(x)-1)/x", "x=1e-10", "1", "0.5"),
    ("((x+1e16)-1e16)^2", "x=3", "9", "6"),
    ("x/sqrt(1+x^2)", "x=1e200", "1", "1e-600"),
    ("x^1000", "x=3", "1.32207e+477", "4.4069e+479"),
    ("where(x > 0, sqrt(x), x)", "x=-1", "-1", "1"),
    ("expm1(x)", "x=-40", "-1", "4.24835e-18"),
]
"""Formulas of which floats lose the value or the derivative, and what these are."""


@pytest.mark.parametrize(("text", "value", "shown", "slope"), LOST)
def test_what_floats_lose_is_given_back(text: str, value: str, shown: str, slope: str) -> None:
    outcome = gradcli(text, value, "--no-formulas")
    first, second, check = outcome.out.splitlines()
    assert (first.split()[:2], second.split()) == (["f", shown], ["df/dx", slope])
    assert check.startswith(("check  corrected: ", "check  agrees"))
    assert outcome.status == 0
    assert gradcli(text, value, "-q", "--digits", "6").out == f"{slope}\n"


@pytest.mark.parametrize(("text", "value", "shown", "slope"), LOST)
def test_a_batch_says_the_same_of_the_same_problem(text: str, value: str, shown: str, slope: str) -> None:
    alone = gradcli(text, value, "--no-formulas").out.splitlines()[-1].removeprefix("check  ")
    outcome = gradcli("batch", "-", "-j", "0", stdin=f"{text} at {value}\n")
    assert outcome.out == f"<stdin>:1  f = {shown}  df/dx = {slope}  {alone.replace('agrees with SymPy', 'agrees')}\n"
    assert re.fullmatch(r"1 problem: 1 (corrected|agrees with the check)\n", outcome.err)


@pytest.mark.parametrize("text", ["abs(x)", "1/x", "sqrt(x)", "max(x, 0)", "sign(x)"])
def test_where_there_is_no_derivative_the_reason_is_said_once(text: str) -> None:
    outcome = gradcli(text, "x=0", "--no-formulas")
    check = outcome.out.splitlines()[-1]
    assert check.startswith("check  undecided: ")
    assert (outcome.status, outcome.err) == (0, "")
    batch = gradcli("batch", "-", "-j", "0", stdin=f"{text} at x=0\n")
    assert batch.out.endswith(f"  {check.removeprefix('check  ')}\n")
    assert batch.out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "value", "slope"),
    [
        (["sin(x)", "x=pi"], "0", "-1"),
        (["sin(x)", "x=pi/6"], "0.5", "0.8660254037844386"),
        (["(3x)^2", "x=1/3"], "1", "6"),
        (["sum(cos(x))", "x=[0, pi/2, pi]"], "0", "[0, -1, 0]"),
        (["x^2 at x=sqrt(2)"], "2", "2.8284271247461903"),
        (["x - 0.1 - 0.2", "x=0.3"], "0", "1"),
    ],
)
def test_values_are_what_is_written(arguments: list[str], value: str, slope: str) -> None:
    shown = gradcli(*arguments, "--no-formulas", "--digits", "16").out.splitlines()[0].split()
    assert shown[:2] == ["f", value]
    assert gradcli(*arguments, "-q").out == f"{slope}\n"


def test_so_they_are_in_cells_and_objects() -> None:
    table = gradcli("batch", "-", "-j", "0", "--from", "csv", "--expr", "cos(x)", stdin="x\npi/2\n[0]\n")
    assert table.out.splitlines()[0].startswith("<stdin>:2  f = 0  df/dx = -1  ")
    lines = '{"expr": "sin(x)", "at": {"x": "pi"}}\n{"expr": "x - 0.1 - 0.2", "at": {"x": 0.3}}\n'
    objects = gradcli("batch", "-", "-j", "0", "--from", "jsonl", stdin=lines)
    assert [line.split("  ")[1:3] for line in objects.out.splitlines()] == [
        ["f = 0", "df/dx = -1"],
        ["f = 0", "df/dx = 1"],
    ]


def test_a_value_that_cannot_be_calculated_is_still_located() -> None:
    outcome = gradcli("x^2", "x=1 + y")
    assert outcome.status == 2
    assert outcome.err.startswith("error: ")
    assert "x=1 + y" in outcome.err


@pytest.mark.parametrize(("digits", "check"), [("18", "--no-check"), ("1000", "--no-check")])
def test_more_digits_than_floats_have_need_the_check(digits: str, check: str) -> None:
    outcome = gradcli("x^2", "x=3", "--digits", digits, check)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(f"error: --digits {digits} needs the check")
    assert gradcli("batch", "-", "--digits", digits, check, stdin="x at x=1\n").status == 2


@pytest.mark.parametrize("command", [[], ["explain"], ["batch"]])
def test_a_thousand_digits_are_the_most(command: list[str]) -> None:
    outcome = gradcli(*command, "x^2", "--digits", "1001")
    assert outcome.status == 2
    assert "--digits" in outcome.err


def test_a_thousand_digits_of_pi() -> None:
    from mpmath import mp

    with mp.workdps(1010):
        known = mp.nstr(mp.pi, 1000, strip_zeros=False)
    outcome = gradcli("4 atan(x)", "x=1", "--digits", "1000", "--no-formulas")
    first, second, check = outcome.out.splitlines()
    assert first.split()[:2] == ["f", known]
    assert second.split() == ["df/dx", "2"]
    assert check == "check  agrees with SymPy"
    assert json.loads(gradcli("4 atan(x)", "x=1", "--digits", "1000", "--json").out)["value"] == known


def test_more_digits_of_a_batch_are_strings_in_json() -> None:
    outcome = gradcli("batch", "-", "-j", "0", "--to", "jsonl", "--digits", "30", stdin="x/7 at x=1\n")
    found = json.loads(outcome.out)
    assert found["value"] == found["grad"]["x"] == "0.142857142857142857142857142857"
    assert gradcli("batch", "-", "-j", "0", "--digits", "30", stdin="x/7 at x=1\n").out == (
        "<stdin>:1  f = 0.142857142857142857142857142857  df/dx = 0.142857142857142857142857142857  agrees\n"
    )


def test_an_explanation_has_certified_digits() -> None:
    outcome = gradcli("explain", "x^x", "x=2", "--digits", "40")
    assert "df/dx  6.772588722239781237668928485832706272302   = " in outcome.out
