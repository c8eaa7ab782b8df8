"""Small expressions, built as one writes them, and how large one is; nothing is simplified here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from gradcli.calculus.steps.account import too_large
from gradcli.language.parser import parse
from gradcli.language.rewriting import children, substituted, walk
from gradcli.language.tree import Call, Expr, Factor, Name, Negation, Number, Power, Product, Sum, Term
from gradcli.operations import vocabulary


def number(value: int) -> Expr:
    """A whole number; a negative one is the negation of its size, as the parser reads it."""
    size = Number(str(abs(value)), float(abs(value)))
    return Negation(size) if value < 0 else size


ZERO = number(0)
ONE = number(1)


def plus(*terms: Expr) -> Expr:
    """The sum of the terms; of one, the term itself."""
    return signed_sum((term, False) for term in terms)


def minus(left: Expr, right: Expr) -> Expr:
    """left - right."""
    return signed_sum([(left, False), (right, True)])


def signed_sum(terms: Iterable[tuple[Expr, bool]]) -> Expr:
    """The sum of terms, each with whether it is subtracted."""
    (first, negative), *rest = terms
    first = negated(first) if negative else first
    return Sum((Term(first), *(Term(value, sign) for value, sign in rest))) if rest else first


def negated(value: Expr) -> Expr:
    """-value, the sign on the first factor of a product."""
    if isinstance(value, Product):
        first, *rest = value.factors
        return Product((Factor(negated(first.value)), *rest))
    return Negation(value)


def times(*factors: Expr) -> Expr:
    """The product; factors that are products themselves are written out (`2*x` times `y` is `2*x*y`)."""
    first, *rest = factors
    flat = (*factors_of(first), *(factor for value in rest for factor in _unsigned_factors(value)))
    return flat[0].value if len(flat) == 1 else Product(flat)


def _unsigned_factors(value: Expr) -> tuple[Factor, ...]:
    """The factors of a product that may stand behind others: one that starts with a minus keeps its brackets."""
    factors = factors_of(value)
    return (Factor(value),) if len(factors) > 1 and isinstance(factors[0].value, Negation) else factors


def over(numerator: Expr, denominator: Expr) -> Expr:
    """numerator / denominator."""
    return Product((*factors_of(numerator), Factor(denominator, "/")))


def factors_of(value: Expr) -> tuple[Factor, ...]:
    """The factors of an ordinary product; anything else is the one factor of itself."""
    if isinstance(value, Product) and all(factor.operator in "*/" for factor in value.factors):
        return value.factors
    return (Factor(value),)


def power(base: Expr, exponent: Expr) -> Expr:
    """base ** exponent."""
    return Power(base, exponent)


def call(function: str, *arguments: Expr) -> Expr:
    """A function of the vocabulary on its arguments."""
    return Call(function, arguments)


def filled(template: str, values: Mapping[str, Expr]) -> Expr:
    """A formula written in our own language, with expressions in the place of its names."""
    return substituted(template_of(template, tuple(values)), values)


@cache
def template_of(template: str, names: tuple[str, ...]) -> Expr:
    """A formula written in our own language, over some names."""
    return parse(template, vocabulary(), names).program.result


def names_in(expr: Expr) -> set[str]:
    """The names that stand in an expression."""
    return {node.name for node in walk(expr) if isinstance(node, Name)}


MAX_NODES: Final = 200_000
"""Nodes that a formula may have, written out."""


class Sizes:
    """Sizes of trees, each node counted once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Expr, int]] = {}

    def of(self, expr: Expr) -> int:
        """The number of nodes. Does not recurse."""
        stack = [expr]
        while stack:
            node = stack[-1]
            if id(node) in self._known:
                stack.pop()
                continue
            below = children(node)
            missing = [child for child in below if id(child) not in self._known]
            if missing:
                stack.extend(missing)
                continue
            self._known[id(node)] = (node, 1 + sum(self._known[id(child)][1] for child in below))
            stack.pop()
        return self._known[id(expr)][1]

    def check(self, formula: Expr, expr: Expr) -> None:
        """Raises Unexplained where a formula is too large; `expr` is what it is the derivative of."""
        if self.of(formula) > MAX_NODES:
            raise too_large(expr)
