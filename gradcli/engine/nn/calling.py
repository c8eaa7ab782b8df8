"""Calling a module that has hooks: imported when one is called."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from gradcli.engine import modes
from gradcli.engine.autograd.function import Function
from gradcli.engine.nn import hooks
from gradcli.engine.nn.hooks import Hook, Kind
from gradcli.engine.node import Node
from gradcli.engine.tensor import Tensor

if TYPE_CHECKING:
    from gradcli.engine.nn.module import Module

OF_OUTPUTS: Final = (
    "Full backward hook is firing when gradients are computed with respect to module outputs since no inputs require "
    "gradients. See https://docs.pytorch.org/docs/main/generated/torch.nn.Module.html"
    "#torch.nn.Module.register_full_backward_hook for more details."
)
SEVERAL_NODES: Final = (
    "Using a non-full backward hook when the forward contains multiple autograd Nodes is deprecated and will be "
    "removed in future versions. This hook will be missing some grad_input. Please use register_full_backward_hook to "
    "get the documented behavior."
)


def called(module: Module, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """What a module with hooks gives for its arguments."""
    done: set[int] = set()
    try:
        return _called(module, arguments, keywords, done)
    except Exception:
        for number, hook in _forward_hooks(module):
            if hook.always and number not in done:
                _after(module, hook, arguments, keywords, None)
        raise


def _called(module: Module, arguments: tuple[Any, ...], keywords: dict[str, Any], done: set[int]) -> Any:
    for hook in [*_everywhere(module, "forward_before"), *module._forward_pre_hooks.values()]:
        arguments, keywords = _before(module, hook, arguments, keywords)
    after = [*_everywhere(module, "backward"), *hooks.of(module, "backward")]
    before = [*_everywhere(module, "backward_before"), *hooks.of(module, "backward_before")]
    backward = None
    if (after or before) and modes.state.enabled:
        backward = _Backward(module, after, before)
        arguments = backward.of_arguments(arguments)
    result = module.forward(*arguments, **keywords)
    for number, hook in _forward_hooks(module):
        done.add(number)
        changed = _after(module, hook, arguments, keywords, result)
        if changed is not None:
            result = changed
    if backward is not None:
        result = backward.of_result(result)
    of_node = hooks.of(module, "backward_of_node")
    if of_node:
        _hook_node(module, of_node, arguments, result)
    return result


def _everywhere(module: Module, kind: Kind) -> list[Any]:
    return list(module._everywhere.get(kind, {}).values())


def _forward_hooks(module: Module) -> list[tuple[int, Hook]]:
    return [*module._everywhere.get("forward", {}).items(), *module._forward_hooks.items()]


def _before(
    module: Module, hook: Hook, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments as a pre-hook leaves them."""
    if not hook.with_keywords:
        changed = hook.function(module, arguments)
        if changed is None:
            return arguments, keywords
        return changed if isinstance(changed, tuple) else (changed,), keywords
    changed = hook.function(module, arguments, keywords)
    if changed is None:
        return arguments, keywords
    if not isinstance(changed, tuple) or len(changed) != 2:
        raise RuntimeError(
            f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {changed}."
        )
    return changed


def _after(module: Module, hook: Hook, arguments: tuple[Any, ...], keywords: dict[str, Any], result: Any) -> Any:
    if hook.with_keywords:
        return hook.function(module, arguments, keywords, result)
    return hook.function(module, arguments, result)


class BackwardHookFunction(Function):
    """Hands tensors on; its node is where the gradients of a module's arguments, or of its results, pass by."""

    @staticmethod
    def forward(ctx: Any, *tensors: Tensor) -> tuple[Tensor, ...]:
        """The tensors."""
        ctx.mark_non_differentiable(*[each for each in tensors if not each.requires_grad])
        return tensors

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, ...]:
        """Their gradients."""
        return grads


