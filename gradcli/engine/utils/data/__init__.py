"""The namespace torch.utils.data: datasets, samplers and the loader of batches."""

from __future__ import annotations

from gradcli.engine.left_out import missing_from
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

__getattr__ = missing_from("torch.utils.data")


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
