"""Sample points: in the domain wherever it lies, on all its sides, reproducible, and nothing special."""

from __future__ import annotations

import numpy as np
import pytest

from gradcli.homework.mathematics import names_of
from gradcli.homework.sampling.domains import conditions, events, kinks, not_negative
from gradcli.homework.sampling.points import DomainRegion, SamplePoints, draw, places, seed_of
from gradcli.language import Expr, parse, to_text
from gradcli.operations import vocabulary


def read(text: str) -> Expr:
    return parse(text, vocabulary()).program.result


def drawn(text: str, domain: tuple[str, ...] = ()) -> SamplePoints:
    expression = read(text)
    return draw(DomainRegion([expression], [read(each) for each in domain]), names_of(expression), seed_of(text))


def general(text: str, name: str = "x", domain: tuple[str, ...] = ()) -> np.ndarray:
    samples = drawn(text, domain)
    return np.asarray(samples.points[name][samples.simple :])


@pytest.mark.parametrize(
    ("function", "low", "high"),
    [
        ("ln(x-10)", 10, np.inf),
        ("sqrt(x-100)", 100, np.inf),
        ("asin(1000x)", -1e-3, 1e-3),
        ("ln(ln(ln(x)))", np.e, np.inf),
        ("sqrt(x-100) + sqrt(101-x)", 100, 101),
        ("acosh(x)", 1, np.inf),
        ("sqrt(x-1000000)*sqrt(1000001-x)", 1_000_000, 1_000_001),
        ("ln(-x-5)", -np.inf, -5),
        ("asin(x/100000) + ln(x)", 0, 100_000),
    ],
)
def test_the_domain_is_found_wherever_it_lies(function: str, low: float, high: float) -> None:
    found = general(function)
    assert len(found) >= 20
    assert np.all((found > low) & (found < high))


@pytest.mark.parametrize("function", ["x^2", "|x|", "sqrt(x^2)", "asec(x)", "1/x", "ln|x|", "tan(x)"])
def test_both_signs_are_there_where_both_belong_to_the_domain(function: str) -> None:
    found = general(function)
    assert np.count_nonzero(found > 0) >= 8
    assert np.count_nonzero(found < 0) >= 8


def test_every_sign_pattern_of_two_variables_is_there() -> None:
    samples = drawn("x^2 y + sin(x y)")
    patterns = {tuple(row) for row in np.sign(np.array([samples.points["x"], samples.points["y"]])).T}
    assert {(1, 1), (1, -1), (-1, 1), (-1, -1)} <= patterns


def test_every_interval_between_poles_is_there() -> None:
    found = general("1/((x-1)*(x-2)*(x-3.5))")
    assert all(np.any((found > low) & (found < high)) for low, high in [(-9e9, 1), (1, 2), (2, 3.5), (3.5, 9e9)])


@pytest.mark.parametrize("function", ["x^2", "sin(x)", "e^(-x^2)", "x^3 - x"])
def test_deciding_points_are_no_integers_or_halves_and_of_many_sizes(function: str) -> None:
    found = general(function)
    assert not np.any(2 * found == np.round(2 * found))
    assert np.abs(found).min() < 0.01
    assert np.abs(found).max() > 100


def test_conditions_of_the_question_hold() -> None:
    assert np.all(general("x^2", domain=("x > 5", "x < 6")) > 5)
    assert np.all(general("x^2", domain=("x > 5", "x < 6")) < 6)


def test_points_keep_away_from_kinks() -> None:
    assert 0 not in drawn("|x| + x").points["x"]
    assert 2 not in drawn("|x - 2|").points["x"]


def test_the_same_question_has_the_same_points_and_another_one_others() -> None:
    assert np.array_equal(general("x^2"), general("x^2"))
    assert not np.array_equal(general("x^2"), general("x^2 + 0"))


def test_an_empty_domain_has_no_points() -> None:
    assert drawn("sqrt(-1 - x^2)").count == 0


def test_places_are_found_at_any_size() -> None:
    grid = np.unique(np.concatenate([-(10.0 ** np.linspace(-9.01, 12, 421)), 10.0 ** np.linspace(-9.01, 12, 421)]))
    for where in (3.7, 12345.678, -1e8, 1e-5):
        found = places(read(f"x - ({where!r})".replace("e-05", "e-5")), "x", {"x": 1.0}, grid)
        assert found == pytest.approx([where], rel=1e-12)


def test_the_vocabulary_says_where_things_happen() -> None:
    expression = read("ln(x-1) + |x-2| + 1/(x-3) + sqrt(4-x) + asin(x/9) + (x-5)^(1/2)")
    assert {to_text(each) for each in conditions(expression)} == {
        "x - 1 > 0", "x - 3 != 0", "4 - x >= 0", "abs(x/9) <= 1",
    }  # fmt: skip
    assert {"x - 2", "4 - x"} <= {to_text(each) for each in kinks(expression)}
    assert {"x - 1", "x - 2", "x - 3", "4 - x", "x - 5"} <= {to_text(each) for each in events(expression)}
    assert {to_text(each) for each in not_negative(expression)} == {"x - 1", "4 - x", "1 - abs(x/9)", "x - 5"}
