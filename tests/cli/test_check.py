"""`gradcli check FUNCTION ANSWER` on the real process: what it prints, where, and with which status."""

from __future__ import annotations

import json

import pytest

from tests.cli.process import gradcli


def test_a_wrong_answer_is_shown_at_a_point() -> None:
    outcome = gradcli("check", "x^2 sin(x)", "2x cos(x)")
    label, _, said = outcome.out.splitlines()[0].partition("  ")
    assert (label, said.strip()) == ("wrong", "at x=1 the derivative is 2.2232; the answer gives 1.0806")
    assert (outcome.status, outcome.err) == (1, "")


def test_a_right_answer_is_proved() -> None:
    outcome = gradcli("check", "x^2 sin(x)", "x(2sin(x) + x cos(x))")
    assert (outcome.status, outcome.out, outcome.err) == (0, "correct  proved\n", "")


def test_an_answer_that_is_not_proved_says_at_how_many_points_it_agrees() -> None:
    outcome = gradcli("check", "relu(x)^2", "2max(x, 0)")
    assert outcome.status == 0
    words = outcome.out.split()
    assert words[:3] == ["correct", "agrees", "at"]
    assert int(words[3]) >= 40


def test_an_answer_that_is_right_in_places_says_where() -> None:
    outcome = gradcli("check", "ln|x|", "1/|x|")
    assert outcome.status == 1
    label, _, said = outcome.out.splitlines()[1].partition("  ")
    assert (label, said.strip()) == ("where", "the answer is right where x > 0, and only there")


def test_latex_is_read_and_echoed() -> None:
    outcome = gradcli("check", "ln(x)/2", r"\frac{1}{2x}")
    assert (outcome.status, outcome.out) == (0, "correct  proved\n")
    assert outcome.err == "note:  the answer reads as 1/(2x)\n"


def test_latex_can_be_asked_for() -> None:
    assert gradcli("check", "x^2 y", "x^12", "--wrt", "x", "--latex").status == 2
    plain = gradcli("check", "x^2 y", "xy + xy", "--wrt", "x")
    assert (plain.status, plain.err) == (0, "note:  'xy' reads as x y\n")
    assert gradcli("check", "x^2 y", "xy + xy", "--wrt", "x", "--latex").err == ""


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("2x +", "expected a value"),
        ("f'(x)", "the derivative is not carried out"),
        ("", "there is no answer"),
        (r"\frac{1}{x", "'{' is never closed"),
    ],
)
def test_an_unreadable_answer_is_an_error_with_a_caret(answer: str, message: str) -> None:
    outcome = gradcli("check", "x^2", answer)
    assert (outcome.status, outcome.out) == (2, "")
    assert message in outcome.err
    assert "^" in outcome.err or not answer


def test_an_undecided_answer_says_why() -> None:
    outcome = gradcli("check", "ln(x)/2", "1/2x")
    assert outcome.status == 2
    assert outcome.out == "undecided  it reads as 1/2·x, which is wrong; meant as 1/(2x) it is right\n"
    assert "1/2x reads as (1/2)*x" in outcome.err


def test_numbers_are_held_to_their_tolerance() -> None:
    polynomial = "2x^4 + x^3 + 3x^2 + 5x + 1"
    assert gradcli("check", polynomial, "93", "--at", "x=2").out == "correct  to within 1e-06 of the value\n"
    outcome = gradcli("check", polynomial, "92", "--at", "x=2", "--digits", "3")
    assert (outcome.status, outcome.err) == (1, "")
    assert "at x=2 the derivative is 93; the answer gives 92" in outcome.out
    assert "to within 3 significant digits" in outcome.out
    assert gradcli("check", polynomial, "92", "--at", "x=2", "--rel", "0.02").status == 0


