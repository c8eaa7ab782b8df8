"""The in-place forms of ordinary operations: `x.exp_()` makes x what `x.exp()` is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine import catalogue, errors
from gradcli.engine.dtypes import float64
from gradcli.engine.inplace import apply, is_recorded, replace
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import meet, no_derivative, number_type, record
from gradcli.engine.ops.overloads import IN_PLACE, reordered_in_place
from gradcli.engine.tensor import Tensor

ARITHMETIC: Final = frozenset({"add", "sub", "mul", "div", "pow", "remainder", "fmod", "atan2", "hypot"})
APART: Final = frozenset({"index_add", "index_copy"})
"""Those whose operands must not be what is written to, not even exactly."""

FILLING: Final = frozenset({"masked_fill", "index_fill"})
"""Those that take the number of a 0-dim tensor before they write."""

MATCHING: Final = frozenset({"addmm", "addmv", "baddbmm"})
"""Those whose result must have the shape of what it is written to, in words of their own."""

WITHOUT_DERIVATIVE: Final = frozenset({"acosh", "asinh", "atanh"})
"""Those that torch has no derivative for where they write."""

_FloorDivide: Final = no_derivative("floor_divide_")


def _in_place(name: str, operation: Callable[..., Tensor]) -> Callable[..., Tensor]:
    if name in WITHOUT_DERIVATIVE:
        operation = _underived(name, operation)

    def method(input: Tensor, *arguments: Any, **keywords: Any) -> Tensor:
        if name in IN_PLACE and len(arguments) > 1 and number_type(arguments[0]):
            arguments, keywords = reordered_in_place(name, arguments)
        if (
            name in ARITHMETIC
            and arguments
            and not isinstance(arguments[0], (Tensor, np.generic))
            and not number_type(arguments[0])
        ):
            raise TypeError(
                f"{name}_(): argument 'other' (position 1) must be Tensor, not {type(arguments[0]).__name__}"
            )
        if name == "float_power" and input.dtype is not float64:
            raise RuntimeError(
                f"the base given to float_power_ has dtype {input.dtype.word} but the operation's result requires "
                "dtype Double"
            )
        if name == "ldexp" and not input.dtype.is_floating_point:
            raise RuntimeError(f"ldexp can't be cast to the desired output type {input.dtype.word}")
        if name == "addr" and input._array.ndim != 2:
            raise RuntimeError(f"2D tensor expected, got {input._array.ndim}D tensor for input")
        if name in APART and any(isinstance(each, Tensor) and each._array is input._array for each in arguments):
            raise RuntimeError(errors.SHARED_WITH_INPUT)
        if name in MATCHING:
            return apply(input, _matching(operation), *arguments, **keywords)
        if name in FILLING:
            recorded = is_recorded(input, *arguments, *keywords.values())
            return replace(input, recorded, operation, *arguments, **keywords)
        return apply(input, operation, *arguments, **keywords)

    method.__name__ = method.__qualname__ = f"{name}_"
    method.__doc__ = f"`{name}` in place (torch.Tensor.{name}_)."
    return method


def _matching(operation: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def matched(old: Tensor, *arguments: Any, **keywords: Any) -> Tensor:
        result = operation(old, *arguments, **keywords)
        if result.shape != old.shape:
            raise RuntimeError(
                f"Bad in-place call: input tensor size {list(old.shape)} and output tensor size {list(result.shape)} "
                "should match"
            )
        return result

    return matched


def _underived(name: str, operation: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The operation as torch records it where it writes: without a derivative."""

    def refused(grad: Any) -> Any:
        raise NotImplementedError(f"the derivative for 'inplace version of {name}' is not implemented.")

    node = derivative(f"{name.title()}Backward1", self=refused)
    return lambda old: record(node, operation(old.detach())._array, (old,))


def floor_divide_(input: Tensor, other: Any) -> Tensor:
    """`floor(input / other)` in place; it has no derivative (torch.Tensor.floor_divide_)."""
    return apply(input, _floored, other)


def _floored(old: Tensor, other: Any) -> Tensor:
    a, b, dtype = meet(old, other)
    if not dtype.is_floating_point and not np.all(b):
        raise RuntimeError("ZeroDivisionError")
    return record(_FloorDivide, np.floor_divide(a, b), (old, other))


def __getattr__(name: str) -> Any:
    operation = catalogue.find(name.removesuffix("_"), catalogue.METHODS) if name.endswith("_") else None
    if operation is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    method = _in_place(name.removesuffix("_"), operation)
    globals()[name] = method
    return method
