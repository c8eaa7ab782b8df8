"""Taylor polynomials and tangents: their texts, that they meet the function, and where there are none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradcli.language import DiagnosticError
from gradcli.local import Tangent, Taylor, tangent, taylor
from gradcli.problem import Problem, solve
from gradcli.render.local import Presentation
from gradcli.render.spelling import Spelling


def expanded(text: str, order: int, *, exact: bool = False, style: Spelling = Spelling.PYTHON, **more: object) -> str:
    return Presentation(taylor(Problem(text, **more), order), style, exact=exact).whole  # type: ignore[arg-type]


def line(text: str, *, exact: bool = False, digits: int | None = None, **more: object) -> str:
    found = tangent(Problem(text, digits=digits, **more))  # type: ignore[arg-type]
    return Presentation(found, digits=digits, exact=exact).text


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("cos(x)", 4, "1 - x**2/2 + x**4/24 + O(x**5)"),
        ("sin(x)", 5, "x - x**3/6 + x**5/120 + O(x**6)"),
        ("exp(x)", 3, "1 + x + x**2/2 + x**3/6 + O(x**4)"),
        ("1/(1 - x)", 3, "1 + x + x**2 + x**3 + O(x**4)"),
        ("log(1 + x)", 4, "x - x**2/2 + x**3/3 - x**4/4 + O(x**5)"),
        ("tan(x)", 5, "x + x**3/3 + 2*x**5/15 + O(x**6)"),
        ("sqrt(1 + x)", 2, "1 + x/2 - x**2/8 + O(x**3)"),
        ("x^3 - x at x=2", 5, "6 + 11*(x - 2) + 6*(x - 2)**2 + (x - 2)**3 + O((x - 2)**6)"),
        ("x^2 at x=-1", 2, "1 - 2*(x + 1) + (x + 1)**2 + O((x + 1)**3)"),
        ("exp(x) at x=1", 1, "2.71828 + 2.71828*(x - 1) + O((x - 1)**2)"),
        ("y = x^2; sin(y)", 6, "x**2 - x**6/6 + O(x**7)"),
        ("sin(x) cos(y)", 3, "x - x**3/6 - x*y**2/2 + O(r**4)"),
        ("x^y at x=1, y=1", 2, "1 + (x - 1) + (x - 1)*(y - 1) + O(r**3)"),
        ("exp(x)", 0, "1 + O(x)"),
        ("x^2", 1, "0 + O(x**2)"),
        ("x |x|", 1, "0 + O(x**2)"),
    ],
)
def test_a_taylor_polynomial_is_that_of_the_textbook(text: str, order: int, expected: str) -> None:
    assert expanded(text, order) == expected


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("exp(x) at x=1", 2, "e + e*(x - 1) + e*(x - 1)**2/2 + O((x - 1)**3)"),
        ("sin(x) at x=pi/4", 1, "sqrt(2)/2 + sqrt(2)*(x - pi/4)/2 + O((x - pi/4)**2)"),
        ("log(x) at x=2", 2, "log(2) + (x - 2)/2 - (x - 2)**2/8 + O((x - 2)**3)"),
    ],
)
def test_exact_coefficients(text: str, order: int, expected: str) -> None:
    assert expanded(text, order, exact=True) == expected


def test_a_polynomial_in_other_spellings() -> None:
    assert expanded("cos(x)", 2, style=Spelling.LATEX) == r"1 - \frac{x^{2}}{2} + O\left(x^{3}\right)"
    assert expanded("cos(x)", 2, style=Spelling.PAPER) == "1 - x²/2 + O(x³)"


def test_by_one_of_several_variables() -> None:
    values = {"a": np.array(2.0)}
    assert expanded("sin(a x)", 3, wrt=("x",), bindings=values) == "2*x - 4*x**3/3 + O(x**4)"


@pytest.mark.parametrize(
    "text", ["sin(x) at x=1.3", "exp(-x^2) at x=0.7", "x^x at x=2", "log(x)/x at x=3", "gelu(x) at x=0.2"]
)
def test_the_remainder_is_of_the_order_that_is_said(text: str) -> None:
    found = taylor(Problem(text), 3)
    centre = float(solve(Problem(text), check=False, formulas=False).evaluation.question.point["x"])  # type: ignore[union-attr]
    errors = []
    for step in (0.02, 0.01):
        at = centre + step
        value = float(np.sum([each.coefficient.value * step ** each.powers[0] for each in found.terms]))
        true = solve(Problem(text.partition(" at ")[0], {"x": np.array(at)}), check=False, formulas=False).numbers.value
        errors.append(abs(float(true) - value))
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x^2 at x=3", "y = 6*x - 9"),
        ("x^2 at x=0", "y = 0"),
        ("x^3 at x=-1", "y = 3*x + 2"),
        ("exp(x) at x=0", "y = x + 1"),
        ("1/x at x=2", "y = -x/4 + 1"),
        ("floor(x) at x=2.5", "y = 2"),
        ("sin(x) at x=1", "y = 0.540302*x + 0.301169"),
        ("x^2 + y^2 at x=1, y=2", "z = 2*x + 4*y - 5"),
        ("x |x| at x=0", "y = 0"),
        ("y^2 at y=1", "z = 2*y - 1"),
        ("x^2 + y^2 = 25 at x=3, y=4", "y = -3*x/4 + 25/4"),
        ("x^2 + y^2 = 25 at x=5, y=0", "x = 5"),
        ("x^2 + y^2 + z^2 = 9 at x=1, y=2, z=2", "z = -x/2 - y + 9/2"),
        ("x^3 + y^3 = 6x y at x=3, y=3", "y = -x + 6"),
        ("cbrt(x) at x=0", "x = 0"),
        ("cbrt(x - 2) at x=2", "x = 2"),
        ("sqrt(x) at x=0", "x = 0"),
        ("sqrt(|x|) at x=0", "x = 0"),
    ],
)
def test_a_tangent_is_written_simplified(text: str, expected: str) -> None:
    assert line(text) == expected


def test_exact_tangents() -> None:
    assert line("sin(x) at x=pi/3", exact=True) == "y = x/2 + sqrt(3)/2 - pi/6"
    assert line("sqrt(x) at x=2", exact=True) == "y = sqrt(2)*x/4 + sqrt(2)/2"
    assert line("x^2 + y^2 = 2 at x=1/2, y=sqrt(7)/2", exact=True) == "y = -sqrt(7)*x/7 + 4*sqrt(7)/7"


def test_a_tangent_has_as_many_digits_as_are_asked_for() -> None:
    text = line("sqrt(x) at x=2", digits=30)
    assert text == "y = 0.353553390593273762200422181052*x + 0.707106781186547524400844362105"


def test_a_point_that_was_moved_onto_the_curve_has_no_exact_tangent() -> None:
    found = tangent(Problem("x^2 + y^2 = 25 at x=1, y=4.899"))
    assert [each.exact for each in (*found.slopes, found.constant)] == [None, None]
    assert found.slopes[0].value == pytest.approx(-1 / math.sqrt(24), rel=1e-14)
    assert "moved onto the curve" in found.notes[0].message


def test_a_vertical_tangent_says_so_and_from_which_side() -> None:
    assert [each.message for each in tangent(Problem("sqrt(x) at x=0")).notes] == [
        "the tangent is vertical: the slope grows beyond all bounds, from the right alone"
    ]
    assert tangent(Problem("cbrt(x) at x=0")).notes[0].message.endswith("beyond all bounds")


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("|x| at x=0", "E362", "there is no tangent at x=0: abs(x) has a kink at 0"),
        ("1/x at x=0", "E362", "division by zero"),
        ("floor(x) at x=2", "E362", "jumps"),
        ("sign(x) + cbrt(x) at x=0", "E362", "there is no tangent"),
        ("x^2 = y^2 at x=0, y=0", "E362", "all partial derivatives of the equation are 0"),
        ("x^2", "E363", "a tangent needs a point"),
        ("5", "E363", "a tangent needs a point"),
        ("sum(x) at x=[1, 2]", "E361", "x is a tensor"),
        ("x^2 + y^2 = 25 at x=1, y=1", "E321", "not on the curve"),
    ],
)
def test_where_there_is_no_tangent(text: str, code: str, part: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        tangent(Problem(text))
    assert caught.value.diagnostic.code == code
    assert part in caught.value.diagnostic.message


@pytest.mark.parametrize(
    ("text", "order", "code", "part"),
    [
        ("|x|", 2, "E362", "there is no Taylor polynomial of order 2 at x=0: abs(x) has a kink at 0"),
        ("x |x|", 2, "E362", "a kink"),
        ("sqrt(x)", 1, "E362", "at x=0"),
        ("log(x)", 3, "E362", "x=0"),
        ("7", 3, "E361", "there is no variable"),
        ("x^2 = y", 3, "E361", "an equation"),
        ("sum(x) at x=[1]", 3, "E361", "x is a tensor"),
        ("x y z w", 8, "E361", "495 terms"),
    ],
)
def test_where_there_is_no_taylor_polynomial(text: str, order: int, code: str, part: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        taylor(Problem(text), order)
    assert caught.value.diagnostic.code == code
    assert part in caught.value.diagnostic.message


def test_machines_get_coefficients_and_slopes() -> None:
    found: Taylor = taylor(Problem("cos(x)"), 2)
    made = Presentation(found).object
    assert made["at"] == {"x": "0"}
    assert made["taylor"] == "1 - x**2/2"
    assert made["coefficients"][2] == {"powers": {"x": 2}, "value": -0.5, "exact": "-1/2"}
    assert made["check"]["verdict"] == "agrees"
    plane: Tangent = tangent(Problem("x^2 at x=3"))
    assert Presentation(plane).object == {
        "schema": 2,
        "expr": "x**2 at x=3",
        "tangent": "y = 6*x - 9",
        "vertical": False,
        "slope": {"x": {"value": 6.0, "exact": "6"}},
        "constant": {"value": -9.0, "exact": "-9"},
        "check": {"verdict": "agrees", "method": "exact", "entries": 1, "of": 1, "max_error": 0.0},
        "warnings": [],
    }


def test_numbers_beyond_floats_are_written_as_they_are() -> None:
    found = taylor(Problem("exp(x) at x=1000"), 1)
    assert Presentation(found).text == "1.97007e+434 + 1.97007e+434*(x - 1000)"


def test_the_rows_say_what_r_is() -> None:
    labels = [row.label for row in Presentation(taylor(Problem("x y"), 2)).rows]
    assert labels == ["taylor", "r", "check"]
