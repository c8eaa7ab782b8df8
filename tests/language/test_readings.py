"""What people type, and what it means: the rows of the language's table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Reader = Callable[..., str]


@pytest.mark.parametrize(
    "text", ["2*x**4 + x**3", "2x^4 + x^3", "2x⁴+x³", "2·x^4 + x³", "2×x^4+x^3", "2⋅x**4+x**3", "2∗x^4\u00a0+ x^3"]
)
def test_every_way_to_write_a_polynomial_is_one_tree(read: Reader, text: str) -> None:
    assert read(text) == "2*x**4 + x**3"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("2x", "2*x"),
        ("2(x+1)", "2*(x + 1)"),
        ("(x+1)(x-1)", "(x + 1)*(x - 1)"),
        ("x y", "x*y"),
        ("2 sin(x)", "2*sin(x)"),
        ("x(x+1)", "x*(x + 1)"),
        ("x1(x2+1)", "x1*(x2 + 1)"),
        ("θ(x+1)", "theta*(x + 1)"),
        ("pi(x+1)", "pi*(x + 1)"),
        ("2[1, 2]", "2*[1, 2]"),
        ("x!y", "factorial(x)*y"),
    ],
)
def test_values_side_by_side_multiply(read: Reader, text: str, reading: str) -> None:
    assert read(text) == reading


def test_a_method_is_its_function(read: Reader) -> None:
    assert read("x.clamp(0, 1)", variables=["x"]) == read("clamp(x, 0, 1)", variables=["x"])
    assert read("x.where(x > 0, y)", variables=["x", "y"]) == read("where(x > 0, x, y)", variables=["x", "y"])


def test_a_known_name_before_a_bracket_multiplies(read: Reader) -> None:
    assert read("rate(x+1)", variables=["rate"]) == "rate*(x + 1)"
    assert read("rate = 2; rate(x+1)") == "rate = 2; rate*(x + 1)"
    assert read("rate(x+1) at rate=2") == "rate*(x + 1) at rate=2"


@pytest.mark.parametrize(
    ("text", "alike"),
    [("1/2x", "1/2*x"), ("e^2x", "e**2*x"), ("x^1/2", "x**1/2"), ("6/2(1+2)", "6/2*(1+2)"), ("a/bc", "a / bc")],
)
def test_implicit_products_bind_as_explicit_ones_do(read: Reader, text: str, alike: str) -> None:
    assert read(text) == read(alike)


@pytest.mark.parametrize(
    ("text", "bracketed"),
    [
        ("2^3^2", "2^(3^2)"),
        ("-x^2", "-(x^2)"),
        ("2^-1", "2^(-1)"),
        ("2^-x^2", "2^(-(x^2))"),
        ("-x*y", "(-x)*y"),
        ("2*-x", "2*(-x)"),
        ("--x", "-(-x)"),
        ("+x", "x"),
        ("2^+x", "2^x"),
        ("x^2!", "x^(2!)"),
        ("x²!", "(x^2)!"),
        ("x²^3", "(x^2)^3"),
        ("2x!", "2(x!)"),
        ("x!^2", "(x!)^2"),
        ("a - b < c*d", "(a - b) < (c*d)"),
        ("a@b + c", "(a@b) + c"),
    ],
)
def test_precedence(read: Reader, text: str, bracketed: str) -> None:
    assert read(text) == read(bracketed)


def test_brackets_that_change_the_tree_are_kept(read: Reader) -> None:
    assert read("(-2)^x") == "(-2)**x"
    assert read("-2^x") == "-2**x"
    assert read("a - (b - c)") == "a - (b - c)"
    assert read("a/(b*c)") == "a/(b*c)"
    assert read("(2^3)^2") == "(2**3)**2"
    assert read("-(x*y)") == "-(x*y)"
    assert read("((x))") == "x"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("sin x", "sin(x)"),
        ("sin 2x", "sin(2*x)"),
        ("sin x^2", "sin(x**2)"),
        ("sin^2 x", "sin(x)**2"),
        ("sin²(x)", "sin(x)**2"),
        ("sin^2(x)", "sin(x)**2"),
        ("sin^n(x)", "sin(x)**n"),
        ("sin(x)^2", "sin(x)**2"),
        ("sin (x+1) y", "sin(x + 1)*y"),
        ("ln x", "log(x)"),
        ("log2 x", "log2(x)"),
        ("sin 2x cos 3x", "sin(2*x)*cos(3*x)"),
        ("2 sin x cos x", "2*sin(x)*cos(x)"),
        ("sin x * cos x", "sin(x)*cos(x)"),
        ("sin x + 1", "sin(x) + 1"),
        ("sin x - cos x", "sin(x) - cos(x)"),
        ("sin -x", "sin(-x)"),
        ("sin cos x", "sin(cos(x))"),
        ("sin x y", "sin(x*y)"),
        ("sin x/2", "sin(x/2)"),
        ("e^sin x", "e**sin(x)"),
        ("sin x at x=2", "sin(x) at x=2"),
        ("sin [1, 2]", "sin([1, 2])"),
    ],
)
def test_a_name_without_brackets_takes_the_product_that_follows(read: Reader, text: str, reading: str) -> None:
    assert read(text) == reading


@pytest.mark.parametrize("text", ["sin^-1 x", "sin^(-1) x", "sin⁻¹ x", "sin^-1(x)", "arcsin x", "asin(x)"])
def test_minus_one_above_a_function_is_its_inverse(read: Reader, text: str) -> None:
    assert read(text) == "asin(x)"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("√x", "sqrt(x)"),
        ("√(x+1)", "sqrt(x + 1)"),
        ("√(x+1)y", "sqrt(x + 1)*y"),
        ("√2x", "sqrt(2)*x"),
        ("√x²", "sqrt(x**2)"),
        ("√(x)^2", "sqrt(x)**2"),
        ("∛x", "cbrt(x)"),
        ("x!", "factorial(x)"),
    ],
)
def test_roots_and_factorials(read: Reader, text: str, reading: str) -> None:
    assert read(text) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("|x|", "abs(x)"),
        ("|x||y|", "abs(x)*abs(y)"),
        ("2|x|", "2*abs(x)"),
        ("|x|^2", "abs(x)**2"),
        ("||x|-1|", "abs(abs(x) - 1)"),
        ("|x+|y||", "abs(x + abs(y))"),
        ("|sin x|", "abs(sin(x))"),
        ("sin|x|", "sin(abs(x))"),
        ("|(|x|)|", "abs(abs(x))"),
        ("|x|y|z|", "abs(x)*y*abs(z)"),
    ],
)
def test_bars_are_the_absolute_value(read: Reader, text: str, reading: str) -> None:
    assert read(text) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("2e3", "2e3"),
        ("2e", "2*e"),
        ("2e*x", "2*e*x"),
        ("2ex", "2*ex"),
        ("1e-3", "1e-3"),
        ("2e-x", "2*e - x"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("1_000", "1000"),
        ("007", "7"),
        ("2E+03", "2e3"),
        ("−2", "-2"),
        ("3×4÷2", "3*4/2"),
        ("x⁻¹²", "x**-12"),
    ],
)
def test_numbers(read: Reader, text: str, reading: str) -> None:
    assert read(text) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [("π", "pi"), ("2πr", "2*pi*r"), ("τ", "tau"), ("∞", "inf"), ("e", "e"), ("θ₁", "theta1"), ("Δx", "Deltax")],
)
def test_names_beyond_ascii_have_an_ascii_reading(read: Reader, text: str, reading: str) -> None:
    assert read(text) == reading


@pytest.mark.parametrize(
    "text", ["[1.0, 2, 3]", "[[1, 2], [3, 4]]", "[]", "[x, x + 1]", "[[1, 2], x]", "[[[1], [2]]]", "[True, False]"]
)
def test_tensor_literals(read: Reader, text: str) -> None:
    assert read(text) == text


def test_a_trailing_comma_changes_nothing(read: Reader) -> None:
    assert read("[1, 2,]") == "[1, 2]"
    assert read("x[0,]") == "x[0]"
    assert read("relu(x,)") == "relu(x)"


@pytest.mark.parametrize(
    "text",
    [
        "x[0]",
        "x[1:, 0]",
        "x[:, ::2]",
        "x[1:n:2]",
        "x[..., None]",
        "x[-1]",
        "x[x > 0]",
        "x[[0, 2]]",
        "x.T",
        "x.T[0]",
        "sin(x)[0]",
        "[1, 2][0]",
        "(2)[0]",
        "x.shape[0]",
        "W @ h + b",
        "a % b",
        "a//b",
        "where(x > 0, x, 0)",
        "mse_loss(x, y, reduction='sum')",
    ],
)
def test_as_in_torch(read: Reader, text: str) -> None:
    assert read(text) == text


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("x.mean()", "mean(x)"),
        ("z.sum(dim=0, keepdim=True)", "sum(z, dim=0, keepdim=True)"),
        ("x.log()", "log(x)"),
        ("sin(x).mean()", "mean(sin(x))"),
        ("(x+1).T", "(x + 1).T"),
        ("torch.sin(x)", "sin(x)"),
        ("torch.nn.functional.relu(x)", "relu(x)"),
        ("F.relu(x)", "relu(x)"),
        ("F.T", "F.T"),
        ("torch.pi", "pi"),
        ("torch.tensor([1,2], dtype=torch.float32)", "tensor([1, 2], dtype=float32)"),
        ("zeros((2,3))", "zeros([2, 3])"),
        ("zeros(())", "zeros([])"),
        ("T x", "T*x"),
    ],
)
def test_methods_and_modules_are_the_same_vocabulary(read: Reader, text: str, reading: str) -> None:
    assert read(text) == reading


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!="])
def test_comparisons(read: Reader, sign: str) -> None:
    assert read(f"x{sign}2") == f"x {sign} 2"


def test_comparison_signs_of_mathematics(read: Reader) -> None:
    assert [read("x≤2"), read("x≥2"), read("x≠2")] == ["x <= 2", "x >= 2", "x != 2"]


def test_a_single_letter_is_a_variable_whatever_torch_calls_it(read: Reader) -> None:
    assert read("2t^2 + t(t+1)") == "2*t**2 + t*(t + 1)"
    assert read("t at t=2") == "t at t=2"
    assert read("x.t()") == read("torch.t(x)") == "torch.t(x)"
