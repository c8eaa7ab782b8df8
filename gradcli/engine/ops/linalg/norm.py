"""Norms and distances."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.constants import numbers_of
from gradcli.engine.node import derivative
from gradcli.engine.ops.convert import converted
from gradcli.engine.ops.declare import as_float, expecting, record, values_of
from gradcli.engine.ops.dimensions import dimensions, numpy_keywords, restored
from gradcli.engine.ops.index.masks import masked_fill
from gradcli.engine.ops.pointwise import arithmetic
from gradcli.engine.rounding import wide
from gradcli.engine.tensor import Tensor, wrap

_LinalgVectorNormBackward0 = derivative(
    "LinalgVectorNormBackward0",
    attributes=("ord", "dim", "keepdim"),
    self=lambda grad, self, result, ord, dim, keepdim: _norm_gradient(grad, self, result, ord, dim, keepdim),
)
_DistBackward0 = derivative(
    "DistBackward0",
    self=lambda grad, self, other, result, p: _distance_gradient(grad, self, other, result, p),
    other=lambda grad, self, other, result, p: -_distance_gradient(grad, self, other, result, p),
)


def _sign(value: Any) -> Any:
    return arithmetic.sgn(value) if isinstance(value, Tensor) else np.sign(value)


def _zero_where(condition: Any, value: Any) -> Any:
    """torch's masked_fill(condition, 0)."""
    if isinstance(value, Tensor):
        return masked_fill(value, wrap(condition), 0)
    return np.where(condition, value.dtype.type(0), value)


def _norm_gradient(grad: Any, self: Any, result: Any, ord: float, dim: tuple[int, ...], keepdim: bool) -> Any:
    sizes = tuple(self.shape)
    grad, norm = restored(grad, sizes, dim, keepdim), restored(result, sizes, dim, keepdim)
    array, size = values_of(self), values_of(norm)
    if ord == 0:
        return None
    if ord == 1:
        return grad * _sign(self)
    if ord == 2:
        return grad * _zero_where(np.broadcast_to(size == 0, array.shape), self / norm)
    if abs(ord) == math.inf:
        chosen = (np.abs(array) == size) | (np.isnan(array) & np.isnan(size))
        count = np.sum(chosen, axis=dim, keepdims=True).astype(array.dtype)
        return _sign(self) * ((grad / count) * chosen)
    if ord < 1:
        scaled = _sign(self) * _zero_where(array == 0, np.absolute(self) ** (ord - 1))
        return scaled * grad * norm ** (1 - ord)
    size_power = np.absolute(self) ** (ord - 1 if ord < 2 else ord - 2)
    scaled = (_sign(self) if ord < 2 else self) * size_power
    return scaled * _zero_where(size == 0, grad / norm ** (ord - 1))


def _vector_norm(array: Any, order: float, dims: tuple[int, ...], keepdim: bool) -> Any:
    if array.dtype.char == "e":
        return _vector_norm(wide(array), order, dims, keepdim).astype(np.float16)
    size = np.abs(array)
    if order == 0:
        return np.asarray(np.sum(array != 0, axis=dims, keepdims=keepdim)).astype(array.dtype)
    if order == 1:
        return np.sum(size, axis=dims, keepdims=keepdim)
    if order == 2:
        return np.sqrt(np.sum(array * array, axis=dims, keepdims=keepdim))
    if abs(order) == math.inf:
        return (np.max if order > 0 else np.min)(size, axis=dims, keepdims=keepdim)
    return np.sum(size**order, axis=dims, keepdims=keepdim) ** numbers_of(array).ratio(1.0, order)


