"""Writing into tensors past the graph: what initialisers, optimisers and the loading of states do."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine import inplace
from gradcli.engine.tensor import Tensor


def write(tensor: Tensor, array: Any) -> Tensor:
    """Write the elements of `array`, which broadcasts to the tensor's shape, to the tensor; returns it.

    They are converted to its dtype. The version counter counts the write,
    so that a backward pass that needed the old elements says so.
    """
    inplace.write(tensor, array)
    return tensor


def subtract(tensor: Tensor, array: Any) -> Tensor:
    """Subtract `array` from the tensor's elements, as `write` writes; returns the tensor."""
    memory = tensor._array
    if not isinstance(memory, np.ndarray) or not memory.flags.writeable:
        return write(tensor, memory - array)
    memory -= array
    tensor._version_counter().value += 1
    return tensor
