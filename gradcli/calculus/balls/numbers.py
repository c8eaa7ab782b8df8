"""Numbers that are known exactly, or to within a radius: FLINT's rationals and balls.

A number is an `fmpq`, which is exact, or an `arb`, a midpoint with a radius that contains the true value whatever the
working precision (Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017). Rational
multiples of pi are balls that know which they are, so that sin(pi) is 0 and not nearly so. Poles and what lies outside
a domain give nan, never an exception.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from flint import arb, ctx, fmpq, fmpz

Number: TypeAlias = Any
"""An fmpq or an arb. Python's ints may take part in arithmetic with them."""

MAX_BITS: Final = 4_096
"""Bits of an exact rational; a larger one becomes a ball."""
MAX_POWER: Final = 256
"""The largest exponent to which a ball is raised by multiplication, which keeps a ball around zero narrow."""
NARROW: Final = 60
"""Relative accuracy in bits from which a number counts as known."""
GUARD: Final = 32
"""Bits of working precision beyond those that are asked for."""
MAX_EXPONENT: Final = 1 << 20
"""The largest binary exponent of a number that is written out digit by digit."""
MOST_EXPONENT_DIGITS: Final = 18
"""Digits of a decimal's exponent, beyond which only the exponent is told."""
NAN: Final = arb.nan()


class Undecided(Exception):  # noqa: N818 - it is an outcome, not a fault
    """The balls are too wide to decide what the calculation asks; they may not be at a higher precision."""


class Tie(Exception):  # noqa: N818 - it is an outcome, not a fault
    """Something switches exactly here: there may be no derivative."""


class PiMultiple(arb):
    """A rational multiple of pi: `multiple` says which."""

    __slots__ = ("multiple",)
    multiple: fmpq

    @staticmethod
    def of(multiple: fmpq) -> Number:
        """multiple * pi."""
        if not multiple:
            return fmpq(0)
        found = PiMultiple(arb.pi() * multiple)
        found.multiple = multiple
        return found

    def __mul__(self, other: Any) -> Number:
        return PiMultiple.of(self.multiple * other) if isinstance(other, (fmpq, int)) else arb.__mul__(self, other)

    def __rmul__(self, other: Any) -> Number:
        return self * other if isinstance(other, (fmpq, int)) else arb.__mul__(self, other)

    def __truediv__(self, other: Any) -> Number:
        if isinstance(other, PiMultiple):
            return self.multiple / other.multiple
        return self * (fmpq(1) / other) if isinstance(other, (fmpq, int)) and other else arb(self) / other

    def __rtruediv__(self, other: Any) -> Number:
        return other / arb(self)

    def __add__(self, other: Any) -> Number:
        return PiMultiple.of(self.multiple + other.multiple) if isinstance(other, PiMultiple) else arb(self) + other

    def __radd__(self, other: Any) -> Number:
        return arb(self) + other

    def __sub__(self, other: Any) -> Number:
        return self + -other

    def __rsub__(self, other: Any) -> Number:
        return -self + other

    def __neg__(self) -> Number:
        return PiMultiple.of(-self.multiple)

    def __abs__(self) -> Number:
        return PiMultiple.of(abs(self.multiple))

    def sin(self) -> arb:
        """The sine, which is exact where it is rational."""
        return arb.sin_pi_fmpq(self.multiple)

    def cos(self) -> arb:
        """The cosine, which is exact where it is rational."""
        return arb.cos_pi_fmpq(self.multiple)


# Where numbers come from


def decimal(text: str) -> Number:
    """The number that a plain decimal is: `0.1` is 1/10. One of very many digits is a ball."""
    exact = _rational(text)
    return arb(text) if exact is None else exact


@lru_cache(maxsize=4_096)
def _rational(text: str) -> fmpq | None:
    """The number that a decimal is; None of one of very many digits."""
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    scale = int(exponent or 0) - len(fraction)
    if abs(scale) * 4 + 4 * len(mantissa) > MAX_BITS:
        return None
    digits = int(whole + fraction or "0")
    return fmpq(digits * 10**scale) if scale >= 0 else fmpq(digits, 10**-scale)


def half_unit(text: str) -> Number:
    """Half a unit of the last digit with which a decimal is written."""
    mantissa, _, exponent = text.lower().partition("e")
    return decimal(f"0.5e{int(exponent or 0) - len(mantissa.partition('.')[2])}")


