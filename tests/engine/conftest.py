"""The real torch, where it is installed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine import harness


def pytest_configure(config: pytest.Config) -> None:
    # NumPy reports log(0) and the like; the engine gives torch's values for them, silently.
    config.addinivalue_line("filterwarnings", r"ignore::RuntimeWarning:gradcli\.engine")


@pytest.fixture(scope="session")
def live_torch() -> Any:
    """The module torch; tests that ask for it are left out where it is not installed."""
    import torch

    return torch


@pytest.fixture(scope="session")
def torch_library(live_torch: Any) -> harness.Library:
    """torch, as the samples are run on it."""
    return harness.real()
