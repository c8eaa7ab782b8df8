"""Zeros that are proved: no precision narrows the ball around a number that is zero, and the identity prover may."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Final

import numpy as np

from gradcli.calculus.results import Question, Variables
from gradcli.language import walk
from gradcli.language.rewriting import substituted
from gradcli.language.tree import Expr, Program

MAX_PARTS: Final = 1_000
"""Sub-expressions of a derivative that is differentiated once more."""


def is_proved_zero(question: Question, variables: Variables) -> bool:
    """Whether the derivative of a scalar program of scalars by these variables, at the point of the question, is proved
    to be zero; the value itself where there are none."""
    if any(np.ndim(value) for value in question.point.values()):
        return False
    from gradcli.calculus.identity.proof import is_zero

    formula = _derivative(question.program, variables)
    return formula is not None and is_zero(formula, _exact_values(question))


def _exact_values(question: Question) -> Mapping[str, Expr | Fraction]:
    """The values of the variables as the expressions or decimals that they are given as."""
    return {
        name: question.exact[name] if name in question.exact else Fraction(Decimal(str(value[()])))
        for name, value in question.point.items()
    }


def _derivative(program: Program, variables: Variables) -> Expr | None:
    """The derivative by the rules that one learns; None where they do not reach, or it grows too long."""
    from gradcli.calculus.steps import Unexplained, explain

    current: dict[str, Expr] = {}
    for assignment in program.assignments:
        current[assignment.name] = substituted(assignment.value, current)
    formula = substituted(program.result, current)
    for name in variables:
        if _is_long(formula):
            return None
        try:
            formula = explain(Program((), formula, (), program.span), name).result
        except Unexplained:
            return None
    return formula


def _is_long(formula: Expr) -> bool:
    return any(True for _ in islice(walk(formula), MAX_PARTS, None))
