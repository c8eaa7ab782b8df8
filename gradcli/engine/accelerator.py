"""The device besides the CPU that the engine computes on: none (torch.accelerator)."""

from __future__ import annotations

from gradcli.engine.left_out import missing_from


def is_available() -> bool:
    """Whether there is an accelerator: False, always."""
    return False


def device_count() -> int:
    """The number of accelerators: 0."""
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """The accelerator to use: None."""
    return


__getattr__ = missing_from("torch.accelerator")
