"""Shapes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import record
from gradcli.engine.tensor import Tensor

_CopyBackwards = derivative("CopyBackwards", self=lambda grad: grad)
_ViewBackward0 = derivative("ViewBackward0", self=lambda grad, sizes: np.reshape(grad, sizes))


def copy_of_gradient(grad: Tensor) -> Tensor:
    """A recorded copy of a gradient, as the first `.grad` of a backward pass with create_graph."""
    return record(_CopyBackwards, grad._array.copy(), (grad,))


def reshape(input: Tensor, shape: Any) -> Tensor:  # noqa: A002
    """The same elements in another shape (torch.reshape)."""
    return record(_ViewBackward0, input._shared_array().reshape(shape), (input,), (input._array.shape,))


def expand(input: Tensor, *sizes: Any) -> Tensor: ...  # noqa: A002
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor: ...  # noqa: A002
def unsqueeze(input: Tensor, dim: int) -> Tensor: ...  # noqa: A002
def permuted(input: Tensor, axes: Any = None) -> Tensor: ...  # noqa: A002
def reversed_dimensions(input: Tensor) -> Tensor: ...  # noqa: A002
def matrix_transpose(input: Tensor) -> Tensor: ...  # noqa: A002
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]: ...  # noqa: A002


METHODS: Final = ("reshape",)
ALIASES: Final[dict[str, str]] = {}
