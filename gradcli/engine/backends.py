"""What torch could compute with besides the CPU: here, nothing (torch.backends)."""

from __future__ import annotations

from typing import Any, Final


class Backend:
    """A backend that is neither built nor available."""

    __slots__ = ()

    def is_available(self) -> bool:
        """Whether it can be used: False."""
        return False

    def is_built(self) -> bool:
        """Whether the library was built with it: False."""
        return False


mps: Final = Backend()
cuda: Final = Backend()


def __getattr__(name: str) -> Any:
    from gradcli.engine.left_out import left_out_of
    from gradcli.engine.left_out_names import DEVICES

    raise left_out_of("torch.backends", name, DEVICES)
