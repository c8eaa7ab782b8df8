"""Loss functions, beyond what their samples in `functions.py` show."""

from __future__ import annotations

import numpy as np
import pytest

import gradcli.engine as torch
from gradcli.engine.nn import functional as F


def test_cross_entropy_is_nll_loss_over_log_softmax():
    x = torch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    loss = F.cross_entropy(x, torch.tensor([0]))
    assert repr(loss) == "tensor(2.4076, grad_fn=<NllLossBackward0>)"
    assert loss.grad_fn.next_functions[0][0].name() == "LogSoftmaxBackward0"


def test_cross_entropy_of_images_averages_over_the_places():
    x = torch.tensor(np.arange(12.0).reshape(1, 3, 2, 2) % 5, requires_grad=True)
    target = torch.tensor([[[0, 1], [2, 0]]])
    flat = torch.tensor(x._array.reshape(3, 4).T.copy())
    expected = F.cross_entropy(flat, torch.tensor([0, 1, 2, 0])).item()
    loss = F.cross_entropy(x, target)
    assert loss.item() == pytest.approx(expected)
    assert torch.grad(loss, x)[0].sum().item() == pytest.approx(0)


def test_targets_of_another_size_are_warned_of():
    with pytest.warns(UserWarning, match="likely lead to incorrect results") as warned:
        assert F.mse_loss(torch.ones(2, 1), torch.ones(2)).item() == 0
    assert str(warned[0].message) == (
        "Using a target size (torch.Size([2])) that is different to the input size (torch.Size([2, 1])). "
        "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size."
    )


def test_targets_of_no_common_size_are_warned_of_and_refused():
    with (
        pytest.warns(UserWarning, match=r"target size \(torch.Size\(\[3\]\)\)"),
        pytest.raises(RuntimeError, match=r"The size of tensor a \(2\) must match the size of tensor b \(3\)"),
    ):
        F.mse_loss(torch.ones(2), torch.ones(3))


def test_broadcast_targets_get_gradients_of_their_own_shape():
    x = torch.ones(2, 3, requires_grad=True)
    target = torch.zeros(3, requires_grad=True)
    with pytest.warns(UserWarning, match="target size"):
        F.mse_loss(x, target).backward()
    assert x.grad.shape == (2, 3)
    assert target.grad.tolist() == pytest.approx([-2 / 3] * 3)


def test_mixed_dtypes_give_each_input_its_own():
    x = torch.ones(2, requires_grad=True)
    target = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    loss = F.mse_loss(x, target)
    assert loss.dtype is torch.float64
    loss.backward()
    assert x.grad.dtype is torch.float32
    assert target.grad.dtype is torch.float64


def test_weights_weigh():
    x = torch.tensor([1.0, 3.0])
    assert F.mse_loss(x, torch.zeros(2), weight=torch.tensor([3.0, 1.0])).item() == 3
    with pytest.raises(ValueError, match=r"Weights and input must have the same size\."):
        F.mse_loss(x, torch.zeros(2), weight=torch.ones(1))


def test_old_arguments_warn():
    with pytest.warns(UserWarning, match="please use reduction='sum' instead"):
        assert F.mse_loss(torch.ones(2), torch.zeros(2), size_average=False).item() == 2


def test_nothing_but_ignored_classes_gives_nan():
    loss = F.cross_entropy(torch.ones(2, 3, requires_grad=True), torch.tensor([-100, -100]))
    assert repr(loss) == "tensor(nan, grad_fn=<NllLossBackward0>)"


def test_kl_div_warns_of_its_mean():
    with pytest.warns(UserWarning, match="'batchmean' divides only by the batch size"):
        F.kl_div(torch.zeros(2), torch.ones(2))


def test_with_logits_does_not_overflow():
    x = torch.tensor([-1000.0, 1000.0], requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(x, torch.tensor([1.0, 0.0]))
    assert loss.item() == 1000
    loss.backward()
    assert x.grad.tolist() == [-0.5, 0.5]
