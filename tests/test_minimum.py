"""The door for minima: what is found from a start, why a search ended, and what is there."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
import pytest

from gradcli.calculus.minimize.search import Reason
from gradcli.calculus.results import Verdict
from gradcli.engine import optim
from gradcli.engine.creation import tensor
from gradcli.language import DiagnosticError
from gradcli.minimum import Algorithm, Minimum, Moment, SearchPlan, minimize
from gradcli.problem import Problem
from tests.benchmarks.minima import cases, ours, scipys, side_of

CASES = list(cases())
FAIR = CASES[::6]
"""Every second function, from one of its starts."""
ELSEWHERE = {"beale", "ackley", "bukin-6", "hoelder table"}
"""Functions with a start from which there is a kink at the minimum, or no minimum."""


def search(text: str, plan: SearchPlan | None = None, **starts: Any) -> Minimum:
    """The minimum of a text from starts."""
    return minimize(Problem(text, {name: np.asarray(value, float) for name, value in starts.items()}), plan)


def code(text: str, plan: SearchPlan | None = None, **starts: Any) -> str:
    """The code of the error that a search ends with."""
    with pytest.raises(DiagnosticError) as caught:
        search(text, plan, **starts)
    return caught.value.diagnostic.code


# Minima


def test_a_parabola_ends_at_its_vertex_with_everything_certified() -> None:
    found = search("(x - 3)^2 + (y + 1)^2", x=0, y=0)
    assert (found.at["x"], found.at["y"], found.value) == (3.0, -1.0, 0.0)
    assert found.reason is Reason.CONVERGED
    assert (found.kind, found.eigenvalues, found.is_certified) == ("minimum", (2.0, 2.0), True)
    assert found.check is not None
    assert found.check.verdict is Verdict.AGREES
    assert found.is_found


def test_the_point_is_right_to_the_last_digit_of_a_float() -> None:
    assert search("cos(x)", x=1).at["x"] == math.pi
    assert search("x^4 - x^2", x=8).at["x"] == pytest.approx(math.sqrt(0.5), rel=2.3e-16)
    assert search("x^2 - 2x sqrt(2)", x=0).at["x"] == math.sqrt(2)
    rosenbrock = search("(1 - x)^2 + 100 (y - x^2)^2", x=-1.2, y=1)
    assert (rosenbrock.at["x"], rosenbrock.at["y"], rosenbrock.value) == (1.0, 1.0, 0.0)


def test_a_step_out_of_the_domain_is_taken_back() -> None:
    found = search("x - log(x)", x=8)
    assert (found.at["x"], found.value, found.kind) == (1.0, 1.0, "minimum")


def test_a_maximum_is_sought_where_it_is_asked_for_and_its_numbers_are_the_functions() -> None:
    found = search("5 - (x - 3)^2 + x/7", SearchPlan(maximize=True), x=0)
    assert found.kind == "maximum"
    assert found.is_found
    assert found.eigenvalues == (-2.0,)
    assert found.at["x"] == pytest.approx(3 + 1 / 14, rel=1e-15)
    assert found.value > 5
    assert not search("x^2", SearchPlan(maximize=True), x=1).is_found


def test_tensors_are_varied_entry_by_entry_beside_numbers() -> None:
    found = search("sum((w - [[1, 2], [3, 4]])^2) + (b - w[0, 1])^2", w=np.zeros((2, 2)), b=0)
    np.testing.assert_allclose(found.at["w"], [[1, 2], [3, 4]], rtol=1e-15)
    assert found.at["b"] == pytest.approx(2, rel=1e-15)
    assert found.at["w"].shape == (2, 2)
    assert len(found.eigenvalues) == 5


def test_only_what_wrt_names_is_varied() -> None:
    found = minimize(Problem("(x - y)^2 + y^2", {"x": np.array(5.0), "y": np.array(2.0)}, wrt=("x",)))
    assert set(found.at) == {"x"}
    assert found.at["x"] == 2.0


def test_very_many_variables_take_the_limited_method_and_no_hessian() -> None:
    found = search("sum((w - 3)^2)/2 + sum(w^4)", w=np.zeros(5_000))
    assert found.method is Algorithm.LBFGS
    assert (found.hessians, found.kind, found.eigenvalues) == (0, "minimum", ())
    assert max(float(np.abs(each).max()) for each in found.grad.values()) <= 1e-8


def test_both_quasi_newton_methods_find_the_same_minimum() -> None:
    for method in (Algorithm.BFGS, Algorithm.LBFGS):
        found = search("sum(100(x[1:] - x[:9]^2)^2 + (1 - x[:9])^2)", SearchPlan(method), x=np.full(10, 0.5))
        np.testing.assert_allclose(found.at["x"], np.ones(10), rtol=1e-12)


# What is there


def test_a_start_on_a_maximum_or_a_saddle_is_left_for_a_minimum() -> None:
    assert abs(search("x^4 - x^2", x=0).at["x"]) == pytest.approx(math.sqrt(0.5))
    found = search("x^4/4 - x^2/2 + y^2", x=0, y=3)
    assert (abs(found.at["x"]), found.kind) == (1.0, "minimum")


def test_a_saddle_that_gradient_descent_ends_at_is_called_one() -> None:
    found = search("x^2 - y^2", SearchPlan(Algorithm.SGD, 0.1), x=1, y=0)
    assert (found.kind, found.is_certified, found.is_found) == ("saddle", True, False)


def test_a_flat_direction_is_said() -> None:
    found = search("(x + y)^2", x=3, y=1)
    assert found.kind == "degenerate"
    assert found.at["x"] == -found.at["y"]
    assert found.is_found
    ring = search("(x^2 + y^2 - 2)^2", x=0.3, y=0.4)
    assert (ring.kind, ring.is_certified) == ("degenerate", False)
    quartic = search("x^4", x=2)
    assert (quartic.at["x"], quartic.kind) == (0.0, "degenerate")


@pytest.mark.parametrize(
    ("text", "starts", "at", "below", "above"),
    [
        ("abs(x)", {"x": 3}, 0.0, -1.0, 1.0),
        ("abs(x - 1/3)", {"x": 3}, 1 / 3, -1.0, 1.0),
        ("abs(x^2 - 2)", {"x": 8}, math.sqrt(2), -2 * math.sqrt(2), 2 * math.sqrt(2)),
        ("max(x, -2x + 3)", {"x": 8}, 1.0, -2.0, 1.0),
    ],
)
def test_a_kink_is_told_with_the_slopes_on_its_sides(
    text: str, starts: dict[str, float], at: float, below: float, above: float
) -> None:
    found = search(text, **starts)
    assert (found.reason, found.kind, found.is_found) == (Reason.KINK, "kink", True)
    assert found.at["x"] == pytest.approx(at, abs=1e-15)
    assert found.sides is not None
    assert float(found.sides[0]["x"]) == pytest.approx(below, rel=1e-6)
    assert float(found.sides[1]["x"]) == pytest.approx(above, rel=1e-6)


def test_a_kink_that_is_as_narrow_as_floats_is_not_kept_to_for_ever() -> None:
    found = search("abs(x) + abs(y - 1)", x=1, y=3)
    assert (found.reason, found.value) == (Reason.KINK, 0.0)
    assert found.evaluations < 1_000


def test_what_is_far_down_and_far_away_when_all_steps_are_taken_falls_without_bound() -> None:
    assert search("0.3x + 0.05y^4", SearchPlan(steps=300), x=0, y=-0.1).reason is Reason.UNBOUNDED
    assert search("0.3x + 0.05y^4", SearchPlan(steps=3), x=0, y=-0.1).reason is Reason.LIMIT


def test_a_cusp_is_a_kink() -> None:
    assert search("sqrt(abs(x))", x=1).reason is Reason.KINK


def test_a_minimum_is_found_where_a_parabola_cancels() -> None:
    found = search("x^2/2 + cos(x)", x=1)
    assert (found.reason, found.is_found) == (Reason.CONVERGED, True)
    assert abs(found.at["x"]) < 1e-7


def test_kinks_are_descended_along_to_their_lowest_point() -> None:
    # The problem CB2 of Charalambous and Bandler (1976), whose minimum is 1.9522245.
    found = search("max(x^2 + y^4, (2 - x)^2 + (2 - y)^2, 2exp(y - x))", x=1, y=-0.1)
    assert found.reason is Reason.KINK
    assert found.value == pytest.approx(1.9522244939, abs=1e-9)


def test_a_smooth_minimum_of_a_function_with_a_kink_is_none() -> None:
    assert search("abs(x)^3", x=2).kind == "degenerate"
    assert search("abs(x) + (x - 3)^2", x=9).kind == "minimum"


# No minimum


@pytest.mark.parametrize(
    ("text", "reason", "limit"),
    [
        ("e^x", Reason.FALLING, 0.0),
        ("1/x", Reason.FALLING, 0.0),
        ("atan(x)", Reason.FALLING, -math.pi / 2),
        ("x^2/(1 + x^4)", Reason.FALLING, 0.0),
        ("3 + 1/(1 + x^2)", Reason.FALLING, 3.0),
        ("x^3", Reason.UNBOUNDED, -math.inf),
        ("x", Reason.UNBOUNDED, -math.inf),
        ("-x^2", Reason.UNBOUNDED, -math.inf),
        ("-log(x)", Reason.UNBOUNDED, -math.inf),
        ("log(x)", Reason.EDGE, -math.inf),
        ("log(4x)", Reason.EDGE, -math.inf),
        ("log(abs(x))", Reason.POLE, -math.inf),
        ("tan(x - 8)", Reason.POLE, -math.inf),
        ("-1/(x - 1/3)^2", Reason.POLE, -math.inf),
        ("floor(x)", Reason.JUMPS, -math.inf),
    ],
)
def test_what_has_no_minimum_is_said_to_have_none(text: str, reason: Reason, limit: float) -> None:
    found = search(text, x=8)
    assert found.reason is reason
    assert not found.is_found
    if math.isfinite(limit):
        assert found.value == pytest.approx(limit, abs=1e-9)


def test_a_sigmoid_whose_slope_drowns_in_rounding_has_no_minimum() -> None:
    assert not search("tanh(x)", x=8).is_found


def test_data_that_a_line_separates_has_no_best_logistic_curve() -> None:
    found = search("mean(softplus(-[1, 1, -1, -1]*(a*[1, 2, -1, -2] + b)))", a=0, b=0)
    assert found.reason is Reason.FALLING


def test_a_valley_that_grows_ever_flatter_leads_away_and_is_no_minimum() -> None:
    """The infimum of Beale's function along x (y - 1) = c, which is not taken."""
    beale = "(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2"
    found = search(beale, SearchPlan(check=False), x=-2, y=0.3)
    assert (found.reason, found.kind) == (Reason.AWAY, None)
    assert not found.is_found


