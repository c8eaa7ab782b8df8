"""Sums, products, means, counts: reductions of all elements or along dimensions."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.broadcasting import spread
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import argument_error, expecting, floating, no_derivative, record, values_of
from gradcli.engine.ops.dimensions import dimensions, kept_shape, numpy_keywords, restored, shift_along, sizes_count
from gradcli.engine.tensor import Tensor, wrap

_SumBackward0 = derivative("SumBackward0", self=lambda grad, sizes: spread(grad, sizes) if sizes else grad)
_SumBackward1 = derivative(
    "SumBackward1",
    attributes=("sizes", "dim", "keepdim"),
    self=lambda grad, sizes, dim, keepdim: np.broadcast_to(restored(grad, sizes, dim, keepdim), sizes),
)
_NansumBackward0 = derivative(
    "NansumBackward0",
    attributes=("sizes", "dim", "keepdim"),
    self=lambda grad, self, sizes, dim, keepdim: (
        np.broadcast_to(restored(grad, sizes, dim, keepdim), sizes) * ~np.isnan(values_of(self))
    ),
)
_MeanBackward0 = derivative(
    "MeanBackward0", self=lambda grad, sizes, count: spread(grad / count, sizes) if sizes else grad / count
)
_MeanBackward1 = derivative(
    "MeanBackward1",
    attributes=("sizes", "dim", "keepdim", "count"),
    self=lambda grad, sizes, dim, keepdim, count: np.broadcast_to(restored(grad / count, sizes, dim, keepdim), sizes),
)
_ProdBackward0 = derivative("ProdBackward0", self=lambda grad, self, result: _prod_gradient(grad, self, result))
_ProdBackward1 = derivative(
    "ProdBackward1",
    self=lambda grad, self, result, dim, keepdim: _prod_along_gradient(grad, self, result, dim, keepdim),
)
_LogsumexpBackward0 = derivative(
    "LogsumexpBackward0",
    self=lambda grad, self, result, dim, keepdim: _logsumexp_gradient(grad, self, result, dim, keepdim),
)
_BincountBackward = no_derivative("bincount")
_NARROW: Final = "e?bBhHiI"
"""The dtypes, by NumPy's letters, that NumPy adds up with fewer digits or in another dtype than torch does."""


def _reduction(reduce: Any) -> Any:
    """A ufunc's reduction with torch's dtypes: the array's own, and float16 by way of float32."""

    def reduced(array: Any, axis: Any, keepdims: bool = False) -> Any:
        if array.dtype.char not in _NARROW:
            return reduce(array, axis=axis, keepdims=keepdims)
        if array.dtype.char == "e":
            return reduce(array, axis=axis, keepdims=keepdims, dtype=np.float32).astype(np.float16)
        return reduce(array, axis=axis, keepdims=keepdims, dtype=array.dtype)

    return reduced


sum_along: Final = _reduction(np.add.reduce)
_product: Final = _reduction(np.multiply.reduce)

# np.sum and np.prod do the same by a detour, in which NumPy warns of infinities on its own account.


def _summand(input: Tensor, dtype: dtypes.dtype | None) -> Any:
    """The array in the dtype in which it is to be summed: integers and bools as int64."""
    if dtype is not None:
        return dtypes.named(dtype).cast(input._array)
    return input._array if input.dtype.is_floating_point else input._array.astype(np.int64)


def in_own_dtype(result: Tensor, input: Tensor) -> Tensor:
    """`result`, whose gradient is to be converted back where the operation converted its input."""
    return result if result.dtype is input.dtype else expecting(result, (input._array.shape, input.dtype))


