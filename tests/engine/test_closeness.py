"""isclose, allclose and equal answer and refuse as torch's do."""

from __future__ import annotations

import math
from typing import Any

import pytest

import gradcli.engine as engine

BY_PAIR = {
    "torch.tensor([1., 1.]), torch.tensor([1.1, 1.])": ("tensor([False,  True])", False, False),
    "torch.tensor([1., 2.]), torch.tensor([1.000005, 2.000005])": ("tensor([True, True])", True, False),
    "torch.tensor(1.), torch.ones(2)": ("tensor([True, True])", True, False),
    "torch.ones(2), torch.ones(2, 2)": ("tensor([[True, True],\n        [True, True]])", True, False),
    "torch.tensor([1, 2]), torch.tensor([1, 3])": ("tensor([ True, False])", False, False),
    "torch.tensor([3], dtype=torch.uint8), torch.tensor([4], dtype=torch.uint8)": ("tensor([False])", False, False),
    "torch.tensor([True]), torch.tensor([True])": ("tensor([True])", True, True),
    "torch.tensor([torch.nan]), torch.tensor([torch.nan])": ("tensor([False])", False, False),
    "torch.tensor(torch.inf), torch.tensor(torch.inf)": ("tensor(True)", True, True),
    "torch.tensor(torch.inf), torch.tensor(1e30)": ("tensor(False)", False, False),
    "torch.ones(0), torch.ones(0)": ("tensor([], dtype=torch.bool)", True, True),
    "torch.ones(2).requires_grad_(), torch.ones(2)": ("tensor([True, True])", True, True),
}
WITH_TOLERANCES = {
    "torch.isclose(torch.tensor([1., 1.]), torch.tensor([1.1, 1.]), 0.1)": "tensor([True, True])",
    "torch.isclose(torch.tensor([1., 1.]), torch.tensor([1.1, 1.]), 0, 0)": "tensor([False,  True])",
    "torch.isclose(torch.tensor(100), torch.tensor(101), rtol=0.01)": "tensor(True)",
    "torch.isclose(torch.tensor(torch.inf), torch.tensor(1.), rtol=torch.inf)": "tensor(False)",
    "torch.allclose(torch.tensor([torch.nan]), torch.tensor([torch.nan]), equal_nan=True)": "True",
    "torch.tensor([1.]).allclose(torch.tensor([1.5]), atol=0.5)": "True",
    "torch.tensor([1.]).isclose(torch.tensor([1.5]), atol=0.25)": "tensor([False])",
    "torch.isclose(torch.ones(2), torch.ones(2, dtype=torch.float64))": "RuntimeError: Float did not match Double",
    "torch.allclose(torch.tensor([1, 2]), torch.ones(2))": "RuntimeError: Long did not match Float",
    "torch.equal(torch.ones(2), torch.ones(2, dtype=torch.float64))": "True",
    "torch.equal(torch.ones(2), torch.ones(3))": "False",
    "torch.allclose(torch.ones(2), torch.ones(3))": (
        "RuntimeError: The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0"
    ),
    "torch.allclose(torch.ones(2), torch.ones(2), rtol=-1.)": (
        "RuntimeError: rtol must be greater than or equal to zero, but got -1"
    ),
    "torch.isclose(torch.ones(2), torch.ones(2), atol=-0.5)": (
        "RuntimeError: atol must be greater than or equal to zero, but got -0.5"
    ),
    "torch.equal(torch.ones(2), 1)": "TypeError: equal(): argument 'other' (position 2) must be Tensor, not int",
    "torch.isclose(1, torch.ones(1))": "TypeError: isclose(): argument 'input' (position 1) must be Tensor, not int",
}
EXPECTED = WITH_TOLERANCES | {
    f"torch.{name}({pair})": str(result)
    for pair, results in BY_PAIR.items()
    for name, result in zip(("isclose", "allclose", "equal"), results, strict=True)
}


def text(torch: Any, source: str) -> str:
    """What the expression's value prints, or the error that it raises."""
    try:
        return repr(eval(source, {"torch": torch}))
    except (RuntimeError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("source", EXPECTED)
def test_closeness_is_torchs(source: str) -> None:
    assert text(engine, source) == EXPECTED[source]


@pytest.mark.torch
@pytest.mark.parametrize("source", EXPECTED)
def test_closeness_is_torchs_live(source: str, live_torch: Any) -> None:
    assert text(live_torch, source) == EXPECTED[source]


@pytest.mark.parametrize("name", ["e", "inf", "pi"])
def test_constants_are_those_of_mathematics(name: str) -> None:
    assert getattr(engine, name) == getattr(math, name)


def test_the_other_two_constants() -> None:
    assert math.isnan(engine.nan)
    assert engine.newaxis is None


@pytest.mark.torch
@pytest.mark.parametrize("name", ["e", "inf", "nan", "newaxis", "pi"])
def test_constants_are_torchs_live(name: str, live_torch: Any) -> None:
    assert repr(getattr(engine, name)) == repr(getattr(live_torch, name))
    assert name in engine.__all__
    assert name in live_torch.__all__
