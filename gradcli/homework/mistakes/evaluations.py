"""The right formula, evaluated wrongly at the question's point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from gradcli.calculus.steps.coefficients import number_of
from gradcli.calculus.steps.trees import negated, power, times
from gradcli.homework.mistakes import wholes
from gradcli.homework.mistakes.derivations import ALONE, Candidate
from gradcli.homework.mistakes.trigonometry import DEGREES, DEGREES_MESSAGE, degrees
from gradcli.homework.question import Question
from gradcli.language import Expr
from gradcli.language.rewriting import substituted, transformed
from gradcli.language.sentences import Sentence, filled_in
from gradcli.language.tree import Factor, Name, Negation, Power, Product

MOST: Final = 12
"""Variables of which pairs are exchanged."""


def wrong_evaluations(formula: Expr, question: Question) -> Iterator[Candidate]:
    """The formula with a sign, an exchange of values, a misread power, or degrees."""
    where = Sentence(formula)
    for how, wrong in _slips(formula, question):
        if wrong != formula:
            message = filled_in(wholes.WHOLES[wholes.EVALUATED], {"how": how})
            yield Candidate(wholes.EVALUATED, message, where, wrong, (), ALONE)
    in_degrees = _changed(formula, lambda node: degrees(node, frozenset()))
    if in_degrees != formula:
        yield Candidate(DEGREES, Sentence(DEGREES_MESSAGE), where, in_degrees, (), ALONE)


def _slips(formula: Expr, question: Question) -> Iterator[tuple[Sentence, Expr]]:
    scalars = [name for name, value in question.at.items() if not np.ndim(value)]
    for name in scalars:
        minus = {name: negated(Name(name))}
        yield Sentence("at ", Name(name), f" = {-float(question.at[name]):g}"), substituted(formula, minus)
    pairs = [(first, second) for at, first in enumerate(scalars[:MOST]) for second in scalars[at + 1 : MOST]]
    for first, second in pairs:
        exchanged = {first: Name(second), second: Name(first)}
        how = Sentence("with the values of ", Name(first), " and ", Name(second), " exchanged")
        yield how, substituted(formula, exchanged)
    yield Sentence("the minus is not part of the power: -a^2 is not (-a)^2"), _changed(formula, _sign_within)
    yield Sentence("the factor is not part of the power: 2 a^2 is not (2 a)^2"), _changed(formula, _factor_within)


def _changed(formula: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    def changed(node: Expr) -> Expr:
        found = change(node)
        return node if found is None else found

    return transformed(formula, changed)


def _sign_within(node: Expr) -> Expr | None:
    match node:
        case Negation(operand=Power(base=base, exponent=exponent)):
            return power(negated(base), exponent)
        case _:
            return None


def _factor_within(node: Expr) -> Expr | None:
    match node:
        case Product(
            factors=(Factor(value=first), Factor(value=Power(base=base, exponent=exponent), operator="*"), *rest)
        ):
            if number_of(first) is None:
                return None
            raised = power(times(first, base), exponent)
            return raised if not rest else Product((Factor(raised), *rest))
        case _:
            return None
