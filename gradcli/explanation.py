"""The second door beside `problem`: a Problem goes in, its derivation by rules or a located Diagnostic comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gradcli.asked import placed, with_tangent
from gradcli.calculus.results import Array, Place, Question
from gradcli.calculus.steps import Account, Unexplained, explain, explain_equation, explain_mixed
from gradcli.language import Diagnostic, DiagnosticError, Note
from gradcli.language.tree import Program
from gradcli.language.values import field, frozen, replace
from gradcli.problem import Found, Problem, read

if TYPE_CHECKING:
    from gradcli.calculus.flow import Intermediate
    from gradcli.calculus.stepcheck import Confirmation


@frozen
class ShownDerivative:
    """A derivative as it is shown, with the decimals of entries that no float holds."""

    array: Array
    texts: Mapping[Place, str] = field(default_factory=dict)


@frozen
class Explanation:
    """What came of it: one account for each variable, what the witnesses say to each, and how the numbers flow.

    `intermediates` is empty where the variables have no values, or for higher derivatives.
    """

    program: Program
    accounts: tuple[Account, ...]
    confirmations: tuple[Confirmation, ...]
    values: tuple[ShownDerivative, ...]
    intermediates: tuple[Intermediate, ...]
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
        if found.of is not None:
            accounts = tuple(explain_equation(program, name, found.of, problem.order) for name in found.wrt)
        elif found.derived:
            accounts = tuple(explain_mixed(program, each.variables, shapes) for each in found.derived)
        else:
            accounts = tuple(explain(program, name, problem.order, shapes=shapes) for name in found.wrt)
    except Unexplained as unexplained:
        raise unexplained.diagnostic(found.parsed.source) from unexplained
    return _checked(problem, found, accounts)


def _checked(problem: Problem, found: Found, accounts: tuple[Account, ...]) -> Explanation:
    from gradcli.calculus.evaluate import Failure
    from gradcli.calculus.flow import flow
    from gradcli.calculus.stepcheck import confirm

    program, notes = found.parsed.program, found.parsed.notes
    place = Question(program, found.point, ())
    try:
        if not found.is_open:
            place, more = placed(found)
            notes = (*notes, *more)
        derived = found.derived or (None,) * len(accounts)
        names, exact = tuple(dict.fromkeys((*found.names, *found.wrt))), {**found.exact, **place.exact}
        confirmations = tuple(
            confirm(program, account, place.point, names, exact, problem.digits, each)
            for account, each in zip(accounts, derived, strict=True)
        )
        if found.is_open:
            return Explanation(program, accounts, confirmations, (), (), notes)
        confirmations = tuple(replace(each, check=with_tangent(found, place, each.check)) for each in confirmations)
        values = tuple(
            _shown(place, account, confirmation) for account, confirmation in zip(accounts, confirmations, strict=True)
        )
        is_first = problem.order == 1 and not found.derived
        intermediates = flow(Question(program, place.point, found.wrt)) if is_first else ()
    except Failure as failure:
        raise failure.diagnostic(found.parsed.source) from failure
    return Explanation(program, accounts, confirmations, values, intermediates, notes)


def _shown(place: Question, account: Account, confirmation: Confirmation) -> ShownDerivative:
    """The derivative's numbers: the certified ones, or those of the rules' formula where none are."""
    from gradcli.calculus.stepcheck import value_of

    numbers = confirmation.check.numbers
    if numbers is not None:
        return ShownDerivative(numbers.derivatives[account.variables], numbers.texts_of(account.variables))
    value = value_of(account.result, place.point)
    # A single number in brackets is that number.
    value = value.reshape(()) if value.size == 1 else value
    return ShownDerivative(np.broadcast_to(value, np.shape(place.point[account.variable])))
