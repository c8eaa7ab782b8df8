"""Derivatives inside the expressions of a program."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from gradcli import engine
from gradcli.calculus.dependence import Past
from gradcli.calculus.evaluate import CONSTANTS, Failure
from gradcli.calculus.inner import differentiated, own
from gradcli.engine.tensor import Tensor
from gradcli.language import walk
from gradcli.language.tree import BOUND, Derivative, Name
from gradcli.program import values
from gradcli.program.failures import CAUGHT, located


def derivative(
    node: Derivative, inner: Callable[[], Any], start: Callable[[], Any], variables: MutableMapping[str, Any]
) -> Tensor:
    """The value of a derivative of what `inner` calculates, where the variable has the value that `start` gives.

    What names have of a variable counts as far as it was recorded, as everywhere in programs. Raises Failure.
    """
    try:
        if node.point is None and node.variable not in variables:
            zero: Tensor = engine.zeros_like(values.as_tensor(inner()).detach())
            return zero
        tensor = values.as_tensor(start())
        with engine.enable_grad():
            if not tensor.dtype.is_floating_point:
                tensor = tensor.to(engine.get_default_dtype())
            if node.point is None and tensor.requires_grad:
                variable = tensor
                value = values.as_tensor(inner())
            else:
                _check_recorded(node)
                variable = own(tensor)
                value = _with(variables, node.variable, variable, inner)
            return differentiated(node, value, variable, Past())
    except CAUGHT as error:
        raise located(error, node.span) from error


def _with(variables: MutableMapping[str, Any], name: str, variable: Tensor, inner: Callable[[], Any]) -> Tensor:
    """What is calculated where a name stands for a variable."""
    before, was_there = variables.get(name), name in variables
    variables[name] = variable
    try:
        value: Tensor = values.as_tensor(inner())
        return value
    finally:
        if was_there:
            variables[name] = before
        else:
            del variables[name]


def _check_recorded(node: Derivative) -> None:
    """Raise Failure where other names may depend on a variable of which nothing was recorded."""
    if node.point is not None:
        return
    names = [each.name for each in walk(node.expression) if isinstance(each, Name)]
    others = [name for name in names if name != node.variable and name not in CONSTANTS and not name.endswith(BOUND)]
    if others:
        message = f"whether {others[0]} depends on {node.variable} was not recorded"
        help_text = f"say that it is differentiated by: {node.variable}.requires_grad_(True)"
        raise Failure("E315", message, node.span, help_text)
