"""Tensors of a batch: their history is that of one member; here is what leads into a level and out of it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Final

from gradcli.engine import modes
from gradcli.engine.batching.arrays import Batched, Level, each_member, elementwise, level_of, levels_of, member_of
from gradcli.engine.batching.rules import entered, left, lifted, lowered
from gradcli.engine.node import BoundRule, ruled
from gradcli.engine.ops.index.indexing import select
from gradcli.engine.ops.join.joining import stack
from gradcli.engine.ops.rules import linear_map
from gradcli.engine.printing import tensor_text
from gradcli.engine.tensor import Tensor, wrap

Function = Callable[..., Any]
Crossing = Callable[..., Tensor]
"""A linear map of a tensor into a level or out of it."""
_state: Final = modes.state


def _border(name: str, forward: Function, adjoint: Function) -> Crossing:
    """A linear map between levels, whose argument is not to belong to the levels that its result belongs to."""
    operation = linear_map(name, forward, adjoint)

    def crossing(tensor: Tensor, *arguments: Any) -> Tensor:
        _state.batches = None
        try:
            result: Tensor = operation(tensor, *arguments)
            return result
        finally:
            _state.batches = Batches

    return crossing


_enter: Crossing = _border("PermuteBackward0", entered, lambda grad, level, dim: _leave(grad, level, dim))
_leave: Crossing = _border("PermuteBackward0", left, lambda grad, level, dim: _enter(grad, level, dim))
_lift: Crossing = _border("ExpandBackward0", lifted, lambda grad, level: _lower(grad, level))
_lower: Crossing = _border("SumBackward1", lowered, lambda grad, level: _lift(grad, level))


@functools.cache
def _leaving_as(name: str) -> Crossing:
    """`_leave`, recorded as the operation that torch would have recorded last."""
    return _border(name, left, lambda grad, level, dim: _enter(grad, level, dim))


_AS_RECORDED: Final = {
    "SumBackward0": "SumBackward1",
    "MeanBackward0": "MeanBackward1",
    "DotBackward0": "SqueezeBackward1",
    "MvBackward0": "SqueezeBackward4",
}
"""What torch records instead of an operation that reduces all there is, or makes one number of two vectors."""


def enter(tensor: Tensor, level: Level, dim: int = 0) -> Tensor:
    """The tensor as an example of the batch along its dimension `dim`."""
    return _enter(tensor, level, dim)


def leave(tensor: Tensor, level: Level, dim: int = 0, name: str | None = None) -> Tensor:
    """The batch that a tensor is an example of, along dimension `dim`; recorded as `name`."""
    last = tensor._node
    if name is None and last is not None and dim == 0:
        name = _AS_RECORDED.get(type(last).__name__, type(last).__name__)
    leaving = _leave if name is None else _leaving_as(name)
    return leaving(lift(tensor, {level}), level, dim)


def lift_inputs(inputs: tuple[Any, ...], results: Sequence[Any]) -> tuple[Any, ...]:
    """The inputs of an operation; those that require grad are led into each level of any input or result."""
    arrays = [each._array if isinstance(each, Tensor) else each for each in (*inputs, *results)]
    levels = {level for array in arrays for level in levels_of(array)}
    if not levels:
        return inputs
    return tuple([lift(each, levels) if isinstance(each, Tensor) and each._requires_grad else each for each in inputs])


def lift(tensor: Tensor, levels: set[Level]) -> Tensor:
    """The tensor as an example of each of the levels."""
    for level in sorted(levels.difference(levels_of(tensor._array)), key=lambda each: each.number):
        tensor = _lift(tensor, level)
    return tensor


def ruled_singly(rule: BoundRule, grad: Any, values: Sequence[Any]) -> Any:
    """What a gradient rule gives for each member of the batch that its gradient, or a saved value, is of, together."""
    tensors = [each for each in (*values, *(grad if isinstance(grad, list) else [grad])) if isinstance(each, Tensor)]
    level = level_of(grad, *values, *[each._array for each in tensors])
    if level is None:
        return rule(grad, values)
    if not tensors:
        return each_member(rule, (grad, list(values)))

    def member(value: Any, i: int) -> Any:
        if isinstance(value, list):
            return [member(each, i) for each in value]
        if not isinstance(value, Tensor):
            return member_of(value, level, i)
        return select(leave(value, level), 0, i) if level in levels_of(value._array) else value

    found = [ruled(rule, member(grad, i), member(list(values), i)) for i in range(level.size)]
    return enter(stack(found), level)


def text_of(tensor: Tensor) -> str:
    """The text of a member of a batch."""
    levels = levels_of(tensor._array)
    mapped = [] if _state.mapping is None else _state.mapping.levels()
    numbers = {level: depth for depth, level in enumerate(reversed(mapped), 1)}
    array = tensor._array
    while type(array) is Batched:
        array = array.values
    whole = wrap(array, tensor.dtype)
    node = tensor._node
    if node is not None and node.name() == "PermuteBackward0" and all(isinstance(e, Tensor) for e in node.edges):
        whole._requires_grad = True
    else:
        whole._node, whole._requires_grad = node, tensor._requires_grad
    text = tensor_text(whole)
    for ours, recorded in _AS_RECORDED.items():
        text = text.replace(f"grad_fn=<{ours}>", f"grad_fn=<{recorded}>")
    for level in reversed(levels):
        inner = text.replace("\n", "\n    ")
        text = f"BatchedTensor(lvl={numbers.get(level, 1)}, bdim=0, value=\n    {inner}\n)"
    return text


def is_member(tensor: Tensor) -> bool:
    """Whether a tensor is a member of a batch."""
    return type(tensor._array) is Batched


class Batches:
    """What the rest of the engine asks, by way of the mode, where arrays may be batches."""

    elementwise = staticmethod(elementwise)
    is_member = staticmethod(is_member)
    lift_inputs = staticmethod(lift_inputs)
    ruled_singly = staticmethod(ruled_singly)
    text_of = staticmethod(text_of)
