"""`x * log1p(y)`, by the conventions of torch.special."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine.constants import numbers_of
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import need_a_tensor, record
from gradcli.engine.ops.maps import values_of
from gradcli.engine.ops.special import elementwise, float_meet
from gradcli.engine.tensor import Tensor


def _product(x: Any, y: Any) -> Any:
    return np.where(np.isnan(y), y, np.where(x == 0, 0, x * np.log1p(y))).astype(np.result_type(x, y))[()]


def _of_self(grad: Any, self: Any, other: Any) -> Any:
    kept = ~((values_of(self) == 0) & (values_of(other) <= -1))
    safe = np.where(kept, other, np.zeros_like(values_of(other)))
    return grad * np.where(kept, np.log1p(safe), np.zeros_like(values_of(safe)))


def _by_number(grad: Any, self: Any, other: float) -> Any:
    logarithm = numbers_of(grad).log1p(other)
    if other > -1:
        return grad * logarithm
    return np.where(values_of(self) == 0, np.zeros_like(values_of(grad)), grad * logarithm)


_SpecialXlog1PyBackward0 = derivative(
    "SpecialXlog1PyBackward0", self=_of_self, other=lambda grad, self, other: grad * self / (other + 1)
)
_SpecialXlog1PyBackward1 = derivative(
    "SpecialXlog1PyBackward1", attributes=("self",), other=lambda grad, other, self: grad * self / (other + 1)
)
_SpecialXlog1PyBackward2 = derivative("SpecialXlog1PyBackward2", self=_by_number)


def xlog1py(input: Any, other: Any) -> Tensor:
    """`input * log1p(other)`, 0 where the input is 0 (torch.special.xlog1py). One of the two may be a number."""
    need_a_tensor("special_xlog1py", input, other)
    a, b, dtype = float_meet(input, other)
    array = _product(a, b)
    if not isinstance(input, Tensor):
        return record(_SpecialXlog1PyBackward1, array, (other,), (input,))
    if not isinstance(other, Tensor):
        return record(_SpecialXlog1PyBackward2, array, (input,), (other,))
    return elementwise(_SpecialXlog1PyBackward0, array, dtype, (input, other))
