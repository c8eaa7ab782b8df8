"""The GPUs that the engine sees: none (torch.cuda)."""

from __future__ import annotations

from gradcli.engine.left_out import missing_from


def is_available() -> bool:
    """Whether there is a GPU to compute on: False, always."""
    return False


def is_initialized() -> bool:
    """Whether CUDA has been started: False, always."""
    return False


def device_count() -> int:
    """The number of GPUs: 0."""
    return 0


def manual_seed(seed: int) -> None:
    """Seed the generator of the current GPU; there is none, so nothing happens, as in torch."""


def manual_seed_all(seed: int) -> None:
    """Seed the generators of all GPUs; there are none, so nothing happens, as in torch."""


def empty_cache() -> None:
    """Release the memory that is held on GPUs; there are none, so nothing happens, as in torch."""


__getattr__ = missing_from("torch.cuda")