def _like(result: tuple[Any, ...], found: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values in a tuple of the same kind as `result`, which may have names for them."""
    return type(result)(*found) if hasattr(result, "_fields") else found


class _Backward:
    """One call of a module whose backward hooks are to see the gradients of its arguments and results."""

    def __init__(self, module: Module, hooks: list[Callable[..., Any]], before: list[Callable[..., Any]]) -> None:
        self.module = module
        self.hooks = hooks
        self.before = before
        self.arguments = 0
        self.places: list[int] | None = None
        """Which of the arguments are tensors, None where none of these requires grad."""
        self.of_results: tuple[Any, ...] | None = None

    def of_arguments(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, tensors with a node that knows their gradients."""
        self.arguments = len(arguments)
        found, self.places, node = _through_node(arguments)
        if node is not None:
            node.register_hook(self._arrived_at_arguments)
        return found

    def of_result(self, result: Any) -> Any:
        """The result, its tensors with a node that knows their gradients."""
        several = isinstance(result, tuple)
        values = result if several else (result,)
        found, places, node = _through_node(values)
        if node is None or places is None:
            return result
        count = len(values)
        node.register_hook(lambda _, grads: self._arrived_at_results(grads, places, count))
        return _like(result, found) if several else found[0]

    def _arrived_at_results(self, grads: Sequence[Any], places: list[int], count: int) -> Any:
        shown = _spread(grads, places, count)
        for hook in self.before:
            changed = hook(self.module, shown)
            if changed is not None:
                shown = _as_many(changed, shown, "Backward pre hook", "grad_output")
        self.of_results = shown
        if self.places is None:
            warnings.warn(OF_OUTPUTS, UserWarning, stacklevel=5)
            for hook in self.hooks:
                changed = hook(self.module, (None,) * self.arguments, shown)
                if changed is not None and not all(each is None for each in changed):
                    raise RuntimeError(
                        "Backward hook for Modules where no input requires gradient should always return None or None "
                        "for all gradients."
                    )
            self.of_results = None
        return tuple(shown[place] for place in places) if self.before else None

    def _arrived_at_arguments(self, grads: Sequence[Any], _: Any) -> Any:
        if self.of_results is None or self.places is None:
            return None
        shown = _spread(grads, self.places, self.arguments)
        for hook in self.hooks:
            changed = hook(self.module, shown, self.of_results)
            if changed is not None and not (isinstance(changed, tuple) and all(each is None for each in changed)):
                shown = _as_many(changed, shown, "Backward hook", "grad_input")
        self.of_results = None
        return tuple(shown[place] for place in self.places)


def _through_node(values: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[int] | None, Node | None]:
    """The values, their tensors handed through one node, with these tensors' places and the node.

    The latter are None where no tensor requires grad.
    """
    places = [place for place, each in enumerate(values) if isinstance(each, Tensor)]
    if not any(values[place].requires_grad for place in places):
        return values, None, None
    passed = BackwardHookFunction.apply(*[values[place] for place in places])
    found = list(values)
    for place, each in zip(places, passed, strict=True):
        found[place] = each
    return tuple(found), places, next(each.grad_fn for each in passed if each.grad_fn is not None)


def _spread(grads: Sequence[Any], places: list[int], count: int) -> tuple[Any, ...]:
    """The gradients in the places of their tensors among all values, None in those of the others."""
    found = [None] * count
    for place, grad in zip(places, grads, strict=True):
        found[place] = grad
    return tuple(found)


def _as_many(changed: Any, shown: tuple[Any, ...], what: str, of: str) -> tuple[Any, ...]:
    """What a hook returned. Raises RuntimeError where that is not as much as it was shown."""
    found = changed if isinstance(changed, tuple) else (changed,)
    if len(found) != len(shown):
        raise RuntimeError(f"{what} returned an invalid number of {of}, got {len(found)}, but expected {len(shown)}")
    return found


def _hook_node(module: Module, hooks: list[Callable[..., Any]], arguments: tuple[Any, ...], result: Any) -> None:
    """Register the module's hooks of the former kind on the node of its result."""
    while not isinstance(result, Tensor):
        result = next(iter(result.values())) if isinstance(result, dict) else result[0]
    node = result.grad_fn
    if node is None:
        return
    given = {each.grad_fn for each in arguments if isinstance(each, Tensor) and each.requires_grad}
    if {function for function, _ in node.next_functions if function is not None} != given:
        warnings.warn(SEVERAL_NODES, FutureWarning, stacklevel=5)
    for hook in hooks:
        node.register_hook(lambda grads, outputs, hook=hook: hook(module, grads, outputs))
