"""Questions as a key has them, and what is said of bad ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcli.homework import Form, Judge, Tolerance, Verdict, make_question, read_question
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


def test_names_are_written_as_anybody_writes_them() -> None:
    question = read_question({"function": "θ^2 x₁", "wrt": ["ϑ", "ｘ1"], "at": {"𝜃": 3, "x₁": 2}, "domain": ["θ > 0"]})
    assert question.wrt == ("theta", "x1")
    assert dict(question.at) == {"theta": 3, "x1": 2}


def test_a_greek_letter_that_a_value_is_given_to_is_no_function() -> None:
    assert make_question("gamma(x+1)", wrt="x").names == ("x",)
    question = make_question("gamma(x+1)", wrt="γ", at={"γ": np.asarray(2.0), "x": np.asarray(1.0)})
    assert (question.names, question.wrt) == (("gamma", "x"), ("gamma",))
    assert "reads as a product" in question.notes[0].message


def test_a_value_that_the_function_does_not_use_is_said_and_changes_nothing() -> None:
    question = read_question({"function": "x^2", "at": {"x": 3, "zz": 1}})
    assert dict(question.at) == {"x": 3}
    assert [note.message for note in question.notes] == ["'zz' is given a value, and the formula does not use it"]
    assert Judge(question).judge("6").verdict is Verdict.CORRECT
    assert read_question({"function": "x^2", "at": {"x": 3}}).notes == ()


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({}, "neither a function nor an answer", "write function"),
    ({"function": "x", "answer": "1"}, "both a function and an answer", "write function"),
    ({"function": "x^2", "fucntion": 1}, "a question has no 'fucntion'", "did you mean function?"),
    ({"function": 3}, "function is a text", "write function"),
    ({"function": "x^2 y"}, "the question names none", "say by which to differentiate: x, y"),
    ({"function": "x^2", "order": 0}, "order is a whole number from 1 to 8", ""),
    ({"function": "x^2", "order": True}, "order is a whole number from 1 to 8", ""),
    ({"function": "x^2", "form": "hesian"}, "there is no form 'hesian'", "did you mean hessian?"),
    ({"function": "x^2", "at": 3}, "at is a table", "write at = "),
    ({"function": "x^2", "at": {"y": 3}}, "x has no value, and y has", "give it one: x=…"),
    ({"function": "x y", "at": {"y": 3}, "wrt": "x"}, "x has no value, and y has", "give it one"),
    ({"function": "x^2", "at": {"1x": 3}}, "'1x' is no name", "a name is a letter"),
    ({"function": "sin(x)", "at": {"x": 1, "sin": 3}}, "'sin' is a function, and cannot be bound", "another name"),
    ({"function": "θ^2", "at": {"θ": 3, "theta": 3}}, "theta is given twice: θ and theta are one name", "one value"),
    ({"function": "x^2 at x=2", "at": {"x": 3}}, "x is given twice", "give it one value"),
    ({"function": "x^2", "wrt": "sin"}, "'sin' is a function, and cannot be differentiated by", "another name"),
    ({"function": "x y", "wrt": ["x", "2y"]}, "'2y' is no name", "a name is a letter"),
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
