"""What can be asked of a node besides its gradients (torch.autograd.graph)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Literal
from weakref import WeakKeyDictionary

from gradcli.engine import errors, modes
from gradcli.engine.autograd.saving import disable_saved_tensors_hooks, save_on_cpu, saved_tensors_hooks
from gradcli.engine.left_out import missing_from
from gradcli.engine.node import AccumulateGrad, Node, RemovableHandle
from gradcli.engine.tensor import Tensor, wrap

_METADATA: Final[WeakKeyDictionary[Node | AccumulateGrad, dict[str, Any]]] = WeakKeyDictionary()

__all__ = [
    "AccumulateGrad",
    "Node",
    "call",
    "disable_saved_tensors_hooks",
    "metadata",
    "register_multi_grad_hook",
    "save_on_cpu",
    "saved_tensors_hooks",
]


def metadata(node: Node | AccumulateGrad) -> dict[str, Any]:
    """The notes on a node, which live as long as it does."""
    return _METADATA.setdefault(node, {})


def call(node: Node, grads: tuple[Any, ...]) -> Any:
    """The gradients of a node's inputs for the given gradients of its outputs: a Tensor, or a tuple of such and None.

    Raises RuntimeError where what the node saved was freed.
    """
    if len(grads) != node.outputs:
        raise RuntimeError(f"expected {node.outputs} gradients, got {len(grads)}")
    if node.saved_names and node.saved is not None and not isinstance(node.saved, tuple):
        raise RuntimeError(errors.FREED)
    arrays = [None if each is None else each._array for each in grads]
    with modes.no_grad():
        found = node.vjp(arrays[0] if node.outputs == 1 else arrays, False)
    results = tuple(each if each is None or isinstance(each, Tensor) else wrap(each) for each in found)
    return results[0] if len(results) == 1 else results


class _MultiHandle:
    """What register_multi_grad_hook returns; `remove()` takes the hook off all its tensors."""

    def __init__(self, handles: Sequence[RemovableHandle]) -> None:
        self.handles = tuple(handles)

    def remove(self) -> None:
        """Take the hook off."""
        for handle in self.handles:
            handle.remove()

    def __enter__(self) -> _MultiHandle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


class _Gathering:
    """The gradients of several tensors in one backward pass, and those that are still to come."""

    def __init__(self, tensors: Sequence[Tensor], walk: Any, first: Tensor) -> None:
        self.walk = walk
        self.grads: list[Tensor | None] = [None] * len(tensors)
        leaves = [each for each, _ in walk.arrived.values()]
        nodes = [node for node, _ in walk.waiting.values()]
        coming = _reached([*nodes, *leaves, first._node or first])
        self.awaited = {number for number, each in enumerate(tensors) if id(each._node or each) in coming}


def _reached(starts: Sequence[Any]) -> set[int]:
    """The ids of nodes and leaves, and of all that they lead to."""
    stack, seen = list(starts), {id(each) for each in starts}
    while stack:
        for edge in getattr(stack.pop(), "edges", ()):
            if edge is not None and id(edge) not in seen:
                seen.add(id(edge))
                stack.append(edge)
    return seen


def register_multi_grad_hook(
    tensors: Sequence[Tensor], fn: Callable[..., None], *, mode: Literal["all", "any"] = "all"
) -> _MultiHandle:
    """Call `fn` once in each backward pass: with the list of all gradients (None for a tensor that gets none) when
    those that come have come, or, in mode `any`, with the first of them.

    Raises ValueError on another mode, AssertionError where a tensor requires no gradient, and, in torch.autograd.grad,
    RuntimeError for a leaf.
    """
    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    if not all(each.requires_grad for each in tensors):
        raise AssertionError("Expected gradient function to be set")
    gathering: _Gathering | None = None

    def arrived(number: int, grad: Tensor) -> None:
        nonlocal gathering
        walk = None if modes.state.walk is None else modes.state.walk()
        if walk is None:
            raise RuntimeError(
                "A leaf node was passed to _will_engine_execute_node but we are currently running autograd.grad(). "
                "This is currently not supported."
            )
        fresh = gathering is None or gathering.walk is not walk
        if gathering is None or fresh:
            gathering = _Gathering(tensors, walk, tensors[number])
        gathering.grads[number] = grad
        gathering.awaited.discard(number)
        if mode == "any":
            if fresh:
                fn(grad)
        elif not gathering.awaited:
            fn(gathering.grads)
            gathering = None

    return _MultiHandle([each.register_hook(partial(arrived, number)) for number, each in enumerate(tensors)])


__getattr__ = missing_from("torch.autograd.graph")
