"""Differences of neighbours, and the trapezoidal rule, as torch builds them of slices and sums."""

from __future__ import annotations

from gradcli.engine import dtypes
from gradcli.engine.errors import no_dimensions
from gradcli.engine.ops import pointwise
from gradcli.engine.ops.index import select, sliced
from gradcli.engine.ops.join import cat
from gradcli.engine.ops.reduce import sum as total
from gradcli.engine.ops.scalars import divided, scaled
from gradcli.engine.ops.scan import cumsum
from gradcli.engine.ops.shape import copy_of_gradient as copied
from gradcli.engine.ops.shape import view
from gradcli.engine.tensor import Tensor


def _neighbours(tensor: Tensor, dim: int) -> tuple[Tensor, Tensor]:
    """All but the first along a dimension, and all but the last."""
    size = tensor._array.shape[dim]
    return sliced(tensor, dim, min(1, size), size), sliced(tensor, dim, 0, max(size - 1, 0))


def _check_attached(input: Tensor, other: Tensor | None, dim: int) -> None:
    """Raise RuntimeError where what is put before or after a tensor has other sizes than it."""
    if other is None:
        return
    own, given = input._array.shape, other._array.shape
    if len(own) != len(given):
        raise RuntimeError("diff expects prepend or append to be the same dimension as input")
    for i, (size, found) in enumerate(zip(own, given, strict=True)):
        if i != dim and size != found:
            raise RuntimeError(
                "diff expects the shape of tensor to prepend or append to match that of input except along the "
                f"differencing dimension; input.size({i}) = {size}, but got tensor.size({i}) = {found}"
            )


def diff(
    input: Tensor,
    n: int = 1,
    dim: int = -1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
) -> Tensor:
    """The differences of neighbours along `dim`, taken `n` times (torch.diff). Of bools, whether neighbours differ.

    Raises RuntimeError on a number, and where `n` is negative.
    """
    if input._array.ndim == 0:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    at = input._dimension(dim)
    if n == 0:
        return copied(input)
    for each in (prepend, append):
        _check_attached(input, each, at)
    given = [each for each in (prepend, input, append) if each is not None]
    result = cat(given, at) if len(given) > 1 else input
    for _ in range(min(n, result._array.shape[at])):
        later, earlier = _neighbours(result, at)
        if result.dtype is dtypes.bool_:
            result = pointwise.logical_xor(later, earlier)
        else:
            result = pointwise.sub(later, earlier)
    return result


def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1.0, dim: int = -1) -> Tensor:
    """The integral along `dim` by the trapezoidal rule, at points `x` or `dx` apart (torch.trapezoid)."""
    at = y._dimension(dim)
    if not y._array.ndim:
        raise no_dimensions(dim)
    if x is not None:
        return divided(total(_weighted(y, x, at), at), 2)
    if y._array.shape[at] == 0:
        return total(y.detach(), at)  # type: ignore[no-any-return]
    ends = pointwise.add(select(y, at, 0), select(y, at, -1))
    return scaled(pointwise.sub(total(y, at), scaled(ends, 0.5)), dx)


def trapz(y: Tensor, x: Tensor | None = None, *, dx: float = 1.0, dim: int = -1) -> Tensor:
    """The integral along `dim` by the trapezoidal rule (torch.trapz)."""
    return trapezoid(y, x, dx=dx, dim=dim)


def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1.0, dim: int = -1) -> Tensor:
    """The integrals along `dim` up to each point but the first, by the trapezoidal rule
    (torch.cumulative_trapezoid)."""
    at = y._dimension(dim)
    if x is not None:
        return divided(cumsum(_weighted(y, x, at), at), 2)
    later, earlier = _neighbours(y, at)
    result: Tensor = cumsum(scaled(pointwise.add(later, earlier), dx / 2), at)
    return result


def _weighted(y: Tensor, x: Tensor, dim: int) -> Tensor:
    """For each interval, its width times the sum of the values at its ends."""
    if x._array.ndim == 1:
        if x._array.size != y._array.shape[dim]:
            raise RuntimeError("trapezoid: There must be one `x` value for each sample point")
        x = view(x, [-1 if i == dim else 1 for i in range(y._array.ndim)])
    later, earlier = _neighbours(x, x._array.ndim - y._array.ndim + dim)
    return pointwise.mul(pointwise.add(*reversed(_neighbours(y, dim))), pointwise.sub(later, earlier))
