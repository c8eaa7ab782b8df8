"""What all tests share."""

from __future__ import annotations

import importlib.util
import os

import hypothesis
import pytest

# The processes that tests start keep their bytecode, as an installation does: hundreds of them start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A slow machine is no fault of what is tested. The same change has the same verdict: what is tried at random is drawn
# from a fixed seed, and `pytest --hypothesis-profile=explore` draws new inputs, many of them.
hypothesis.settings.register_profile("fixed", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("fixed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the live comparisons with torch where it is not installed; goldens stand in for it."""
    if importlib.util.find_spec("torch") is not None:
        return
    live = [item for item in items if item.get_closest_marker("torch")]
    config.hook.pytest_deselected(items=live)
    items[:] = [item for item in items if not item.get_closest_marker("torch")]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker more than there are cores: a good part of the tests wait for processes that they started."""
    return (os.cpu_count() or 1) + 1
