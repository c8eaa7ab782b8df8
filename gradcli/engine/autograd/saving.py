"""Hooks of what nodes save (torch.autograd.graph.saved_tensors_hooks): a tensor is handed to one function when it is
saved, and what that returns to another when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final

from gradcli.engine import modes
from gradcli.engine.node import Freed, Node, Variable, derivative, unchanged
from gradcli.engine.tensor import Tensor, wrap

Hook = Callable[[Any], Any]
_AliasBackward0: Final = derivative("AliasBackward0", self=unchanged)


class Packed(Variable):
    """What a hook made of a saved tensor; among what a node saved it stands in the tensor's place."""

    __slots__ = ("kept", "origin", "output_nr", "requires_grad", "unpack_hook")

    _counter = None

    def __init__(self, tensor: Tensor, pack_hook: Hook, unpack_hook: Hook, node: Node) -> None:
        version = tensor._version
        with modes.no_grad():
            self.kept = pack_hook(tensor)
        if tensor._version != version:
            raise RuntimeError(
                "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook "
                "cannot be modified by in-place operations as this can lead to unexpected side-effects. Please open an "
                "issue if you need to perform in-place operations on the input to a pack hook."
            )
        self.unpack_hook = unpack_hook
        self.requires_grad = tensor._requires_grad
        self.output_nr = tensor._output_nr
        own = tensor._node is node
        self.origin = None if own else tensor._node or tensor
        """What the tensor's gradient goes to, a node or the leaf itself; None for an output of the node that saved it,
        which holds this."""

    @property
    def _array(self) -> Any:
        return self._unpacked()._array

    def _unpacked(self) -> Tensor:
        with modes.no_grad():
            found = self.unpack_hook(self.kept)
        if not isinstance(found, Tensor):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got result of type "
                f"{type(found).__name__}"
            )
        return found

    def _unpacked_for(self, node: Node, connected: bool) -> Tensor:
        """The tensor that the hook gives, with the saved one's place in the graph; where that was a leaf, a leaf that
        requires grad, or with `connected` one whose gradient goes to the saved one."""
        found = self._unpacked()
        if not self.requires_grad:
            return found
        origin = node if self.origin is None else self.origin
        if isinstance(origin, Node):
            return wrap(found._array, found.dtype, origin, self.output_nr)
        if not connected:
            return found.detach().requires_grad_()
        return wrap(found._array, found.dtype, _AliasBackward0((origin,), ()))


def _packed(node: Node, index: int, pack_hook: Hook, unpack_hook: Hook) -> Any:
    """What stands for one of the values that a node saved; numbers and None for themselves."""
    assert not isinstance(node.saved, Freed)
    name, value = node.saved_names[index], node.saved[index]
    if name in node.results and value is not None and not isinstance(value, Tensor):
        value = wrap(value, node=node, output_nr=node.results.index(name))
    return Packed(value, pack_hook, unpack_hook, node) if isinstance(value, Tensor) else value


class saved_tensors_hooks:
    """Within it each tensor that an operation saves is handed to `pack_hook`, and what that returned to `unpack_hook`
    whenever the tensor is asked for, which has to return a tensor.

    Both run unrecorded. Raises RuntimeError within disable_saved_tensors_hooks.
    """

    def __init__(self, pack_hook: Hook, unpack_hook: Hook) -> None:
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def __enter__(self) -> None:
        if modes.state.hooks_refused is not None:
            raise RuntimeError(modes.state.hooks_refused)
        self._outer = modes.state.packing
        modes.state.pack(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        modes.state.pack(self._outer)

    def pack(self, node: Node) -> None:
        """Hand what a new node saved to the hook: inputs first, then results, as torch does."""
        saved, names = list(node.saved), node.saved_names
        for index in sorted(range(len(saved)), key=lambda each: names[each].startswith(("result", *node.results))):
            saved[index] = _packed(node, index, self.pack_hook, self.unpack_hook)
        node.saved = tuple(saved)

    def packed(self, tensor: Tensor, node: Node) -> Packed:
        """A tensor that a Function's node saves, handed to the hook."""
        return Packed(tensor, self.pack_hook, self.unpack_hook, node)


class save_on_cpu(saved_tensors_hooks):
    """Within it saved tensors are copied to the CPU, where they are; `pin_memory` changes nothing."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda tensor: tensor.detach().clone(), lambda tensor: tensor)


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """Within it, entering saved_tensors_hooks raises RuntimeError with the message; so does this itself within them."""
    if modes.state.packing is not None:
        raise RuntimeError(error_message)
    outer, modes.state.hooks_refused = modes.state.hooks_refused, error_message
    try:
        yield
    finally:
        modes.state.hooks_refused = outer


class SavedTensor:
    """One of the values that a node saved (`grad_fn._raw_saved_self`), to register hooks on."""

    __module__ = "torch._C._autograd"

    def __init__(self, node: Node, name: str) -> None:
        self._node = node
        self._index = node.saved_names.index(name)

    def register_hooks(self, pack_hook: Hook, unpack_hook: Hook) -> None:
        """Hand the saved tensor to `pack_hook`, now, and what that returns to `unpack_hook` whenever it is asked for.

        Raises RuntimeError where it was freed, is None, or has hooks already.
        """
        saved = self._node.saved
        if isinstance(saved, Freed):
            raise RuntimeError(
                "Calling register_hooks on a saved tensor after it has been freed. Saved intermediate values of the "
                "graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need "
                "to backward through the graph a second time or if you need to access saved variables after calling "
                "backward."
            )
        if saved[self._index] is None:
            raise RuntimeError("Calling register_hooks on a saved tensor with value None is forbidden")
        if isinstance(saved[self._index], Packed):
            raise RuntimeError(
                "Calling register_hooks on a saved tensor whose hooks have already been set. Hint: only one pair of "
                "hooks is allowed at a time."
            )
        packed = _packed(self._node, self._index, pack_hook, unpack_hook)
        self._node.saved = (*saved[: self._index], packed, *saved[self._index + 1 :])
