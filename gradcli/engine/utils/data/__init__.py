"""The namespace torch.utils.data: datasets, samplers and the loader of batches."""

from __future__ import annotations

from typing import Any

from gradcli.engine.utils.data.collate import default_collate, default_convert
from gradcli.engine.utils.data.dataset import (
    ConcatDataset,
    Dataset,
    IterableDataset,
    Subset,
    TensorDataset,
    random_split,
)
from gradcli.engine.utils.data.loader import DataLoader
from gradcli.engine.utils.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
)


def __getattr__(name: str) -> Any:
    from gradcli.engine.left_out import missing

    raise missing("torch.utils.data", name)


__all__ = [
    "BatchSampler",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "default_collate",
    "default_convert",
    "random_split",
]
