"""The second door beside `problem`: a Problem goes in, its derivation by rules or a located Diagnostic comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradcli.calculus.results import Array, Question
from gradcli.calculus.steps import Account, Unexplained, explain
from gradcli.language import Diagnostic, DiagnosticError, Note
from gradcli.language.tree import Program
from gradcli.language.values import frozen
from gradcli.problem import Found, Problem, read

if TYPE_CHECKING:
    from gradcli.calculus.flow import Station
    from gradcli.calculus.stepcheck import Confirmation


@frozen
class Explanation:
    """What came of it: one account for each variable, what the witnesses say to each, and how the numbers flow.

    `stations` is empty where the variables have no values, or for higher derivatives.
    """

    program: Program
    accounts: tuple[Account, ...]
    confirmations: tuple[Confirmation, ...]
    values: tuple[Array, ...]
    stations: tuple[Station, ...]
    notes: tuple[Note, ...]


def explained(problem: Problem) -> Explanation:
    """The derivation of the derivatives of a problem, each checked. Raises DiagnosticError."""
    found = read(problem)
    if not found.wrt:
        span = found.parsed.program.result.span
        help_text = "name a variable, as in gradcli explain 'x^2'"
        raise DiagnosticError(Diagnostic("E343", "there is no variable", span, found.parsed.source, help_text))
    shapes = None if found.is_open else {name: np.shape(value) for name, value in found.point.items()}
    program = found.parsed.program
    try:
        accounts = tuple(explain(program, name, problem.order, shapes=shapes) for name in found.wrt)
    except Unexplained as unexplained:
        raise unexplained.diagnostic(found.parsed.source) from unexplained
    return _checked(problem, found, accounts)


def _checked(problem: Problem, found: Found, accounts: tuple[Account, ...]) -> Explanation:
    from gradcli.calculus.evaluate import Failure
    from gradcli.calculus.flow import flow
    from gradcli.calculus.stepcheck import confirm

    program = found.parsed.program
    try:
        confirmations = tuple(confirm(program, account, found.point, found.names, found.exact) for account in accounts)
        if found.is_open:
            return Explanation(program, accounts, confirmations, (), (), found.parsed.notes)
        values = tuple(
            _shown(found, account, confirmation) for account, confirmation in zip(accounts, confirmations, strict=True)
        )
        stations = flow(Question(program, found.point, found.wrt)) if problem.order == 1 else ()
    except Failure as failure:
        raise failure.diagnostic(found.parsed.source) from failure
    return Explanation(program, accounts, confirmations, values, stations, found.parsed.notes)


def _shown(found: Found, account: Account, confirmation: Confirmation) -> Array:
    """The derivative's numbers: the certified ones, or those of the rules' formula where none are."""
    from gradcli.calculus.stepcheck import value_of

    numbers = confirmation.check.numbers
    if numbers is not None:
        return numbers.derivatives[(account.variable,) * len(account.derivations)]
    return np.broadcast_to(value_of(account.result, found.point), np.shape(found.point[account.variable]))
