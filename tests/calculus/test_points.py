"""One expression at many points gives what it gives at each of them."""

from __future__ import annotations

import numpy as np
import pytest

from gradcli.calculus.points import evaluate_points, is_pointwise
from gradcli.language import parse
from gradcli.operations import OPERATIONS, vocabulary
from gradcli.problem import Problem, solve

RANDOM = np.random.default_rng(7)
X, Y = RANDOM.uniform(0.1, 3, 50), RANDOM.uniform(0.1, 3, 50)


def program(text: str):
    return parse(text, vocabulary()).program


@pytest.mark.parametrize(
    "text",
    [
        "x^2 sin(x) + y",
        "a = x*y; a/(1 + exp(-a)) - a % 2",
        "where(x > y, x^y, log(x, 3))",
        "atan2(x, y) + hypot(x, y) - |x - y|",
        "softplus(x) tanh(y) + leaky_relu(x - y, 0.1) + clamp(x, 0.5, 2)",
        "x^3 - 2x + 1",
        "detach(x) y",
    ],
)
def test_is_what_each_point_gives(text: str) -> None:
    assert is_pointwise(program(text))
    names = [name for name in ("x", "y") if name in text.replace("exp", "").replace("relu", "")]
    points = {name: {"x": X, "y": Y}[name] for name in names}
    found = evaluate_points(program(text), points, names)
    for at in range(len(X)):
        here = {name: np.asarray(values[at]) for name, values in points.items()}
        single = solve(Problem(text, here), check=False, formulas=False).evaluation
        assert single is not None
        assert found.grad_fn == single.grad_fn
        np.testing.assert_allclose(found.values[at], single.value, rtol=1e-14)
        for name in names:
            np.testing.assert_allclose(found.derivatives[name][at], single.derivatives[name,], rtol=1e-12)


def test_float32_stays_float32() -> None:
    found = evaluate_points(program("x^2"), {"x": X.astype(np.float32)}, ["x"])
    assert found.values.dtype == found.derivatives["x"].dtype == np.float32


def test_what_does_not_depend_on_the_points_is_the_same_everywhere() -> None:
    found = evaluate_points(program("2 + 3"), {"x": X}, ["x"])
    assert found.values.shape == found.derivatives["x"].shape == X.shape
    assert not found.derivatives["x"].any()
    assert found.grad_fn is None


@pytest.mark.parametrize(
    "text", ["sum(x)", "x[0]", "[x, y]", "x @ y", "softmax(x, 0)", "max(x)", "zeros(3) + x", "x.T"]
)
def test_knows_what_mixes_entries(text: str) -> None:
    assert not is_pointwise(program(text))


def test_a_pointwise_operation_of_the_vocabulary_is_one_of_the_engine() -> None:
    """Swapping two points swaps the two results, for every operation of one number."""
    single = [
        name
        for name, operation in OPERATIONS.items()
        if operation.required == 1 and not operation.attribute and operation.name not in ("clamp", "t")  # a bound; t(x)
    ]
    unary = [name for name in single if is_pointwise(program(f"{name}(x)"))]
    assert len(unary) > 60
    two = np.array([0.3, 0.7])
    for name in unary:
        there = evaluate_points(program(f"{name}(x)"), {"x": two}, [])
        back = evaluate_points(program(f"{name}(x)"), {"x": two[::-1].copy()}, [])
        np.testing.assert_array_equal(there.values, back.values[::-1], err_msg=name)
