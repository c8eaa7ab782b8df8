"""Convolutions, as networks understand them: each output is the sum of products of a kernel and the window under it.

A convolution is linear in its input and in its weight. Its three maps, to the output,
to the gradient of the input and to that of the weight, are the derivatives of one form in three variables,
so that each has the other two as its own derivatives, to any order.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from gradcli.engine import dtypes
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import record
from gradcli.engine.ops.nn.padding import Sizes, constant_pad_nd
from gradcli.engine.ops.rules import Map, recorded
from gradcli.engine.ops.shape import views
from gradcli.engine.ops.signatures import invalid_combination
from gradcli.engine.rounding import wide
from gradcli.engine.tensor import Tensor

_WINDOWS: Final = ("stride", "padding", "dilation", "groups")
_FURTHER: Final = ("bias_sym_sizes_opt", "output_padding", "transposed")
_ConvolutionBackward0 = derivative(
    "ConvolutionBackward0",
    attributes=(*_WINDOWS, *_FURTHER),
    input=lambda grad, input, weight, stride, padding, dilation, groups: _input_gradient(
        (grad, input, weight), (stride, padding, dilation, groups)
    ),
    weight=lambda grad, input, weight, stride, padding, dilation, groups: _weight_gradient(
        (grad, input, weight), (stride, padding, dilation, groups)
    ),
    bias=lambda grad, input, weight, stride, padding, dilation, groups: _bias_gradient(
        (grad, input, weight), (stride, padding, dilation, groups)
    ),
)
_OfInput = derivative(
    "ConvolutionBackwardBackward0",
    attributes=_WINDOWS,
    grad_output=lambda grad, weight, stride, padding, dilation, groups: _output(
        (grad, weight, None), (stride, padding, dilation, groups)
    ),
    input=None,
    weight=lambda grad, grad_output, weight, stride, padding, dilation, groups: _weight_gradient(
        (grad_output, grad, weight), (stride, padding, dilation, groups)
    ),
)
_OfWeight = derivative(
    "ConvolutionBackwardBackward0",
    attributes=_WINDOWS,
    grad_output=lambda grad, input, stride, padding, dilation, groups: _output(
        (input, grad, None), (stride, padding, dilation, groups)
    ),
    input=lambda grad, grad_output, input, stride, padding, dilation, groups: _input_gradient(
        (grad_output, input, grad), (stride, padding, dilation, groups)
    ),
    weight=None,
)
_OfBias = derivative(
    "ConvolutionBackwardBackward0",
    attributes=_WINDOWS,
    grad_output=lambda grad, grad_output: np.broadcast_to(
        np.reshape(grad, (1, -1, *[1] * (grad_output.ndim - 2))), grad_output.shape
    ),
    input=None,
    weight=None,
)
_bias_gradient: Map = recorded(
    _OfBias, lambda grad, input, weight, *window: np.add.reduce(grad, axis=(0, *range(2, grad.ndim)))
)
_input_gradient: Map = recorded(_OfInput, lambda *operands: _input_gradient_array(*operands))
_weight_gradient: Map = recorded(_OfWeight, lambda *operands: _weight_gradient_array(*operands))


# On arrays: (n, channels, …), (outputs, channels / groups, …) and (n, outputs, …), with any number of dimensions that a
# kernel moves along.

_BLOCK: Final = 100_000
"""About how many elements of windows are laid out at a time: what a cache holds."""


def padded(array: Any, before: Sizes, sizes: Sizes, fill: Any = 0) -> Any:
    """The array with its last dimensions made `sizes` long,
    `before` elements of `fill` before it and the others after."""
    leading = array.ndim - len(sizes)
    if array.shape[leading:] == sizes:
        return array
    wider = np.full_like(array, fill, shape=(*array.shape[:leading], *sizes))
    wider[inner(array.shape[leading:], before)] = array
    return wider


def inner(sizes: Sizes, before: Sizes) -> tuple[Any, ...]:
    """Where in a padded array the array itself is, which has `sizes` along its last dimensions."""
    return (..., *[slice(start, start + size) for size, start in zip(sizes, before, strict=True)])


def _with_padding(sizes: Sizes, padding: Sizes) -> Sizes:
    """How long dimensions are with padding on both sides."""
    return tuple([size + 2 * width for size, width in zip(sizes, padding, strict=True)])


def offsets(kernel: Sizes, outputs: Sizes, stride: Sizes, dilation: Sizes) -> Iterator[tuple[Sizes, tuple[Any, ...]]]:
    """For each place in a kernel where in a padded array the elements are that it meets, one for each output."""
    for place in np.ndindex(*kernel):
        spans = zip(place, outputs, stride, dilation, strict=True)
        yield place, (..., *[slice(at * d, at * d + (count - 1) * s + 1, s) for at, count, s, d in spans])


def _outputs(sizes: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> Sizes:
    """How many windows there are along each dimension."""
    settings = zip(sizes, kernel, stride, padding, dilation, strict=True)
    return tuple([(size + 2 * p - d * (k - 1) - 1) // s + 1 for size, k, s, p, d in settings])


def _blocks(count: int, size: int) -> Iterator[slice]:
    """The batch by parts, of which each has about `_BLOCK` elements of windows; one of its members has `size`."""
    step = max(_BLOCK // max(size, 1), 1)
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def _columns(
    array: Any, kernel: Sizes, outputs: Sizes, stride: Sizes, dilation: Sizes, groups: int
) -> Iterator[tuple[slice, Any]]:
    """The windows of a padded array (n, channels, …) laid out in columns, (groups, channels / groups * kernel,
    n * outputs), part by part of the batch, all in the same memory."""
    ndim = len(kernel)
    extents = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    windows = sliding_window_view(array, extents, tuple(range(2, array.ndim)), subok=True)
    steps = (*[slice(None, None, step) for step in stride], *[slice(None, None, step) for step in dilation])
    windows = windows[(slice(None), slice(None), *steps)]
    windows = windows.transpose(1, *range(2 + ndim, 2 + 2 * ndim), 0, *range(2, 2 + ndim))
    rows = array.shape[1] * math.prod(kernel)
    block = None
    for part in _blocks(len(array), rows * math.prod(outputs)):
        chosen = windows[(*[slice(None)] * (1 + ndim), part)]
        if block is None or block.shape != chosen.shape:
            block = chosen.copy()
        else:
            np.copyto(block, chosen)
        yield part, block.reshape(groups, rows // groups, -1)


def _rows(grad: Any, groups: int) -> Any:
    """A gradient (n, channels, …) as (groups, channels / groups, n * …)."""
    return grad.swapaxes(0, 1).reshape(groups, grad.shape[1] // groups, grad.size // grad.shape[1])


def _product(first: Any, second: Any, memory: Any) -> Any:
    """The product of matrices, written to `memory` where that is as large."""
    fits = memory is not None and memory.shape[-1] == second.shape[-1]
    return np.matmul(first, second, out=memory) if fits else np.matmul(first, second)


def _of_members(array: Any, part: slice, channels: int, sizes: Sizes) -> Any:
    """What `_rows` made of a part of a batch, as it was."""
    return array.reshape(channels, part.stop - part.start, *sizes).swapaxes(0, 1)


def _output_array(
    input: Any, weight: Any, bias: Any, stride: Sizes, padding: Sizes, dilation: Sizes, groups: int
) -> Any:
    x, kernel = padded(wide(input), padding, _with_padding(input.shape[2:], padding)), weight.shape[2:]
    outputs = _outputs(input.shape[2:], kernel, stride, padding, dilation)
    matrices = wide(weight).reshape(groups, weight.shape[0] // groups, -1)
    result = np.zeros_like(x, order="C", shape=(len(x), len(weight), *outputs))
    product = None
    for part, columns in _columns(x, kernel, outputs, stride, dilation, groups):
        product = _product(matrices, columns, product)
        result[part] = _of_members(product, part, len(weight), outputs)
    if bias is not None:
        result += wide(bias).reshape(-1, *[1] * len(kernel))
    return result.astype(input.dtype, copy=False)


def _input_gradient_array(
    grad: Any, input: Any, weight: Any, stride: Sizes, padding: Sizes, dilation: Sizes, groups: int
) -> Any:
    g, kernel, outputs = wide(grad), weight.shape[2:], grad.shape[2:]
    transposed = wide(weight).reshape(groups, weight.shape[0] // groups, -1).swapaxes(1, 2)
    result = np.zeros_like(g, order="C", shape=(*input.shape[:2], *_with_padding(input.shape[2:], padding)))
    product = None
    for part in _blocks(len(g), transposed.shape[1] * groups * math.prod(outputs)):
        product = _product(transposed, _rows(g[part], groups), product)
        products = product.reshape(input.shape[1], *kernel, part.stop - part.start, *outputs)
        target = result[part].swapaxes(0, 1)
        for place, met in offsets(kernel, outputs, stride, dilation):
            target[met] += products[(slice(None), *place)]
    if any(padding):
        result = result[inner(input.shape[2:], padding)].copy()
    return result.astype(grad.dtype, copy=False)


def _weight_gradient_array(
    grad: Any, input: Any, weight: Any, stride: Sizes, padding: Sizes, dilation: Sizes, groups: int
) -> Any:
    g, kernel, outputs = wide(grad), weight.shape[2:], grad.shape[2:]
    x = padded(wide(input), padding, _with_padding(input.shape[2:], padding))
    rows = weight.shape[1] * math.prod(kernel)
    total = np.zeros_like(g, order="C", shape=(groups, weight.shape[0] // groups, rows))
    for part, columns in _columns(x, kernel, outputs, stride, dilation, groups):
        total += np.matmul(_rows(g[part], groups), columns.swapaxes(1, 2))
    return total.reshape(weight.shape).astype(grad.dtype, copy=False)


def _output(inputs: tuple[Any, ...], window: tuple[Any, ...]) -> Any:
    """The output as rules ask for it: of arrays as it is, of Tensors recorded."""
    if not any(isinstance(each, Tensor) for each in inputs):
        return _output_array(*inputs, *window)
    input, weight, bias = inputs
    arrays: Any = [None if each is None else each._array for each in inputs]
    array = laid_like(_output_array(*arrays, *window), input, weight)
    further = ((0,) if bias is None else bias._array.shape, (0,) * (weight._array.ndim - 2), False)
    return record(_ConvolutionBackward0, array, inputs, (*window, *further))


def laid_like(array: Any, *inputs: Tensor) -> Any:
    """A result laid out in memory with its channels last where an input is so, as torch's are."""
    if array.ndim != 4 or not any(_channels_last(each._array) for each in inputs):
        return array
    return array.transpose(0, 2, 3, 1).copy().transpose(0, 3, 1, 2)


