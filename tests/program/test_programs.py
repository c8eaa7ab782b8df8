"""Programs print what Python's prompt prints for the same statements on torch 2.13.0."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.golden.record_programs import GOLDEN
from tests.program.programs import PROGRAMS, Sample, outcome, outcome_on_torch, sample_files

RECORDED: dict[str, dict[str, Any]] = json.loads(GOLDEN.read_text(encoding="utf-8"))["outcomes"]


@pytest.mark.parametrize("sample", PROGRAMS, ids=lambda sample: sample.name)
def test_a_program_gives_what_torch_gives(sample: Sample) -> None:
    assert outcome(sample.text) == RECORDED[sample.name]


def test_the_record_is_of_these_programs() -> None:
    assert list(RECORDED) == [sample.name for sample in PROGRAMS]


@pytest.mark.torch
@pytest.mark.parametrize("sample", PROGRAMS, ids=lambda sample: sample.name)
def test_the_record_is_what_torch_gives_live(sample: Sample) -> None:
    assert outcome_on_torch(sample.python or sample.text) == RECORDED[sample.name]


@pytest.mark.parametrize("file", sample_files(), ids=lambda file: file.stem)
def test_a_sample_program_prints_its_expected_output(file: Path) -> None:
    expected = file.with_suffix(".out").read_text(encoding="utf-8")
    assert outcome(file.read_text(encoding="utf-8")) == {"out": expected}


@pytest.mark.torch
@pytest.mark.parametrize("file", sample_files(), ids=lambda file: file.stem)
def test_an_expected_output_is_what_torch_prints_live(file: Path) -> None:
    expected = file.with_suffix(".out").read_text(encoding="utf-8")
    assert outcome_on_torch(file.read_text(encoding="utf-8")) == {"out": expected}


def test_every_tutorial_has_its_programs() -> None:
    assert {file.name[:3] for file in sample_files()} >= {"000", "001", "002", "003", "004"}
