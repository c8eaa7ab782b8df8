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

Monomial: TypeAlias = tuple[tuple[int, Fraction], ...]
Polynomial: TypeAlias = dict[Monomial, Fraction]
Key: TypeAlias = tuple[tuple[Monomial, Fraction], ...]
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
ONE: Final = Fraction(1)
I: Final = 0  # noqa: E741 (its name in mathematics)
"""The generator whose square is -1."""


class NoProof(Exception):  # noqa: N818 (an outcome, not a fault)
    """The arithmetic does not reach this far, or not at a price worth paying."""


class Generators:
    """The generators met so far, by what they stand for, and what is known of their signs.

    A generator is a tuple that begins with its kind: `("name", x)`, `("exp", monomial)`, `("log", generator)` …
    A sum stands as a generator of the kind `sum` under roots and in denominators; `sums` has what it stands for.
    """

    def __init__(self) -> None:
        self.meanings: list[tuple[Hashable, ...]] = []
        self.numbers: dict[tuple[Hashable, ...], int] = {}
        self.sums: dict[int, Polynomial] = {}
        self.signs: dict[int, int] = {}
        self.work = 0
        self.number(("i",))

    def copy(self) -> Generators:
        """The same generators, to which more may be added without a trace here."""
        other = Generators.__new__(Generators)
        other.meanings, other.numbers = self.meanings[:], dict(self.numbers)
        other.sums, other.signs = dict(self.sums), dict(self.signs)
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
        return found

    def kind(self, generator: int) -> Hashable:
        """The kind of a generator."""
        return self.meanings[generator][0]

    def is_real(self, generator: int) -> bool:
        """Whether it is no part of a complex number."""
        return self.meanings[generator][0] not in ("i", "cis")

    def monomial(self, generator: int, exponent: Fraction = ONE) -> Polynomial:
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
                    result[monomial] = total
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

    def raised(self, monomial: Monomial, exponent: Fraction) -> Polynomial:
        """monomial ** exponent, each generator to its own power."""
        return self.product({UNIT: ONE}, {tuple((g, e * exponent) for g, e in monomial): ONE})

    def _times(self, left: Monomial, right: Monomial) -> tuple[Fraction, Monomial]:
        exponents = dict(left)
        for generator, exponent in right:
            exponents[generator] = exponents.get(generator, Fraction(0)) + exponent
        factor = ONE
        for generator in tuple(exponents):
            kind = self.meanings[generator][0]
            if kind in ("i", "prime", "abs"):
                factor *= self._reduced(generator, kind, exponents)
        return factor, tuple(sorted((g, e) for g, e in exponents.items() if e))

    def _reduced(self, generator: int, kind: Hashable, exponents: dict[int, Fraction]) -> Fraction:
        """Bring an exponent into its range by the generator's relation; the number that comes out of it."""
        exponent = exponents[generator]
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
        whole = floor(exponent) if sign else floor(exponent / 2) * 2
        if sign == 1:
            whole = exponent  # type: ignore[assignment]
        exponents[generator] = exponent - whole
        exponents[inner] = exponents.get(inner, Fraction(0)) + whole
        return -ONE if sign == -1 and whole % 2 else ONE


def add(left: Polynomial, right: Polynomial, factor: Fraction = ONE) -> Polynomial:
    """left + factor * right."""
    result = dict(left)
    for monomial, coefficient in right.items():
        total = result.get(monomial, 0) + coefficient * factor
        if total:
            result[monomial] = total
        else:
            result.pop(monomial, None)
    if len(result) > MAX_TERMS:
        raise NoProof
    return result


def scaled(polynomial: Polynomial, factor: Fraction) -> Polynomial:
    """factor * polynomial."""
    return {monomial: coefficient * factor for monomial, coefficient in polynomial.items()} if factor else {}


def constant(value: Fraction | int) -> Polynomial:
    """A number."""
    return {UNIT: Fraction(value)} if value else {}


def as_number(polynomial: Polynomial) -> Fraction | None:
    """The number that a polynomial is, None where it is none."""
    if not polynomial:
        return Fraction(0)
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
