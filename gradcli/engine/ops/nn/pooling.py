"""Pooling: the largest element, or the mean, of each window; windows are given by their size, or by their number.

The largest elements are chosen by their positions: their gradient goes there, and the second derivative is taken from
there. Means are linear. In one dimension all is done as torch does it, in two, of which one has size one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import need_floats, need_tensor, record, values_of, zero_gradient
from gradcli.engine.ops.nn.convolution import inner, laid_like, offsets, padded
from gradcli.engine.ops.nn.padding import Sizes
from gradcli.engine.ops.reduce import sums
from gradcli.engine.ops.rules import Map, linear_map, recorded
from gradcli.engine.ops.shape import views
from gradcli.engine.rounding import wide
from gradcli.engine.tensor import Tensor, wrap

_picked: Map = linear_map(
    "GatherBackward0",
    lambda array, indices: _picked_array(array, indices),
    lambda grad, indices, self_sym_sizes: _spread(grad, indices, self_sym_sizes),
)
_spread: Map = linear_map(
    "ScatterAddBackward0",
    lambda grad, indices, sizes: _spread_array(grad, indices, sizes),
    lambda grad, indices: _picked(grad, indices),
)
_MEANS: Final = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")
_AvgPool2DBackward0 = derivative(
    "AvgPool2DBackward0",
    attributes=_MEANS,
    self=lambda grad, self, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override: _shared_mean(
        (grad, self), (kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
    ),
)
_mean: Map = recorded(_AvgPool2DBackward0, lambda self, *settings: _mean_array(self, *settings))
_AvgPool2DBackwardBackward0 = derivative(
    "AvgPool2DBackwardBackward0",
    attributes=_MEANS,
    grad_output=lambda grad, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override: _mean(
        (grad,), (kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
    ),
    self=zero_gradient,
)
_shared_mean: Map = recorded(
    _AvgPool2DBackwardBackward0, lambda grad, self, *settings: _shared_array(grad, self.shape, *settings)
)
_AdaptiveAvgPool2DBackward0 = derivative(
    "AdaptiveAvgPool2DBackward0",
    self=lambda grad, self: _shared_bins((grad, self), (tuple(grad.shape[-2:]),)),
)
_AdaptiveAvgPool2DBackwardBackward0 = derivative(
    "AdaptiveAvgPool2DBackwardBackward0",
    grad_output=lambda grad, counts: _bin_means((grad,), (counts,)),
    self=zero_gradient,
)
_bin_means: Map = recorded(_AdaptiveAvgPool2DBackward0, lambda self, counts: _bin_means_array(self, counts))
_shared_bins: Map = recorded(
    _AdaptiveAvgPool2DBackwardBackward0, lambda grad, self, counts: _shared_bins_array(grad, self.shape)
)

_WINDOWS: Final = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")


def _chosen(name: str, *attributes: str) -> type[Node]:
    """The node class of what chooses elements of planes by their positions, `result1`."""
    twice = derivative(
        f"{name}BackwardBackward0", grad_output=lambda grad, indices: _picked(grad, indices), self=zero_gradient
    )
    spread = recorded(twice, lambda grad, self, indices: _spread_array(grad, indices, self.shape))
    return derivative(
        f"{name}Backward0",
        saves=("result1", "self"),
        attributes=attributes,
        self=lambda grad, self, result1: spread((grad, self), (result1,)),
    )


def _spread_array(grad: Any, indices: Any, sizes: Sizes) -> Any:
    """Zeros of a shape, to which each gradient is added where its position in the plane says."""
    places = values_of(indices)
    flat = np.zeros_like(grad, order="C", shape=(math.prod(sizes),))
    first = np.arange(math.prod(sizes[:-2])) * (sizes[-2] * sizes[-1])
    np.add.at(flat, (places + first.reshape(*sizes[:-2], 1, 1)).ravel(), np.ravel(grad))
    return flat.reshape(sizes)


def _picked_array(array: Any, indices: Any) -> Any:
    """The elements at positions in planes."""
    places = values_of(indices)
    planes = array.reshape(*array.shape[:-2], array.shape[-2] * array.shape[-1])
    flat = places.reshape(*places.shape[:-2], places.shape[-2] * places.shape[-1])
    return np.take_along_axis(planes, flat, -1).reshape(places.shape)


_MaxPool2DWithIndicesBackward0 = _chosen("MaxPool2DWithIndices", *_WINDOWS)
_AdaptiveMaxPool2DBackward0 = _chosen("AdaptiveMaxPool2D")


# Windows of a size.


def _windows(sizes: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes, ceil_mode: bool) -> Sizes:
    """How many windows there are along each dimension; with `ceil_mode` the last may reach over the end.

    Raises RuntimeError where settings do not fit.
    """
    found = []
    for size, k, s, p, d in zip(sizes, kernel, stride, padding, dilation, strict=True):
        if s == 0:
            raise RuntimeError("stride should not be zero")
        if p < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {p}")
        if p > ((k - 1) * d + 1) // 2:
            raise RuntimeError(
                f"pad should be at most half of effective kernel size, but got pad={p}, kernel_size={k} and "
                f"dilation={d}"
            )
        count = (size + 2 * p - d * (k - 1) - 1 + (s - 1 if ceil_mode else 0)) // s + 1
        if ceil_mode and (count - 1) * s >= size + p:
            count -= 1
        found.append(count)
    return tuple(found)


def _reach(sizes: Sizes, windows: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> Sizes:
    """How long each dimension must be for the windows to lie in it, with the padding before it."""
    settings = zip(sizes, windows, kernel, stride, padding, dilation, strict=True)
    return tuple([max(size + p, (n - 1) * s + (k - 1) * d + 1) for size, n, k, s, p, d in settings])


def _largest(
    array: Any, windows: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes
) -> tuple[Any, Any]:
    """The largest element of each window, of nan the last one, and its position in the plane."""
    sizes = array.shape[-2:]
    lowest = np.iinfo(array.dtype).min if array.dtype.kind in "iu" else -np.inf
    whole = padded(array, padding, _reach(sizes, windows, kernel, stride, padding, dilation), lowest)
    starts = [np.arange(n) * s - p for n, s, p in zip(windows, stride, padding, strict=True)]
    inside = [start + -(np.minimum(start, 0) // d) * d for start, d in zip(starts, dilation, strict=True)]
    best = np.full_like(array, lowest, order="C", shape=(*array.shape[:-2], *windows))
    positions = np.broadcast_to(inside[0][:, None] * sizes[1] + inside[1], best.shape)
    for (i, j), met in offsets(kernel, windows, stride, dilation):
        element = whole[met]
        better = (element > best) | np.isnan(element)
        best = np.where(better, element, best)
        place = (starts[0] + i * dilation[0])[:, None] * sizes[1] + starts[1] + j * dilation[1]
        positions = np.where(better, place, positions)
    return best, np.array(positions)


def _divisor(
    array: Any, windows: Sizes, sizes: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, include: bool, override: Any
) -> Any:
    """What the sum of each window is divided by: how many elements it has,
    those of the padding counted only where they are to be included."""
    if override is not None:
        return np.asarray(override).astype(array.dtype)
    counts = []
    for n, size, k, s, p in zip(windows, sizes, kernel, stride, padding, strict=True):
        start = np.arange(n) * s - p
        end = np.minimum(start + k, size + p)
        counts.append(end - start if include else np.minimum(end, size) - np.maximum(start, 0))
    return (counts[0][:, None] * counts[1]).astype(array.dtype)


def _mean_array(
    array: Any, kernel: Sizes, stride: Sizes, padding: Sizes, ceil_mode: bool, include: bool, override: Any
) -> Any:
    x, sizes, stride, dilation = wide(array), array.shape[-2:], stride or kernel, (1, 1)
    windows = _windows(sizes, kernel, stride, padding, dilation, ceil_mode)
    whole = padded(x, padding, _reach(sizes, windows, kernel, stride, padding, dilation))
    total = np.zeros_like(x, order="C", shape=(*x.shape[:-2], *windows))
    for _, met in offsets(kernel, windows, stride, dilation):
        total += whole[met]
    divisor = _divisor(x, windows, sizes, kernel, stride, padding, include, override)
    if total.dtype.kind in "iu":
        return np.sign(total) * np.sign(divisor) * (np.abs(total) // np.abs(divisor))
    return (total / divisor).astype(array.dtype, copy=False)


def _shared_array(
    grad: Any,
    sizes: Sizes,
    kernel: Sizes,
    stride: Sizes,
    padding: Sizes,
    ceil_mode: bool,
    include: bool,
    override: Any,
) -> Any:
    g, stride, dilation, windows = wide(grad), stride or kernel, (1, 1), grad.shape[-2:]
    shares = g / _divisor(g, windows, sizes[-2:], kernel, stride, padding, include, override)
    reach = _reach(sizes[-2:], windows, kernel, stride, padding, dilation)
    total = np.zeros_like(g, order="C", shape=(*sizes[:-2], *reach))
    for _, met in offsets(kernel, windows, stride, dilation):
        total[met] += shares
    return total[inner(sizes[-2:], padding)].astype(grad.dtype)


# Windows by their number.


def _bins(size: int, count: int) -> list[slice]:
    """`count` parts of a dimension, as equal as can be; where they do not come out even, neighbours overlap."""
    return [slice(i * size // count, -(-(i + 1) * size // count)) for i in range(count)]


def _at(axis: int, key: Any) -> tuple[Any, ...]:
    """A key of the last dimension (-1) or of the one before (-2)."""
    return (..., key) if axis == -1 else (..., key, slice(None))


def _bin_means_array(array: Any, counts: Sizes) -> Any:
    found = wide(array)
    for axis, count in zip((-2, -1), counts, strict=True):
        bins, sizes = _bins(found.shape[axis], count), list(found.shape)
        sizes[axis] = count
        means = np.zeros_like(found, order="C", shape=tuple(sizes))
        for i, part in enumerate(bins):
            means[_at(axis, i)] = np.add.reduce(found[_at(axis, part)], axis=axis) / (part.stop - part.start)
        found = means
    return found.astype(array.dtype, copy=False)


def _shared_bins_array(grad: Any, sizes: Sizes) -> Any:
    found = wide(grad)
    for axis in (-2, -1):
        spread = list(found.shape)
        spread[axis] = sizes[axis]
        total = np.zeros_like(found, order="C", shape=tuple(spread))
        for i, part in enumerate(_bins(sizes[axis], found.shape[axis])):
            total[_at(axis, part)] += np.expand_dims(found[_at(axis, i)] / (part.stop - part.start), axis)
        found = total
    return found.astype(grad.dtype, copy=False)


def _largest_of_bins(array: Any, counts: Sizes) -> Any:
    """The position in the plane of the largest element of each bin."""
    height, width = array.shape[-2:]
    positions = np.zeros((*array.shape[:-2], *counts), np.int64)
    for i, rows in enumerate(_bins(height, counts[0])):
        for j, columns in enumerate(_bins(width, counts[1])):
            part = array[..., rows, columns]
            breadth = columns.stop - columns.start
            best = np.argmax(part.reshape(*part.shape[:-2], part.shape[-2] * breadth), axis=-1)
            positions[..., i, j] = (rows.start + best // breadth) * width + columns.start + best % breadth
    return positions


# On Tensors.


def _pair(value: Any, message: str) -> Sizes:
    """A setting for both dimensions. Raises RuntimeError on a list of another length."""
    found = (value,) if isinstance(value, int) else tuple([int(each) for each in value])
    if len(found) not in (1, 2):
        raise RuntimeError(message)
    return found * (3 - len(found))


def _stride(value: Any, name: str) -> Sizes:
    if value is None or value == ():
        return ()
    return _pair(value, f"{name}: stride must either be omitted, a single int, or a tuple of two ints")


def _check(name: str, input: Tensor, windows: Sizes, kernel: Sizes, stride: Sizes, dilation: Sizes) -> None:
    """Raise RuntimeError where windows do not fit into the input, NotImplementedError on bools."""
    for word, letters, values in (
        ("kernel size", "k", kernel),
        ("stride", "d", stride),
        ("dilation", "dilation", dilation),
    ):
        if min(values) <= 0:
            raise RuntimeError(
                f"{word} should be greater than zero, but got {letters}H: {values[0]} {letters}W: {values[1]}"
            )
    sizes = input.shape
    if input.ndim not in (3, 4) or 0 in sizes[-3:]:
        raise RuntimeError(
            f"Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:{list(sizes)}"
        )
    if min(windows) < 1:
        told = ["x".join(map(str, each)) for each in (sizes[-3:], (sizes[-3], *windows))]
        raise RuntimeError(
            f"Given input size: ({told[0]}). Calculated output size: ({told[1]}). Output size is too small"
        )
    if input.dtype is dtypes.bool_ or (name == "avg_pool2d" and input.dtype in _NOT_AVERAGED):
        raise NotImplementedError(f'"{name}" not implemented for {input.dtype.word!r}')


_NOT_AVERAGED: Final = (dtypes.uint8, dtypes.int8, dtypes.int16, dtypes.int32)


def max_pool2d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> tuple[Tensor, Tensor]:
    """The largest elements of windows, and their positions in the planes (F.max_pool2d_with_indices)."""
    need_tensor("max_pool2d", input)
    either = "must either be a single int, or a tuple of two ints"
    kernel = _pair(kernel_size, f"max_pool2d: kernel_size {either}")
    given = _stride(stride, "max_pool2d")
    pads = _pair(padding, f"max_pool2d: padding {either}")
    steps = _pair(dilation, "max_pool2d: dilation must be either a single int, or a tuple of two ints")
    if input.ndim not in (3, 4):
        raise RuntimeError("non-empty 3D or 4D (batch mode) tensor expected for input")
    windows = _windows(input.shape[-2:], kernel, given or kernel, pads, steps, ceil_mode)
    _check("max_pool2d", input, windows, kernel, given or kernel, steps)
    values, positions = _largest(input._array, windows, kernel, given or kernel, pads, steps)
    values, indices = laid_like(values, input), wrap(laid_like(positions, input))
    settings = (kernel, given, pads, steps, ceil_mode)
    return record(_MaxPool2DWithIndicesBackward0, values, (input,), settings, result1=indices), indices


def max_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest elements of windows of the last two dimensions, which are `stride`, by default their own size, apart
    (F.max_pool2d); with `return_indices` their positions in the planes, too.

    Raises RuntimeError where windows do not fit.
    """
    found = max_pool2d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode)
    return found if return_indices else found[0]


