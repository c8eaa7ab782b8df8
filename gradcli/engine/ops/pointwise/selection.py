"""Elementwise choices: the larger, the smaller, what a condition says, what is within bounds."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import (
    Operation,
    common_dtype,
    elementwise,
    masked,
    meet,
    named,
    need_tensor_first,
    need_tensors,
    no_derivative,
    record,
    values_of,
)
from gradcli.engine.tensor import Tensor, wrap

_Heaviside: Final = no_derivative("heaviside")
_NanToNumBackward0 = derivative(
    "NanToNumBackward0", saves=("self",), self=lambda grad, self: grad * np.isfinite(values_of(self))
)
_WhereBackward0 = derivative(
    "WhereBackward0",
    saves=("condition",),
    self=lambda grad, condition: masked(values_of(condition), grad),
    other=lambda grad, condition: np.where(values_of(condition), np.zeros_like(values_of(grad)), grad),
)
_ClampBackward1 = derivative(
    "ClampBackward1",
    attributes=("min", "max"),
    self=lambda grad, self, min, max: masked(_within(self, min, max), grad),
)
_ClampBackward0 = derivative(
    "ClampBackward0",
    self=lambda grad, self, min, max: masked(_within(self, min, max), grad),
    min=lambda grad, self, min, max: _clamp_bound(grad, self, min, max, lower=True),
    max=lambda grad, self, min, max: _clamp_bound(grad, self, min, max, lower=False),
)
_ClampMinBackward0 = derivative("ClampMinBackward0", self=lambda grad, self, min: masked(values_of(self) >= min, grad))
_ClampMaxBackward0 = derivative("ClampMaxBackward0", self=lambda grad, self, max: masked(values_of(self) <= max, grad))
_ClampMinBackward1 = derivative(
    "ClampMinBackward1",
    self=lambda grad, self, min: masked(values_of(self) >= values_of(min), grad),
    min=lambda grad, self, min: masked(values_of(self) < values_of(min), grad),
)
_ClampMaxBackward1 = derivative(
    "ClampMaxBackward1",
    self=lambda grad, self, max: masked(values_of(self) <= values_of(max), grad),
    max=lambda grad, self, max: masked(values_of(self) > values_of(max), grad),
)


def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """0 below 0, 1 above, `values` at 0 (torch.heaviside). Raises RuntimeError on two dtypes; it has no derivative."""
    need_tensors("heaviside", input, values, "values")
    if input.dtype is not values.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    x = input._array
    array = np.where(x == 0, values._array, (x > 0).astype(x.dtype))[()]
    return elementwise(_Heaviside, array, input.dtype, (input, values))


# Replacing and mixing.


def nan_to_num(
    input: Tensor,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Tensor:
    """nan and the infinities replaced, the latter by the dtype's limits unless given (torch.nan_to_num)."""
    array = input._array
    if not input.dtype.is_floating_point:
        return wrap(array.copy(), input.dtype)
    replaced = np.nan_to_num(array, nan=nan or 0.0, posinf=posinf, neginf=neginf)
    return record(_NanToNumBackward0, replaced[()], (input,))


def _share_of_ties(self: Any, other: Any, chosen: Any, grad: Any) -> Any:
    a, b = values_of(self), values_of(other)
    return np.where(a == b, grad / 2, masked(chosen(a, b), grad))


def _is_first(self: Any, other: Any, chosen: Any) -> Any:
    """Where fmax and fmin take the first operand: between equals, and beside what is nan."""
    a, b = values_of(self), values_of(other)
    return chosen(a, b) | (a == b) | np.isnan(b)


def _extremum(name: str, forward: Any, chosen: Any, ties: bool) -> Operation:
    """maximum, minimum, fmax or fmin: the gradient goes to the chosen operand, halved between equals if `ties`."""

    def of_self(grad: Any, self: Any, other: Any) -> Any:
        if ties:
            return _share_of_ties(self, other, chosen, grad)
        return masked(_is_first(self, other, chosen), grad)

    def of_other(grad: Any, self: Any, other: Any) -> Any:
        if ties:
            return _share_of_ties(other, self, chosen, grad)
        return np.where(_is_first(self, other, chosen), np.zeros_like(values_of(grad)), grad)

    node_class = derivative(f"{name.title()}Backward0", self=of_self, other=of_other)

    def operation(input: Tensor, other: Tensor) -> Tensor:
        need_tensors(name, input, other)
        a, b, dtype = meet(input, other)
        return elementwise(node_class, forward(a, b), dtype, (input, other))

    return named(operation, name, f"Elementwise {name} of two tensors (torch.{name}).")


maximum = _extremum("maximum", np.maximum, operator.gt, ties=True)
minimum = _extremum("minimum", np.minimum, operator.lt, ties=True)
fmax = _extremum("fmax", np.fmax, operator.gt, ties=False)
fmin = _extremum("fmin", np.fmin, operator.lt, ties=False)


def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """`input` where the bool tensor `condition` holds, else `other` (torch.where).
    Raises RuntimeError on another condition."""
    if input is None and other is None:
        return tuple(wrap(indices) for indices in np.nonzero(condition._array))
    return either(condition, input, other)


def either(condition: Tensor, input: Any, other: Any) -> Tensor:
    """`input` where the bool tensor `condition` holds, else `other`."""
    if condition.dtype is not dtypes.bool_:
        raise RuntimeError(
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {condition.dtype.word}"
        )
    a, b, dtype = meet(input, other)
    array = np.where(condition._array, a, b)[()]
    inputs = tuple(each if isinstance(each, Tensor) else None for each in (input, other))
    return elementwise(_WhereBackward0, array, dtype, inputs, condition=condition)


def _within(value: Any, low: Any, high: Any) -> Any:
    value, low, high = values_of(value), values_of(low), values_of(high)
    inside = np.ones(np.shape(value), bool) if low is None else value >= low
    return inside if high is None else inside & (value <= high)


def _clamp_bound(grad: Any, value: Any, low: Any, high: Any, *, lower: bool) -> Any:
    value, low, high = values_of(value), values_of(low), values_of(high)
    if lower:
        chosen = value < low if high is None else (value < low) & (low < high)
    else:
        chosen = value > high if low is None else (value > high) | (high < low)
    return masked(chosen, grad)


def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """`input` limited to [min, max]; the gradient passes at the bounds (torch.clamp).
    Raises RuntimeError without a bound."""
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        return _clamp_tensors(input, min, max)
    dtype = input.dtype
    for bound in (min, max):
        if bound is not None:
            dtype = dtypes.result_type(dtype, None, dtypes.of_number(bound))
    array = input._array.astype(dtype.numpy, copy=False)
    low, high = (None if bound is None else dtype.scalar(bound) for bound in (min, max))
    return record(_ClampBackward1, np.clip(array, low, high), (input,), (min, max))


def _clamp_tensors(value: Tensor, low: Any, high: Any) -> Tensor:
    bounds = [
        each if isinstance(each, Tensor) or each is None else wrap(value.dtype.scalar(each)) for each in (low, high)
    ]
    dtype = common_dtype(value, *[each for each in bounds if each is not None])
    array = dtype.cast(value._array)
    for bound, choose in zip(bounds, (np.maximum, np.minimum), strict=True):
        array = array if bound is None else choose(array, dtype.cast(bound._array))
    return elementwise(_ClampBackward0, array, dtype, (value, *bounds))


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
