"""The hooks of modules and of optimisers, by kind; those of all modules are `Module._everywhere`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, Literal

from gradcli.engine.node import RemovableHandle

Kind = Literal[
    "forward", "forward_before", "backward", "backward_before", "backward_of_node", "step", "step_before",
    "state", "state_before", "load", "load_before",
]  # fmt: skip
Hooks = defaultdict[Kind, dict[int, Any]]
"""By kind and by the id of the handle that takes each off again."""
NAME: Final = "_other_hooks"
"""The attribute of a module or an optimiser that has its hooks, but for those of a forward, once there are any."""


class Hook:
    """A hook with what it asked for when it was registered: keywords and calls after failures, for one of a forward;
    of a state, that what it returns is the state."""

    __slots__ = ("always", "function", "with_keywords")

    def __init__(self, function: Callable[..., Any], with_keywords: bool = False, always: bool = False) -> None:
        self.function = function
        self.with_keywords = with_keywords
        self.always = always


def register(owner: object, kind: Kind, hook: Any, *, first: bool = False) -> RemovableHandle:
    """Register a hook of a module or an optimiser."""
    hooks: Hooks = owner.__dict__.setdefault(NAME, defaultdict(dict))
    return RemovableHandle(hooks[kind], hook, first=first)


def of(owner: object, kind: Kind) -> list[Any]:
    """The hooks of a module or an optimiser."""
    hooks: Hooks | None = owner.__dict__.get(NAME)
    return [] if hooks is None else list(hooks.get(kind, {}).values())


def changed(owner: object, kind: Kind, state: Any) -> Any:
    """What the hooks, each of which is called with the owner and a state and may return another, make of it."""
    for hook in of(owner, kind):
        found = hook(owner, state)
        if found is not None:
            state = found
    return state
