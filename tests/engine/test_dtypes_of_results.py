"""Results have torch's dtypes where NumPy's would differ."""

from __future__ import annotations

import pytest

import gradcli.engine as torch


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("torch.tensor([True, False]).sum()", "tensor(1)"),
        ("torch.tensor([1, 2], dtype=torch.uint8).sum()", "tensor(3)"),
        ("torch.tensor([1, 2, 3], dtype=torch.int32).cumsum(0)", "tensor([1, 3, 6])"),
        ("torch.cat([torch.tensor([1]), torch.tensor([1.5])])", "tensor([1.0000, 1.5000])"),
        ("torch.stack([torch.tensor(1), torch.tensor(1.5)])", "tensor([1.0000, 1.5000])"),
        ("torch.tensor([0, 1], dtype=torch.uint8).all()", "tensor(0, dtype=torch.uint8)"),
        ("torch.ones(2, 2, dtype=torch.float16).sum()", "tensor(4., dtype=torch.float16)"),
        ("torch.ones(0).mean()", "tensor(nan)"),
        ("torch.ones(0).prod()", "tensor(1.)"),
        ("torch.tensor([1, 2]).logsumexp(0)", "tensor(2.3133)"),
    ],
)
def test_result_is_torchs(source: str, text: str) -> None:
    assert repr(eval(source, {"torch": torch})) == text


def test_joined_gradients_keep_each_tensors_dtype() -> None:
    single = torch.tensor([1.0], requires_grad=True)
    double = torch.tensor([2.0], dtype=torch.float64, requires_grad=True)
    torch.cat([single, double]).sum().backward()
    assert single.grad is not None
    assert double.grad is not None
    assert single.grad.dtype is torch.float32
    assert double.grad.dtype is torch.float64
