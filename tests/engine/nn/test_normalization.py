"""Normalisation beyond what torch's outcomes show: derivatives of the third order, and what running statistics are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import gradcli.engine as torch
from gradcli.engine.nn import functional as F

NORMALISE: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "by layers": lambda x: F.layer_norm(x, (2,)),
    "by batches": lambda x: F.batch_norm(x, None, None, training=True),
    "by running statistics": lambda x: F.batch_norm(x, torch.tensor([0.5, -1.0]).double(), torch.ones(2).double()),
}


@pytest.mark.parametrize("normalise", NORMALISE.values(), ids=NORMALISE)
def test_third_derivatives_are_those_of_the_second(normalise: Callable[[torch.Tensor], torch.Tensor]) -> None:
    """torch's are not: its double backward takes mean and scale for constants."""

    def of_second(x: torch.Tensor) -> torch.Tensor:
        (first,) = torch.grad((normalise(x) ** 3).sum(), [x], create_graph=True)
        (second,) = torch.grad((first**2).sum(), [x], create_graph=True)
        return (second**2).sum()

    x = torch.tensor([[0.3, 1.1], [-0.7, 0.2], [1.9, -1.2]], dtype=torch.float64, requires_grad=True)
    (third,) = torch.grad(of_second(x), [x])
    step = torch.zeros(3, 2, dtype=torch.float64)
    step[1, 0] = 1e-5
    difference = (of_second(x + step) - of_second(x - step)).item() / 2e-5
    assert third[1, 0].item() == pytest.approx(difference, rel=1e-6)


def test_running_statistics_are_those_of_all_batches_without_momentum() -> None:
    layer = torch.nn.BatchNorm1d(1, momentum=None)
    batches = torch.tensor([[[1.0], [3.0]], [[5.0], [9.0]], [[0.0], [4.0]]])
    for batch in batches:
        layer(batch)
    assert layer.running_mean.item() == pytest.approx(batches.mean().item())
    assert layer.running_var.item() == pytest.approx(batches.var(dim=1).mean().item())


def test_a_batch_is_not_normalised_by_what_it_is_in_evaluation() -> None:
    layer = torch.nn.BatchNorm2d(2)
    layer(torch.randn(3, 2, 4, 4))
    before = layer.running_mean.clone()
    shown = layer.eval()(torch.ones(1, 2, 1, 1))
    assert torch.equal(layer.running_mean, before)
    expected = (1 - before) / (layer.running_var + layer.eps).sqrt()
    assert torch.allclose(shown.flatten(), expected)
