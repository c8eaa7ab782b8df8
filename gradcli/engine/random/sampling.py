"""Random numbers: arrays and tensors that are drawn from a generator, bit for bit as torch draws them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes, modes
from gradcli.engine.creation import checked_dtype, made, size_of, sizes_given
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import argument_error, record
from gradcli.engine.random.generator import Array, Generator, chosen, libm
from gradcli.engine.rounding import fused, fused_single
from gradcli.engine.tensor import Tensor, wrap

# What fills arrays; in-place methods and initialisers use these, too.


def _not_implemented(kernel: str, dtype: dtypes.dtype) -> NotImplementedError:
    return NotImplementedError(f'"{kernel}" not implemented for {dtype.word!r}')


def uniform_array(
    shape: Sequence[int],
    dtype: dtypes.dtype,
    low: float = 0.0,
    high: float = 1.0,
    generator: Generator | None = None,
) -> Array:
    """Numbers from [low, high), bit for bit as torch's `uniform_`. Raises NotImplementedError for integers."""
    if not dtype.is_floating_point:
        raise _not_implemented("check_uniform_bounds", dtype)
    if low > high:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}")
    numbers = chosen(generator).uniform(math.prod(shape), dtype.numpy)
    if (low, high) != (0, 1):
        start, end = dtype.numpy.type(low), dtype.numpy.type(high)
        if dtype is dtypes.float64:
            numbers = fused(numbers, float(end - start), float(start))
        else:
            numbers = fused_single(numbers, end - start, start).astype(dtype.numpy)
    return numbers.reshape(shape)


def normal_array(
    shape: Sequence[int],
    dtype: dtypes.dtype,
    mean: float = 0.0,
    std: float = 1.0,
    generator: Generator | None = None,
) -> Array:
    """Normal numbers, bit for bit as torch's `normal_`.

    Raises NotImplementedError for integers, RuntimeError on std < 0.
    """
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    if not dtype.is_floating_point:
        raise _not_implemented("normal_kernel_cpu", dtype)
    return chosen(generator).normal(math.prod(shape), dtype.numpy, mean, std).reshape(shape)


def exponential_array(
    shape: Sequence[int],
    dtype: dtypes.dtype,
    rate: float = 1.0,
    generator: Generator | None = None,
) -> Array:
    """Exponentially distributed numbers, as torch's `exponential_`.

    Raises RuntimeError on a rate that is not positive.
    """
    if rate <= 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={rate:g}")
    if not dtype.is_floating_point:
        raise _not_implemented("exponential_cpu", dtype)
    numbers = chosen(generator).uniform(math.prod(shape), np.dtype(np.float64))
    return (-1.0 / rate * libm(math.log1p, -numbers)).astype(dtype.numpy).reshape(shape)


def bernoulli_array(shape: Sequence[int], p: float, generator: Generator | None = None) -> Array:
    """Bools that hold with probability p: a float64 number below p each, as torch's `bernoulli_`.

    Raises RuntimeError on no p.
    """
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
    return (chosen(generator).uniform(math.prod(shape), np.dtype(np.float64)) < p).reshape(shape)


def _check_bounds(dtype: dtypes.dtype, low: int, last: int) -> None:
    """Raise RuntimeError where an integer dtype lacks a bound; warn where a float dtype lacks integers below it."""
    if dtype.is_floating_point:
        digits = np.finfo(dtype.numpy).nmant + 1
        least, most = -(2**digits), 2**digits
    else:
        info = np.iinfo(np.uint8 if dtype is dtypes.bool_ else dtype.numpy)
        least, most = (0, 1) if dtype is dtypes.bool_ else (int(info.min), int(info.max))
    for name, bound in (("from", low), ("to - 1", last)):
        if least <= bound <= most:
            continue
        if not dtype.is_floating_point:
            raise RuntimeError(f"{name} is out of bounds for {dtypes.c_name(dtype)}")
        warnings.warn(
            f"{name} is out of bounds [-(2^{digits}), 2^{digits}]. Due to precision limitations "
            f"{dtypes.c_name(dtype)} can support discrete uniform distribution only within this range. This warning "
            "will become an error in version 1.7 release, please fix the code in advance",
            UserWarning,
            stacklevel=4,
        )


def integer_array(
    shape: Sequence[int], dtype: dtypes.dtype, low: int, high: int, generator: Generator | None = None
) -> Array:
    """Integers from [low, high), as torch's `random_`.

    Raises RuntimeError on an empty range and on one that the dtype lacks.
    """
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    _check_bounds(dtype, low, high - 1)
    source = chosen(generator)
    span = high - low
    words = source.long_words(math.prod(shape)) if span >= 2**28 else source.words(math.prod(shape))
    offsets = (words % np.uint64(span)).astype(np.int64)
    return (offsets + np.int64(low)).astype(dtype.numpy).reshape(shape)


# torch's functions.