def _channels_last(array: Any) -> bool:
    """Whether images lie in memory with their channels last (torch's is_channels_last_strides_2d)."""
    if array.ndim != 4 or array.flags.c_contiguous:
        return False
    least = 0
    for dim in (1, 3, 2, 0):
        if not array.shape[dim] or array.strides[dim] < least or (not dim and least == array.strides[1]):
            return False
        least = array.strides[dim] * array.shape[dim]
    return bool(array.strides[1])


# On Tensors.


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """The convolution along one dimension (torch.conv1d): (n, channels, length) or (channels, length) with kernels
    (outputs, channels / groups, size), to (n, outputs, …) or (outputs, …).

    `padding` may be `same` or `valid`. Raises RuntimeError where shapes or dtypes do not fit.
    """
    return _convolved("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """The convolution along two dimensions (torch.conv2d): (n, channels, height, width) or (channels, height, width)
    with kernels (outputs, channels / groups, height, width), to (n, outputs, …) or (outputs, …).

    `padding` may be `same` or `valid`. Raises RuntimeError where shapes or dtypes do not fit.
    """
    return _convolved("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def _convolved(
    name: str, ndim: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: Any
) -> Tensor:
    if not isinstance(input, Tensor) or not isinstance(weight, Tensor):
        raise invalid_combination(name, *[each for each in (input, weight, bias) if each is not None])
    if bias is not None and bias.dtype is not input.dtype:
        types = [dtypes.c_name(each.dtype) for each in (input, bias)]
        raise RuntimeError(f"Input type ({types[0]}) and bias type ({types[1]}) should be the same")
    if input.ndim not in (ndim + 1, ndim + 2):
        raise RuntimeError(
            f"Expected {ndim + 1}D (unbatched) or {ndim + 2}D (batched) input to {name}, but got input of size: "
            f"{list(input.shape)}"
        )
    batch = input if input.ndim == ndim + 2 else views.unsqueeze(input, 0)
    count = weight.ndim - 2
    if count < 1:
        raise RuntimeError("weight should have at least three dimensions")
    if isinstance(padding, str):
        batch, padding = _named_padding(batch, weight, padding, stride, dilation)
    if groups <= 0:
        raise RuntimeError("non-positive groups is not supported")
    stride, padding, dilation = (
        _each(word, value, count) for word, value in (("stride", stride), ("padding", padding), ("dilation", dilation))
    )
    _check(batch, weight, bias, stride, padding, dilation, groups)
    result: Tensor = _output((batch, weight, bias), (stride, padding, dilation, groups))
    return result if batch.ndim == input.ndim else views.squeeze(result, 0)


def _each(word: str, value: Any, count: int) -> Sizes:
    """A setting for each dimension, of one for all of them or of a list.
    Raises RuntimeError on a list of another length."""
    found = (value,) * count if isinstance(value, int) else tuple([int(each) for each in value])
    if len(found) == 1:
        return found * count
    if len(found) != count:
        given = [value] * count if isinstance(value, int) else list(found)
        raise RuntimeError(
            f"expected {word} to be a single integer value or a list of {count} values to match the convolution "
            f"dimensions, but got {word}={given}"
        )
    return found


def _named_padding(input: Tensor, weight: Tensor, padding: str, stride: Any, dilation: Any) -> tuple[Tensor, Any]:
    """The input and the padding that `same` or `valid` stand for.
    Where `same` takes more on one side than on the other, the input has the difference already."""
    if padding == "valid":
        return input, 0
    if padding != "same":
        raise RuntimeError(f"Invalid padding string: {padding!r}")
    count = weight.ndim - 2
    if input.ndim != weight.ndim:
        raise RuntimeError(_unequal(input, weight, ""))
    if any(step != 1 for step in _each("stride", stride, count)):
        raise RuntimeError("padding='same' is not supported for strided convolutions")
    steps = _each("dilation", dilation, count)
    totals = [d * (k - 1) for d, k in zip(steps, weight.shape[2:], strict=True)]
    if any(total % 2 for total in totals):
        warnings.warn(_UNEVEN, UserWarning, stacklevel=4)
        input = constant_pad_nd(input, [n for total in reversed(totals) for n in (0, total % 2)])
    return input, tuple([total // 2 for total in totals])


_UNEVEN: Final = (
    "Using padding='same' with even kernel lengths and odd dilation may require a zero-padded copy of the input be "
    "created"
)


def _unequal(input: Tensor, weight: Tensor, space: str) -> str:
    return (
        f"Expected {weight.ndim}-dimensional input for {weight.ndim}-dimensional weight{space}{list(weight.shape)}, "
        f"but got {input.ndim}-dimensional input of size {list(input.shape)} instead"
    )


def _check(
    input: Tensor, weight: Tensor, bias: Tensor | None, stride: Sizes, padding: Sizes, dilation: Sizes, groups: int
) -> None:
    """Raise RuntimeError, in torch's words and order, where shapes, settings or dtypes do not fit."""
    sizes, kernel = list(input.shape), list(weight.shape)
    if min(padding) < 0:
        raise RuntimeError("negative padding is not supported")
    if min(stride) <= 0:
        raise RuntimeError("non-positive stride is not supported")
    if min(dilation) <= 0:
        told = "" if min(dilation) < 0 else f", but got {list(dilation)}"
        raise RuntimeError(f"dilation should be greater than zero{told}")
    if len(sizes) != len(kernel):
        raise RuntimeError(_unequal(input, weight, " "))
    if kernel[0] < groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, but got weight of size "
            f"{kernel} instead"
        )
    if kernel[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size [{kernel}] instead"
        )
    if sizes[1] != kernel[1] * groups:
        raise RuntimeError(
            f"Given groups={groups}, weight of size {kernel}, expected input{sizes} to have {kernel[1] * groups} "
            f"channels, but got {sizes[1]} channels instead"
        )
    if bias is not None and bias.shape != (kernel[0],):
        raise RuntimeError(
            f"Given weight of size {kernel}, expected bias to be 1-dimensional with {kernel[0]} elements, but got bias "
            f"of size {list(bias.shape)} instead"
        )
    whole = _with_padding(input.shape[2:], padding)
    extents = [d * (k - 1) + 1 for k, d in zip(kernel[2:], dilation, strict=True)]
    if any(size < extent for size, extent in zip(whole, extents, strict=True)):
        spelled = [" x ".join(map(str, each)) for each in (whole, extents)]
        raise RuntimeError(
            f"Calculated padded input size per channel: ({spelled[0]}). Kernel size: ({spelled[1]}). Kernel size "
            "can't be greater than actual input size"
        )
    if 0 in sizes[2:] and 0 not in sizes[:2]:
        raise RuntimeError(f"Only zero batch or zero channel inputs are supported, but got input shape: {sizes}")
    if input.dtype is not weight.dtype:
        raise RuntimeError(f"expected scalar type {input.dtype.word} but found {weight.dtype.word}")
    if input.dtype is dtypes.bool_:
        raise NotImplementedError("\"slow_conv2d_cpu\" not implemented for 'Bool'")
