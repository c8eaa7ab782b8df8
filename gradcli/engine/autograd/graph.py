"""What can be asked of a node besides its gradients (torch.autograd.graph)."""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakKeyDictionary

from gradcli.engine import errors, modes
from gradcli.engine.node import AccumulateGrad, Node
from gradcli.engine.tensor import Tensor, wrap

_METADATA: Final[WeakKeyDictionary[Node | AccumulateGrad, dict[str, Any]]] = WeakKeyDictionary()

__all__ = ["AccumulateGrad", "Node", "call", "metadata"]


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


def __getattr__(name: str) -> Any:
    from gradcli.engine.left_out import left_out_of
    from gradcli.engine.left_out_names import RARE

    raise left_out_of("torch.autograd.graph", name, RARE)
