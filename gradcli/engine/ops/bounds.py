"""Limits on one side: torch's own operations beside clamp, which has both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import meet, need_tensor_first, record
from gradcli.engine.ops.maps import values_of
from gradcli.engine.ops.special import elementwise
from gradcli.engine.tensor import Tensor


def _where(condition: Any, grad: Any) -> Any:
    return np.where(condition, grad, np.zeros_like(values_of(grad)))


_ClampMinBackward0 = derivative("ClampMinBackward0", self=lambda grad, self, min: _where(values_of(self) >= min, grad))
_ClampMaxBackward0 = derivative("ClampMaxBackward0", self=lambda grad, self, max: _where(values_of(self) <= max, grad))
_ClampMinBackward1 = derivative(
    "ClampMinBackward1",
    self=lambda grad, self, min: _where(values_of(self) >= values_of(min), grad),
    min=lambda grad, self, min: _where(values_of(self) < values_of(min), grad),
)
_ClampMaxBackward1 = derivative(
    "ClampMaxBackward1",
    self=lambda grad, self, max: _where(values_of(self) <= values_of(max), grad),
    max=lambda grad, self, max: _where(values_of(self) > values_of(max), grad),
)


def _limited(limit: Callable[..., Any], by_number: Any, by_tensor: Any, value: Tensor, bound: Any) -> Tensor:
    a, b, dtype = meet(value, bound)
    if not isinstance(bound, Tensor):
        return record(by_number, limit(a, b), (value,), (bound,))
    return elementwise(by_tensor, limit(a, b), dtype, (value, bound))


def clamp_min(input: Tensor, min: Any) -> Tensor:
    """`input`, at least `min`, a number or a tensor; the gradient passes at the bound (torch.clamp_min)."""
    need_tensor_first("clamp_min", input, min)
    return _limited(np.maximum, _ClampMinBackward0, _ClampMinBackward1, input, min)


def clamp_max(input: Tensor, max: Any) -> Tensor:
    """`input`, at most `max`, a number or a tensor; the gradient passes at the bound (torch.clamp_max)."""
    need_tensor_first("clamp_max", input, max)
    return _limited(np.minimum, _ClampMaxBackward0, _ClampMaxBackward1, input, max)
