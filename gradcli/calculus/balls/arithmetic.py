"""Numbers, duals and series as the entries of tensors: the certified reading of a tree."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import cmp_to_key
from typing import Any, Final

import numpy as np
from flint import arb, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.functions import Element, constant_of, divided, exp, maximum, pi, raised, sign_of
from gradcli.calculus.balls.numbers import NAN, Number, Tie, Undecided, bounded
from gradcli.calculus.balls.series import Series
from gradcli.calculus.balls.table import function
from gradcli.calculus.entries.arithmetic import Entries, NoForm, each_entry
from gradcli.calculus.results import COMPARISONS

MAX_WORK: Final = 2_000_000
"""Operations on numbers of one reading, each as often as there are derivatives to carry along: about two seconds."""
EXTRA: Final = 8
"""Orders of germs beyond those asked for: as many may cancel in quotients."""
ZERO: Final = fmpq(0)


class BallArithmetic:
    """Builds certified numbers, with or without derivatives, from such."""

    def __init__(self, weight: int = 1) -> None:
        self._work = MAX_WORK
        self._weight = weight
        self._level = 0

    def literal(self, text: str, value: float) -> Number:
        """A number that the user wrote, exactly."""
        return numbers.decimal(text)

    def constant(self, name: str) -> Number:
        """pi, e and the like, exactly."""
        if name == "pi":
            return pi()
        if name == "tau":
            return pi() * 2
        return exp(fmpq(1)) if name == "e" else arb(name)

    def number(self, value: float | Fraction) -> Number:
        """A number of the program's own."""
        if isinstance(value, Fraction):
            return fmpq(value.numerator, value.denominator)
        return numbers.from_float(float(value))

    def add(self, terms: Sequence[Any]) -> Any:
        """The sum."""
        self._spend(len(terms))
        total: Any = ZERO
        for term in terms:
            total = term if total is ZERO else total + term
        return bounded(total)

    def negative(self, value: Any) -> Any:
        """-value."""
        return -value

    def multiply(self, factors: Sequence[Any]) -> Any:
        """The product."""
        self._spend(len(factors))
        product = factors[0]
        for factor in factors[1:]:
            product = bounded(product * factor)
        return product

    def divide(self, left: Any, right: Any) -> Any:
        """left / right; nan where right is zero."""
        self._spend(2)
        return divided(left, right)

    def power(self, base: Any, exponent: Any) -> Any:
        """base ** exponent."""
        self._spend(4)
        return raised(base, exponent)

    def compare(self, symbol: str, left: Any, right: Any) -> Number:
        """1 or 0. Raises Tie where that switches at the point, and Undecided, as of what is not defined."""
        self._spend(1)
        if _is_nan(left) or _is_nan(right):
            raise Undecided  # floats may have an infinity here, which does compare
        return fmpq(COMPARISONS[symbol](_order(left, right), 0))

    def largest(self, values: Sequence[Any]) -> Any:
        """The largest."""
        self._spend(len(values))
        return maximum(*values)

    def pivot(self, values: Sequence[Any]) -> int:
        """The place of the largest value by its midpoint."""
        sizes = [abs(numbers.ball(constant_of(each)).mid()) for each in values]
        return max(range(len(sizes)), key=lambda place: (sizes[place].is_finite(), sizes[place]))

    def ordered(self, values: Sequence[Any]) -> list[int]:
        """The places of the values from the smallest to the largest. Raises Tie where two change places, and
        Undecided."""
        self._spend(len(values) ** 2)

        def order(left: tuple[int, Any], right: tuple[int, Any]) -> int:
            return _order(left[1], right[1])

        return [place for place, _ in sorted(enumerate(values), key=cmp_to_key(order))]

    def apply(self, name: str, *arguments: Any) -> Any:
        """The function `name` of the vocabulary, entry by entry."""
        self._spend(6)
        if name == "where":
            return arguments[1] if holds(arguments[0]) else arguments[2]
        if name == "detach":
            return constant_of(arguments[0])
        if name == "isnan":
            return fmpq(_is_nan(arguments[0]))
        if name == "pow":
            return raised(*arguments)
        return function(name)(*arguments)

    def derivative(self, function: Callable[[Entries], Entries], values: Entries, order: int) -> Entries:
        """The derivatives by Taylor series, in a level of their own. Raises Tie where something switches at the values:
        of numbers, only if the two sides are not exactly one."""
        try:
            return each_entry(lambda entry: _term(entry, order), self._along(function, values, order + 1))
        except Tie:
            if any(isinstance(each, Element) for each in values.flat):
                raise
        right, left = (self._along(function, values, order + 1 + EXTRA, side) for side in (1, -1))
        here = function(values)
        if not right.shape == left.shape == here.shape:
            raise Tie
        above: Any
        below: Any
        for above, below, value in zip(right.flat, left.flat, here.flat, strict=True):
            pairs = [(_term(above, k), _term(below, k) * (-1) ** k) for k in range(order + 1)]
            if not all(_is_one(*pair) for pair in [*pairs, (_term(above, 0), value)]):
                raise Tie
        return each_entry(lambda entry: _term(entry, order), right)

    def _along(self, function: Callable[[Entries], Entries], values: Entries, count: int, side: int = 0) -> Entries:
        """The function of series of so many terms: of germs, on one side of the values, where one is given."""
        with self._inside(count):
            rest, level = [ZERO] * (count - 2), self._level
            moved = each_entry(lambda value: Series([value, fmpq(side or 1), *rest], side != 0, level), values)
            return each_entry(lambda entry: _at_level(entry, level, count), function(moved))

    @contextmanager
    def _inside(self, count: int) -> Iterator[None]:
        """Count what is done within it as done with series of so many terms, one level further inside."""
        weight = self._weight
        self._level, self._weight = self._level + 1, weight * (1 + count * count // 4)
        try:
            yield
        finally:
            self._level, self._weight = self._level - 1, weight

    def real(self, value: Any) -> float:
        """The number that an element is, where no variable has a say in it."""
        if isinstance(value, Element):
            raise NoForm("an index or size that depends on a variable")
        return float(np.asarray(numbers.nearest_float(value)))

    def _spend(self, operations: int) -> None:
        self._work -= operations * self._weight
        if self._work < 0:
            raise NoForm("the program is too large to be certified")


def _order(left: Any, right: Any) -> int:
    """-1, 0 or 1 where left is smaller, the same or larger. Raises Tie and Undecided."""
    if _is_infinite(left) or _is_infinite(right):
        left, right = _extended(left), _extended(right)
        return int(left > right) - int(left < right)
    difference = left - right
    return sign_of(difference)


def _extended(value: Any) -> float:
    """An infinite number as the float that it is, any other as 0, which compares with infinities as it does."""
    return (math.inf if value > 0 else -math.inf) if _is_infinite(value) else 0.0


def _is_infinite(value: Any) -> bool:
    return isinstance(value, arb) and not value.is_finite() and bool(value > 0 or value < 0)


def _is_nan(value: Any) -> bool:
    return isinstance(value, arb) and value.is_nan()


def holds(condition: Any) -> bool:
    """Whether a condition holds: where it is not zero. Raises Tie and Undecided."""
    return sign_of(condition) != 0


def _at_level(entry: Any, level: int, count: int) -> Series:
    """An entry as a series of the level, which it is unless nothing in it moves."""
    if isinstance(entry, Series) and entry.level == level:
        return entry
    return Series([entry, *[ZERO] * (count - 1)], level=level)


def _term(entry: Series, order: int) -> Any:
    """The derivative that a series has; nan where there is none."""
    if not numbers.is_finite(entry.constant()) or len(entry.terms) <= order:
        return NAN
    return entry.terms[order] * math.factorial(order)


def _is_one(right: Number, left: Number) -> bool:
    """Whether two numbers are exactly the same."""
    return numbers.is_finite(right) and numbers.is_finite(left) and numbers.is_zero(right - left)
