"""The cross-check agrees with right derivatives, finds wrong ones, and is undecided where nothing can be said."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from gradcli.calculus.crosscheck import check

from gradcli.calculus.results import Array, Check, Evaluation, Method, Question, Request, Verdict
from gradcli.language import parse
from gradcli.operations import vocabulary


def evaluation(
    text: str,
    point: Mapping[str, object],
    value: object,
    *derivatives: object,
    request: Request = Request.GRADIENT,
    dtype: type = np.float64,
) -> Evaluation:
    arrays = {name: np.asarray(entry, dtype) for name, entry in point.items()}
    asked = Question(parse(text, vocabulary(), tuple(arrays)).program, arrays, tuple(arrays), request)
    found = {(name,): np.asarray(one, dtype) for name, one in zip(arrays, derivatives, strict=True)}
    return Evaluation(asked, np.asarray(value, dtype), None, found)


RIGHT = [
    ("2x^4 + x^3 + 3x^2 + 5x + 1", {"x": 2}, 63, [93]),
    ("sin(x)", {"x": 1}, np.sin(1), [np.cos(1)]),
    ("x y^2", {"x": 2, "y": 3}, 18, [9, 12]),
    ("mean(x^2)", {"x": [1, 2]}, 2.5, [[1, 2]]),
    ("y = 3x+2; z = 2y^2; z.mean()", {"x": [[1, 2, 3], [3, 2, 1]]}, 140, [[[10, 16, 22], [22, 16, 10]]]),
    ("norm(x)", {"x": [3, 4]}, 5, [[0.6, 0.8]]),
    ("exp(100x)", {"x": 1}, np.exp(100), [100 * np.exp(100)]),
    ("smooth_l1_loss(x, 0)", {"x": [1, -1, 3]}, 3.5 / 3, [[1 / 3, -1 / 3, 1 / 3]]),
    ("huber_loss(x, 0, delta=2)", {"x": [2, 1]}, 1.25, [[1, 0.5]]),
]


@pytest.mark.parametrize(("text", "point", "value", "derivatives"), RIGHT)
def test_right_derivatives_agree(
    text: str, point: Mapping[str, object], value: object, derivatives: list[object]
) -> None:
    found = check(evaluation(text, point, value, *derivatives))
    assert (found.verdict, found.method, found.reason) == (Verdict.AGREES, Method.SYMBOLIC, None)
    assert found.entries == found.of


SPOILERS: list[Callable[[Array], Array]] = [
    lambda d: 2 * d,
    lambda d: -d,
    lambda d: d * (1 + 1e-6),
    lambda d: d + 1e-3,
    np.zeros_like,
]
WRONG = [
    (*row, spoil(right))
    for row in RIGHT
    for right in [np.asarray(row[3][0], np.float64)]
    for spoil in SPOILERS
    if not np.array_equal(spoil(right), right)
]


@pytest.mark.parametrize(("text", "point", "value", "derivatives", "spoiled"), WRONG)
def test_wrong_derivatives_differ(
    text: str, point: Mapping[str, object], value: object, derivatives: list[object], spoiled: Array
) -> None:
    found = check(evaluation(text, point, value, spoiled, *derivatives[1:]))
    assert found.verdict is Verdict.DIFFERS
    assert found.reason is not None
    assert "by the engine" in found.reason


@pytest.mark.parametrize(
    ("text", "point", "value", "derivatives", "named"),
    [
        ("abs(x)", {"x": 0}, 0, [0], "abs(x) has a kink at 0"),
        ("relu(x - 1)", {"x": 1}, 0, [0], "relu(x - 1) has a kink at 0"),
        ("max(x, y)", {"x": 1, "y": 1}, 1, [0.5, 0.5], "max(x, y)"),
        ("max(x)", {"x": [1, 2, 2]}, 2, [[0, 0.5, 0.5]], "2 entries tie"),
        ("sqrt(x)", {"x": 0}, 0, [np.inf], "sqrt(x)"),
        ("x^y", {"x": 0, "y": 2}, 0, [0, 0], "x**y"),
        ("floor(x) x", {"x": 3}, 9, [3], "floor(x) jumps at 3"),
        ("where(x > 0, 1, 0) x", {"x": 0}, 0, [0], "x > 0"),
        ("log(x - 2)", {"x": 1}, np.nan, [-1], "log(x - 2) is undefined: its argument is -1"),
        ("abs(x - 0.1)", {"x": 0.1}, 0, [0], "abs(x - 0.1)"),
        ("1e16 x + x - 1e16 x", {"x": 1}, 0, [0], "cancellation"),
        ("((x + 1e16) - 1e16)^2", {"x": 1}, 0, [0], "cancellation"),
        ("exp(-800x) exp(800x)", {"x": 1}, np.nan, [np.nan], "exp(-800*x) is too small"),
    ],
)
def test_kinks_edges_and_cancellation_are_undecided(
    text: str, point: Mapping[str, object], value: object, derivatives: list[object], named: str
) -> None:
    found = check(evaluation(text, point, value, *derivatives))
    assert found.verdict is Verdict.UNDECIDED
    assert named in str(found.reason)


def test_saturated_functions_are_held_to_absolute_accuracy() -> None:
    assert check(evaluation("tanh(x)", {"x": 20}, 1, 0)).verdict is Verdict.AGREES
    assert check(evaluation("sum(softmax(x, 0))", {"x": [1, 2]}, 1, [1e-17, 0])).verdict is Verdict.AGREES


def test_same_infinity_agrees() -> None:
    assert check(evaluation("exp(x)", {"x": 1000}, np.inf, np.inf)).verdict is Verdict.AGREES


def test_nan_at_a_regular_point_differs() -> None:
    assert check(evaluation("x^2", {"x": 2}, 4, np.nan)).verdict is Verdict.DIFFERS


def test_float32_is_held_to_its_own_accuracy() -> None:
    right = np.float32(np.cos(np.float32(0.1)))
    assert check(evaluation("sin(x)", {"x": 0.1}, 0.0998, right, dtype=np.float32)).verdict is Verdict.AGREES
    assert check(evaluation("sin(x)", {"x": 0.1}, 0.0998, right * 1.001, dtype=np.float32)).verdict is Verdict.DIFFERS


def test_one_wrong_entry_is_found_beside_a_kink() -> None:
    found = check(evaluation("sum(relu(x))", {"x": [-1, 0, 2]}, 2, [0, 0, 2]))
    assert found.verdict is Verdict.DIFFERS


def test_large_tensors_are_sampled_the_same_way_each_time() -> None:
    x = np.linspace(-1, 1, 250_000).reshape(500, 500)
    right = evaluation("mean(x^2)", {"x": x}, np.mean(x**2), 2 * x / x.size)
    found = check(right)
    assert (found.verdict, found.method, found.entries, found.of) == (
        Verdict.AGREES,
        Method.SYMBOLIC_SAMPLED,
        8,
        250_000,
    )
    assert check(right) == found
    wrong = evaluation("mean(x^2)", {"x": x}, np.mean(x**2), x / x.size)
    assert check(wrong).verdict is Verdict.DIFFERS


def median(point: Mapping[str, Array]) -> Array:
    return np.asarray(np.sort(point["x"] ** 2)[1])


@pytest.mark.parametrize(
    ("x", "derivative", "verdict"),
    [
        ([1, 2, 4], [0, 4, 0], Verdict.AGREES),
        ([1, 2, 4], [0, 8, 0], Verdict.DIFFERS),
        ([1, 2, 2], [0, 4, 0], Verdict.UNDECIDED),
    ],
)
def test_finite_differences_where_sympy_has_no_form(x: list[float], derivative: list[float], verdict: Verdict) -> None:
    found = check(evaluation("median(x^2)", {"x": x}, 4, derivative), median)
    assert (found.verdict, found.method) == (verdict, Method.NUMERIC)


def test_without_a_witness_the_check_is_skipped() -> None:
    found = check(evaluation("median(x)", {"x": [1, 2, 4]}, 2, [0, 1, 0]))
    assert found == Check(Verdict.SKIPPED, of=3, reason="median has no formula")
