"""Derivatives of functions of one's own inside the expressions of a program."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from gradcli import engine
from gradcli.calculus.dependence import Past
from gradcli.calculus.evaluate import own, recorded_derivative
from gradcli.engine.tensor import Tensor
from gradcli.language.tree import Derivative
from gradcli.program import values
from gradcli.program.failures import CAUGHT, located


def derivative(
    node: Derivative, inner: Callable[[], Any], point: Callable[[], Any], variables: MutableMapping[str, Any]
) -> Tensor:
    """The value of a derivative of what `inner` calculates by its bound variable, at the value that `point` gives.

    Raises Failure.
    """
    is_recorded = engine.is_grad_enabled()
    try:
        with engine.enable_grad():
            start = values.as_tensor(point())
            if not start.dtype.is_floating_point:
                start = start.to(engine.get_default_dtype())
            variable = variables[node.variable] = own(start)
            try:
                value = values.as_tensor(inner())
            finally:
                del variables[node.variable]
            found = recorded_derivative(node, value, variable, Past())
        return found if is_recorded else found.detach()
    except CAUGHT as error:
        raise located(error, node.span) from error
