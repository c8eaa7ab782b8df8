"""The check of one answer: what agrees, what is corrected, what is undecided, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradcli.calculus.check import check
from gradcli.calculus.results import Array, Evaluation, Method, Request, Verdict
from gradcli.language.values import replace
from gradcli.problem import Problem, solve
from tests.calculus.generator import Generator


def evaluated(text: str, dtype: str = "float64", **point: object) -> Evaluation:
    """The engine's answer alone."""
    values = {name: np.asarray(value, dtype) for name, value in point.items()}
    found = solve(Problem(text, values, dtype=dtype), check=False, formulas=False).evaluation
    assert found is not None
    return found


def spoiled(evaluation: Evaluation, spoil: Callable[[Array], Array]) -> Evaluation:
    """The answer with its derivatives made wrong, as by no rule of the engine."""
    return replace(
        evaluation,
        derivatives={name: np.asarray(spoil(array), array.dtype) for name, array in evaluation.derivatives.items()},
    )


RIGHT: list[tuple[str, dict[str, object]]] = [
    ("2x^4 + x^3 + 3x^2 + 5x + 1", {"x": 2}),
    ("x y^2", {"x": 2, "y": 3}),
    ("mean(x^2)", {"x": [1, 2]}),
    ("y = 3x+2; z = 2y^2; z.mean()", {"x": [[1, 2, 3], [3, 2, 1]]}),
    ("norm(x)", {"x": [3, 4]}),
    ("exp(100x)", {"x": 1}),
    ("smooth_l1_loss(x, 0)", {"x": [1, -1, 3]}),
    ("median(x^2)", {"x": [1, 2, 4]}),
]


@pytest.mark.parametrize(("text", "point"), RIGHT)
def test_right_derivatives_agree(text: str, point: dict[str, object]) -> None:
    found = check(evaluated(text, **point))
    assert (found.verdict, found.method, found.reason) == (Verdict.AGREES, Method.EXACT, None)
    assert found.entries == found.of


SETTINGS = [
    ("softplus(x, threshold=5)", 4.0),
    ("softplus(x, threshold=5, beta=3)", 4.0),
    ("hardtanh(x, max_val=2)", 1.5),
    ("hardtanh(x, max_val=2, min_val=1)", 0.5),
]


@pytest.mark.parametrize(("text", "x"), SETTINGS)
def test_settings_are_read_by_their_names_in_any_order(text: str, x: float) -> None:
    found = solve(Problem(text, {"x": np.asarray(x)}), formulas=False).check
    assert found is not None
    assert found.verdict is Verdict.AGREES


SPOILERS: list[Callable[[Array], Array]] = [
    lambda d: 2 * d,
    lambda d: -d,
    lambda d: d * (1 + 1e-6),
    lambda d: d * 1.001,
    lambda d: d * 0,
]


@pytest.mark.parametrize(("text", "point"), RIGHT)
@pytest.mark.parametrize("spoil", SPOILERS)
def test_wrong_floats_never_agree_and_are_not_shown(
    text: str, point: dict[str, object], spoil: Callable[[Array], Array]
) -> None:
    right = evaluated(text, **point)
    found = check(spoiled(right, spoil))
    assert found.verdict is Verdict.CORRECTED  # the rules are right, as their run in exact arithmetic shows
    assert found.numbers is not None
    for variables, array in right.derivatives.items():
        np.testing.assert_allclose(found.numbers.derivatives[variables], array, rtol=1e-12)


def test_a_nan_that_no_rule_gives_is_not_hidden() -> None:
    found = check(spoiled(evaluated("x^2", x=2), lambda d: d * np.nan))
    assert found.verdict is not Verdict.AGREES
    assert found.numbers is not None
    assert float(found.numbers.derivatives["x",]) == 4


@pytest.mark.parametrize(
    ("text", "point", "named"),
    [
        ("abs(x)", {"x": 0}, "abs(x) has a kink at 0"),
        ("relu(x - 1)", {"x": 1}, "relu(x - 1) has a kink at 0"),
        ("max(x, y)", {"x": 1, "y": 1}, "max(x, y)"),
        ("max(x)", {"x": [1, 2, 2]}, "2 entries tie"),
        ("median(x)", {"x": [1, 2, 2]}, ""),
        ("sqrt(x)", {"x": 0}, "sqrt(x)"),
        ("floor(x) x", {"x": 3}, "floor(x) jumps at 3"),
        ("where(x > 0, 1, 0) x + where(x > 0, 1, 0)", {"x": 0}, "x > 0"),
        ("log(x - 2)", {"x": 1}, "log(x - 2) is undefined: its argument is -1"),
        ("abs(x - 0.1)", {"x": 0.1}, "abs(x - 0.1)"),
    ],
)
def test_kinks_and_edges_are_undecided(text: str, point: dict[str, object], named: str) -> None:
    found = check(evaluated(text, **point))
    assert found.verdict is Verdict.UNDECIDED
    assert named in str(found.reason)


