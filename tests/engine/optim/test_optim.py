"""Optimisers step, describe themselves and refuse as torch's do; schedules give its learning rates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradcli.engine as torch
from gradcli.engine import nn
from tests.engine.optim import training

GOLDEN = Path(__file__).parents[2] / "golden" / "training.json"
RECORDED = json.loads(GOLDEN.read_text(encoding="utf-8"))["outcomes"]
PRINTED = 5e-5
"""Half of the last digit that torch prints."""


def assert_same_training(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name in ("losses", "params"):
        np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=PRINTED, err_msg=name)


@pytest.mark.parametrize("source", training.OPTIMIZERS)
def test_a_hundred_steps_end_where_torch_ended(source: str) -> None:
    assert_same_training(training.trained(torch, source), RECORDED["trained"][source])


@pytest.mark.parametrize(("source", "schedule"), training.SCHEDULED)
def test_a_hundred_steps_of_falling_rates_end_where_torch_ended(source: str, schedule: str) -> None:
    assert_same_training(training.trained(torch, source, schedule), RECORDED["scheduled"][f"{source} {schedule}"])


@pytest.mark.parametrize("source", training.SCHEDULES)
def test_schedules_give_torch_s_rates(source: str) -> None:
    assert training.rates(torch, source) == pytest.approx(RECORDED["rates"][source], rel=1e-14)


@pytest.mark.parametrize("source", training.TEXTS.strip().splitlines())
def test_prints_and_refuses_as_torch_did(source: str) -> None:
    assert training.text(torch, source) == RECORDED["texts"][source]


@pytest.mark.torch
@pytest.mark.parametrize("source", training.OPTIMIZERS)
def test_a_hundred_steps_end_where_the_real_torch_ends(source: str, live_torch: Any) -> None:
    expected = training.trained(live_torch, source)
    assert_same_training(training.trained(torch, source), expected)
    assert_same_training(RECORDED["trained"][source], expected)


@pytest.mark.torch
@pytest.mark.parametrize(("source", "schedule"), training.SCHEDULED)
def test_a_hundred_steps_of_falling_rates_end_where_the_real_torch_ends(
    source: str, schedule: str, live_torch: Any
) -> None:
    expected = training.trained(live_torch, source, schedule)
    assert_same_training(training.trained(torch, source, schedule), expected)
    assert_same_training(RECORDED["scheduled"][f"{source} {schedule}"], expected)


@pytest.mark.torch
def test_recorded_texts_and_rates_are_those_of_the_real_torch(live_torch: Any) -> None:
    assert {source: training.text(live_torch, source) for source in RECORDED["texts"]} == RECORDED["texts"]
    assert {source: training.rates(live_torch, source) for source in RECORDED["rates"]} == RECORDED["rates"]


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"])
def test_training_continues_from_a_saved_state(name: str) -> None:
    def one_step(x: Any, optimizer: Any) -> None:
        optimizer.zero_grad()
        ((x - 1) ** 2).sum().backward()
        optimizer.step()

    settings = {"lr": 0.1, **({"momentum": 0.9} if name in ("SGD", "RMSprop") else {})}
    x = torch.tensor([3.0, -2.0], requires_grad=True)
    optimizer = getattr(torch.optim, name)([x], **settings)
    for _ in range(3):
        one_step(x, optimizer)
    y = x.detach().clone().requires_grad_()
    other = getattr(torch.optim, name)([y], lr=7.0)
    other.load_state_dict(optimizer.state_dict())
    for _ in range(3):
        one_step(x, optimizer)
        one_step(y, other)
    assert y.tolist() == x.tolist()
    assert repr(other) == repr(optimizer)


@pytest.mark.parametrize("value", [3.0, [3.0]])
def test_a_step_counts_as_a_write(value: Any) -> None:
    x = torch.tensor(value, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.1)
    loss = (x * x).sum()
    loss.backward(retain_graph=True)
    optimizer.step()
    assert np.ravel(x.tolist()).tolist() == pytest.approx([2.4])
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_a_closure_is_called_with_recording_on_and_its_loss_returned() -> None:
    x = torch.tensor(2.0, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.1)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = x**2
        loss.backward()
        return loss

    with torch.no_grad():
        loss = optimizer.step(closure)
    assert loss.item() == 4
    assert x.item() == pytest.approx(1.6)


def test_parameters_without_a_gradient_stay() -> None:
    x, y = (torch.ones(1, requires_grad=True) for _ in range(2))
    optimizer = torch.optim.Adam([x, y])
    (x * 2).sum().backward()
    optimizer.step()
    assert y.item() == 1
    assert list(optimizer.state_dict()["state"]) == [0]


def test_zero_grad_drops_or_clears() -> None:
    x = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([x])
    (x * 2).sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert x.grad.tolist() == [0]
    optimizer.zero_grad()
    assert x.grad is None


def test_a_schedule_that_runs_ahead_is_warned_of() -> None:
    optimizer = torch.optim.SGD([torch.ones(1)], lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    with pytest.warns(UserWarning, match="Detected call of `lr_scheduler.step\\(\\)` before `optimizer.step\\(\\)`"):
        scheduler.step()
    with pytest.warns(UserWarning, match="please use `get_last_lr\\(\\)`"):
        scheduler.get_lr()


def test_a_schedule_continues_from_a_saved_state() -> None:
    def made() -> tuple[Any, Any]:
        optimizer = torch.optim.SGD([torch.ones(1)], lr=0.1)
        return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.5**epoch)

    optimizer, scheduler = made()
    for _ in range(3):
        optimizer.step()
        scheduler.step()
    other_optimizer, other = made()
    other.load_state_dict(scheduler.state_dict())
    other_optimizer.step()
    other.step()
    assert other.get_last_lr() == [0.1 * 0.5**4]


def test_optimisers_of_one_s_own_are_welcome() -> None:
    class Sign(torch.optim.Optimizer):
        def __init__(self, params: Any, lr: float) -> None:
            super().__init__(params, {"lr": lr})

        @torch.no_grad()
        def step(self, closure: Any = None) -> None:
            for group in self.param_groups:
                for param in group["params"]:
                    param.add_(param.grad.sign(), alpha=-group["lr"])

    module = nn.Linear(1, 1)
    nn.init.zeros_(module.weight)
    module(torch.ones(1, 1)).sum().backward()
    Sign(module.parameters(), lr=0.5).step()
    assert module.weight.item() == -0.5


def test_differentiable_optimisers_are_left_out() -> None:
    with pytest.raises(NotImplementedError, match="gradcli's engine leaves out optimisers with differentiable=True"):
        torch.optim.SGD([torch.ones(1)], differentiable=True)
