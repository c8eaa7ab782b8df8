"""Questions about the sign of elements. Nothing here is recorded."""

from __future__ import annotations

import numpy as np

from gradcli.engine.tensor import Tensor, wrap


def signbit(input: Tensor) -> Tensor:
    """Whether each element is negative, -0. included (torch.signbit)."""
    array = input._array
    return wrap(np.signbit(array) if input.dtype.is_floating_point else np.less(array, 0))


def isneginf(input: Tensor) -> Tensor:
    """Whether each element is -inf (torch.isneginf)."""
    return wrap(np.equal(input._array, -np.inf))


def isposinf(input: Tensor) -> Tensor:
    """Whether each element is inf (torch.isposinf)."""
    return wrap(np.equal(input._array, np.inf))