def test_tensors_and_shapes() -> None:
    tensor = ("check", "mean(2*(3x+2)^2)", "--at", "x=[[1,2,3],[3,2,1]]")
    assert gradcli(*tensor, "[[10,16,22],[22,16,10]]").status == 0
    outcome = gradcli(*tensor, "[[10,22],[16,16],[22,10]]")
    assert outcome.status == 2
    assert "the answer has 3 by 2 entries, and the question asks for 2 by 3 entries" in outcome.err
    assert outcome.out == "likely  the rows stand in the columns' place\n"


def test_gradients_jacobians_and_hessians() -> None:
    outcome = gradcli("check", "x^2 y", "[x^2, 2x y]", "--wrt", "x,y")
    assert "the derivative's entry [0] is 4; the answer gives 1" in outcome.out
    assert gradcli("check", "x^2 y", "[[2y, 2x], [2x, 0]]", "--hessian").status == 0
    assert gradcli("check", "[x y, x + y]", "[[y, x], [1, 1]]", "--jacobian").status == 0


def test_higher_derivatives_and_domains() -> None:
    assert "the third derivative is 60" in gradcli("check", "x^5", "20x^3", "--order", "3").out
    assert gradcli("check", "ln|x|", "1/|x|", "--domain", "x > 0").status == 0


def test_implicit_and_mixed_derivatives() -> None:
    assert gradcli("check", "x^2 + y^2 = 25", "-x/y").out == "correct  proved\n"
    assert gradcli("check", "p v = 3", "-p/v", "--wrt", "v", "--of", "p").status == 0
    assert gradcli("check", "y = x^2", "2x", "--of", "y").status == 0
    assert gradcli("check", "x^2 y", "2x", "--partial", "x,y").status == 0
    wrong = gradcli("check", "x^2 + y^2 = 25", "x/y")
    assert wrong.status == 1
    assert wrong.out.startswith("wrong   at x=4, y=3 dy/dx is -1.3333; the answer gives 1.3333\n")
    assert gradcli("check", "x^2", "0", "--wrt", "z").err == (
        "note:  z does not occur in the function: the derivative by z is 0\n"
    )


def test_json_is_one_documented_object() -> None:
    outcome = gradcli("check", "x^2 sin(x)", "2x cos(x)", "--json")
    assert (outcome.status, outcome.err) == (1, "")
    found = json.loads(outcome.out)
    assert found["schema"] == 2
    assert (found["answer"], found["reads_as"]) == ("2x cos(x)", "2*x*cos(x)")
    assert (found["verdict"], found["evidence"]) == ("wrong", "counterexample")
    assert found["counterexample"]["at"] == {"x": 1.0}
    assert found["counterexample"]["expected"] == pytest.approx(2.2232442754839328, rel=1e-15)
    assert found["counterexample"]["given"] == pytest.approx(1.0806046117362795, rel=1e-15)


def test_json_of_other_verdicts() -> None:
    right = json.loads(gradcli("check", "x^2", "2x", "--json").out)
    assert (right["verdict"], right["evidence"]) == ("correct", "proved")
    assert right["samples"] >= 30
    unreadable = gradcli("check", "x^2", "2x +", "--json")
    assert unreadable.status == 2
    found = json.loads(unreadable.out)
    assert (found["verdict"], found["error"]["column"]) == ("unreadable", 5)


