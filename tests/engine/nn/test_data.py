"""Datasets of one's own, and the loader's ways of making batches of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import gradcli.engine as torch
from gradcli.engine.utils.data import ConcatDataset, DataLoader, Dataset, IterableDataset, Subset, TensorDataset


class Squares(Dataset[Any]):
    """Numbers and their squares."""

    def __len__(self) -> int:
        return 5

    def __getitem__(self, index: int) -> Any:
        return torch.tensor(float(index)), index**2


class Stream(IterableDataset[int]):
    """Numbers without a position."""

    def __iter__(self) -> Iterator[int]:
        return iter(range(5))

    def __len__(self) -> int:
        return 5


def test_items_of_one_s_own_dataset_are_collated() -> None:
    first = next(iter(DataLoader(Squares(), batch_size=3)))
    assert repr(first) == "[tensor([0., 1., 2.]), tensor([0, 1, 4])]"


def test_rows_taken_at_once_are_the_rows_collated_one_by_one() -> None:
    data = TensorDataset(torch.randn(7, 2), torch.arange(7))
    plain = Subset(data, range(7))
    for at_once, one_by_one in zip(DataLoader(data, 3), DataLoader(plain, 3), strict=True):
        assert type(at_once) is type(one_by_one)
        assert repr(at_once) == repr(one_by_one)


def test_batches_of_tracked_rows_are_recorded() -> None:
    rows = torch.ones(4, 2, requires_grad=True)
    for (batch,) in DataLoader(TensorDataset(rows), 2):
        batch.sum().backward()
    assert rows.grad.tolist() == [[1, 1]] * 4


def test_a_stream_is_batched_in_its_order() -> None:
    assert [each.tolist() for each in DataLoader(Stream(), 2)] == [[0, 1], [2, 3], [4]]
    assert [each.tolist() for each in DataLoader(Stream(), 2, drop_last=True)] == [[0, 1], [2, 3]]
    assert list(DataLoader(Stream(), batch_size=None)) == [0, 1, 2, 3, 4]
    assert len(DataLoader(Stream(), 2)) == 3
    with pytest.raises(ValueError, match="expected unspecified shuffle option, but got shuffle=True"):
        DataLoader(Stream(), shuffle=True)


def test_a_dataset_may_give_its_items_at_once() -> None:
    class AtOnce(Squares):
        def __getitems__(self, indices: list[int]) -> list[int]:
            return [-index for index in indices]

    assert [each.tolist() for each in DataLoader(AtOnce(), 3)] == [[0, -1, -2], [-3, -4]]


def test_workers_change_nothing() -> None:
    torch.manual_seed(4)
    alone = [each.tolist() for each, _ in DataLoader(Squares(), 2, shuffle=True)]
    torch.manual_seed(4)
    assert [each.tolist() for each, _ in DataLoader(Squares(), 2, shuffle=True, num_workers=2)] == alone


def test_two_passes_may_be_under_way() -> None:
    loader = DataLoader(list(range(4)), 2)
    assert [(a.tolist(), b.tolist()) for a, b in zip(loader, loader, strict=True)] == [([0, 1],) * 2, ([2, 3],) * 2]


def test_concatenation_counts_from_either_end() -> None:
    both = ConcatDataset([[1, 2], [3]])
    assert [both[0], both[2], both[-1], both[-3], len(both)] == [1, 3, 3, 1, 3]
    with pytest.raises(ValueError, match="absolute value of index should not exceed dataset length"):
        both[-4]
