"""Convolutions and pooling: sums of products, largest entries and means of what lies in windows.

Straight from their definitions, so that they are no copy of what the engine does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcli.calculus.entries.arguments import Arguments
from gradcli.calculus.entries.arithmetic import MAX_PRODUCTS, Element, Entries, NoForm, Value
from gradcli.language.values import frozen

if TYPE_CHECKING:
    from gradcli.calculus.entries.reading import Reading

Position = tuple[int, ...]


@frozen
class Windows:
    """Windows of `kernel` entries that are `dilation` apart, one every `stride` entries of an array of `sizes` with
    `padding` before it: `counts` of them along each dimension."""

    sizes: Position
    kernel: Position
    stride: Position
    padding: Position
    dilation: Position
    counts: Position

    def inside(self, at: Position) -> Iterator[tuple[Position, Position]]:
        """What of a window lies in the array: where in the window, and where in the array."""
        starts = [i * step - before for i, step, before in zip(at, self.stride, self.padding, strict=True)]
        for place in np.ndindex(*self.kernel):
            found = tuple(start + k * gap for start, k, gap in zip(starts, place, self.dilation, strict=True))
            if all(0 <= i < size for i, size in zip(found, self.sizes, strict=True)):
                yield place, found


def _windows(given: Arguments, sizes: Position, kernel: Position, padding: Sequence[int], stride: Position) -> Windows:
    dilation = _each(given.integers("dilation") or (1,), len(sizes))
    before = _each(padding, len(sizes))
    ceil = given.flag("ceil_mode")
    counts = []
    for size, k, step, pad, gap in zip(sizes, kernel, stride, before, dilation, strict=True):
        free = size + 2 * pad - gap * (k - 1) - 1
        count = (-(-free // step) if ceil else free // step) + 1
        counts.append(count - 1 if ceil and (count - 1) * step >= size + pad else count)
    return Windows(sizes, kernel, stride, before, dilation, tuple(counts))


def _each(values: Sequence[int], ndim: int) -> Position:
    """A setting for each dimension, of one for all of them or of as many."""
    if len(values) not in (1, ndim):
        raise NoForm("a setting for other dimensions than there are")
    return tuple(values) * (ndim // len(values))


def convolution(ndim: int) -> Callable[[Reading, Arguments], Value]:
    """Builds convolutions along so many dimensions: for each output, and each window, the sum of the products of the
    entries in the window and those of the kernel.

    Raises NoForm where there are too many products.
    """

    def build(reading: Reading, given: Arguments) -> Value:
        x, weight = given.tensor("x"), given.tensor("weight")
        batch = x if x.ndim == ndim + 2 else x[None]
        bias = given.tensor("bias") if given.has("bias") else None
        groups = given.integer("groups", 1)
        stride = _each(given.integers("stride") or (1,), ndim)
        batch, padding = _padding(reading, given, batch, weight.shape[2:])
        windows = _windows(given, batch.shape[2:], weight.shape[2:], padding, stride)
        outputs, channels = weight.shape[0], weight.shape[1]
        shape = (len(batch), outputs, *windows.counts)
        if math.prod(shape) * math.prod(weight.shape[1:]) > MAX_PRODUCTS:
            raise NoForm("a sum of too many products")
        found = np.empty(shape, object)
        for n, output, *at in np.ndindex(shape):
            first = output // (outputs // groups) * channels
            products: list[Element] = [
                reading.arithmetic.multiply((batch[(n, first + channel, *entry)], weight[(output, channel, *place)]))
                for (place, entry), channel in itertools.product(windows.inside(tuple(at)), range(channels))
            ]
            found[(n, output, *at)] = reading.arithmetic.add(products if bias is None else [*products, bias[output]])
        return found if x.ndim == ndim + 2 else found[0]

    return build


def _padding(reading: Reading, given: Arguments, x: Entries, kernel: Position) -> tuple[Entries, Sequence[int]]:
    """The entries, and how many zeros there are before and after them along each dimension; where `same` asks for one
    more after them, they have it already."""
    named = given.text("padding", "")
    if named != "same":
        return x, (0,) if named == "valid" else given.integers("padding") or (0,)
    dilation = _each(given.integers("dilation") or (1,), len(kernel))
    totals = [gap * (size - 1) for size, gap in zip(kernel, dilation, strict=True)]
    wider = np.full(
        (*x.shape[:2], *[size + total % 2 for size, total in zip(x.shape[2:], totals, strict=True)]),
        reading.arithmetic.number(0),
        object,
    )
    key: Any = (..., *[slice(0, size) for size in x.shape[2:]])
    wider[key] = x
    return wider, [total // 2 for total in totals]


def pooling(ndim: int, largest: bool) -> Callable[[Reading, Arguments], Value]:
    """Builds the largest entries, or the means, of windows along so many dimensions."""

    def build(reading: Reading, given: Arguments) -> Value:
        x = given.tensor("x")
        kernel = _each(given.integers("kernel_size") or (), ndim)
        stride = _each(given.integers("stride") or kernel, ndim)
        windows = _windows(given, x.shape[-ndim:], kernel, given.integers("padding") or (0,), stride)
        found = np.empty((*x.shape[:-ndim], *windows.counts), object)
        for position in np.ndindex(found.shape):
            before, at = position[:-ndim], position[-ndim:]
            entries = [x[(*before, *entry)] for _, entry in windows.inside(at)]
            if largest:
                found[position] = entries[0] if len(entries) == 1 else reading.arithmetic.largest(entries)
            else:
                count = reading.arithmetic.number(_count(given, windows, at, len(entries)))
                found[position] = reading.arithmetic.divide(reading.arithmetic.add(entries), count)
        return found

    return build


def _count(given: Arguments, windows: Windows, at: Position, inside: int) -> int:
    """What the sum of a window's entries is divided by: how many they are, with those of the padding unless they are
    not to count."""
    if given.has("divisor_override"):
        return given.integer("divisor_override", 1)
    if not given.flag("count_include_pad", True):
        return inside
    settings = zip(at, windows.stride, windows.padding, windows.kernel, windows.sizes, strict=True)
    return math.prod([min(i * step - pad + k, size + pad) - (i * step - pad) for i, step, pad, k, size in settings])


BUILDERS: Mapping[str, Callable[[Reading, Arguments], Value]] = {
    **{f"conv{ndim}d": convolution(ndim) for ndim in (1, 2)},
    **{f"max_pool{ndim}d": pooling(ndim, largest=True) for ndim in (1, 2)},
    **{f"avg_pool{ndim}d": pooling(ndim, largest=False) for ndim in (1, 2)},
}