def test_an_answer_may_start_with_a_minus() -> None:
    assert gradcli("check", "-x^2", "-2x").status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x^2 y", "2x y"), "say by which to differentiate: x, y"),
        (("x^2 + y^2 = 25", "-x/y", "--wrt", "z"), "z does not occur in the equation"),
        (
            ("x^2 y", "2x", "--partial", "x,y", "--order", "2"),
            "a mixed partial derivative is by the variables of partial",
        ),
        (("x^2", "4", "--at", "x"), "expected '='"),
        (("x^2", "4", "--at", "x=2", "--at", "x=3"), "x is given twice"),
        (("x^2", "4", "--digits", "0"), "0 is not in the range"),
        (("x^2",), "there is no answer"),
        (("x^2", "2x", "--latx"), "--latex"),
        (("x/norm(x)", "[2, 4]", "--at", "x=[1, 2]"), "needs a scalar"),
    ],
)
def test_a_question_that_cannot_be_asked_is_an_error(arguments: tuple[str, ...], message: str) -> None:
    outcome = gradcli("check", *arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert message in outcome.err


def test_a_hostile_answer_ends_with_a_verdict() -> None:
    for answer in ("9**9**9", "(" * 50_000, "\x1b[31m2x"):
        outcome = gradcli("check", "x^2", answer)
        assert outcome.status in (1, 2), answer
        assert "\x1b" not in outcome.out + outcome.err


def test_mistakes_are_named_with_their_place_and_all_that_fit() -> None:
    outcome = gradcli("check", "x + arctan(2x)", "1 + 1/(1 + 4x^2)")
    assert outcome.out.splitlines()[1:] == [
        "likely  chain rule: the inner derivative 2 is missing, in arctan(2x)",
        "or      constant multiple rule: (c f)' is c f', and the factor 2 is lost, in 2x",
    ]


@pytest.mark.parametrize(
    ("style", "undecided", "place"),
    [
        ("python", "it reads as 1/2*x, which is wrong; meant as 1/(2*x) it is right", "in sin(theta**2)"),
        ("paper", "it reads as 1/2·x, which is wrong; meant as 1/(2x) it is right", "in sin(θ²)"),
        (
            "latex",
            r"it reads as \frac{1}{2} x, which is wrong; meant as \frac{1}{2 x} it is right",
            r"in \sin\left(\theta^{2}\right)",
        ),
    ],
)
def test_all_that_is_said_is_written_in_the_style(style: str, undecided: str, place: str) -> None:
    assert undecided in gradcli("check", "ln(x)/2", "1/2x", "--style", style).out
    said = gradcli("check", "x sin(θ^2)", "x cos(theta^2)", "--wrt", "theta", "--style", style)
    assert place in said.out


def test_the_echo_of_an_answer_in_latex_is_in_the_style() -> None:
    for style, echo in (("python", "2*x/y"), ("paper", "2x/y"), ("latex", r"\frac{2 x}{y}")):
        outcome = gradcli("check", "x^2/y", r"\frac{2x}{y}", "--wrt", "x", "--style", style)
        assert f"the answer reads as {echo}\n" in outcome.err


def test_the_object_has_the_likeliest_mistake_and_its_alternatives() -> None:
    found = json.loads(gradcli("check", "--json", "x + arctan(2x)", "1 + 1/(1 + 4x^2)").out)
    assert found["mistake"]["rule"] == "chain-inner-missing"
    assert found["mistake"]["where"] == "atan(2*x)"
    assert [each["rule"] for each in found["alternatives"]] == ["constant-factor-lost"]
    assert "alternatives" not in json.loads(gradcli("check", "--json", "x^2 sin(x)", "2x cos(x)").out)


@pytest.mark.parametrize(("function", "answer", "piped"), [("x^2", "-", "2x\n"), ("-", "2x", "x^2\n")])
def test_a_dash_reads_standard_input(function: str, answer: str, piped: str) -> None:
    assert gradcli("check", function, answer, stdin=piped).out == "correct  proved\n"


def test_one_standard_input_is_not_two_texts() -> None:
    outcome = gradcli("check", "-", "-", stdin="x")
    assert (outcome.status, outcome.out) == (2, "")
    assert "cannot both be standard input" in outcome.err


@pytest.mark.parametrize(("answer", "status"), [("[2, 4]", 0), ("2x", 0), ("[2, 5]", 1)])
def test_what_goes_entry_by_entry_is_answered_entry_by_entry(answer: str, status: int) -> None:
    assert gradcli("check", "x^2", answer, "--at", "x=[1, 2]").status == status