@numpy_keywords
def sum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The sum of all elements, or along `dim`; of integers and bools in int64 (torch.sum)."""
    if not isinstance(input, Tensor):
        raise argument_error("sum", 1, input)
    array = input._array if dtype is None and input.dtype.is_floating_point else _summand(input, dtype)
    if dim is None and not keepdim:
        result = record(_SumBackward0, sum_along(array, axis=None), (input,), (array.shape,))
        return result if dtype is None else in_own_dtype(result, input)
    dims = dimensions(input, dim)
    total = sum_along(array, axis=dims, keepdims=keepdim)
    return in_own_dtype(record(_SumBackward1, total, (input,), (array.shape, dims, keepdim)), input)


@numpy_keywords
def nansum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The sum, nan counted as zero (torch.nansum)."""
    array = _summand(input, dtype)
    dims = dimensions(input, dim)
    total = sum_along(np.where(np.isnan(array), 0, array).astype(array.dtype), axis=dims, keepdims=keepdim)
    return in_own_dtype(record(_NansumBackward0, total, (input,), (array.shape, dims, keepdim)), input)


# Means.


@numpy_keywords
def mean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The mean of all elements, or along `dim` (torch.mean). Raises RuntimeError on integers and bools."""
    if not isinstance(input, Tensor):
        raise argument_error("mean", 1, input)
    if dtype is None and not input.dtype.is_floating_point:
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: "
            f"{input.dtype.word}"
        )
    array = input._array
    if dtype is not None:
        wanted = dtypes.named(dtype)
        if not wanted.is_floating_point:
            raise RuntimeError(
                "mean(): could not infer output dtype. Optional dtype must be either a floating point or complex "
                f"dtype. Got: {wanted.word}"
            )
        array = wanted.cast(array)
    if dim is None and not keepdim:
        average = sum_along(array, axis=None) / array.dtype.type(array.size)
        result = record(_MeanBackward0, average, (input,), (array.shape, array.size))
        return result if dtype is None else in_own_dtype(result, input)
    dims = dimensions(input, dim)
    count = sizes_count(array.shape, dims)
    average = sum_along(array, axis=dims, keepdims=keepdim) / array.dtype.type(count)
    return in_own_dtype(record(_MeanBackward1, average, (input,), (array.shape, dims, keepdim, count)), input)


@numpy_keywords
def nanmean(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The mean of what is not nan (torch.nanmean)."""
    dims = dimensions(input, dim)
    count = np.sum(~np.isnan(input._array), axis=dims, keepdims=keepdim, dtype=np.int64)
    total: Tensor = nansum(input, dim, keepdim)
    return total / wrap(total.dtype.cast(count))


# Products.


def _product_gradient(grad: Any, self: Any, result: Any, dim: int, sizes: tuple[int, ...]) -> Any:
    """`grad * result / self`, and where a factor is zero by the products of all other factors."""
    if np.all(values_of(self)):
        return grad * (result / self)
    return grad * _product_of_others(self, dim, sizes)


def _product_of_others(self: Any, dim: int, sizes: tuple[int, ...]) -> Any:
    one = np.ones(kept_shape(sizes, (dim,)), values_of(self).dtype)
    head = (slice(None),) * dim + (slice(None, -1),)
    tail = (slice(None),) * dim + (slice(1, None),)
    before = np.cumprod(np.concatenate([one, self[head]], axis=dim), axis=dim)
    after = np.flip(np.cumprod(np.flip(np.concatenate([self[tail], one], axis=dim), axis=dim), axis=dim), axis=dim)
    return before * after


def _prod_gradient(grad: Any, self: Any, result: Any) -> Any:
    if np.ndim(values_of(self)) == 0:
        return grad
    if np.all(values_of(self)):
        return grad * (result / self)
    flat = np.reshape(self, (-1,))
    return np.reshape(grad * _product_of_others(flat, 0, tuple(flat.shape)), tuple(self.shape))


def _prod_along_gradient(grad: Any, self: Any, result: Any, dim: int, keepdim: bool) -> Any:
    sizes = tuple(self.shape)
    if not sizes:
        return grad
    return _product_gradient(
        restored(grad, sizes, (dim,), keepdim), self, restored(result, sizes, (dim,), keepdim), dim, sizes
    )


