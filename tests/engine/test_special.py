"""Special functions and the less common elementwise ones, beyond what their samples in `functions.py` show."""

from __future__ import annotations

import numpy as np
import pytest

import gradcli.engine as torch


def test_erfinv_undoes_erf_to_a_few_ulp():
    x = np.concatenate([np.linspace(-0.999, 0.999, 201), 1 - 10.0 ** -np.arange(1, 15), 10.0 ** -np.arange(1, 20)])
    inverse = torch.erfinv(torch.tensor(x))
    assert np.allclose(torch.erf(inverse).tolist(), x, rtol=1e-15, atol=1e-16)


@pytest.mark.parametrize(
    ("n", "x", "value"),
    [
        (0, 1.0, -0.57721566490153286),
        (0, 0.5, -1.9635100260214235),
        (1, 1.0, 1.6449340668482264),
        (1, 0.25, 17.197329154507109),
        (2, 1.0, -2.4041138063191886),
        (3, 1.0, 6.4939394022668291),
        (0, 1e6, 13.815510057964191),
    ],
)
def test_polygamma_has_its_closed_forms(n, x, value):
    assert torch.polygamma(n, torch.tensor(x, dtype=torch.float64)).item() == pytest.approx(value, rel=1e-14)


def test_the_curvature_of_sinc_at_zero_is_its_limit():
    x = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.grad(torch.sinc(x), x, create_graph=True)
    assert torch.grad(slope, x)[0].item() == pytest.approx(-(np.pi**2) / 3)


def test_heaviside_steps_and_has_no_derivative():
    x = torch.tensor([-1.0, 0.0, 1.0], requires_grad=True)
    y = torch.heaviside(x, torch.tensor([0.5]))
    assert repr(y) == "tensor([0.0000, 0.5000, 1.0000], grad_fn=<NotImplemented>)"
    assert y.grad_fn.name() == "torch::autograd::NotImplemented"
    with pytest.raises(RuntimeError) as raised:
        y.sum().backward()
    assert str(raised.value) == "derivative for aten::heaviside is not implemented"


def test_integers_are_converted_as_torch_converts_them():
    assert repr(torch.erf(torch.tensor([1]))) == "tensor([0.8427])"
    assert repr(torch.xlogy(2, torch.tensor([2]))) == "tensor([1.3863])"
    assert repr(torch.copysign(torch.tensor([1]), -2)) == "tensor([-1.])"
    assert repr(torch.addcmul(torch.tensor([1]), torch.tensor([2]), torch.tensor([3]))) == "tensor([7])"
    assert repr(torch.nan_to_num(torch.tensor([1]))) == "tensor([1])"


def test_empty_tensors_stay_empty():
    for name in ("erf", "erfinv", "lgamma", "digamma", "sinc", "logit"):
        assert getattr(torch, name)(torch.tensor([])).shape == (0,)
