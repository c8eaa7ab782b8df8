"""NumPy's functions on Tensors: `np.exp(tensor)` is `exp(tensor)`, recorded. The gradient rules rely on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine.ops import join, matrix, pointwise, rearrange, reduce, scan, selection, shape
from gradcli.engine.tensor import Tensor, wrap

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
    operation = UFUNCS.get(called)
    if operation is None or method != "__call__" or keywords:
        return NotImplemented
    operands = [as_operand(each) for each in inputs]
    if called is np.subtract and not isinstance(operands[0], Tensor):
        return pointwise.rsub(operands[1], operands[0])
    return operation(*operands)


def _sum(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return reduce.sum(a) if axis is None else reduce.sum(a, axis, keepdims)


def _mean(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return reduce.mean(a) if axis is None else reduce.mean(a, axis, keepdims)


def _where(condition: Any, *choices: Any) -> Any:
    return selection.where(as_operand(condition), *[as_operand(each) for each in choices])


def _zeros_like(a: Tensor) -> Tensor:
    return wrap(a.dtype.zeros(a._array.shape), a.dtype)


def _ones_like(a: Tensor) -> Tensor:
    return wrap(a.dtype.ones(a._array.shape), a.dtype)


def _flip(m: Any, axis: Any = None) -> Any:
    return rearrange.flip(m, range(m.ndim)) if axis is None else rearrange.flip(m, axis)


def _squeeze(a: Any, axis: Any = None) -> Any:
    return shape.squeeze(a, axis)


def _prod(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return reduce.prod(a) if axis is None else reduce.prod(a, axis, keepdims)


def _concatenate(arrays: Any, axis: int = 0) -> Any:
    return join.cat([as_operand(each) for each in arrays], axis)


def _stack(arrays: Any, axis: int = 0) -> Any:
    return join.stack([as_operand(each) for each in arrays], axis)


def _outer(a: Any, b: Any) -> Any:
    return matrix.outer(as_operand(a), as_operand(b))


def _dot(a: Any, b: Any) -> Any:
    return matrix.dot(as_operand(a), as_operand(b))


FUNCTIONS: Final[dict[Callable[..., Any], Callable[..., Any]]] = {
    np.sum: _sum,
    np.mean: _mean,
    np.prod: _prod,
    np.cumsum: lambda a, axis: scan.cumsum(a, axis),
    np.cumprod: lambda a, axis: scan.cumprod(a, axis),
    np.where: _where,
    np.zeros_like: _zeros_like,
    np.ones_like: _ones_like,
    np.reshape: shape.reshape,
    np.broadcast_to: shape.expand,
    np.swapaxes: shape.transpose,
    np.expand_dims: lambda a, axis: shape.unsqueeze(a, axis),
    np.squeeze: _squeeze,
    np.transpose: shape.permuted,
    np.flip: _flip,
    np.tril: lambda m, k=0: rearrange.tril(m, k),
    np.triu: lambda m, k=0: rearrange.triu(m, k),
    np.concatenate: _concatenate,
    np.stack: _stack,
    np.outer: _outer,
    np.dot: _dot,
}


def function(called: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Answer NumPy's `__array_function__`."""
    operation = FUNCTIONS.get(called)
    return NotImplemented if operation is None else operation(*arguments, **keywords)
