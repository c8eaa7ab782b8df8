"""Ratios of polynomials with rational coefficients, in numbered generators, in the arithmetic of FLINT.

A generator stands for something real: a variable, a prime under a root, the sine of an angle. The variable that FLINT
has for it is a root of it (`Size.scale`), so that fractional powers are polynomials, too. Some generators have a
power that is something else (`Relation`): a prime's root, |g|, the sine beside its cosine, a sum.

FLINT cannot be interrupted: what a product or a power costs is known before it is made, from terms and bits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from math import comb, floor, lcm
from typing import Final

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from gradcli.language.values import field, frozen

MAX_TERMS: Final = 4_000
"""Terms of one polynomial."""
MAX_WORK: Final = 2_000_000
"""Products of terms, of words of 64 bits, in one proof, which bounds its time."""
MAX_BITS: Final = 20_000
"""Bits of the coefficients of one polynomial."""
CHECKED_BITS: Final = 512
"""Bits that coefficients may have before they are counted, and not only estimated."""
MAX_EXPANDED: Final = 24
"""The largest power of a sum that is multiplied out at once; larger ones are powers of a generator."""
MAX_DEGREE: Final = 1_000_000
MAX_DIVISOR: Final = 20_000
"""Products of terms up to which a common divisor is looked for."""
MAX_DIVISOR_DEGREE: Final = 500
MAX_CAPACITY: Final = 128
MAX_SCALE: Final = 5_040
MAX_PRIME: Final = 10_000
"""Prime factors of a number under a root are looked for up to here."""

POSITIVE: Final = frozenset({"exp", "prime", "abs", "constant"})
UNITY: Final = fmpq(1)


class NoProof(Exception):  # noqa: N818 (an outcome, not a fault)
    """The arithmetic does not reach this far, or not at a price worth paying."""


@frozen
class Size:
    """How many generators a table has room for, which root of them its variables are, and of which parts of
    exponents and angles the others are multiples (by what they are parts of)."""

    capacity: int = 16
    scale: int = 2
    units: Mapping[str, Fraction] = field(default_factory=dict)


class Outgrown(Exception):  # noqa: N818 (an outcome, not a fault)
    """The table is too small: everything is to be read again with one of this size."""

    def __init__(self, size: Size) -> None:
        super().__init__(size)
        if size.capacity > MAX_CAPACITY or size.scale > MAX_SCALE:
            raise NoProof
        self.size = size


@frozen
class Relation:
    """variable ** degree is something else: polynomials are divided by `divisor`, the difference of the two."""

    variable: int
    degree: int
    divisor: fmpq_mpoly
    bits: int
    kept_below: bool
    """Whether the power is left as it is in denominators, where it is a product and the other side a sum."""


@frozen
class State:
    """What a table knows at one time."""

    count: int
    numbers: dict[tuple[Hashable, ...], int]
    signs: dict[int, int]
    relations: dict[int, Relation]
    units: dict[str, Fraction]


class Table:
    """The generators met so far, by what they stand for, what is known of their signs, and the arithmetic with them.

    A generator is a tuple that begins with its kind: `("name", x)`, `("exp", ratio)`, `("log", generator)` …
    """

    def __init__(self, size: Size) -> None:
        self.size, self.scale = size, size.scale
        self._context, self._variables = _context(size.capacity)
        self._unit = self._context.constant(1)
        self.one = Ratio(self, self._unit, self._unit, 1)
        self.zero = Ratio(self, self._context.constant(0), self._unit, 1)
        self.meanings: list[tuple[Hashable, ...]] = []
        self.numbers: dict[tuple[Hashable, ...], int] = {}
        self.signs: dict[int, int] = {}
        self.units = dict(size.units)
        self.work = 0
        self._relations: dict[int, Relation] = {}

    def state(self) -> State:
        """What is known now, to come back to."""
        return State(
            len(self.meanings), dict(self.numbers), dict(self.signs), dict(self._relations), dict(self.units)
        )

    def restore(self, state: State) -> None:
        """Forget what came after."""
        self.numbers, self.signs, self._relations, self.units = state.numbers, state.signs, state.relations, state.units
        del self.meanings[state.count :]

    def number(self, kind: str, *parts: Ratio | str | int) -> int:
        """The number of the generator with this meaning."""
        key = (kind, *(part.key if isinstance(part, Ratio) else part for part in parts))
        found = self.numbers.get(key)
        if found is None:
            found = len(self.meanings)
            if found == self.size.capacity:
                raise Outgrown(Size(found * 2, self.scale, self.units))
            self.numbers[key] = found
            self.meanings.append((kind, *parts))
            if self._is_positive_by_itself(found):
                self.signs[found] = 1
            self._relate(found)
        return found

    def learn(self, number: int, sign: int) -> None:
        """The sign of a generator is this one."""
        self.signs[number] = sign
        magnitude = self.numbers.get(("abs", number))
        if magnitude is not None:
            self._relate(magnitude)

    def forget(self, state: dict[int, int]) -> None:
        """Know these signs, and no more of them but what generators say themselves."""
        for number in [each for each in self.signs if each not in state and not self._is_positive_by_itself(each)]:
            del self.signs[number]
            if ("abs", number) in self.numbers:
                self._relate(self.numbers["abs", number])

    def constant(self, value: Fraction | int) -> Ratio:
        """A number."""
        bits = value.numerator.bit_length() + value.denominator.bit_length()
        if bits > MAX_BITS:
            raise NoProof
        return Ratio(self, self._context.constant(fmpq(value.numerator, value.denominator)), self._unit, bits)

    def generator(self, number: int, exponent: Fraction | int = 1) -> Ratio:
        """generator ** exponent."""
        kind, *meaning = self.meanings[number]
        factor = Fraction(1)
        if kind == "prime":
            assert isinstance(meaning[0], int)
            whole = floor(exponent)
            if abs(whole) * meaning[0].bit_length() > MAX_BITS:
                raise NoProof
            exponent, factor = exponent - whole, Fraction(meaning[0]) ** whole
        degree = exponent * self.scale
        if degree.denominator != 1:
            raise Outgrown(Size(self.size.capacity, lcm(self.scale, exponent.denominator), self.units))
        if abs(degree) > MAX_DEGREE:
            raise NoProof
        raised = Ratio(self, self.reduced(self._variables[number] ** int(abs(degree)), 1), self._unit, 1)
        return (raised if degree >= 0 else raised.inverse()) * factor if factor != 1 or degree < 0 else raised

    def is_generator(self, value: Ratio) -> int | None:
        """The number of the generator that the value is, if it is one."""
        if len(value.above) != 1 or value.above.total_degree() != self.scale or not value.below.is_one():
            return None
        ((number, degree),) = self.degrees(value.above.monomial(0)) or ((0, 0),)
        return number if degree == 1 and value.above.coefficient(0) == 1 else None

    def degrees(self, monomial: tuple[int, ...]) -> tuple[tuple[int, Fraction], ...]:
        """The generators of a monomial with their exponents."""
        last = self.size.capacity - 1
        return tuple((last - place, Fraction(int(e), self.scale)) for place, e in enumerate(monomial) if e)

    def ratio(self, above: fmpq_mpoly, below: fmpq_mpoly, bits: int) -> Ratio:
        """above / below, without common divisors, with a denominator whose first coefficient is 1."""
        above = self.reduced(above, bits)
        if not above:
            return self.zero
        if below.is_one():
            return Ratio(self, above, below, self.counted(bits, above))
        below = self.reduced(below, bits, below=True)
        if not below:
            raise NoProof
        above, below = self._rationalised(above, below, bits)
        if not below.is_constant():
            divisor = self._divisor(above, below)
            if not divisor.is_one():
                above, below = above / divisor, below / divisor
        lead = below.coefficient(0)
        if lead != UNITY:
            above, below = above / lead, below / lead
        return Ratio(self, above, below, self.counted(bits, above, below))

    def counted(self, bits: int, *polynomials: fmpq_mpoly) -> int:
        """The bits of coefficients: the estimate where it is low, else counted."""
        if bits > CHECKED_BITS:
            bits = max(_bits(each) for each in polynomials)
            if bits > MAX_BITS:
                raise NoProof
        return bits

    def monomial(self, degrees: tuple[int, ...]) -> fmpq_mpoly:
        """A monomial by the degrees of the variables."""
        return self._context.term(exp_vec=degrees)

    def times(self, left: fmpq_mpoly, right: fmpq_mpoly, bits: int) -> fmpq_mpoly:
        """left * right, of which each coefficient has at most so many bits."""
        if right is self._unit:
            return left
        self.pay(len(left) * len(right), bits)
        return left * right

    def pay(self, terms: int, bits: int) -> None:
        """Give up where so many products of terms of so many bits are too much for one proof."""
        self.work += terms * (1 + bits // 64)
        if self.work > MAX_WORK or bits > 2 * MAX_BITS:
            raise NoProof

    def power(self, base: fmpq_mpoly, exponent: int, bits: int) -> tuple[fmpq_mpoly, int]:
        """base ** exponent and its bits; what is too large to be multiplied out is a power of a generator."""
        if exponent * base.total_degree() > MAX_DEGREE * self.scale:
            raise NoProof
        if len(base) == 1 or self._can_expand(len(base), exponent):
            bits = exponent * (_bits(base) + len(base).bit_length())
            if bits > MAX_BITS:
                raise NoProof
            self.pay(comb(exponent + len(base) - 1, len(base) - 1), bits)
            return base**exponent, bits
        coefficient, powers = self.split(base)
        bits = exponent * _bits(self._context.constant(coefficient))
        if bits > MAX_BITS:
            raise NoProof
        raised = self._context.constant(coefficient**exponent)
        for number, times in powers.items():
            raised *= self._variables[number] ** int(times * self.scale * exponent)
        return raised, bits

    def split(
        self, polynomial: fmpq_mpoly, parts_of: Callable[[fmpq_mpoly], list[tuple[fmpq_mpoly, int]]] | None = None
    ) -> tuple[fmpq, dict[int, Fraction]]:
        """A polynomial as a number times powers of generators: a sum becomes one, without what all its terms share."""
        powers: dict[int, Fraction] = {}
        polynomial = self.unsquared(polynomial)
        content = polynomial.term_content()
        coefficient, rest = polynomial.coefficient(0), polynomial / content
        for part, times in ((content, 1), *(parts_of or _whole)(rest / coefficient)):
            if len(part) > 1:
                number = self.number("sum", Ratio(self, part, self._unit, _bits(part)))
                powers[number] = powers.get(number, Fraction()) + times
                continue
            for number, degree in self.degrees(part.monomial(0)):
                powers[number] = powers.get(number, Fraction()) + degree * times
        return coefficient, powers

    def unsquared(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The polynomial with sin^2 in the place of a factor 1 - cos^2."""
        if len(polynomial) == 1:
            return polynomial
        for relation in self._relations.values():
            if relation.kept_below and polynomial.total_degree() <= MAX_DIVISOR_DEGREE * self.scale:
                square = self._context.gen(relation.variable) ** relation.degree
                while len(polynomial) > 1:
                    quotient, rest = divmod(polynomial, square - relation.divisor)
                    if rest:
                        break
                    polynomial = quotient * square
        return polynomial

    def divided(self, value: Ratio) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """The quotient and the rest of a ratio; the whole is the rest where dividing could cost too much."""
        terms, degree = len(value.above) * len(value.below), value.above.total_degree() // self.scale
        if terms * degree**2 > MAX_DIVISOR:
            return self.zero.above, value.above
        return divmod(value.above, value.below)

    def reduced(self, polynomial: fmpq_mpoly, bits: int, *, below: bool = False, limit: int = 500) -> fmpq_mpoly:
        """The polynomial with what the relations say in the place of powers, where that has at most so many terms."""
        if not self._relations or polynomial.is_constant():
            return polynomial
        degrees = polynomial.degrees()
        for relation in reversed(self._relations.values()):
            times = degrees[relation.variable] // relation.degree
            if not times or (below and relation.kept_below):
                continue
            terms = len(polynomial) * comb(times + len(relation.divisor) - 2, times)
            if terms <= limit and times * relation.bits <= MAX_BITS:
                self.pay(terms, bits + times * relation.bits)
                polynomial = polynomial % relation.divisor
                degrees = polynomial.degrees()
        return polynomial

    def vanishes(self, polynomial: fmpq_mpoly, bits: int) -> bool:
        """Whether the polynomial is zero by the relations, multiplied out as far as the price allows."""
        while polynomial:
            if len(polynomial) == 1:
                return False
            reduced = self.reduced(polynomial / polynomial.term_content(), bits, limit=MAX_TERMS)
            if reduced == polynomial:
                return False
            polynomial = reduced
        return True

    def is_zero(self, value: Ratio) -> bool:
        """Whether the value is certainly zero."""
        return self.vanishes(value.above, value.bits)

    def require_nonzero(self, value: Ratio) -> None:
        """Raise NoProof where nothing can be divided by the value."""
        if self.is_zero(value):
            raise NoProof

    def require_positive(self, value: Ratio, coefficient: Fraction, powers: Mapping[int, Fraction]) -> bool:
        """Learn the one unknown sign in a product that must be positive; whether there was one."""
        odd = [number for number, power in powers.items() if power.denominator == 1 and power % 2]
        unknown = [number for number in odd if number not in self.signs]
        if len(unknown) != 1:
            return False
        sign = 1 if coefficient > 0 else -1
        for number in odd:
            sign *= self.signs.get(number, 1)
        self.learn(unknown[0], sign)
        return True

    def sign(self, value: Ratio) -> int | None:
        """The sign of a value, None where it is not known."""
        number = value.number
        return None if number is None else (number > 0) - (number < 0)

    def _is_positive_by_itself(self, number: int) -> bool:
        """Whether the generator is positive by its kind, or a sum whose terms all are."""
        kind, *meaning = self.meanings[number]
        if kind != "sum":
            return kind in POSITIVE
        assert isinstance(meaning[0], Ratio)
        return all(
            coefficient > 0
            and all(self.signs.get(each) == 1 or power % 2 == 0 for each, power in self.degrees(monomial))
            for monomial, coefficient in meaning[0].above.to_dict().items()
        )

    def _can_expand(self, terms: int, exponent: int) -> bool:
        return exponent <= MAX_EXPANDED and comb(exponent + terms - 1, exponent) <= MAX_TERMS

    def _relate(self, number: int) -> None:
        """Write down which power of the generator is something else."""
        kind, *meaning = self.meanings[number]
        degree, kept_below = self.scale, False
        if kind == "prime":
            other = self._context.constant(meaning[0])
        elif kind == "abs":
            assert isinstance(meaning[0], int)
            sign = self.signs.get(meaning[0])
            degree = {None: 2 * self.scale, 1: 1, -1: self.scale}[sign]
            other = self._variables[meaning[0]] ** degree * (sign or 1)
        elif kind == "sin":
            cosine = self._variables[self.number("cos", *meaning)]
            degree, other, kept_below = 2 * self.scale, 1 - cosine ** (2 * self.scale), True
        elif kind == "sum":
            assert isinstance(meaning[0], Ratio)
            other = meaning[0].above
        else:
            return
        divisor = self._variables[number] ** degree - other
        place = self.size.capacity - 1 - number
        self._relations[number] = Relation(place, degree, divisor, _bits(divisor) + 1, kept_below)

    def _rationalised(
        self, above: fmpq_mpoly, below: fmpq_mpoly, bits: int
    ) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """The same ratio without roots of numbers that all terms below share."""
        if below.is_constant():
            return above, below
        for number in self._relations:
            if self.meanings[number][0] == "prime":
                variable = self._variables[number]
                degree = below.term_content().degrees()[self.size.capacity - 1 - number]
                if degree:
                    factor = variable ** (self.scale - degree)
                    above, below = self.reduced(above * factor, bits), self.reduced(below * factor, bits, below=True)
        return above, below

    def _divisor(self, above: fmpq_mpoly, below: fmpq_mpoly) -> fmpq_mpoly:
        """The greatest common divisor, or, where that would cost too much, of the monomials alone."""
        terms = len(above) * len(below)
        if terms > MAX_DIVISOR or above.total_degree() + below.total_degree() > MAX_DIVISOR_DEGREE * self.scale:
            return above.term_content().gcd(below.term_content())
        self.work += terms
        return above.gcd(below)


