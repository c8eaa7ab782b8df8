"""Derivatives that are expressions of their own: implicit ones, and mixed partial ones.

Where F(x, y) = 0 holds along a curve, dy/dx is -F_x / F_y, and whatever depends on both has G_x + G_y dy/dx as its
derivative along the curve. So all of these are trees with derivatives in them, which every reader reads.
"""

from __future__ import annotations

from typing import Final

from gradcli.calculus.results import Variables
from gradcli.language.tree import Derivative, Equation, Expr, Factor, Negation, Number, Product, Sum, Term
from gradcli.language.values import frozen

MAX_ORDER: Final = 4
"""The highest order of an implicit derivative: each further one is several times as large."""


@frozen
class Derived:
    """A derivative as an expression: `variables` are what it is by."""

    variables: Variables
    expression: Expr


def difference(equation: Equation) -> Expr:
    """What is zero where an equation holds."""
    if isinstance(equation.right, Number) and equation.right.value == 0:
        return equation.left
    return Sum((Term(equation.left), Term(equation.right, negative=True)), equation.span)


def implicit_derivative(equation: Equation, by: str, of: str, order: int = 1) -> Derived:
    """The derivative of order `order` of the variable `of` by another, along the curve of an equation."""
    zero, span = difference(equation), equation.span
    ratio = Product(
        (Factor(Derivative(zero, by, span=span)), Factor(Derivative(zero, of, span=span), "/")),
        span,
    )
    first: Expr = Negation(ratio, span)
    found = first
    for _ in range(order - 1):
        found = along(found, first, by, of)
    return Derived((by,) * order, found)


def along(expression: Expr, slope: Expr, by: str, of: str) -> Expr:
    """The derivative of an expression by a variable where another depends on it, with this slope."""
    span = expression.span
    through = Product((Factor(Derivative(expression, of, span=span)), Factor(slope)), span)
    return Sum((Term(Derivative(expression, by, span=span)), Term(through)), span)


def mixed_derivative(expression: Expr, variables: Variables) -> Derived:
    """The derivative of an expression by one variable after another."""
    found = expression
    for name in variables:
        found = Derivative(found, name, span=expression.span)
    return Derived(variables, found)
