"""Infinities, poles and overflow are values, in torch's silence: no NumPy warning comes out of the engine."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import gradcli.engine as torch

OF_ELEMENTS = (
    "x.sum() x.sum(0) x.mean() x.mean(0) x.var() x.std() x.prod() x.norm() x.norm(1) x.norm(3) x.logsumexp(0) "
    "x.softmax(0) x.log_softmax(0) x.cumsum(0) x.cumprod(0) x.logcumsumexp(0) x.nansum() x.nanmean() x.max() "
    "x.median() x.sort().values x.abs() x.exp() x.expm1() x.log() x.log1p() x.sqrt() x.rsqrt() x.reciprocal() x.sin() "
    "x.tan() x.tanh() x.sigmoid() x.sinh() x.cosh() x.asin() x.acosh() x.atanh() x.atan() x.square() x**3 x**0.5 "
    "x**-1 2**x x**x x/x x-x x*0 x%2 x//2 x.fmod(2) x.floor() x.round() x.erf() x.lgamma() x.digamma() x.sinc() "
    "x.frac() x.hypot(x) x.atan2(x) x@x x.dot(x) x.outer(x) x.float().half() x.clamp(0,1) x.relu() x.diff() "
    "torch.trapz(x) F.gelu(x) F.silu(x) F.elu(x) F.softplus(x) F.logsigmoid(x) F.mish(x) F.hardswish(x) F.selu(x) "
    "F.mse_loss(x,-x) F.l1_loss(x,x) F.smooth_l1_loss(x,-x) F.huber_loss(x,-x) F.cross_entropy(x,torch.tensor(1)) "
    "F.kl_div(x,x,reduction='sum') F.normalize(x,dim=0) F.cosine_similarity(x,x,0) "
    "F.binary_cross_entropy_with_logits(x,x.detach()) torch.dist(x,x) torch.logaddexp(x,x) torch.xlogy(x,x) "
    "torch.var_mean(x)[0] torch.outer(x,x).det() torch.tensor([1e30])*1e30 x.to(torch.float16)"
)
"""Expressions over x, apart by spaces."""


@pytest.mark.parametrize("elements", [[np.inf, -np.inf, 0.0], [np.nan, 1e38, -1.0], [0.0, 0.0, 0.0]], ids=str)
@pytest.mark.parametrize("expression", OF_ELEMENTS.split())
def test_nothing_is_said_of_infinities(expression: str, elements: list[float]) -> None:
    x = torch.tensor(elements, requires_grad=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"gradcli\.engine(\.|$)")
        try:
            result = eval(expression, {"torch": torch, "F": torch.nn.functional, "x": x})
        except torch.linalg.LinAlgError:
            return
        if result.grad_fn is not None and result.grad_fn.name() != "torch::autograd::NotImplemented":
            result.sum().backward()
    assert [str(each.message) for each in caught if issubclass(each.category, RuntimeWarning)] == []
