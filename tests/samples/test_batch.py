"""The batch files hold what they promise.

Every check agrees or corrects a zero, and every fault is told as it stands in faults.out.
"""

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


def test_every_check_agrees_but_where_floats_miss_a_zero(whole: Outcome) -> None:
    assert whole.status == 0
    records = [line for line in whole.out.splitlines() if not line.startswith(" ")]
    others = [line for line in records if not line.endswith("  agrees")]
    assert [line for line in others if "= 0  corrected: float64 loses every digit here" not in line] == []
    agreeing = len(records) - len(others)
    corrected = f", {len(others)} corrected" if others else ""
    assert whole.err == f"{len(records)} problems: {agreeing} agree with the check{corrected}\n"


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
