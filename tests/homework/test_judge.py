"""Verdicts, one by one: what each rests on, and what is said beside it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gradcli.homework import Evidence, Judge, Judgement, Mistake, Tolerance, Verdict, make_question
from gradcli.language import DiagnosticError


def judged(function: str, answer: str, **settings: Any) -> Judgement:
    return Judge(make_question(function, **settings)).judge(answer)


def test_a_wrong_answer_is_shown_at_the_simplest_point() -> None:
    judgement = judged("x^2 sin(x)", "2x cos(x)")
    assert (judgement.verdict, judgement.evidence) == (Verdict.WRONG, Evidence.COUNTEREXAMPLE)
    assert judgement.counterexample is not None
    assert judgement.counterexample.at == {"x": 1.0}
    assert judgement.counterexample.expected == pytest.approx(2 * math.sin(1) + math.cos(1), rel=1e-14)
    assert judgement.counterexample.given == pytest.approx(2 * math.cos(1), rel=1e-14)


def test_several_variables_get_different_numbers() -> None:
    judgement = judged("x^2 y", "2x x", wrt="x")
    assert judgement.counterexample is not None
    assert judgement.counterexample.at == {"x": 1.0, "y": 2.0}


def test_the_domain_of_the_function_decides() -> None:
    assert judged("ln(x)", "1/|x|").evidence is Evidence.PROVED
    judgement = judged("ln|x|", "1/|x|")
    assert judgement.verdict is Verdict.WRONG
    assert judgement.reason == "the answer is right where x > 0, and only there"


def test_the_verdict_stands_whatever_becomes_of_the_search_for_mistakes() -> None:
    def fails(*arguments: object) -> tuple[Mistake, ...]:
        raise ValueError("a function nobody thought of")

    judgement = Judge(make_question("x^2"), recognise=fails).judge("x")
    assert judgement.verdict is Verdict.WRONG
    assert judgement.remarks == ("no mistake could be looked for in this answer",)


def test_what_is_too_small_for_floats_is_not_right_there() -> None:
    assert judged("e^(2x)", "e^(2x)").reason is None
    assert judged("e^(-x^2)", "e^(-x^2)").reason is None
    assert judged("relu(x)", "0").reason == "the answer is right where x < 0, and only there"


def test_a_domain_given_with_the_question_decides_too() -> None:
    assert judged("ln|x|", "1/|x|", domain=["x > 0"]).evidence is Evidence.PROVED
    assert judged("ln|x|", "1/|x|", domain=["x < 0"]).verdict is Verdict.WRONG


def test_an_answer_without_a_value_on_part_of_the_domain_is_wrong_there() -> None:
    judgement = judged("x^2", "2sqrt(x)^2")
    assert judgement.counterexample is not None
    assert judgement.counterexample.at == {"x": -1.0}
    assert judgement.counterexample.given is None
    assert judgement.reason == "the answer is right where x > 0, and only there"


def test_a_hole_is_mentioned_and_does_not_make_an_answer_wrong() -> None:
    judgement = judged("x^2", "2x^2/x")
    assert judgement.verdict is Verdict.CORRECT
    assert judgement.remarks == ("the answer has no value at x=0, where the derivative is 0",)


def test_a_name_that_cancels_is_mentioned() -> None:
    judgement = judged("x^2", "2*x*y/y")
    assert judgement.verdict is Verdict.CORRECT
    assert judgement.remarks == ("y is not in the question, and cancels",)


def test_a_constant_of_integration_is_wrong() -> None:
    judgement = judged("x^2", "2x + C")
    assert judgement.verdict is Verdict.WRONG
    assert judgement.counterexample is not None
    assert set(judgement.counterexample.at) == {"x", "C"}


def test_roots_of_negative_numbers_are_read_as_real_ones_where_that_makes_the_answer_right() -> None:
    judgement = judged("cbrt(x)", "x^(-2/3)/3")
    assert judgement.verdict is Verdict.CORRECT
    assert any("roots of negative numbers are read as real ones" in remark for remark in judgement.remarks)
    assert judged("cbrt(x)", "x^(2/3)/3").verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("function", "answer", "meant"),
    [
        ("sin(x)/2", "cos x/2", "cos(x)/2"),
        ("ln(x)/2", "1/2x", "1/(2*x)"),
        ("e^(2x)/2", "e^2x", "e**(2*x)"),
    ],
)
def test_an_answer_that_is_right_in_another_reading_only_is_left_to_the_teacher(
    function: str, answer: str, meant: str
) -> None:
    judgement = judged(function, answer)
    assert judgement.verdict is Verdict.UNDECIDED
    assert judgement.reason is not None
    assert meant in judgement.reason


def test_an_answer_that_is_wrong_in_every_reading_is_wrong() -> None:
    assert judged("ln(x)/3", "1/2x").verdict is Verdict.WRONG


def test_a_difference_below_the_floats_is_found_and_shown() -> None:
    judgement = judged("cos(x) + x", "1 - sin(x) + 1e-20")
    assert judgement.verdict is Verdict.WRONG
    assert judgement.counterexample is not None
    assert judgement.counterexample.difference == pytest.approx(1e-20)


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("sin(x)^2 + cos(x)^2", "0"),
        ("ln(x + sqrt(x^2+1))", "1/sqrt(x^2+1)"),
        ("sqrt(k/m)*sqrt(m/k)", "0"),
        ("1/(1+e^-x)", "sigmoid(x)*(1-sigmoid(x))"),
        ("e^(e^x)", "e^x*e^(e^x)"),
        ("(e^x - e^-x)/(e^x + e^-x)", "1/cosh(x)^2"),
        ("(x+1)^20 - x^20", "20(x+1)^19 - 20x^19"),
    ],
)
def test_cancellation_and_overflow_make_no_right_answer_wrong(function: str, answer: str) -> None:
    wrt = "k" if "k" in function else None
    assert judged(function, answer, wrt=wrt).verdict is Verdict.CORRECT


def test_nothing_is_said_where_the_function_is_defined_nowhere() -> None:
    judgement = judged("sqrt(-1 - x^2)", "1")
    assert judgement.verdict is Verdict.UNDECIDED
    assert judgement.reason == "no point was found where the function is defined"


def test_an_answer_of_which_nothing_is_known_is_undecided() -> None:
    assert judged("x", "cos(10**10**8)").verdict is Verdict.UNDECIDED


def test_sizes_do_not_matter() -> None:
    assert judged("x^2*1e-110", "3e-110 x").verdict is Verdict.WRONG
    assert judged("x/80!", "1/81!").verdict is Verdict.WRONG
    assert judged("tanh(50x)", "0", domain=["x > 1"]).verdict is Verdict.WRONG
    assert judged("x^2", "9^9^9").verdict is Verdict.WRONG
    example = judged("e^(-1000)x", "e^(-999)").counterexample
    assert example is not None
    assert (example.expected, example.given) == ("5.0759588975494568e-435", "1.3797886833213697e-434")


def test_of_a_number_of_which_little_is_known_the_bounds_are_shown() -> None:
    example = judged("x", "sin(cos(exp(exp(exp(exp(1))))))").counterexample
    assert example is not None
    assert example.given == "something between -0.841 and 0.841"


def test_the_expensive_proof_is_asked_only_for_what_agrees_and_is_not_proved() -> None:
    asked: list[tuple[str, ...]] = []

    def prove(expression: object, answer: object, names: Any) -> bool:
        asked.append(tuple(names))
        return True

    judge = Judge(make_question("relu(x)^2"), prove=prove)
    assert judge.judge("2x").verdict is Verdict.WRONG
    assert asked == []
    assert judge.judge("x + |x|").evidence is Evidence.PROVED
    assert asked == [("x",)]
    assert Judge(make_question("relu(x)^2"), prove=lambda *_: False).judge("x + |x|").evidence is Evidence.AGREES


def test_mistakes_are_asked_for_wrong_answers_only() -> None:
    mistake = Mistake("chain", "the inner factor is missing")
    judge = Judge(make_question("sin(2x)"), recognise=lambda *_: (mistake,))
    assert judge.judge("cos(2x)").mistakes == (mistake,)
    assert judge.judge("2cos(2x)").mistakes == ()


def test_a_judge_says_the_same_again() -> None:
    answers = ["2x", "2x + 1e-9", "x^2/x + x", "2|x|", "2x + |x - 1e5| - 1e5 + x", "sin(2x)/cos(x)"]
    first, second = Judge(make_question("x^2")), Judge(make_question("x^2"))
    for answer in answers:
        assert first.judge(answer) == second.judge(answer) == first.judge(answer)


# Lists of formulas


def test_a_gradient_names_the_entry_that_is_wrong() -> None:
    judgement = judged("x^2 y", "[2x y, x]", wrt=["x", "y"])
    assert judgement.counterexample is not None
    assert judgement.counterexample.entry == (1,)


@pytest.mark.parametrize(
    ("function", "answer", "settings", "message", "example"),
    [
        ("x^2 y", "2x y", {"wrt": ["x", "y"]}, "is one expression, and the question asks for a list of 2", "[a, b]"),
        (
            "x^2 y",
            "[2x y, x^2, 0]",
            {"wrt": ["x", "y"]},
            "is a list of 3, and the question asks for a list of 2",
            "[a, b]",
        ),
        (
            "x y",
            "[0, 1, 1, 0]",
            {"form": "hessian"},
            "is a list of 4, and the question asks for 2 by 2",
            "[[a, b], [c, d]]",
        ),
        ("x^2", "[2x, 3x]", {}, "is a list of 2, and the question asks for one expression", "without a list"),
    ],
)
def test_an_answer_of_another_shape_is_not_wrong_and_is_told_what_would_be_read(
    function: str, answer: str, settings: dict[str, Any], message: str, example: str
) -> None:
    judgement = judged(function, answer, **settings)
    assert judgement.verdict is Verdict.UNREADABLE
    assert judgement.problem is not None
    assert judgement.problem.help is not None
    assert message in judgement.problem.message
    assert example in judgement.problem.help


# Numbers and tensors


def number(function: str, answer: str, tolerance: Tolerance | None = None, **at: Any) -> Judgement:
    values = {name: np.array(value, np.float64) for name, value in at.items()}
    return Judge(make_question(function, at=values, tolerance=tolerance)).judge(answer)


def test_a_number_is_right_within_its_tolerance() -> None:
    assert number("2x^4 + x^3 + 3x^2 + 5x + 1", "93", x=2).verdict is Verdict.CORRECT
    assert number("2x^4 + x^3 + 3x^2 + 5x + 1", "93.05", Tolerance(relative=1e-3), x=2).verdict is Verdict.CORRECT
    assert number("2x^4 + x^3 + 3x^2 + 5x + 1", "93.2", Tolerance(relative=1e-3), x=2).verdict is Verdict.WRONG
    assert number("sin(x)", "0.5", Tolerance(absolute=0.05), x=1).verdict is Verdict.CORRECT
    assert number("sin(x)", "0.48", Tolerance(absolute=0.05), x=1).verdict is Verdict.WRONG


@pytest.mark.parametrize(("answer", "right"), [("2.22", True), ("2.223", True), ("2.2232", True), ("2.2", False)])
def test_significant_digits_are_counted_from_the_right_value(answer: str, right: bool) -> None:
    judgement = number("x^2 sin(x)", answer, Tolerance(digits=3), x=1)
    assert (judgement.verdict is Verdict.CORRECT) == right


def test_a_number_may_be_written_as_an_expression_of_the_point() -> None:
    assert number("x^2 sin(x)", "2sin(1) + cos(1)", x=1).verdict is Verdict.CORRECT
    assert number("x^2 sin(x)", "2x sin(x) + x^2 cos(x)", x=1).verdict is Verdict.CORRECT
    assert number("x^2", "2y", x=1).verdict is Verdict.UNREADABLE


def test_a_tensor_is_compared_entry_by_entry() -> None:
    x = [[1, 2, 3], [3, 2, 1]]
    assert number("mean(2*(3x+2)^2)", "[[10,16,22],[22,16,10]]", x=x).verdict is Verdict.CORRECT
    judgement = number("mean(2*(3x+2)^2)", "[[10,16,22],[22,16,11]]", x=x)
    assert judgement.counterexample is not None
    assert (judgement.counterexample.entry, judgement.counterexample.expected) == ((1, 2), pytest.approx(10))


def test_a_tensor_of_another_shape_is_not_wrong_and_the_shapes_are_said() -> None:
    judgement = number("mean(2*(3x+2)^2)", "[[10,22],[16,16],[22,10]]", x=[[1, 2, 3], [3, 2, 1]])
    assert judgement.verdict is Verdict.UNREADABLE
    assert judgement.problem is not None
    assert judgement.problem.message == "the answer has 3 by 2 entries, and the question asks for 2 by 3 entries"


@pytest.mark.parametrize(
    ("function", "wrt", "answer", "verdict"),
    [
        ("2x", "x", "2", Verdict.CORRECT),
        ("x y", "x", "y", Verdict.CORRECT),
        ("2x", "x", "3", Verdict.UNREADABLE),
        ("x y", "y", "3", Verdict.UNREADABLE),  # the sum of the entries
        ("sum(2x)", "x", "2", Verdict.UNREADABLE),  # a gradient, which has the entries of x
    ],
)
def test_one_number_answers_for_all_entries_that_are_alike(
    function: str, wrt: str, answer: str, verdict: Verdict
) -> None:
    judge = Judge(make_question(function, wrt=[wrt], at={"x": np.array([1.0, 2.0]), "y": np.array(3.0)}))
    assert judge.judge(answer).verdict is verdict


def test_gradients_jacobians_and_hessians_at_a_point() -> None:
    at = {"x": np.array(1.0), "y": np.array(2.0)}
    gradient = Judge(make_question("x^2 y", wrt=["x", "y"], at=at))
    assert gradient.judge("[4, 1]").verdict is Verdict.CORRECT
    assert gradient.judge("[1, 4]").verdict is Verdict.WRONG
    hessian = Judge(make_question("x^2 y", wrt=["x", "y"], form="hessian", at=at))
    assert hessian.judge("[[4, 2], [2, 0]]").verdict is Verdict.CORRECT
    jacobian = Judge(make_question("[x y, x + y]", wrt=["x", "y"], form="jacobian", at=at))
    assert jacobian.judge("[[2, 1], [1, 1]]").verdict is Verdict.CORRECT
    assert jacobian.judge("[[2, 1], [1, 0]]").verdict is Verdict.WRONG
    softmax = Judge(make_question("softmax(z)[0]", at={"z": np.array([0.0, 0.0])}))
    assert softmax.judge("[1/4, -1/4]").verdict is Verdict.CORRECT


def test_at_a_kink_nothing_is_said() -> None:
    judgement = number("|x|", "0", x=0)
    assert judgement.verdict is Verdict.UNDECIDED
    assert judgement.reason is not None
    assert "kink" in judgement.reason


def test_a_zero_that_rounds_to_something_is_a_zero() -> None:
    assert number("sin(x)", "0", x=math.pi / 2).verdict is Verdict.CORRECT


# Expected answers without a function


def test_an_expected_answer_is_compared_with_as_it_is() -> None:
    judge = Judge(make_question("2 sin(x) cos(x)", is_answer=True))
    assert judge.judge("sin(2x)").evidence is Evidence.PROVED
    assert judge.judge("2 sin(x)").verdict is Verdict.WRONG


def test_decimals_are_right_within_the_tolerance_of_a_formula() -> None:
    question = make_question("x^3/9", tolerance=Tolerance(relative=1e-3))
    assert Judge(question).judge("0.3333x^2").verdict is Verdict.CORRECT
    assert Judge(question).judge("0.33x^2").verdict is Verdict.WRONG
    assert judged("x^3/9", "0.3333x^2").verdict is Verdict.WRONG


def test_a_function_that_cannot_be_calculated_is_a_diagnostic() -> None:
    with pytest.raises(DiagnosticError):
        Judge(make_question("x / norm(x)", at={"x": np.array([1.0, 2.0])}))


def test_answers_that_read_the_same_are_judged_once() -> None:
    asked: list[str] = []

    def recognise(*arguments: Any) -> tuple[Mistake, ...]:
        asked.append(arguments[2].reading)
        return (Mistake("a", "mistake"),)

    judge = Judge(make_question("x^2 sin(x)"), recognise=recognise)
    first = judge.judge("2x cos(x)")
    for same in ("2*x*cos x", "2 x (cos(x))", "2x\\cos x", "$2x\\cos{x}$"):
        assert judge.judge(same) == first
    assert asked == ["2*x*cos(x)"]
    assert judge.judge("2x sin(x)").mistakes == first.mistakes
    assert len(asked) == 2


def test_a_judge_remembers_no_more_than_its_last_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def recognise(*arguments: Any) -> tuple[Mistake, ...]:
        asked.append(arguments[2].reading)
        return ()

    monkeypatch.setattr("gradcli.homework.judge.REMEMBERED", 2)
    judge = Judge(make_question("x^2"), recognise=recognise)
    for answer in ("x", "3x", "x", "4x", "3x", "x"):
        judge.judge(answer)
    assert asked == ["x", "3*x", "4*x", "3*x", "x"]


@pytest.mark.parametrize("answer", ["(x) + (3)", "(x)+(3)", "(a) x + 3", "b) x+3", "1) x + 3", "x + 3 = 3 + x"])
def test_no_part_of_a_right_answer_is_taken_for_its_number(answer: str) -> None:
    assert judged("x^2/2 + 3x", answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize("answer", ["(x) + (2)", "(x)(3)", "(a) + x + 2", "(3)", "(2) + 3"])
def test_no_part_of_a_wrong_answer_is_taken_for_its_number(answer: str) -> None:
    assert judged("x^2/2 + 3x", answer).verdict is Verdict.WRONG


def test_a_number_that_may_be_a_factor_is_judged_both_ways() -> None:
    assert judged("5x^2", "(10) x").verdict is Verdict.CORRECT
    assert judged("x^2/2", "(2) x").verdict is Verdict.UNDECIDED
    assert judged("x^3", "(2) x").verdict is Verdict.WRONG


def test_equal_terms_are_an_answer_if_each_is_right() -> None:
    assert number("x^3", "3(4) = 12", x=2).verdict is Verdict.CORRECT
    assert number("x^3", "3(4) = 13", x=2).verdict is Verdict.UNREADABLE
    assert judged("x^2", "x^2 = 2x").verdict is Verdict.UNREADABLE


@pytest.mark.parametrize("answer", ["100 ln 1.05 (1.05)^t", "100ln(1.05)(1.05)^t", "100 (1.05)^t ln 1.05"])
def test_a_bracket_after_the_number_of_a_logarithm_may_stand_outside(answer: str) -> None:
    assert judged("100(1.05)^t", answer).verdict in (Verdict.CORRECT, Verdict.UNDECIDED)


@pytest.mark.parametrize("answer", ["x^2", "2 + x", "x*x", "8/x"])
def test_a_formula_that_has_the_value_at_the_point_by_chance_is_not_correct(answer: str) -> None:
    assert number("x^2", answer, x=2).verdict is Verdict.UNDECIDED
    assert number("x^2", "2x", x=2).verdict is Verdict.CORRECT
