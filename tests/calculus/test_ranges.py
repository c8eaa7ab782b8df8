"""What is never zero is known as such, and nothing else is taken for it."""

from __future__ import annotations

import pytest

from gradcli.calculus.ranges import never_zero, range_of
from gradcli.language import Expr, parse
from gradcli.operations import vocabulary


def tree(text: str) -> Expr:
    return parse(text, vocabulary()).program.result


@pytest.mark.parametrize(
    "text",
    [
        *("1 + x^2", "x^2 + 1/2", "e^x", "exp(-x^2)", "2 + sin(x)", "cos(x) - 3", "cosh(x) - 1/2", "x^4 + 3x^2 + 1"),
        *("-1 - x^2", "(1 + x^2)*e^x", "1/(1 + x^2)", "abs(x) + 1", "sqrt(x) + 1", "sigmoid(x)", "pi", "2^x", "x^-2"),
        *("e^x + x^2", "(1 + x^2)^3", "sqrt(1 + x^2)", "x^2 + y^2 + e^z", "e^x - (-1)", "3", "2/x", "(sin(x) + 2)/y"),
    ],
)
def test_what_is_nowhere_zero(text: str) -> None:
    assert never_zero(tree(text))


@pytest.mark.parametrize(
    "text",
    [
        *("x", "x^2", "x^2 - 1", "1 + x", "1 + x^3", "1 + sin(x)", "cosh(x) - 1", "e^x - 1", "abs(x)", "x^2 + y^2"),
        *(
            "log(x)",
            "1 - 1",
            "0*e^x",
            "tanh(x) - 1/2",
            "sqrt(x)",
            "x/(1 + x^2)",
            "floor(x)",
            "x^y + 1 - 2",
            "0.5 - x^2",
        ),
        *(
            "0.5 - x^2",
            "atan(x) + 1.5",
            "e^x - e^y",
            "(1 + x^2) - (1 + x^2)",
            "2 + 3sin(x)",
            "e^x*sin(x)",
            "-(x^2)",
            "x%2 + 1",
        ),
    ],
)
def test_what_may_be_zero(text: str) -> None:
    assert not never_zero(tree(text))


def test_a_constant_that_is_a_variable_is_none() -> None:
    assert never_zero(tree("e"))
    assert not never_zero(tree("e"), ("e",))
    assert range_of(tree("1 - e^2"), ("e",)).high == 1
