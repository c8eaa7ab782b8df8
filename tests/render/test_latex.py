"""The tree as LaTeX: what it looks like, and that its brackets close."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from gradcli.language import Expr, parse, walk
from gradcli.language.tree import Derivative, Name
from gradcli.operations import TABLE, Operation, vocabulary
from gradcli.render.latex import to_latex, to_textbook
from tests.calculus.generator import Generator
from tests.render.trees import trees

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
        ("a*b/c*x", r"\frac{a b}{c} x"),
        ("(a*b)/c", r"\frac{\left(a b\right)}{c}"),
        ("a/b/c", r"\frac{\frac{a}{b}}{c}"),
        ("-(x*y)", r"-\left(x y\right)"),
        ("2*10^3", r"2 \cdot {10}^{3}"),
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
        ("x % 2", r"x \bmod 2"),
        ("x // 2", r"x \mathbin{//} 2"),
        ("m @ v", r"m \mathbin{@} v"),
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


def called(operation: Operation) -> str:
    """A call of an operation."""
    name = operation.name
    return f"x.{name}" if operation.attribute else f"torch.{name}({', '.join('x' * operation.required)})"


def test_every_operation_has_a_balanced_form() -> None:
    for operation in TABLE:
        assert_balanced(latex(called(operation)))


def test_random_expressions_are_balanced() -> None:
    for seed in range(200):
        assert_balanced(latex(Generator(seed).scalar(4)))


def reread(tree: Expr) -> Expr:
    """The tree that the LaTeX of a tree reads back to; nothing is noted."""
    known = {node.name for node in walk(tree) if isinstance(node, Name)}
    known |= {node.variable for node in walk(tree) if isinstance(node, Derivative)}
    parsed = parse(to_latex(tree), vocabulary(), known)
    return parsed.program.result


@given(trees())
def test_what_is_written_reads_back_to_the_same_tree(tree: Expr) -> None:
    assert reread(tree) == tree, to_latex(tree)


def test_random_expressions_of_the_whole_vocabulary_read_back() -> None:
    for seed in range(200):
        tree = parse(Generator(seed).scalar(4), vocabulary(), VARIABLES).program.result
        assert reread(tree) == tree, seed


def test_every_operation_reads_back() -> None:
    for operation in TABLE:
        tree = parse(called(operation), vocabulary(), VARIABLES).program.result
        assert reread(tree) == tree, operation.name


@pytest.mark.parametrize(
    "text",
    [
        *(
            "[1, 2]",
            "[[1, 2], [3, x]]",
            "[[1], [2]]",
            "[[1, 2]]",
            "[[[1, 2], [3, 4]]]",
            "[]",
            "x*[1, 2]",
            "sin(x)*[1, 2]",
        ),
        *("x*sqrt(y)/2", "2*cbrt(x)/y*sqrt(2)", "sqrt(x)/2/y", "d/(d + 1)", "(d + 1)*y/(d*2)", "dx/dy/2", "dx*x/dy/2"),
        *("d/(d != x)", "d/(d <= x)", "d/(d % x)", "d/(d @ x)", "d/(d // x)", "d/(d*(x + 1))"),
        *("v[0]", "v[0, 1:]", "v[:, None, ...]", "v[::2]", "m.T @ v", "m.mT", "x.shape", "x.grad", "m @ v @ x"),
        *(
            "sum(m, dim=0)",
            "sum(m, dim=None)",
            "mse_loss(x, y, reduction='sum')",
            "torch.t(x)",
            "norm(x)",
            "norm(x, 1)",
        ),
        *("tensor([1, 2], dtype=float32, requires_grad=True)", "x % 2 // 3 / y * 4", "(x % 2) % 3", "x == y", "x != y"),
        *("(x > 0)*(y < 1)", "(x < y) + 1", "log(x, 3)", "d/(d*x)", "d*y/(d*x)", "digamma(x)*psi", "gamma(x)", "x!^2"),
        *("2e3*x", "x*2e3", "x^1.5e-3", "1.5e-3^2", "-1.5e-3", "1/2e3", "2*10^3", "x*10^-3*2", "x/1.5e-3/y"),
        *("where(x > 0, x, where(x < -1, 1, 0))", "where(x/2*y > 0, -x/2, 0)", "where(where(x > 0, 1, 0), 1, 2)"),
        *("x_max + x_12 + x_1_2 + rate2 + x_alpha", "x1 + x_1", "alpha*(x + 1)", "f*(x + 1)", "rate*(x + 1)"),
        *("floor(x)*ceil(y)", "|x|*|y|", "sqrt(x)^2", "cbrt(x)^2", "-(-x)", "--x*y", "a - b*c/d", "(x + 1)/2*y"),
    ],
)
def test_what_has_a_notation_of_its_own_reads_back(text: str) -> None:
    tree = parse(text, vocabulary(), [*VARIABLES, "psi", "d", "x_1", "dx", "dy"]).program.result
    assert reread(tree) == tree


@pytest.mark.parametrize(
    "text",
    [
        *("diff(x^2, x)", "diff(x^2*y, x, 2)", "diff(diff(x*y, y), x)", "x*diff(x^2, x)*y", "diff(x^2, x) + 1"),
        *(
            "diff(x^2, x)^2",
            "-diff(x^2, x)",
            "2 - diff(x^2, x)",
            "diff(x^2, x)/y",
            "d*diff(x^2, x)/y",
            "dose*diff(x^2, x)/y",
            "y/diff(x^2, x)",
            "diff(x/2*y, x)",
        ),
        *("diff(x^2, x, at=3)", "diff(x^3, x, 2, at=y + 1)", "2*diff(x^2, x, at=3)", "diff(x^2, x, at=3)^2"),
        *("diff(alpha^2, alpha)", "diff(rate^2, rate)", "diff(x1^2, x1)", "diff(rate^2*y, rate, at=2)"),
        *("sin(diff(x^2, x))", "diff(sin(x), x)*cos(x)", "diff(diff(x^2, x, at=y), y, at=2)", "e^diff(x^2, x)"),
        *("f(x) = x^2 + x; f'(3)", "f(x) = x^2 + x; f''(y) + f(y)", "x^2 + y^2 = 25", "x*y = 1", "x/2 = -y"),
    ],
)
def test_derivatives_and_equations_read_back(text: str) -> None:
    tree = parse(text, vocabulary(), VARIABLES).program.result
    parsed = parse(to_latex(tree), vocabulary(), VARIABLES)
    assert parsed.program.result == tree, to_latex(tree)


def test_deep_expressions_are_written_without_recursion() -> None:
    assert_balanced(latex("sin(" * 95 + "x" + ")" * 95))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2x sin(x) + x^2 cos(x)", r"2 x \sin x + x^2 \cos x"),
        ("sin(x) cos(x)", r"\sin x \cos x"),
        ("sin(x)*(x + 1)", r"\sin\left(x\right) \left(x + 1\right)"),
        ("sin(x)*y", r"\sin\left(x\right) y"),
        ("sin(x)^2*y", r"\sin\left(x\right)^2 y"),
        ("y*sin(x)^2", r"y \sin^2 x"),
        ("sin(2x)/cos(x)", r"\frac{\sin 2 x}{\cos x}"),
        ("-sin(x)", r"-\sin x"),
        ("(-sin(x))*y", r"-\sin\left(x\right) y"),
        ("sin(x + 1)", r"\sin\left(x + 1\right)"),
        ("sin(rate)", r"\sin\left(\mathrm{rate}\right)"),
        ("sin(alpha)", r"\sin \alpha"),
        ("exp(x)", r"\exp\left(x\right)"),
        ("x^10", "x^{10}"),
        ("sqrt(sin(x))", r"\sqrt{\sin x}"),
        ("x^sin(y)", r"x^{\sin y}"),
        ("ln(x)*sqrt(x)", r"\ln\left(x\right) \sqrt{x}"),
    ],
)
def test_a_textbook_leaves_out_the_brackets_that_nothing_needs(text: str, expected: str) -> None:
    tree = parse(text, vocabulary(), VARIABLES).program.result
    assert to_textbook(tree) == expected
    assert parse(expected, vocabulary(), VARIABLES).program.result == tree


@settings(max_examples=50)
@given(trees())
def test_a_textbooks_text_reads_back_to_the_same_tree(tree: Expr) -> None:
    known = {node.name for node in walk(tree) if isinstance(node, Name)}
    assert parse(to_textbook(tree), vocabulary(), known).program.result == tree, to_textbook(tree)


def test_a_textbooks_text_of_the_whole_vocabulary_reads_back() -> None:
    for seed in range(60):
        tree = parse(Generator(seed).scalar(4), vocabulary(), VARIABLES).program.result
        assert parse(to_textbook(tree), vocabulary(), VARIABLES).program.result == tree, to_textbook(tree)
