"""The nan of a branch that is not taken is told from a nan that has another reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcli.calculus.branches import untaken_branches
from gradcli.calculus.evaluation import evaluate
from gradcli.calculus.results import Question, Request
from gradcli.language import parse
from gradcli.operations import vocabulary


def question(text: str, at: dict[str, Any], request: Request = Request.GRADIENT, order: int = 1) -> Question:
    point = {name: np.asarray(value, np.float64) for name, value in at.items()}
    return Question(parse(text, vocabulary(), tuple(at)).program, point, tuple(at), request, order)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("where(x > 0, sqrt(x), x)", {"x": -1}, 1),
        ("where(x > 0, sqrt(x), x)", {"x": 0}, 1),
        ("where(x > 0, log(sqrt(x)), sin(x))", {"x": -2}, np.cos(-2)),
        ("sum(where(v > 0, log(v), v^2))", {"v": [-1, 2, 0]}, [-2, 0.5, 0]),
        ("where(x > 0, sum(sqrt([x, x, -x])), x)", {"x": -1}, 1),
        ("where(x > 0, x, norm([sqrt(x), 2]))", {"x": 3}, 1),
    ],
)
def test_what_the_taken_branches_give_is_found(text: str, at: dict[str, Any], expected: Any) -> None:
    asked = question(text, at)
    (found,) = untaken_branches(asked).values()
    np.testing.assert_allclose(found, expected)
    (engine,) = evaluate(asked)[0].derivatives.values()
    np.testing.assert_array_equal(found[~np.isnan(engine)], engine[~np.isnan(engine)])


def test_higher_derivatives_too() -> None:
    (third,) = untaken_branches(question("where(x > 0, x^1.5, x^3)", {"x": -2}, order=3)).values()
    assert third == 6
    asked = question("sum(where(v > 0, log(v), v^2))", {"v": [-1, 2, 0]}, Request.HESSIAN)
    (curvature,) = untaken_branches(asked).values()
    np.testing.assert_array_equal(curvature, np.diag([2, -0.25, 2]))
    asked = question("where(v > 0, log(v), v^2)", {"v": [-1, 2, 0]}, Request.JACOBIAN)
    (jacobian,) = untaken_branches(asked).values()
    np.testing.assert_array_equal(jacobian, np.diag([-2, 0.5, 0]))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("sqrt(x) - sqrt(x)", {"x": 0}),
        ("sqrt(x)/sqrt(x)", {"x": 0}),
        ("x*log(x)", {"x": -1}),
        ("where(x < 0, log(x)*asin(x + 3), x)", {"x": -1}),
    ],
)
def test_another_nan_stays(text: str, at: dict[str, Any]) -> None:
    asked = question(text, at)
    assert np.isnan(evaluate(asked)[0].derivatives[("x",)])
    assert np.isnan(untaken_branches(asked)[("x",)])


def test_what_has_no_nan_is_as_it_was() -> None:
    asked = question("sum(v^2*sin(v))", {"v": [0, 1, -2]}, Request.HESSIAN)
    (found,) = untaken_branches(asked).values()
    np.testing.assert_array_equal(found, evaluate(asked)[0].derivatives[("v", "v")])
