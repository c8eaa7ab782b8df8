"""In-place operations: a write to a tensor's memory, and to its history.

An in-place operation is the ordinary one, applied to a stand-in that has the tensor's old history; its result is then
written to the tensor's memory, and its node becomes the tensor's. Where the tensor is a view, the base gets a
CopySlices node that applies the operation's derivative to the view's part of the gradient, and every view of the base
starts anew from the base's new history (torch's rebase_history).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import numpy as np

from gradcli.engine import errors, modes
from gradcli.engine.node import Freed, Node
from gradcli.engine.ops.declare import edge_of
from gradcli.engine.ops.shape import clone
from gradcli.engine.ops.strided import AsStridedBackward0, Region, cleared, overwritten, placed, region_of, taken
from gradcli.engine.tensor import Tensor, wrap
from gradcli.engine.views import base_of, creation_of, forbid, forbidden, views_of

_state = modes.state


class CopySlices(Node):
    """A recorded write through a view: `function` is the write's node, `region` says where the view lies in its base.

    The first edge leads to the base's old history, the others are those of `function`.
    """

    __slots__ = ("function", "region")

    def __init__(self, base: Tensor, region: Region, function: Node) -> None:
        super().__init__((edge_of(base), *function.edges[1:]), ())
        numbers = function.edge_outputs or (0,) * len(function.edges)
        if base._output_nr or any(numbers[1:]):
            self.edge_outputs = (base._output_nr, *numbers[1:])
        self.region = region
        self.function = function

    def name(self) -> str:
        """The C++ name."""
        return "torch::autograd::CopySlices"

    def free(self) -> None:
        """Drop what the write saved."""
        self.function.free()

    def vjp(self, grad: Any, recording: bool) -> Sequence[Any]:
        """The gradient of the base before the write, and those of what was written."""
        function = _twin(self.function) if recording else self.function
        part, *others = function.vjp(taken(grad, self.region), recording)
        if self.edges[0] is None:
            return (None, *others)
        if not recording:
            return (overwritten(grad, self.region, 0 if part is None else part), *others)
        kept = cleared(grad, self.region)
        return (kept if part is None else kept + placed(part, self.region), *others)


def _twin(node: Node) -> Node:
    """The same node again, for a recorded backward pass, in which the saved result leads back to it; of a user's
    Function, which keeps nothing of the kind, the node itself."""
    if hasattr(node, "ctx"):
        return node
    twin = type(node)(node.edges, node.saved, node.attributes)  # type: ignore[arg-type]
    for name in ("edge_outputs", "expected", "versions", "result_counter", "result_version"):
        setattr(twin, name, getattr(node, name))
    return twin


def is_recorded(target: Tensor, *operands: Any) -> bool:
    """Whether a write of an operation's result to `target` is to be recorded.

    Raises RuntimeError where recorded writes to it are not allowed: to a leaf that requires grad and its views, and
    through views whose origin forbids it.
    """
    if not _state.enabled:
        return False
    base = base_of(target)
    if not (
        target._requires_grad
        or (base is not None and base._requires_grad)
        or any(isinstance(each, Tensor) and each._requires_grad for each in operands)
    ):
        return False
    if base is not None:
        creation = creation_of(target)
        if creation is not None:
            raise forbidden(target, creation)
        if base._node is None and (target._requires_grad or base._requires_grad):
            raise RuntimeError(errors.LEAF_VIEW_IN_PLACE)
    if target._requires_grad and target._node is None:
        raise RuntimeError(errors.LEAF_IN_PLACE)
    return True


def write(target: Tensor, values: Any) -> None:
    """Write an array, or a number, to a tensor's memory; counted as one more version.

    Raises RuntimeError where one place in memory stands for several elements.
    """
    memory = target._array
    shared = isinstance(memory, np.ndarray)
    if shared and not memory.flags.writeable:
        _make_writeable(memory)
    target._version_counter().value += 1
    if shared:
        with np.errstate(all="ignore"):
            memory[...] = values
    else:
        target._array = memory.dtype.type(values)


def _make_writeable(memory: Any) -> None:
    """NumPy keeps broadcast arrays and diagonals from being written to; torch only the former."""
    if any(step == 0 and n > 1 for n, step in zip(memory.shape, memory.strides, strict=True)):
        raise RuntimeError(errors.OVERLAPPING)
    try:
        memory.flags.writeable = True
    except ValueError:
        raise RuntimeError("the memory of this tensor, which NumPy made read-only, cannot be written to") from None


def apply(target: Tensor, operation: Callable[..., Tensor], *arguments: Any, **keywords: Any) -> Tensor:
    """Make `target` what `operation(target, *arguments, **keywords)` is, in place and recorded; returns it.

    Raises RuntimeError as `is_recorded` does, where the result has another shape or a dtype of a higher category, and
    where an operand shares some of the written memory, but not all.
    """
    operands = (*arguments, *keywords.values())
    recorded = is_recorded(target, *operands)
    if any(isinstance(each, Tensor) and overlap(target, each) is Overlap.PARTIAL for each in operands):
        raise RuntimeError(errors.SHARED_WITH_INPUT)
    return replace(target, recorded, operation, *arguments, **keywords)


def replace(
    target: Tensor, recorded: bool, operation: Callable[..., Tensor], *arguments: Any, **keywords: Any
) -> Tensor:
    """`apply`, where it is known whether to record, and where operands may share memory with the target."""
    old = stand_in(target) if recorded else target
    try:
        result = operation(old, *arguments, **keywords)
    except ValueError as error:
        raise _not_broadcast(error, target, (*arguments, *keywords.values())) from None
    if result._array.shape != target._array.shape:
        raise errors.wrong_output_shape(target._array.shape, result._array.shape)
    if result.dtype.category > target.dtype.category:
        raise RuntimeError(
            f"result type {result.dtype.word} can't be cast to the desired output type {target.dtype.word}"
        )
    commit(target, old, result, (old, *arguments, *keywords.values()))
    return target


def _not_broadcast(error: ValueError, target: Tensor, operands: Sequence[Any]) -> Exception:
    """NumPy's error on shapes that do not broadcast, in torch's words."""
    for each in operands:
        if isinstance(each, Tensor):
            try:
                np.broadcast_shapes(target._array.shape, each._array.shape)
            except ValueError:
                return errors.sizes_must_match(target._array.shape, each._array.shape)
    return error


class Overlap(Enum):
    """How much of their memory two tensors share, as far as torch looks: only into those without gaps."""

    NONE = 0
    PARTIAL = 1
    FULL = 2


def overlap(first: Tensor, second: Tensor) -> Overlap:
    """How much of their memory two tensors share."""
    a, b = first._array, second._array
    if a is b:
        return Overlap.FULL
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or not a.size or not b.size:
        return Overlap.NONE
    if not all(each.flags.c_contiguous or each.flags.f_contiguous for each in (a, b)):
        return Overlap.NONE
    if not np.may_share_memory(a, b):
        return Overlap.NONE
    same = np.lib.array_utils.byte_bounds(a) == np.lib.array_utils.byte_bounds(b) and a.strides == b.strides
    return Overlap.FULL if same else Overlap.PARTIAL


def stand_in(target: Tensor) -> Tensor:
    """A tensor with the memory and the history that `target` has now."""
    old = wrap(target._array, target.dtype, target._node, target._output_nr)
    old._requires_grad = target._requires_grad
    return old


def commit(target: Tensor, old: Tensor, result: Tensor, operands: Sequence[Any]) -> None:
    """Write `result`, which an operation computed from `operands`, to `target`, and let its node be the history.

    `old` is the stand-in that the operation took for `target`.
    """
    node = result._node
    if node is None:
        write(target, result._array)
    else:
        if result.dtype is not target.dtype:
            node.expected = tuple([_expectation(edge, operands) for edge in node.edges])
        _keep_input(node, old)
        write(target, result._array)
        counter = target._version_counter()
        if isinstance(target._array, np.ndarray):
            node.replace_saved(result._array, target._array)
        node.result_counter, node.result_version = counter, counter.value
        rebase(target, node)
    refresh(target)


def _expectation(edge: Node | Tensor | None, operands: Sequence[Any]) -> tuple[tuple[int, ...], Any] | None:
    found = next((each for each in operands if edge is not None and edge_of(each) is edge), None)
    return None if found is None else (found._array.shape, found.dtype)


def _keep_input(node: Node, old: Tensor) -> None:
    """Where a rule needs the overwritten input, save a copy of it, recorded where it has a history."""
    if not isinstance(node.saved, Freed) and any(each is old for each in node.saved):
        node.replace_saved(old, clone(old) if old._node is not None else wrap(old._array.copy(), old.dtype))


def rebase(target: Tensor, node: Node) -> None:
    """Let `node`, of an operation that was applied to `target` in place, be its history."""
    base = base_of(target)
    where = None if base is None else region_of(base._shared_array(), target._shared_array())
    if base is None or where is None:
        succeed(target, node)
    else:
        succeed(base, CopySlices(base, where, node))


def succeed(target: Tensor, node: Node) -> None:
    """Give a tensor another node; what retains its gradient retains the new one."""
    previous, number = target._node, target._output_nr
    target._node, target._output_nr, target._requires_grad = node, 0, True
    hooks = None if previous is None else previous.hooks
    reference = None if hooks is None else hooks.retained.get(number)
    if hooks is not None and reference is not None and reference() is target:
        del hooks.retained[number]
        target.retain_grad()


def refresh(written: Tensor, *, target: Tensor | None = None) -> None:
    """Give all views of the memory that was written to, but `target`, their history anew, from their bases'."""
    for view, base in views_of(written):
        if view is target or not (base._requires_grad or view._node is not None):
            continue
        creation = creation_of(view)
        if creation is not None:
            forbid(view, creation)
            continue
        where = region_of(base._shared_array(), view._shared_array())
        if where is not None:
            node = AsStridedBackward0((edge_of(base),), (), (where,))
            if base._output_nr:
                node.edge_outputs = (base._output_nr,)
            succeed(view, node)
