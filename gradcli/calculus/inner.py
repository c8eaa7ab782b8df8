"""Derivatives inside an expression on the engine: recorded backward passes, which the gradient of the whole goes on
through.

The variable gets a tensor of its own there, made from the one that it has, and whatever depends on it is calculated
once more from that: so the derivative is the same whether the variable requires a gradient or not, and one by a bound
variable is taken in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from gradcli import engine
from gradcli.calculus.dependence import Past, goes_by_entry
from gradcli.calculus.evaluate import Evaluator, Failure, gradients, ones
from gradcli.engine.node import Node
from gradcli.engine.tensor import Tensor, wrap
from gradcli.language import to_text
from gradcli.language.tree import BOUND, Derivative, Expr, Name

MAX_NODES: Final = 20_000
"""Nodes of a recorded graph beyond which it is not differentiated once more inside an expression: each pass makes it
some three times as large."""
MAX_ENTRIES: Final = 1_000
"""Entries of a tensor that are differentiated one by one."""


def derivative(evaluator: Evaluator, node: Derivative) -> Tensor:
    """The value of a derivative, recorded. Raises Failure where it has no shape, or grows too large."""
    if node.point is None and node.variable not in evaluator.variables:
        zero: Tensor = engine.zeros_like(evaluator.numbers(node.expression).detach())
        return zero
    start = evaluator.numbers(Name(node.variable, node.span) if node.point is None else node.point)
    if not start.dtype.is_floating_point:
        raise Failure("E302", f"{to_text(Name(node.variable))} is no number here", node.span)
    with engine.enable_grad():
        variable = own(start)
        value = _value(evaluator, node, variable)
        return differentiated(node, value, variable, evaluator.past)


def differentiated(node: Derivative, value: Tensor, variable: Tensor, past: Past[Any]) -> Tensor:
    """The derivative of a recorded value by a variable, as often as the node says; it requires a gradient where it
    depends on anything that does, and that is not the variable. Raises Failure."""
    way = _way(node, value, variable, past)
    for _ in range(node.order):
        _check_size(node, value)
        value = way(value, variable)
    return value if _depends_on_others(value, variable) else value.detach()


def own(start: Tensor) -> Tensor:
    """A tensor of the same value that nothing else was made from."""
    if start.requires_grad:
        copy: Tensor = engine.clone(start)
        return copy
    leaf = wrap(start._array, start.dtype)
    leaf._requires_grad = True
    return leaf


def _value(evaluator: Evaluator, node: Derivative, variable: Tensor) -> Tensor:
    """The value of what is differentiated, made from the tensor of the variable."""

    def evaluate(expression: Expr, names: Mapping[str, Tensor], past: Past[Tensor]) -> Tensor:
        with evaluator.elsewhere(names, past):
            return evaluator.numbers(expression)

    if node.point is not None:
        return evaluate(node.expression, {**evaluator.variables, node.variable: variable}, evaluator.past)
    moved, past = evaluator.past.with_moved(node.variable, variable, evaluate)
    return evaluate(node.expression, {**evaluator.variables, **moved}, past)


def _way(node: Derivative, value: Tensor, variable: Tensor, past: Past[Any]) -> Callable[[Tensor, Tensor], Tensor]:
    """How a value of this shape is differentiated by the variable. Raises Failure where it has no derivative that is
    one tensor of the shape of either."""
    if not variable.shape:
        return _by_number if value.shape else _plain
    if value.numel() == 1 and node.order == 1:
        return _plain
    if value.shape == variable.shape and goes_by_entry(node, past):
        return _plain
    raise Failure("E313", *_shapeless(node, value.shape, variable.shape))


def _shapeless(node: Derivative, value: Collection[int], variable: Collection[int]) -> tuple[str, Any, str]:
    """What is said of a derivative that is no tensor of the shape of either."""
    name = node.variable.rstrip(BOUND)
    of = f"the value has shape {tuple(value)}" if value else "the value is one number"
    what = "the derivative" if node.order == 1 else f"the derivative of order {node.order}"
    message = f"{what} by {name} of shape {tuple(variable)} is no tensor of that shape: {of}"
    help_text = f"differentiate a scalar once, or what depends on {name} entry by entry"
    return message, node.span, help_text


def _plain(value: Tensor, variable: Tensor) -> Tensor:
    """The recorded gradient: of a number, or of what goes entry by entry."""
    return gradients(value, [variable], ones(value), create_graph=True)[0]


def _by_number(value: Tensor, variable: Tensor) -> Tensor:
    """The derivative of every entry by a number."""
    entries = [_plain(entry, variable) for entry in value.flatten()]
    return engine.stack(entries).reshape(value.shape) if entries else value


def _check_size(node: Derivative, value: Tensor) -> None:
    if _is_large(value) or value.numel() > MAX_ENTRIES:
        message = f"the derivative of order {node.order} is too large to be calculated inside an expression"
        raise Failure("E307", message, node.span, "--order calculates high derivatives of a whole expression")


def _is_large(value: Tensor) -> bool:
    return sum(1 for _ in _reached(value)) > MAX_NODES


def _depends_on_others(value: Tensor, variable: Tensor) -> bool:
    """Whether the derivative depends on what requires a gradient outside, too."""
    return any(isinstance(each, Tensor) and each is not variable for each in _reached(value))


def _reached(value: Tensor) -> Iterator[Node | Tensor]:
    """The nodes and leaves that a value was made from, each once."""
    stack: list[Node | Tensor | None] = [value._node]
    seen: set[int] = set()
    while stack:
        target = stack.pop()
        if target is None or id(target) in seen:
            continue
        seen.add(id(target))
        yield target
        if isinstance(target, Node):
            stack.extend(target.edges)
