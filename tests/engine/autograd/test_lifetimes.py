"""Graphs go when their last tensor goes: without the garbage collector's help nothing of them is left."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import gradcli.engine as torch
from gradcli.engine.node import AccumulateGrad, Node

F = torch.nn.functional


@contextmanager
def without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def alive() -> int:
    """How many tensors, nodes and ends of graphs there are."""
    # isinstance would ask objects of other libraries, which may answer with a warning
    return sum(issubclass(type(each), (torch.Tensor, Node, AccumulateGrad)) for each in gc.get_objects())


def leaf() -> Any:
    return torch.tensor([[0.5, 1.5], [2.0, -1.0]], requires_grad=True)


def plain() -> None:
    x = leaf()
    (x.exp() * x.sin() + x @ x).softmax(0).sum().backward()


def never_backward() -> None:
    x = leaf()
    (x.exp() * x.sin()).sum()


def kept_graph() -> None:
    x = leaf()
    y = (x**3).sum()
    y.backward(retain_graph=True)
    y.backward()


def gradient_of_gradient() -> None:
    x = leaf()
    (first,) = torch.autograd.grad((x.sigmoid() ** 3).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x, create_graph=True)
    second.sum().backward()


def hooks() -> None:
    x = leaf()
    y = x * 2
    seen: list[Any] = []
    y.register_hook(seen.append)
    y.retain_grad()
    x.register_post_accumulate_grad_hook(lambda tensor: seen.append(tensor.grad))
    y.grad_fn.register_hook(lambda inputs, outputs: None)
    (y * y).sum().backward()
    assert len(seen) == 2


def views() -> None:
    x = leaf()
    rows = (x * 2).unbind()
    part = (x * 3).t()[0, :1].expand(3)
    (rows[0].sum() + part.sum()).backward()


def in_place() -> None:
    x = leaf()
    y = x * 1
    part = y[0]
    part.mul_(2)
    y.add_(x)
    y[1] = 0
    y.exp_()
    y.sum().backward()


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        ctx.extra = x * 2
        return x**3

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return 3 * x * x * grad


def function() -> None:
    x = leaf()
    Cube.apply(x).sum().backward()
    Cube.apply(x * 2).sum()


def training_step() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        F.mse_loss(model(leaf().detach()), torch.zeros(2, 1)).backward()
        optimizer.step()


def functional() -> None:
    x = leaf()
    torch.autograd.functional.hessian(lambda each: (each**3).sum(), x)
    torch.autograd.functional.jacobian(lambda each: each.exp(), x, create_graph=True)


def failed() -> None:
    x = leaf()
    y = x.exp().sum()
    y.backward()
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()


CALCULATIONS = [
    *(plain, never_backward, kept_graph, gradient_of_gradient, hooks, views, in_place, function, functional),
    *(training_step, failed),
]


def test_the_count_sees_a_graph() -> None:
    with without_collector():
        before = alive()
        y = (leaf() * 2).sum()
        assert alive() == before + len([y, y.grad_fn, "MulBackward0", "the leaf"])


@pytest.mark.parametrize("calculation", CALCULATIONS, ids=lambda each: each.__name__)
def test_nothing_of_a_calculation_is_left(calculation: Callable[[], None]) -> None:
    calculation()  # what is made once and kept, is made now
    with without_collector():
        before = alive()
        calculation()
        assert alive() == before


def test_training_keeps_no_step_behind_the_last() -> None:
    model = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def step() -> float:
        optimizer.zero_grad()
        loss = model(torch.ones(4, 2)).square().mean()
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    step()
    with without_collector():
        before = alive()
        for _ in range(20):
            step()
        assert alive() == before


def test_a_cycle_that_the_user_asked_for_goes_with_its_gradient() -> None:
    with without_collector():
        before = alive()
        x = leaf()
        with pytest.warns(UserWarning, match="reference cycle"):
            (x**3).sum().backward(create_graph=True)
        assert x.grad is not None
        x.grad = None
        del x
        assert alive() == before