def _floating(function: str, dtype: Any) -> dtypes.dtype:
    return checked_dtype(function, dtype) or dtypes.get_default_dtype()


def _sized(function: str, sizes: tuple[Any, ...], size: Any, dtype: Any) -> tuple[tuple[int, ...], dtypes.dtype]:
    """The shape and the dtype that are given."""
    return size_of(function, sizes_given(function, sizes, size)), _floating(function, dtype)


def rand(
    *sizes: Any,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from [0, 1) (torch.rand). Raises TypeError and RuntimeError on a shape that is none."""
    array = uniform_array(*_sized("rand", sizes, size, dtype), generator=generator)
    return made("rand", array[()], device, requires_grad)


def randn(
    *sizes: Any,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Standard normal numbers (torch.randn). Raises TypeError and RuntimeError on a shape that is none."""
    array = normal_array(*_sized("randn", sizes, size, dtype), generator=generator)
    return made("randn", array[()], device, requires_grad)


def randint(
    low: Any = None,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Integers from [low, high), int64 unless another dtype is given.

    `randint(high, size)` starts at 0 (torch.randint). Raises TypeError where the size is none.
    """
    if low is None:
        low = 0
    if isinstance(high, (tuple, list)):
        low, high, size = 0, low, high
    elif size is not None and high is None:
        low, high = 0, low
    position = 2 if size is None else 3
    shape = high if size is None else size
    if not isinstance(shape, (tuple, list)):
        raise TypeError(
            f"randint(): argument 'size' (position {position}) must be tuple of ints, not {type(shape).__name__}"
        )
    array = integer_array(
        size_of("randint", (shape,)), checked_dtype("randint", dtype) or dtypes.int64, int(low), int(high), generator
    )
    return made("randint", array[()], device, requires_grad)


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """0 … n-1 in a random order (torch.randperm). Raises RuntimeError on a negative number."""
    if not isinstance(n, (int, np.integer)):
        raise TypeError(f"randperm(): argument 'n' (position 1) must be int, not {type(n).__name__}")
    size_of("randperm", (n,))
    order = list(range(n))
    left = np.arange(n, 1, -1, dtype=np.uint64)
    for i, step in enumerate((chosen(generator).words(left.size) % left).tolist()):
        order[i], order[i + step] = order[i + step], order[i]
    return made(
        "randperm", np.array(order, (checked_dtype("randperm", dtype) or dtypes.int64).numpy), device, requires_grad
    )


def _shape_like(function: str, of: Any) -> tuple[int, ...]:
    if not isinstance(of, Tensor):
        raise argument_error(function, 1, of)
    return tuple(of._array.shape)


def _like(function: str, of: Any, dtype: Any) -> tuple[tuple[int, ...], dtypes.dtype]:
    """The shape of a tensor, and its dtype unless another is given."""
    return _shape_like(function, of), checked_dtype(function, dtype) or of.dtype


def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from [0, 1) in the shape and dtype of a tensor (torch.rand_like)."""
    array = uniform_array(*_like("rand_like", input, dtype), generator=generator)
    return made("rand_like", array[()], device, requires_grad)


def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Standard normal numbers in the shape and dtype of a tensor (torch.randn_like)."""
    array = normal_array(*_like("randn_like", input, dtype), generator=generator)
    return made("randn_like", array[()], device, requires_grad)


def randint_like(
    input: Tensor,
    low: int,
    high: int | None = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Integers from [low, high) in the shape and dtype of a tensor; one bound alone is `high` (torch.randint_like)."""
    start, end = (0, low) if high is None else (low, high)
    array = integer_array(*_like("randint_like", input, dtype), start, end, generator)
    return made("randint_like", array[()], device, requires_grad)


_BernoulliBackward0 = derivative("BernoulliBackward0", self=lambda grad: np.zeros_like(grad))


def bernoulli(
    input: Tensor,
    p: float | None = None,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """Zeros and ones, one with the probability that the element is, or `p` (torch.bernoulli); its derivative is 0.

    Raises RuntimeError on a probability outside [0, 1], NotImplementedError for integers.
    """
    shape = _shape_like("bernoulli", input)
    if p is not None:
        drawn = bernoulli_array(shape, p, generator)
    else:
        if not input.dtype.is_floating_point:
            raise _not_implemented("bernoulli_tensor_cpu_p_", input.dtype)
        if not np.all((input._array >= 0) & (input._array <= 1)):
            raise RuntimeError(
                "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  "
                "If so, please report an enhancement request to PyTorch.)"
            )
        if modes.state.mapping is not None:
            modes.state.mapping.refuse_same(input._array)
        work = np.dtype(np.float64 if input.dtype is dtypes.float64 else np.float32)
        drawn = chosen(generator).uniform(math.prod(shape), work).reshape(shape) < input._array
    return record(_BernoulliBackward0, drawn.astype(input.dtype.numpy)[()], (input,))


_MOST_CATEGORIES: Final = 2**24


def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Indices drawn with probabilities in proportion to the numbers of the last dimension, (num_samples,) or
    (rows, num_samples) int64; each index at most once unless `replacement` (torch.multinomial).

    Raises RuntimeError on numbers that are no distribution, and on more samples than there is to draw.
    """
    _check_multinomial(input, num_samples, replacement)
    weights = input._array
    if not weights.size and weights.shape[-1]:
        return wrap(np.zeros((0, num_samples), np.int64))
    single = not replacement or num_samples == 1
    _check_distribution(weights, by_extremes=single)
    if single:
        from gradcli.engine.ops.reduce.order import argmax, topk

        with np.errstate(divide="ignore"):
            order = wrap(np.asarray(weights / exponential_array(weights.shape, input.dtype, generator=generator)))
        found: Tensor = argmax(order, -1, keepdim=True) if num_samples == 1 else topk(order, num_samples).indices
        return found
    rows = np.atleast_2d(weights).astype(np.float32 if input.dtype is dtypes.float16 else weights.dtype)
    sums = np.cumsum(rows, axis=1, dtype=rows.dtype)
    sums = sums / sums[:, -1:]
    sums[:, -1] = 1
    drawn = chosen(generator).uniform(len(rows) * num_samples, np.dtype(np.float64)).reshape(len(rows), num_samples)
    indices = [np.searchsorted(row.astype(np.float64), each) for row, each in zip(sums, drawn, strict=True)]
    return wrap(np.array(indices, np.int64).reshape(*weights.shape[:-1], num_samples))


def _check_multinomial(input: Any, num_samples: Any, replacement: Any) -> None:
    """Raise TypeError and RuntimeError where multinomial can draw nothing of the kind."""
    if not isinstance(input, Tensor):
        raise argument_error("multinomial", 1, input)
    for position, name, value, kind in ((2, "num_samples", num_samples, int), (3, "replacement", replacement, bool)):
        if not isinstance(value, (kind, Tensor)):
            raise TypeError(
                f"multinomial(): argument '{name}' (position {position}) must be {kind.__name__}, "
                f"not {type(value).__name__}"
            )
    if input._array.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if not input.dtype.is_floating_point:
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {input.dtype.word}")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    count = input._array.shape[-1]
    if not replacement and num_samples > count:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if count > _MOST_CATEGORIES:
        raise RuntimeError("number of categories cannot exceed 2^24")


def _check_distribution(weights: Array, *, by_extremes: bool) -> None:
    """Raise RuntimeError where numbers are no distribution; torch words it after how it looks: by the smallest and the
    largest, or one by one."""
    if by_extremes:
        if not weights.size:
            raise RuntimeError(
                "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
            )
        if not (weights.max() < np.inf and weights.min() >= 0):
            raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    else:
        wrong = weights[~((weights >= 0) & (weights < np.inf))]
        if wrong.size:
            words = "= infinity or NaN" if wrong[0] >= 0 else "< 0"
            raise RuntimeError(f"invalid multinomial distribution (encountering probability entry {words})")
    if not np.all(weights.sum(axis=-1) > 0):
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")


_NORMAL_NODES: Final = {
    (True, False): derivative("NormalBackward1", mean=lambda grad: np.zeros_like(grad)),
    (False, True): derivative("NormalBackward2", std=lambda grad: np.zeros_like(grad)),
    (True, True): derivative(
        "NormalBackward3", mean=lambda grad: np.zeros_like(grad), std=lambda grad: np.zeros_like(grad)
    ),
}


def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Normal numbers of a mean and a standard deviation, numbers with a `size` or tensors (torch.normal).

    The derivatives by tensors are 0, as torch has them. Raises RuntimeError on a negative standard deviation.
    """
    tensors = [each for each in (mean, std) if isinstance(each, Tensor)]
    if not tensors:
        if size is None:
            raise TypeError('normal() missing 1 required positional arguments: "size"')
        array = normal_array(size_of("normal", (size,)), _floating("normal", dtype), mean, std, generator)
        return made("normal", array[()], device, requires_grad)
    center, spread = (each._array if isinstance(each, Tensor) else each for each in (mean, std))
    if isinstance(std, Tensor) and np.any(spread < 0):
        raise RuntimeError("normal expects all elements of std >= 0.0")
    if not isinstance(std, Tensor) and spread < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {spread:g}")
    kind = tensors[0].dtype
    shape = np.broadcast_shapes(*[each._array.shape for each in tensors])
    array = (normal_array(shape, kind, generator=generator) * spread + center).astype(kind.numpy)[()]
    result = record(_NORMAL_NODES[isinstance(mean, Tensor), isinstance(std, Tensor)], array, tuple(tensors))
    if result._node is not None:
        from gradcli.engine.ops.declare import expectations

        result._node.expected = expectations(array, kind, *tensors)
    return result
