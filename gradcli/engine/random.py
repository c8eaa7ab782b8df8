"""torch's generator of random numbers on the CPU: the same seeds give the same bits.

The engine is MT19937 seeded by `init_genrand`. Uniform numbers take one word (float32) or two (float64); normal ones
come by two ways, as in torch: in blocks of 16 from 16 numbers on, one by one with a remembered second half below that.
"""

from __future__ import annotations

import math
import secrets
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradcli.engine import dtypes
from gradcli.engine.creation import fused, made, size_of
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import argument_error, record
from gradcli.engine.tensor import Tensor, wrap

Array = NDArray[Any]

_WORDS: Final = 624
_STATE_BYTES: Final = 5056
_STATE: Final = np.dtype(
    {
        "names": ["seed", "left", "seeded", "next", "words", "x", "normal", "rho", "valid"],
        "formats": ["<u8", "<i4", "<i4", "<u8", ("<u8", _WORDS), "<f8", "<f8", "<f8", "<i4"],
        "offsets": [0, 8, 12, 16, 24, 5016, 5024, 5032, 5040],
        "itemsize": _STATE_BYTES,
    }
)
"""The layout of torch's generator state."""
_FIRST_SEED: Final = 67280421310721
"""What torch seeds a new Generator with."""


class Generator:
    """A stream of random numbers with a state of its own (torch.Generator). Safe to share between threads."""

    def __init__(self, device: Any = "cpu") -> None:
        self._lock = threading.RLock()
        self._bits = np.random.MT19937()
        self.manual_seed(_FIRST_SEED)

    def manual_seed(self, seed: Any) -> Generator:
        """Start the stream of a seed; returns the generator.

        Only the low 32 bits matter to the stream; a negative seed stands for itself plus 2**64. Raises ValueError
        outside [-2**63, 2**64).
        """
        value = int(seed)
        if not -(2**63) <= value < 2**64:
            raise ValueError("Overflow when unpacking long long")
        with self._lock:
            self._seed = value % 2**64
            self._normal: float | None = None
            self._untouched = True
            self._set_words(_initial_words(self._seed & 0xFFFFFFFF), _WORDS)
        return self

    def seed(self) -> int:
        """Seed from the system's entropy; returns the seed."""
        self.manual_seed(secrets.randbits(64))
        return self._seed

    def initial_seed(self) -> int:
        """The seed that the stream started with."""
        return self._seed

    def get_state(self) -> Tensor:
        """The state as torch lays it out: a uint8 tensor of 5056 bytes."""
        with self._lock:
            state = self._bits.state["state"]
            pos = int(state["pos"])
            packed = np.zeros((), _STATE)
            packed["seed"], packed["seeded"], packed["words"] = self._seed, 1, state["key"]
            packed["next"] = 0 if self._untouched else pos
            packed["left"] = 1 if self._untouched else _WORDS + 1 - pos
            if self._normal is not None:
                packed["normal"], packed["valid"] = self._normal, 1
            return wrap(np.frombuffer(packed.tobytes(), np.uint8).copy())

    def set_state(self, new_state: Any) -> Generator:
        """Continue from a state that `get_state` returned. Raises TypeError and RuntimeError on anything else."""
        if not isinstance(new_state, Tensor):
            raise TypeError(f"expected a torch.ByteTensor, but got {type(new_state).__name__}")
        if new_state.dtype is not dtypes.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        if new_state.numel() != _STATE_BYTES:
            raise RuntimeError(
                f"Expected a CPUGeneratorImplState of size {_STATE_BYTES} but found the input RNG state size to be "
                f"{new_state.numel()}"
            )
        packed = np.frombuffer(np.ascontiguousarray(new_state._array).tobytes(), _STATE)[0]
        with self._lock:
            self._seed = int(packed["seed"])
            self._untouched = int(packed["next"]) == 0
            self._normal = float(packed["normal"]) if packed["valid"] else None
            pos = _WORDS if int(packed["left"]) == 1 else int(packed["next"])
            self._set_words(packed["words"].astype(np.uint32), pos)
        return self

    def _set_words(self, words: Array, pos: int) -> None:
        self._bits.state = {"bit_generator": "MT19937", "state": {"key": words, "pos": pos}}

    # Draws.

    def words(self, count: int) -> Array:
        """The next 32-bit words, as uint64."""
        with self._lock:
            if count:
                self._untouched = False
            return self._bits.random_raw(count)

    def long_words(self, count: int) -> Array:
        """The next 64-bit words, each of two, the high half first."""
        pairs = self.words(2 * count).reshape(count, 2)
        return pairs[:, 0] << np.uint64(32) | pairs[:, 1]

    def uniform(self, count: int, dtype: np.dtype[Any]) -> Array:
        """Numbers from [0, 1): 24 bits of one word in float32 and float16, 53 bits of two words in float64."""
        if dtype == np.float64:
            return (self.long_words(count) & np.uint64(2**53 - 1)).astype(np.float64) * 2.0**-53
        single = (self.words(count) & np.uint64(2**24 - 1)).astype(np.float32) * np.float32(2.0**-24)
        if dtype == np.float16:
            half = single.astype(np.float16)
            return np.where(half == 1, np.float16(0), half)
        return single

    def normal(self, count: int, dtype: np.dtype[Any], mean: float = 0.0, std: float = 1.0) -> Array:
        """Numbers of the normal distribution, as torch fills a contiguous tensor of as many elements."""
        with self._lock:
            if count < _BLOCK:
                numbers = np.array([self._one_normal() for _ in range(count)])
                return np.asarray(fused(numbers, std, mean), dtype)
            work = np.dtype(np.float64 if dtype == np.float64 else np.float32)
            return _fill_blocks(self.uniform(count, work), self, mean, std).astype(dtype, copy=False)

    def _one_normal(self) -> float:
        """The next number by Box and Muller, in float64; every other one is the remembered half of the pair before."""
        if self._normal is not None:
            remembered, self._normal = self._normal, None
            return remembered
        u1, u2 = self.uniform(2, np.dtype(np.float64)).tolist()
        radius = math.sqrt(-2.0 * math.log1p(-u2))
        angle = 2.0 * math.pi * u1
        self._normal = radius * math.sin(angle)
        return radius * math.cos(angle)


