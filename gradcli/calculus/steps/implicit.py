"""Accounts of derivatives that no one differentiation gives: of an equation's variable, and mixed ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.calculus.steps.account import Account, Along, Derivation, Implicit, Link, Step, Unexplained, too_large
from gradcli.calculus.steps.differentiate import differentiate, fresh
from gradcli.calculus.steps.explain import carried_out, explain
from gradcli.calculus.steps.simplify import Simplifier
from gradcli.calculus.steps.tensors import Shape
from gradcli.calculus.steps.trees import ZERO, Sizes, minus, names_in, over, times
from gradcli.language.rewriting import substituted
from gradcli.language.tree import NOWHERE, Equation, Expr, Name, Program
from gradcli.language.values import replace


def explain_equation(program: Program, by: str, of: str, order: int = 1) -> Account:
    """The derivation of the derivative of one variable of the equation that ends a program by another.

    Raises Unexplained where the rules do not reach.
    """
    equation = _written_out(program)
    try:
        return _Differentiation(equation, by, of).account(order)
    except RecursionError:
        raise too_large(program.result) from None


def explain_mixed(program: Program, variables: Sequence[str], shapes: Mapping[str, Shape] | None = None) -> Account:
    """The derivation of a derivative by one variable after the other. Raises Unexplained."""
    first, *others = variables
    account = explain(program, first, shapes=shapes)
    for name in others:
        found = explain(Program((), account.result, (), NOWHERE), name, shapes=shapes)
        account = replace(account, derivations=(*account.derivations, *found.derivations))
    return account


def _written_out(program: Program) -> Equation:
    """The equation, with what the program's names stand for, and derivatives carried out."""
    assert isinstance(program.result, Equation)
    meaning: dict[str, Expr] = {}
    for assignment in program.assignments:
        meaning[assignment.name] = substituted(assignment.value, meaning)
        Sizes().check(meaning[assignment.name], assignment.value)
    sides = [carried_out(substituted(side, meaning)) for side in (program.result.left, program.result.right)]
    return Equation(sides[0], sides[1], program.result.span)


class _Differentiation:
    def __init__(self, equation: Equation, by: str, of: str) -> None:
        self._equation, self._by, self._of = equation, by, of
        self._slope = fresh(f"{of}prime", names_in(equation))
        self._simplifier = Simplifier()

    def account(self, order: int) -> Account:
        """The account of the derivative of an order."""
        left, right = self._along(self._equation.left), self._along(self._equation.right)
        coefficient = self._simplified(minus(self._partial(left, self._of), self._partial(right, self._of)))
        rest = self._simplified(minus(self._partial(right, self._by), self._partial(left, self._by)))
        if coefficient == ZERO:
            message = f"the equation does not say how {self._of} depends on {self._by}"
            raise Unexplained("E344", message, self._equation.span)
        solved = over(rest, coefficient)
        derivations = [self._derivation(self._equation, (), solved)]
        slope, further = derivations[0].result, []
        while len(derivations) < order:
            along = self._along(derivations[-1].result)
            further.append(along)
            given = substituted(along.result, {self._slope: slope})
            derivations.append(self._derivation(along.expression, along.steps, given))
        collected = Equation(self._simplified(times(coefficient, Name(self._slope))), rest)
        implicit = Implicit(self._of, self._slope, (left, right), collected, solved, tuple(further))
        return Account(self._by, tuple(derivations), implicit=implicit)

    def _derivation(self, expression: Expr, steps: tuple[Step, ...], given: Expr) -> Derivation:
        result = self._simplified(given)
        return Derivation(self._by, (Link(None, expression, steps, given, result),), result)

    def _along(self, expression: Expr) -> Along:
        """An expression differentiated by the one variable, where the other depends on it."""
        if names_in(expression).isdisjoint((self._by, self._of)):
            return Along(expression, (), ZERO)
        step = differentiate(expression, self._by, dependent={self._of: Name(self._slope)})
        return Along(expression, (step,), step.result)

    def _partial(self, along: Along, name: str) -> Expr:
        """The derivative by one variable where the other is constant: what is without the slope, or what that is
        multiplied by."""
        return differentiate(along.expression, name).result

    def _simplified(self, expression: Expr) -> Expr:
        return self._simplifier.simplified(expression)
