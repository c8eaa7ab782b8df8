"""Derivatives of higher order: the backward pass repeated, and Taylor series where that would record too much.

Each recorded pass is a graph some three times as large as the one before. As long as that is small the engine goes
through it, as torch does; from there on the remaining orders are those of the last gradient's Taylor series, which the
same rules give in one pass on elements that are series themselves (`calculus.balls.jets`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

import numpy as np

from gradcli.calculus.evaluate import Failure, as_array, is_made_by_more, recorded_gradient
from gradcli.calculus.results import Array, Question, Variables
from gradcli.engine.tensor import Tensor

Beyond: TypeAlias = Callable[[Question, str], float]
"""What gives a derivative of the question's order by one variable, a number, where its graph would be too large."""
MANY: Final = 200
"""Nodes of a recorded gradient beyond which it is not differentiated once more."""
ALWAYS: Final = 2
"""The orders that are recorded whatever their size: the second's graph is a few times that of the value."""


def higher(
    question: Question, value: Tensor, leaves: Mapping[str, Tensor], beyond: Beyond | None
) -> Iterator[tuple[Variables, Array]]:
    """The pure partial derivatives of the question's order, in the shapes of the variables. Raises Failure."""
    order = question.order
    for name, leaf in leaves.items():
        if leaf.numel() != 1:
            raise Failure(
                "E311",
                f"{name} has shape {tuple(leaf.shape)}, and --order {order} needs scalar variables",
                question.program.result.span,
                "for the second derivatives by tensors ask for --hessian",
            )
        derivative, done = repeated(value, leaf, order)
        if done == order:
            yield (name,) * order, as_array(derivative)
        else:
            assert beyond is not None
            yield (name,) * order, np.full(leaf.shape, beyond(question, name), leaf.dtype.numpy)


def repeated(value: Tensor, leaf: Tensor, order: int) -> tuple[Tensor, int]:
    """The derivative of the highest order up to `order` that the repeated backward pass reaches with small graphs, and
    that order."""
    derivative = value
    for done in range(order):
        if done >= ALWAYS and is_made_by_more(derivative, MANY):
            return derivative, done
        derivative = recorded_gradient(derivative, leaf)
    return derivative, order
