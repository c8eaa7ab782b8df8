"""A batch of questions: the programs one after the other, then one backward pass through all of their graphs.

What comes of a question is bit for bit what `evaluate` gives it: the graphs share no node, and within each the walk
takes the same order. Only the plainest questions take part, and those at which nothing happens: the others are left
out, for `evaluate` to say what it is.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Final

import numpy as np

from gradcli import engine
from gradcli.calculus.evaluate import Evaluator, as_array, collected, evaluator_of, name_of_node
from gradcli.calculus.results import Evaluation, Question, Request
from gradcli.engine.tensor import Tensor

SMALL: Final = 10_000
"""Elements that a tensor of a question may have: all that the questions calculate is kept until the walk is over."""


def evaluate_batched(questions: Iterable[Question | None]) -> list[tuple[Evaluation, Evaluator] | None]:
    """The values and gradients of the questions as `evaluate` gives them, None for those that are left out."""
    with np.errstate(all="ignore"), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        runs = [_run(question, caught) for question in questions]
        recorded = [run.value for run in runs if run is not None and run.value._requires_grad]
        if not _goes_backward(recorded) or caught:
            return [None] * len(runs)
    return [None if run is None else (run.evaluation(), run.evaluator) for run in runs]


class _Forward:
    """A question whose forward pass is done."""

    __slots__ = ("evaluator", "leaves", "question", "value")

    def __init__(self, question: Question) -> None:
        self.question = question
        self.evaluator, self.leaves = evaluator_of(question)
        self.value = self.evaluator.run(question.program)

    def is_large(self) -> bool:
        """Whether there is a tensor that should not be kept for long."""
        for value in (self.evaluator.values or {}).values():
            if value.__class__ is Tensor and value._array.__class__ is np.ndarray and value._array.size > SMALL:
                return True
        return False

    def evaluation(self) -> Evaluation:
        """The value, and what arrived at the leaves."""
        derivatives = dict(collected(self.leaves))
        return Evaluation(self.question, as_array(self.value), name_of_node(self.value), derivatives)


def _run(question: Question | None, caught: list[warnings.WarningMessage]) -> _Forward | None:
    """The run of a question; None where it fails, something is to be said, or its gradient is none of a scalar."""
    if question is None or question.request is not Request.GRADIENT or question.order != 1:
        return None
    for value in question.point.values():
        if value.size > SMALL:
            return None
    try:
        run = _Forward(question)
    except Exception:
        return None
    if caught:
        caught.clear()
        return None
    return None if run.value._array.shape or run.is_large() else run


def _goes_backward(values: list[Tensor]) -> bool:
    """Run the graphs of the values backward; whether that can be done."""
    try:
        if values:
            engine.autograd.backward(values)
    except Exception:
        return False
    return True
