"""Enclosures hold the true value, however much of it floats lose, and say nothing where they cannot know."""

from __future__ import annotations

import math
import random

import mpmath
import numpy as np
import pytest
from gradcli.calculus.symbolic.numbers import evaluate_once

from gradcli.calculus.symbolic.formula import Formula
from gradcli.homework import Judge, Verdict, make_question
from gradcli.homework.enclosures import at, can_be_enclosed, enclosure, mean_slope
from gradcli.homework.reference import Reference
from gradcli.language import Expr, parse
from gradcli.operations import vocabulary


def read(text: str) -> Expr:
    return parse(text, vocabulary(), ("x", "y")).program.result


def exact(expression: Expr, point: dict[str, float]) -> mpmath.mpf:
    """The value to 100 digits, by SymPy's formula."""
    formula = Formula.read(expression, tuple(point))
    return evaluate_once(formula.expression, {formula.symbols[name]: mpmath.mpf(point[name]) for name in point}, 120)


CANCELLING = [
    ("(1 + x) - 1 - x", 1e-9),
    ("exp(50) - exp(50 + x)", 1e-14),
    ("exp(x) - exp(x + 1e-13)", 50.0),
    ("1 - cos(x)", 1e-8),
    ("(1 + x)^1000 - (1 + x)^999", 1e-7),
    ("x^30 - (x^15)^2", 1.37),
    ("(x^2 - 1)/(x - 1) - x - 1", 1.0000001),
    ("sin(x)^2 + cos(x)^2 - 1", 12345.678),
    ("ln(x + sqrt(x^2 + 1))", -1e7),
    ("tan(x) - sin(x)/cos(x)", 1.5707963),
    ("e^x - 1 - x - x^2/2", 1e-5),
    ("sqrt(x + 1) - sqrt(x)", 1e12),
    ("4/(e^x + e^-x)^2 - (1 - tanh(x)^2)", 20.0),
    ("x^-7 - 1/x^7", 0.1),
    ("0.1 + 0.2 - 0.3 + x - x", 3.0),
    ("pi - 3.141592653589793 + 0x", 1.0),
]
"""Formulas of which floats lose some or all digits at a point."""


@pytest.mark.parametrize(("text", "x"), CANCELLING)
def test_the_value_lies_in_the_enclosure_where_digits_cancel(text: str, x: float) -> None:
    found = enclosure(read(text), at({"x": x}))
    assert found is not None
    assert found[0] <= exact(read(text), {"x": x}) <= found[1]


