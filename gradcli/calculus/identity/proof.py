"""Whether two expressions are one, or one is zero at a point: the numerator of their difference is zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from flint import ctx, fmpq

from gradcli.calculus.identity.algebra import Algebra
from gradcli.calculus.identity.constants import PRECISION, Constants
from gradcli.calculus.identity.limits import NoProof, Outgrown, TableSize
from gradcli.calculus.identity.ratios import Ratio, Table
from gradcli.calculus.identity.reading import RatioReader
from gradcli.language import Expr

GIVEN_UP: Final = (NoProof, RecursionError, ZeroDivisionError, OverflowError)
ROUNDS: Final = 4
"""How often the expressions are read again because a sign was learnt."""
SIZES: Final = 12
"""How often everything is read again in a larger table."""


class Prover:
    """Proves that answers equal one expression.

    `positive` and `where` come from the question: variables that are positive, and expressions that are read first
    because they say where things are defined (the function itself). What is proved holds where `zero` is 0; everywhere
    where that is None.
    """

    def __init__(
        self,
        expression: Expr,
        positive: Iterable[str] = (),
        where: Iterable[Expr] = (),
        zero: Expr | None = None,
    ) -> None:
        question = expression, tuple(positive), tuple(where), zero
        self._ways = tuple(_Way(*question, splitting=each) for each in (False, True))

    def proves(self, answer: Expr) -> bool:
        """Whether `answer` equals the expression wherever both are defined. False means that it is not known."""
        whole, split = self._ways
        return whole.proves(answer) or (whole.met_sums and split.proves(answer))


def is_zero(expression: Expr, values: Mapping[str, Expr | Fraction]) -> bool:
    """Whether the expression has a value and is exactly zero where its variables have these values.

    They are rational, or expressions of constants. False means that it is not known.
    """
    with ctx.workprec(PRECISION):
        return any(_is_zero(expression, values, splitting=each) for each in (False, True))


def _is_zero(expression: Expr, values: Mapping[str, Expr | Fraction], *, splitting: bool) -> bool:
    size = TableSize()
    for _ in range(SIZES):
        table = Constants(size)
        algebra = Algebra(table, splitting=splitting)
        try:
            constant, read = table.constant, RatioReader(algebra).read
            exact = {
                name: constant(fmpq(each.numerator, each.denominator)) if isinstance(each, Fraction) else read(each)
                for name, each in values.items()
            }
            return table.is_zero(RatioReader(algebra, exact).read(expression))
        except Outgrown as outgrown:
            size = outgrown.size
        except GIVEN_UP:
            return False
    return False


class _Way:
    """One way of proving: sums stay whole under roots and in logarithms, or are split into factors.

    `met_sums` tells that there were any in the last proof: without, the two ways are one.
    """

    def __init__(
        self,
        expression: Expr,
        positive: tuple[str, ...],
        where: tuple[Expr, ...],
        zero: Expr | None,
        *,
        splitting: bool,
    ) -> None:
        self._expression, self._positive, self._where, self._zero = expression, positive, where, zero
        self._splitting = splitting
        self._table: Table | None = None
        self._value: Ratio | None = None
        self._size = TableSize()
        self.met_sums = False

    def proves(self, answer: Expr) -> bool:
        for _ in range(SIZES):
            try:
                return self._proves(answer)
            except Outgrown as outgrown:
                self._size, self._table = outgrown.size, None
            except GIVEN_UP:
                return False
        return False

    def _proves(self, answer: Expr) -> bool:
        if self._table is None:
            self._table, self._value = self._question()
        table, value = self._table, self._value
        if value is None:
            return False
        state = table.state()
        table.work = 0
        try:
            read = self._read_often(table, answer)
            if any(number < state.count and number not in state.signs for number in table.signs):
                value = self._read_often(table, self._expression)
            return read is not None and value is not None and self._vanishes(table, read - value)
        finally:
            self.met_sums = table.has_sums()
            table.restore(state)

    def _vanishes(self, table: Table, value: Ratio) -> bool:
        """Whether a value is zero where `zero` is."""
        if table.is_zero(value):
            return True
        zero = None if self._zero is None else self._read_often(table, self._zero)
        return zero is not None and table.is_multiple(value, zero)

    def _question(self) -> tuple[Table, Ratio | None]:
        """The expression, read where it is defined, and the generators in it."""
        table = Table(self._size)
        for name in self._positive:
            table.learn(table.number("name", name), 1)
        for each in self._where:
            self._read_often(table, each)
        return table, self._read_often(table, self._expression)

    def _read_often(self, table: Table, expression: Expr) -> Ratio | None:
        """The expression's ratio, read again as long as signs are learnt on the way."""
        for _ in range(ROUNDS):
            algebra = Algebra(table, splitting=self._splitting)
            try:
                read = RatioReader(algebra).read(expression)
            except GIVEN_UP:
                return None
            if not algebra.learnt:
                return read
        return None