def _flat(values: Tensor, indices: Tensor) -> tuple[Tensor, Tensor]:
    """Results with the dimension of size one gone."""
    return views.squeeze(values, -2), views.squeeze(indices, -2)


def _check_dimensions(name: str, input: Any) -> None:
    need_tensor(name, input)
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2 to 3 dimensions, but got {input.ndim}-dimensional tensor for argument #1 'self' (while "
            f"checking arguments for {name})"
        )


def _single(name: str, word: str, value: Any) -> int:
    """The one number of a setting. Raises RuntimeError on a list of another length."""
    found = (value,) if isinstance(value, int) else tuple([int(each) for each in value])
    if len(found) != 1:
        raise RuntimeError(f"{name}() argument '{word}' should contain one int (got {len(found)})")
    return found[0]


def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = True,
) -> tuple[Tensor, Tensor]:
    """The largest elements of windows of the last dimension, and their positions (torch.max_pool1d_with_indices)."""
    _check_dimensions("max_pool1d", input)
    kernel = _single("max_pool1d", "kernel_size", kernel_size)
    step = kernel if stride is None or stride == () else _single("max_pool1d", "stride", stride)
    pads, gap = _single("max_pool1d", "padding", padding), _single("max_pool1d", "dilation", dilation)
    found = max_pool2d_with_indices(views.unsqueeze(input, -2), (1, kernel), (1, step), (0, pads), (1, gap), ceil_mode)
    return _flat(*found)


