"""The engine's answer to a question: its value and the derivatives asked for, as floats."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np

from gradcli.calculus.differentiate import differentiated
from gradcli.calculus.evaluate import Evaluator, Failure, as_array, evaluator_of, name_of_node, notes_of
from gradcli.calculus.results import Evaluation, Question, Request, Values
from gradcli.engine.tensor import Tensor
from gradcli.language.values import replace


def evaluate(question: Question) -> tuple[Evaluation, Evaluator]:
    """The value and the derivatives asked for, and the evaluator that remembers the values of the sub-expressions. The
    gradient of a tensor by numbers is its Jacobian, and where it goes entry by entry the diagonal of that: the question
    of what is found asks for it.

    Raises Failure where the engine cannot, with the span of the sub-expression.
    """
    evaluator, leaves = evaluator_of(question)
    with np.errstate(all="ignore"), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = evaluator.run(question.program)
            question = _by_entry(question, value, leaves, evaluator.value_of)
            derivatives = differentiated(question, value, leaves, by_taylor)
        except Failure as failure:
            failure.values = evaluator.value_of
            raise
    return Evaluation(question, as_array(value), name_of_node(value), derivatives, notes_of(caught)), evaluator


def _by_entry(question: Question, value: Tensor, leaves: Mapping[str, Tensor], values: Values) -> Question:
    """The question for what the gradient of a tensor can mean: its Jacobian, where all that it is differentiated by are
    numbers, so that each derivative has the output's shape; the Jacobian's diagonal, where it goes entry by entry."""
    if question.request is not Request.GRADIENT or value.numel() == 1:
        return question
    if any(leaf._array.shape for leaf in leaves.values()):
        from gradcli.calculus.elementwise import as_diagonal  # most outputs are scalars

        return as_diagonal(question, value, values)
    return question if question.order > 1 else replace(question, request=Request.JACOBIAN)


def by_taylor(question: Question, name: str) -> float:
    """The derivative by one variable from the Taylor series at the point; nan, with a warning, where it is not known.
    Raises Failure."""
    from gradcli.calculus.balls.engine import nearest_derivative  # FLINT, and for high orders alone

    number, doubt = nearest_derivative(replace(question, wrt=(name,)))
    if doubt is not None:
        warnings.warn(f"derivative {question.order} by {name} is not known here: {doubt}", stacklevel=2)
    return number
