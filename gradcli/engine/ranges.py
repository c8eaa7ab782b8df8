"""Tensors of numbers in steps, bit for bit as torch rounds them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.constants import numbers_of
from gradcli.engine.creation import checked_dtype, made
from gradcli.engine.rounding import fused
from gradcli.engine.tensor import Tensor


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, (Tensor, np.generic)) else value


def arange(
    start: Any = None,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`start`, `start + step`, … below `end`; int64 for three integers, else the default dtype (torch.arange).

    Raises RuntimeError where the step is zero, points away from `end`, or a bound is not finite.
    """
    if end is None:
        start, end = 0, start
    if end is None:
        raise TypeError('arange() missing 1 required positional arguments: "end"')
    if start is None:
        start = 0
    start, end, step = _plain(start), _plain(end), _plain(step)
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if not (abs(start) < math.inf and abs(end) < math.inf):
        raise RuntimeError(f"unsupported range: {start:g} -> {end:g}")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    whole = all(isinstance(each, int) for each in (start, end, step))
    wanted = checked_dtype("arange", dtype) or (dtypes.int64 if whole else dtypes.get_default_dtype())
    if wanted is dtypes.int64 and not whole:
        start, end, step = math.trunc(start), math.trunc(end), math.trunc(step)
        whole = True
        if step == 0:
            raise ValueError("step must be nonzero")
    count = -((start - end) // step) if whole else math.ceil((end - start) / step)
    if whole or not wanted.is_floating_point:
        return made("arange", (start + step * np.arange(count)).astype(wanted.numpy), device, requires_grad)
    if wanted.kind == "O":
        return made("arange", start + step * wanted.cast(np.arange(count)), device, requires_grad)
    array = _in_lanes(count, wanted.numpy, step, lambda index: fused(step, index, start))
    return made("arange", array, device, requires_grad)


_LANE_BYTES: Final = 32


def _in_lanes(count: int, dtype: np.dtype[Any], step: Any, base: Callable[[Any], Any]) -> Any:
    """`base(i)` for i below `count`, computed as torch's AVX2 kernels do.

    Only each first number of a vector register is `base` itself, the others add multiples of the step to it; what is
    left over of whole pairs of registers is computed one by one.
    It shows where a range crosses 0: torch prints 2.0817e-17 there.
    """
    lanes = _LANE_BYTES // max(dtype.itemsize, 4)
    indices = np.arange(count)
    whole = count // (2 * lanes) * (2 * lanes)
    result = np.empty(count, dtype)
    first = base(indices[:whole:lanes].astype(np.float64)).astype(dtype)
    lane = np.arange(lanes, dtype=np.float64)
    result[:whole] = fused(lane, step, first[:, None].astype(np.float64)).ravel()
    result[whole:] = base(indices[whole:].astype(np.float64))
    return result


def _check_ends(name: str, start: Any, end: Any) -> None:
    """Raise RuntimeError where an end is a tensor with dimensions."""
    ends = [(word, each._array.ndim) for word, each in (("start", start), ("end", end)) if isinstance(each, Tensor)]
    if any(ndim for _, ndim in ends):
        got = " and ".join(f"{word} with {ndim} dimension(s)" for word, ndim in ends)
        raise RuntimeError(f"{name} only supports 0-dimensional start and end tensors, but got {got}.")


def _spaced(start: Any, end: Any, steps: int, wanted: dtypes.dtype) -> Any:
    """`steps` numbers from `start` to `end`, counted from both ends towards the middle, as torch does: of integers
    between the whole parts of both, in float64."""
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    if not wanted.is_floating_point:
        start, end = math.trunc(start), math.trunc(end)
    work = wanted.numpy if wanted.is_floating_point else np.dtype(np.float64)
    first, last = work.type(start), work.type(end)
    if steps == 1:
        return np.full(1, first)
    step = (last - first) / work.type(max(steps - 1, 1))

    index = np.arange(steps, dtype=np.float64)
    return np.where(
        index < steps // 2, fused(step, index, first), fused(-step, steps - index - 1, np.float64(last))
    ).astype(work)


def linspace(
    start: Any,
    end: Any,
    steps: int,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` numbers from `start` to `end`, both included (torch.linspace).

    Raises RuntimeError on a negative number of steps.
    """
    wanted = checked_dtype("linspace", dtype) or dtypes.get_default_dtype()
    if wanted.kind == "O":
        steps_apart = numbers_of(wanted.one).ratio(end - start, max(steps - 1, 1))
        return made("linspace", start + steps_apart * wanted.cast(np.arange(steps)), device, requires_grad)
    _check_ends("linspace", start, end)
    array = _spaced(_plain(start), _plain(end), steps, wanted)
    return made("linspace", array.astype(wanted.numpy), device, requires_grad)


def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`base` to the powers of linspace(start, end, steps) (torch.logspace).

    Raises RuntimeError on a negative number of steps.
    """
    wanted = checked_dtype("logspace", dtype) or dtypes.get_default_dtype()
    _check_ends("logspace", start, end)
    start, end, work = _plain(start), _plain(end), wanted
    if wanted is dtypes.float16:
        start, end, work = wanted.scalar(start), wanted.scalar(end), dtypes.float32
    exponents = _spaced(start, end, steps, work)
    array = np.power(exponents.dtype.type(base), exponents)
    return made("logspace", array.astype(wanted.numpy), device, requires_grad)