def test_a_limit_of_steps_is_one() -> None:
    found = search("(1 - x)^2 + 100 (y - x^2)^2", SearchPlan(steps=3), x=-1.2, y=1)
    assert (found.reason, found.steps, found.kind) == (Reason.LIMIT, 3, None)
    assert search("x^2", SearchPlan(steps=0), x=1).at["x"] == 1.0


# Bounds


def test_a_bound_that_holds_is_named() -> None:
    found = search("(x - 2)^2 + (y - 3)^2 + x y", SearchPlan(bounds={"x": (1, 5), "y": (0, 1)}), x=3, y=0.5)
    assert (found.at["x"], found.at["y"]) == (1.5, 1.0)
    assert (found.reason, found.kind, found.is_found) == (Reason.BOUND, "minimum", True)
    assert {name: bool(array) for name, array in found.held.items()} == {"x": False, "y": True}
    assert found.grad["y"] == -2.5


def test_bounds_that_do_not_hold_change_nothing() -> None:
    found = search("(1 - x)^2 + 100 (y - x^2)^2", SearchPlan(bounds={"x": (-2, math.inf)}), x=-1.2, y=1)
    assert (found.at["x"], found.reason) == (1.0, Reason.CONVERGED)


def test_no_point_outside_the_bounds_is_ever_looked_at() -> None:
    seen: list[float] = []
    problem = Problem("sqrt(x) (x - 3)^2 + sqrt(5 - x)", {"x": np.array(1.0)})
    found = minimize(problem, SearchPlan(bounds={"x": (0.5, 5)}), lambda moment: seen.append(float(moment.at["x"])))
    assert all(0.5 <= each <= 5 for each in seen)
    assert found.is_found
    np.testing.assert_array_equal(
        search("sum((w - 3)^2)", SearchPlan(bounds={"w": (0, 1)}), w=np.zeros(30)).at["w"], np.ones(30)
    )