def vector_norm(
    x: Tensor,
    ord: Any = 2,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """The norm of the elements, of all or along `dim` (torch.linalg.vector_norm). Raises RuntimeError on integers."""
    if dtype is not None:
        x = converted(x, dtype)
    if not x.dtype.is_floating_point:
        raise RuntimeError(
            f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {x.dtype.word}"
        )
    dims = dimensions(x, dim)
    order = as_float(ord)
    if x._array.size == 0 and (order < 0 or order == math.inf):
        raise RuntimeError(
            f"linalg.vector_norm cannot compute the {order} norm on an empty tensor because the operation does not "
            "have an identity"
        )
    array = _vector_norm(x._array, order, dims, keepdim)
    return record(_LinalgVectorNormBackward0, array, (x,), (order, dims, keepdim))


def matrix_norm(
    A: Tensor,
    ord: Any = "fro",
    dim: Any = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """The norm of matrices: Frobenius, or the greatest (least) sum of columns or rows, or of singular values
    (torch.linalg.matrix_norm)."""
    from gradcli.engine.ops.linalg.factorizations import svdvals
    from gradcli.engine.ops.linalg.solve import check_floats
    from gradcli.engine.ops.reduce import order, sums
    from gradcli.engine.ops.shape.views import movedim, unsqueeze

    if A._array.ndim < 2:
        raise RuntimeError("linalg.matrix_norm: The input tensor A must have at least 2 dimensions.")
    if dtype is not None:
        A = converted(A, dtype)
    check_floats("linalg.matrix_norm", A)
    if ord == "fro":
        return vector_norm(A, 2, dim, keepdim)
    rows, columns = (A._dimension(each) for each in dim)
    if ord in ("nuc", 2, -2):
        values = svdvals(movedim(A, (rows, columns), (-2, -1)))
        found: Tensor = sums.sum(values, -1) if ord == "nuc" else (order.amax if ord == 2 else order.amin)(values, -1)
        if not keepdim:
            return found
        return movedim(unsqueeze(unsqueeze(found, -1), -1), (-2, -1), (rows, columns))
    if ord not in (1, -1, math.inf, -math.inf):
        raise RuntimeError(f"linalg.matrix_norm: Order {ord} not supported.")
    summed, kept = (rows, columns) if ord in (1, -1) else (columns, rows)
    if summed < kept and not keepdim:
        kept -= 1
    return (order.amax if ord > 0 else order.amin)(vector_norm(A, 1, summed, keepdim), kept, keepdim)


def linalg_norm(
    A: Tensor,
    ord: Any = None,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """The norm of vectors or matrices, by what `ord` and `dim` ask for (torch.linalg.norm)."""
    if ord is None:
        return vector_norm(A, 2, dim, keepdim, dtype=dtype)
    pair = isinstance(dim, (tuple, list)) and len(dim) == 2
    if pair or isinstance(ord, str) or (dim is None and A._array.ndim == 2):
        return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    return vector_norm(A, ord, dim, keepdim, dtype=dtype)


@numpy_keywords
def norm(
    input: Tensor,
    p: Any = "fro",
    dim: Any = None,
    keepdim: bool = False,
    dtype: dtypes.dtype | None = None,
) -> Tensor:
    """The `p`-norm of all elements or along `dim`; `'fro'` is the 2-norm, `'nuc'` the sum of singular values
    (torch.norm)."""
    if p == "nuc":
        return matrix_norm(input, "nuc", (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    return vector_norm(input, 2 if p in ("fro", None) else p, dim, keepdim, dtype=dtype)


def _distance_gradient(grad: Any, self: Any, other: Any, result: Any, p: float) -> Any:
    difference = self - other
    return _norm_gradient(grad, difference, result, p, tuple(range(len(difference.shape))), False)


def dist(input: Tensor, other: Tensor, p: Any = 2) -> Tensor:
    """The `p`-norm of the difference (torch.dist)."""
    if not input.dtype.is_floating_point:
        raise RuntimeError(
            f"norm(): input dtype should be either floating point or complex. Got {input.dtype.word} instead."
        )
    difference = input._array - other._array
    array = _vector_norm(difference, as_float(p), tuple(range(np.ndim(difference))), False)
    result = record(_DistBackward0, array, (input, other), (as_float(p),))
    return expecting(result, (input._array.shape, None), (other._array.shape, None))