def max_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest elements of windows of the last dimension (F.max_pool1d); see max_pool2d."""
    if return_indices:
        return max_pool1d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode)
    _check_max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode)
    need_floats("max_pool1d_impl", input.dtype)
    return max_pool1d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode)[0]


def _check_max_pool1d(input: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool) -> None:
    """Raise RuntimeError where settings do not fit, in the words that torch has for them without indices."""
    need_tensor("max_pool1d", input)
    if input.ndim not in (2, 3) or 0 in input.shape[-2:]:
        raise RuntimeError(
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:"
            f"{list(input.shape)}"
        )
    given = {"kernel_size": kernel_size, "stride": stride, "padding": padding, "dilation": dilation}
    if stride is None or stride == ():
        given["stride"] = kernel_size
    for word, value in given.items():
        if not isinstance(value, int) and len(value) != 1:
            raise RuntimeError(
                f"max_pool1d() {word} must be an int, list of ints or tuple of ints of size 1 but got size {len(value)}"
            )
    k, s, p, d = (value if isinstance(value, int) else value[0] for value in given.values())
    for word, number in (("kernel_size", k), ("stride", s)):
        if number <= 0:
            raise RuntimeError(f"max_pool1d() {word} must be greater than zero, but got {number}")
    if p < 0:
        raise RuntimeError(f"max_pool1d() padding must be non-negative, but got {p}")
    if p > k // 2:
        raise RuntimeError(
            f"max_pool1d() padding should be at most half of kernel size, but got padding={p} and kernel_size={k}"
        )
    if d <= 0:
        raise RuntimeError(f"max_pool1d() dilation must be greater than zero, but got {d}")
    (count,) = _windows(input.shape[-1:], (k,), (s,), (p,), (d,), ceil_mode)
    if count <= 0:
        raise RuntimeError(f"max_pool1d() Invalid computed output size: {count}")


def avg_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The means of windows of the last two dimensions, which are `stride`, by default their own size, apart
    (F.avg_pool2d).

    Elements of the padding count unless `count_include_pad` is False;
    the sums are divided by `divisor_override` where it is given. Raises RuntimeError where windows do not fit.
    """
    need_tensor("avg_pool2d", input)
    either = "must either be a single int, or a tuple of two ints"
    kernel = _pair(kernel_size, f"avg_pool2d: kernel_size {either}")
    given = _stride(stride, "avg_pool2d")
    pads = _pair(padding, f"avg_pool2d: padding {either}")
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    input._dimension(-3)
    windows = _windows(input.shape[-2:], kernel, given or kernel, pads, (1, 1), ceil_mode)
    _check("avg_pool2d", input, windows, kernel, given or kernel, (1, 1))
    settings = (kernel, given, pads, ceil_mode, count_include_pad, divisor_override)
    return record(_AvgPool2DBackward0, laid_like(_mean_array(input._array, *settings), input), (input,), settings)


