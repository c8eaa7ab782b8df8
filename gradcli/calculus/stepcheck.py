"""The rules' derivative held against both witnesses: the engine's gradient and SymPy's.

Where the variables have values, they are compared there; otherwise at points of our own choosing at which the
expression is defined.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from gradcli import engine
from gradcli.calculus import crosscheck
from gradcli.calculus.evaluate import Evaluator, Failure, evaluate, value_at
from gradcli.calculus.results import Array, Check, Evaluation, Question, Verdict
from gradcli.calculus.steps import Account
from gradcli.calculus.steps.tensors import speaks_of_tensors
from gradcli.engine import dtypes
from gradcli.engine.tensor import wrap
from gradcli.language import Expr, expressions
from gradcli.language.tree import Program
from gradcli.language.values import frozen, replace

POINTS: Final = 3
"""Points of our own choosing at which a formula is compared."""
ATTEMPTS: Final = 60
ENTRIES: Final = 3
"""Entries of a tensor of our own choosing."""
TOLERANCE: Final = 1e-9
"""The relative difference that the rounding of two ways to calculate the same may leave."""
SCALES: Final = (1.0, 2.0, 0.4, 6.0, 0.9, 30.0)
SEED: Final = 0


@frozen
class Confirmation:
    """What the witnesses say, and at how many points of our own choosing (0: at the values given)."""

    check: Check
    points: int = 0


def confirm(program: Program, account: Account, point: Mapping[str, Array], names: tuple[str, ...]) -> Confirmation:
    """Compare an account's result with the engine and with SymPy. Raises Failure where that cannot be calculated at
    the values given."""
    if all(name in point for name in names):
        return Confirmation(_compared(program, account, point))
    checks = []
    for chosen in _choices(program, names):
        try:
            check = _compared(program, account, chosen)
        except Failure:
            continue
        if check.verdict is Verdict.DIFFERS:
            return Confirmation(check, 1)
        if check.verdict is Verdict.AGREES:
            checks.append(check)
        if len(checks) == POINTS:
            break
    if not checks:
        return Confirmation(Check(Verdict.UNDECIDED, reason="no point was found at which it could be compared"))
    return Confirmation(checks[0], len(checks))


def _choices(program: Program, names: tuple[str, ...]) -> Iterator[dict[str, Array]]:
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
            values = [chooser.uniform(low, scale) for _ in range(math.prod(shape))]
            point[name] = np.array(values).reshape(shape)
        yield point


def _compared(program: Program, account: Account, point: Mapping[str, Array]) -> Check:
    wrt, order = account.variable, len(account.derivations)
    question = Question(program, point, (wrt,), order=order)
    evaluation, evaluator = evaluate(question)
    ours = _value(account, point)
    theirs = evaluation.derivatives[(wrt,) * order]
    if not np.all(np.isfinite(ours)) or not np.all(np.isfinite(theirs)):
        return Check(Verdict.UNDECIDED, reason="the derivative is not finite here")
    own = replace(evaluation, derivatives={(wrt,) * order: np.broadcast_to(ours, theirs.shape)})
    check = _by_sympy(own, question, evaluator)
    if check.verdict is Verdict.DIFFERS:
        return replace(check, reason=_difference(ours, theirs))
    if check.verdict is not Verdict.AGREES or np.allclose(ours, theirs, rtol=TOLERANCE, atol=0):
        return check
    # Equal to SymPy's but for rounding, and not to the engine's as closely: then the engine's must be, too.
    engines = _by_sympy(evaluation, question, evaluator)
    return check if engines.verdict is Verdict.AGREES else engines


def _difference(ours: Array, theirs: Array) -> str:
    """Where the two are furthest apart."""
    rules = np.broadcast_to(ours, theirs.shape).astype(np.float64)
    engines = theirs.astype(np.float64)
    worst = np.unravel_index(int(np.argmax(np.abs(rules - engines))), theirs.shape)
    where = f" at {[int(at) for at in worst]}" if worst else ""
    return f"by the rules the derivative{where} is {rules[worst]:.17g}, by the engine {engines[worst]:.17g}"


def _by_sympy(evaluation: Evaluation, question: Question, evaluator: Evaluator) -> Check:
    return crosscheck.check(evaluation, lambda point: value_at(question, point), evaluator.value_of)


def _value(account: Account, point: Mapping[str, Array]) -> Array:
    """The account's result at a point. Raises Failure."""
    values = dict(point)
    if account.count is not None:
        values[account.count] = np.array(float(max(value.size for value in point.values())))
    return value_of(account.result, values)


def value_of(expr: Expr, point: Mapping[str, Array]) -> Array:
    """The value of a formula at a point, on the engine. Raises Failure."""
    leaves = {name: wrap(np.asarray(value, np.float64)[()], dtypes.float64) for name, value in point.items()}
    with np.errstate(all="ignore"), engine.no_grad():
        evaluator = Evaluator(leaves, dtypes.float64)
        return np.asarray(evaluator.tensor(evaluator.visit(expr))._array)
