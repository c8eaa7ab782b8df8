"""Writing into tensors in place, past the graph: what initialisers, optimisers and the loading of states do."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine.tensor import Tensor


def write(tensor: Tensor, array: Any) -> Tensor:
    """Put the elements of `array`, of the tensor's shape or one that broadcasts to it, in the place of the tensor's;
    returns the tensor.

    They are converted to its dtype. The version counter counts the write, so that a backward pass that needed the old
    elements says so.
    """
    if isinstance(tensor._array, np.ndarray):
        tensor._array[...] = array
    else:
        tensor._array = np.asarray(array, tensor._array.dtype)[()]
    tensor._version_counter().value += 1
    return tensor


def subtract(tensor: Tensor, array: Any) -> Tensor:
    """Subtract `array` from the tensor's elements, as `write` writes; returns the tensor."""
    if isinstance(tensor._array, np.ndarray):
        tensor._array -= array
        tensor._version_counter().value += 1
        return tensor
    return write(tensor, tensor._array - array)
