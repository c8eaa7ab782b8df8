"""The tree as LaTeX: what it looks like, and that its brackets close."""

from __future__ import annotations

import re

import pytest

from gradcli.language import parse
from gradcli.operations import TABLE, vocabulary
from gradcli.render.latex import to_latex
from tests.calculus.generator import Generator

VARIABLES = ["x", "y", "v", "m", "alpha", "rate", "x1", "e3"]


def latex(text: str) -> str:
    return to_latex(parse(text, vocabulary(), VARIABLES).program.result)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2x^4 + x^3 - 5x", "2 x^{4} + x^{3} - 5 x"),
        ("x*3", r"x \cdot 3"),
        ("-x^2", "-x^{2}"),
        ("(-x)^2", r"\left(-x\right)^{2}"),
        ("(x + 1)(x - 1)", r"\left(x + 1\right) \left(x - 1\right)"),
        ("x - (y - 1)", r"x - \left(y - 1\right)"),
        ("x/(y + 1)", r"\frac{x}{y + 1}"),
        ("-x/2", r"-\frac{x}{2}"),
        ("a*b/c*x", r"\frac{a b x}{c}"),
        ("(x/y)^2", r"\left(\frac{x}{y}\right)^{2}"),
        ("x^(1/2)", r"x^{\frac{1}{2}}"),
        ("(x^2)^3", r"\left(x^{2}\right)^{3}"),
        ("sin(x)^2", r"\sin\left(x\right)^{2}"),
        ("asin(x) + ln(x)", r"\arcsin\left(x\right) + \ln\left(x\right)"),
        ("sqrt(x + 1)/cbrt(x)", r"\frac{\sqrt{x + 1}}{\sqrt[3]{x}}"),
        ("|x - 1|", r"\left| x - 1 \right|"),
        ("sigmoid(x)", r"\operatorname{sigmoid}\left(x\right)"),
        ("alpha + pi + x1 + rate", r"\alpha + \pi + x_{1} + \mathrm{rate}"),
        ("1.5e-3 x", r"1.5 \cdot 10^{-3} x"),
        ("where(x > 0, x, 0)", r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}"),
        ("x <= inf", r"x \le \infty"),
        ("[[1, 2], [3, x]]", r"\begin{bmatrix} 1 & 2 \\ 3 & x \end{bmatrix}"),
        ("x % 2", r"\left(x \bmod 2\right)"),
        ("x // 2", r"\left\lfloor \frac{x}{2} \right\rfloor"),
        ("m @ v", "m v"),
        ("v[0]", r"v_{\mathtt{0}}"),
        ("leaky_relu(x)", r"\operatorname{leaky\_relu}\left(x\right)"),
        ("sum(m, dim=0)", r"\operatorname{sum}\left(m, \mathrm{dim}=0\right)"),
    ],
)
def test_an_expression_looks_as_in_a_book(text: str, expected: str) -> None:
    assert latex(text) == expected


def assert_balanced(text: str) -> None:
    """Every brace, \\left and \\begin is closed, in order."""
    stack: list[str] = []
    for token in re.findall(r"\\left|\\right|\\begin\{\w+\*?\}|\\end\{\w+\*?\}|\\[{}]|[{}]", text):
        if token.startswith(r"\begin"):
            stack.append(token[6:])
        elif token.startswith(r"\end"):
            assert stack.pop() == token[4:], text
        elif token in (r"\left", "{"):
            stack.append(token)
        elif token in (r"\right", "}"):
            assert stack.pop() == {r"\right": r"\left", "}": "{"}[token], text
    assert not stack, text


@pytest.mark.parametrize("operation", TABLE, ids=lambda each: each.name)
def test_every_operation_has_a_balanced_form(operation: object) -> None:
    name, required, attribute = (getattr(operation, each) for each in ("name", "required", "attribute"))
    text = f"x.{name}" if attribute else f"torch.{name}({', '.join('x' * required)})"
    assert_balanced(latex(text))


@pytest.mark.parametrize("seed", range(200))
def test_random_expressions_are_balanced(seed: int) -> None:
    assert_balanced(latex(Generator(seed).scalar(4)))


def test_deep_expressions_are_written_without_recursion() -> None:
    assert_balanced(latex("sin(" * 95 + "x" + ")" * 95))
