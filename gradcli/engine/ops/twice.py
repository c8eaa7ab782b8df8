"""Gradient rules of `pointwise` that torch has as operations of their own, as a recorded backward pass runs them.

Their own derivatives are recorded by these names. The ordinary backward pass never comes here, and pays nothing.
"""

from __future__ import annotations

from typing import Any, Final

from gradcli.engine.ops.activation import threshold_backward
from gradcli.engine.ops.pointwise import one_minus_square
from gradcli.engine.ops.special import ArrayFunction, backward_operation
from gradcli.engine.tensor import Tensor

sigmoid_backward: Final[ArrayFunction] = backward_operation(
    "SigmoidBackwardBackward0",
    lambda grad, output: (grad * (1 - output)) * output,
    grad_output=lambda grad, output: sigmoid_backward(grad, output),
    output=lambda grad, grad_output, output: grad * grad_output * (-2 * output + 1),
)
"""The derivative of the logistic function, from its result."""

tanh_backward: Final[ArrayFunction] = backward_operation(
    "TanhBackwardBackward0",
    lambda grad, output: grad * one_minus_square(output),
    grad_output=lambda grad, output: tanh_backward(grad, output),
    output=lambda grad, grad_output, output: grad * (-2 * output * grad_output),
)
"""The derivative of the hyperbolic tangent, from its result."""


def relu_backward(grad: Tensor, result: Tensor) -> Any:
    """The derivative of relu, from its result: what torch calls threshold_backward."""
    return threshold_backward(grad, result, 0)
