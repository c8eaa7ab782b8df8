"""Activation functions, beyond what their samples in `functions.py` show."""

from __future__ import annotations

import gradcli.engine as torch
import gradcli.engine.ops.nn.activation as F
from gradcli.engine import catalogue


def test_integers_stay_integers_where_torch_keeps_them():
    assert repr(F.relu6(torch.tensor([-1, 7]))) == "tensor([0, 6])"
    assert repr(F.threshold(torch.tensor([1, 2]), 1, 0)) == "tensor([0, 2])"
    assert repr(F.softsign(torch.tensor([1]))) == "tensor([0.5000])"


def test_float32_stays_float32():
    x = torch.tensor([-1.0, 2.0], requires_grad=True)
    for name in catalogue.ONLY_FUNCTIONAL["ops.nn.activation"].split():
        arguments = {"threshold": (0.0, 1.0), "prelu": (torch.tensor([0.25]),), "softmin": (0,)}.get(name, ())
        result = getattr(F, name)(x, *arguments)
        assert result.dtype is torch.float32, name
        assert torch.grad(result.sum(), x)[0].dtype is torch.float32, name


def test_printed_text():
    x = torch.tensor([-1.0, 2.0], requires_grad=True)
    assert repr(F.gelu(x)) == "tensor([-0.1587,  1.9545], grad_fn=<GeluBackward0>)"
    assert repr(F.softmin(x, 0)) == "tensor([0.9526, 0.0474], grad_fn=<SoftmaxBackward0>)"


def test_softplus_neither_overflows_nor_loses_its_tail():
    x = torch.tensor([-800.0, 800.0], dtype=torch.float64, requires_grad=True)
    y = F.softplus(x)
    assert y.tolist() == [0, 800]
    assert [each.tolist() for each in torch.grad(y.sum(), x)] == [[0, 1]]
