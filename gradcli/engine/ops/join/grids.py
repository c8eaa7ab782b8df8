"""Grids, tuples and choices of elements, and shapes that broadcast."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np

from gradcli.engine import errors
from gradcli.engine.ops.assign import copy_, fill_
from gradcli.engine.ops.index.indexing import sliced
from gradcli.engine.ops.index.masks import masked_select
from gradcli.engine.ops.join.joining import stack
from gradcli.engine.ops.reduce.scan import cumprod
from gradcli.engine.ops.shape.rearrange import flip
from gradcli.engine.ops.shape.views import expand, flatten, unsqueeze, view
from gradcli.engine.tensor import Size, Tensor, wrap


def broadcast_shapes(*shapes: Any) -> Size:
    """The shape that shapes (or sizes of one dimension) broadcast to (torch.broadcast_shapes).

    Raises RuntimeError where they do not.
    """
    given = [(each,) if isinstance(each, int) else tuple(each) for each in shapes]
    result = [1] * max(map(len, given), default=0)
    for number, sizes in enumerate(given):
        for at in range(-1, -1 - len(sizes), -1):
            if sizes[at] in (1, result[at]):
                continue
            if result[at] != 1:
                raise RuntimeError(
                    f"Attempting to broadcast a dimension of length {sizes[at]} at {at}! Mismatching argument at index "
                    f"{number} had {sizes}; but expected shape should be broadcastable to {result}"
                )
            result[at] = sizes[at]
    return Size(result)


def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """The coordinates of a grid, a tensor for each of the vectors (torch.meshgrid)."""
    given = list(tensors[0]) if len(tensors) == 1 and not isinstance(tensors[0], Tensor) else list(tensors)
    if indexing is None:
        warnings.warn(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.",
            UserWarning,
            stacklevel=2,
        )
        indexing = "ij"
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    if not given:
        raise RuntimeError("meshgrid expects a non-empty TensorList")
    for each in given:
        if each._array.ndim > 1:
            raise RuntimeError(f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {each}")
    if any(each.dtype is not given[0].dtype for each in given):
        raise RuntimeError("meshgrid expects all tensors to have the same dtype")
    exchanged = indexing == "xy" and len(given) >= 2
    if exchanged:
        given[0], given[1] = given[1], given[0]
    shape = [each._array.size for each in given]
    grids = [
        expand(view(each, [-1 if i == j else 1 for j in range(len(given))]), shape) for i, each in enumerate(given)
    ]
    if exchanged:
        grids[0], grids[1] = grids[1], grids[0]
    return tuple(grids)


def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """The tensors, expanded to the shape that they broadcast to (torch.broadcast_tensors)."""
    given = list(tensors[0]) if len(tensors) == 1 and not isinstance(tensors[0], Tensor) else list(tensors)
    shape: tuple[int, ...] = ()
    for each in given:
        try:
            shape = np.broadcast_shapes(shape, each._array.shape)
        except ValueError:
            raise errors.sizes_must_match(shape, each._array.shape) from None
    return tuple(each if each._array.shape == shape else expand(each, shape) for each in given)


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