def test_bounds_are_met_by_gradient_descent_too() -> None:
    found = search("(x - 9)^2", SearchPlan(Algorithm.SGD, 0.1, bounds={"x": (0, 5)}), x=1)
    assert (found.at["x"], found.reason) == (5.0, Reason.BOUND)


# Methods to learn by


@pytest.mark.parametrize(
    ("method", "optimiser"),
    [
        (Algorithm.SGD, lambda x: optim.SGD([x], lr=0.02)),
        (Algorithm.MOMENTUM, lambda x: optim.SGD([x], lr=0.02, momentum=0.9)),
        (Algorithm.ADAM, lambda x: optim.Adam([x], lr=0.02)),
    ],
)
def test_the_steps_are_those_of_the_engines_optimisers(method: Algorithm, optimiser: Any) -> None:
    seen: list[Moment] = []
    problem = Problem("(1 - x[0])^2 + 10 (x[1] - x[0]^2)^2", {"x": np.array([-0.5, 0.7])})
    minimize(problem, SearchPlan(method, 0.02, 20), seen.append)
    x = tensor([-0.5, 0.7], dtype=tensor(np.zeros(1)).dtype, requires_grad=True)
    steps = optimiser(x)
    for moment in seen:
        np.testing.assert_allclose(moment.at["x"], x.detach().numpy(), rtol=1e-12)
        steps.zero_grad()
        ((1 - x[0]) ** 2 + 10 * (x[1] - x[0] ** 2) ** 2).backward()
        steps.step()
    assert len(seen) == 21


