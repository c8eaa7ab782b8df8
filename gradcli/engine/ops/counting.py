"""Counting: how often each integer is there (torch.bincount)."""

from __future__ import annotations

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.ops.declare import argument_error, no_derivative, record
from gradcli.engine.tensor import Tensor, wrap

_BincountBackward = no_derivative("bincount")


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, …, max(input) is among integers of shape (n,), or the sums of their `weights`; at least
    `minlength` numbers (torch.bincount).

    Counts are int64, sums float32 or float64. Raises RuntimeError on negative numbers and other shapes,
    NotImplementedError on other dtypes.
    """
    if not isinstance(input, Tensor):
        raise argument_error("bincount", 1, input)
    if not isinstance(minlength, (int, Tensor)):
        raise TypeError(f"bincount(): argument 'minlength' must be int, not {type(minlength).__name__}")
    numbers = input._array
    if input.dtype.category != dtypes.INTEGER:
        raise NotImplementedError(f'"bincount_cpu" not implemented for {input.dtype.word!r}')
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    if numbers.shape == (0,):
        return wrap(np.zeros(minlength, np.int64))
    if numbers.ndim != 1 or numbers.min() < 0:
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is None:
        return wrap(np.bincount(numbers.astype(np.int64), minlength=minlength).astype(np.int64))
    if weights._array.shape != numbers.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    kind = np.float32 if weights.dtype is dtypes.float32 else np.float64
    sums = np.zeros(max(int(numbers.max()) + 1, minlength), kind)
    np.add.at(sums, numbers.astype(np.int64), weights._array.astype(kind))
    return record(_BincountBackward, sums, (weights,))
