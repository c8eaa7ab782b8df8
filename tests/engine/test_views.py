"""Views share memory; copies do not."""

from __future__ import annotations

import numpy as np
import pytest

import gradcli.engine as torch

VIEWS = [
    "A.view(6)",
    "A.reshape(6)",
    "A.t()",
    "A.T",
    "A.mT",
    "A.transpose(0, 1)",
    "A.permute(1, 0)",
    "A.unsqueeze(0)",
    "A[:1].squeeze(0)",
    "A.expand(2, 2, 3)",
    "A[0]",
    "A[0, 1]",
    "A[:, 1:]",
    "A[None]",
    "A[...]",
    "A.diagonal()",
    "A.narrow(1, 0, 2)",
    "A.select(1, 0)",
    "A.split(1)[0]",
    "A.chunk(2)[1]",
    "A.unbind()[0]",
    "A.flatten()",
    "A.unfold(1, 2, 1)",
    "A.detach()",
    "A.movedim(0, 1)",
    "s.view(1)",
    "s.unsqueeze(0)",
    "s[...]",
    "s.reshape(1)",
    "v[1]",
    "list(v)[0]",
]
COPIES = [
    "A.clone()",
    "A.t().reshape(6)",
    "A.t().contiguous()",
    "A[[0, 1]]",
    "A[A > 0]",
    "A.flip(0)",
    "A.roll(1)",
    "A.repeat(1, 1)",
    "A.tril()",
    "A.double()",
    "A + 0",
    "A.diag()",
    "torch.cat([A])",
    "torch.stack([A])",
    "A.masked_fill(A > 9, 0)",
    "A.gather(0, torch.tensor([[0, 0, 0]]))",
]


def operands() -> dict[str, torch.Tensor]:
    return {
        "A": torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True),
        "s": torch.tensor(2.0, requires_grad=True),
        "v": torch.tensor([1.0, 2.0], requires_grad=True),
    }


@pytest.mark.parametrize("source", VIEWS)
def test_a_view_shares_the_memory(source: str) -> None:
    inputs = operands()
    view = eval(source, {"torch": torch, **inputs})
    assert np.may_share_memory(view.numpy(force=True), inputs[source.removeprefix("list(")[0]].numpy(force=True))


@pytest.mark.parametrize("source", COPIES)
def test_a_copy_has_memory_of_its_own(source: str) -> None:
    inputs = operands()
    copy = eval(source, {"torch": torch, **inputs})
    assert not np.may_share_memory(copy.numpy(force=True), inputs["A"].numpy(force=True))


@pytest.mark.parametrize("source", [each for each in VIEWS if "detach" not in each])
def test_a_view_of_a_view_knows_the_base(source: str) -> None:
    inputs = operands()
    view = eval(source, {"torch": torch, **inputs})[...]
    assert view._extras is not None
    assert view._extras["base"] is inputs[source.removeprefix("list(")[0]]


def test_strides_and_contiguity_follow_the_view() -> None:
    matrix = operands()["A"]
    assert matrix.stride() == (3, 1)
    assert matrix.t().stride() == (1, 3)
    assert matrix.is_contiguous()
    assert not matrix.t().is_contiguous()
    assert matrix[1].storage_offset() == 3
    assert matrix.view(6).data_ptr() == matrix.data_ptr()
