"""Questions about elements, whose answers are bools: logic, signs, infinities, closeness. Nothing here is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcli.engine import dtypes, errors
from gradcli.engine.ops.declare import Operation, argument_error, named, need_tensors
from gradcli.engine.tensor import Tensor, wrap


def _logical(name: str, combine: Callable[..., Any]) -> Operation:
    def operation(input: Tensor, *other: Tensor) -> Tensor:
        for position, each in enumerate((input, *other), 1):
            if not isinstance(each, Tensor):
                raise argument_error(name, position, each, "input" if position == 1 else "other")
        return wrap(combine(input._array, *[each._array for each in other]))

    return named(operation, name, f"Elementwise {name} (torch.{name}); the result is bool.")


logical_and = _logical("logical_and", np.logical_and)
logical_or = _logical("logical_or", np.logical_or)
logical_xor = _logical("logical_xor", np.logical_xor)
logical_not = _logical("logical_not", np.logical_not)
isnan = _logical("isnan", np.isnan)
isinf = _logical("isinf", np.isinf)
isfinite = _logical("isfinite", np.isfinite)


def signbit(input: Tensor) -> Tensor:
    """Whether each element is negative, -0. included (torch.signbit)."""
    array = input._array
    return wrap(np.signbit(array) if input.dtype.is_floating_point else np.less(array, 0))


def isneginf(input: Tensor) -> Tensor:
    """Whether each element is -inf (torch.isneginf)."""
    return wrap(np.equal(input._array, -np.inf))


def isposinf(input: Tensor) -> Tensor:
    """Whether each element is inf (torch.isposinf)."""
    return wrap(np.equal(input._array, np.inf))


def isclose(
    input: Tensor,
    other: Tensor,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = False,
) -> Tensor:
    """Elementwise, whether |input - other| <= atol + rtol |other|; infinities are close to themselves alone
    (torch.isclose).

    Raises RuntimeError for tensors of two dtypes, shapes that do not broadcast, and negative tolerances.
    """
    need_tensors("isclose", input, other)
    return _close(input, other, rtol, atol, equal_nan)


def allclose(
    input: Tensor,
    other: Tensor,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = False,
) -> bool:
    """Whether isclose is true of all elements (torch.allclose)."""
    need_tensors("allclose", input, other)
    return bool(_close(input, other, rtol, atol, equal_nan)._array.all())


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether shapes and elements are the same (torch.equal)."""
    need_tensors("equal", input, other)
    return bool(np.array_equal(input._array, other._array))


def _close(first: Tensor, second: Tensor, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    if first.dtype is not second.dtype:
        raise RuntimeError(f"{first.dtype.word} did not match {second.dtype.word}")
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if tolerance < 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {tolerance:g}")
    a, b = first._array, second._array
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise errors.sizes_must_match(a.shape, b.shape) from None
    close = np.equal(a, b)
    if equal_nan:
        close = close | (np.isnan(a) & np.isnan(b))
    if rtol or atol:
        if not first.dtype.is_floating_point:
            float_dtype = dtypes.get_default_dtype().numpy
            a, b = a.astype(float_dtype), b.astype(float_dtype)
        distance = np.abs(a - b)
        close = close | (np.isfinite(distance) & (distance <= atol + np.abs(rtol * b)))
    return wrap(np.asarray(close)[()], dtypes.bool_)
