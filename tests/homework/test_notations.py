"""Vectors are read however they are written, and faults are shown in what was written."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.homework import Judge, Verdict, make_question
from gradcli.homework.mistakes import Recogniser
from gradcli.homework.reading.answers import read_answer
from gradcli.homework.reading.text import Written
from gradcli.homework.reading.vectors import with_lists
from gradcli.language import DiagnosticError

NAMES = ("x", "y")
VECTORS = [
    "[2x, 3y^2]",
    "(2x, 3y^2)",
    "<2x, 3y^2>",
    "⟨2x, 3y^2⟩",
    "2x, 3y^2",
    " 2x , 3y^2 ",
    "[2x; 3y^2]",
    "2x; 3y^2",
    "(2x, 3y^2)^T",
    "[[2x], [3y^2]]",
    "[[2x, 3y^2]]",
    "[2x, 3y^2].T",
    "2x i + 3y^2 j",
    "3y^2 j + 2x i",
    "-(-2x i - 3y^2 j)",
    "x*(2i) + 3y^2 j",
    "2(x i + 3 y^2 j/2)",
    r"\left(2x, 3y^2\right)",
    r"\left[2x, 3y^2\right]",
    r"\langle 2x, 3y^2 \rangle",
    r"\left\langle 2x, 3y^{2} \right\rangle",
    r"\begin{pmatrix} 2x \\ 3y^2 \end{pmatrix}",
    r"\begin{bmatrix} 2x & 3y^2 \end{bmatrix}",
    r"(2x, 3y^2)^{T}",
    r"(2x, 3y^2)^\top",
    r"2x\,\mathbf{i} + 3y^2\,\mathbf{j}",
    r"2x\hat{i} + 3y^{2}\hat{j}",
    r"2x\hat{\imath} + 3y^{2}\hat{\jmath}",
    r"2x\vec{i} + 3y^2\vec{j}",
]


@pytest.mark.parametrize("text", VECTORS)
def test_a_vector_is_read_in_every_notation(text: str) -> None:
    judgement = Judge(make_question("x^2 + y^3", wrt=["x", "y"])).judge(text)
    assert judgement.verdict is Verdict.CORRECT, judgement


@pytest.mark.parametrize("text", [text.replace("3", "4") for text in VECTORS])
def test_a_wrong_vector_is_wrong_in_every_notation(text: str) -> None:
    judgement = Judge(make_question("x^2 + y^3", wrt=["x", "y"])).judge(text)
    assert judgement.verdict is Verdict.WRONG, judgement
    assert judgement.counterexample is not None
    assert judgement.counterexample.entry == (1,)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("[1, 2; 3, 4]", "[[1, 2], [3, 4]]"),
        ("((1, 2), (3, 4))", "[[1, 2], [3, 4]]"),
        ("(1, 2), (3, 4)", "[[1, 2], [3, 4]]"),
        ("2(1, 2), (3, 4)", "[2*[1, 2], [3, 4]]"),
        ("(max(x, y), atan2(y, x))", "[max(x, y), atan2(y, x)]"),
        ("log(x, 2)", "log(x, 2)"),
        ("x*(1, y)", "x*[1, y]"),
    ],
)
def test_commas_of_calls_are_not_those_of_vectors(text: str, reading: str) -> None:
    assert read_answer(text, NAMES, shape=(2,)).reading == reading


def test_unit_vectors_are_variables_where_the_question_has_such() -> None:
    assert Judge(make_question("i^2 + j", wrt=["i", "j"])).judge("2i i + j").verdict is Verdict.UNREADABLE
    assert Judge(make_question("x^2")).judge("2x i").verdict is Verdict.WRONG


def test_where_one_expression_is_asked_commas_are_no_vector() -> None:
    judge = Judge(make_question("x^2"))
    for text in ("3,5x", "(2x, 3)", "2x; 3", "<2x, 3>"):
        assert judge.judge(text).verdict is Verdict.UNREADABLE, text


@pytest.mark.parametrize("text", ["(2x, 3y^)", "2x, 3y +* 2", "<2x, 3@>", r"(2x, \sin)", "[2x; 3q2z]"])
def test_a_fault_is_shown_where_it_was_written(text: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        read_answer(text, NAMES, shape=(2,))
    diagnostic = caught.value.diagnostic
    assert diagnostic.source == text
    assert 3 <= diagnostic.span.start <= diagnostic.span.end <= len(text) + 1


@pytest.mark.parametrize(
    "text", ["(" * 500 + "x, y" + ")" * 500, "(x, [y)]", ")(", "x, " * 200, ",", ";;", "<>", "(,)"]
)
def test_what_is_no_vector_is_left_to_the_parser(text: str) -> None:
    written = with_lists(Written.of(text), (2,))
    assert len(written.text) == len(written.origins)
    assert all(0 <= origin < max(len(text), 1) for origin in written.origins)
    assert Judge(make_question("x^2 + y^3", wrt=["x", "y"])).judge(text).verdict is Verdict.UNREADABLE


@pytest.mark.parametrize(
    ("function", "answer", "settings", "verdict"),
    [
        ("(x+1)/(x-1)", "[(x-1)-(x+1)]/(x-1)^2", {}, Verdict.CORRECT),
        ("x^2", "[2x]", {}, Verdict.CORRECT),
        ("e^x", "E^x", {}, Verdict.CORRECT),
        ("E^x", "E^x ln(E)", {"wrt": "x", "domain": ["E > 0"]}, Verdict.CORRECT),
        ("x^3", r"\log_2 x + x^{2}", {}, Verdict.WRONG),
        ("x^3", r"\log_{10} x^{2}", {}, Verdict.WRONG),
        ("x*log2(x)", r"\log_2 x + \frac{1}{\ln{2}}", {}, Verdict.CORRECT),
        ("y = [x, x^2]; y[1]", "2x", {}, Verdict.CORRECT),
        ("y = [x, [x^2, x^3]]; y[1][1]", "3x^2", {}, Verdict.CORRECT),
    ],
)
def test_what_is_written_is_read(function: str, answer: str, settings: dict[str, Any], verdict: Verdict) -> None:
    assert Judge(make_question(function, **settings)).judge(answer).verdict is verdict


def test_a_function_that_is_an_empty_list_is_a_diagnostic() -> None:
    with pytest.raises(DiagnosticError) as caught:
        Judge(make_question("[]"))
    assert "empty list" in caught.value.diagnostic.message


@pytest.mark.parametrize(
    "answer", ["[2x, 3[y, y]]", "[2x, [3y^2, 1]]", "[ln([2x, y]), 3y^2]", "[[2x, 1], 3y^2]", "√[[x, y], [y, x]]"]
)
def test_lists_in_the_place_of_numbers_are_unreadable(answer: str) -> None:
    judge = Judge(make_question("x^2 + y^3", wrt=["x", "y"]), recognise=Recogniser())
    assert judge.judge(answer).verdict is Verdict.UNREADABLE
