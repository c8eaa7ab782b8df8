"""Laurent polynomials with fractional exponents and rational coefficients, in numbered generators.

A monomial is a sorted tuple of (generator, exponent); a polynomial maps monomials to coefficients, none of them zero.
Generators are numbered by `Generators`, which also knows the relations between them: i*i is -1, |g|*|g| is g*g, a
prime's exponent is below one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from fractions import Fraction
from math import floor
from typing import Final, TypeAlias

Rational: TypeAlias = int | Fraction
"""A number: an int where it is whole (see `whole`), because the arithmetic of ints takes a tenth of the time. Two are
divided by `quotient`."""
Monomial: TypeAlias = tuple[tuple[int, Rational], ...]
Polynomial: TypeAlias = dict[Monomial, Rational]
Key: TypeAlias = tuple[tuple[Monomial, Rational], ...]
"""A polynomial as a value that can be compared and hashed."""

MAX_TERMS: Final = 600
"""Terms of one polynomial."""
MAX_PRODUCTS: Final = 20_000
"""Products of terms in one multiplication."""
MAX_WORK: Final = 60_000
"""Products of terms in one proof, which bounds its time."""
MAX_EXPONENT: Final = 24
"""The largest power of a sum that is multiplied out."""
MAX_PRIME: Final = 10_000
"""Prime factors of a number under a root are looked for up to here."""

UNIT: Final[Monomial] = ()
ONE: Final = 1
I: Final = 0  # noqa: E741 (its name in mathematics)
"""The generator whose square is -1."""


class NoProof(Exception):  # noqa: N818 (an outcome, not a fault)
    """The arithmetic does not reach this far, or not at a price worth paying."""


class Generators:
    """The generators met so far, by what they stand for, and what is known of their signs.

    A generator is a tuple that begins with its kind: `("name", x)`, `("exp", monomial)`, `("log", generator)` …
    A sum stands as a generator of the kind `sum` under roots and in denominators; `sums` has what it stands for.
    `related` are the generators some powers of which are something else.
    """

    def __init__(self) -> None:
        self.meanings: list[tuple[Hashable, ...]] = []
        self.numbers: dict[tuple[Hashable, ...], int] = {}
        self.sums: dict[int, Polynomial] = {}
        self.signs: dict[int, int] = {}
        self.related: set[int] = set()
        self.work = 0
        self.number(("i",))

    def copy(self) -> Generators:
        """The same generators, to which more may be added without a trace here."""
        other = Generators.__new__(Generators)
        other.meanings, other.numbers = self.meanings[:], dict(self.numbers)
        other.sums, other.signs, other.related = dict(self.sums), dict(self.signs), set(self.related)
        other.work = 0
        return other

    def number(self, meaning: tuple[Hashable, ...]) -> int:
        """The number of the generator with this meaning."""
        found = self.numbers.get(meaning)
        if found is None:
            found = self.numbers[meaning] = len(self.meanings)
            self.meanings.append(meaning)
            if meaning[0] in ("exp", "prime", "abs", "constant"):
                self.signs[found] = 1
            if meaning[0] in ("i", "prime", "abs"):
                self.related.add(found)
        return found

    def kind(self, generator: int) -> Hashable:
        """The kind of a generator."""
        return self.meanings[generator][0]

    def is_real(self, generator: int) -> bool:
        """Whether it is no part of a complex number."""
        return self.meanings[generator][0] not in ("i", "cis")

    def monomial(self, generator: int, exponent: Rational = ONE) -> Polynomial:
        """generator ** exponent."""
        return self.product({UNIT: ONE}, {((generator, exponent),): ONE})

    def product(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """left * right."""
        self.work += len(left) * len(right)
        if len(left) * len(right) > MAX_PRODUCTS or self.work > MAX_WORK:
            raise NoProof
        result: Polynomial = {}
        for first, one in left.items():
            for second, other in right.items():
                factor, monomial = self._times(first, second)
                total = result.get(monomial, 0) + one * other * factor
                if total:
                    result[monomial] = whole(total)
                else:
                    result.pop(monomial, None)
        if len(result) > MAX_TERMS:
            raise NoProof
        return result

    def whole_power(self, base: Polynomial, exponent: int) -> Polynomial:
        """base ** exponent, multiplied out, of an exponent that is not negative."""
        if exponent > MAX_EXPONENT:
            raise NoProof
        result: Polynomial = {UNIT: ONE}
        while exponent:
            if exponent & 1:
                result = self.product(result, base)
            exponent >>= 1
            if exponent:
                base = self.product(base, base)
        return result

    def raised(self, monomial: Monomial, exponent: Rational) -> Polynomial:
        """monomial ** exponent, each generator to its own power."""
        return self.product({UNIT: ONE}, {tuple((g, e * exponent) for g, e in monomial): ONE})

    def _times(self, left: Monomial, right: Monomial) -> tuple[Rational, Monomial]:
        exponents = dict(left)
        for generator, exponent in right:
            exponents[generator] = exponents.get(generator, 0) + exponent
        factor: Rational = ONE
        if not self.related.isdisjoint(exponents):
            for generator in tuple(exponents):
                if generator in self.related:
                    factor *= self._reduced(generator, exponents)
        return factor, tuple(sorted([(g, whole(e)) for g, e in exponents.items() if e]))

    def _reduced(self, generator: int, exponents: dict[int, Rational]) -> Rational:
        """Bring an exponent into its range by the generator's relation; the number that comes out of it."""
        exponent, kind = exponents[generator], self.kind(generator)
        if kind == "i":
            exponents[generator] = exponent % 2
            return ONE if exponent % 4 < 2 else -ONE
        if kind == "prime":
            exponents[generator] = exponent - floor(exponent)
            prime = self.meanings[generator][1]
            assert isinstance(prime, int)
            return Fraction(prime) ** floor(exponent)
        inner = self.meanings[generator][1]
        assert isinstance(inner, int)
        sign = self.signs.get(inner)
        moved: Rational = floor(exponent) if sign else exponent // 2 * 2
        if sign == 1:
            moved = exponent
        exponents[generator] = exponent - moved
        exponents[inner] = exponents.get(inner, 0) + moved
        return -ONE if sign == -1 and moved % 2 else ONE


