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
from gradcli.engine.ops.join import joining
from gradcli.engine.ops.linalg import products
from gradcli.engine.ops.pointwise import arithmetic, elementary, multivariate, selection
from gradcli.engine.ops.reduce import scan, sums
from gradcli.engine.ops.shape import diagonals, rearrange, views
from gradcli.engine.tensor import Tensor, wrap

_state: Final = modes.state

UFUNCS: Final[dict[np.ufunc, Callable[..., Any]]] = {
    np.add: arithmetic.add,
    np.subtract: arithmetic.sub,
    np.multiply: arithmetic.mul,
    np.true_divide: arithmetic.div,
    np.floor_divide: arithmetic.floor_divide,
    np.remainder: arithmetic.remainder,
    np.fmod: arithmetic.fmod,
    np.power: arithmetic.pow,
    np.negative: arithmetic.neg,
    np.positive: arithmetic.positive,
    np.exp: elementary.exp,
    np.exp2: elementary.exp2,
    np.expm1: elementary.expm1,
    np.log: elementary.log,
    np.log2: elementary.log2,
    np.log10: elementary.log10,
    np.log1p: elementary.log1p,
    np.sqrt: elementary.sqrt,
    np.square: arithmetic.square,
    np.reciprocal: arithmetic.reciprocal,
    np.sin: elementary.sin,
    np.cos: elementary.cos,
    np.tan: elementary.tan,
    np.arcsin: elementary.asin,
    np.arccos: elementary.acos,
    np.arctan: elementary.atan,
    np.arctan2: multivariate.atan2,
    np.hypot: multivariate.hypot,
    np.sinh: elementary.sinh,
    np.cosh: elementary.cosh,
    np.tanh: elementary.tanh,
    np.arcsinh: elementary.asinh,
    np.arccosh: elementary.acosh,
    np.arctanh: elementary.atanh,
    np.absolute: arithmetic.abs,
    np.sign: arithmetic.sign,
    np.floor: elementary.floor,
    np.ceil: elementary.ceil,
    np.rint: elementary.round,
    np.trunc: elementary.trunc,
    np.deg2rad: elementary.deg2rad,
    np.rad2deg: elementary.rad2deg,
    np.maximum: selection.maximum,
    np.minimum: selection.minimum,
    np.fmax: selection.fmax,
    np.fmin: selection.fmin,
    np.equal: arithmetic.eq,
    np.not_equal: arithmetic.ne,
    np.less: arithmetic.lt,
    np.less_equal: arithmetic.le,
    np.greater: arithmetic.gt,
    np.greater_equal: arithmetic.ge,
    np.matmul: products.matmul,
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
        return arithmetic.rsub(operands[1], operands[0])
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
    np.sum: _reduction(sums.sum),
    np.mean: _reduction(sums.mean),
    np.prod: _reduction(sums.prod),
    np.cumsum: lambda a, axis: scan.cumsum(a, axis),
    np.cumprod: lambda a, axis: scan.cumprod(a, axis),
    np.where: _where,
    np.zeros_like: _zeros_like,
    np.ones_like: _ones_like,
    np.reshape: views.reshape,
    np.broadcast_to: views.expand,
    np.swapaxes: views.transpose,
    np.expand_dims: lambda a, axis: views.unsqueeze(a, axis),
    np.squeeze: lambda a, axis=None: views.squeeze(a, axis),
    np.transpose: views.permuted,
    np.flip: _flip,
    np.tril: lambda m, k=0: diagonals.tril(m, k),
    np.triu: lambda m, k=0: diagonals.triu(m, k),
    np.concatenate: lambda arrays, axis=0: joining.cat([as_operand(each) for each in arrays], axis),
    np.stack: lambda arrays, axis=0: joining.stack([as_operand(each) for each in arrays], axis),
    np.outer: lambda a, b: products.outer(as_operand(a), as_operand(b)),
    np.dot: lambda a, b: products.dot(as_operand(a), as_operand(b)),
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
