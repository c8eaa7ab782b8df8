"""Losses of differences and of probabilities (torch.nn.functional), and what all losses begin and end with."""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np

from gradcli.engine import errors
from gradcli.engine.constants import numbers_of
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import (
    ArrayFunction,
    as_float,
    backward_operation,
    expecting,
    meet,
    need_floats,
    overloaded,
    record,
    values_of,
)
from gradcli.engine.ops.nn.activation import log_sigmoid_array, logsigmoid
from gradcli.engine.ops.pointwise import arithmetic, elementary
from gradcli.engine.ops.pointwise.elementary import sigmoid_of
from gradcli.engine.ops.pointwise.special import xlogy
from gradcli.engine.ops.reduce import sums
from gradcli.engine.ops.shape import views
from gradcli.engine.rounding import wide
from gradcli.engine.tensor import Tensor, wrap

_bce_backward: ArrayFunction = backward_operation(
    "BinaryCrossEntropyBackwardBackward0",
    lambda grad, self, target, scale, weight: grad * _bce_slope(self, target) * (weight * scale),
    attributes=("scale", "weight"),
    grad_output=lambda grad, self, target, scale, weight: _bce_backward(grad, self, target, scale, weight),
    self=lambda grad, grad_output, self, target, scale, weight: _bce_of_self(
        grad, grad_output, self, target, scale, weight
    ),
    target=lambda grad, grad_output, self, scale, weight: -grad * grad_output / ((1 - self) * self) * (weight * scale),
)
_BinaryCrossEntropyBackward0 = derivative(
    "BinaryCrossEntropyBackward0",
    saves=("weight",),
    self=lambda grad, self, target, weight, scale: _bce_backward(grad, self, target, scale, _factor(weight)),
    target=lambda grad, self, weight, scale: grad * (np.log(1 - self) - np.log(self)) * (_factor(weight) * scale),
)
_BinaryCrossEntropyWithLogitsBackward0 = derivative(
    "BinaryCrossEntropyWithLogitsBackward0",
    saves=("weight", "pos_weight"),
    self=lambda grad, self, target, weight, pos_weight, scale: _logits_of_self(
        grad, self, target, weight, pos_weight, scale
    ),
    target=lambda grad, self, weight, pos_weight, scale: _logits_of_target(grad, self, weight, pos_weight, scale),
)


# Of the difference of input and target.


def _of_difference(name: str, slope: ArrayFunction, curvature: ArrayFunction) -> type[Node]:
    """The node of a loss of `input - target`, from the first and second derivatives by it.

    `bound` is where the loss changes its piece. torch has the gradient as an operation of its own,
    recorded with create_graph.
    """

    def gradient(grad: Any, self: Any, target: Any, scale: float, bound: float) -> Any:
        return backward(grad, self, target, scale, bound)

    def second(grad: Any, grad_output: Any, self: Any, target: Any, scale: float, bound: float) -> Any:
        return grad * grad_output * (curvature(values_of(self) - values_of(target), bound) * scale)

    def second_of_target(grad: Any, grad_output: Any, self: Any, target: Any, scale: float, bound: float) -> Any:
        return -second(grad, grad_output, self, target, scale, bound)

    backward: ArrayFunction = backward_operation(
        f"{name}BackwardBackward0",
        lambda grad, self, target, scale, bound: grad * (slope(self - target, bound) * scale),
        attributes=("scale", "bound"),
        grad_output=gradient,
        self=second,
        target=second_of_target,
    )
    return derivative(
        f"{name}Backward0",
        self=gradient,
        target=lambda grad, self, target, scale, bound: backward(grad, target, self, scale, bound),
    )


def _difference_loss(
    node_class: type[Node],
    kernel: str,
    loss: ArrayFunction,
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    reduction: str,
    bound: float = 0.0,
) -> Tensor:
    """A loss of `input - target`: broadcast, computed, weighted, reduced and recorded."""
    first, second = broadcast(input, target)
    a, b, dtype = meet(first, second)
    need_floats(kernel, dtype)
    each = loss(a - b, bound)
    applied = reduction if weight is None else "none"
    array = dtype.cast(reduced_array(each, applied))
    result = record(node_class, array, (first, second), (share_of(each, applied), bound))
    if first.dtype is not dtype or second.dtype is not dtype:
        result = expecting(result, *[(operand._array.shape, operand.dtype) for operand in (first, second)])
    return result if weight is None else _weighted(result, weight, reduction)


