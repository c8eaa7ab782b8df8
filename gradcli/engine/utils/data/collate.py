"""Items made a batch (torch.utils.data.default_collate)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.creation import as_tensor, tensor
from gradcli.engine.ops.join.joining import stack
from gradcli.engine.tensor import Tensor


def default_collate(batch: Sequence[Any]) -> Any:
    """The items of a batch as one: tensors stacked, numbers as a tensor, tuples, lists and dicts by their entries.

    Floats become float64, as in torch.
    Raises TypeError on items of another kind, RuntimeError where their lengths differ.
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(batch, 0)
    if isinstance(first, np.ndarray):
        return stack([as_tensor(each) for each in batch], 0)
    if isinstance(first, (np.number, np.bool_)):
        return as_tensor(np.array(batch))
    if isinstance(first, float):
        return tensor(list(batch), dtype=dtypes.float64)
    if isinstance(first, int):
        return tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        return _mapping_like(first, {key: default_collate([each[key] for each in batch]) for key in first})
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return type(first)(*map(default_collate, zip(*batch, strict=False)))
    if isinstance(first, Sequence):
        if any(len(each) != len(first) for each in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        return [default_collate(each) for each in zip(*batch, strict=True)]
    raise TypeError(
        f"default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {type(first)}"
    )


def default_convert(data: Any) -> Any:
    """Arrays and NumPy numbers in an item as tensors, all else as it is (torch.utils.data.default_convert)."""
    if isinstance(data, (np.ndarray, np.number, np.bool_)):
        return as_tensor(data)
    if isinstance(data, Mapping):
        return _mapping_like(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*map(default_convert, data))
    if isinstance(data, (tuple, list)):
        return [default_convert(each) for each in data]
    return data


def _mapping_like(of: Any, items: dict[Any, Any]) -> Any:
    return type(of)(items)
