"""The real torch, where it is installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


def pytest_configure(config: pytest.Config) -> None:
    # NumPy reports log(0) and the like; the engine gives torch's values for them, silently.
    config.addinivalue_line("filterwarnings", r"ignore::RuntimeWarning:gradcli\.engine")


@pytest.fixture
def warning_torch() -> Iterator[Any]:
    """torch, giving the warnings of its C++ each time rather than once."""
    import torch

    torch.set_warn_always(True)
    yield torch
    torch.set_warn_always(False)