def avg_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The means of windows of the last dimension (torch.avg_pool1d); see avg_pool2d."""
    _check_dimensions("avg_pool1d", input)
    kernel = _single("avg_pool1d", "kernel_size", kernel_size)
    step = kernel if stride is None or stride == () else _single("avg_pool1d", "stride", stride)
    pads = _single("avg_pool1d", "padding", padding)
    found = avg_pool2d(views.unsqueeze(input, -2), (1, kernel), (1, step), (0, pads), ceil_mode, count_include_pad)
    return views.squeeze(found, -2)


def _output_size(input: Tensor, output_size: Any) -> Sizes:
    """The number of windows along each dimension; None stands for the input's size."""
    if isinstance(output_size, int):
        return (output_size, output_size)
    given = tuple(output_size)
    if input.ndim <= len(given):
        raise ValueError(f"Input dimension should be at least {len(given) + 1}")
    sizes: Sequence[int] = input.shape[-len(given) :]
    return tuple([size if each is None else int(each) for each, size in zip(given, sizes, strict=False)])


def _check_adaptive(name: str, input: Tensor, colon: str) -> None:
    if input.ndim not in (3, 4):
        raise RuntimeError(f"{name}(): Expected 3D or 4D tensor, but got{colon} {list(input.shape)}")
    for dim in range(1, input.ndim):
        if input.shape[dim] == 0:
            raise RuntimeError(
                f"{name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes "
                f"{list(input.shape)} with dimension {dim} being empty"
            )


