"""Products with a number and divisions by one, as torch's composed operations record them: by nodes of one input."""

from __future__ import annotations

import numpy as np

from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import floating, record
from gradcli.engine.tensor import Tensor

_MulBackward1 = derivative("MulBackward1", self=lambda grad, other: grad * other)
_DivBackward1 = derivative("DivBackward1", self=lambda grad, other: grad / other)


def scaled(tensor: Tensor, factor: float) -> Tensor:
    """The tensor times a number, integers in the default dtype."""
    array = floating(tensor)
    return record(_MulBackward1, array * array.dtype.type(factor), (tensor,), (factor,))


def divided(tensor: Tensor, divisor: float) -> Tensor:
    """The tensor divided by a number, integers in the default dtype; nan or infinite where that is 0."""
    array = floating(tensor)
    with np.errstate(all="ignore"):
        return record(_DivBackward1, array / array.dtype.type(divisor), (tensor,), (divisor,))
