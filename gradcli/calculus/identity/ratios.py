"""Ratios of polynomials with rational coefficients, in numbered generators, in the arithmetic of FLINT.

A generator stands for something real: a variable, a prime under a root, the sine of an angle. The variable that FLINT
has for it is a root of it (`TableSize.scale`), so that fractional powers are polynomials, too. Some generators have a
power that is something else (`Relation`): a prime's root, |g|, the sine beside its cosine, a sum.

FLINT cannot be interrupted: what a product or a power costs is known before it is made, from terms and bits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cache
from math import comb, lcm
from typing import Final, TypeAlias

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from gradcli.calculus.identity import limits
from gradcli.language.values import frozen

Factors: TypeAlias = Callable[[fmpq_mpoly], list[tuple[fmpq_mpoly, int]]]
NEVER_ZERO: Final = frozenset({"exp", "prime", "constant"})
POSITIVE: Final = NEVER_ZERO | {"abs"}
"""Kinds of generators that are never negative."""


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
    units: dict[str, fmpq]


class Table:
    """The generators met so far, by what they stand for, what is known of their signs, and the arithmetic with them.

    A generator is a tuple that begins with its kind: `("name", x)`, `("exp", ratio)`, `("log", generator)` …
    """

    def __init__(self, size: limits.TableSize) -> None:
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
        self._least_degree = 2 * self.scale

    def state(self) -> State:
        """What is known now, to come back to."""
        return State(len(self.meanings), dict(self.numbers), dict(self.signs), dict(self._relations), dict(self.units))

    def restore(self, state: State) -> None:
        """Forget what came after."""
        self.numbers, self.signs, self._relations, self.units = state.numbers, state.signs, state.relations, state.units
        del self.meanings[state.count :]

    def number(self, kind: str, *parts: Ratio | str | int) -> int:
        """The number of the generator with this meaning."""
        key = (kind, *[part.key if isinstance(part, Ratio) else part for part in parts])
        found = self.numbers.get(key)
        if found is None:
            found = len(self.meanings)
            if found == self.size.capacity:
                raise limits.Outgrown(limits.TableSize(found * 2, self.scale, self.units))
            self.numbers[key] = found
            self.meanings.append((kind, *parts))
            if self._is_positive_by_itself(found):
                self.signs[found] = 1
            self._relate(found)
        return found

    def has_sums(self) -> bool:
        """Whether any generator stands for a sum."""
        return any(kind == "sum" for kind, *_ in self.meanings)

    def learn(self, number: int, sign: int) -> None:
        """The sign of a generator is this one."""
        self.signs[number] = sign
        magnitude = self.numbers.get(("abs", number))
        if magnitude is not None:
            self._relate(magnitude)

    def forget(self, signs: dict[int, int]) -> None:
        """Know these signs, and no more of them but what generators say themselves."""
        learnt, self.signs = self.signs, dict(signs)
        for number in sorted(learnt.keys() - signs.keys()):
            if self._is_positive_by_itself(number):
                self.signs[number] = 1
            elif ("abs", number) in self.numbers:
                self._relate(self.numbers["abs", number])

    def constant(self, value: fmpq) -> Ratio:
        """A number."""
        return Ratio(self, self._context.constant(value), self._unit, limits.height(value))

    def degree(self, exponent: fmpq) -> int:
        """Which power of a generator's variable this power of the generator is."""
        degree = exponent * self.scale
        if degree.q != 1:
            raise limits.Outgrown(limits.TableSize(self.size.capacity, lcm(self.scale, int(exponent.q)), self.units))
        return int(degree.p)

    def generator(self, number: int, degree: int | None = None) -> Ratio:
        """A generator, or a power of its variable."""
        if degree is None:
            return Ratio(self, self._variables[number] ** self.scale, self._unit, 1)
        if abs(degree) > limits.MAX_DEGREE * self.scale:
            raise limits.NoProof
        kind, *meaning = self.meanings[number]
        if kind == "prime":
            whole, degree = divmod(degree, self.scale)
            assert isinstance(meaning[0], int)
            if abs(whole) * meaning[0].bit_length() > limits.MAX_BITS:
                raise limits.NoProof
            return Ratio(self, self._variables[number] ** degree, self._unit, 1) * fmpq(meaning[0]) ** whole
        power = self._variables[number] ** abs(degree)
        return self.ratio(power, self._unit, 1) if degree >= 0 else self.ratio(self._unit, power, 1)

    def is_generator(self, value: Ratio) -> int | None:
        """The number of the generator that the value is, if it is one."""
        if len(value.above) != 1 or value.above.total_degree() != self.scale or not value.below.is_one():
            return None
        ((number, degree), *_) = self.degrees(value.above)
        return number if degree == self.scale and value.above.coefficient(0) == 1 else None

    def degrees(self, polynomial: fmpq_mpoly, term: int = 0) -> list[tuple[int, int]]:
        """The generators in a term with the powers of their variables."""
        last = self.size.capacity - 1
        return [(last - place, int(degree)) for place, degree in enumerate(polynomial.monomial(term)) if degree]

    def ratio(self, above: fmpq_mpoly, below: fmpq_mpoly, bits: int) -> Ratio:
        """above / below, without common divisors, with a denominator whose first coefficient is 1."""
        above = self.reduced(above, bits)
        if not above:
            return self.zero
        if below.is_one():
            return Ratio(self, above, self._unit, self.counted(bits, above))
        below = self.reduced(below, bits, below=True)
        if not below:
            raise limits.NoProof
        above, below = self._rationalised(above, below, bits)
        if not below.is_constant():
            divisor = self._divisor(above, below)
            if not divisor.is_one():
                above, below = above / divisor, below / divisor
        lead = below.coefficient(0)
        if lead != 1:
            above, below = above / lead, below / lead
        return Ratio(self, above, below, self.counted(bits, above, below))

    def counted(self, bits: int, *polynomials: fmpq_mpoly) -> int:
        """The bits of coefficients: the estimate where it is low, else counted."""
        if bits > limits.CHECKED_BITS:
            bits = max(limits.bits_of(each) for each in polynomials)
            if bits > limits.MAX_BITS:
                raise limits.NoProof
        return bits

    def term(self, polynomial: fmpq_mpoly, term: int) -> fmpq_mpoly:
        """A term of a polynomial without its coefficient."""
        return self._context.term(exp_vec=polynomial.monomial(term))

    def times(self, left: fmpq_mpoly, right: fmpq_mpoly, bits: int) -> fmpq_mpoly:
        """left * right, of which each coefficient has at most so many bits."""
        if right is self._unit:
            return left
        if left is self._unit:
            return right
        self.pay(len(left) * len(right), bits)
        return left * right

    def pay(self, terms: int, bits: int) -> None:
        """Give up where so many products of terms of so many bits are too much for one proof."""
        self.work += terms * (1 + bits // 64)
        if self.work > limits.MAX_WORK or bits > 2 * limits.MAX_BITS:
            raise limits.NoProof

    def power(self, base: fmpq_mpoly, exponent: int, bits: int) -> fmpq_mpoly:
        """base ** exponent, whose coefficients have at most so many bits.

        What is too large to be multiplied out is a power of a generator.
        """
        if base is self._unit:
            return base
        if exponent * base.total_degree() > limits.MAX_DEGREE * self.scale:
            raise limits.NoProof
        if len(base) == 1 or _can_expand(len(base), exponent):
            self.pay(comb(exponent + len(base) - 1, exponent), bits)
            return base**exponent
        coefficient, powers = self.split(base)
        self.pay(1, exponent * limits.height(coefficient))
        raised = self._context.constant(coefficient**exponent)
        for number, degree in powers.items():
            raised *= self._variables[number] ** (degree * exponent)
        return raised

    def split(self, polynomial: fmpq_mpoly, parts_of: Factors | None = None) -> tuple[fmpq, dict[int, int]]:
        """A polynomial as a number times powers of generators' variables.

        A sum becomes a generator, without what all its terms share.
        """
        powers: dict[int, int] = {}
        polynomial = self.unsquared(polynomial)
        coefficient, content = polynomial.coefficient(0), polynomial.term_content()
        parts = [(content, 1)]
        if len(polynomial) > 1:
            rest = polynomial / content / coefficient
            parts += parts_of(rest) if parts_of else [(rest, 1)]
        for part, times in parts:
            if len(part) == 1:
                degrees = self.degrees(part)
            else:
                degrees = [(self.number("sum", Ratio(self, part, self._unit, limits.bits_of(part))), self.scale)]
            for number, degree in degrees:
                powers[number] = powers.get(number, 0) + degree * times
        return coefficient, powers

    def unsquared(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The polynomial with sin^2 in the place of a factor 1 - cos^2."""
        if len(polynomial) == 1:
            return polynomial
        for relation in self._relations.values():
            if relation.kept_below and polynomial.total_degree() <= limits.MAX_DIVISOR_DEGREE * self.scale:
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
        if terms * degree**2 > limits.MAX_DIVISOR:
            return self.zero.above, value.above
        return divmod(value.above, value.below)

    def reduced(
        self, polynomial: fmpq_mpoly, bits: int, *, below: bool = False, times_at_most: int = limits.MAX_EXPANDED
    ) -> fmpq_mpoly:
        """The polynomial with what the relations say in the place of powers, unless these are too large."""
        if not self._relations or polynomial.total_degree() < self._least_degree:
            return polynomial
        degrees = polynomial.degrees()
        for relation in reversed(self._relations.values()):
            times = degrees[relation.variable] // relation.degree
            if not 0 < times <= times_at_most or (below and relation.kept_below):
                continue
            terms = len(polynomial) * comb(times + len(relation.divisor) - 2, times)
            if terms <= limits.MAX_TERMS and times * relation.bits <= limits.MAX_BITS:
                self.pay(terms, bits + times * relation.bits)
                polynomial = polynomial % relation.divisor
                degrees = polynomial.degrees()
        return polynomial

    def is_zero(self, value: Ratio) -> bool:
        """Whether the value is zero by the relations, multiplied out as far as the price allows."""
        polynomial, before = value.above, None
        while polynomial and len(polynomial) > 1 and polynomial != before:
            before = polynomial / polynomial.term_content()
            polynomial = self.reduced(before, value.bits, times_at_most=limits.MAX_TERMS)
        return not polynomial

    def is_multiple(self, value: Ratio, zero: Ratio) -> bool:
        """Whether the value is zero wherever the other one is: its numerator is a multiple of that one's. False where
        finding out could cost too much."""
        above, divisor = self.reduced(value.above, value.bits), self.reduced(zero.above, zero.bits)
        if not divisor or divisor.is_constant():
            return False
        terms, degree = len(above) * len(divisor), above.total_degree() // self.scale
        return terms * degree**2 <= limits.MAX_DIVISOR and not divmod(above, divisor)[1]

    def require_nonzero(self, value: Ratio) -> None:
        """Raise NoProof where nothing can be divided by the value."""
        if self.is_zero(value):
            raise limits.NoProof

    def require_positive(self, value: Ratio, coefficient: fmpq, powers: Mapping[int, int]) -> bool:
        """Learn the one unknown sign in a product that must be positive; whether there was one."""
        odd = [number for number, degree in powers.items() if degree % (2 * self.scale) == self.scale]
        unknown = [number for number in odd if number not in self.signs]
        if len(unknown) != 1:
            return False
        sign = 1 if coefficient > 0 else -1
        for number in odd:
            sign *= self.signs.get(number, 1)
        self.learn(unknown[0], sign)
        return True

    def sign(self, value: Ratio) -> int | None:
        """The sign of a value, None where it is not known: of a number times what is positive and never zero."""
        if not value.above:
            return 0
        if len(value.above) > 1 or not value.below.is_one():
            return None
        if any(self.meanings[number][0] not in NEVER_ZERO for number, _ in self.degrees(value.above)):
            return None
        return 1 if value.above.coefficient(0) > 0 else -1

    def _is_positive_by_itself(self, number: int) -> bool:
        """Whether the generator is positive by its kind, or a sum whose terms all are."""
        kind, *meaning = self.meanings[number]
        if kind != "sum":
            return kind in POSITIVE
        assert isinstance(meaning[0], Ratio)
        polynomial, twice = meaning[0].above, 2 * self.scale
        return all(
            polynomial.coefficient(term) > 0
            and all(self.signs.get(each) == 1 or degree % twice == 0 for each, degree in self.degrees(polynomial, term))
            for term in range(len(polynomial))
        )

    def _relate(self, number: int) -> None:
        """Write down which power of the generator is something else."""
        kind, *meaning = self.meanings[number]
        degree, kept_below = self.scale, False
        if kind == "prime":
            assert isinstance(meaning[0], int)
            other = self._context.constant(meaning[0])
        elif kind == "abs":
            assert isinstance(meaning[0], int)
            sign = self.signs.get(meaning[0])
            degree = {None: 2 * self.scale, 1: 1, -1: self.scale}[sign]
            other = self._variables[meaning[0]] ** degree * (sign or 1)
        elif kind == "sin":
            assert isinstance(meaning[0], Ratio)
            cosine = self._variables[self.number("cos", meaning[0])]
            degree, other, kept_below = 2 * self.scale, 1 - cosine ** (2 * self.scale), True
        elif kind == "sum":
            assert isinstance(meaning[0], Ratio)
            other = meaning[0].above
        else:
            return
        divisor = self._variables[number] ** degree - other
        place = self.size.capacity - 1 - number
        self._least_degree = min(degree, self._least_degree)
        self._relations[number] = Relation(place, degree, divisor, limits.bits_of(divisor) + 1, kept_below)

    def _rationalised(self, above: fmpq_mpoly, below: fmpq_mpoly, bits: int) -> tuple[fmpq_mpoly, fmpq_mpoly]:
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
        if (
            terms > limits.MAX_DIVISOR
            or above.total_degree() + below.total_degree() > limits.MAX_DIVISOR_DEGREE * self.scale
        ):
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
        return f"{self.above}|{self.below}"

    @property
    def number(self) -> fmpq | None:
        """The number that the value is, None where it is none."""
        if not self.above.is_constant() or not self.below.is_one():
            return None
        return self.above.coefficient(0) if self.above else fmpq(0)

    def __add__(self, other: Ratio) -> Ratio:
        if self is self.table.zero:
            return other
        bits = self.bits + other.bits + 1
        if self.below == other.below:
            above = self.above + other.above
            if len(above) > limits.MAX_TERMS:
                raise limits.NoProof
            if self.below.is_one() and bits <= limits.CHECKED_BITS:
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

    def __mul__(self, other: Ratio | fmpq) -> Ratio:
        if isinstance(other, fmpq):
            return self if other == 1 else self._scaled(other)
        if self is self.table.one:
            return other
        bits = self.bits + other.bits + min(len(self.above), len(other.above)).bit_length()
        above = self.table.times(self.above, other.above, bits)
        if len(above) > limits.MAX_TERMS:
            raise limits.NoProof
        return self.table.ratio(above, self.table.times(self.below, other.below, bits), bits)

    def _scaled(self, factor: fmpq) -> Ratio:
        if not factor:
            return self.table.zero
        above = self.above * factor
        return Ratio(self.table, above, self.below, self.table.counted(self.bits + limits.height(factor), above))

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
        growth = (max(len(self.above), len(self.below)) - 1).bit_length()
        bits = exponent * (self.bits + growth)
        if bits > limits.CHECKED_BITS:
            bits = exponent * (max(limits.bits_of(self.above), limits.bits_of(self.below)) + growth)
        power = self.table.power
        return self.table.ratio(power(self.above, exponent, bits), power(self.below, exponent, bits), bits)

    def terms(self) -> Iterator[tuple[fmpq, Ratio]]:
        """The value as a sum: numbers times ratios whose first coefficient is 1."""
        above, below, rest = self.above, self.below, self.table.zero.above
        if len(above) == 1 == len(below):
            lead = above.coefficient(0)
            yield lead, self if lead == 1 else Ratio(self.table, above / lead, below, self.bits)
            return
        if len(below) > 1:
            above, rest = self.table.divided(self)
            below = self.table.one.below
        for place in range(len(above)):
            yield above.coefficient(place), self.table.ratio(self.table.term(above, place), below, self.bits)
        if rest:
            lead = rest.coefficient(0)
            yield lead, self.table.ratio(rest / lead, self.below, self.bits)


def _can_expand(terms: int, exponent: int) -> bool:
    return exponent <= limits.MAX_EXPANDED and comb(exponent + terms - 1, exponent) <= limits.MAX_TERMS


@cache
def _context(capacity: int) -> tuple[fmpq_mpoly_ctx, tuple[fmpq_mpoly, ...]]:
    """FLINT's context and its variables by the generators' numbers: later ones come first in a monomial's order,
    because relations say what they are in terms of earlier ones."""
    context = fmpq_mpoly_ctx.get([f"g{number}" for number in range(capacity - 1, -1, -1)], Ordering.lex)
    return context, context.gens()[::-1]