def adaptive_avg_pool2d(input: Tensor, output_size: Any) -> Tensor:
    """The means of so many windows of the last two dimensions, of about equal size, as `output_size` says,
    a number or one for each dimension, None for as many as there are elements (F.adaptive_avg_pool2d).

    Raises RuntimeError on a tensor of other than three or four dimensions.
    """
    need_tensor("adaptive_avg_pool2d", input)
    counts = _output_size(input, output_size)
    if len(counts) != 2:
        raise RuntimeError("adaptive_avg_pool2d: output_size must be 2")
    if min(counts) < 0:
        raise RuntimeError(
            "adaptive_avg_pool2d: elements of output_size must be greater than or equal to 0 but received "
            f"{{{counts[0]}, {counts[1]}}}"
        )
    if counts == (1, 1):
        return sums.mean(input, (-1, -2), True)
    _check_adaptive("adaptive_avg_pool2d", input, "")
    need_floats("adaptive_avg_pool2d", input.dtype)
    array = laid_like(_bin_means_array(input._array, counts), input)
    return record(_AdaptiveAvgPool2DBackward0, array, (input,))


def adaptive_avg_pool1d(input: Tensor, output_size: Any) -> Tensor:
    """The means of `output_size` windows of the last dimension (torch.adaptive_avg_pool1d); see adaptive_avg_pool2d."""
    _check_dimensions("adaptive_avg_pool1d", input)
    count = _single("adaptive_avg_pool1d", "output_size", output_size)
    return views.squeeze(adaptive_avg_pool2d(views.unsqueeze(input, -2), (1, count)), -2)


