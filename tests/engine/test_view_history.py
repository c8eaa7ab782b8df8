"""Views and in-place writes together: histories, versions and gradients as torch's, over many small programs."""

from __future__ import annotations

import gc
import json
import weakref
from pathlib import Path
from typing import Any

import pytest

import gradcli.engine as torch
from tests.engine.inplace_programs import COMPARED_LIVE, close, outcome, program

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "inplace.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", sorted(GOLDEN["programs"], key=int))
def test_a_program_ends_as_on_torch(seed: str) -> None:
    lines = program(int(seed))
    assert close(outcome(torch, lines), GOLDEN["programs"][seed]), "\n".join(lines)


@pytest.mark.torch
@pytest.mark.parametrize("part", range(8))
def test_programs_end_as_on_torch_to_the_second_order(live_torch: Any, part: int) -> None:
    compared = 0
    for seed in COMPARED_LIVE[part::8]:
        lines = program(seed)
        expected = outcome(live_torch, lines)
        if any(expected["errors"]):
            continue
        compared += 1
        assert close(outcome(torch, lines), expected), f"{seed}: " + "\n".join(lines)
        twice = outcome(live_torch, lines, second_order=True)
        assert close(outcome(torch, lines, second_order=True), twice), f"{seed}: " + "\n".join(lines)
    assert compared > 50


def test_many_writes_through_views_cost_no_memory_of_views() -> None:
    u = torch.zeros(3)
    for _ in range(500):
        u[0] = 1.0
    assert u._version == 500
    assert len(u._version_counter().views or ()) <= 64


def test_views_do_not_keep_their_history_alive() -> None:
    x = torch.ones(3, requires_grad=True)
    u = x.clone()
    u[0] = 2.0
    v = u[1:]
    v.mul_(2)
    node = weakref.ref(u.grad_fn)
    enabled = gc.isenabled()
    gc.disable()
    try:
        del u, v
        assert node() is None
    finally:
        if enabled:
            gc.enable()


def test_a_loop_of_recorded_writes() -> None:
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    table = torch.zeros(4)
    table[0] = x[0]
    for i in range(3):
        table[i + 1] = table[i].clone() * x[i]
    table.sum().backward()
    assert x.grad.tolist() == [1 + 2 + 4 + 12, 1 + 3, 2]