def test_too_long_steps_diverge_and_that_is_no_fall_without_bound() -> None:
    assert search("(x - 3)^2", SearchPlan(Algorithm.SGD, 1.1), x=0).reason is Reason.DIVERGED
    assert search("-x^2", SearchPlan(Algorithm.SGD, 1.1), x=1).reason is Reason.UNBOUNDED


# What is told of the way


def test_every_step_is_told_and_counted() -> None:
    seen: list[Moment] = []
    found = minimize(Problem("(x - 3)^2 + x^4", {"x": np.array(0.0)}), SearchPlan(), seen.append)
    assert [moment.step for moment in seen] == list(range(found.steps + 1))
    assert seen[0].value == 9
    assert all(later.value <= earlier.value for earlier, later in pairwise(seen))
    assert found.evaluations >= found.steps + 1


# Bad input


def test_a_search_needs_a_start_and_the_hint_is_the_call_with_one() -> None:
    with pytest.raises(DiagnosticError) as caught:
        search("x y", x=3)
    diagnostic = caught.value.diagnostic
    assert diagnostic.code == "E350"
    assert diagnostic.help == "give one: gradcli minimize 'x y' x=3.0 y=1"
    assert code("5") == "E350"


def test_what_cannot_be_minimised_is_refused() -> None:
    assert code("[x, x]", x=1) == "E310"
    assert code("log(x)", x=-1) == "E353"
    assert code("sqrt(x)", x=0) == "E353"


def test_bounds_that_cannot_be_are_refused() -> None:
    assert code("x^2", SearchPlan(bounds={"y": (0, 1)}), x=1) == "E352"
    assert code("x^2", SearchPlan(bounds={"x": (5, 1)}), x=3) == "E352"
    assert code("x^2", SearchPlan(bounds={"x": (1, 5)}), x=9) == "E352"
    assert code("x^2", SearchPlan(bounds={"x": (math.nan, 5)}), x=3) == "E352"


def test_a_learning_rate_is_for_methods_that_have_one() -> None:
    assert code("x^2", SearchPlan(lr=0.1), x=1) == "E354"


# Beside SciPy


@pytest.mark.parametrize(("title", "text", "start"), FAIR)
def test_minima_of_test_functions_are_reached(title: str, text: str, start: dict[str, float]) -> None:
    _reaches(title, ours(text, start))


@pytest.mark.slow
@pytest.mark.parametrize(("title", "text", "start"), CASES)
def test_minima_of_all_test_functions_are_reached_and_checked(title: str, text: str, start: dict[str, float]) -> None:
    found = ours(text, start, check=True)
    _reaches(title, found)
    assert found.check is None or found.check.verdict is not Verdict.DIFFERS


def _reaches(title: str, found: Minimum) -> None:
    if side_of(found).arrived:
        assert found.is_found
    else:
        assert title in ELSEWHERE
        assert found.reason in (Reason.KINK, Reason.UNBOUNDED, Reason.AWAY)


@pytest.mark.slow
def test_evaluations_are_no_more_than_scipys_in_the_median() -> None:
    pytest.importorskip("scipy.optimize")
    pairs = [(side_of(ours(text, start)), scipys(text, start)) for _, text, start in CASES]
    both = [pair for pair in pairs if all(side.arrived for side in pair)]
    assert len(both) > 90
    assert median(mine.evaluations for mine, _ in both) <= median(theirs.evaluations for _, theirs in both)
