"""Formulas as one writes them on paper, which read back to the same tree, and without a note."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.language import Expr, parse
from gradcli.operations import vocabulary
from gradcli.render.paper import to_paper
from tests.render.trees import derivatives, trees


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("2*x*sin(3*x) + 3*x**2*cos(3*x)", "2x sin(3x) + 3x² cos(3x)"),
        ("-x**2 + 1", "-x² + 1"),
        ("x**-2", "x⁻²"),
        ("x**(1/2)", "x^(1/2)"),
        ("sqrt(x)", "√x"),
        ("1/(2*sqrt(x))", "1/(2√x)"),
        ("sqrt(x + 1)*y", "√(x + 1)·y"),
        ("(1/2)*x", "(1/2)x"),
        ("1/2*x", "1/2·x"),
        ("2*3", "2·3"),
        ("x*2", "x·2"),
        ("2*(x + 1)*(x - 1)", "2(x + 1)(x - 1)"),
        ("x*(x + 1)", "x(x + 1)"),
        ("f*(x + 1)", "f·(x + 1)"),
        ("sin(x)**2*cos(x)", "sin²(x) cos(x)"),
        ("asin(x)**2", "arcsin(x)²"),
        ("log(x)/x", "ln(x)/x"),
        ("log(x, 3)", "log(x, 3)"),
        ("2*pi*r", "2π r"),
        ("a*sin(omega*t + phi)", "a sin(ω t + φ)"),
        ("x1*x_1", "x₁·x_1"),
        ("2*rate*x", "2·rate·x"),
        ("a/rate", "a / rate"),
        ("a/theta", "a / θ"),
        ("gamma*(x + 1)", "γ·(x + 1)"),
        ("gamma(x)", "gamma(x)"),
        ("torch.gamma(gamma)", "torch.gamma(γ)"),
        ("abs(x)*y", "|x|·y"),
        ("abs(abs(x) - 1)", "abs(|x| - 1)"),
        ("6.67e-11*m", "6.67e-11m"),
        ("2*e", "2e"),
        ("2*e3", "2·e₃"),
        ("e**x*sin(x)", "e^x sin(x)"),
        ("x**n*y", "x^n y"),
        ("x**T", "x^(T)"),
        ("d/dx", "d / (dx)"),
        ("a - -b", "a - (-b)"),
        ("-(x*y)", "-(x y)"),
        ("where(x <= 0, 1, x)", "where(x ≤ 0, 1, x)"),
        ("diff(x**2, x)", "diff(x², x)"),
        ("2*diff(x**2, x, 2)*y", "2·diff(x², x, 2)·y"),
        ("[2*x, x**2]", "[2x, x²]"),
    ],
)
def test_formula_as_on_paper(text: str, paper: str) -> None:
    expr = parse(
        text, vocabulary(), ("gamma", "d", "dx", "e3") if "torch" in text or "dx" in text else ()
    ).program.result
    assert to_paper(expr) == paper


@settings(max_examples=100, deadline=None)
@given(st.one_of(trees(), derivatives()))
def test_paper_reads_back_to_the_same_tree_without_a_note(expr: Expr) -> None:
    paper = to_paper(expr)
    again = parse(paper, vocabulary())
    assert again.program.result == expr, paper
    assert again.notes == (), paper


def test_program_as_on_paper() -> None:
    program = parse("y = 3x+2; z = 2y^2; z*x at x=2", vocabulary()).program
    assert to_paper(program) == "y = 3x + 2; z = 2y²; z x at x=2"


def test_paper_does_not_recurse() -> None:
    text = "-" * 90 + "x"
    expr = parse(text, vocabulary()).program.result
    assert parse(to_paper(expr), vocabulary()).program.result == expr
