"""Operations with several results return named tuples that print as torch's."""

from __future__ import annotations

import gradcli.engine as torch


def test_maximum_along_a_dimension_prints_as_torchs() -> None:
    result = torch.tensor([[3.0, 1.0], [2.0, 5.0]]).max(0)
    assert repr(result) == "torch.return_types.max(\nvalues=tensor([3., 5.]),\nindices=tensor([0, 1]))"
    assert repr(type(result)) == "<class 'torch.return_types.max'>"


def test_results_have_names_and_unpack() -> None:
    values, indices = result = torch.tensor([2.0, 1.0, 3.0]).sort(descending=True)
    assert values is result.values
    assert indices is result.indices
    assert indices.tolist() == [2, 0, 1]


def test_only_the_values_are_recorded() -> None:
    result = torch.tensor([2.0, 1.0], requires_grad=True).topk(1)
    assert result.values.requires_grad
    assert not result.indices.requires_grad
