"""Powers, logarithms, exponentials and angles of ratios, by the laws that hold for real numbers.

Where a law needs to know a sign, what is under a root or a logarithm says it: sqrt(x) is only defined where x is not
negative, so there |x| is x. `learnt` tells that a sign was found after it had been wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd
from typing import Final

from flint import fmpq, fmpq_mpoly

from gradcli.calculus.identity.limits import NoProof, Outgrown, TableSize, prime_factors
from gradcli.calculus.identity.ratios import Ratio, Table

ONE: Final = fmpq(1)
HALF: Final = fmpq(1, 2)
MAX_DENOMINATOR: Final = 60
MAX_POWER: Final = 10_000
MAX_MULTIPLE: Final = 128
"""The largest multiple of an angle whose sine is written in terms of the angle's; that of a larger one is another."""
MAX_SPLIT_TERMS: Final = 30
MAX_SPLIT_DEGREE: Final = 12


class Algebra:
    """The laws, on one table of generators.

    With `splitting`, x^2 - 1 under a root or a logarithm is (x - 1)(x + 1): then its root is that of |x - 1| times
    that of |x + 1|, which is one way of seeing it and not always the better one.
    """

    def __init__(self, table: Table, *, splitting: bool) -> None:
        self.table = table
        self.splitting = splitting
        self.learnt = False

    def power(self, base: Ratio, exponent: fmpq) -> Ratio:
        """base ** exponent, where it is real."""
        if exponent.q > MAX_DENOMINATOR or abs(exponent) > MAX_POWER:
            raise NoProof
        if not base.above:
            if exponent > 0:
                return base
            raise NoProof
        if exponent.q == 1:
            return base ** int(exponent.p)
        coefficient, powers = self._positive(base)
        return self._root(coefficient, exponent) * self._magnitude_power(powers, exponent)

    def magnitude(self, value: Ratio) -> Ratio:
        """|value|."""
        sign = self.table.sign(value)
        if sign is not None:
            return value * fmpq(sign)
        coefficient, powers = self.factored(value)
        return self._magnitude_power(powers, ONE) * abs(coefficient)

    def sign(self, value: Ratio) -> Ratio:
        """value / |value|."""
        known = self.table.sign(value)
        return value / self.magnitude(value) if known is None else self.table.constant(fmpq(known))

    def log(self, value: Ratio) -> Ratio:
        """The natural logarithm, of a product as a sum."""
        coefficient, powers = self._positive(value)
        result = self.table.zero
        for number, degree in powers.items():
            result += self._log_of(number) * fmpq(degree, self.table.scale)
        for prime, times in prime_factors(coefficient):
            result += self._log_of(self.table.number("prime", prime)) * fmpq(times)
        return result

    def exp(self, value: Ratio) -> Ratio:
        """e ** value, of a sum as a product."""
        result = self.table.one
        for coefficient, term in value.terms():
            number = self.table.is_generator(term)
            kind, *meaning = self.table.meanings[number] if number is not None else ("",)
            if kind == "log":
                assert isinstance(meaning[0], int)
                factor = self._magnitude_power({meaning[0]: self.table.scale}, coefficient)
            else:
                unit, times = self._multiple("exp", term, coefficient)
                factor = self.table.generator(self.table.number("exp", term * unit), times * self.table.scale)
            result *= factor
        return result

    def cosine_and_sine(self, angle: Ratio) -> tuple[Ratio, Ratio]:
        """Those of a sum of angles by those of its terms."""
        result = None
        for coefficient, term in angle.terms():
            cosine, sine = self._of_term(term, abs(coefficient))
            turned = cosine, sine if coefficient > 0 else -sine
            result = turned if result is None else _turned(result, turned)
        return result or (self.table.one, self.table.zero)

    def factored(self, value: Ratio) -> tuple[fmpq, dict[int, int]]:
        """A ratio as a number times powers of generators: a sum becomes a generator."""
        parts = self._parts if self.splitting else None
        coefficient, powers = self.table.split(value.above, parts)
        if not value.below.is_one():
            below, others = self.table.split(value.below, parts)
            coefficient /= below
            for number, degree in others.items():
                powers[number] = powers.get(number, 0) - degree
        return coefficient, powers

    def _parts(self, polynomial: fmpq_mpoly) -> list[tuple[fmpq_mpoly, int]]:
        """The factors of a sum; the variables that FLINT has for generators stay together where they are whole."""
        scale = self.table.scale
        if len(polynomial) > MAX_SPLIT_TERMS or polynomial.total_degree() > MAX_SPLIT_DEGREE * scale:
            return [(polynomial, 1)]
        strides = [gcd(scale, stride) or 1 for stride in polynomial.deflation_index()[0]]
        _, parts = polynomial.deflate(strides).factor()
        inflated = [(part.inflate(strides), times) for part, times in parts]
        return [(part / part.coefficient(0), times) for part, times in inflated]

    def _positive(self, value: Ratio) -> tuple[fmpq, dict[int, int]]:
        """The factors of what is under a root or a logarithm, of which the one unknown sign is learnt."""
        if not value.above:
            raise NoProof
        coefficient, powers = self.factored(value)
        self.learnt |= self.table.require_positive(value, coefficient, powers)
        return coefficient, powers

    def _magnitude_power(self, powers: Mapping[int, int], exponent: fmpq) -> Ratio:
        """|product of powers| ** exponent."""
        result = self.table.one
        for number, degree in powers.items():
            positive = self.table.signs.get(number) == 1 or degree % self.table.scale
            base = number if positive else self.table.number("abs", number)
            result *= self.table.generator(base, self.table.degree(exponent * fmpq(degree, self.table.scale)))
        return result

    def _root(self, number: fmpq, exponent: fmpq) -> Ratio:
        """A number's magnitude to a fractional power."""
        result = self.table.one
        for prime, times in prime_factors(number):
            result *= self.table.generator(self.table.number("prime", prime), self.table.degree(exponent * times))
        return result

    def _log_of(self, number: int) -> Ratio:
        """log|generator|."""
        kind, *meaning = self.table.meanings[number]
        if kind == "exp":
            assert isinstance(meaning[0], Ratio)
            return meaning[0]
        if kind == "abs":
            assert isinstance(meaning[0], int)
            return self._log_of(meaning[0])
        return self.table.generator(self.table.number("log", number))

    def _multiple(self, kind: str, term: Ratio, coefficient: fmpq) -> tuple[fmpq, int]:
        """The part of a term that its generator is made of, and which multiple of it is wanted."""
        units, key = self.table.units, f"{kind} {term.key}"
        unit = units.setdefault(key, abs(coefficient))
        times = coefficient / unit
        if times.q != 1:
            raise Outgrown(TableSize(self.table.size.capacity, self.table.scale, {**units, key: unit / times.q}))
        return unit, int(times.p)

    def _of_term(self, term: Ratio, coefficient: fmpq) -> tuple[Ratio, Ratio]:
        """The cosine and the sine of a positive number times a term."""
        number = self.table.is_generator(term)
        kind, *meaning = self.table.meanings[number] if number is not None else ("",)
        if kind == "constant":
            return self._of_half_turns(term, coefficient)
        if kind == "call" and meaning[0] in ("asin", "atan") and coefficient.q == 1:
            assert isinstance(meaning[1], Ratio)
            return _multiplied(self._of_inverse(str(meaning[0]), meaning[1]), int(coefficient.p))
        return self._of_generators(term, coefficient)

    def _of_generators(self, term: Ratio, coefficient: fmpq) -> tuple[Ratio, Ratio]:
        unit, times = self._multiple("angle", term, coefficient)
        if times > MAX_MULTIPLE:
            unit, times = coefficient, 1
        cosine = self.table.generator(self.table.number("cos", term * unit))
        sine = self.table.generator(self.table.number("sin", term * unit))
        return _multiplied((cosine, sine), times)

    def _of_inverse(self, name: str, argument: Ratio) -> tuple[Ratio, Ratio]:
        """The cosine and the sine of asin or atan."""
        square = argument * argument
        if name == "asin":
            return self.power(self.table.one - square, HALF), argument
        cosine = self.power(self.table.one + square, -HALF)
        return cosine, argument * cosine

    def _of_half_turns(self, pi: Ratio, turns: fmpq) -> tuple[Ratio, Ratio]:
        """Those of pi * turns, by the angles of the first half of the first quadrant."""
        quarters = (turns * 2).floor()
        rest = turns - HALF * quarters
        other = HALF - rest if rest > HALF / 2 else rest
        if other in _ROOTS:
            cosine, sine = (self._root(square, HALF) * HALF if square else self.table.zero for square in _ROOTS[other])
        else:
            cosine, sine = self._of_generators(pi, other)
        if other != rest:
            cosine, sine = sine, cosine
        for _ in range(int(quarters) % 4):
            cosine, sine = -sine, cosine
        return cosine, sine


_ROOTS: Final = {
    fmpq(0): (fmpq(4), fmpq(0)),
    fmpq(1, 6): (fmpq(3), fmpq(1)),
    fmpq(1, 4): (fmpq(2), fmpq(2)),
}
"""Half turns to the squares of twice the cosine and twice the sine."""


def _turned(angle: tuple[Ratio, Ratio], other: tuple[Ratio, Ratio]) -> tuple[Ratio, Ratio]:
    """The cosine and the sine of the sum of two angles."""
    (cosine, sine), (other_cosine, other_sine) = angle, other
    return cosine * other_cosine - sine * other_sine, sine * other_cosine + cosine * other_sine


def _multiplied(angle: tuple[Ratio, Ratio], times: int) -> tuple[Ratio, Ratio]:
    """The cosine and the sine of a positive multiple of an angle."""
    if times > MAX_MULTIPLE:
        raise NoProof
    result = angle
    for bit in f"{times:b}"[1:]:
        result = _turned(result, result)
        if bit == "1":
            result = _turned(result, angle)
    return result
