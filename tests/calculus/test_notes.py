"""Kinks, jumps and domains are named at the point, from numbers alone."""

from __future__ import annotations

import numpy as np
import pytest

from gradcli.calculus.notes import kink_notes
from gradcli.calculus.results import Array, Question
from gradcli.language import free_names, parse, to_text, tree
from gradcli.operations import CONSTANTS, TABLE, Operation, vocabulary
from gradcli.problem import Problem, solve


def messages(text: str, at: dict[str, object]) -> list[str]:
    """The notes on a program whose functions take variables only."""
    point = {name: np.asarray(value, np.float64) for name, value in at.items()}

    def values(expression: tree.Expr) -> Array | None:
        match expression:
            case tree.Name(name=name):
                return point[name]
            case tree.Negation(operand=tree.Name(name=name)):
                return -point[name]
            case _:
                return None

    question = Question(parse(text, vocabulary(), tuple(point)).program, point, tuple(point))
    return [note.message for note in kink_notes(question, values)]


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("relu(x)", {"x": 0}, ["relu(x) has a kink at 0; torch's convention gives 0"]),
        ("relu(x)", {"x": [0, 0, 1]}, ["relu(x) has a kink at 0 (2 of 3 entries); torch's convention gives 0"]),
        ("relu(x)", {"x": 1}, []),
        ("log(x)", {"x": -1}, ["log(x) is undefined: its argument is -1"]),
        ("log(-x)", {"x": 1}, ["log(-x) is undefined: its argument is -1"]),
        ("1/x", {"x": 0}, ["division by zero: x is 0"]),
        ("x^0.5", {"x": -4}, ["x**0.5 is undefined: its base is -4 and its exponent 0.5"]),
        ("floor(x)", {"x": 2}, ["floor(x) jumps at 2; torch's convention gives 0"]),
        ("clamp(x, 0, 1)", {"x": 1}, ["clamp(x, 0, 1) has a kink at 1; torch's convention gives the slope inside"]),
        ("max(x)", {"x": [1, 2, 2]}, ["max(x) has a kink: 2 entries tie"]),
        ("std(x)", {"x": [1, 1]}, ["std(x) has a kink"]),
    ],
)
def test_note_names_the_expression_and_its_argument(text: str, at: dict[str, object], expected: list[str]) -> None:
    assert messages(text, at) == expected


@pytest.mark.parametrize("operation", [one for one in TABLE if one.domain or one.kinks], ids=lambda one: one.name)
def test_domains_and_kinks_are_written_over_the_parameters(operation: Operation) -> None:
    for text in (operation.domain, *operation.kinks):
        if text is not None:
            program = parse(text, vocabulary(), operation.parameters).program
            assert set(free_names(program, CONSTANTS)) <= set(operation.parameters)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max(v, 3, 1)", []),
        ("max(v, 1.5)", []),
        ("max(v, 2, 1)", ["max(v, 2, 1) has a kink: the largest are equal"]),
        ("min(v, 2, 5)", ["min(v, 2, 5) has a kink: the smallest are equal"]),
        ("max(v, x)", ["max(v, x) has a kink: both sides are equal"]),
        ("max(v, 0)", ["max(v, 0) has a kink: 2 entries tie"]),
        ("max(v, 0, True)", ["max(v, 0, True) has a kink: 2 entries tie"]),
        ("max(x, 2)", ["max(x, 2) has a kink: both sides are equal"]),
        ("max(x, 1, 1)", []),
    ],
)
def test_operands_of_max_and_min_are_told_from_a_dimension(text: str, expected: list[str]) -> None:
    assert messages(text, {"v": [1, 2, 2], "x": 2}) == expected


MATRIX, VECTOR = [[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("sum(A x)", "sum(A @ x)"),
        ("sum(2 A x)", "sum(2*A @ x)"),
        ("trace(B.T A B)", "trace(B.T @ A @ B)"),
        ("sum(x · y)", "sum(x @ y)"),
        ("sum(A (B x))", "sum(A @ (B*x))"),
        ("sum(A x)/2 + sum(x)", "sum(A @ x)/2 + sum(x)"),
    ],
)
def test_a_product_without_a_sign_of_what_has_a_matrix_product_is_noted(text: str, other: str) -> None:
    bindings = {"A": np.array(MATRIX), "B": np.array(MATRIX), "x": np.array(VECTOR), "y": np.array(VECTOR)}
    used = {name: value for name, value in bindings.items() if name in text}
    notes = [note for note in solve(Problem(text, used), formulas=False).notes if note.other is not None]
    assert to_text(parse(text, vocabulary()).program) != other
    assert other in [to_text(note.other) for note in notes if note.other is not None]
    assert all("entry by entry" in note.message for note in notes)


@pytest.mark.parametrize("text", ["sum(A*x)", "sum(A @ x)", "sum(2 x)", "sum(A W)", "sum(a x)", "sum(A × x)"])
def test_a_product_with_a_sign_or_of_what_has_no_matrix_product_is_not(text: str) -> None:
    bindings = {"A": np.array(MATRIX), "x": np.array(VECTOR), "W": np.ones((3, 1, 2)), "a": np.array(2.0)}
    used = {name: value for name, value in bindings.items() if name in text}
    assert not any("entry by entry" in note.message for note in solve(Problem(text, used), formulas=False).notes)
