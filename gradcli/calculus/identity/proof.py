"""Whether two expressions are one: their difference, multiplied by its denominators and multiplied out, is zero."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor
from typing import Final

from gradcli.calculus.identity.algebra import Algebra
from gradcli.calculus.identity.polynomials import (
    ONE,
    Generators,
    NoProof,
    Polynomial,
    add,
)
from gradcli.calculus.identity.reading import Reader
from gradcli.language import Expr

ROUNDS: Final = 4
"""How often the expressions are read again because a sign was learnt."""
MAX_SUMS: Final = 40
"""Sums that are multiplied out, one after another."""


class Prover:
    """Proves that answers equal one expression.

    `positive` and `where` come from the question: variables that are positive, and expressions that are read first
    because they say where things are defined (the function itself).
    """

    def __init__(self, expression: Expr, positive: Iterable[str] = (), where: Iterable[Expr] = ()) -> None:
        positive, where = tuple(positive), tuple(where)
        self._ways = tuple(_Way(expression, positive, where, splitting=each) for each in (False, True))

    def proves(self, answer: Expr) -> bool:
        """Whether `answer` equals the expression wherever both are defined. False means that it is not known."""
        return any(way.proves(answer) for way in self._ways)


class _Way:
    """One way of proving: sums of the second degree stay whole, or are split."""

    def __init__(self, expression: Expr, positive: Iterable[str], where: Iterable[Expr], *, splitting: bool) -> None:
        self._expression, self._splitting = expression, splitting
        self._generators = Generators()
        for name in positive:
            self._generators.signs[self._generators.number(("name", name))] = 1
        for each in (*where, expression):
            self._read_often(self._generators, each)
        self._value = self._read_often(self._generators, expression)

    def proves(self, answer: Expr) -> bool:
        if self._value is None:
            return False
        generators = self._generators.copy()
        signs = len(generators.signs)
        try:
            read = self._read_often(generators, answer)
            if read is None:
                return False
            learnt = len(generators.signs) > signs
            value = self._read_often(generators, self._expression) if learnt else self._value
            if value is None:
                return False
            return _vanishes(add(read, value, -ONE), generators)
        except (NoProof, RecursionError):
            return False

    def _read_often(self, generators: Generators, expression: Expr) -> Polynomial | None:
        """The expression's polynomial, read again as long as signs are learnt on the way."""
        for _ in range(ROUNDS):
            algebra = Algebra(generators, splitting=self._splitting)
            try:
                read = Reader(algebra).read(expression)
            except (NoProof, RecursionError, ZeroDivisionError, OverflowError):
                return None
            if not algebra.learnt:
                return read
        return None


def _vanishes(value: Polynomial, generators: Generators) -> bool:
    """Whether the polynomial is zero when every sum in it is multiplied out."""
    for _ in range(MAX_SUMS):
        if not value:
            return True
        whole = {g for monomial in value for g, exponent in monomial if g in generators.sums and floor(exponent)}
        if not whole:
            return False
        value = _multiplied_out(value, max(whole), generators)
    return False


def _multiplied_out(value: Polynomial, number: int, generators: Generators) -> Polynomial:
    """The polynomial times the power of a sum that it has below, and the sum's powers above multiplied out."""
    exponents = [(monomial, coefficient, dict(monomial).get(number, 0)) for monomial, coefficient in value.items()]
    lowest = min(floor(exponent) for _, _, exponent in exponents)
    by_power: dict[int, Polynomial] = {}
    for monomial, coefficient, exponent in exponents:
        whole = floor(exponent)
        rest = {g: e for g, e in monomial if g != number}
        if exponent != whole:
            rest[number] = exponent - whole
        part = by_power.setdefault(whole - lowest, {})
        kept = tuple(sorted(rest.items()))
        part[kept] = part.get(kept, 0) + coefficient
    total: Polynomial = {}
    for power, part in by_power.items():
        total = add(total, generators.product(part, generators.whole_power(generators.sums[number], power)))
    return total
