"""Formulas as MathML: well formed, with brackets where the tree needs them, and broken between terms alone."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given

from gradcli.language import Expr, parse
from gradcli.language.tree import Derivative, Name, Number, Power
from gradcli.operations import vocabulary
from gradcli.render.mathml import parts, to_mathml
from tests.render.trees import trees

NAMES = ("x", "y", "a", "b", "c", "n", "x_1", "theta", "rate")


def tree(text: str) -> Expr:
    """The tree of a text."""
    return parse(text, vocabulary(), NAMES).program.result


def linear(markup: str) -> str:
    """The markup as a line: `a/b`, `a^b` and `a_b` for what is drawn above, raised and lowered."""

    def line(node: ElementTree.Element) -> str:
        inside = [line(each) for each in node]
        signs = {"mfrac": "/", "msup": "^", "msub": "_"}
        if node.tag in signs:
            return "{" + signs[node.tag].join(inside) + "}"
        if node.tag == "mtd":
            return f"mtd{{{''.join(inside)}}}"
        if node.tag in ("msqrt", "mroot", "mtable", "mtr"):
            return f"{node.tag}{{{';'.join(inside)}}}"
        return "".join([node.text or "", *inside])

    return re.sub("[\u2061\u2062]", "", line(ElementTree.fromstring(markup)))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("2x^2 + 1", "2{x^2}+1"),
        ("a - (b - c)", "a−(b−c)"),
        ("(a + b)*c", "(a+b)c"),
        ("(x + 1)/x^2", "{x+1/{x^2}}"),
        ("x/y/2", "{{x/y}/2}"),
        ("2*3^x", "2⋅{3^x}"),
        ("(x/y)^2", "{({x/y})^2}"),
        ("x^(y/2)", "{x^y/2}"),
        ("e^(-x^2/2)", "{e^−{x^2}/2}"),
        ("e^(-(x/y))", "{e^−x/y}"),
        ("x^((a + b)/(2*c))", "{x^(a+b)/(2c)}"),
        ("x^(a/b*c)", "{x^{a/b}c}"),
        ("-x^2", "−{x^2}"),
        ("(-x)^2", "{(−x)^2}"),
        ("a*(-b)", "a(−b)"),
        ("sin(x)^2", "{sin^2}(x)"),
        ("ln(x)", "ln(x)"),
        ("arcsin(x)", "arcsin(x)"),
        ("log(x, 3)", "{log_3}(x)"),
        ("sqrt(x + 1)", "msqrt{x+1}"),
        ("|x|", "|x|"),
        ("theta + x_1", "θ+{x_1}"),
        ("x <= 2", "x≤2"),
        ("1e-3", "1⋅{10^−3}"),
        ("[1, x]", "[1,x]"),
        ("[[1, 2], [3, 4]]", "mtable{mtr{mtd{1};mtd{2}};mtr{mtd{3};mtd{4}}}"),
        ("where(x > 0, x, -x)", "{mtable{mtr{mtd{x};mtd{if\xa0x>0}};mtr{mtd{−x};mtd{otherwise}}}"),
    ],
)
def test_a_formula_is_drawn_as_on_paper(text: str, drawn: str) -> None:
    assert linear(to_mathml(tree(text))) == drawn


def test_a_derivative_stands_before_what_it_is_of_with_its_point_behind() -> None:
    body = Power(Name("x'"), Number("2", 2.0))
    assert linear(to_mathml(Derivative(body, "x'", 2, Number("3", 3.0)))) == "{{{d^2}/d{x^2}}({x^2})|_x=3}"


def test_a_sum_may_be_broken_before_its_signs() -> None:
    found = [linear(part.markup) for part in parts(tree("x^2 - 2x + sin(x)"))]
    assert found == ["{x^2}", "−2x", "+sin(x)"]
    assert len(parts(tree("2x*(x + 1)"))) == 1
    assert 'form="infix"' in parts(tree("x - 1"))[1].markup


def test_a_wider_formula_has_a_greater_width() -> None:
    widths = [sum(part.width for part in parts(tree(text))) for text in ("x", "2x", "x^2 sin(x)", "x^2 sin(x)*sin(x)")]
    assert widths == sorted(widths)
    assert parts(tree("x/(x^2 + 1)"))[0].width < parts(tree("x*(x^2 + 1)"))[0].width


@given(trees())
def test_any_tree_is_drawn_and_well_formed(expression: Expr) -> None:
    found = ElementTree.fromstring(to_mathml(expression))
    assert found.tag == "math"
    assert all(part.width > 0 for part in parts(expression))
