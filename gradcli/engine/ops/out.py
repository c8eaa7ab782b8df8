"""`out=`: functions of torch that write their result to a tensor that is given."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from gradcli.engine import inplace
from gradcli.engine.ops.declare import requires_grad
from gradcli.engine.tensor import Tensor

_RESIZED: Final = (
    "An output with one or more elements was resized since it had shape {found}, which does not match the required "
    "output shape {needed}. This behavior is deprecated, and in a future PyTorch release outputs will not be resized "
    "unless they have zero elements. You can explicitly reuse an out tensor t by resizing it, inplace, to zero "
    "elements with t.resize_(0)."
)


def accepting_out(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` with a further keyword, the tensor to write the result to, which is then returned."""

    @wraps(function)
    def operation(*arguments: Any, out: Tensor | None = None, **keywords: Any) -> Any:
        if out is None:
            return function(*arguments, **keywords)
        return _written(function, out, arguments, keywords)

    return operation


def _written(function: Callable[..., Any], out: Tensor, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Tensor:
    """`out`, holding the result. Raises RuntimeError where that would have to be recorded, or loses a fraction."""
    name = function.__name__
    if requires_grad(out, *arguments):
        raise RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic differentiation, but one of the "
            "arguments requires grad."
        )
    result = function(*arguments, **keywords)
    if result.dtype.category > out.dtype.category:
        raise RuntimeError(f"result type {result.dtype.word} can't be cast to the desired output type {out.dtype.word}")
    if result.shape != out.shape:
        if out.numel():
            warnings.warn(_RESIZED.format(found=list(out.shape), needed=list(result.shape)), UserWarning, stacklevel=3)
        out._array = result._shared_array().astype(out.dtype.numpy)
        return out
    inplace.write(out, result._array)
    return out
