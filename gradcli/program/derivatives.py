"""Derivatives of functions of one's own in a program: `f'(2)` is a number, `f'(x)` of a tensor a recorded tensor."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from gradcli import engine
from gradcli.calculus.dependence import is_entrywise
from gradcli.calculus.evaluate import Failure, gradients, ones
from gradcli.engine import dtypes
from gradcli.engine.tensor import Tensor
from gradcli.language.tree import Derivative
from gradcli.program.failures import CAUGHT, located
from gradcli.program.values import as_tensor


def derivative(
    node: Derivative, point: Callable[[], Any], value: Callable[[], Any], variables: MutableMapping[str, Any]
) -> Callable[[], Any]:
    """What calculates a derivative at a point: of a number in float64, of a tensor recorded, so that what is made of it
    has a gradient. `value` reads the bound variable from `variables`."""
    name, order = node.variable, node.order

    def calculate() -> Any:
        at = point()
        is_number = isinstance(at, (bool, int, float))
        try:
            start = engine.tensor(float(at), dtype=dtypes.float64) if is_number else as_tensor(at)
            _check(node, start)
            with engine.enable_grad():
                variable = engine.clone(start) if start.requires_grad else start.detach().requires_grad_()
                variables[name] = variable
                found = as_tensor(value())
                for _ in range(order):
                    (found,) = gradients(found, [variable], ones(found), create_graph=True)
        except CAUGHT as error:
            raise located(error, node.span) from error
        finally:
            variables.pop(name, None)
        if is_number:
            return found.item()
        return found if start.requires_grad else found.detach()

    return calculate


def _check(node: Derivative, start: Any) -> None:
    """Fail where the derivative at a tensor would not be one for each of its entries."""
    if not isinstance(start, Tensor):
        raise Failure("E302", "a function is differentiated at a number or a tensor", node.span)
    if start.numel() != 1 and not is_entrywise(node.expression, {node.variable}):
        message = "a prime is for functions that go entry by entry, or at one number"
        raise Failure("E313", message, node.span, "use backward() for the gradient of a function of a whole tensor")
