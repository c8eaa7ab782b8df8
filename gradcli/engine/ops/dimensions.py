"""Dimensions and sizes as arguments: counted from the front, by NumPy's names, kept and dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from gradcli.engine.errors import dimension_out_of_range
from gradcli.engine.tensor import Tensor

Result = TypeVar("Result")


def shift_along(array: Any, axis: Any) -> Any:
    """About the largest elements along `axis`, with the dimensions kept: what exponentials are shifted by, which any
    number near serves as; of objects, by their own notion of that, which need not decide between two that are equal."""
    largest = np.maximum if array.dtype.kind != "O" else np.frompyfunc(lambda a, b: a.roughly_larger(b), 2, 1)
    return largest.reduce(array, axis=axis, keepdims=True)


def dimensions(input: Tensor, dim: Any) -> tuple[int, ...]:
    """The dimensions that `dim` names, counted from the front; all of them where it is None or empty.

    Raises IndexError where the tensor lacks one, RuntimeError where one is named twice.
    """
    ndim = input._array.ndim
    if dim is None:
        return tuple(range(ndim))
    if isinstance(dim, (tuple, list)):
        found = tuple([input._dimension(int(each)) for each in dim])
        for i, each in enumerate(found):
            if each in found[:i]:
                raise RuntimeError(f"dim {each} appears multiple times in the list of dims")
        if not found:
            return tuple(range(ndim))
    else:
        found = (input._dimension(dim),)
    return found if ndim else ()


def inserted(dim: int, ndim: int) -> int:
    """Where a new dimension of a tensor of `ndim` goes, counted from the front. Raises IndexError out of range."""
    if not -ndim - 1 <= dim <= ndim:
        raise dimension_out_of_range(dim, ndim + 1)
    return dim % (ndim + 1)


def kept_shape(sizes: Sequence[int], dim: Sequence[int]) -> tuple[int, ...]:
    """The shape after a reduction along `dim` that keeps the dimensions."""
    return tuple([1 if i in dim else size for i, size in enumerate(sizes)])


def restored(value: Any, sizes: Sequence[int], dim: Sequence[int], keepdim: bool) -> Any:
    """A reduction's result, or its gradient, with the reduced dimensions back as dimensions of size one."""
    return value if keepdim or not dim else np.reshape(value, kept_shape(sizes, dim))


def sizes_count(sizes: Sequence[int], dim: Sequence[int]) -> int:
    """How many elements a reduction along `dim` reduces to one."""
    count = 1
    for i in dim:
        count *= sizes[i]
    return count


def named_sizes(keyword: str) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """Let `keyword` stand for the sizes that a function takes one by one: `x.view(size=(2, 3))`."""

    def decorate(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        @wraps(function)
        def operation(*arguments: Any, **keywords: Any) -> Tensor:
            if keywords:
                if "input" in keywords:
                    arguments = (keywords.pop("input"), *arguments)
                if len(arguments) == 1 and keyword in keywords:
                    arguments = (*arguments, keywords.pop(keyword))
            return function(*arguments, **keywords)

        return operation

    return decorate


def numpy_keywords(function: Callable[..., Result]) -> Callable[..., Result]:
    """Let `axis` and `keepdims` stand for `dim` and `keepdim`, as torch does."""

    @wraps(function)
    def operation(*arguments: Any, **keywords: Any) -> Result:
        if keywords:
            if "axis" in keywords:
                keywords["dim"] = keywords.pop("axis")
            if "keepdims" in keywords:
                keywords["keepdim"] = keywords.pop("keepdims")
        return function(*arguments, **keywords)

    return operation
