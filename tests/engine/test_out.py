"""`out=`: what becomes of it in each function that takes it, and sizes by keyword, as old tutorials write them."""

from __future__ import annotations

import json
from typing import Any

import pytest

import gradcli.engine as engine
from gradcli.engine import catalogue, linalg, special
from tests.engine.harness import GOLDEN
from tests.engine.outs import CASES, KINDS, shown

LIBRARIES = [
    pytest.param(engine, id="engine"),
    pytest.param("torch", id="torch", marks=pytest.mark.torch),
]


@pytest.fixture(params=LIBRARIES)
def torch(request: pytest.FixtureRequest) -> Any:
    return pytest.importorskip("torch") if request.param == "torch" else request.param


def test_writes_the_result_and_returns_it(torch: Any) -> None:
    x, target = torch.tensor([1.0, 2.0]), torch.empty(2)
    result = torch.add(x, x, out=target)
    assert result is target
    assert target.tolist() == [2.0, 4.0]
    assert torch.mul(x, 3, out=target).tolist() == [3.0, 6.0]
    assert torch.matmul(torch.eye(2), x, out=target).tolist() == [1.0, 2.0]
    assert torch.exp(torch.zeros(2), out=target).tolist() == [1.0, 1.0]


def test_fills_an_empty_tensor(torch: Any) -> None:
    target = torch.empty(0)
    torch.add(torch.ones(2, 2), 1, out=target)
    assert target.tolist() == [[2.0, 2.0], [2.0, 2.0]]


def test_warns_when_it_resizes(torch: Any) -> None:
    target = torch.ones(3)
    with pytest.warns(UserWarning, match=r"resized since it had shape \[3\], which does not match"):
        torch.add(torch.ones(2), 1, out=target)
    assert target.tolist() == [2.0, 2.0]


def test_is_not_recorded(torch: Any) -> None:
    x = torch.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"add\(\): functions with out=... arguments don't support automatic"):
        torch.add(x, 1, out=torch.empty(2))
    with torch.no_grad():
        assert torch.add(x, 1, out=torch.empty(2)).tolist() == [2.0, 2.0]


def test_loses_no_fraction(torch: Any) -> None:
    with pytest.raises(RuntimeError, match="result type Float can't be cast to the desired output type Long"):
        torch.add(torch.ones(2), 1, out=torch.zeros(2, dtype=torch.int64))


def test_sizes_by_keyword(torch: Any) -> None:
    x = torch.ones(2, 3)
    assert x.reshape(shape=(3, 2)).shape == torch.Size([3, 2])
    assert x.permute(dims=(1, 0)).shape == torch.Size([3, 2])
    assert x.view(size=(6,)).shape == torch.Size([6])
    assert x[:1].expand(size=(4, 3)).shape == torch.Size([4, 3])
    assert x.repeat(repeats=(2, 1)).shape == torch.Size([4, 3])


def test_node_types_print_as_torchs(torch: Any) -> None:
    x = torch.ones(2, requires_grad=True)
    assert repr(type((x * 2).grad_fn)) == "<class 'MulBackward0'>"


RECORDED = json.loads((GOLDEN / "out.json").read_text(encoding="utf-8"))["shown"]
MISSES = {
    "of int64": "normal nanmean nansum mvlgamma special.multigammaln",  # refused in other words, or refused
    "of float64": "diag nonzero matrix_power linalg.matrix_power median nanmedian",  # taken, or refused in other words
    "tracked": "diag inner vdot tensordot linalg.matrix_norm linalg.norm randn",  # refused in other words
    "for tracked operands": "vdot",  # refused by the name of dot, of which it is another
}
"""By kind of `out`, the functions that say something else than torch."""


def missed(name: str, kind: str) -> bool:
    return name in MISSES.get(kind, "").split()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_out_becomes_what_it_becomes_in_torch(name: str, arguments: str, kind: str) -> None:
    assert (shown(engine, name, arguments, kind) != RECORDED[kind][name]) == missed(name, kind)


@pytest.mark.torch
@pytest.mark.parametrize("kind", KINDS)
def test_out_is_recorded_from_torch_live(kind: str) -> None:
    import torch

    torch.set_warn_always(True)
    try:
        assert {name: shown(torch, name, arguments, kind) for name, arguments in CASES} == RECORDED[kind]
    finally:
        torch.set_warn_always(False)


def test_every_function_that_takes_out_has_a_case() -> None:
    here = {catalogue.ALIASES.get(name, name) for name, _ in CASES}
    taking = {
        *catalogue.TAKING_OUT,
        *(f"nn.functional.{name}" for name in catalogue.FUNCTIONAL_TAKING_OUT),
        *(f"linalg.{name}" for name in linalg._OUT.split()),
        *(f"special.{name}" for name in special._OUT.split()),
    }
    assert taking - here == {"empty", "linalg.eigh", "linalg.svd"}  # of numbers that do not matter, or of either sign
    assert {name for name in here - taking if not name.startswith("nn.")} == set()
