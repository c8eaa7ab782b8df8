"""The functions of the vocabulary in balls: values and derivatives are mpmath's, and a ball always holds the truth."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flint import arb, ctx, fmpq
from mpmath import mp, mpf

from gradcli.calculus.balls import numbers, rules
from gradcli.calculus.balls.duals import Dual
from gradcli.calculus.balls.functions import (
    divided,
    flat,
    pi,
    positive,
    positive_off_zero,
    sign_off_zero,
    zero,
    zero_off_zero,
)
from gradcli.calculus.balls.numbers import PiMultiple, Tie, Undecided
from gradcli.calculus.balls.series import Series
from gradcli.calculus.balls.table import function
from gradcli.calculus.symbolic.rules import source
from tests.calculus.expressions import FUNCTIONS, PAIRS, TooLarge
from tests.calculus.oracle import NoDerivative, Oracle, exact, is_right

DIGITS, MOST_DIGITS = 60, 2_000
ORDINARY = ["0.37", "-0.61", "0.83", "1.9", "-2.3", "3.7"]
EXTREME = ["1e-12", "-1e-30", "0.999999999999", "-1.000000001", "45", "-37.5", "1e8", "1e100"]
SLOW = {"erf", "erfc", "erfinv", "gelu", "digamma", "lgamma", "gamma", "factorial"}
"""Functions that take mpmath long at thousands of digits: at 1e-12 and 9 alone."""
PAIRS_OF_POINTS = [("0.37", "0.61"), ("-1.3", "2.7"), ("2.9", "-0.7"), ("3", "1.5"), ("1e-20", "3"), ("1e10", "2.5")]


def _elu(x: Any, alpha: Any) -> Any:
    return x if x > 0 else alpha * mp.expm1(x)


def _softplus(x: Any, beta: Any, threshold: Any = 20) -> Any:
    return x if x * beta > threshold else mp.log1p(mp.exp(x * beta)) / beta


def _gelu_tanh(x: Any) -> Any:
    return x / (1 + mp.exp(-2 * mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)))


def _truth(value: bool) -> Any:
    return mpf(int(value))


FURTHER: dict[tuple[str, int], Callable[..., Any]] = {
    ("elu", 2): _elu,
    ("leaky_relu", 2): lambda x, slope: x if x > 0 else slope * x,
    ("softplus", 2): _softplus,
    ("softplus", 3): _softplus,
    ("hardtanh", 2): lambda x, low: min(max(x, low), mpf(1)),
    ("hardtanh", 3): lambda x, low, high: min(max(x, low), high),
    ("gelu_tanh", 1): _gelu_tanh,
    ("power", 2): PAIRS["pow"],
    ("positive", 1): lambda x: _truth(x > 0),
    ("is_zero", 1): lambda x: _truth(x == 0),
    ("logical_not", 1): lambda x: _truth(x == 0),
    ("logical_and", 2): lambda x, y: _truth(x != 0 and y != 0),
    ("logical_or", 2): lambda x, y: _truth(x != 0 or y != 0),
}
"""What expressions in the language reach by other names, or with more operands."""
EVALUATED = {
    **{(name, 1): meaning for name, meaning in FUNCTIONS.items()},
    **{(name, 2): meaning for name, meaning in PAIRS.items() if name not in ("clamp", "pow")},
    **FURTHER,
}
"""The functions by name and number of operands, and what they are in mpmath."""
NOT_EVALUATED = {("polygamma", 2)}
"""What only derivatives of others are made of."""


def rational(decimal: str) -> fmpq:
    above, below = Decimal(decimal).as_integer_ratio()
    return fmpq(above, below)


def points(name: str, count: int) -> list[tuple[str, ...]]:
    if count == 1:
        return [(each,) for each in (*ORDINARY, *(("1e-12", "9") if name in SLOW else EXTREME))]
    return [(*pair, "4.5")[:count] for pair in PAIRS_OF_POINTS]


def truth(number: Any) -> arb:
    """A number of mpmath with the error that it may have."""
    middle = arb(number)
    return arb(middle, abs(middle) * arb("1e-40"))


def test_the_rules_are_what_sympy_says_today() -> None:
    assert Path(rules.__file__).read_text(encoding="utf-8") == source()


def test_every_rule_is_compared_with_mpmath() -> None:
    assert set(rules.RULES) - set(EVALUATED) == NOT_EVALUATED


@pytest.mark.parametrize("key", EVALUATED, ids=str)
def test_values_and_derivatives_are_those_of_mpmath(key: tuple[str, int]) -> None:
    name, count = key
    compared = 0
    for decimals in points(name, count):
        oracle = Oracle(
            EVALUATED[key], {f"x{at}": decimal for at, decimal in enumerate(decimals)}, DIGITS, most=MOST_DIGITS
        )
        for orders in derivatives(count):
            variables = [f"x{at}" for at in orders]
            try:
                true = oracle.derivative(*variables) if variables else oracle.value()
            except (NoDerivative, TooLarge, ValueError, ZeroDivisionError, TypeError):
                continue
            for found in computed(name, decimals, orders):
                assert held(found, true), (decimals, orders, found, exact(true))
                compared += 1
    assert compared >= 5


def derivatives(count: int) -> Iterator[tuple[int, ...]]:
    """By nothing, by each operand, and by each two of them."""
    yield ()
    for at in range(count):
        yield (at,)
        for other in range(at + 1):
            yield (at, other)


def computed(name: str, decimals: tuple[str, ...], orders: tuple[int, ...]) -> Iterator[Any]:
    """The derivative in balls: by duals, and by series where it is by one operand alone."""
    places = sorted(set(orders))
    with ctx.workprec(4_000):
        moving = [
            Dual(rational(decimal), {at: fmpq(1)}, len(orders)) if at in places else rational(decimal)
            for at, decimal in enumerate(decimals)
        ]
        found = function(name)(*moving)
        for at in orders:
            found = found.slopes.get(at, fmpq(0)) if isinstance(found, Dual) else fmpq(0)
        yield found.value if isinstance(found, Dual) else found
        if len(places) == 1:
            (place,) = places
            along = [
                Series([rational(decimal), fmpq(1), *[fmpq(0)] * 2]) if at == place else rational(decimal)
                for at, decimal in enumerate(decimals)
            ]
            series = function(name)(*along)
            yield series.terms[len(orders)] * len(orders) if isinstance(series, Series) else fmpq(0)


def held(found: Any, true: Any) -> bool:
    """Whether a number is narrow and holds the true one."""
    if numbers.is_zero(found) or true == 0:
        return bool(numbers.is_zero(found) and true == 0) or bool(abs(numbers.ball(found - arb(true))) < arb("1e-900"))
    return numbers.accuracy(found) >= numbers.NARROW and numbers.overlap(found, truth(true))


@pytest.mark.parametrize("bits", [53, 64, 128])
def test_a_ball_holds_the_true_value_at_any_precision(bits: int) -> None:
    chooser = random.Random(bits)
    held_by_balls = 0
    for (name, count), meaning in EVALUATED.items():
        for _ in range(20):
            decimals = [f"{chooser.uniform(-4, 4):.6f}e{chooser.choice([0, 0, 0, -3, -9, 1, 3])}" for _ in range(count)]
            try:
                with mp.workdps(DIGITS + 20):
                    true = meaning(*map(mpf, decimals))
                    assert isinstance(true, mpf)
            except (NoDerivative, TooLarge, AssertionError, ValueError, ZeroDivisionError, TypeError):
                continue
            with ctx.workprec(bits):
                try:
                    found = function(name)(*map(rational, decimals))
                except Undecided:
                    continue
            if numbers.is_finite(found):
                with ctx.workprec(400):
                    assert numbers.overlap(found, truth(true)), (name, decimals)
                held_by_balls += 1
    assert held_by_balls > 1_000


# Numbers that are exact


def test_decimals_are_the_rationals_that_they_are_written_as() -> None:
    tenth, fifth = numbers.decimal("0.1"), numbers.from_float(0.2)
    assert numbers.is_zero(tenth + fifth - numbers.from_float(0.3))
    assert numbers.decimal("2.5e-3") == fmpq(1, 400)
    assert numbers.from_float(1e300) == fmpq(10**300)
    assert numbers.accuracy(numbers.decimal("1e-5000")) > 40


def test_roots_that_are_rational_are_exact() -> None:
    assert numbers.power(fmpq(8, 27), fmpq(1, 3)) == fmpq(2, 3)
    assert numbers.power(fmpq(8, 27), fmpq(-2, 3)) == fmpq(9, 4)
    assert function("sqrt")(fmpq(4, 9)) == fmpq(2, 3)
    assert numbers.power(fmpq(-8), fmpq(3)) == fmpq(-512)
    assert numbers.power(fmpq(0), fmpq(0)) == 1


def test_what_is_not_real_or_not_defined_is_nan() -> None:
    for found in (
        numbers.power(fmpq(-8), fmpq(1, 3)),
        numbers.power(fmpq(0), fmpq(-1)),
        numbers.power(fmpq(0), fmpq(-1, 2)),
        numbers.power(numbers.NAN, fmpq(0)),
        numbers.divide(fmpq(1), fmpq(0)),
        function("log")(fmpq(0)),
        function("asin")(fmpq(2)),
        function("gamma")(fmpq(-1)),
        function("atan2")(fmpq(0), fmpq(0)),
    ):
        assert not numbers.is_finite(found)


def test_multiples_of_pi_know_what_they_are() -> None:
    half, third = pi() * fmpq(1, 2), pi() / 3
    assert numbers.is_zero(function("sin")(pi()))
    assert function("cos")(third) == fmpq(1, 2)
    assert numbers.is_zero(function("cos")(half))
    assert (half / third, pi() * 2 / pi()) == (fmpq(3, 2), 2)
    assert numbers.is_zero(half + half - pi())
    assert isinstance(-half, PiMultiple)
    assert abs(-half).multiple == fmpq(1, 2)
    assert function("tan")(pi() / 4).contains(1)
    assert not numbers.is_finite(function("tan")(half))
    assert numbers.is_zero(function("sin")(pi() * 10**30))
    assert (half + fmpq(1)) - fmpq(1) > fmpq(3, 2)


def test_halves_are_rounded_to_even() -> None:
    rounded = [int(numbers.nearest_integer(fmpq(halves, 2)).p) for halves in (-5, -3, -1, 1, 3, 5, 7)]
    assert rounded == [-2, -2, 0, 0, 2, 2, 4]


@pytest.mark.parametrize("digits", [1, 3, 6, 17, 40])
def test_decimals_are_off_by_no_more_than_half_a_unit(digits: int) -> None:
    chooser = random.Random(digits)
    with ctx.workprec(400), mp.workdps(120):
        for _ in range(200):
            number = fmpq(chooser.randrange(-(10**30), 10**30) or 1, chooser.choice([1, 7, 10**12, 2**40, 10**45]))
            text = numbers.to_text(number, digits)
            assert is_right(text, mpf(int(number.p)) / int(number.q)), (number, text)
            assert len(Decimal(text).as_tuple().digits) <= max(digits, 31)


def test_a_decimal_of_a_ball_next_to_a_tie_has_a_digit_less() -> None:
    with ctx.workprec(100):
        near = arb("0.25000000000000006500000000000000001")
        assert is_right(numbers.to_text(near, 17), mpf("0.250000000000000065"))
    assert numbers.to_text(arb(3) / 1, 17) == "3"
    assert numbers.to_text(fmpq(1, 8), 2) == "0.12"
    assert numbers.to_text(arb(10) ** 500, 3) == "1e+500"


# What decides


def test_what_switches_at_zero_has_no_derivative_there() -> None:
    for decides in (positive_off_zero, zero_off_zero, sign_off_zero):
        with pytest.raises(Tie):
            decides(fmpq(0))
    for whole in (fmpq(3), Dual(fmpq(-2), {0: fmpq(1)})):
        with pytest.raises(Tie):
            flat(whole)
    moving = Dual(fmpq(0), {0: fmpq(1)})
    for decides in (positive, zero, function("abs"), function("sign"), function("relu")):
        with pytest.raises(Tie):
            decides(moving)
    with pytest.raises(Tie):
        function("maximum")(Dual(fmpq(1), {0: fmpq(1)}), Dual(fmpq(1), {1: fmpq(1)}))
    with pytest.raises(Tie):
        function("round")(Dual(fmpq(5, 2), {0: fmpq(1)}))
    with pytest.raises(Tie):
        function("atan2")(moving, fmpq(-3))
    with pytest.raises(Tie):
        function("heaviside")(moving, fmpq(2))
    with pytest.raises(Tie):
        function("logical_not")(moving)


def test_values_are_decided_where_derivatives_are_not() -> None:
    assert (positive(fmpq(0)), zero(fmpq(0)), function("abs")(fmpq(0)), function("relu")(fmpq(0))) == (0, 1, 0, 0)
    assert function("heaviside")(fmpq(0), fmpq(1, 2)) == fmpq(1, 2)


def test_nothing_is_compared_beyond_the_edge_of_a_domain() -> None:
    edge = function("asech")(Dual(fmpq(1), {0: fmpq(1)}))
    with pytest.raises(Tie):
        positive(edge + fmpq(1))


def test_wide_balls_decide_nothing() -> None:
    wide = arb(0, 1)
    for decides in (positive, zero, sign_off_zero, numbers.floor, function("abs"), function("relu")):
        if decides is function("abs"):
            assert decides(wide).contains(1)
            continue
        with pytest.raises(Undecided):
            decides(wide)


def test_what_is_undefined_has_no_second_derivative() -> None:
    outside = function("log")(Dual(fmpq(-1), {0: fmpq(1)}, 2))
    assert not numbers.is_finite(outside.value)
    assert not numbers.is_finite(outside.slopes[0].slopes[0])


# Germs


def germ(*terms: int) -> Series:
    return Series([fmpq(term) for term in (*terms, *[0] * (6 - len(terms)))], germ=True)


def test_germs_see_kinks_from_both_sides() -> None:
    right, left = function("abs")(germ(0, 1)), function("abs")(germ(0, -1))
    assert (right.terms[1], left.terms[1]) == (1, 1)  # by t, which goes away from the point on both sides
    smooth = function("abs")(germ(0, 0, 1))
    assert smooth.terms[2] == 1
    assert function("sign")(germ(0, 0, 0, -2)) == -1


def test_germs_see_jumps() -> None:
    assert (function("floor")(germ(2, 1)), function("floor")(germ(2, -1))) == (2, 1)
    assert (function("round")(germ(0, 1) + fmpq(5, 2)), function("round")(germ(0, -1) + fmpq(5, 2))) == (3, 2)
    above, below = (function("atan2")(germ(0, step), fmpq(-1)).terms[0] for step in (1, -1))
    assert above > 3
    assert below < -3


def test_germs_divide_zero_by_zero() -> None:
    quotient = divided(function("sin")(germ(0, 1)), germ(0, 1))
    assert all(numbers.overlap(term, true) for term, true in zip(quotient.terms, (1, 0, fmpq(-1, 6)), strict=False))
    pole = divided(germ(1), germ(0, 1))
    assert not numbers.is_finite(pole.terms[0])


def test_constants_to_powers_of_germs_are_constants() -> None:
    assert function("power")(fmpq(2), germ(3)) == 8


def test_an_expansion_that_ends_has_no_powers() -> None:
    root = function("sqrt")(germ(0, 1))
    assert not numbers.is_finite(function("power")(root, 2).terms[1])
