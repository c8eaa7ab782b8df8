"""The batch files hold what they promise: every check agrees, and every fault is told as it stands in faults.out."""

from __future__ import annotations

import re

import pytest

from tests.cli.process import Outcome, gradcli
from tests.samples.sessions import FOLDER

FILES = ["derivatives.txt", "physics.txt", "test_functions.csv", "tensors.jsonl"]
BATCH = FOLDER / "batch"


def batch(*names: str) -> Outcome:
    """The batch, with the files named as in the repository."""
    return gradcli("batch", *(f"samples/batch/{name}" for name in names), folder=FOLDER.parent)


@pytest.fixture(scope="module")
def whole() -> Outcome:
    return batch(*FILES)


def test_every_check_agrees(whole: Outcome) -> None:
    assert whole.status == 0
    records = [line for line in whole.out.splitlines() if not line.startswith(" ")]
    assert [line for line in records if not line.endswith("  agrees")] == []
    assert whole.err == f"{len(records)} problems: {len(records)} agree with the check\n"


def test_there_are_three_hundred_problems_and_more(whole: Outcome) -> None:
    counts = {name: whole.out.count(f"\nsamples/batch/{name}:") for name in FILES}
    assert all(count >= 70 for count in counts.values()), counts
    assert sum(counts.values()) >= 300


def test_faults_are_told_as_written_down() -> None:
    outcome = batch("faults.txt")
    assert outcome.status == 1
    assert outcome.out == (BATCH / "faults.out").read_text(encoding="utf-8")


def test_there_are_twenty_different_faults() -> None:
    told = (BATCH / "faults.out").read_text(encoding="utf-8")
    messages = re.findall(r"^samples/batch/faults\.txt:\d+:\d+: E\d+ (.*)$", told, re.MULTILINE)
    assert len(set(messages)) == len(messages) >= 20
