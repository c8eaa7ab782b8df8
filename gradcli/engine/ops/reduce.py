"""Reductions."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import record
from gradcli.engine.tensor import Tensor

_SumBackward0 = derivative("SumBackward0", self=lambda grad, sizes: np.broadcast_to(grad, sizes) if sizes else grad)
_MeanBackward0 = derivative(
    "MeanBackward0", self=lambda grad, sizes, count: np.broadcast_to(grad, sizes) / count if sizes else grad / count
)


def sum(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:  # noqa: A001, A002
    """The sum of all elements, or along `dim` (torch.sum)."""
    array = input._array
    return record(_SumBackward0, array.sum(), (input,), (array.shape,))


def mean(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:  # noqa: A002
    """The mean of all elements, or along `dim` (torch.mean)."""
    array = input._array
    return record(_MeanBackward0, array.mean(), (input,), (array.shape, array.size))


METHODS: Final = ("sum", "mean")
ALIASES: Final[dict[str, str]] = {}