def test_the_value_lies_in_the_enclosure_of_every_function_at_all_scales() -> None:
    draw = random.Random(3)
    names = [
        "exp",
        "log",
        "log2",
        "log10",
        "log1p",
        "expm1",
        "sqrt",
        "square",
        "reciprocal",
        "abs",
        "sin",
        "cos",
        "tan",
    ]
    names += ["cot", "sec", "csc", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"]
    for name in names:
        expression = read(f"{name}(x + y)")
        held = 0
        for _ in range(12):
            point = {"x": draw.choice([-1, 1]) * 10 ** draw.uniform(-4, 2), "y": draw.uniform(-1, 1)}
            found = enclosure(expression, at(point))
            if found is not None:
                held += 1
                assert found[0] <= exact(expression, point) <= found[1], (name, point)
        assert held, name


def test_enclosures_are_narrow_where_nothing_cancels() -> None:
    for text in (
        "2x sin(x) + x^2 cos(x)",
        "(1 - x^2)/(x^2 + 1)^2",
        "15(3x + 1)^4",
        "x e^(-x^2/2)/sqrt(x + 9)",
        "x^2.5",
    ):
        found = enclosure(read(text), at({"x": 1.7}))
        assert found is not None
        assert found[1] - found[0] < 1e-12 * abs(found[0])


@pytest.mark.parametrize("text", ["sqrt(u - 1)^2", "ln(1 - u)", "1/(u - 1)", "asin(u)", "(u - 1)^0.5", "tan(pi u/2)"])
def test_nothing_is_said_at_the_edge_of_a_domain(text: str) -> None:
    assert enclosure(read(text.replace("u", "(x + y)")), at({"x": 1.0, "y": 1e-17})) is None


@pytest.mark.parametrize("text", ["floor(x)", "sign(x)", "x // 2", "x % 2", "where(x > 0, 1, 0)", "x > 0", "max(x, 1)"])
def test_nothing_is_said_of_functions_that_jump_or_branch(text: str) -> None:
    assert enclosure(read(text), at({"x": 1.5})) is None


@pytest.mark.parametrize("text", ["e^x", "x^1000", "x^x", "x^1e9", "cosh(x)", "x*x*x*x", "sin(x)"])
def test_nothing_is_said_of_what_is_too_large(text: str) -> None:
    assert enclosure(read(text), at({"x": 1e200})) is None


def test_variables_may_be_called_as_constants_are() -> None:
    assert enclosure(read("e"), at({"e": 2.0})) == (2.0, 2.0)
    assert enclosure(read("y"), at({"x": 2.0})) is None
    low, high = enclosure(read("pi"), {}) or (0.0, 0.0)
    assert low < math.pi < high


def test_the_values_on_a_box_lie_in_its_enclosure() -> None:
    draw = random.Random(4)
    for text in ("x sin(y) - y/x", "(x - y)^2 - x^3", "abs(x - 2) ln(y)", "e^(-x y)/(1 + x^2)", "x^-3 + y^x"):
        expression = read(text)
        low, high = enclosure(expression, {"x": (1.5, 2.5), "y": (0.5, 0.75)}) or (0.0, 0.0)
        for _ in range(20):
            point = {"x": draw.uniform(1.5, 2.5), "y": draw.uniform(0.5, 0.75)}
            assert low <= exact(expression, point) <= high


def test_a_function_has_its_mean_slope_somewhere_in_between() -> None:
    box = {"x": (2.0, 2.25), "y": (3.0, 3.0)}
    low, high = mean_slope(read("x^2 y"), box, "x") or (0.0, 0.0)
    assert low <= 12.75 <= high < low + 1e-9
    assert mean_slope(read("x^2 y"), box, "y") is None
    assert mean_slope(read("floor(x)"), box, "x") is None


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("x^2/2 + 0x", "(1 + x) - 1"),
        ("tanh(x)", "4/(e^x + e^-x)^2"),
        ("ln(x + sqrt(x^2 + 1))", "(1 + x/sqrt(x^2 + 1))/(x + sqrt(x^2 + 1))"),
        ("x - sin(x)", "2 sin(x/2)^2"),
        ("sqrt(x + 1) + sqrt(x)", "(sqrt(x) + sqrt(x + 1))/(2 sqrt(x) sqrt(x + 1))"),
    ],
)
def test_the_noise_of_floats_refutes_nothing(function: str, answer: str) -> None:
    assert Judge(make_question(function)).judge(answer).verdict is Verdict.CORRECT


def test_what_jumps_is_left_to_high_precision() -> None:
    assert can_be_enclosed(read("x sin(y) - |x|/2"))
    assert not can_be_enclosed(read("x + floor(x)"))
    assert not can_be_enclosed(read("log(x, 2)"))
    reference = Reference(make_question("x + floor(x)"))
    assert not np.any(reference.samples.points["x"] % 1 == 0)


def test_expected_values_are_right_to_eleven_digits_and_exact_when_shown() -> None:
    question = make_question("(e^x - e^-x)/(e^x + e^-x) + x^3")
    reference = Reference(question)
    (formula,) = reference.formulas
    assert formula is not None
    for place, x in enumerate(reference.samples.points["x"]):
        right = formula.value({"x": float(x)})
        assert reference.exactly(0, place) == float(right)
        assert abs(reference.expected[0, place] - right) <= 1e-11 * abs(right)