def test_each_entry_is_held_to_its_own_size() -> None:
    right = evaluated("1e13*v[0] + exp(v[1])", v=[1, 2])
    halved = spoiled(right, lambda d: d * [1, 0.5])
    assert check(right).verdict is Verdict.AGREES
    assert check(halved).verdict is not Verdict.AGREES


def test_float32_is_held_to_its_own_accuracy() -> None:
    right = evaluated("sin(x)", "float32", x=0.1)
    assert check(right).verdict is Verdict.AGREES
    assert check(spoiled(right, lambda d: d * 1.001)).verdict is Verdict.CORRECTED


def test_a_wrong_entry_beside_a_kink_is_not_shown() -> None:
    right = evaluated("sum(relu(x))", x=[-1, 0, 2])
    found = check(spoiled(right, lambda d: d * 2))
    assert found.numbers is not None
    assert list(found.numbers.derivatives["x",][[0, 2]]) == [0, 1]


def test_large_tensors_are_sampled_the_same_way_each_time() -> None:
    x = np.linspace(-1, 1, 10_000).reshape(100, 100)
    right = evaluated("mean(x^2)", x=x)
    found = check(right)
    assert (found.verdict, found.method, found.of) == (Verdict.AGREES, Method.EXACT_SAMPLED, 10_000)
    assert 0 < found.entries < found.of
    again = check(right)
    assert (again.entries, again.max_error) == (found.entries, found.max_error)
    assert check(spoiled(right, lambda d: d / 2)).verdict is not Verdict.AGREES


def test_without_variables_the_value_is_certified() -> None:
    found = check(evaluated("0.1 + 0.2 - 0.3"))
    assert found.verdict is Verdict.CORRECTED
    assert found.numbers is not None
    assert float(found.numbers.value) == 0


@pytest.mark.parametrize(
    ("request_", "text", "point"),
    [
        (Request.JACOBIAN, "[x*y, x/y, sin(x)]", {"x": 2.0, "y": 3.0}),
        (Request.HESSIAN, "sinc(x y)", {"x": 0.3, "y": 2.0}),
        (Request.HESSIAN, "sum(x^3)", {"x": [1.0, 2.0, 3.0]}),
    ],
)
def test_every_kind_of_derivative_is_certified(request_: Request, text: str, point: dict[str, Any]) -> None:
    values = {name: np.asarray(value, np.float64) for name, value in point.items()}
    found = solve(Problem(text, values, request=request_), formulas=False).check
    assert found is not None
    assert found.verdict is Verdict.AGREES
    assert found.entries == found.of > 0


def test_the_outputs_are_weighed_by_the_cotangent() -> None:
    problem = Problem("x^2", {"x": np.array([1.0, 2, 3])}, request=Request.VJP, cotangent=np.array([0.1, 1, 10]))
    solution = solve(problem, formulas=False)
    assert solution.check is not None
    assert (solution.check.verdict, solution.check.entries) == (Verdict.AGREES, 3)
    np.testing.assert_allclose(solution.numbers.derivatives["x",], [0.2, 4, 60], rtol=1e-15)


FOUND = [
    (1_030_155, "logaddexp(sum(mm((m @ m), m)), pow(((x)^2 + 0.5), sin(0.5)))"),
    (1_031_505, "sin(cumprod(([x, y, 2]), 0)[2])"),
    (2, "sinc(leaky_relu(x))"),
    (1_031_796, "sigmoid(sum(mv((exp(0.3*m)), v)))"),
    (3, "prod([x, y, 2])"),
    (5, "det((m + (m[:, 1])))"),
    (7, "xlogy(cumprod((v), 0)[2], 16.5)"),
]
"""Expressions whose right second derivatives rounding moves far, with the seeds of their points."""


@pytest.mark.parametrize(("seed", "text"), FOUND)
def test_second_derivatives_that_rounding_moves_are_certified(seed: int, text: str) -> None:
    point = {name: value for name, value in Generator(seed).point().items() if name in text}
    found = solve(Problem(text, point, request=Request.HESSIAN), formulas=False).check
    assert found is not None
    assert found.verdict in (Verdict.AGREES, Verdict.CORRECTED), found.reason
