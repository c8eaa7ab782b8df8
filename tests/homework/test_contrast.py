"""Certified numbers against each other: what is apart, what is equal, and what a tolerance allows to the digit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import arb, ctx, fmpq

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.formula import RoundedLiterals, significant_digits
from gradcli.homework import Judge, Tolerance, Verdict, make_question
from gradcli.homework.contrast import Contrast, contrast, shown
from gradcli.homework.sampling.reference import Reference
from gradcli.language import Expr, parse
from gradcli.operations import vocabulary

NONE = Tolerance()


def read(text: str) -> Expr:
    return parse(text, vocabulary(), ("x", "y")).program.result


def certified(text: str, bits: int = 64, **point: float) -> Any:
    return formula.at_precision(bits, lambda: formula.value(read(text), formula.exact_point(point)))


def test_disjoint_balls_are_apart_whatever_their_size() -> None:
    assert contrast(certified("e^-999"), certified("e^-1000"), NONE) is Contrast.APART
    assert contrast(fmpq(3, 10**110), fmpq(2, 10**110), NONE) is Contrast.APART
    assert contrast(certified("1e300*e"), certified("1e300*pi"), NONE) is Contrast.APART


def test_overlapping_balls_are_equal_only_where_both_are_narrow() -> None:
    assert contrast(certified("e^2"), certified("e*e"), NONE) is Contrast.EQUAL
    wide = arb(1, 0.5)
    assert contrast(wide, fmpq(1), NONE) is Contrast.UNKNOWN
    assert contrast(wide, fmpq(2), NONE) is Contrast.APART
    assert contrast(certified("sin(1)^2 + cos(1)^2 - 1"), fmpq(0), NONE) is Contrast.UNKNOWN


def test_exact_numbers_are_told_apart_to_the_last_bit() -> None:
    third = fmpq(1, 3)
    with ctx.workprec(2000):
        ball = arb(third) + arb(fmpq(1, 10**500))
    assert contrast(ball, third, NONE) is Contrast.APART


@pytest.mark.parametrize(
    ("tolerance", "within", "beyond"),
    [
        (Tolerance(absolute=0.1), "2.1", "2.1000000000000001"),
        (Tolerance(relative=0.1), "2.2", "2.2000000000000001"),
        (Tolerance(relative=1e-12), "2.000000000002", "2.0000000000020001"),
        (Tolerance(digits=3), "2.005", "2.0050000000000001"),
        (Tolerance(digits=1), "1.5", "1.4999999999999999"),
        (Tolerance(absolute=1e-3, relative=1e-2), "2.02", "2.0200000001"),
    ],
)
def test_a_tolerance_holds_to_the_digit(tolerance: Tolerance, within: str, beyond: str) -> None:
    two = fmpq(2)
    assert contrast(numbers.decimal(within), two, tolerance) is Contrast.EQUAL
    assert contrast(numbers.decimal(beyond), two, tolerance) is Contrast.APART


@pytest.mark.parametrize(
    ("value", "unit"), [("99.95", "0.05"), ("100", "0.5"), ("1e-200", "5e-203"), ("1e200", "5e197")]
)
def test_significant_digits_are_those_of_the_right_value(value: str, unit: str) -> None:
    right, half = numbers.decimal(value), numbers.decimal(unit)
    assert contrast(right + half, right, Tolerance(digits=3)) is Contrast.EQUAL
    assert contrast(right + half * fmpq(1000001, 1000000), right, Tolerance(digits=3)) is Contrast.APART


def test_a_tolerance_of_a_zero_is_what_is_absolute() -> None:
    for tolerance in (Tolerance(relative=0.5), Tolerance(digits=1)):
        assert contrast(fmpq(0), fmpq(0), tolerance) is Contrast.EQUAL
        assert contrast(fmpq(1, 10**9), fmpq(0), tolerance) is Contrast.APART
    assert contrast(fmpq(1, 10**9), fmpq(0), Tolerance(absolute=1e-9)) is Contrast.EQUAL


def test_formulas_are_held_to_their_tolerance() -> None:
    def verdict(answer: str, **tolerance: Any) -> Verdict:
        return Judge(make_question("x^3/3", tolerance=Tolerance(**tolerance))).judge(answer).verdict

    assert verdict("1.0000000005 x^2", relative=1e-12) is Verdict.WRONG
    assert verdict("1.0000000005 x^2", relative=5e-10) is Verdict.CORRECT
    assert verdict("1.0000000005001 x^2", relative=5e-10) is Verdict.WRONG
    assert verdict("x^2 + 0.25", absolute=0.25) is Verdict.CORRECT
    assert verdict("x^2 + 0.2500000001", absolute=0.25) is Verdict.WRONG


@pytest.mark.parametrize(
    ("function", "answer", "verdict"),
    [
        ("x^3/9", "0.3333333333x^2", Verdict.CORRECT),
        ("x^3/9", "0.3333333334x^2", Verdict.WRONG),
        ("x^3/9", "0.333333333x^2", Verdict.WRONG),
        ("pi x", "3.141592654", Verdict.CORRECT),
        ("pi x", "3.141592653", Verdict.WRONG),
        ("pi x", "3.14159265", Verdict.WRONG),
        ("x^3/3", "1.0000000005 x^2", Verdict.WRONG),
        ("x^2/2", "1.000000000x", Verdict.CORRECT),
    ],
)
def test_decimals_of_ten_digits_count_as_rounded_and_others_do_not(
    function: str, answer: str, verdict: Verdict
) -> None:
    assert Judge(make_question(function)).judge(answer).verdict is verdict


def test_rounded_literals_hold_what_they_were_rounded_from() -> None:
    assert [significant_digits(text) for text in ("12", "1.20", "0.0012", "12.", "1.5e-3")] == [0, 3, 2, 0, 2]
    point = formula.exact_point({"x": 3.0})
    ball = formula.at_precision(64, lambda: formula.value(read("0.33x"), point, RoundedLiterals(2, 2)))
    assert ball is not None
    assert ball.contains(1)
    assert not ball.contains(fmpq(97, 100))
    assert formula.at_precision(64, lambda: formula.value(read("0.33x"), point, RoundedLiterals(3, 9))) == fmpq(99, 100)


def test_numbers_are_shown_as_what_is_known_of_them() -> None:
    assert shown(fmpq(1, 3)) == 1 / 3
    assert shown(fmpq(0)) == 0.0
    assert shown(certified("e^-1000")) == "5.0759588975494568e-435"
    assert shown(arb(1, 0.5)) == "something between 0.5 and 1.5"


CANCELLING: list[tuple[str, str, Callable[[Any], Any]]] = [
    ("e^x - 1 - x - x^2/2", "1e-5", lambda x: mpmath.expm1(x) - x - x**2 / 2),
    ("(x^2 - 1)/(x - 1) - x", "1.0000001", lambda x: mpmath.mpf(1)),
    ("sqrt(x + 1) - sqrt(x)", "1e12", lambda x: mpmath.sqrt(x + 1) - mpmath.sqrt(x)),
    ("1 - tanh(x)^2", "20", lambda x: mpmath.sech(x) ** 2),
    ("(1 - cos(x))/x^2", "1e-8", lambda x: 2 * (mpmath.sin(x / 2) / x) ** 2),
]


@pytest.mark.parametrize(("text", "x", "right"), CANCELLING)
def test_what_cancels_is_known_at_a_precision_that_is_high_enough(
    text: str, x: str, right: Callable[[Any], Any]
) -> None:
    found = formula.narrowed(lambda: formula.value(read(text), {"x": numbers.decimal(x)}))
    with mpmath.workdps(120):
        assert numbers.nearest_float(found) == pytest.approx(float(right(mpmath.mpf(x))), rel=1e-15)


def test_derivatives_by_entries_of_tensors() -> None:
    point = {"x": formula.exact_entries([[1, 2], [3, 4]]), "y": formula.exact_entries(2.0)}
    slope = formula.entry(read("sum(x^2 y)"), [("x", (1, 0))], point)
    assert slope[()] == fmpq(12)
    mixed = formula.entry(read("sum(x^2 y)"), [("x", (1, 0)), ("y", ())], point)
    assert mixed[()] == fmpq(6)
    rows = formula.entry(read("x^2"), [("x", (0, 1))], point)
    assert rows.tolist() == [[fmpq(0), fmpq(4)], [fmpq(0), fmpq(0)]]


def test_expected_floats_are_next_to_the_derivative() -> None:
    reference = Reference(make_question("(e^x - e^-x)/(e^x + e^-x) + x^3"))
    for place, x in enumerate(reference.samples.points["x"]):
        exact = reference.ball(0, place, 512)
        assert reference.expected[0, place] == numbers.nearest_float(exact), x
    assert np.all(np.isfinite(reference.expected))
