"""The rules' derivative held against both witnesses: the engine's gradient and certified numbers.

Where the variables have values, they are compared there; otherwise at points of our own choosing at which the
expression is defined.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from gradcli import engine
from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.certify import Unknown, certify
from gradcli.calculus.check import as_derivative, check
from gradcli.calculus.entries import NoForm
from gradcli.calculus.evaluate import Evaluator, Failure, value_at
from gradcli.calculus.evaluation import evaluate
from gradcli.calculus.implicit import Derived
from gradcli.calculus.results import Array, Check, Question, Variables, Verdict
from gradcli.calculus.steps import Account
from gradcli.calculus.steps.tensors import speaks_of_tensors
from gradcli.engine import dtypes
from gradcli.engine.tensor import wrap
from gradcli.language import Expr, expressions
from gradcli.language.tree import NOWHERE, Program
from gradcli.language.values import frozen, replace

POINTS: Final = 3
"""Points of our own choosing at which a formula is compared."""
ATTEMPTS: Final = 60
ENTRIES: Final = 3
"""Entries of a tensor of our own choosing."""
TOLERANCE: Final = 1e-9
"""The relative difference that two ways to calculate the same may leave, where there are only floats."""
DECIMALS: Final = 4
"""Decimals of a point of our own choosing."""
DIGITS: Final = 17
"""Digits of numbers that differ, as they are told."""
SCALES: Final = (1.0, 2.0, 0.4, 6.0, 0.9, 30.0)
SEED: Final = 0


@frozen
class Confirmation:
    """What the witnesses say, and at how many points of our own choosing (0: at the values given)."""

    check: Check
    points: int = 0


def confirm(
    program: Program,
    account: Account,
    point: Mapping[str, Array],
    names: Sequence[str],
    exact: Mapping[str, Expr] | None = None,
    digits: int | None = None,
    derived: Derived | None = None,
) -> Confirmation:
    """Compare an account's result with the engine and with certified numbers.

    `exact` has the expressions that values were given as, `digits` are those to be shown. `derived` is the derivative
    where that is an expression of its own. Raises Failure where that cannot be calculated at the values given.
    """
    if all(name in point for name in names):
        return Confirmation(_compared(program, account, point, exact or {}, digits, derived))
    checks = []
    for chosen in _choices(program, names):
        try:
            found = _compared(program, account, chosen, {}, None, derived)
        except Failure:
            continue
        if found.verdict is Verdict.DIFFERS:
            return Confirmation(found, 1)
        if found.verdict in (Verdict.AGREES, Verdict.CORRECTED):
            checks.append(replace(found, verdict=Verdict.AGREES))
        if len(checks) == POINTS:
            break
    if not checks:
        return Confirmation(Check(Verdict.UNDECIDED, reason="no point was found at which it could be compared"))
    return Confirmation(checks[0], len(checks))


def _choices(program: Program, names: Sequence[str]) -> Iterator[dict[str, Array]]:
    """Points away from special numbers, the same for the same names, of several sizes and signs.

    Where the program speaks of tensors they are vectors at first, then numbers: with those, `mean(x)*y` is a scalar.
    """
    chooser = random.Random(SEED)
    takes_vectors = speaks_of_tensors(expressions(program))
    for attempt in range(ATTEMPTS):
        shape = (ENTRIES,) if takes_vectors and attempt < ATTEMPTS // 2 else ()
        scale = SCALES[attempt % len(SCALES)]
        low = 0.0 if attempt % 2 else -scale
        point = {}
        for name in names:
            values = [round(chooser.uniform(low, scale), DECIMALS) for _ in range(math.prod(shape))]
            point[name] = np.array(values).reshape(shape)
        yield point


def _compared(
    program: Program,
    account: Account,
    point: Mapping[str, Array],
    exact: Mapping[str, Expr],
    digits: int | None,
    derived: Derived | None,
) -> Check:
    question, variables = _question(program, account, point, exact, derived)
    evaluation, evaluator = evaluate(question)
    found = check(evaluation, lambda other: value_at(question, other), evaluator.value_of, digits=digits)
    derivative = evaluation.derivatives[variables] if derived is None else evaluation.value
    if found.verdict in (Verdict.AGREES, Verdict.CORRECTED):
        if found.certified:
            found = _by_balls(found, account, question, variables, np.shape(derivative))
        else:
            found = _by_floats(found, value_of(account.result, _with_count(account, point)), derivative)
    return found if derived is None else as_derivative(found, account.variables, derivative)


def _question(
    program: Program, account: Account, point: Mapping[str, Array], exact: Mapping[str, Expr], derived: Derived | None
) -> tuple[Question, Variables]:
    """The question for the derivative, and what it is called in the answer: the value of an expression of its own."""
    if derived is not None:
        return Question(replace(program, result=derived.expression), point, (), exact=exact), ()
    wrt, order = account.variable, len(account.derivations)
    return Question(program, point, (wrt,), order=order, exact=exact), (wrt,) * order


def _by_balls(
    found: Check, account: Account, question: Question, variables: Variables, shape: tuple[int, ...]
) -> Check:
    """The rules' derivative against the certified one, entry by entry."""
    certified = found.certified[variables]
    try:
        formula = Program((), account.result, (), NOWHERE)
        asked = Question(formula, _with_count(account, question.point), (), exact=question.exact)
        value = certify(asked, {}).value
        # A single number in brackets is that number.
        rules = np.broadcast_to(value.reshape(()) if value.size == 1 else value, shape)
    except (NoForm, ValueError):
        return replace(found, verdict=Verdict.UNDECIDED, reason="the derivative by the rules cannot be certified")
    for position in np.ndindex(shape):
        ours, theirs = rules[position], certified[position]
        if isinstance(ours, Unknown):
            return replace(found, verdict=Verdict.UNDECIDED, reason=f"the derivative by the rules: {ours.reason}")
        if theirs is not None and not numbers.overlap(ours, theirs):
            if (variables, position) in found.singular:
                return replace(found, verdict=Verdict.UNDECIDED, reason="the rules do not hold at this very point")
            where = f" at {list(position)}" if position else ""
            shown, other = numbers.to_text(ours, DIGITS), numbers.to_text(theirs, DIGITS)
            reason = f"by the rules the derivative{where} is {shown}, by SymPy's derivatives {other}"
            return replace(found, verdict=Verdict.DIFFERS, reason=reason)
    return found


def _by_floats(found: Check, ours: Array, theirs: Array) -> Check:
    """The same where there is no form to certify."""
    if np.allclose(ours, theirs, rtol=TOLERANCE, atol=0):
        return found
    return replace(found, verdict=Verdict.UNDECIDED, reason="the derivative by the rules has other floats")


def _with_count(account: Account, point: Mapping[str, Array]) -> Mapping[str, Array]:
    """The point, with the number of entries where an account speaks of that."""
    if account.count is None:
        return point
    return {**point, account.count: np.array(float(max(value.size for value in point.values())))}


def value_of(expr: Expr, point: Mapping[str, Array]) -> Array:
    """The value of a formula at a point, on the engine. Raises Failure."""
    leaves = {name: wrap(np.asarray(value, np.float64)[()], dtypes.float64) for name, value in point.items()}
    with np.errstate(all="ignore"), engine.no_grad():
        evaluator = Evaluator(leaves, dtypes.float64)
        return np.asarray(evaluator.tensor(evaluator.visit(expr))._array)
