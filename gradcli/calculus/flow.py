"""How the numbers flow: the recorded graph of a program, piece by piece, with values and gradients."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcli.calculus.evaluate import Evaluator, Failure
from gradcli.calculus.results import Array, Question
from gradcli.engine import dtypes
from gradcli.engine.tensor import Tensor, wrap
from gradcli.language import Expr, Program, expressions, walk
from gradcli.language.rewriting import post_order
from gradcli.language.tree import Derivative, Name
from gradcli.language.values import frozen


@frozen
class Intermediate:
    """One value of the forward pass, with its gradient: a variable's or an operation's.

    `name` is what the piece is assigned to, None otherwise. `grad_fn` is the name of the node that recorded it, None
    for a variable. `gradient` is that of the result by this piece.
    """

    expression: Expr
    name: str | None
    value: Array
    grad_fn: str | None
    gradient: Array


def flow(question: Question) -> tuple[Intermediate, ...]:
    """The pieces on which the gradient depends, in the order in which they are calculated; the result comes last.

    Empty where the result is no scalar or depends on no variable. Raises Failure.
    """
    leaves = {name: wrap(np.array(value)[()], dtypes.float64) for name, value in question.point.items()}
    for name in question.wrt:
        leaves[name].requires_grad_(True)
    evaluator = Evaluator(leaves, dtypes.float64, remember=True)
    with np.errstate(all="ignore"):
        result = evaluator.run(question.program)
        if result.numel() != 1 or not result.requires_grad:
            return ()
        pieces = list(_pieces(question.program, evaluator))
        for _, _, tensor in pieces:
            if tensor.grad_fn is not None:
                tensor.retain_grad()
        try:
            result.backward()
        except (RuntimeError, ValueError, ArithmeticError) as error:
            raise Failure("E306", str(error).partition("\n")[0], question.program.result.span) from error
    return tuple(_intermediate(*piece) for piece in pieces)


def _pieces(program: Program, evaluator: Evaluator) -> Iterator[tuple[Expr, str | None, Tensor]]:
    """Each tensor of the graph once, with the expression that made it."""
    assert evaluator.values is not None
    seen: set[int] = set()
    names = [*(assignment.name for assignment in program.assignments), None]
    for name, expression in zip(names, expressions(program), strict=True):
        for node in outside_derivatives(expression):
            tensor = evaluator.values.get(id(node))
            if not isinstance(tensor, Tensor) or not tensor.requires_grad or id(tensor) in seen:
                continue
            seen.add(id(tensor))
            yield node, name if node is expression and not isinstance(node, Name) else None, tensor


def outside_derivatives(expression: Expr) -> Iterator[Expr]:
    """The sub-expressions but those inside a derivative, which is one piece with what it makes of them."""
    inside = {id(part) for node in walk(expression) if isinstance(node, Derivative) for part in walk(node.expression)}
    return (node for node in post_order(expression) if id(node) not in inside)


def _intermediate(expression: Expr, name: str | None, tensor: Tensor) -> Intermediate:
    node = tensor.grad_fn
    gradient = tensor.grad
    value = np.asarray(tensor._array)
    slope = np.zeros_like(value) if gradient is None else np.asarray(gradient._array)
    return Intermediate(expression, name, value, None if node is None else type(node).__name__, slope)
