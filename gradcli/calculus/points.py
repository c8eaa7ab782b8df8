"""One expression at many points: one graph on vectors, not many graphs on numbers.

That is possible where every entry of the result depends on the same entry of the variables alone, which the vocabulary
knows: sums, products, powers, comparisons and the functions of numbers. Then the sum of the results has as its gradient
the derivative at every point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradcli.calculus import dependence
from gradcli.calculus.evaluate import Evaluator, Failure, as_array, gradients, name_of_node, ones, silence
from gradcli.calculus.results import Array
from gradcli.engine import dtypes
from gradcli.engine.tensor import Tensor, wrap
from gradcli.language import expressions, walk
from gradcli.language.tree import Program
from gradcli.language.values import frozen


@frozen
class Points:
    """Values and first derivatives at n points, each an array of shape (n,); `grad_fn` is None where the result does
    not depend on what is differentiated by."""

    values: Array
    grad_fn: str | None
    derivatives: Mapping[str, Array]


def is_pointwise(program: Program) -> bool:
    """Whether a program of numbers means the same, entry by entry, of vectors."""
    return all(dependence.is_pointwise(part) for expression in expressions(program) for part in walk(expression))


def evaluate_points(program: Program, points: Mapping[str, Array], wrt: Sequence[str]) -> Points:
    """The values and derivatives of a pointwise program (see `is_pointwise`) at points given by coordinates.

    `points` gives every variable an array of shape (n,), all of one dtype, float64 or float32. Raises Failure where
    the engine cannot, with the span of the sub-expression.
    """
    count = max((len(values) for values in points.values()), default=1)
    dtype = next((dtypes.OF_NUMPY[values.dtype] for values in points.values()), dtypes.float64)
    leaves = {name: wrap(np.ascontiguousarray(values), dtype) for name, values in points.items()}
    for name in wrt:
        leaves[name].requires_grad_(True)
    with silence():
        value = Evaluator(leaves, dtype).run(program)
        gradients = _gradients(program, value, [leaves[name] for name in wrt])
    return Points(
        np.broadcast_to(value._array, (count,)),
        name_of_node(value),
        dict(zip(wrt, gradients, strict=True)),
    )


def _gradients(program: Program, value: Tensor, leaves: list[Tensor]) -> list[Array]:
    try:
        return [as_array(each) for each in gradients(value, leaves, ones(value))]
    except (RuntimeError, ValueError, ArithmeticError) as error:
        message = f"the derivative cannot be calculated here: {str(error).splitlines()[0]}"
        raise Failure("E306", message, program.result.span) from error
