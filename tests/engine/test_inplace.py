"""In-place operations: values, graphs, versions and errors as torch's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradcli.engine as torch
from tests.engine.inplace_statements import STATEMENTS, shown

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "inplace.json").read_text(encoding="utf-8"))


def without_addresses(text: str) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


@pytest.mark.parametrize("source", STATEMENTS)
def test_a_statement_shows_what_torch_shows(source: str) -> None:
    assert without_addresses(shown(torch, source)) == without_addresses(GOLDEN["statements"][source])


@pytest.mark.torch
def test_the_recorded_statements_are_what_torch_shows_today(live_torch: Any) -> None:
    assert live_torch.__version__.split("+")[0] == GOLDEN["torch"].split("+")[0]
    for source in STATEMENTS:
        assert without_addresses(shown(live_torch, source)) == without_addresses(GOLDEN["statements"][source])


UNARY = (
    "neg_ exp_ exp2_ expm1_ log_ log2_ log10_ log1p_ sqrt_ rsqrt_ reciprocal_ sin_ cos_ tan_ asin_ acos_ atan_ sinh_ "
    "cosh_ tanh_ abs_ sign_ floor_ ceil_ round_ trunc_ frac_ deg2rad_ rad2deg_ sigmoid_ relu_ erf_ erfc_"
)


@pytest.mark.parametrize("name", UNARY.split())
def test_an_elementwise_operation_in_place_is_the_ordinary_one(name: str) -> None:
    plain = torch.tensor([0.3, 0.6], dtype=torch.float64, requires_grad=True)
    written = torch.tensor([0.3, 0.6], dtype=torch.float64, requires_grad=True)
    expected = getattr(plain, name[:-1])()
    expected.sum().backward()
    result = written.clone()
    assert getattr(result, name)() is result
    assert type(result.grad_fn).__name__ == type(expected.grad_fn).__name__
    result.sum().backward()
    np.testing.assert_array_equal(result.detach().numpy(), expected.detach().numpy())
    np.testing.assert_array_equal(written.grad.numpy(), plain.grad.numpy())


def test_numpy_sees_what_is_written() -> None:
    x = torch.zeros(3)
    array = x.numpy()
    x.add_(1)
    x[1] = 5
    assert array.tolist() == [1, 5, 1]


def test_a_scalar_tensor_shares_its_memory_once_it_is_asked_for() -> None:
    s = torch.tensor(1.0)
    s.add_(1)
    array = s.numpy()
    s.mul_(3)
    assert float(array) == 6


def test_gradient_descent_in_place() -> None:
    w = torch.tensor([1.0, -1.0], requires_grad=True)
    for _ in range(100):
        ((w - 3) ** 2).sum().backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
        w.grad.zero_()
    assert np.allclose(w.detach().numpy(), 3)
