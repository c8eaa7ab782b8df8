"""The namespace torch.random: the functions of the default generator.

`generator` has torch's stream of random bits and of normal numbers, `sampling` the functions that draw tensors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gradcli.engine.left_out import missing_from
from gradcli.engine.random.generator import Generator, default_generator
from gradcli.engine.tensor import Tensor

__all__ = [
    "Generator",
    "default_generator",
    "fork_rng",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "seed",
    "set_rng_state",
]

__getattr__ = missing_from("torch.random")


def manual_seed(seed: Any) -> Generator:
    """Seed the default generator; returns it (torch.manual_seed).

    Raises ValueError on a seed that is no 64-bit integer.
    """
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Seed the default generator by chance; returns the seed (torch.seed)."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed of the default generator (torch.initial_seed)."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The state of the default generator: a uint8 tensor of 5056 bytes (torch.get_rng_state)."""
    return default_generator.get_state()


@contextmanager
def fork_rng(devices: Any = None, enabled: bool = True, device_type: str = "cuda") -> Iterator[None]:
    """Within the block, draw from the default generator, whose state is then what it was (torch.random.fork_rng).

    There are no other devices whose generators could be kept as well.
    """
    state = get_rng_state()
    try:
        yield
    finally:
        if enabled:
            set_rng_state(state)


def set_rng_state(new_state: Any) -> None:
    """Continue the default generator from a state (torch.set_rng_state).

    Raises TypeError and RuntimeError on no state.
    """
    default_generator.set_state(new_state)
