"""The second door beside `problem`: a Problem goes in, its derivation by rules or a located Diagnostic comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gradcli.calculus.results import Array, Place, Question
from gradcli.calculus.steps import Account, Unexplained, explain
from gradcli.language import Diagnostic, DiagnosticError, Note
from gradcli.language.tree import Program
from gradcli.language.values import field, frozen
from gradcli.problem import Found, Problem, read

if TYPE_CHECKING:
    from gradcli.calculus.flow import Station
    from gradcli.calculus.stepcheck import Confirmation


@frozen
class Shown:
    """A derivative as it is shown, with the decimals of entries that no float holds."""

    array: Array
    texts: Mapping[Place, str] = field(default_factory=dict)


@frozen
class Explanation:
    """What came of it: one account for each variable, what the witnesses say to each, and how the numbers flow.

    `stations` is empty where the variables have no values, or for higher derivatives.
    """

    program: Program
    accounts: tuple[Account, ...]
    confirmations: tuple[Confirmation, ...]
    values: tuple[Shown, ...]
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
        confirmations = tuple(
            confirm(program, account, found.point, found.names, found.exact, problem.digits) for account in accounts
        )
        if found.is_open:
            return Explanation(program, accounts, confirmations, (), (), found.parsed.notes)
        values = tuple(
            _shown(found, account, confirmation) for account, confirmation in zip(accounts, confirmations, strict=True)
        )
        stations = flow(Question(program, found.point, found.wrt)) if problem.order == 1 else ()
    except Failure as failure:
        raise failure.diagnostic(found.parsed.source) from failure
    return Explanation(program, accounts, confirmations, values, stations, found.parsed.notes)


def _shown(found: Found, account: Account, confirmation: Confirmation) -> Shown:
    """The derivative's numbers: the certified ones, or those of the rules' formula where none are."""
    from gradcli.calculus.stepcheck import value_of

    numbers, variables = confirmation.check.numbers, (account.variable,) * len(account.derivations)
    if numbers is not None:
        return Shown(numbers.derivatives[variables], numbers.texts_of(variables))
    value = value_of(account.result, found.point)
    # A single number in brackets is that number.
    value = value.reshape(()) if value.size == 1 else value
    return Shown(np.broadcast_to(value, np.shape(found.point[account.variable])))
