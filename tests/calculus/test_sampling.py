"""Samples of functions: where the pen is lifted and where not, kinks, ends of domains, visible ranges, contours."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from gradcli.calculus.sampling.contours import contour, grid_of, levels_of
from gradcli.calculus.sampling.functions import Function
from gradcli.calculus.sampling.samples import Samples, even_points, sample_curve, simplest, window
from gradcli.calculus.sampling.scale import tick_step, ticks, visible_range
from gradcli.problem import Problem, read


def function(text: str, *names: str) -> Function:
    names = names or ("x",)
    found = read(Problem(text, {name: np.asarray(1.0) for name in names}, shared=True))
    return Function.of_numbers(found.parsed.program, names, {})


@cache
def sampled(text: str, low: float = -10, high: float = 10, *, order: int = 1, count: int = 400) -> Samples:
    return sample_curve(function(text).derivatives, low, high, count, order)


def broken_at(samples: Samples, place: float, curve: int = 0) -> bool:
    """Whether the pen is lifted at a place."""
    near = (samples.points[:-1] <= place + 1e-9) & (samples.points[1:] >= place - 1e-9)
    known = np.isfinite(samples.heights[curve])
    return bool((near & (samples.broken[curve] | ~known[1:] | ~known[:-1])).any())


POLES: dict[str, list[float]] = {
    "1/x": [0],
    "1/(x - 1/3)": [1 / 3],
    "1/x^2": [0],
    "1/(x - 1/3)^2": [1 / 3],
    "1/abs(x-1)^0.5": [1],
    "tan(x)": [math.pi * (k + 0.5) for k in range(-3, 3)],
    "tan(10x)": [math.pi * (k + 0.5) / 10 for k in range(-32, 32)],
    "gamma(x)": [0, *range(-9, 0)],
    "log(abs(x - 2))": [2],
    "1/sin(x)": [math.pi * k for k in range(-3, 4)],
    "x^(-1/3)": [0],
    "1e-6/(x - 1/3) + x": [1 / 3],
    "lgamma(x)": list(range(-9, 1)),
    "-log(abs(x - 1/3)) - 20": [1 / 3],
    "1/((x-1)(x-1.001))": [1, 1.001],
}
JUMPS: dict[str, list[float]] = {
    "sign(x)": [0],
    "sign(x - 1/3)": [1 / 3],
    "floor(x)": list(range(-9, 11)),
    "frac(x)": [*range(-10, 0), *range(1, 11)],
    "atan(1/x)": [0],
    "where(x > 1/7, x, x + 1)": [1 / 7],
    "heaviside(x, 0.5)": [0],
    "x + abs(x-2)/(x-2)": [2],
}
WHOLE = [
    *("tanh(50x)", "tanh(1e6 x)", "x^9", "cbrt(x)", "x sin(1/x)", "abs(x)", "sqrt(abs(x))", "exp(x)", "x", "5"),
    *("(1 - cos(x))/x^2", "sin(x)/x", "1/(1e-6 + x^2)", "exp(-100x^2)", "sin(20x)", "abs(sin(x))", "sqrt(abs(sin(x)))"),
    *("1000x + 1e-9", "1e299*x", "1e-300*x", "sign(x) abs(x)^0.2", "x^3 + 1e6", "relu(x - 1/3)", "sigmoid(30x)"),
]
"""Functions that are continuous, however steep."""


@pytest.mark.parametrize(("text", "places"), [*POLES.items(), *JUMPS.items()])
def test_no_segment_crosses_a_pole_or_a_jump(text: str, places: list[float]) -> None:
    samples = sampled(text)
    assert [place for place in places if not broken_at(samples, place)] == []
    assert [place for place in places if not broken_at(samples, place, 1)] == []


@pytest.mark.parametrize(("text", "places"), [*POLES.items(), *JUMPS.items()])
def test_the_pen_is_lifted_nowhere_else(text: str, places: list[float]) -> None:
    samples = sampled(text)
    for at in np.flatnonzero(samples.broken[0]):
        before, after = samples.points[at], samples.points[at + 1]
        assert any(before - 1e-9 <= place <= after + 1e-9 for place in places), (before, after)


@pytest.mark.parametrize("text", WHOLE)
def test_what_is_continuous_is_drawn_in_one_piece(text: str) -> None:
    samples = sampled(text)
    assert not samples.broken[0].any()
    assert np.isfinite(samples.heights[0]).all()


NOISY = "(x-1)^8 - (x^8 - 8x^7 + 28x^6 - 56x^5 + 70x^4 - 56x^3 + 28x^2 - 8x + 1)"
"""Nothing but rounding."""


def test_noise_has_no_breaks() -> None:
    samples = sampled(NOISY)
    assert samples.rough[0]
    assert not samples.broken[0].any()
    assert len(samples.points) < 5000


KINKS: dict[str, list[float]] = {
    "abs(x)": [0],
    "abs(x - 1/3)": [1 / 3],
    "abs(x^2 - 1)": [-1, 1],
    "relu(x - 0.1)": [0.1],
    "max(x, x^2)": [0, 1],
    "min(x, 2, x^2)": [0, 1, 2],
    "max(x, 0)": [0],
    "sqrt(abs(x))": [0],
    "abs(sin(x))": [math.pi * k for k in range(-3, 4)],
    "clamp(x, -1.5, 2)": [-1.5, 2],
    "abs(x) + floor(x)": [],
    "where(x > 1, x^2, 2x - 1)": [],
    "x^3": [],
    "cbrt(x)": [],
    "tanh(50x)": [],
    "(1 - cos(x))/x^2": [],
    "sqrt(x)": [],
    "1/x": [],
    "sign(x)": [],
    "x abs(x)": [],
}


@pytest.mark.parametrize(("text", "places"), KINKS.items())
def test_kinks_are_where_they_are(text: str, places: list[float]) -> None:
    found = sampled(text).kinks[0]
    assert found == pytest.approx(places, abs=1e-12)


def test_kinks_at_simple_numbers_are_those_numbers() -> None:
    assert sampled("abs(x - 0.1) + abs(x - 2) + abs(x)").kinks[0].tolist() == [0, 0.1, 2]


def test_the_slope_has_kinks_of_its_own_where_the_second_derivative_is_asked_for() -> None:
    samples = sampled("x abs(x)", order=2)
    assert samples.kinks[0].tolist() == []
    assert samples.kinks[1].tolist() == [0]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("sqrt(x)", 0, 10), ("log(x - 1/3)", 1 / 3, 10), ("asin(x)", -1, 1), ("sqrt(4-x^2)", -2, 2)],
)
def test_a_curve_is_followed_to_the_ends_of_its_domain(text: str, low: float, high: float) -> None:
    samples = sampled(text)
    known = samples.points[np.isfinite(samples.heights[0])]
    assert known[0] == pytest.approx(low, abs=1e-9)
    assert known[-1] == pytest.approx(high, abs=1e-9)
    assert not samples.broken[0].any()


def test_outside_the_domain_there_is_no_slope_either() -> None:
    samples = sampled("log(x)")
    assert np.isnan(samples.heights[1][samples.points < 0]).all()


def test_near_a_pole_the_curve_goes_on_as_far_as_floats() -> None:
    heights = sampled("1/(x - 1/3)").heights[0]
    assert np.nanmax(heights) > 1e12
    assert np.nanmin(heights) < -1e12


@pytest.mark.parametrize("text", ["sin(20x)", "x^2", "exp(x)", "tanh(50x)"])
def test_chords_stay_near_the_curve(text: str) -> None:
    samples = sampled(text)
    middles = (samples.points[1:] + samples.points[:-1]) / 2
    rise, run = np.diff(samples.heights[0]) / np.ptp(samples.heights[0]), np.diff(samples.points) / 20
    off = function(text).derivatives(middles, 0)[0] - (samples.heights[0][1:] + samples.heights[0][:-1]) / 2
    across = np.abs(off) / np.ptp(samples.heights[0]) * run / np.hypot(rise, run)
    assert across.max() < 0.002


def test_values_and_derivatives_are_the_engines() -> None:
    samples = sampled("x^3 - 3x", order=3)
    x = samples.points
    for found, expected in zip(samples.heights, (x**3 - 3 * x, 3 * x**2 - 3, 6 * x, 6 + 0 * x), strict=True):
        assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("text", ["sum([x, x^2])", "[x, 1] @ [2, x]", "d/dx x^3"])
def test_what_is_calculated_point_by_point_has_the_same_derivatives(text: str) -> None:
    points = np.array([-1.5, 0.25, 2.0])
    one = function(text)
    assert not one.is_vectorised
    same = {"sum([x, x^2])": "x + x^2", "[x, 1] @ [2, x]": "3x", "d/dx x^3": "3x^2"}[text]
    assert one.derivatives(points, 2) == pytest.approx(function(same).derivatives(points, 2))


def test_the_largest_of_numbers_is_calculated_all_at_once() -> None:
    one = function("max(x, 0, min(x^2, 1))")
    assert one.is_vectorised
    assert one.derivatives(np.array([-2.0, 0.5, 3.0]), 1).tolist() == [[1, 0.5, 3], [0, 1, 1]]


@pytest.mark.parametrize(("low", "high"), [(-10, 10), (0, 1), (-1e-9, 3e-9), (5, 5.001)])
@pytest.mark.parametrize("count", [10, 150, 1000])
def test_no_sample_between_the_ends_is_a_simple_number(low: float, high: float, count: int) -> None:
    points = even_points(low, high, count)
    assert (points[0], points[-1]) == (low, high)
    assert count <= len(points) < 1.5 * count
    share = (points[1:-1] - low) / (high - low)
    for parts in range(2, 9):
        assert not np.isclose(share * parts, np.round(share * parts), atol=1e-6, rtol=0).any()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(-1e-17, 1e-17, 0.0), (0.09999999999999999, 0.1, 0.1), (1.9999999999, 2.0000000001, 2.0), (0.3, 0.4, 0.0)],
)
def test_a_place_between_two_floats_is_the_shortest_decimal(before: float, after: float, expected: float) -> None:
    found = simplest(before, after)
    assert found == expected or before <= found <= after


def test_poles_do_not_flatten_the_rest() -> None:
    for text in ("1/x", "tan(x)", "1/x^2", "log(abs(x))"):
        visible = sampled(text).ranges[0]
        assert visible is not None
        assert max(map(abs, visible)) < 12


def test_what_has_no_poles_is_shown_whole() -> None:
    visible = sampled("exp(x)").ranges[0]
    assert visible == pytest.approx((math.exp(-10), math.exp(10)))
    spike = sampled("exp(-100x^2)").ranges[0]
    assert spike is not None
    assert spike[1] > 0.99


def test_a_constant_has_room_around_it() -> None:
    even = np.full(9, 5.0)
    low, high = visible_range(even, even, has_poles=False) or (0, 0)
    assert low < 5 < high


@pytest.mark.parametrize(
    ("low", "high", "count", "expected"),
    [(0, 10, 5, [0, 2, 4, 6, 8, 10]), (-1, 1, 4, [-1, -0.5, 0, 0.5, 1]), (0.13, 0.48, 4, [0.2, 0.3, 0.4])],
)
def test_ticks_are_round(low: float, high: float, count: int, expected: list[float]) -> None:
    assert ticks(low, high, count) == expected


@pytest.mark.parametrize("size", [1e-300, 1e-5, 1.0, 7e8, 1e299])
def test_steps_of_ticks_are_one_two_or_five(size: float) -> None:
    step = tick_step(-size, size, 6)
    leading = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert any(leading == pytest.approx(each) for each in (1, 2, 5))
    assert 2 * size / step <= 6 + 1e-9


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("x^3 - 3x", -3, 3), ("x^2", -5, 5), ("sin(x)", -10, 10), ("exp(x)", -5, 5), ("(x-7)^2", 2, 10)],
)
def test_the_range_that_is_chosen_has_what_there_is_to_see(text: str, low: float, high: float) -> None:
    assert window([function(text).derivatives], 400) == (low, high)


def test_the_range_that_is_chosen_ends_where_the_domain_does() -> None:
    low, high = window([function("sqrt(4 - x^2)").derivatives], 400)
    assert -3 <= low <= -2
    assert 2 <= high <= 3


def test_contours_are_where_the_function_has_their_level() -> None:
    one = function("x^2 + 3y^2 + x y", "x", "y")
    grid = grid_of(one, (-5, 5), (-4, 4), 40)
    for level in levels_of(grid.heights):
        for line in contour(one, grid, level).lines:
            assert one.values((line[0], line[1])) == pytest.approx(np.full(line.shape[1], level), abs=1e-6)


def test_a_closed_contour_is_one_line() -> None:
    one = function("x^2 + y^2", "x", "y")
    grid = grid_of(one, (-5, 5), (-5, 5), 40)
    (line,) = contour(one, grid, 9.0).lines
    assert line[:, 0] == pytest.approx(line[:, -1])


@pytest.mark.parametrize("text", ["1/(x + y)", "sign(x - y/3)", "floor(x)", "tan(x + y)"])
def test_no_contour_runs_along_a_pole_or_a_jump(text: str) -> None:
    one = function(text, "x", "y")
    grid = grid_of(one, (-5, 5), (-5, 5), 60)
    for line in contour(one, grid, 0.25).lines:
        assert one.values((line[0], line[1])) == pytest.approx(np.full(line.shape[1], 0.25), abs=1e-3)


def test_levels_of_a_valley_grow_by_factors() -> None:
    one = function("(1-x)^2 + 100(y-x^2)^2", "x", "y")
    levels = levels_of(grid_of(one, (-2, 2), (-1, 3), 40).heights)
    assert all(after / before > 2 for before, after in pairwise(levels))


def test_a_plane_without_a_slope_has_no_levels() -> None:
    assert levels_of(np.full((4, 4), 3.0)) == []
    assert levels_of(np.full((4, 4), np.nan)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_random_poles_steps_and_kinks_are_all_found(seed: int) -> None:
    generator = np.random.default_rng(seed)
    places = np.round(generator.permutation([-7, -5, -2, 0, 3, 6])[:3] + generator.uniform(-0.8, 0.8, 3), 6)
    pole, step, kink = places.tolist()  # apart from each other
    samples = sampled(f"1/(x - ({pole})) + 3 sign(x - ({step})) + abs(x - ({kink}))")
    assert broken_at(samples, pole)
    assert broken_at(samples, step)
    assert samples.kinks[0] == pytest.approx([kink], abs=1e-9)