def _initial_words(seed: int) -> Array:
    """The 624 state words of a seed (Matsumoto and Nishimura's init_genrand)."""
    words = [seed]
    for index in range(1, _WORDS):
        word = words[-1]
        words.append((1812433253 * (word ^ (word >> 30)) + index) & 0xFFFFFFFF)
    return np.array(words, np.uint32)


# Normal numbers in blocks.

_BLOCK: Final = 16
_HALF_BLOCK: Final = 8


def _fill_blocks(uniform: Array, generator: Generator, mean: float, std: float) -> Array:
    """Turn uniform numbers into normal ones, 16 by 16; a rest of the last block is made of 16 fresh numbers."""
    transform = _block_double if uniform.dtype == np.float64 else _block_single
    whole = uniform.size // _BLOCK * _BLOCK
    result = uniform.copy()
    result[:whole] = transform(uniform[:whole].reshape(-1, _BLOCK), mean, std).ravel()
    if whole != uniform.size:
        fresh = generator.uniform(_BLOCK, uniform.dtype)
        result[-_BLOCK:] = transform(fresh.reshape(1, _BLOCK), mean, std).ravel()
    return result


def _libm(function: Callable[[float], float], values: Array) -> Array:
    """The C library's function, elementwise; NumPy's own differs in the last bit here and there."""
    return np.fromiter(map(function, values.ravel().tolist()), np.float64, values.size).reshape(values.shape)


def _block_double(blocks: Array, mean: float, std: float) -> Array:
    radius = np.sqrt(-2.0 * _libm(math.log, 1.0 - blocks[:, :_HALF_BLOCK]))
    angle = 2.0 * math.pi * blocks[:, _HALF_BLOCK:]
    both = np.concatenate([radius * _libm(math.cos, angle), radius * _libm(math.sin, angle)], axis=1)
    return np.asarray(fused(both, std, mean))


def _block_single(blocks: Array, mean: float, std: float) -> Array:
    single = np.float32
    radius = np.sqrt(single(-2) * _log_single(single(1) - blocks[:, :_HALF_BLOCK]))
    sine, cosine = _sincos_single(single(2 * math.pi) * blocks[:, _HALF_BLOCK:])
    both = np.concatenate([radius * cosine, radius * sine], axis=1)
    return np.asarray(_fused(both, single(std), single(mean)))


def _fused(a: Any, b: Any, c: Any) -> Any:
    """`a * b + c` of float32 numbers, rounded once: the product is exact in float64."""
    return (np.float64(a) * np.float64(b) + np.float64(c)).astype(np.float32)


