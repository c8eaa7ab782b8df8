"""The device besides the CPU that the engine computes on: none (torch.accelerator)."""

from __future__ import annotations

from typing import Any


def is_available() -> bool:
    """Whether there is an accelerator: False, always."""
    return False


def device_count() -> int:
    """The number of accelerators: 0."""
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """The accelerator to use: None."""
    return


def __getattr__(name: str) -> Any:
    from gradcli.engine.left_out import left_out_of
    from gradcli.engine.left_out_names import DEVICES

    raise left_out_of("torch.accelerator", name, DEVICES)
