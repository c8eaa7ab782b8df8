"""Tensors put together: blocks on a diagonal, products and choices of elements, powers side by side."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcli.engine.ops.assign import copy_, fill_
from gradcli.engine.ops.index import sliced
from gradcli.engine.ops.join import cat, in_one_dtype, meshgrid, split, stack, tensor_split
from gradcli.engine.ops.maps import record_list, variadic
from gradcli.engine.ops.masks import masked_select
from gradcli.engine.ops.rearrange import flip
from gradcli.engine.ops.scan import cumprod
from gradcli.engine.ops.shape import flatten, reshape, unsqueeze
from gradcli.engine.tensor import Tensor, wrap


def _blocks(
    grad: Any, rows: tuple[int, ...], columns: tuple[int, ...], sizes: tuple[tuple[int, ...], ...]
) -> list[Any]:
    return [
        np.reshape(grad[top:bottom, left:right], size)
        for (top, bottom), (left, right), size in zip(
            itertools.pairwise(rows), itertools.pairwise(columns), sizes, strict=True
        )
    ]


_BlockDiagBackward0 = variadic("BlockDiagBackward0", _blocks)


def block_diag(*tensors: Tensor) -> Tensor:
    """A matrix with the given matrices on its diagonal, zeros elsewhere (torch.block_diag). Vectors are rows.

    Raises RuntimeError on more than two dimensions.
    """
    if not tensors:
        return wrap(np.zeros((1, 0), np.float32))
    for number, each in enumerate(tensors):
        if each._array.ndim > 2:
            raise RuntimeError(
                "torch.block_diag: Input tensors must have 2 or fewer dimensions. "
                f"Input {number} has {each._array.ndim} dimensions"
            )
    blocks = [np.atleast_2d(array) for array in in_one_dtype(tensors)]
    rows = tuple(itertools.accumulate((block.shape[0] for block in blocks), initial=0))
    columns = tuple(itertools.accumulate((block.shape[1] for block in blocks), initial=0))
    array = np.zeros((rows[-1], columns[-1]), blocks[0].dtype)
    for block, top, left in zip(blocks, rows, columns, strict=False):
        array[top : top + block.shape[0], left : left + block.shape[1]] = block
    return record_list(
        _BlockDiagBackward0, array, tensors, (rows, columns, tuple(each._array.shape for each in tensors))
    )


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """All tuples of an element of each vector, a row each (torch.cartesian_prod); of one vector, the vector."""
    for each in tensors:
        _check_vector(each)
    if len(tensors) == 1:
        return tensors[0]
    return stack([flatten(each) for each in meshgrid(*tensors, indexing="ij")], 1)


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All choices of `r` elements of a vector, a row each (torch.combinations)."""
    _check_vector(input)
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    if r == 0:
        return wrap(np.empty((0,), input._array.dtype))
    size = input._array.size
    places = np.indices((size,) * r)
    rising = np.less_equal if with_replacement else np.less
    chosen = np.ones((size,) * r, bool)
    for first, second in itertools.pairwise(places):
        chosen &= rising(first, second)
    grids = meshgrid(*[input] * r, indexing="ij")
    return stack([masked_select(grid, wrap(chosen)) for grid in grids], 1)


def _check_vector(tensor: Tensor) -> None:
    if tensor._array.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {list(tensor._array.shape)}")


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The powers of the elements of a vector, a row each, falling from `N - 1` to 0 (torch.vander)."""
    if x._array.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    count = x._array.size if N is None else N
    if count < 0:
        raise RuntimeError("N must be non-negative.")
    kind = x._array.dtype if x.dtype.is_floating_point else np.dtype(np.int64)
    powers = wrap(np.empty((x._array.size, count), kind))
    if count:
        fill_(sliced(powers, 1, 0, 1), 1)
    if count > 1:
        copy_(sliced(powers, 1, 1, count), unsqueeze(x, 1))
        copy_(sliced(powers, 1, 1, count), cumprod(sliced(powers, 1, 1, count), 1))
    return powers if increasing else flip(powers, (1,))


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """The tensors beside each other, vectors as columns (torch.column_stack)."""
    return cat([each if each._array.ndim > 1 else reshape(each, (each._array.size, 1)) for each in tensors], 1)


def hsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Views of parts beside each other (torch.hsplit)."""
    if input._array.ndim < 1:
        raise RuntimeError(
            "torch.hsplit requires a tensor with at least 1 dimension, but got a tensor with 0 dimensions!"
        )
    return _evenly("hsplit", input, indices_or_sections, 0 if input._array.ndim == 1 else 1)


def vsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Views of parts below each other (torch.vsplit)."""
    if input._array.ndim < 2:
        raise RuntimeError(
            "torch.vsplit requires a tensor with at least 2 dimension, but got a tensor with "
            f"{input._array.ndim} dimensions!"
        )
    return _evenly("vsplit", input, indices_or_sections, 0)


def _no_sections(name: str, sections: Any) -> TypeError:
    """What is split by is neither a number nor a list of them."""
    kind = type(sections).__name__
    wrong = f"      didn't match because some of the arguments have invalid types: (Tensor, !{kind}!)\n"
    return TypeError(
        f"{name}() received an invalid combination of arguments - got (Tensor, {kind}), but expected one of:\n"
        f" * (Tensor input, int sections)\n{wrong} * (Tensor input, tuple of ints indices)\n{wrong}"
    )


def _evenly(name: str, tensor: Tensor, sections: Any, dim: int) -> tuple[Tensor, ...]:
    if isinstance(sections, str):
        raise _no_sections(name, sections)
    size = tensor._array.shape[dim]
    if isinstance(sections, int) and (sections == 0 or size % sections):
        raise RuntimeError(
            f"torch.{name} attempted to split along dimension {dim}, but the size of the dimension {size} is not "
            f"divisible by the split_size {sections}!"
        )
    return tensor_split(tensor, sections, dim)


def dsplit(input: Tensor, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """Views of parts behind each other (torch.dsplit)."""
    if input._array.ndim < 3:
        raise RuntimeError(
            "torch.dsplit requires a tensor with at least 3 dimension, but got a tensor with "
            f"{input._array.ndim} dimensions!"
        )
    return _evenly("dsplit", input, indices_or_sections, 2)


def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Views of parts of the given sizes along `dim` (torch.split_with_sizes)."""
    return split(input, list(split_sizes), dim)
