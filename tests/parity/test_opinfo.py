"""Torch's own samples, live: the engine gives what torch gives, but for the misses that are listed.

A third of the samples here, always the same; `python -m tests.parity.opinfo` runs them all.
"""

from __future__ import annotations

import warnings

import pytest

from tests.parity.opinfo import listing

REASONS = listing.reasons()

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("name", listing.operations())
def test_samples_give_what_torch_gives(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tests.parity.opinfo.cases import known_operations
        from tests.parity.opinfo.run import run

        report = run(known_operations()[name], chosen=lambda case: case.in_ci)
    told = {str(case): f"{miss.kind.value}: {miss.detail}" for case, miss in report.misses.items()}
    assert {case: text for case, text in told.items() if case not in REASONS} == {}
    assert [str(case) for case in report.right if str(case) in REASONS] == []


def test_every_operation_of_torch_that_the_engine_has_is_compared() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tests.parity.opinfo.cases import known_operations

        assert sorted(known_operations()) == listing.operations()
