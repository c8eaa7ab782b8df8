"""Answers of all sizes, from 1e-300 to 1e300: how large a number is has no say in whether it is right."""

from __future__ import annotations

from collections import Counter

import pytest

from gradcli.homework import Judge, Verdict, make_question
from gradcli.homework.wording import verdict_lines

EXPONENTS = [*range(-300, 0, 60), -7, 9, *range(60, 301, 60), 290]
FUNCTIONS = {
    "{s} x^2": (
        ["2*{s} x", "{s} x + x*{s}", "x/(0.5/{s})"],
        ["3*{s} x", "-2*{s} x", "2*{s} x + {tiny}", "2*{s} x^2", "20*{s} x"],
    ),
    "{s} sin(x)": (
        ["{s} cos(x)", "{s} (1 - 2 sin(x/2)^2)", "{s} cos(-x)"],
        ["{s} sin(x)", "{s} cos(x) + {tiny}", "{s} cos(2x)", "0", "10*{s} cos(x)"],
    ),
    "{s} e^x + x - x": (
        ["{s} e^x", "e^x*{s}", "{s} e^(2x)/e^x"],
        ["{s} e^x + {tiny}", "{s}", "1.0001*{s} e^x", "{s} x e^x", "{s} e^(-x)"],
    ),
    "{s}/x": (
        ["-{s}/x^2", "-{s} x^-2", "(-{s}/x)/x"],
        ["{s}/x^2", "-{s}/x^2 + {tiny} x", "-{s}/x", "-0.99*{s}/x^2", "{s} ln(x)"],
    ),
}
"""Functions with right and wrong answers; {s} is a size, {tiny} one that is 1e-30 of it."""


def filled(text: str, exponent: int) -> str:
    return text.format(s=f"1e{exponent}", tiny=f"1e-30*1e{exponent}")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_size_makes_a_verdict_false(function: str) -> None:
    right, wrong = FUNCTIONS[function]
    for exponent in EXPONENTS:
        judge = Judge(make_question(filled(function, exponent)))
        for answer in right:
            judgement = judge.judge(filled(answer, exponent))
            assert judgement.verdict is Verdict.CORRECT, (exponent, answer, judgement)
        for answer in wrong:
            judgement = judge.judge(filled(answer, exponent))
            assert judgement.verdict is Verdict.WRONG, (exponent, answer, judgement)
            assert judgement.counterexample is not None
            assert judgement.counterexample.expected != judgement.counterexample.given or (
                judgement.counterexample.difference not in (None, 0.0)
            )


def test_there_are_400_answers() -> None:
    assert len(EXPONENTS) * sum(len(right) + len(wrong) for right, wrong in FUNCTIONS.values()) >= 400


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("e^(-1000)x", "e^(-999)"),
        ("tanh(50x) + 0 ln(x-1)", "0"),
        ("x/80!", "1/81!"),
        ("x^2", "2x + e^(-1000)"),
        ("sin(x)", "cos(x) + e^(-1000)"),
        ("e^(x-800)", "e^(x-801)"),
        ("e^(1000x)", "999 e^(1000x)"),
    ],
)
def test_what_is_beyond_the_floats_is_told_apart(function: str, answer: str) -> None:
    assert Judge(make_question(function)).judge(answer).verdict is Verdict.WRONG


@pytest.mark.parametrize("answer", ["cos(x) + 9^-9^9", "cos(x) + e^-e^20", "cos(x) + 10^(-10^8)"])
def test_what_no_work_tells_apart_is_not_called_right(answer: str) -> None:
    assert Judge(make_question("sin(x)")).judge(answer).verdict is not Verdict.CORRECT


@pytest.mark.parametrize("answer", ["9^9^9", "e^e^e^e^x", "-e^(-e^1000)", "10^-500 x"])
def test_numbers_beyond_the_floats_are_put_into_words(answer: str) -> None:
    question = make_question("x^2")
    judgement = Judge(question).judge(answer)
    assert judgement.verdict is Verdict.WRONG
    line, *_ = verdict_lines(judgement, question)
    assert "; the answer gives " in line.text


def test_what_is_right_is_right_beyond_the_floats_too() -> None:
    found = Counter(
        Judge(make_question(function)).judge(answer).verdict
        for function, answer in [
            ("e^(1000x)", "1000 e^(1000x)"),
            ("e^(-1000)x^2", "2x/e^1000"),
            ("x/80!", "1/80!"),
            ("x^2/80!", "2x/(80*79!)"),
            ("10^400 x^2", "2*10^400 x"),
        ]
    )
    assert found == {Verdict.CORRECT: 5}
