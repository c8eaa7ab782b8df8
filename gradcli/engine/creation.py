"""Making tensors."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes, errors
from gradcli.engine.tensor import Tensor, wrap


def tensor(data: Any, *, dtype: dtypes.dtype | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of `data`, copied (torch.tensor).

    Without `dtype`, Python floats take the default dtype, integers int64, bools bool, arrays keep theirs.
    """
    array = np.array(data)
    if dtype is None:
        dtype = dtypes.get_default_dtype() if array.dtype == np.float64 else dtypes.of_array(array)
    if requires_grad and not dtype.is_floating_point:
        raise RuntimeError(errors.ONLY_FLOATS)
    result = wrap(array.astype(dtype.numpy)[()], dtype)
    result._requires_grad = requires_grad
    return result


FUNCTIONS: Final = ("tensor",)
ALIASES: Final[dict[str, str]] = {}
