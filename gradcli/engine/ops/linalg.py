"""Matrix products and linear algebra."""

from __future__ import annotations

from typing import Final

from gradcli.engine.tensor import Tensor


def matmul(input: Tensor, other: Tensor) -> Tensor: ...  # noqa: A002
def outer(input: Tensor, other: Tensor) -> Tensor: ...  # noqa: A002
def dot(input: Tensor, other: Tensor) -> Tensor: ...  # noqa: A002


METHODS: Final = ()
ALIASES: Final[dict[str, str]] = {}