class Ratio:
    """above / below, with coefficients of at most `bits` bits."""

    __slots__ = ("above", "below", "bits", "table")

    def __init__(self, table: Table, above: fmpq_mpoly, below: fmpq_mpoly, bits: int) -> None:
        self.table, self.above, self.below, self.bits = table, above, below, bits

    @property
    def key(self) -> str:
        """The value as something that can be compared and hashed."""
        return f"{self.above}/{self.below}"

    @property
    def number(self) -> Fraction | None:
        """The number that the value is, None where it is none."""
        if not self.above.is_constant() or not self.below.is_one():
            return None
        return fraction(self.above.coefficient(0)) if self.above else Fraction(0)

    def __add__(self, other: Ratio) -> Ratio:
        bits = self.bits + other.bits + 1
        if self.below == other.below:
            above = self.above + other.above
            if len(above) > MAX_TERMS:
                raise NoProof
            if self.below.is_one() and bits <= CHECKED_BITS:
                return Ratio(self.table, above, self.below, bits)
            return self.table.ratio(above, self.below, bits)
        bits += self.bits + other.bits
        times = self.table.times
        above = times(self.above, other.below, bits) + times(other.above, self.below, bits)
        return self.table.ratio(above, times(self.below, other.below, bits), bits)

    def __neg__(self) -> Ratio:
        return Ratio(self.table, -self.above, self.below, self.bits)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + -other

    def __mul__(self, other: Ratio | Fraction | int) -> Ratio:
        if not isinstance(other, Ratio):
            other = self.table.constant(other)
        bits = self.bits + other.bits + min(len(self.above), len(other.above)).bit_length()
        above = self.table.times(self.above, other.above, bits)
        if len(above) > MAX_TERMS:
            raise NoProof
        return self.table.ratio(above, self.table.times(self.below, other.below, bits), bits)

    def __truediv__(self, other: Ratio) -> Ratio:
        return self * other.inverse()

    def inverse(self) -> Ratio:
        """1 / self."""
        self.table.require_nonzero(self)
        return self.table.ratio(self.below, self.table.unsquared(self.above), self.bits)

    def __pow__(self, exponent: int) -> Ratio:
        if exponent < 0:
            return self.inverse() ** -exponent
        if exponent == 1:
            return self
        above, bits = self.table.power(self.above, exponent, self.bits)
        below, others = self.table.power(self.below, exponent, self.bits)
        return self.table.ratio(above, below, max(bits, others))

    def terms(self) -> Iterator[tuple[Fraction, Ratio]]:
        """The value as a sum: numbers times ratios whose first coefficient is 1."""
        whole, rest = self.above, None
        if len(self.below) > 1:
            whole, rest = self.table.divided(self)
        for monomial, coefficient in whole.to_dict().items():
            term = self.table.monomial(monomial)
            below = self.below if rest is None else self.table.one.below
            yield fraction(coefficient), self.table.ratio(term, below, self.bits)
        if rest:
            lead = rest.coefficient(0)
            yield fraction(lead), self.table.ratio(rest / lead, self.below, self.bits)


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


def fraction(number: fmpq) -> Fraction:
    """FLINT's rational as Python's."""
    return Fraction(int(number.p), int(number.q))


def _whole(polynomial: fmpq_mpoly) -> list[tuple[fmpq_mpoly, int]]:
    return [(polynomial, 1)]


def _bits(polynomial: fmpq_mpoly) -> int:
    """Bits of the largest coefficient over the common denominator."""
    above, below = 1, 1
    for coefficient in polynomial.coeffs():
        above = max(above, coefficient.p.bit_length())
        below = lcm(below, int(coefficient.q))
    return above + below.bit_length() - 1


@cache
def _context(capacity: int) -> tuple[fmpq_mpoly_ctx, tuple[fmpq_mpoly, ...]]:
    """FLINT's context and its variables by the generators' numbers: later ones come first in a monomial's order,
    because relations say what they are in terms of earlier ones."""
    context = fmpq_mpoly_ctx.get([f"g{number}" for number in range(capacity - 1, -1, -1)], Ordering.lex)
    return context, context.gens()[::-1]
