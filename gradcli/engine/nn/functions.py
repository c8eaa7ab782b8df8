"""Functions of torch.nn.functional as modules: what activations, losses and layers of pooling share."""

from __future__ import annotations

from typing import Any, ClassVar

from gradcli.engine.nn.module import Module


class FunctionModule(Module):
    """A function of torch.nn.functional whose settings are attributes.

    `function` is its name there, `settings` are the keywords that it is called with, and `shown` are those of them that
    the module's text shows (None: all).
    """

    function: ClassVar[str]
    settings: ClassVar[tuple[str, ...]] = ()
    shown: ClassVar[tuple[str, ...] | None] = None

    def _given(self) -> dict[str, Any]:
        """The settings by name."""
        return {name: getattr(self, name) for name in self.settings}

    def extra_repr(self) -> str:
        """The settings."""
        shown = self.settings if self.shown is None else self.shown
        return ", ".join([f"{name}={getattr(self, name)!r}" for name in shown])


def variant(base: type[FunctionModule], name: str, function: str, text: str) -> Any:
    """The class of another function with the settings of `base`; `text` is its docstring."""
    return type(name, (base,), {"function": function, "__doc__": text, "__module__": base.__module__})
