"""Copies of tensors: what `copy.deepcopy` and `pickle` make."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from gradcli.engine import errors
from gradcli.engine.tensor import Tensor, wrap


def rebuilt(array: Any, requires_grad: bool) -> Tensor:
    """The leaf of an array."""
    tensor = wrap(array)
    tensor._requires_grad = requires_grad
    return tensor


def reduced(tensor: Tensor) -> tuple[Any, ...]:
    """What pickle needs: the numbers, requires_grad and what a user noted on the tensor; the history and `.grad` are
    left behind, as in torch."""
    made = rebuilt, (tensor._array, tensor._requires_grad)
    return (*made, dict(vars(tensor))) if vars(tensor) else made


def deepcopied(tensor: Tensor, memo: dict[int, Any]) -> Tensor:
    """A leaf's copy, with a copy of its `.grad` (Tensor.__deepcopy__). Raises RuntimeError for what was computed."""
    if id(tensor) in memo:
        found: Tensor = memo[id(tensor)]
        return found
    if tensor._node is not None:
        raise RuntimeError(errors.DEEPCOPY_OF_NON_LEAF)
    array = tensor._array.copy() if isinstance(tensor._array, np.ndarray) else tensor._array
    copied = memo[id(tensor)] = rebuilt(array, tensor._requires_grad)
    if vars(tensor):
        vars(copied).update(copy.deepcopy(vars(tensor), memo))
    if tensor._grad is not None:
        copied._grad = deepcopied(tensor._grad, memo)
    return copied