_LOG_COEFFICIENTS: Final = tuple(
    map(
        np.float32,
        (
            *(7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1),
            *(-1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1),
        ),
    )
)
"""Cephes, logf."""


def _log_single(x: Array) -> Array:
    """log of positive float32 numbers by Cephes's polynomial, in the order of torch's AVX2 kernel."""
    single = np.float32
    bits = x.view(np.int32)
    exponent = ((bits >> 23) - 126).astype(np.float32)
    mantissa = ((bits & 0x007FFFFF) | 0x3F000000).view(np.float32)
    small = mantissa < single(0.707106781186547524)
    exponent = np.where(small, exponent - single(1), exponent)
    reduced = mantissa - single(1)
    reduced = np.where(small, reduced + mantissa, reduced)
    square = reduced * reduced
    y: Any = np.full_like(x, _LOG_COEFFICIENTS[0])
    for coefficient in _LOG_COEFFICIENTS[1:]:
        y = _fused(y, reduced, coefficient)
    y = _fused(y * reduced, square, exponent * single(-2.12194440e-4))
    y = y - single(0.5) * square
    return _fused(exponent, single(0.693359375), reduced + y)  # type: ignore[no-any-return]


def _sincos_single(x: Array) -> tuple[Array, Array]:
    """Sine and cosine of non-negative float32 numbers by Cephes's polynomials, as torch's AVX2 kernel does."""
    single = np.float32
    octant = ((x * single(1.27323954473516)).astype(np.int32) + 1) & ~1
    y = octant.astype(np.float32)
    for part in (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8):
        x = _fused(y, single(part), x)
    z = x * x
    cosine = _fused(single(2.443315711809948e-5), z, single(-1.388731625493765e-3))
    cosine = _fused(cosine, z, single(4.166664568298827e-2)) * z
    cosine = _fused(cosine, z, -(single(0.5) * z)) + single(1)
    sine = _fused(single(-1.9515295891e-4), z, single(8.3321608736e-3))
    sine = _fused(sine, z, single(-1.6666654611e-1)) * z
    sine = _fused(sine, x, x)
    swapped = (octant & 2) != 0
    sine, cosine = np.where(swapped, cosine, sine), np.where(swapped, sine, cosine)
    sine = np.where((octant & 4) != 0, -sine, sine)
    return sine, np.where(((octant - 2) & 4) == 0, -cosine, cosine)


# The default generator.

default_generator: Final = Generator()
"""The generator of all functions that are not given one; seeded by chance at start."""
default_generator.seed()


def _chosen(generator: Any) -> Generator:
    if generator is None:
        return default_generator
    if not isinstance(generator, Generator):
        raise TypeError(f"expected a torch.Generator, but got {type(generator).__name__}")
    return generator


def manual_seed(seed: Any) -> Generator:
    """Seed the default generator; returns it (torch.manual_seed).

    Raises ValueError on a seed that is no 64-bit integer.
    """
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Seed the default generator by chance; returns the seed (torch.seed)."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed of the default generator (torch.initial_seed)."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The state of the default generator: a uint8 tensor of 5056 bytes (torch.get_rng_state)."""
    return default_generator.get_state()


def set_rng_state(new_state: Any) -> None:
    """Continue the default generator from a state (torch.set_rng_state).

    Raises TypeError and RuntimeError on no state.
    """
    default_generator.set_state(new_state)


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
    numbers = _chosen(generator).uniform(math.prod(shape), dtype.numpy)
    if (low, high) != (0, 1):
        start, end = dtype.numpy.type(low), dtype.numpy.type(high)
        if dtype is dtypes.float64:
            numbers = fused(numbers, float(end - start), float(start))
        else:
            numbers = _fused(numbers, end - start, start).astype(dtype.numpy)
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
    return _chosen(generator).normal(math.prod(shape), dtype.numpy, mean, std).reshape(shape)


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
    numbers = _chosen(generator).uniform(math.prod(shape), np.dtype(np.float64))
    return (-1.0 / rate * _libm(math.log1p, -numbers)).astype(dtype.numpy).reshape(shape)


def bernoulli_array(shape: Sequence[int], p: float, generator: Generator | None = None) -> Array:
    """Bools that hold with probability p: a float64 number below p each, as torch's `bernoulli_`.

    Raises RuntimeError on no p.
    """
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
    return (_chosen(generator).uniform(math.prod(shape), np.dtype(np.float64)) < p).reshape(shape)


def integer_array(
    shape: Sequence[int], dtype: dtypes.dtype, low: int, high: int, generator: Generator | None = None
) -> Array:
    """Integers from [low, high), as torch's `random_`.

    Raises RuntimeError on an empty range and on one that the dtype lacks.
    """
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    if dtype.category == dtypes.INTEGER:
        info = np.iinfo(dtype.numpy)
        for name, bound in (("from", low), ("to - 1", high - 1)):
            if not info.min <= bound <= info.max:
                raise RuntimeError(f"{name} is out of bounds for {dtypes.c_name(dtype)}")
    source = _chosen(generator)
    span = high - low
    words = source.long_words(math.prod(shape)) if span >= 2**28 else source.words(math.prod(shape))
    offsets = (words % np.uint64(span)).astype(np.int64)
    return (offsets + np.int64(low)).astype(dtype.numpy).reshape(shape)


# torch's functions.


def _floating(dtype: dtypes.dtype | None) -> dtypes.dtype:
    return dtype or dtypes.get_default_dtype()


def rand(
    *size: Any,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from [0, 1) (torch.rand). Raises TypeError and RuntimeError on a shape that is none."""
    array = uniform_array(size_of("rand", size), _floating(dtype), generator=generator)
    return made("rand", array[()], device, requires_grad)


