"""What torch could compute with besides the CPU: here, nothing (torch.backends)."""

from __future__ import annotations

from typing import Final

from gradcli.engine.left_out import missing_from


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


__getattr__ = missing_from("torch.backends")
