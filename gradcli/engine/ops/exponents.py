"""Numbers as mantissa times a power of two."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.constants import LOG_2
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import meet, need_tensors
from gradcli.engine.ops.maps import record_outputs, values_of
from gradcli.engine.ops.special import elementwise
from gradcli.engine.return_types import return_type
from gradcli.engine.tensor import Tensor, wrap


def _power_of_two(exponent: Any, like: Any) -> Any:
    """2 to the exponent in the dtype of `like`; of a Tensor, recorded."""
    return np.exp2(exponent if isinstance(exponent, Tensor) else dtypes.of_array(like).cast(exponent))


_LdexpBackward0 = derivative(
    "LdexpBackward0",
    self=lambda grad, other: grad * _power_of_two(other, values_of(grad)),
    other=lambda grad, result: grad * (result * LOG_2.of(grad)),
)


def ldexp(input: Tensor, other: Any) -> Tensor:
    """`input * 2**other`, elementwise (torch.ldexp)."""
    need_tensors("ldexp", input, other)
    a, b, dtype = meet(input, other)
    if not dtype.is_floating_point:
        dtype = dtypes.get_default_dtype()
    array = dtype.cast(a) * np.exp2(dtype.cast(b))
    return elementwise(_LdexpBackward0, array, dtype, (input, other))


_FrexpBackward0 = derivative(
    "FrexpBackward0",
    outputs=2,
    saves=("exponent",),
    self=lambda grad, exponent: None if grad[0] is None else grad[0] / _power_of_two(exponent, values_of(grad[0])),
)
_frexp: Any = return_type("frexp", "mantissa", "exponent")


def frexp(input: Tensor) -> Any:
    """The named tuple (mantissa, exponent) with `input = mantissa * 2**exponent`, the mantissa's size in [1/2, 1)
    (torch.frexp).

    The exponents are int32. Raises RuntimeError on integers.
    """
    if not input.dtype.is_floating_point:
        raise RuntimeError("torch.frexp() only supports floating-point dtypes")
    mantissa, exponent = np.frexp(input._array)
    powers = wrap(np.asarray(exponent, np.int32)[()])
    (first,) = record_outputs(_FrexpBackward0, [mantissa], (input,), exponent=powers)
    return _frexp(first, powers)