def randn(
    *size: Any,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Standard normal numbers (torch.randn). Raises TypeError and RuntimeError on a shape that is none."""
    array = normal_array(size_of("randn", size), _floating(dtype), generator=generator)
    return made("randn", array[()], device, requires_grad)


def randint(
    low: int,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Integers from [low, high), int64 unless another dtype is given.

    `randint(high, size)` starts at 0 (torch.randint).
    """
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
    array = integer_array(size_of("randint", (shape,)), dtype or dtypes.int64, int(low), int(high), generator)
    return made("randint", array[()], device, requires_grad)


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """0 … n-1 in a random order (torch.randperm). Raises RuntimeError on a negative number."""
    if not isinstance(n, (int, np.integer)):
        raise TypeError(f"randperm(): argument 'n' (position 1) must be int, not {type(n).__name__}")
    size_of("randperm", (n,))
    order = list(range(n))
    left = np.arange(n, 1, -1, dtype=np.uint64)
    for i, step in enumerate((_chosen(generator).words(left.size) % left).tolist()):
        order[i], order[i + step] = order[i + step], order[i]
    return made("randperm", np.array(order, (dtype or dtypes.int64).numpy), device, requires_grad)


def _shape_like(function: str, of: Any) -> tuple[int, ...]:
    if not isinstance(of, Tensor):
        raise argument_error(function, 1, of)
    return tuple(of._array.shape)


def rand_like(
    input: Tensor,  # noqa: A002 (torch's name)
    *,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from [0, 1) in the shape and dtype of a tensor (torch.rand_like)."""
    array = uniform_array(_shape_like("rand_like", input), dtype or input.dtype, generator=generator)
    return made("rand_like", array[()], device, requires_grad)


def randn_like(
    input: Tensor,  # noqa: A002
    *,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Standard normal numbers in the shape and dtype of a tensor (torch.randn_like)."""
    array = normal_array(_shape_like("randn_like", input), dtype or input.dtype, generator=generator)
    return made("randn_like", array[()], device, requires_grad)


def randint_like(
    input: Tensor,  # noqa: A002
    low: int,
    high: int | None = None,
    *,
    generator: Generator | None = None,
    dtype: dtypes.dtype | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Integers from [low, high) in the shape and dtype of a tensor; one bound alone is `high` (torch.randint_like)."""
    start, end = (0, low) if high is None else (low, high)
    array = integer_array(_shape_like("randint_like", input), dtype or input.dtype, start, end, generator)
    return made("randint_like", array[()], device, requires_grad)


_BernoulliBackward0 = derivative("BernoulliBackward0", self=lambda grad: np.zeros_like(grad))


def bernoulli(
    input: Tensor,  # noqa: A002
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
        work = np.dtype(np.float64 if input.dtype is dtypes.float64 else np.float32)
        drawn = _chosen(generator).uniform(math.prod(shape), work).reshape(shape) < input._array
    return record(_BernoulliBackward0, drawn.astype(input.dtype.numpy)[()], (input,))


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
    dtype: dtypes.dtype | None = None,
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
        array = normal_array(size_of("normal", (size,)), _floating(dtype), mean, std, generator)
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
