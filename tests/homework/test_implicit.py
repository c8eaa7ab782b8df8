"""Questions about equations and mixed partial derivatives: what is right on a curve, and what is asked at a point."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from flint import ctx

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.roots import CurvePoint
from gradcli.homework import Evidence, Form, Judge, Judgement, Verdict, make_question
from gradcli.homework.key import read_key
from gradcli.homework.mistakes import Recogniser
from gradcli.homework.sampling.reference import Reference
from gradcli.homework.wording import verdict_lines
from gradcli.language import DiagnosticError, parse
from gradcli.operations import vocabulary


def judged(function: str, answer: str, **options: Any) -> Judgement:
    """The judgement on an answer."""
    at = {name: np.asarray(value, np.float64) for name, value in options.pop("at", {}).items()}
    return Judge(make_question(function, at=at, **options), recognise=Recogniser()).judge(answer)


PROVED = [
    ("x^2 + y^2 = 25", "-x/y", {}),
    ("x^2 + y^2 = 25", "-2x/(2y)", {}),
    ("x y = 1", "-y/x", {}),
    ("x y = 1", "-1/x^2", {}),
    ("x y = 1", "-y^2", {}),
    ("x^3 + y^3 = 6x y", "(2y - x^2)/(y^2 - 2x)", {}),
    ("e^(x y) = x + y", "(1 - y e^(x y))/(x e^(x y) - 1)", {}),
    ("e^(x y) = x + y", "(1 - y (x + y))/(x (x + y) - 1)", {}),
    ("sin(x y) + x = y^2", "(y cos(x y) + 1)/(2y - x cos(x y))", {}),
    ("x^2 + y^2 = 25", "-25/y^3", {"order": 2}),
    ("x^2 + y^2 = 25", "-(x^2 + y^2)/y^3", {"order": 2}),
    ("x y = 1", "-6/x^4", {"order": 3}),
    ("p v = 3", "-p/v", {"wrt": "v"}),
    ("p v = 3", "-v/p", {"of": "v"}),
    ("x^2/a^2 + y^2/b^2 = 1", "-b^2 x/(a^2 y)", {}),
    ("r = 5; x^2 + y^2 = r^2", "-x/y", {}),
    ("y = x^2", "2x", {"of": "y"}),
    ("x = y^2", "1/(2y)", {"wrt": "x", "of": "y"}),
    ("ln(x) + ln(y) = 2", "-y/x", {}),
    ("sqrt(x) + sqrt(y) = 3", "-sqrt(y)/sqrt(x)", {}),
]


@pytest.mark.parametrize(("equation", "answer", "options"), PROVED)
def test_what_is_right_on_the_curve_is_proved(equation: str, answer: str, options: dict[str, Any]) -> None:
    found = judged(equation, answer, **options)
    assert (found.verdict, found.evidence) == (Verdict.CORRECT, Evidence.PROVED), found


WRONG = [
    ("x^2 + y^2 = 25", "x/y"),
    ("x^2 + y^2 = 25", "-x/y + 0.0001"),
    ("x^2 + y^2 = 25", "-x/y + (x^2 + y^2 - 24) sin(x)"),
    ("x^2 + y^2 = 25", "c x/y"),
    ("x y = 1", "1/x^2"),
    ("x^3 + y^3 = 6x y", "(2y - x^2)/(y^2 + 2x)"),
    ("y^2 = x y", "1"),  # y = 0 is a branch of the curve, too
]


@pytest.mark.parametrize(("equation", "answer"), WRONG)
def test_what_is_wrong_is_refuted_at_a_point_of_the_curve(equation: str, answer: str) -> None:
    question = make_question(equation)
    found = Judge(question).judge(answer)
    assert found.verdict is Verdict.WRONG, found
    assert found.counterexample is not None
    assert question.curve is not None
    at = formula.exact_point(found.counterexample.at)
    off = formula.at_precision(64, partial(formula.value, question.curve.zero, at))
    assert off is not None
    assert abs(numbers.nearest_float(off)) < 1e-9


def test_points_with_short_coordinates_are_shown_first() -> None:
    found = judged("x^2 + y^2 = 25", "x/y")
    assert found.counterexample is not None
    assert {abs(value) for value in found.counterexample.at.values()} == {3.0, 4.0}


def test_an_answer_for_one_branch_is_right_there_and_only_there() -> None:
    upper = "-x/sqrt(25 - x^2)"
    found = judged("x^2 + y^2 = 25", upper)
    assert (found.verdict, found.reason) == (Verdict.WRONG, "the answer is right where y > 0, and only there")
    assert judged("x^2 + y^2 = 25", upper, domain=["y > 0"]).verdict is Verdict.CORRECT


def test_a_curve_without_points_decides_nothing() -> None:
    assert judged("x^2 + y^2 = -1", "-x/y").verdict is Verdict.UNDECIDED


def test_points_of_a_curve_are_as_exact_as_one_asks() -> None:
    zero = parse("x^2 + y^3 - 5", vocabulary()).program.result
    point = CurvePoint.near(zero, formula.exact_point({"x": 1.0}), "y", 1.58)
    assert point is not None
    for bits in (64, 500, 4000):
        with ctx.workprec(bits):
            cube = numbers.ball(point["y"]) ** 3
            assert cube.contains(4)
            assert cube.rel_accuracy_bits() > bits - 8


def test_no_point_is_claimed_where_a_curve_only_comes_near() -> None:
    zero = parse("x^2 + y^2 + 1e-30", vocabulary()).program.result
    assert CurvePoint.near(zero, formula.exact_point({"x": 0.0}), "y", 1e-16) is None


def test_every_sample_point_is_on_the_curve() -> None:
    question = make_question("x^3 + y^3 = 6x y")
    reference = Reference(question)
    assert reference.samples.count >= 40
    assert question.curve is not None
    zero = question.curve.zero
    for place in range(reference.samples.count):
        value = formula.at_precision(200, partial(formula.value, zero, reference.point(place)))
        assert value is not None
        assert formula.holds_zero(value)


def test_the_implicit_derivative_at_a_point_is_a_number() -> None:
    at = {"x": 3, "y": 4}
    assert judged("x^2 + y^2 = 25", "-0.75", at=at).verdict is Verdict.CORRECT
    found = judged("x^2 + y^2 = 25", "0.75", at=at)
    assert found.verdict is Verdict.WRONG
    assert found.mistakes[0].rule == "implicit-sign"


def test_a_rounded_point_is_moved_onto_the_curve() -> None:
    question = make_question("x^2 + y^2 = 2", at={"x": np.asarray(1.2), "y": np.asarray(0.75)})
    (note,) = question.notes
    assert note.message.startswith("the point was moved onto the curve: y = 0.7483")
    assert Judge(question).judge("-1.60356745").verdict is Verdict.CORRECT


def test_where_the_tangent_is_vertical_nothing_is_known() -> None:
    found = judged("x^2 + y^2 = 25", "0", at={"x": 5, "y": 0})
    assert found.verdict is Verdict.UNDECIDED
    assert found.reason is not None
    assert "the tangent is vertical here" in found.reason


def test_the_verdict_says_which_derivative_it_is_about() -> None:
    question = make_question("p v = 3", wrt="v")
    (line, *_) = verdict_lines(Judge(question).judge("p/v"), question)
    assert " dp/dv is " in line.text


REFUSED = [
    ("x^2 + y^2 = 25", {"wrt": ["x", "y"]}, "an implicit derivative is by one variable"),
    ("a^2 + b^2 = c", {}, "the equation has the variables a, b, c, and does not say which depends on which"),
    ("x^2 + y^2 = 25", {"partial": ["x", "y"]}, "of an equation, only the derivative of one variable"),
    ("x^2 + y^2 = 25", {"wrt": "z"}, "z does not occur in the equation"),
    ("x^2 + y^2 = 25", {"order": 6}, "an implicit derivative has at most the order 4"),
    ("x^2 + y^2 = 25", {"is_answer": True}, "of an equation, only the derivative of one variable"),
    ("x^2 + y^2 = 25", {"at": {"x": np.asarray(7.0), "y": np.asarray(9.0)}}, "the point is not on the curve"),
    ("x^2 + y^2 = 25", {"at": {"x": np.ones(2), "y": np.ones(2)}}, "an implicit derivative is at a point of numbers"),
    ("x^2", {"of": "y"}, "y depends on another variable only where there is an equation"),
    ("x^2 y", {"partial": ["x", "y"], "order": 2}, "a mixed partial derivative is by the variables of partial"),
    ("x^2 y", {"partial": ["x", "y"], "at": {"x": np.ones(2), "y": np.ones(2)}}, "a mixed partial derivative is by"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "options", "message"), REFUSED)
def test_what_contradicts_itself_is_refused(function: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        Judge(make_question(function, **options))
    assert caught.value.diagnostic.message.startswith(message)


# Mixed partial derivatives


@pytest.mark.parametrize(
    ("function", "answer", "variables"),
    [
        ("x^2 y^3", "6x y^2", ["x", "y"]),
        ("x^2 y^3", "6x y^2", ["y", "x"]),
        ("x^2 y^3 z", "6x y^2", ["x", "y", "z"]),
        ("x^3 y^2", "12x y", ["x", "x", "y"]),
        ("x^4", "12x^2", ["x", "x"]),
        ("e^(x y)", "(1 + x y) e^(x y)", ["x", "y"]),
        ("x^2 + y^2", "0", ["x", "y"]),
        ("x^2", "0", ["x", "z"]),
    ],
)
def test_mixed_partial_derivatives_are_asked(function: str, answer: str, variables: list[str]) -> None:
    found = judged(function, answer, partial=variables)
    assert (found.verdict, found.evidence) == (Verdict.CORRECT, Evidence.PROVED), found


def test_a_mixed_partial_derivative_at_a_point_is_a_number() -> None:
    at = {"x": 1, "y": 2}
    assert judged("x^2 y^3", "24", partial=["x", "y"], at=at).verdict is Verdict.CORRECT
    found = judged("x^2 y^3", "16", partial=["x", "y"], at=at)
    assert "partial-missing" in [mistake.rule for mistake in found.mistakes]


def test_the_derivative_by_what_does_not_occur_is_zero() -> None:
    question = make_question("x^2", wrt="z")
    assert [note.message for note in question.notes] == ["z does not occur in the function: the derivative by z is 0"]
    judge = Judge(question)
    assert (judge.judge("0").verdict, judge.judge("2x").verdict) == (Verdict.CORRECT, Verdict.WRONG)
    assert judged("x^2 y", "[2x y, x^2, 0]", wrt=["x", "y", "z"]).verdict is Verdict.CORRECT
    assert judged("x^2", "0", wrt="z", at={"x": 3}).verdict is Verdict.CORRECT


def test_keys_ask_for_them() -> None:
    key = read_key(
        b"""
        [q1]
        function = "x^2 + y^2 = 25"
        [q2]
        function = "x^2 y"
        partial = ["x", "y"]
        [q3]
        function = "p v = 3"
        of = "p"
        """
    )
    forms = [question.form for question in key.questions.values()]
    assert forms == [Form.IMPLICIT, Form.PARTIAL, Form.IMPLICIT]
    assert key.questions["q3"].wrt == ("v",)