@numpy_keywords
def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: dtypes.dtype | None = None) -> Tensor:
    """The product of all elements, or along `dim`; of integers and bools in int64 (torch.prod)."""
    array = _summand(input, dtype)
    if dim is None:
        return in_own_dtype(record(_ProdBackward0, _product(array, axis=None), (input,)), input)
    along = input._dimension(dim)
    product = _product(array, axis=along if array.ndim else None, keepdims=keepdim)
    return in_own_dtype(record(_ProdBackward1, product, (input,), (along, keepdim)), input)


def dropped(array: Any, dims: tuple[int, ...], keepdim: bool) -> Any:
    """A reduction with its dimensions kept, without them unless `keepdim`."""
    return array if keepdim else np.squeeze(array, axis=dims)[()]


# Logarithms of sums of exponentials.


def _logsumexp_gradient(grad: Any, self: Any, result: Any, dim: Any, keepdim: bool) -> Any:
    sizes = tuple(self.shape)
    return restored(grad, sizes, dim, keepdim) * np.exp(self - restored(result, sizes, dim, keepdim))


@numpy_keywords
def logsumexp(input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    """`log(sum(exp(input)))` along `dim`, without overflow (torch.logsumexp)."""
    array = floating(input)
    dims = dimensions(input, dim)
    largest = shift_along(array, dims) if array.size else np.zeros(kept_shape(array.shape, dims), array.dtype)
    shift = np.where(np.isfinite(largest), largest, array.dtype.type(0))
    total = np.log(sum_along(np.exp(array - shift), axis=dims, keepdims=True)) + shift
    return record(_LogsumexpBackward0, dropped(total, dims, keepdim), (input,), (dims, keepdim))


# Conditions and counts: nothing is recorded.


def _truth(input: Tensor, array: Any) -> Tensor:
    """The result as bool; of uint8 as uint8, as torch has it."""
    return wrap(array.astype(np.uint8)) if input.dtype is dtypes.uint8 else wrap(array)


@numpy_keywords
def all(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether all elements are true (torch.all)."""
    return _truth(input, np.all(input._array, axis=dimensions(input, dim), keepdims=keepdim))


@numpy_keywords
def any(input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether some element is true (torch.any)."""
    return _truth(input, np.any(input._array, axis=dimensions(input, dim), keepdims=keepdim))


@numpy_keywords
def count_nonzero(input: Tensor, dim: Any = None) -> Tensor:
    """The number of elements that are not zero, as int64 (torch.count_nonzero)."""
    return wrap(np.sum(input._array != 0, axis=dimensions(input, dim), dtype=np.int64))


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, …, max(input) is among integers of shape (n,), or the sums of their `weights`;
    at least `minlength` numbers (torch.bincount).

    Counts are int64, sums float32 or float64. Raises RuntimeError on negative numbers and other shapes,
    NotImplementedError on other dtypes.
    """
    if not isinstance(input, Tensor):
        raise argument_error("bincount", 1, input)
    if not isinstance(minlength, (int, Tensor)):
        raise TypeError(f"bincount(): argument 'minlength' must be int, not {type(minlength).__name__}")
    numbers = input._array
    if input.dtype.category != dtypes.INTEGER:
        raise NotImplementedError(f'"bincount_cpu" not implemented for {input.dtype.word!r}')
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    if numbers.shape == (0,):
        return wrap(np.zeros(minlength, np.int64))
    if numbers.ndim != 1 or numbers.min() < 0:
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is None:
        return wrap(np.bincount(numbers.astype(np.int64), minlength=minlength).astype(np.int64))
    if weights._array.shape != numbers.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    kind = np.float32 if weights.dtype is dtypes.float32 else np.float64
    sums = np.zeros(max(int(numbers.max()) + 1, minlength), kind)
    np.add.at(sums, numbers.astype(np.int64), weights._array.astype(kind))
    return record(_BincountBackward, sums, (weights,))
