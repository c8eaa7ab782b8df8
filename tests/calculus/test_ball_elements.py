"""Balls, literals and arrays of balls: what is certain, what is IEEE 754's, and what is left undecided."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from gradcli.calculus.balls.arrays import BallArray
from gradcli.calculus.balls.element import Ball, NoBalls, Undecided, ball
from gradcli.calculus.balls.literal import Literal


@pytest.fixture(autouse=True)
def bits() -> Iterator[None]:
    with ctx.workprec(128):
        yield


NUMBERS = (0.0, 1.0, -1.0, 2.0, -3.0, 0.5, -2.5, math.inf, -math.inf, math.nan)
OPERATORS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    **{name: (getattr(operator, name), getattr(np, ufunc)) for name, ufunc in (
        ("add", "add"), ("sub", "subtract"), ("mul", "multiply"), ("truediv", "true_divide"), ("pow", "power"),
        ("mod", "remainder"), ("lt", "less"), ("le", "less_equal"), ("gt", "greater"), ("ge", "greater_equal"),
        ("eq", "equal"), ("ne", "not_equal"),
    )},
    **{name: (getattr(Ball, name), getattr(np, name)) for name in (
        "maximum", "minimum", "fmax", "fmin", "fmod", "hypot", "arctan2", "logaddexp",
    )},
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATORS)
def test_two_exact_numbers_meet_as_ieee_754_has_it(name: str) -> None:
    on_balls, on_floats = OPERATORS[name]
    for a in NUMBERS:
        for b in NUMBERS:
            if (name, a, b) == ("pow", -math.inf, 0.5):
                continue  # NumPy takes the square root, which is nan; IEEE's power is inf
            with np.errstate(all="ignore"):
                expected = on_floats(np.float64(a), np.float64(b))
            found = on_balls(ball(a), ball(b))
            np.testing.assert_allclose(as_float(found), expected, rtol=1e-15, err_msg=f"{name}({a}, {b})")


def as_float(value: Any) -> float:
    """A ball, or a bool, as a float."""
    if not isinstance(value, Ball):
        return float(value)
    if value.isfinite():
        return float(value.arb)
    return math.nan if value.isnan() else math.inf if value > 0 else -math.inf


def inexact(middle: float = 0.0) -> Ball:
    return Ball(arb(middle, 1e-30))


@pytest.mark.parametrize(
    "question",
    [
        lambda: inexact() > 0,
        lambda: inexact() == 0,
        lambda: bool(inexact()),
        lambda: inexact(1) == inexact(1),
        lambda: inexact(2).floor(),
        lambda: inexact(-2).ceil(),
        lambda: inexact(0.5).rint(),
        lambda: inexact().sign(),
        lambda: inexact(1).maximum(1),
        lambda: inexact(1).minimum(inexact(1)),
        lambda: (1 / inexact()).isnan(),
        lambda: (1 / inexact()) > 0,
        lambda: inexact().log().isfinite(),
    ],
)
def test_what_the_bound_leaves_open_is_undecided(question: Callable[[], Any]) -> None:
    with pytest.raises(Undecided):
        question()


def test_one_and_the_same_ball_equals_itself() -> None:
    x = inexact(-1)
    assert x == x
    assert abs(x) == abs(x)
    opposite = -x
    assert -opposite is x
    assert (x - x).arb.is_zero()
    assert (opposite + x).arb.is_zero()
    assert (x + opposite).arb.is_zero()
    assert ball(math.nan) != ball(math.nan)
    assert ball(fmpq(1, 3)) == ball(fmpq(1, 3))


def test_halves_go_to_even_and_parts_have_the_sign_of_the_whole() -> None:
    assert [float(ball(each).rint().arb) for each in (0.5, 1.5, 2.5, -0.5, -1.5, 0.49)] == [0, 2, 2, 0, -2, 0]
    assert [float(ball(each).trunc().arb) for each in (1.7, -1.7, 0.3, -0.3)] == [1, -1, 0, 0]
    assert inexact(0.0).trunc().arb.is_zero()


def test_a_power_of_a_ball_round_zero_is_a_ball() -> None:
    assert (Ball(arb(0, 1)) ** 2).arb.is_finite()
    assert (ball(-8) ** Literal(fmpq(1, 3))).isnan()
    assert (ball(-8) ** inexact(2)).is_unknown()
    assert (ball(-8) ** ball(0.5)).isnan()
    assert abs(ball(-8).cbrt() + 2) < 1e-30


def test_a_literal_is_exact_and_no_mere_float() -> None:
    assert Literal(0.1) + Literal(0.2) - Literal(0.3) == 0
    assert Literal(fmpq(1, 3)) * 3 == 1
    assert 1 / Literal(3) == Literal(fmpq(1, 3))
    assert Literal(0.5) in {0.5: "half"}
    assert Literal(2) ** -2 == 0.25
    assert (Literal(7) // 2, Literal(-7) % 3) == (3, 2)
    assert math.isnan(math.exp(Literal(1)))
    with pytest.raises(NoBalls):
        float(Literal(1))
    with pytest.raises(NoBalls):
        int(Literal(0.5))
    assert int(Literal(3)) == 3


def test_arrays_do_as_arrays_of_floats_do() -> None:
    numbers = np.array([[0.5, -2.0, 3.0], [4.0, 0.25, -1.0]])
    balls = BallArray.of(numbers)
    for function in (
        np.sum, np.max, np.min, np.argmax, np.argmin, np.abs, np.sign, np.sort, np.argsort, np.prod, np.mean, np.exp,
        np.isnan, np.transpose, np.ravel, np.zeros_like, np.ones_like, np.square, np.round, np.cumsum,
        lambda x: np.where(x > 0, x, -1.5), lambda x: np.clip(x, -1, 1), lambda x: x @ x.T, lambda x: x[0, 1],
        lambda x: np.concatenate([x, np.ones((1, 3))]), lambda x: np.stack([x, x])[1], lambda x: x.astype(np.int64),
        lambda x: np.max(x, axis=0), lambda x: np.sum(x, axis=(0, 1), keepdims=True), lambda x: x.argmax(1),
        lambda x: np.max(x, axis=(0, 1)), lambda x: x.astype(bool), lambda x: np.einsum("ij,kj->ik", x, x),
        lambda x: np.linalg.det(x[:, :2]), lambda x: np.linalg.inv(x[:, :2]),
        lambda x: np.linalg.solve(x[:, :2], x[:, 2]),
    ):  # fmt: skip
        expected, found = function(numbers), function(balls)
        assert np.shape(found) == np.shape(expected)
        plain = np.asarray(found)
        floats = [as_float(each) for each in plain.ravel()] if plain.dtype == object else plain.ravel()
        np.testing.assert_allclose(np.array(floats, float), np.ravel(expected).astype(float))


def test_a_result_without_dimensions_is_an_array_still() -> None:
    total = np.sum(BallArray.of([1.0, 2.0]))
    assert isinstance(total, BallArray)
    assert total.shape == ()
    assert isinstance(total * 2, BallArray)


def test_what_only_floats_have_says_so() -> None:
    for function in (np.linalg.svd, np.linalg.eigh, np.spacing, np.nextafter):
        with pytest.raises(NoBalls):
            function(*[BallArray.of(np.eye(2))] * getattr(function, "nin", 1))


def test_a_matrix_too_near_singular_is_undecided() -> None:
    nearly = np.empty((2, 2), object)
    nearly[:] = [[inexact(1), inexact(1)], [inexact(1), inexact(1)]]
    with pytest.raises(Undecided):
        np.linalg.inv(BallArray.of(nearly))
