"""Tensors made longer along their last dimensions: by a constant, by their own elements mirrored,
repeated or in a circle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.node import derivative
from gradcli.engine.ops.assign import copy_
from gradcli.engine.ops.declare import record, zero_gradient
from gradcli.engine.ops.index.indexing import narrow
from gradcli.engine.ops.rules import Map, recorded
from gradcli.engine.tensor import Tensor, wrap

_ConstantPadNdBackward0 = derivative(
    "ConstantPadNdBackward0", self=lambda grad, pad: _constant(grad, tuple(-each for each in pad), 0.0)
)

Sizes = tuple[int, ...]


def _constant(value: Any, pad: Sizes, fill: float) -> Any:
    """A Tensor or an array with its last dimensions made longer, or shorter where a number is negative."""
    array = value._array if isinstance(value, Tensor) else value
    pairs = [(0, 0)] * (array.ndim - len(pad) // 2) + _pairs(pad)[::-1]
    kept = tuple(
        slice(max(-before, 0), size - max(-after, 0)) for (before, after), size in zip(pairs, array.shape, strict=True)
    )
    outer = [(max(before, 0), max(after, 0)) for before, after in pairs]
    result = np.pad(array[kept], outer, constant_values=fill)
    return record(_ConstantPadNdBackward0, result, (value,), (pad,)) if isinstance(value, Tensor) else result


def _pairs(pad: Sequence[int]) -> list[tuple[int, int]]:
    """What is put before and after each dimension, from the last one on."""
    return list(zip(pad[::2], pad[1::2], strict=True))


def _reflected(size: int, before: int, after: int) -> Any:
    """For each element of a padded dimension which one of its `size` elements it is, mirrored at the ends."""
    index = np.abs(np.arange(-before, size + after))
    return np.where(index < size, index, 2 * (size - 1) - index)


def _replicated(size: int, before: int, after: int) -> Any:
    """The same, the ends repeated."""
    return np.clip(np.arange(-before, size + after), 0, size - 1)


def _by_index(name: str, index: Callable[[int, int, int], Any]) -> Map:
    """The padding, recorded by the name, whose elements `index(size, before, after)` chooses."""

    def padded(array: Any, padding: Sizes) -> Any:
        for axis, (before, after) in enumerate(_pairs(padding), 1):
            array = np.take(array, index(array.shape[-axis], before, after), axis=-axis)
        return array

    def folded(grad: Any, self: Any, padding: Sizes) -> Any:
        for axis, (before, after) in enumerate(_pairs(padding), 1):
            size = self.shape[-axis]
            rows = np.moveaxis(grad, -axis, 0)
            total = np.zeros_like(rows, shape=(size, *rows.shape[1:]))
            np.add.at(total, index(size, before, after), rows)
            grad = np.moveaxis(total, 0, -axis)
        return grad.copy()

    _Backward = derivative(f"{name}Backward0", self=lambda grad, self, padding: adjoint((grad, self), (padding,)))
    _Twice = derivative(
        f"{name}BackwardBackward0",
        grad_output=lambda grad, padding: forward((grad,), (padding,)),
        self=zero_gradient,
    )
    forward: Map = recorded(_Backward, padded)
    adjoint: Map = recorded(_Twice, folded)
    return forward


_BY_INDEX: Final = {
    (mode, ndim): _by_index(f"{name}{ndim}D", index)
    for mode, name, index in (("reflect", "ReflectionPad", _reflected), ("replicate", "ReplicationPad", _replicated))
    for ndim in (1, 2, 3)
}

_COMBINATIONS: Final = (
    "Supported combinations for non-constant padding:\n  - 2D or 3D input: padding size = 2 (pads last dimension)\n  "
    "- 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n  - 4D or 5D input: padding size = 6 (pads last 3 "
    "dimensions)"
)


def pad(input: Tensor, pad: Any, mode: str = "constant", value: float | None = None) -> Tensor:
    """The input with `pad[0]` elements before and `pad[1]` after its last dimension, `pad[2]`,
    `pad[3]` of the one before, and so on; fewer where negative (F.pad).

    `mode` says which: `constant` (`value`), `reflect`, `replicate` or `circular`. Raises RuntimeError where `pad` does
    not fit, NotImplementedError on another mode, and on more dimensions than a mode pads.
    """
    numbers = _numbers(input, pad)
    if mode == "constant":
        return constant_pad_nd(input, numbers, 0.0 if value is None else value)
    if mode not in ("reflect", "replicate", "circular"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    if value:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    ndim = len(numbers) // 2
    if ndim not in (1, 2, 3) or input.ndim - ndim not in (1, 2):
        raise NotImplementedError(
            f"Padding size {len(numbers)} is not supported for {input.ndim}D input tensor.\n{_COMBINATIONS}"
        )
    if mode == "circular":
        return _circular(input, numbers)
    _check(input, numbers, mode)
    return _BY_INDEX[mode, ndim]((input,), (numbers,))


def _numbers(input: Tensor, pad: Any) -> Sizes:
    """What is to be put before and after dimensions. Raises RuntimeError where that is no pairs, or too many."""
    numbers = tuple(pad)
    if len(numbers) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if len(numbers) > 2 * input.ndim:
        raise RuntimeError(
            f"Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(numbers)} and input of dimension {input.ndim}"
        )
    return numbers


def _check(input: Tensor, pad: Sizes, mode: str) -> None:
    """Raise RuntimeError where there is nothing to mirror or to repeat."""
    ndim = len(pad) // 2
    if input.dtype is dtypes.bool_:
        name = "reflection" if mode == "reflect" else "replication"
        raise NotImplementedError(f"\"{name}_pad{ndim}d\" not implemented for 'Bool'")
    if 0 in input.shape[-1 - ndim :]:
        raise RuntimeError(
            f"Expected {ndim + 1}D or {ndim + 2}D (batch mode) tensor with possibly 0 batch size and other non-zero "
            f"dimensions for input, but got: {list(input.shape)}"
        )
    for axis, (before, after) in enumerate(_pairs(pad), 1):
        size = input.shape[-axis]
        if mode == "reflect" and max(before, after) >= size:
            raise RuntimeError(
                f"Argument #{2 * axis + 2}: Padding size should be less than the corresponding input dimension, but "
                f"got: padding ({before}, {after}) at dimension {input.ndim - axis} of input {list(input.shape)}"
            )


def constant_pad_nd(input: Tensor, pad: Any, value: float = 0) -> Tensor:
    """The input with `value` before and after its last dimensions (torch.constant_pad_nd): what `pad` does."""
    numbers = _numbers(input, pad)
    widths = zip(numbers[::2], numbers[1::2], reversed(input.shape), strict=False)
    if any(before + after + size < 0 for before, after, size in widths):
        raise RuntimeError("narrow(): length must be non-negative.")
    result: Tensor = _constant(input, numbers, value)
    return result


def _circular(input: Tensor, pad: Sizes) -> Tensor:
    """The input with, on each side, what lies at the other one: written piece by piece, as torch writes it."""
    for axis, (before, after) in enumerate(_pairs(pad), 1):
        size = input.shape[-axis]
        if before > size or after > size:
            raise RuntimeError("Padding value causes wrapping around more than once.")
        if before + after + size < 0:
            raise RuntimeError("Negative padding value is resulting in an empty dimension.")
    sizes = list(input.shape)
    for axis, (before, after) in enumerate(_pairs(pad), 1):
        sizes[-axis] += before + after
    result = wrap(np.zeros_like(input._array, shape=tuple(sizes)))
    target, source = result, input
    for axis, (before, after) in enumerate(_pairs(pad), 1):
        dim = input.ndim - axis
        target = narrow(target, dim, max(before, 0), sizes[dim] - max(before, 0) - max(after, 0))
        source = narrow(source, dim, max(-before, 0), source.shape[dim] - max(-before, 0) - max(-after, 0))
    copy_(target, source)
    for axis, (before, after) in enumerate(_pairs(pad), 1):
        dim = input.ndim - axis
        if before > 0:
            copy_(narrow(result, dim, 0, before), narrow(result, dim, sizes[dim] - before - max(after, 0), before))
        if after > 0:
            copy_(narrow(result, dim, sizes[dim] - after, after), narrow(result, dim, max(before, 0), after))
    return result
