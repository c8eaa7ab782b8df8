"""What users hang on the walk: hooks of tensors, leaves and nodes, and gradients that are retained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from gradcli.engine import modes
from gradcli.engine.node import Hooks, Node, Variable

if TYPE_CHECKING:
    from gradcli.engine.tensor import Tensor

Key = int | tuple[int, int]
"""The id of a leaf, or that of a node and which of its outputs is meant."""
Arrived = dict[Key, list[Any]]
"""The leaf or node that a gradient arrived at, and that gradient."""


def has_hooks(leaf: Tensor) -> bool:
    """Whether a hook is registered on a leaf, before or after accumulation."""
    extras = leaf._extras or {}
    return bool(extras.get("hooks") or extras.get("after") or _hooks_of_accumulator(extras))


def _hooks_of_accumulator(extras: dict[str, Any]) -> Hooks | None:
    """The hooks of the AccumulateGrad of a leaf with these extras, None where it has none."""
    reference = extras.get("accumulator")
    accumulator = None if reference is None else reference()
    return None if accumulator is None else accumulator.hooks


class HookedLeaves:
    """Runs the hooks of leaves as soon as all that consumed them have run, which is when torch does.

    It is made when the walk first meets a leaf with hooks, and counts then how many gradients are still to come for
    each, so that walks without them count nothing.
    """

    def __init__(self, arrived: Arrived) -> None:
        self._arrived = arrived
        self._awaited: dict[int, int] | None = None

    def run_complete(self, node: Node | None, pending: Iterable[Node]) -> None:
        """Accumulate for the hooked leaves that expect no more, now that `node` has run and `pending` have not."""
        if self._awaited is None:
            self._awaited = _count_awaited(pending)
            candidates = [target for target, _ in self._arrived.values()]
        else:
            candidates = [edge for edge in node.edges if edge is not None] if node is not None else []
            for edge in candidates:
                if id(edge) in self._awaited:
                    self._awaited[id(edge)] -= 1
        for leaf in candidates:
            if isinstance(leaf, Node) or self._awaited.get(id(leaf), 0) > 0 or not has_hooks(leaf):
                continue
            entry = self._arrived.pop(id(leaf), None)
            if entry is not None:
                accumulate(leaf, entry[1])


def _count_awaited(pending: Iterable[Node]) -> dict[int, int]:
    """By id of leaf, how often the nodes that have yet to run, and those behind them, lead to it."""
    counts: dict[int, int] = {}
    stack = list(pending)
    seen = {id(node) for node in stack}
    while stack:
        for edge in stack.pop().edges:
            if isinstance(edge, Node):
                if id(edge) not in seen:
                    seen.add(id(edge))
                    stack.append(edge)
            elif edge is not None:
                counts[id(edge)] = counts.get(id(edge), 0) + 1
    return counts


def accumulate(leaf: Tensor, grad: Any) -> None:
    """Run the leaf's hooks on its summed gradient and then its AccumulateGrad's, add it to `.grad`, and run the hooks
    for after that in the same order."""
    if leaf._extras is None or leaf._node is not None:
        leaf._accumulate(grad)
        return
    hooks, recording = _hooks_of_accumulator(leaf._extras), _is_recorded(grad)
    grad = run_leaf_hooks(leaf, grad)
    for function in [] if hooks is None else list(hooks.before.values()):
        (grad,) = _replaced(function, function(_as_tensors([grad], recording)), [grad], recording)
    leaf._accumulate(grad)
    for function in list(leaf._extras.get("after", {}).values()):
        with _mode_of(grad):
            function(leaf)
    for function in [] if hooks is None else list(hooks.after.values()):
        _replaced(function, function((), _as_tensors([grad], recording)), (), recording)


def run_leaf_hooks(leaf: Tensor, grad: Any) -> Any:
    """The gradient of a leaf, an array or a Tensor, as its hooks leave it."""
    functions = (leaf._extras or {}).get("hooks")
    return grad if not functions else _hooked(functions.values(), grad, _is_recorded(grad))


def _is_recorded(grad: Any) -> bool:
    return isinstance(grad, Variable)


def _mode_of(grad: Any) -> Any:
    """Hooks are recorded only where the backward pass is."""
    return modes.set_grad_enabled(_is_recorded(grad))


def _hooked(functions: Iterable[Callable[[Any], Any]], grad: Any, recording: bool) -> Any:
    with modes.set_grad_enabled(recording):
        for function in list(functions):
            tensor = grad if recording else Variable.of(grad)
            changed = function(tensor)
            if changed is None:
                continue
            if not isinstance(changed, Variable):
                raise TypeError(f"expected Variable, but hook returned {type(changed).__name__!r}")
            if changed._array.shape != tensor._array.shape:
                name = getattr(function, "__name__", "unknown")
                raise RuntimeError(f"hook {name!r} has changed the size of value")
            grad = changed if recording else changed._array
    return grad


def run_hooks(node: Node, grad: Any, recording: bool, *, runs: bool = True) -> Any:
    """The gradients of a node's outputs as the hooks that run before it leave them; tensors that retain theirs get
    them. A node that does not run, for its gradient is all that is wanted, has no hooks but those of its tensors."""
    hooks = node.hooks
    assert hooks is not None
    grads = [grad] if node.outputs == 1 else list(grad)
    for number, functions in hooks.functions.items():
        if grads[number] is not None:
            grads[number] = _hooked(functions.values(), grads[number], recording)
    for number, reference in hooks.retained.items():
        tensor = reference()
        if tensor is not None and grads[number] is not None:
            tensor._accumulate(grads[number])
    for function in list(hooks.before.values()) if runs else ():
        grads = _replaced(function, function(_as_tensors(grads, recording)), grads, recording)
    return grads[0] if node.outputs == 1 else grads


def run_after_hooks(node: Node, grads: Sequence[Any], incoming: Any, recording: bool) -> Sequence[Any]:
    """The gradients of a node's inputs as the hooks that run after it leave them."""
    hooks = node.hooks
    assert hooks is not None
    outputs = [incoming] if node.outputs == 1 else incoming
    for function in list(hooks.after.values()):
        changed = function(_as_tensors(grads, recording), _as_tensors(outputs, recording))
        grads = _replaced(function, changed, grads, recording)
    return grads


def _as_tensors(grads: Sequence[Any], recording: bool) -> tuple[Any, ...]:
    return tuple(grads) if recording else tuple(None if each is None else Variable.of(each) for each in grads)


def _replaced(hook: Any, changed: Any, grads: Sequence[Any], recording: bool) -> list[Any]:
    if changed is None:
        return list(grads)
    values = changed if isinstance(changed, tuple) else (changed,)
    if len(values) != len(grads):
        raise RuntimeError(
            f"hook '{getattr(hook, '__name__', hook)}' has returned an incorrect number of values (got {len(values)}, "
            f"but expected {len(grads)})"
        )
    return list(values) if recording else [None if each is None else each._array for each in values]
