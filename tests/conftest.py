"""What all tests share."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import hypothesis
import pytest

# The processes that tests start keep their bytecode, as an installation does: hundreds of them start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A slow machine is no fault of what is tested. The same change has the same verdict: what is tried at random is drawn
# from a fixed seed, and `pytest --hypothesis-profile=explore` draws new inputs, many of them.
hypothesis.settings.register_profile("fixed", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("fixed")


FAST = (
    *("language/", "checks/", "program/", "render/", "test_operations.py", "test_curves.py"),
    *("calculus/test_steps.py", "calculus/test_symbolic.py", "calculus/test_notes.py", "calculus/test_ranges.py"),
    *("calculus/test_evaluate.py", "calculus/test_rules.py", "engine/test_printing.py", "engine/test_view_history.py"),
    *("homework/test_judge.py", "batch/test_readers.py"),
)
"""Where the tests stand that together answer within half a minute (`pytest -m fast`): something of every room."""
LONG = ("language/test_limits.py", "language/latex/test_any_latex.py", "language/latex/test_formulas_of_others.py")
"""What of these does not."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what answers at once, and leave out the live comparisons with torch where it is not installed; goldens stand
    in for it."""
    tests = Path(__file__).parent
    for item in items:
        file = item.path.relative_to(tests).as_posix()
        if file.startswith(FAST) and not file.startswith(LONG) and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.fast)
    if importlib.util.find_spec("torch") is not None:
        return
    live = [item for item in items if item.get_closest_marker("torch")]
    config.hook.pytest_deselected(items=live)
    items[:] = [item for item in items if not item.get_closest_marker("torch")]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker more than there are cores: a good part of the tests wait for processes that they started."""
    return (os.cpu_count() or 1) + 1
