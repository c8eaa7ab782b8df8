"""The entries of tensors as expressions of our own language over scalars, which the rules of the steps and the prover
of identities read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, cast

import numpy as np

from gradcli.calculus.balls.arithmetic import BallArithmetic
from gradcli.calculus.balls.numbers import Number
from gradcli.calculus.entries import Entries, NoForm, Reading
from gradcli.calculus.steps.account import Unexplained
from gradcli.calculus.steps.derivatives import FURTHER
from gradcli.calculus.steps.explain import explain
from gradcli.calculus.steps.trees import ONE, ZERO, call, filled, number, over, power, signed_sum, times
from gradcli.language import tree
from gradcli.language.rewriting import substituted
from gradcli.language.tree import Expr
from gradcli.operations import OPERATIONS

MAX_OPERANDS: Final = 20_000
"""Operands of everything that one reading builds."""
MAX_NUMBER: Final = 10**300
"""The largest number, or part of a fraction, that is written out."""
_DEFINED: Final[Mapping[str, tuple[str, Mapping[str, Expr]]]] = {
    "softplus": (FURTHER["softplus"][1], {"beta": ONE, "threshold": number(20)}),
    "gelu_tanh": (FURTHER["gelu"][1], {}),
}
"""Functions that are written out by their definitions, with what their settings are where they are not given: the rule
of softplus is that of the function without a threshold, and the other has no name."""


class TreeArithmetic:
    """Builds expressions from expressions; `fixed` are the numbers of the names that nothing is differentiated by."""

    def __init__(self, fixed: Mapping[str, Number]) -> None:
        self._fixed = fixed
        self._left = MAX_OPERANDS
        self._variables = 0

    def literal(self, text: str, value: float) -> Expr:
        """A number that the user wrote, as it is written."""
        return tree.Number(text, value)

    def constant(self, name: str) -> Expr:
        """pi, e and the like by their names."""
        return tree.Name(name)

    def number(self, value: float | Fraction) -> Expr:
        """A number of the program's own, exactly."""
        if not -MAX_NUMBER <= value <= MAX_NUMBER:
            raise NoForm("a number that is not finite, or too large")
        if value < 0:
            return tree.Negation(self.number(-value))
        if isinstance(value, Fraction) and value.denominator > 1:
            return over(self.number(Fraction(value.numerator)), self.number(Fraction(value.denominator)))
        whole = int(value)
        return tree.Number(str(whole) if whole == value else repr(value), float(value))

    def add(self, terms: Sequence[Expr]) -> Expr:
        """The sum; that of quotients by the very same denominator is one quotient: sums of softmax stay short."""
        self._spend(len(terms))
        signed = [(term.operand, True) if isinstance(term, tree.Negation) else (term, False) for term in terms]
        if not signed:
            return ZERO
        below = _below(signed[0][0])
        if below is None or len(signed) == 1 or any(_below(value) is not below for value, _ in signed):
            return signed_sum(signed)
        return over(signed_sum([(_above(value), negative) for value, negative in signed]), below)

    def negative(self, value: Expr) -> Expr:
        """-value."""
        self._spend(1)
        return value.operand if isinstance(value, tree.Negation) else tree.Negation(value)

    def multiply(self, factors: Sequence[Expr]) -> Expr:
        """The product."""
        self._spend(len(factors))
        return times(*factors) if factors else ONE

    def divide(self, left: Expr, right: Expr) -> Expr:
        """left / right."""
        self._spend(2)
        return over(left, right)

    def power(self, base: Expr, exponent: Expr) -> Expr:
        """base ** exponent."""
        self._spend(2)
        return power(base, exponent)

    def compare(self, symbol: str, left: Expr, right: Expr) -> Expr:
        """The comparison, which is decided where it is read."""
        self._spend(2)
        return tree.Comparison(left, cast(tree.ComparisonOperator, symbol), right)

    def largest(self, values: Sequence[Expr]) -> Expr:
        """The largest, as the larger of two again and again."""
        largest = values[0]
        for value in values[1:]:
            largest = self.apply("maximum", largest, value)
        return largest

    def pivot(self, values: Sequence[Expr]) -> int:
        """None is better than another that is only an expression."""
        raise NoForm("the elimination of a matrix of expressions")

    def ordered(self, values: Sequence[Expr]) -> list[int]:
        """The order of expressions is none."""
        raise NoForm("the order of expressions")

    def apply(self, name: str, *arguments: Expr) -> Expr:
        """The function `name` of the vocabulary, entry by entry."""
        if name == "pow":
            return self.power(*arguments)
        self._spend(len(arguments))
        if name in _DEFINED:
            template, settings = _DEFINED[name]
            return filled(template, {**settings, **dict(zip(("x", *settings), arguments, strict=False))})
        if name not in OPERATIONS:
            raise NoForm(f"{name} has no name in the language")
        return call(name, *arguments)

    def derivative(self, function: Callable[[Entries], Entries], values: Entries, order: int) -> Entries:
        """The derivatives by the rules that one learns, at the values."""
        names: Any = np.empty(values.shape, object)
        for place in np.ndindex(values.shape):
            self._variables += 1
            names[place] = tree.Name(f"t{self._variables}{tree.BOUND}")
        found: Any = function(names)
        by: Any = np.broadcast_to(names, found.shape)
        at: dict[str, Any] = {name.name: value for name, value in zip(names.flat, values.flat, strict=True)}
        slopes = np.empty(found.shape, object)
        for place in np.ndindex(found.shape):
            slopes[place] = substituted(_differentiated(found[place], by[place].name, order), at)
        return slopes

    def real(self, value: Expr) -> float:
        """The number that an expression is, where nothing that is differentiated by has a say in it."""
        arithmetic = BallArithmetic()
        return arithmetic.real(Reading(arithmetic, self._fixed).value(value))

    def _spend(self, operands: int) -> None:
        self._left -= operands
        if self._left < 0:
            raise NoForm("the entries are too long to be written out")


def _differentiated(formula: Expr, name: str, order: int) -> Expr:
    """The derivative of a formula by the rules. Raises NoForm where they do not reach."""
    try:
        return explain(tree.Program((), formula), name, order).result
    except Unexplained as unexplained:
        raise NoForm(unexplained.message) from unexplained


def _below(value: Expr) -> Expr | None:
    """What a product is divided by last, None where there is no such thing."""
    if isinstance(value, tree.Product) and value.factors[-1].operator == "/":
        return value.factors[-1].value
    return None


def _above(quotient: Expr) -> Expr:
    """A quotient without what it is divided by last."""
    assert isinstance(quotient, tree.Product)
    *rest, _ = quotient.factors
    return rest[0].value if len(rest) == 1 else tree.Product(tuple(rest))
