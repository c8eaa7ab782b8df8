"""Implicit and mixed derivatives: known slopes of known curves, points that are moved onto them, and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradcli.calculus.results import Verdict
from gradcli.calculus.steps import explain_equation, explain_mixed
from gradcli.explanation import explained
from gradcli.language import DiagnosticError, parse, parse_binding, to_text
from gradcli.operations import vocabulary
from gradcli.problem import Problem, Solution, solve

CURVES: list[tuple[str, str, list[tuple[str, str]], str, str]] = [
    (
        "x^2 + y^2 = 25",
        "-x/y",
        [("3", "4"), ("-3", "4"), ("4", "-3"), ("0", "5"), ("1", "sqrt(24)")],
        "-25/y^3",
        "circle",
    ),
    ("x y = 1", "-y/x", [("2", "0.5"), ("-4", "-0.25"), ("1/3", "3")], "2y/x^2", "hyperbola"),
    ("x^2/4 + y^2/9 = 1", "-9x/(4y)", [("0", "3"), ("sqrt(2)", "3/sqrt(2)"), ("-1.2", "2.4")], "-81/(4y^3)", "ellipse"),
    (
        "x^2 - y^2 = 1",
        "x/y",
        [("1.25", "0.75"), ("-1.25", "0.75"), ("sqrt(2)", "1")],
        "-1/y^3",
        "hyperbola, too",
    ),
    ("y^2 = x", "1/(2y)", [("4", "2"), ("4", "-2"), ("0.25", "0.5"), ("2", "sqrt(2)")], "-1/(4y^3)", "parabola"),
    (
        "x^3 + y^3 = 6x y",
        "(2y - x^2)/(y^2 - 2x)",
        [("3", "3"), ("4/3", "8/3"), ("8/3", "4/3")],
        "-16x*y/(y^2 - 2x)^3",
        "folium",
    ),
    ("e^y = x", "1/x", [("1", "0"), ("e", "1"), ("e^2", "2")], "-1/x^2", "logarithm"),
    ("sin(y) - x = 0", "1/cos(y)", [("0.5", "pi/6"), ("0", "0"), ("-0.5", "-pi/6")], "sin(y)/cos(y)^3", "arcsine"),
    ("y^3 + y = x", "1/(3y^2 + 1)", [("2", "1"), ("0", "0"), ("10", "2"), ("-2", "-1")], "-6y/(3y^2 + 1)^3", "cubic"),
    (
        "sqrt(x) + sqrt(y) = 3",
        "-sqrt(y)/sqrt(x)",
        [("1", "4"), ("4", "1"), ("2.25", "2.25")],
        "3/(2x^1.5)",
        "superellipse",
    ),
]
POINTS = [
    (equation, slope, second, x, y) for equation, slope, points, second, _ in CURVES for x, y in points
]  # fmt: skip


def given(**values: str) -> dict[str, object]:
    return {name: parse_binding(f"{name}={value}", vocabulary()).value for name, value in values.items()}


def solved(text: str, order: int = 1, **values: str) -> Solution:
    return solve(Problem(text, given(**values), order=order), formulas=False)  # type: ignore[arg-type]


def value(text: str, **values: str) -> float:
    solution = solve(Problem(text, given(**values), ("x",)), formulas=False)  # type: ignore[arg-type]
    return float(solution.numbers.value)


def test_there_are_thirty_points() -> None:
    assert len(POINTS) >= 30


@pytest.mark.parametrize(("equation", "slope", "second", "x", "y"), POINTS)
def test_the_slope_of_a_curve_is_the_known_one(equation: str, slope: str, second: str, x: str, y: str) -> None:
    solution = solved(equation, x=x, y=y)
    assert solution.of == "y"
    assert solution.check is not None
    assert solution.check.verdict in (Verdict.AGREES, Verdict.CORRECTED), solution.check.reason
    found = solution.numbers.derivatives[("x",)]
    np.testing.assert_allclose(found, value(f"{slope} + 0*x", x=x, y=y), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("equation", "slope", "second", "x", "y"), POINTS)
def test_the_second_derivative_is_the_known_one(equation: str, slope: str, second: str, x: str, y: str) -> None:
    solution = solved(equation, order=2, x=x, y=y)
    assert solution.check is not None
    assert solution.check.verdict in (Verdict.AGREES, Verdict.CORRECTED), solution.check.reason
    found = solution.numbers.derivatives[("x", "x")]
    np.testing.assert_allclose(found, value(f"{second} + 0*x", x=x, y=y), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("equation", [each[0] for each in CURVES])
@pytest.mark.parametrize("order", [1, 2])
def test_the_steps_agree_with_both_witnesses(equation: str, order: int) -> None:
    explanation = explained(Problem(equation, order=order))
    (confirmation,) = explanation.confirmations
    assert confirmation.check.verdict is Verdict.AGREES, confirmation.check.reason


def test_the_formula_stands_without_a_point() -> None:
    assert solve(Problem("x^2 + y^2 = 25")).formulas.derivatives == {("x",): "-x/y"}


def test_the_other_variable_may_be_asked_for() -> None:
    solution = solve(Problem("x^2 + y^2 = 25", given(x="3", y="4"), of="x"))  # type: ignore[arg-type]
    np.testing.assert_allclose(solution.numbers.derivatives[("y",)], -4 / 3)
    assert solution.formulas.derivatives == {("y",): "-y/x"}


def test_several_variables_each_have_a_derivative() -> None:
    problem = Problem("x^2 + y^2 + z^2 = 3", given(x="1", y="1", z="1"), ("x", "y"), of="z")  # type: ignore[arg-type]
    derivatives = solve(problem).numbers.derivatives
    assert {name: float(each) for (name,), each in derivatives.items()} == {"x": -1, "y": -1}


def test_an_assignment_is_an_equation_where_that_is_asked() -> None:
    solution = solve(Problem("y = x^2", given(x="3"), of="y"))  # type: ignore[arg-type]
    assert float(solution.numbers.derivatives[("x",)]) == 6


def test_names_above_the_equation_are_followed() -> None:
    assert float(solved("s = 25; x^2 + y^2 = s", x="3", y="4").numbers.derivatives[("x",)]) == -0.75


# Points


def test_a_rounded_point_is_moved_onto_the_curve() -> None:
    solution = solved("x^2 + y^2 = 25", x="1", y="4.9")
    np.testing.assert_allclose(solution.numbers.derivatives[("x",)], -1 / math.sqrt(24), rtol=1e-15)
    assert [note.message for note in solution.notes] == ["the point was moved onto the curve: y = 4.89898 for 4.9"]


def test_more_digits_of_a_moved_point_are_right() -> None:
    problem = Problem("y^2 = x", given(x="2", y="1.414"), digits=40)  # type: ignore[arg-type]
    solution = solve(problem, formulas=False)
    text = solution.numbers.texts_of(("x",))[()]
    assert text == "0.3535533905932737622004221810524245196424"


def test_the_other_coordinate_is_moved_where_only_that_was_rounded() -> None:
    solution = solved("x^2 + y^2 = 25", x="4.6", y="2.00")
    np.testing.assert_allclose(solution.numbers.derivatives[("x",)], -math.sqrt(21) / 2, rtol=1e-15)


@pytest.mark.parametrize(("x", "y"), [("1", "4.5"), ("1", "4.89"), ("3", "4.1"), ("6", "1.0")])
def test_a_point_farther_off_is_refused_and_how_far_it_is(x: str, y: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        solved("x^2 + y^2 = 25", x=x, y=y)
    assert caught.value.diagnostic.code == "E321"
    assert "away" in caught.value.diagnostic.message or "differ by" in caught.value.diagnostic.message


@pytest.mark.parametrize(("x", "y"), [("5", "0"), ("-5", "0")])
def test_a_vertical_tangent_has_no_slope(x: str, y: str) -> None:
    solution = solved("x^2 + y^2 = 25", x=x, y=y)
    assert solution.check is not None
    assert solution.check.verdict is Verdict.UNDECIDED
    assert "vertical" in (solution.check.reason or "")


def test_a_double_point_has_no_slope() -> None:
    solution = solved("x^3 + y^3 = 6x y", x="0", y="0")
    assert solution.check is not None
    assert solution.check.verdict is Verdict.UNDECIDED
    assert "not determined" in (solution.check.reason or "")


def test_one_variable_depends_on_all_others() -> None:
    solution = solve(Problem("x y z = 6", given(x="1", y="2", z="3"), of="z"))  # type: ignore[arg-type]
    assert solution.formulas.derivatives == {("x",): "-z/x", ("y",): "-z/y"}
    assert {name: float(value) for (name,), value in solution.numbers.derivatives.items()} == {"x": -3.0, "y": -1.5}


def test_a_point_that_is_moved_by_little_is_shown_with_more_digits() -> None:
    (note,) = solved("sin(y) = x^2", x="0.5", y="0.25268").notes
    assert note.message == "the point was moved onto the curve: y = 0.2526803 for 0.25268"


# What is asked must be clear


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (Problem("a^2 + b^2 = 2"), "E317"),
        (Problem("x^2 + y^2 + z^2 = 3"), "E317"),
        (Problem("x^2 + y^2 = 25", wrt=("x", "y")), "E317"),
        (Problem("x^2 + y^2 + z^2 = 3", wrt=("x",)), "E317"),
        (Problem("x^2 + y^2 = 25", of="z"), "E317"),
        (Problem("x^2 + y^2", of="y"), "E316"),
        (Problem("x^2 + y^2 = 25", partial=("x", "y")), "E316"),
        (Problem("x^2 y", partial=("x", "y"), order=2), "E318"),
        (Problem("x^2 + y^2 = 25", order=5), "E319"),
    ],
)
def test_what_is_not_clear_is_refused(problem: Problem, code: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        solve(problem)
    assert caught.value.diagnostic.code == code


# Mixed derivatives, and variables that do not occur


@pytest.mark.parametrize(
    ("text", "partial", "formula"),
    [
        ("x^2 y^3", ("x", "y"), "6*x*y**2"),
        ("x^2 y^3", ("y", "x"), "6*x*y**2"),
        ("x^2 y^3", ("x", "y", "y"), "12*x*y"),
        ("sin(x y)", ("x", "x", "y"), None),
        ("exp(x) y", ("x", "y"), "exp(x)"),
        ("x^2 y", ("x", "z"), "0"),
    ],
)
def test_mixed_derivatives(text: str, partial: tuple[str, ...], formula: str | None) -> None:
    solution = solve(Problem(text, given(x="0.5", y="2"), partial=partial))  # type: ignore[arg-type]
    assert solution.check is not None
    assert solution.check.verdict is Verdict.AGREES
    assert set(solution.numbers.derivatives) == {partial}
    if formula is not None:
        assert solution.formulas.derivatives == {partial: formula}
        np.testing.assert_allclose(
            solution.numbers.derivatives[partial], value(f"{formula} + 0*x", x="0.5", y="2"), rtol=1e-14
        )
    assert float(solution.numbers.value) == pytest.approx(value(text, x="0.5", y="2"))


def test_mixed_derivatives_are_explained_one_after_the_other() -> None:
    program = parse("x^2 y^3", vocabulary(), ("x", "y")).program
    account = explain_mixed(program, ("x", "y"))
    assert account.variables == ("x", "y")
    assert to_text(account.result) == "6*x*y**2"


def test_an_equation_is_differentiated_on_both_sides() -> None:
    program = parse("x^2 + y^2 = x y", vocabulary(), ("x", "y")).program
    account = explain_equation(program, "x", "y")
    assert account.implicit is not None
    left, right = account.implicit.sides
    assert to_text(left.result) == "2*x + 2*y*yprime"
    assert to_text(right.result) == "y + x*yprime"
    assert "yprime" not in to_text(account.result)


@pytest.mark.parametrize("values", [{"x": "2"}, {}])
def test_the_derivative_by_what_does_not_occur_is_0(values: dict[str, str]) -> None:
    solution = solve(Problem("x^2", given(**values), ("z",)))  # type: ignore[arg-type]
    assert solution.formulas.derivatives == {("z",): "0"}
    assert any("does not occur" in note.message for note in solution.notes)
    if values:
        assert float(solution.numbers.derivatives[("z",)]) == 0


def test_a_name_of_the_program_is_no_variable_to_differentiate_by() -> None:
    with pytest.raises(DiagnosticError) as caught:
        solve(Problem("y = x^2; y + x", given(x="2"), ("y",)))  # type: ignore[arg-type]
    assert caught.value.diagnostic.code == "E202"
