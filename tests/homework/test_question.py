"""Questions as a key has them, and what is said of bad ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcli.homework import Form, Tolerance, make_question, read_question
from gradcli.language import DiagnosticError


def test_a_table_of_a_key_becomes_a_question() -> None:
    question = read_question(
        {
            "function": "x^2 y + ln(y)",
            "wrt": "y",
            "domain": ["y > 0"],
            "tolerance": {"rel": 1e-3, "digits": 4},
            "points": 2,
            "mistakes": {"integrated": "see chapter 3"},
        }
    )
    assert (question.names, question.wrt, question.form) == (("x", "y"), ("y",), Form.DERIVATIVE)
    assert question.tolerance == Tolerance(relative=1e-3, digits=4)
    assert (question.points, dict(question.messages)) == (2.0, {"integrated": "see chapter 3"})
    assert len(question.domain) == 1


def test_a_list_asks_for_a_gradient_and_the_second_order_for_a_hessian() -> None:
    assert read_question({"function": "x y", "wrt": ["x", "y"]}).form is Form.GRADIENT
    assert read_question({"function": "x y", "wrt": ["x", "y"], "order": 2}).form is Form.HESSIAN
    assert read_question({"function": "[x, x y]", "wrt": ["x", "y"], "form": "jacobian"}).form is Form.JACOBIAN
    assert read_question({"answer": "2 sin(x) cos(x)"}).form is Form.VALUE


def test_values_make_it_a_question_about_a_number() -> None:
    question = read_question({"function": "mean(x^2)", "at": {"x": [[1, 2], [3, 4]]}})
    assert question.at["x"].shape == (2, 2)
    assert make_question("x^2 at x=3").at["x"] == 3


def test_a_function_without_variables_is_differentiated_by_x() -> None:
    assert make_question("e^2").wrt == ("x",)
    assert make_question("e^2", wrt="t").wrt == ("t",)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({}, "neither a function nor an answer", "write function"),
    ({"function": "x", "answer": "1"}, "both a function and an answer", "write function"),
    ({"function": "x^2", "fucntion": 1}, "a question has no 'fucntion'", "did you mean function?"),
    ({"function": 3}, "function is a text", "write function"),
    ({"function": "x^2 y"}, "the question names none", "say by which to differentiate: x, y"),
    ({"function": "x^2", "wrt": "y"}, "y does not occur in the function", "its variables: x"),
    ({"function": "x^2", "order": 0}, "order is a whole number from 1 to 8", ""),
    ({"function": "x^2", "order": True}, "order is a whole number from 1 to 8", ""),
    ({"function": "x^2", "form": "hesian"}, "there is no form 'hesian'", "did you mean hessian?"),
    ({"function": "x^2", "at": 3}, "at is a table", "write at = "),
    ({"function": "x^2", "at": {"y": 3}}, "y does not occur in the function", "its variables: x"),
    ({"function": "x y", "at": {"y": 3}, "wrt": "x"}, "x has no value, and others have", "give it one"),
    ({"function": "x^2", "at": {"x": [[1], [1, 2]]}}, "neither a number nor a tensor with equal rows", ""),
    ({"function": "x^2", "tolerance": {"relative": 1}}, "a tolerance has no 'relative'", "abs, rel, digits"),
    ({"function": "x^2", "tolerance": {"digits": 0}}, "digits is a whole number from 1 to 15", ""),
    ({"function": "x^2", "tolerance": {"rel": -1}}, "rel is a number that is not negative", ""),
    ({"function": "x^2", "domain": "x + 1"}, "a condition compares two sides", "y > 0"),
    ({"function": "x^2", "domain": ["y > 0"]}, "y does not occur in the function", "its variables: x"),
    ({"function": "x^2", "points": "many"}, "points is a number", ""),
    ({"function": "x +"}, "expected a value", ""),
    ({"function": "x y", "wrt": ["x", "y"], "order": 3}, "a gradient is of the first order", ""),
]


@pytest.mark.parametrize(("table", "message", "help_"), BAD)
def test_a_bad_question_is_refused_with_a_hint(table: dict[str, Any], message: str, help_: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        read_question(table)
    assert message in caught.value.diagnostic.message
    assert help_ in (caught.value.diagnostic.help or "")


def test_a_function_that_doubles_with_every_line_is_refused() -> None:
    program = "a = x + x; " + "".join(
        f"{after} = {before} + {before}; " for before, after in zip("abcdfghijklmno", "bcdfghijklmnop", strict=True)
    )
    with pytest.raises(DiagnosticError) as caught:
        make_question(program + "p + p")
    assert "parts when it is written out" in caught.value.diagnostic.message


def test_the_tolerance_is_the_most_generous_of_what_is_given() -> None:
    expected = np.array([2.2232, 0.0])
    assert Tolerance().allowed(expected).tolist() == [0, 0]
    assert Tolerance(absolute=0.1, relative=0.01).allowed(expected) == pytest.approx([0.1, 0.1])
    assert Tolerance(digits=3).allowed(expected) == pytest.approx([0.005, 0.0])