def rational_of(value: arb) -> fmpq | None:
    """The rational that a ball is, None where it is not exact or has very many bits."""
    if not value.is_exact() or not value.is_finite():
        return None
    mantissa, exponent = value.man_exp()
    if int(mantissa).bit_length() + abs(int(exponent)) > MAX_BITS:
        return None
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def from_float(value: float) -> Number:
    """The shortest decimal that reads back to a float, as the number that was meant; infinities and nan as they are."""
    if value.is_integer() and abs(value) < 1e15:
        return fmpq(int(value))
    return decimal(repr(value)) if math.isfinite(value) else arb(value)


def ball(value: Number) -> arb:
    """A number as a ball."""
    return value if isinstance(value, arb) else arb(value)


def bounded(value: Number) -> Number:
    """An exact number of many bits as a ball, any other as it is."""
    return arb(value) if type(value) is fmpq and value.height_bits() > MAX_BITS else value


# What is known of a number


def is_zero(value: Number) -> bool:
    """Whether a number is exactly zero."""
    return value.is_zero() if isinstance(value, arb) else not value


def is_finite(value: Number) -> bool:
    """Whether a number is bounded: no infinity, nan, or ball of unknown size."""
    return value.is_finite() if isinstance(value, arb) else True


def accuracy(value: Number) -> int:
    """The bits of a number that are known, relative to its size; very many of an exact one."""
    if not isinstance(value, arb):
        return 1 << 30
    return int(value.rel_accuracy_bits()) if value.is_finite() else -(1 << 30)


def is_narrow(value: Number) -> bool:
    """Whether a number is known to NARROW bits, or exactly."""
    return accuracy(value) >= NARROW


def sign(value: Number) -> int:
    """-1, 0 or 1. Raises Undecided."""
    if not isinstance(value, arb):
        return int(value > 0) - int(value < 0)
    if value > 0:
        return 1
    if value < 0:
        return -1
    if value.is_zero():
        return 0
    raise Undecided


def exponent_of(value: Number) -> int:
    """About the binary logarithm of the size of a number; 0 of one that is zero or not finite."""
    middle = ball(value).mid()
    if not middle.is_finite() or middle.is_zero():
        return 0
    mantissa, exponent = middle.man_exp()
    return int(exponent) + int(abs(mantissa).bit_length())


# Arithmetic


def divide(left: Number, right: Number) -> Number:
    """left / right; nan where right is exactly zero."""
    if is_zero(right) if isinstance(right, arb) else not right:
        return NAN
    if type(left) is int and type(right) is int:
        return fmpq(left, right)
    return bounded(left / right)


def power(base: Number, exponent: Number) -> Number:
    """base ** exponent, of real numbers: nan where a negative base has an exponent that is no integer."""
    if type(exponent) is int:
        exponent = fmpq(exponent)
    if isinstance(exponent, arb):
        return _ball_power(base, _integer(exponent))
    if exponent.q == 1:
        return _whole_power(base, int(exponent.p))
    root = _exact_root(base, exponent) if type(base) is fmpq else None
    return _ball_power(base, exponent) if root is None else root


def _integer(exponent: arb) -> Number:
    """An exponent that is exactly an integer as one."""
    return exponent.fmpq() if exponent.is_exact() and exponent.is_integer() and abs(exponent) < 1e15 else exponent


def _whole_power(base: Number, exponent: int) -> Number:
    if not exponent and not is_finite(base):
        return NAN
    if exponent < 0:
        return divide(fmpq(1), _whole_power(base, -exponent))
    if type(base) is int:
        base = fmpq(base)
    if type(base) is fmpq:
        if base.height_bits() * exponent <= MAX_BITS:
            return base**exponent
        return arb(base) ** exponent
    if exponent > MAX_POWER:
        return abs(base) ** exponent if exponent % 2 == 0 else base**exponent
    result: Number = fmpq(1)
    while exponent:
        if exponent & 1:
            result = result * base
        exponent >>= 1
        if exponent:
            base = base * base
    return result


def _ball_power(base: Number, exponent: Number) -> Number:
    if type(exponent) is fmpq and exponent.q == 1:
        return _whole_power(base, int(exponent.p))
    if is_zero(base):
        return fmpq(0) if sign(exponent) > 0 else NAN
    return ball(base) ** exponent


def _exact_root(base: fmpq, exponent: fmpq) -> fmpq | None:
    """base ** exponent where that is rational and found at once."""
    degree = int(exponent.q)
    if base <= 0 or degree > 64 or base.height_bits() > 256 or abs(exponent.p) > 64:
        return None
    above, below = (_whole_root(each, degree) for each in (base.p, base.q))
    return None if above is None or below is None else fmpq(above, below) ** int(exponent.p)