def _weighted(losses: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """Losses times weights; their mean is divided by the sum of the weights. Raises ValueError on another size."""
    if weight._array.shape != losses._array.shape:
        raise ValueError("Weights and input must have the same size.")
    weighted = arithmetic.mul(losses, weight)
    if reduction == "mean":
        return arithmetic.div(sums.sum(weighted), sums.sum(weight))
    return reduced(weighted, reduction)


_MseLossBackward0 = _of_difference(
    "MseLoss", lambda difference, bound: 2 * difference, lambda difference, bound: np.full_like(difference, 2)
)

_SmoothL1LossBackward0 = _of_difference(
    "SmoothL1Loss",
    lambda difference, bound: np.where(np.abs(difference) < bound, difference / bound, np.sign(difference)),
    lambda difference, bound: np.where(
        np.abs(difference) < bound, numbers_of(difference).ratio(1.0, bound), np.zeros_like(difference)
    ),
)

_HuberLossBackward0 = _of_difference(
    "HuberLoss",
    lambda difference, bound: np.where(np.abs(difference) < bound, difference, bound * np.sign(difference)),
    lambda difference, bound: np.where(np.abs(difference) < bound, np.ones_like(difference), np.zeros_like(difference)),
)


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean (or sum, or each) of `(input - target)**2` (F.mse_loss). Warns where the sizes differ."""
    how = reduction_of(reduction, size_average, reduce)
    warn_of_sizes(input, target)
    return _difference_loss(
        _MseLossBackward0, "mse_cpu", lambda difference, bound: difference * difference, input, target, weight, how
    )


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean (or sum, or each) of `|input - target|` (F.l1_loss). Warns where the sizes differ."""
    how = reduction_of(reduction, size_average, reduce)
    warn_of_sizes(input, target)
    losses = arithmetic.abs(arithmetic.sub(*broadcast(input, target)))
    return reduced(losses, how) if weight is None else _weighted(losses, weight, how)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """`d**2 / (2 beta)` where `d = |input - target|` is below beta, else `d - beta/2` (F.smooth_l1_loss).

    Warns where the sizes differ; raises RuntimeError on a negative beta.
    """
    how = reduction_of(reduction, size_average, reduce)
    warn_of_sizes(input, target)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    if beta == 0:
        return reduced(arithmetic.abs(arithmetic.sub(*broadcast(input, target))), how)

    def loss(difference: Any, bound: float) -> Any:
        size = np.abs(difference)
        return np.where(size < bound, 0.5 * size * size / bound, size - 0.5 * bound)

    return _difference_loss(_SmoothL1LossBackward0, "smooth_l1_cpu", loss, input, target, None, how, as_float(beta))


def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """`d**2 / 2` where `d = |input - target|` is below delta, else `delta * (d - delta/2)` (F.huber_loss).

    Warns where the sizes differ; raises RuntimeError on a delta that is not positive.
    """
    how = reduction_of(reduction, None, None)
    warn_of_sizes(input, target)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")

    def loss(difference: Any, bound: float) -> Any:
        size = np.abs(difference)
        return np.where(size < bound, 0.5 * size * size, bound * (size - 0.5 * bound))

    return _difference_loss(_HuberLossBackward0, "huber_cpu", loss, input, target, weight, how, as_float(delta))


# Of probabilities.

_TINY: Final = float(np.float32(1e-12))
"""What keeps the derivative of binary_cross_entropy finite at 0 and 1; a float32 number in torch."""

_LEAST_LOG: Final = -100.0
"""Where binary_cross_entropy cuts logarithms off."""


def _bce_slope(self: Any, target: Any) -> Any:
    return (self - target) / np.maximum((1 - self) * self, _TINY)


def _bce_of_self(grad: Any, grad_output: Any, self: Any, target: Any, scale: float, weight: Any) -> Any:
    spread = (1 - self) * self
    floor = np.full_like(values_of(spread), _TINY)
    squared = np.maximum(spread, floor) if isinstance(spread, Tensor) else np.maximum(spread, _TINY)
    curvature = (self * self - 2 * self * target + target) / (squared * squared)
    return grad * grad_output * curvature * (weight * scale)


def _factor(weight: Any) -> Any:
    """The array of weights, 1 where there are none; they are not differentiated."""
    return 1.0 if weight is None else values_of(weight)


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`-(t log x + (1 - t) log(1 - x))`, logarithms cut off at -100 (F.binary_cross_entropy).

    Raises ValueError where the sizes differ, RuntimeError where input or target leave [0, 1].
    """
    how = reduction_of(reduction, size_average, reduce)
    if input.shape != target.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. "
            "Please ensure they have the same size."
        )
    x, t = input._array, target._array
    need_floats("binary_cross_entropy", input.dtype)
    if input.dtype is not target.dtype:
        raise RuntimeError(f"Found dtype {target.dtype.word} but expected {input.dtype.word}")
    for name, array in (("input", x), ("target", t)):
        if not np.all((array >= 0) & (array <= 1)):
            raise RuntimeError(f"all elements of {name} should be between 0 and 1")
    with np.errstate(divide="ignore"):
        each = (t - 1) * np.maximum(np.log1p(-x), _LEAST_LOG) - t * np.maximum(np.log(x), _LEAST_LOG)
    array = input.dtype.cast(reduced_array(each * _factor(weight), how))
    return record(_BinaryCrossEntropyBackward0, array, (input, target), (share_of(each, how),), weight=weight)


def _logits_of_self(grad: Any, self: Any, target: Any, weight: Any, pos_weight: Any, scale: float) -> Any:
    share = _factor(weight) * scale
    if pos_weight is None:
        return grad * (sigmoid_of(self) - target) * share
    positive = _factor(pos_weight) * target
    return grad * ((positive + 1 - target) * sigmoid_of(self) - positive) * share


def _logits_of_target(grad: Any, self: Any, weight: Any, pos_weight: Any, scale: float) -> Any:
    share = _factor(weight) * scale
    if pos_weight is None:
        return grad * -self * share
    return grad * (_log_sigmoid(-self) - _log_sigmoid(self) * _factor(pos_weight)) * share


_log_sigmoid = overloaded(logsigmoid, log_sigmoid_array)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """binary_cross_entropy of the sigmoid, without overflow (F.binary_cross_entropy_with_logits).

    `pos_weight` multiplies the part of the positives; the dtype is the target's.
    Raises ValueError where the sizes differ.
    """
    how = reduction_of(reduction, size_average, reduce)
    if input.shape != target.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    need_floats("log_sigmoid_cpu", input.dtype)
    if not target.dtype.is_floating_point:
        raise RuntimeError(
            f"result type {input.dtype.word} can't be cast to the desired output type {target.dtype.word}"
        )
    x, t = input._array, target._array
    logarithms = input.dtype.cast(log_sigmoid_array(wide(x)))
    if pos_weight is not None:
        logarithms = input.dtype.cast(((_factor(pos_weight) - 1) * t + 1) * logarithms)
    each = target.dtype.cast((1 - t) * x) - logarithms
    array = target.dtype.cast(reduced_array(each * _factor(weight), how))
    node_class, attributes = _BinaryCrossEntropyWithLogitsBackward0, (share_of(each, how),)
    result = record(node_class, array, (input, target), attributes, weight=weight, pos_weight=pos_weight)
    if input.dtype is target.dtype:
        return result
    return expecting(result, (x.shape, input.dtype), (t.shape, target.dtype))


_KL_DIV_MEAN: Final = (
    "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides only by "
    "the batch size, and aligns with the KL div math definition.'mean' will be changed to behave the same as "
    "'batchmean' in the next major release."
)


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """The divergence of the probabilities `target` from those whose logarithms are `input` (F.kl_div).

    Reductions are `none`, `sum`, `mean` (which warns) and `batchmean`, the sum over the first dimension's length.
    """
    by_batch = reduction == "batchmean" and size_average is None and reduce is None
    how = "sum" if by_batch else reduction_of(reduction, size_average, reduce)
    if how == "mean":
        warnings.warn(_KL_DIV_MEAN, UserWarning, stacklevel=2)
    if not input.dtype.is_floating_point:
        raise RuntimeError("kl_div: Integral inputs not supported.")
    if log_target:
        losses = arithmetic.mul(elementary.exp(target), arithmetic.sub(target, input))
    else:
        losses = arithmetic.sub(xlogy(target, target), arithmetic.mul(target, input))
    total = reduced(losses, how)
    if not by_batch or not input._array.ndim:
        return total
    return arithmetic.div(total, wrap(total.dtype.scalar(input._array.shape[0])))


def reduction_of(reduction: str, size_average: bool | None, reduce_: bool | None) -> str:
    """The reduction, from torch's old arguments where they are given. Raises ValueError on an unknown one."""
    if size_average is not None or reduce_ is not None:
        averaged = size_average is None or size_average
        reduction = "none" if reduce_ is False else "mean" if averaged else "sum"
        warnings.warn(
            f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
            UserWarning,
            stacklevel=3,
        )
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def reduced_array(array: Any, reduction: str) -> Any:
    """An array of losses, reduced; the mean of none is nan."""
    if reduction == "none":
        return array
    if reduction == "sum":
        return array.sum()
    return array.mean() if array.size else array.dtype.type(np.nan)


def reduced(losses: Tensor, reduction: str) -> Tensor:
    """Recorded losses, reduced."""
    if reduction == "none":
        return losses
    return sums.mean(losses) if reduction == "mean" else sums.sum(losses)


def share_of(array: Any, reduction: str) -> Any:
    """What one element counts in the reduced loss."""
    return numbers_of(array).ratio(1.0, max(array.size, 1)) if reduction == "mean" else 1.0


def warn_of_sizes(input: Tensor, target: Tensor) -> None:
    """Warn where input and target are not of one size."""
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will "
            "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            UserWarning,
            stacklevel=3,
        )


def broadcast(input: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Both in their common shape. Raises RuntimeError where they have none."""
    if input._array.shape == target._array.shape:
        return input, target
    try:
        common = np.broadcast_shapes(input._array.shape, target._array.shape)
    except ValueError:
        raise errors.sizes_must_match(input._array.shape, target._array.shape) from None
    return views.expand(input, common), views.expand(target, common)
