"""torch's generator of random numbers on the CPU: the same seeds give the same bits.

The engine is MT19937 seeded by `init_genrand`. Uniform numbers take one word (float32) or two (float64); normal ones
come by two ways, as in torch: in blocks of 16 from 16 numbers on, one by one with a remembered second half below that.
"""

from __future__ import annotations

import math
import secrets
import threading
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradcli.engine import devices, dtypes, modes
from gradcli.engine.devices import check_device
from gradcli.engine.rounding import fused, fused_single
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

    __module__ = "torch._C"

    def __init__(self, device: Any = "cpu") -> None:
        check_device(device)
        self.device: Final = devices.device("cpu")
        self._lock = threading.RLock()
        self._bits = np.random.MT19937()
        self.manual_seed(_FIRST_SEED)

    def manual_seed(self, seed: Any) -> Generator:
        """Start the stream of a seed; returns the generator.

        Only the low 32 bits matter to the stream; a negative seed stands for itself plus 2**64.
        Raises ValueError outside [-2**63, 2**64).
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


def libm(function: Callable[[float], float], values: Array) -> Array:
    """The C library's function, elementwise; NumPy's own differs in the last bit here and there."""
    return np.fromiter(map(function, values.ravel().tolist()), np.float64, values.size).reshape(values.shape)


def _block_double(blocks: Array, mean: float, std: float) -> Array:
    radius = np.sqrt(-2.0 * libm(math.log, 1.0 - blocks[:, :_HALF_BLOCK]))
    angle = 2.0 * math.pi * blocks[:, _HALF_BLOCK:]
    both = np.concatenate([radius * libm(math.cos, angle), radius * libm(math.sin, angle)], axis=1)
    return np.asarray(fused(both, std, mean))


def _block_single(blocks: Array, mean: float, std: float) -> Array:
    single = np.float32
    radius = np.sqrt(single(-2) * _log_single(single(1) - blocks[:, :_HALF_BLOCK]))
    sine, cosine = _sincos_single(single(2 * math.pi) * blocks[:, _HALF_BLOCK:])
    both = np.concatenate([radius * cosine, radius * sine], axis=1)
    return np.asarray(fused_single(both, single(std), single(mean)))


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
        y = fused_single(y, reduced, coefficient)
    y = fused_single(y * reduced, square, exponent * single(-2.12194440e-4))
    y = y - single(0.5) * square
    return np.asarray(fused_single(exponent, single(0.693359375), reduced + y))


def _sincos_single(x: Array) -> tuple[Array, Array]:
    """Sine and cosine of non-negative float32 numbers by Cephes's polynomials, as torch's AVX2 kernel does."""
    single = np.float32
    octant = ((x * single(1.27323954473516)).astype(np.int32) + 1) & ~1
    y = octant.astype(np.float32)
    for part in (-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8):
        x = fused_single(y, single(part), x)
    z = x * x
    cosine = fused_single(single(2.443315711809948e-5), z, single(-1.388731625493765e-3))
    cosine = fused_single(cosine, z, single(4.166664568298827e-2)) * z
    cosine = fused_single(cosine, z, -(single(0.5) * z)) + single(1)
    sine = fused_single(single(-1.9515295891e-4), z, single(8.3321608736e-3))
    sine = fused_single(sine, z, single(-1.6666654611e-1)) * z
    sine = fused_single(sine, x, x)
    swapped = (octant & 2) != 0
    sine, cosine = np.where(swapped, cosine, sine), np.where(swapped, sine, cosine)
    sine = np.where((octant & 4) != 0, -sine, sine)
    return sine, np.where(((octant - 2) & 4) == 0, -cosine, cosine)


# The default generator.

default_generator: Final = Generator()
"""The generator of all functions that are not given one; seeded by chance at start."""
default_generator.seed()


def chosen(generator: Any) -> Generator:
    """The generator given to a function, the default one for None; within vmap, what to draw from in its place.

    Raises TypeError on anything else, RuntimeError where vmap does not allow for random numbers.
    """
    if generator is None:
        generator = default_generator
    elif not isinstance(generator, Generator):
        raise TypeError(f"expected a torch.Generator, but got {type(generator).__name__}")
    if modes.state.mapping is not None:
        generator = modes.state.mapping.source(generator)
    found: Generator = generator
    return found
