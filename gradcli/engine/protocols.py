"""NumPy's functions on Tensors.

Within a gradient rule that is being recorded, `np.exp(tensor)` is `exp(tensor)`, recorded. Everywhere else NumPy does
what it does with torch's tensors: it takes their arrays, and what it gives back is an array, or a tensor where NumPy
makes the result of a ufunc, or of a method, of the kind of its argument (`__array_wrap__`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine import modes
from gradcli.engine.creation import from_numpy
from gradcli.engine.ops import join, matrix, pointwise, rearrange, reduce, scan, selection, shape
from gradcli.engine.tensor import Tensor, wrap

_state: Final = modes.state

UFUNCS: Final[dict[np.ufunc, Callable[..., Any]]] = {
    np.add: pointwise.add,
    np.subtract: pointwise.sub,
    np.multiply: pointwise.mul,
    np.true_divide: pointwise.div,
    np.floor_divide: pointwise.floor_divide,
    np.remainder: pointwise.remainder,
    np.fmod: pointwise.fmod,
    np.power: pointwise.pow,
    np.negative: pointwise.neg,
    np.positive: pointwise.positive,
    np.exp: pointwise.exp,
    np.exp2: pointwise.exp2,
    np.expm1: pointwise.expm1,
    np.log: pointwise.log,
    np.log2: pointwise.log2,
    np.log10: pointwise.log10,
    np.log1p: pointwise.log1p,
    np.sqrt: pointwise.sqrt,
    np.square: pointwise.square,
    np.reciprocal: pointwise.reciprocal,
    np.sin: pointwise.sin,
    np.cos: pointwise.cos,
    np.tan: pointwise.tan,
    np.arcsin: pointwise.asin,
    np.arccos: pointwise.acos,
    np.arctan: pointwise.atan,
    np.arctan2: pointwise.atan2,
    np.hypot: pointwise.hypot,
    np.sinh: pointwise.sinh,
    np.cosh: pointwise.cosh,
    np.tanh: pointwise.tanh,
    np.arcsinh: pointwise.asinh,
    np.arccosh: pointwise.acosh,
    np.arctanh: pointwise.atanh,
    np.absolute: pointwise.abs,
    np.sign: pointwise.sign,
    np.floor: pointwise.floor,
    np.ceil: pointwise.ceil,
    np.rint: pointwise.round,
    np.trunc: pointwise.trunc,
    np.deg2rad: pointwise.deg2rad,
    np.rad2deg: pointwise.rad2deg,
    np.maximum: selection.maximum,
    np.minimum: selection.minimum,
    np.fmax: selection.fmax,
    np.fmin: selection.fmin,
    np.equal: pointwise.eq,
    np.not_equal: pointwise.ne,
    np.less: pointwise.lt,
    np.less_equal: pointwise.le,
    np.greater: pointwise.gt,
    np.greater_equal: pointwise.ge,
    np.matmul: matrix.matmul,
}


def as_operand(value: Any) -> Any:
    """An array as a Tensor; Tensors and numbers as they are."""
    return wrap(value) if isinstance(value, (np.ndarray, np.generic)) else value


def ufunc(called: np.ufunc, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Answer NumPy's `__array_ufunc__`."""
    operation = UFUNCS.get(called) if method == "__call__" and not keywords else None
    if operation is None or not (_state.differentiating or any(isinstance(each, np.generic) for each in inputs)):
        return _on_arrays(called, method, inputs, keywords)
    if not _state.differentiating:
        return operation(*[each.item() if isinstance(each, np.generic) else each for each in inputs])
    operands = [as_operand(each) for each in inputs]
    if called is np.subtract and not isinstance(operands[0], Tensor):
        return pointwise.rsub(operands[1], operands[0])
    return operation(*operands)


def _on_arrays(called: np.ufunc, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """What a ufunc gives for the arrays of tensors, as tensors where NumPy makes it of the kind of its arguments.

    Raises RuntimeError where a tensor requires grad.
    """
    arrays = [np.asarray(each) if isinstance(each, Tensor) else each for each in inputs]
    found = getattr(called, method)(*arrays, **keywords)
    if found is None or method == "outer" or keywords.get("out") is not None:
        return found
    if called in (np.equal, np.not_equal) and any(isinstance(each, np.ndarray) for each in inputs):
        return wrap(found)  # `tensor == array`, which torch answers itself
    return tuple(map(wrapped, found)) if isinstance(found, tuple) else wrapped(found)


def wrapped(array: Any) -> Tensor:
    """The tensor that torch makes of an array of NumPy's (`__array_wrap__`): of truth values, one of bytes."""
    found = np.asarray(array)
    return from_numpy(found.astype(np.uint8) if found.dtype == bool else found)


def _reduction(function: Callable[..., Any]) -> Callable[..., Any]:
    def reduced(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return function(a) if axis is None else function(a, axis, keepdims)

    return reduced


def _where(condition: Any, *choices: Any) -> Any:
    return selection.where(as_operand(condition), *[as_operand(each) for each in choices])


def _zeros_like(a: Tensor) -> Tensor:
    return wrap(a.dtype.zeros(a._array.shape), a.dtype)


def _ones_like(a: Tensor) -> Tensor:
    return wrap(a.dtype.ones(a._array.shape), a.dtype)


def _flip(m: Any, axis: Any = None) -> Any:
    return rearrange.flip(m, range(m.ndim)) if axis is None else rearrange.flip(m, axis)


FUNCTIONS: Final[dict[Callable[..., Any], Callable[..., Any]]] = {
    np.sum: _reduction(reduce.sum),
    np.mean: _reduction(reduce.mean),
    np.prod: _reduction(reduce.prod),
    np.cumsum: lambda a, axis: scan.cumsum(a, axis),
    np.cumprod: lambda a, axis: scan.cumprod(a, axis),
    np.where: _where,
    np.zeros_like: _zeros_like,
    np.ones_like: _ones_like,
    np.reshape: shape.reshape,
    np.broadcast_to: shape.expand,
    np.swapaxes: shape.transpose,
    np.expand_dims: lambda a, axis: shape.unsqueeze(a, axis),
    np.squeeze: lambda a, axis=None: shape.squeeze(a, axis),
    np.transpose: shape.permuted,
    np.flip: _flip,
    np.tril: lambda m, k=0: rearrange.tril(m, k),
    np.triu: lambda m, k=0: rearrange.triu(m, k),
    np.concatenate: lambda arrays, axis=0: join.cat([as_operand(each) for each in arrays], axis),
    np.stack: lambda arrays, axis=0: join.stack([as_operand(each) for each in arrays], axis),
    np.outer: lambda a, b: matrix.outer(as_operand(a), as_operand(b)),
    np.dot: lambda a, b: matrix.dot(as_operand(a), as_operand(b)),
}


def function(called: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Answer NumPy's `__array_function__`."""
    if not _state.differentiating:
        if called in REFUSED:
            arguments = tuple([np.asarray(each) if isinstance(each, Tensor) else each for each in arguments])
        return np.ndarray.__array_function__(_ANY_ARRAY, called, (), arguments, keywords)
    operation = FUNCTIONS.get(called)
    return NotImplemented if operation is None else operation(*arguments, **keywords)


REFUSED: Final = frozenset(
    (np.sum, np.mean, np.std, np.var, np.prod, np.max, np.min, np.amax, np.amin, np.all, np.any, np.flip, np.moveaxis)
)
"""The functions that torch's tensors refuse, because their methods have other keywords; here they give what they give
for arrays, which also pictures of stems need."""
_ANY_ARRAY: Final = np.empty(0)
"""What is asked for NumPy's own way with a function, which is the same for all arrays."""
