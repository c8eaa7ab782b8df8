"""Powers, logarithms, exponentials and angles of polynomials, by the laws that hold for real numbers.

Where a law needs to know a sign, what is under a root or a logarithm says it: sqrt(x) is only defined where x is not
negative, so there |x| is x. `learnt` tells that a sign was found after it had been wanted.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from math import isqrt
from typing import Final

from gradcli.calculus.identity.polynomials import (
    ONE,
    UNIT,
    Generators,
    I,
    Monomial,
    NoProof,
    Polynomial,
    Rational,
    add,
    constant,
    key,
    prime_factors,
    quotient,
    scaled,
    size,
    whole,
)

EXPANDED: Final = 6
"""Powers of sums up to this one are multiplied out at once."""
HALF: Final = Fraction(1, 2)
MAX_DENOMINATOR: Final = 60
MAX_POWER: Final = 10_000
MAX_BITS: Final = 10_000
"""Bits of a number that a power of a number may have."""


class Algebra:
    """The laws, on one table of generators.

    With `splitting`, x^2 - 1 under a root or in a denominator is (x - 1)(x + 1): then its root is that of |x - 1| times
    that of |x + 1|, which is one way of seeing it and not always the better one.
    """

    def __init__(self, generators: Generators, *, splitting: bool) -> None:
        self.generators = generators
        self.splitting = splitting
        self.learnt = False

    def power(self, base: Polynomial, exponent: Rational) -> Polynomial:
        """base ** exponent, where it is real."""
        if exponent.denominator > MAX_DENOMINATOR or size(exponent) > MAX_POWER:
            raise NoProof
        if not base:
            if exponent > 0:
                return {}
            raise NoProof
        if exponent.denominator == 1 and (0 <= exponent <= EXPANDED or (len(base) == 1 and exponent > 0)):
            if len(base) > 1:
                return self.generators.whole_power(base, int(exponent))
            ((monomial, coefficient),) = base.items()
            return scaled(self.generators.raised(monomial, exponent), _number_power(coefficient, int(exponent)))
        coefficient, monomial = self.factored(base)
        if exponent.denominator == 1:
            return scaled(self.generators.raised(monomial, exponent), _number_power(coefficient, int(exponent)))
        self._require_positive(coefficient, monomial)
        return self.generators.product(
            self._root(size(coefficient), exponent), self._magnitude_power(monomial, exponent)
        )

    def magnitude(self, value: Polynomial) -> Polynomial:
        """|value|."""
        if not value:
            return {}
        coefficient, monomial = self.factored(value)
        return scaled(self._magnitude_power(monomial, ONE), size(coefficient))

    def sign(self, value: Polynomial) -> Polynomial:
        """value / |value|."""
        return self.generators.product(value, self.power(self.magnitude(value), -ONE))

    def log(self, value: Polynomial) -> Polynomial:
        """The natural logarithm, of a product as a sum."""
        if not value:
            raise NoProof
        coefficient, monomial = self.factored(value)
        self._require_positive(coefficient, monomial)
        result: Polynomial = {}
        for generator, exponent in monomial:
            self._accumulate(result, self._log_of(generator), exponent)
        for number, direction in ((abs(coefficient.numerator), 1), (coefficient.denominator, -1)):
            for prime, times in prime_factors(number):
                self._accumulate(result, self._log_of(self._prime(prime)), times * direction)
        return result

    def exp(self, value: Polynomial) -> Polynomial:
        """e ** value, of a sum as a product."""
        result: Polynomial = {UNIT: ONE}
        together: Polynomial = {}
        for monomial, coefficient in value.items():
            if not all(self.generators.is_real(generator) for generator, _ in monomial):
                together[monomial] = coefficient
                continue
            result = self.generators.product(result, self._exp_of(monomial, coefficient))
        if together:
            scale, normal = _normal(together)
            result = self.generators.product(result, self._generator(("exp", key(normal)), scale))
        return result

    def cis(self, angle: Polynomial) -> Polynomial:
        """exp(i * angle), of a sum as a product."""
        result: Polynomial = {UNIT: ONE}
        together: Polynomial = {}
        for monomial, coefficient in angle.items():
            if not all(self.generators.is_real(generator) for generator, _ in monomial):
                together[monomial] = coefficient
                continue
            result = self.generators.product(result, self._cis_of(monomial, coefficient))
        if together:
            scale, normal = _normal(together)
            result = self.generators.product(result, self._generator(("cis", key(normal)), scale))
        return result

    def factored(self, value: Polynomial) -> tuple[Rational, Monomial]:
        """A polynomial as a number times one monomial: a sum becomes a generator, without what all its terms share."""
        if len(value) == 1:
            ((monomial, coefficient),) = value.items()
            if any(not self.generators.is_real(generator) for generator, _ in monomial):
                raise NoProof
            return coefficient, monomial
        shared = self._shared(value)
        inverse = tuple((generator, -exponent) for generator, exponent in shared)
        scale, normal = _normal(self.generators.product(value, {inverse: ONE}))
        parts = self._split(normal) if self.splitting else None
        if parts is None:
            return self._with_sum(scale, shared, normal)
        factors = [self.factored(part) for part in parts]
        product: Polynomial = {shared: ONE}
        for coefficient, monomial in factors:
            scale *= coefficient
            product = self.generators.product(product, {monomial: ONE})
        ((monomial, coefficient),) = product.items()
        return scale * coefficient, monomial

    def _split(self, value: Polynomial) -> tuple[Polynomial, Polynomial] | None:
        """A polynomial of the second degree in one monomial as two of the first, where its roots are rational."""
        monomials = [monomial for monomial in value if monomial]
        if len(value) == len(monomials) or not 1 <= len(monomials) <= 2:
            return None
        half = min(monomials, key=lambda monomial: sum((size(e) for _, e in monomial), 0))
        if len(monomials) == 1:
            if any(exponent.denominator != 1 or exponent % 2 for _, exponent in half):
                return None
            half = tuple((generator, exponent // 2) for generator, exponent in half)
        twice = tuple((generator, exponent * 2) for generator, exponent in half)
        if twice not in value or not all(self.generators.is_real(generator) for generator, _ in half):
            return None
        a, b, c = value[twice], value.get(half, 0), value[UNIT]
        root = _rational_root(b * b - 4 * a * c)
        if root is None:
            return None
        first, second = quotient(root - b, 2 * a), quotient(-root - b, 2 * a)
        return {half: a, **constant(-a * first)}, {half: ONE, **constant(-second)}

    def _with_sum(self, scale: Rational, shared: Monomial, normal: Polynomial) -> tuple[Rational, Monomial]:
        """A number times what is shared times the generator that stands for a sum."""
        number = self.generators.number(("sum", key(normal)))
        if number not in self.generators.sums:
            self.generators.sums[number] = normal
            if self._is_positive(normal):
                self.generators.signs[number] = 1
        factor, monomial = next(
            (coefficient, each)
            for each, coefficient in self.generators.product({shared: ONE}, {((number, ONE),): ONE}).items()
        )
        return scale * factor, monomial

    def _shared(self, value: Polynomial) -> Monomial:
        """The real generators with the smallest exponents that all terms have."""
        lowest: dict[int, Rational] = {}
        for count, monomial in enumerate(value):
            exponents = dict(monomial)
            if count == 0:
                lowest = {g: e for g, e in exponents.items() if self.generators.is_real(g)}
                continue
            for generator in set(lowest) | set(exponents):
                if self.generators.is_real(generator):
                    least = min(lowest.get(generator, 0), exponents.get(generator, 0))
                    lowest[generator] = least
        return tuple(sorted((generator, exponent) for generator, exponent in lowest.items() if exponent))

    def _is_positive(self, value: Polynomial) -> bool:
        """Whether every term is positive by itself."""
        return all(
            coefficient > 0
            and all(
                self.generators.is_real(generator)
                and (self.generators.signs.get(generator) == 1 or (exponent.denominator == 1 and exponent % 2 == 0))
                for generator, exponent in monomial
            )
            for monomial, coefficient in value.items()
        )

    def _require_positive(self, coefficient: Rational, monomial: Monomial) -> None:
        """Learn the one unknown sign in a product that must be positive."""
        unknown = [
            generator
            for generator, exponent in monomial
            if generator not in self.generators.signs and exponent.denominator == 1 and exponent % 2
        ]
        if len(unknown) != 1:
            return
        sign = 1 if coefficient > 0 else -1
        for generator, exponent in monomial:
            if exponent.denominator == 1 and exponent % 2:
                sign *= self.generators.signs.get(generator, 1)
        self.generators.signs[unknown[0]] = sign
        self.learnt = True

    def _magnitude_power(self, monomial: Monomial, exponent: Rational) -> Polynomial:
        """|monomial| ** exponent."""
        result: Polynomial = {UNIT: ONE}
        for generator, power in monomial:
            raised = power * exponent
            if self.generators.signs.get(generator) == 1 or power.denominator != 1:
                factor: Polynomial = {((generator, raised),): ONE}
            else:
                factor = {((self.generators.number(("abs", generator)), raised),): ONE}
            result = self.generators.product(result, factor)
        return result

    def _root(self, number: Rational, exponent: Rational) -> Polynomial:
        """A positive number to a fractional power."""
        result: Polynomial = {UNIT: ONE}
        for part, direction in ((number.numerator, 1), (number.denominator, -1)):
            for prime, times in prime_factors(part):
                result = self.generators.product(result, {((self._prime(prime), exponent * times * direction),): ONE})
        return result

    def _prime(self, prime: int) -> int:
        return self.generators.number(("prime", prime))

    def _log_of(self, generator: int) -> Polynomial:
        """log|generator|."""
        kind, *meaning = self.generators.meanings[generator]
        if kind == "exp":
            return dict(meaning[0])  # type: ignore[call-overload,no-any-return]
        if kind == "abs":
            return self._log_of(meaning[0])  # type: ignore[arg-type]
        return {((self.generators.number(("log", generator)), ONE),): ONE}

    def _exp_of(self, monomial: Monomial, coefficient: Rational) -> Polynomial:
        if len(monomial) == 1 and monomial[0][1] == 1:
            kind, *meaning = self.generators.meanings[monomial[0][0]]
            if kind == "log":
                return self._magnitude_power(((meaning[0], ONE),), coefficient)  # type: ignore[arg-type]
        return self._generator(("exp", ((monomial, ONE),)), coefficient)

    def _cis_of(self, monomial: Monomial, coefficient: Rational) -> Polynomial:
        inverse = self._angle_of_inverse(monomial)
        if inverse is not None and coefficient.denominator == 1 and size(coefficient) <= EXPANDED:
            turned = inverse if coefficient > 0 else self._conjugate(inverse)
            return self.generators.whole_power(turned, int(size(coefficient)))
        if (
            len(monomial) == 1
            and self.generators.meanings[monomial[0][0]] == ("constant", "pi")
            and monomial[0][1] == 1
        ):
            known = self._half_turns(coefficient % 2)
            if known is not None:
                return known
            coefficient %= 2
        return self._generator(("cis", ((monomial, ONE),)), coefficient)

    def _angle_of_inverse(self, monomial: Monomial) -> Polynomial | None:
        """exp(i u) of u = asin(v) or atan(v)."""
        if len(monomial) != 1 or monomial[0][1] != 1:
            return None
        kind, *meaning = self.generators.meanings[monomial[0][0]]
        if kind != "call" or meaning[0] not in ("asin", "atan"):
            return None
        (argument,) = (dict(each) for each in meaning[1])  # type: ignore[attr-defined]
        square = self.generators.product(argument, argument)
        imaginary = self.generators.product({((I, ONE),): ONE}, argument)
        if meaning[0] == "asin":
            return add(self.power(add(constant(1), square, -ONE), HALF), imaginary)
        return self.generators.product(add(constant(1), imaginary), self.power(add(constant(1), square), -HALF))

    def _conjugate(self, value: Polynomial) -> Polynomial:
        """With -i in the place of i."""
        return {
            monomial: -coefficient if any(g == I and e % 2 for g, e in monomial) else coefficient
            for monomial, coefficient in value.items()
        }

    def _half_turns(self, turns: Rational) -> Polynomial | None:
        """exp(i pi turns) of the angles whose sine and cosine are roots of numbers."""
        quarters, rest = divmod(turns, HALF)
        if rest not in _FIRST_QUARTER:
            return None
        cosine, sine = (scaled(self._root(square, HALF), HALF) if square else {} for square in _FIRST_QUARTER[rest])
        i: Polynomial = {((I, ONE),): ONE}
        result = dict(cosine)
        for monomial, coefficient in self.generators.product(i, sine).items():
            result[monomial] = whole(result.get(monomial, 0) + coefficient)
        for _ in range(int(quarters)):
            result = self.generators.product(i, result)
        return result

    def _generator(self, meaning: tuple[Hashable, ...], exponent: Rational) -> Polynomial:
        return self.generators.monomial(self.generators.number(meaning), exponent)

    def _accumulate(self, result: Polynomial, term: Polynomial, factor: Rational) -> None:
        for monomial, coefficient in term.items():
            total = result.get(monomial, 0) + coefficient * factor
            if total:
                result[monomial] = whole(total)
            else:
                result.pop(monomial, None)


_FIRST_QUARTER: Final = {
    0: (4, 0),
    Fraction(1, 6): (3, 1),
    Fraction(1, 4): (2, 2),
    Fraction(1, 3): (1, 3),
}
"""Half turns to the squares of twice the cosine and twice the sine."""


def _rational_root(number: Rational) -> Rational | None:
    """The square root of a number, if it is rational."""
    if number < 0:
        return None
    above, below = isqrt(number.numerator), isqrt(number.denominator)
    return Fraction(above, below) if above * above == number.numerator and below * below == number.denominator else None


def _number_power(number: Rational, exponent: int) -> Rational:
    bits = max(number.numerator.bit_length(), number.denominator.bit_length())
    if bits * abs(exponent) > MAX_BITS:
        raise NoProof
    return whole(number**exponent) if exponent >= 0 else quotient(1, number**-exponent)


def _normal(value: Polynomial) -> tuple[Rational, Polynomial]:
    """A number, and the polynomial divided by it, so that its first coefficient is 1."""
    lead = value[min(value)]
    return lead, scaled(value, quotient(1, lead))
