"""What is done to rows of elements: along dimensions of an array, or to all of its entries."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from gradcli.calculus.entries.arithmetic import Arithmetic, Element, Entries, scalar

if TYPE_CHECKING:
    from gradcli.calculus.entries.reading import Reading

Fold: TypeAlias = Callable[[list[Element]], Element]


def fold(values: Entries, function: Fold, dims: tuple[int, ...] | None, keepdim: bool) -> Entries:
    """`function` of the entries along `dims` (all of them if None)."""
    if values.ndim == 0 or (dims is None and not keepdim):
        return scalar(function(list(values.ravel())))
    axes = tuple(range(values.ndim)) if dims is None else tuple(dim % values.ndim for dim in dims)
    kept = [axis for axis in range(values.ndim) if axis not in axes]
    shape = tuple(values.shape[axis] for axis in kept)
    rows = values.transpose(kept + list(axes)).reshape(math.prod(shape), -1)
    result = np.empty(len(rows), object)
    for at, row in enumerate(rows):
        result[at] = function(list(row))
    return np.expand_dims(result.reshape(shape), axes) if keepdim else result.reshape(shape)


def minus(arithmetic: Arithmetic, left: Element, right: Element) -> Element:
    """left - right."""
    return arithmetic.add((left, arithmetic.negative(right)))


def along(reading: Reading, values: Entries, dim: int, function: Callable[[list[Element]], list[Element]]) -> Entries:
    """`function` of each row along `dim`, in place of the row."""
    if values.ndim == 0:
        return scalar(function([values[()]])[0])
    moved = np.moveaxis(values, dim, -1)
    result = np.empty(moved.shape, object)
    for at in np.ndindex(moved.shape[:-1]):
        for index, entry in enumerate(function(list(moved[at]))):
            result[(*at, index)] = entry
    return np.moveaxis(result, -1, dim)


def log_sum_exp(reading: Reading, row: list[Element]) -> Element:
    """log(sum(exp(x)))."""
    arithmetic = reading.arithmetic
    return arithmetic.apply("log", arithmetic.add([arithmetic.apply("exp", entry) for entry in row]))


def softmax(reading: Reading, row: list[Element]) -> list[Element]:
    """exp(x)/sum(exp(x))."""
    arithmetic = reading.arithmetic
    if len(row) == 1:
        return [arithmetic.number(1)]
    exponentials = [arithmetic.apply("exp", entry) for entry in row]
    total = arithmetic.add(exponentials)
    return [arithmetic.divide(entry, total) for entry in exponentials]


def log_softmax(reading: Reading, row: list[Element]) -> list[Element]:
    """x - log(sum(exp(x)))."""
    total = log_sum_exp(reading, row)
    return [minus(reading.arithmetic, entry, total) for entry in row]
