"""The hooks of optimisers: imported when the first is registered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from gradcli.engine.node import RemovableHandle

if TYPE_CHECKING:
    from gradcli.engine.optim.optimizer import Optimizer


class Hooks:
    """The hooks of an optimiser, by the id of the handle that takes each off again."""

    def __init__(self) -> None:
        self.step: dict[int, Callable[..., Any]] = {}
        self.step_before: dict[int, Callable[..., Any]] = {}
        self.state: dict[int, Callable[..., Any]] = {}
        self.state_before: dict[int, Callable[..., Any]] = {}
        self.load: dict[int, Callable[..., Any]] = {}
        self.load_before: dict[int, Callable[..., Any]] = {}


def register(optimizer: Optimizer, kind: str, hook: Callable[..., Any], *, first: bool = False) -> RemovableHandle:
    """Register a hook of a kind, which an attribute of Hooks names; from now on the steps of the optimiser's class look
    for them."""
    hooks: Hooks = optimizer.__dict__.setdefault("_hooks", Hooks())
    of = type(optimizer)
    if kind.startswith("step") and not getattr(of.step, "looks_for_hooks", False):
        of.step = _looking_for_hooks(of.step)  # type: ignore[method-assign]
    return RemovableHandle(getattr(hooks, kind), hook, first=first)


def _looking_for_hooks(step: Callable[..., Any]) -> Callable[..., Any]:
    """`step` of a class of optimisers, with the hooks of the optimiser around it."""

    @wraps(step)
    def hooked(*arguments: Any, **keywords: Any) -> Any:
        optimizer = arguments[0]
        hooks: Hooks | None = optimizer.__dict__.get("_hooks")
        if hooks is None:
            return step(*arguments, **keywords)
        for hook in list(hooks.step_before.values()):
            changed = hook(optimizer, arguments, keywords)
            if changed is None:
                continue
            if not isinstance(changed, tuple) or len(changed) != 2:
                raise RuntimeError(f"{step} must return None or a tuple of (new_args, new_kwargs), but got {changed}.")
            arguments, keywords = changed
        result = step(*arguments, **keywords)
        for hook in list(hooks.step.values()):
            hook(optimizer, arguments, keywords)
        return result

    hooked.looks_for_hooks = True  # type: ignore[attr-defined]
    return hooked


def before_state(optimizer: Optimizer) -> None:
    """Run the hooks for before state_dict."""
    for hook in list(optimizer.__dict__["_hooks"].state_before.values()):
        hook(optimizer)


def after_state(optimizer: Optimizer, state: Any) -> Any:
    """The state as the hooks for after state_dict leave it."""
    return _changed(optimizer, "state", state)


def before_load(optimizer: Optimizer, state: Any) -> Any:
    """The state as the hooks for before load_state_dict leave it."""
    return _changed(optimizer, "load_before", dict(state))


def after_load(optimizer: Optimizer) -> None:
    """Run the hooks for after load_state_dict."""
    for hook in list(optimizer.__dict__["_hooks"].load.values()):
        hook(optimizer)


def _changed(optimizer: Optimizer, kind: str, state: Any) -> Any:
    for hook in list(getattr(optimizer.__dict__["_hooks"], kind).values()):
        changed = hook(optimizer, state)
        if changed is not None:
            state = changed
    return state
