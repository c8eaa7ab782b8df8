"""torch.autograd against torch's own words: what each program shows was recorded from torch 2.13.0."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

import gradcli.engine as engine
from tests.engine.autograd.programs import SOURCES, results
from tests.golden.record_autograd import GOLDEN

RECORDED: dict[str, dict[str, list[str]]] = json.loads(GOLDEN.read_text(encoding="utf-8"))["programs"]
CASES = [(name, expression) for name, shown in RECORDED.items() for expression in shown]


@functools.cache
def shown_by_engine(name: str) -> dict[str, list[str]]:
    return results(engine, SOURCES / f"{name}.txt")


@pytest.mark.parametrize(("name", "expression"), CASES, ids=[f"{name}: {each}" for name, each in CASES])
def test_engine_shows_what_torch_shows(name: str, expression: str) -> None:
    assert shown_by_engine(name)[expression] == RECORDED[name][expression]


@pytest.mark.parametrize("name", sorted(path.stem for path in SOURCES.glob("*.txt")))
def test_every_program_is_recorded(name: str) -> None:
    assert list(shown_by_engine(name)) == list(RECORDED[name])


@pytest.mark.torch
@pytest.mark.parametrize("name", list(RECORDED))
def test_record_is_what_torch_shows_live(name: str, live_torch: Any) -> None:
    assert results(live_torch, SOURCES / f"{name}.txt") == RECORDED[name]
