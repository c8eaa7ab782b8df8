"""Every program of the table prints what torch prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.nn import programs

GOLDEN = Path(__file__).parents[2] / "golden" / "networks.json"
RECORDED = json.loads(GOLDEN.read_text(encoding="utf-8"))["outcomes"]
ENGINE = programs.engine()
SOURCES = programs.sources()


@pytest.mark.parametrize("source", SOURCES)
def test_prints_what_torch_printed(source: str) -> None:
    assert programs.outcome(ENGINE, source) == RECORDED[source]


@pytest.mark.torch
def test_recorded_texts_are_those_of_the_real_torch() -> None:
    library = programs.real()
    assert {source: programs.outcome(library, source) for source in SOURCES} == RECORDED