def adaptive_max_pool2d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = True
) -> tuple[Tensor, Tensor]:
    """The largest elements of so many windows as `output_size` says, and their positions in the planes
    (F.adaptive_max_pool2d_with_indices)."""
    need_tensor("adaptive_max_pool2d", input)
    counts = _output_size(input, output_size)
    _check_adaptive("adaptive_max_pool2d", input, ":")
    if len(counts) != 2:
        raise RuntimeError("adaptive_max_pool2d(): internal error: output_size.size() must be 2")
    if min(counts) < 0:
        sizes = [*input.shape[:-2], *counts]
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(counts)}: {sizes}")
    need_floats("adaptive_max_pool2d", input.dtype)
    positions = _largest_of_bins(input._array, counts)
    values = laid_like(_picked_array(input._array, positions), input)
    indices = wrap(laid_like(positions, input))
    return record(_AdaptiveMaxPool2DBackward0, values, (input,), result1=indices), indices


def adaptive_max_pool2d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest elements of so many windows of the last two dimensions, of about equal size, as `output_size` says
    (F.adaptive_max_pool2d); with `return_indices` their positions in the planes, too."""
    found = adaptive_max_pool2d_with_indices(input, output_size)
    return found if return_indices else found[0]


def adaptive_max_pool1d_with_indices(
    input: Tensor, output_size: Any, return_indices: bool = True
) -> tuple[Tensor, Tensor]:
    """The largest elements of `output_size` windows of the last dimension, and their positions
    (torch.adaptive_max_pool1d)."""
    _check_dimensions("adaptive_max_pool1d", input)
    count = _single("adaptive_max_pool1d", "output_size", output_size)
    found = adaptive_max_pool2d_with_indices(views.unsqueeze(input, -2), (1, count))
    return _flat(*found)


def adaptive_max_pool1d(input: Tensor, output_size: Any, return_indices: bool = False) -> Any:
    """The largest elements of `output_size` windows of the last dimension (F.adaptive_max_pool1d);
    with `return_indices` their positions, too."""
    found = adaptive_max_pool1d_with_indices(input, output_size)
    return found if return_indices else found[0]