def _whole_root(number: fmpz, degree: int) -> fmpz | None:
    root = number.root(degree)
    return root if root**degree == number else None


def nearest_integer(value: Number) -> fmpq:
    """The nearest integer, of a half the even one. Raises Undecided."""
    return fmpq(round_half_even(value))


def floor(value: Number) -> fmpq:
    """The largest integer below. Raises Undecided."""
    if not isinstance(value, arb):
        return fmpq(value.floor())
    if not value.is_finite():
        raise Undecided
    found = value.floor().unique_fmpz()
    if found is None:
        raise Undecided
    return fmpq(found)


def is_integer(value: Number) -> bool:
    """Whether a number is exactly an integer."""
    return bool(value.is_integer()) if isinstance(value, arb) else value.q == 1


def round_half_even(value: Number) -> fmpz:
    """The nearest integer, of a half the even one. Raises Undecided."""
    half = fmpq(1, 2)
    below = floor(value + half)
    if is_integer(value + half) and below.p % 2:
        return below.p - 1
    return below.p


def overlap(first: Number, second: Number) -> bool:
    """Whether two numbers may be one."""
    return bool(ball(first).overlaps(ball(second)))


def relative_difference(value: float, exact: Number) -> float:
    """|value - exact| / |exact|; infinite where exact alone is zero."""
    if is_zero(exact):
        return math.inf if value else 0.0
    return float(abs((arb(value) - exact) / exact).mid())


def nearest_float(value: Number) -> float:
    """The nearest double; infinite beyond them."""
    return float(value.mid()) if isinstance(value, arb) else _float_of_rational(value)


def to_single(value: float) -> float:
    """The nearest float32; infinite beyond them."""
    with np.errstate(all="ignore"):
        return float(np.float32(value))


def _float_of_rational(value: fmpq) -> float:
    try:
        return int(value.p) / int(value.q)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def to_text(value: Number, digits: int) -> str:
    """A decimal of at most `digits` significant digits, the number rounded to them: 1.2e-4000 where no float holds it.

    It is off by no more than half a unit of its last digit; where it is not known which of two decimals is nearer, one
    digit less is written.
    """
    if is_zero(value):
        return "0"
    if abs(exponent_of(value)) <= MAX_EXPONENT and is_finite(value):
        for count in range(digits, 0, -1):
            found = _significant(value, count)
            if found is not None:
                return _plain_text(*found, digits)
    text = str(ball(value).str(digits, radius=False))
    return text if len(text.partition("e")[2]) <= MOST_EXPONENT_DIGITS else _tower_text(ball(value))


def _significant(value: Number, count: int) -> tuple[int, int] | None:
    """The first `count` digits of a number as an integer, rounded, and the power of ten of the first of them; None
    where that is not known."""
    place = math.floor((exponent_of(value) - 1) * math.log10(2))
    for _ in range(3):
        with ctx.workprec(max(ctx.prec, 4 * count + 2 * GUARD)):
            scaled = value * fmpq(10) ** (count - 1 - place)
            try:
                found = int(round_half_even(scaled))
            except Undecided:
                return None
        if abs(found) >= 10**count:
            place += 1
        elif abs(found) < 10 ** (count - 1):
            place -= 1
        else:
            return found, place
    return None


def _tower_text(value: arb) -> str:
    """A number whose exponent nobody would read: 10^(-2.17147e+319)."""
    exponent = (abs(value).log() / arb(10).log()).str(6, radius=False)
    return f"{'-' if value < 0 else ''}10^({exponent})"


def _plain_text(number: int, place: int, digits: int) -> str:
    """An integer's digits, of which the first stands for that power of ten, as `format(value, "g")` writes them."""
    sign_text, kept = "-" if number < 0 else "", str(abs(number)).rstrip("0")
    return sign_text + _placed(kept, place, digits)


def _placed(kept: str, place: int, digits: int) -> str:
    if -5 < place < 0:
        return "0." + "0" * (-place - 1) + kept
    if 0 <= place < digits:
        return kept.ljust(place + 1, "0") if len(kept) <= place + 1 else f"{kept[: place + 1]}.{kept[place + 1 :]}"
    return f"{kept[0]}{'.' if kept[1:] else ''}{kept[1:]}e{'-' if place < 0 else '+'}{abs(place):02d}"
