"""The nan that comes from a branch that is not taken.

`where(x > 0, sqrt(x), x)` at -1 has the slope 1, and torch, like this engine, says nan: the branch that `where` did not
take gets the gradient 0, its derivative is not finite, and 0 times that is nan. That is a convention of how gradients
flow, and no wrong rule. `untaken_branches` walks the recorded graph again without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradcli import engine
from gradcli.calculus.differentiate import differentiated
from gradcli.calculus.evaluate import evaluator_of, silence
from gradcli.calculus.evaluation import by_taylor
from gradcli.calculus.results import Array, Question, Variables
from gradcli.engine.node import Node
from gradcli.engine.tensor import Tensor, wrap


def untaken_branches(question: Question) -> Mapping[Variables, Array]:
    """The derivatives of a question with 0 wherever the gradient 0 of a node met a derivative that is not finite.

    An entry that is nan in the engine's answer and a number here is nan by that convention, and this number is what
    the branches that were taken give; one that is nan here, too, has another reason. Raises Failure as `evaluate` does.
    """
    evaluator, leaves = evaluator_of(question)
    with silence():
        value = evaluator.run(question.program)
        _Watch().enter(value)
        return differentiated(question, value, leaves, by_taylor)


class _Watch:
    """Looks at what each node of a graph makes of its gradient, and in a recorded backward pass at the nodes of that,
    too."""

    def __init__(self) -> None:
        self.seen: dict[int, Node] = {}

    def enter(self, tensor: Any) -> None:
        """Look at the nodes that a tensor was made by."""
        stack: list[Any] = [tensor._node] if isinstance(tensor, Tensor) else []
        while stack:
            node = stack.pop()
            if isinstance(node, Node) and id(node) not in self.seen:
                self.seen[id(node)] = node
                node.register_hook(self.mend)
                stack.extend(node.edges)

    def mend(self, given: tuple[Any, ...], incoming: tuple[Any, ...]) -> tuple[Any, ...]:
        """The gradients that a node gives, with 0 for the nan that it made of 0."""
        mended = tuple(None if each is None else _mended(each, incoming) for each in given)
        for each in mended:
            self.enter(each)
        return mended


def _mended(gradient: Tensor, incoming: tuple[Any, ...]) -> Tensor:
    made = np.isnan(gradient._array) & _zeros(incoming, gradient._array.shape)
    if not np.any(made):
        return gradient
    zeros = engine.zeros_like(gradient.detach())
    mended: Tensor = engine.where(wrap(np.asarray(made)[()]), zeros, gradient)
    return mended


def _zeros(incoming: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """Where the gradients that met in an entry are 0: entry by entry where a node's shapes show which they are, else
    where they all are."""
    arrays = [each._array for each in incoming if each is not None]
    if len(arrays) == 1 and arrays[0].shape == shape:
        return arrays[0] == 0
    return np.full(shape, all(np.all(each == 0) for each in arrays))