def whole(number: Rational) -> Rational:
    """The number as an int, where it is one."""
    return number.numerator if number.denominator == 1 else number


def quotient(above: Rational, below: Rational) -> Rational:
    """above / below, exactly."""
    return whole(Fraction(above, below))


def size(number: Rational) -> Rational:
    """|number|."""
    return number if number >= 0 else -number


def add(left: Polynomial, right: Polynomial, factor: Rational = ONE) -> Polynomial:
    """left + factor * right."""
    result = dict(left)
    for monomial, coefficient in right.items():
        total = result.get(monomial, 0) + coefficient * factor
        if total:
            result[monomial] = whole(total)
        else:
            result.pop(monomial, None)
    if len(result) > MAX_TERMS:
        raise NoProof
    return result


def scaled(polynomial: Polynomial, factor: Rational) -> Polynomial:
    """factor * polynomial."""
    return {monomial: whole(coefficient * factor) for monomial, coefficient in polynomial.items()} if factor else {}


def constant(value: Rational) -> Polynomial:
    """A number."""
    return {UNIT: whole(value)} if value else {}


def as_number(polynomial: Polynomial) -> Rational | None:
    """The number that a polynomial is, None where it is none."""
    if not polynomial:
        return 0
    return polynomial.get(UNIT) if len(polynomial) == 1 else None


def key(polynomial: Polynomial) -> Key:
    """The polynomial as a value."""
    return tuple(sorted(polynomial.items()))


def prime_factors(number: int) -> Iterator[tuple[int, int]]:
    """The prime factors of a positive number with their exponents. Raises NoProof where they are large."""
    for candidate in range(2, MAX_PRIME):
        if candidate * candidate > number:
            break
        exponent = 0
        while number % candidate == 0:
            number //= candidate
            exponent += 1
        if exponent:
            yield candidate, exponent
    if number > MAX_PRIME * MAX_PRIME:
        raise NoProof
    if number > 1:
        yield number, 1
