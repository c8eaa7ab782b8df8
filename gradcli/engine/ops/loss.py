"""Loss functions (torch.nn.functional)."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine import dtypes, errors
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops import pointwise, reduce, shape
from gradcli.engine.ops.activation import logsigmoid
from gradcli.engine.ops.declare import meet, record
from gradcli.engine.ops.scan import log_softmax
from gradcli.engine.ops.special import backward_operation, overloaded, sigmoid_of, values, xlogy
from gradcli.engine.tensor import Tensor, wrap

ArrayFunction = Callable[..., Any]

# Reduction.


def _reduction(reduction: str, size_average: bool | None, reduce_: bool | None) -> str:
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


def _reduced_array(array: Any, reduction: str) -> Any:
    if reduction == "none":
        return array
    if reduction == "sum":
        return array.sum()
    return array.mean() if array.size else array.dtype.type(np.nan)


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    if reduction == "none":
        return losses
    result: Tensor = reduce.mean(losses) if reduction == "mean" else reduce.sum(losses)
    return result


def _share(array: Any, reduction: str) -> float:
    """What one element counts in the reduced loss."""
    return 1.0 / max(array.size, 1) if reduction == "mean" else 1.0


def _warn_of_sizes(input: Tensor, target: Tensor) -> None:  # noqa: A002 (torch's name)
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will "
            "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            UserWarning,
            stacklevel=3,
        )


def _broadcast(input: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:  # noqa: A002
    """Both in their common shape. Raises RuntimeError where they have none."""
    if input._array.shape == target._array.shape:
        return input, target
    try:
        common = np.broadcast_shapes(input._array.shape, target._array.shape)
    except ValueError:
        raise errors.sizes_must_match(input._array.shape, target._array.shape) from None
    return shape.expand(input, common), shape.expand(target, common)


# Of the difference of input and target.


def _of_difference(name: str, slope: ArrayFunction, curvature: ArrayFunction) -> type[Node]:
    """The node of a loss of `input - target`, from the first and second derivatives by it.

    `bound` is where the loss changes its piece. torch has the gradient as an operation of its own, recorded with
    create_graph.
    """

    def gradient(grad: Any, self: Any, target: Any, scale: float, bound: float) -> Any:
        return backward(grad, self, target, scale, bound)

    def second(grad: Any, grad_output: Any, self: Any, target: Any, scale: float, bound: float) -> Any:
        return grad * grad_output * (curvature(values(self) - values(target), bound) * scale)

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
    input: Tensor,  # noqa: A002
    target: Tensor,
    weight: Tensor | None,
    reduction: str,
    bound: float = 0.0,
) -> Tensor:
    """A loss of `input - target`: broadcast, computed, weighted, reduced and recorded."""
    first, second = _broadcast(input, target)
    a, b, dtype = meet(first, second)
    if not dtype.is_floating_point:
        raise NotImplementedError(f'"{kernel}" not implemented for {dtype.word!r}')
    each = loss(a - b, bound)
    applied = reduction if weight is None else "none"
    array = np.asarray(_reduced_array(each, applied), each.dtype)[()]
    result = record(node_class, array, (first, second), (_share(each, applied), bound))
    if result._node is not None and (first.dtype is not dtype or second.dtype is not dtype):
        result._node.expected = tuple((operand._array.shape, operand.dtype) for operand in (first, second))
    return result if weight is None else _weighted(result, weight, reduction)


def _weighted(losses: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """Losses times weights; their mean is divided by the sum of the weights. Raises ValueError on another size."""
    if weight._array.shape != losses._array.shape:
        raise ValueError("Weights and input must have the same size.")
    weighted = pointwise.mul(losses, weight)
    if reduction == "mean":
        return pointwise.div(reduce.sum(weighted), reduce.sum(weight))
    return _reduced(weighted, reduction)


_MseLossBackward0 = _of_difference(
    "MseLoss", lambda difference, bound: 2 * difference, lambda difference, bound: np.full_like(difference, 2)
)
_SmoothL1LossBackward0 = _of_difference(
    "SmoothL1Loss",
    lambda difference, bound: np.where(np.abs(difference) < bound, difference / bound, np.sign(difference)),
    lambda difference, bound: np.where(np.abs(difference) < bound, 1 / bound, 0).astype(difference.dtype),
)
_HuberLossBackward0 = _of_difference(
    "HuberLoss",
    lambda difference, bound: np.where(np.abs(difference) < bound, difference, bound * np.sign(difference)),
    lambda difference, bound: (np.abs(difference) < bound).astype(difference.dtype),
)


def mse_loss(
    input: Tensor,  # noqa: A002
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean (or sum, or each) of `(input - target)**2` (F.mse_loss). Warns where the sizes differ."""
    how = _reduction(reduction, size_average, reduce)
    _warn_of_sizes(input, target)
    return _difference_loss(
        _MseLossBackward0, "mse_cpu", lambda difference, bound: difference * difference, input, target, weight, how
    )


def l1_loss(
    input: Tensor,  # noqa: A002
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """The mean (or sum, or each) of `|input - target|` (F.l1_loss). Warns where the sizes differ."""
    how = _reduction(reduction, size_average, reduce)
    _warn_of_sizes(input, target)
    losses = pointwise.abs(pointwise.sub(*_broadcast(input, target)))
    return _reduced(losses, how) if weight is None else _weighted(losses, weight, how)


def smooth_l1_loss(
    input: Tensor,  # noqa: A002
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """`d**2 / (2 beta)` where `d = |input - target|` is below beta, else `d - beta/2` (F.smooth_l1_loss).

    Warns where the sizes differ; raises RuntimeError on a negative beta.
    """
    how = _reduction(reduction, size_average, reduce)
    _warn_of_sizes(input, target)
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    if beta == 0:
        return _reduced(pointwise.abs(pointwise.sub(*_broadcast(input, target))), how)

    def loss(difference: Any, bound: float) -> Any:
        size = np.abs(difference)
        return np.where(size < bound, 0.5 * size * size / bound, size - 0.5 * bound)

    return _difference_loss(_SmoothL1LossBackward0, "smooth_l1_cpu", loss, input, target, None, how, float(beta))


def huber_loss(
    input: Tensor,  # noqa: A002
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """`d**2 / 2` where `d = |input - target|` is below delta, else `delta * (d - delta/2)` (F.huber_loss).

    Warns where the sizes differ; raises RuntimeError on a delta that is not positive.
    """
    how = _reduction(reduction, None, None)
    _warn_of_sizes(input, target)
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")

    def loss(difference: Any, bound: float) -> Any:
        size = np.abs(difference)
        return np.where(size < bound, 0.5 * size * size, bound * (size - 0.5 * bound))

    return _difference_loss(_HuberLossBackward0, "huber_cpu", loss, input, target, weight, how, float(delta))


# Of probabilities.

_TINY: Final = float(np.float32(1e-12))
"""What keeps the derivative of binary_cross_entropy finite at 0 and 1; a float32 number in torch."""
_LEAST_LOG: Final = -100.0
"""Where binary_cross_entropy cuts logarithms off."""


def _bce_slope(self: Any, target: Any) -> Any:
    return (self - target) / np.maximum((1 - self) * self, _TINY)


def _bce_of_self(grad: Any, grad_output: Any, self: Any, target: Any, scale: float, weight: Any) -> Any:
    spread = (1 - self) * self
    floor = np.full_like(values(spread), _TINY)
    squared = np.maximum(spread, floor) if isinstance(spread, Tensor) else np.maximum(spread, _TINY)
    curvature = (self * self - 2 * self * target + target) / (squared * squared)
    return grad * grad_output * curvature * (weight * scale)


def _bce_of_target(grad: Any, grad_output: Any, self: Any, scale: float, weight: Any) -> Any:
    return -grad * grad_output / ((1 - self) * self) * (weight * scale)


_bce_backward: ArrayFunction = backward_operation(
    "BinaryCrossEntropyBackwardBackward0",
    lambda grad, self, target, scale, weight: grad * _bce_slope(self, target) * (weight * scale),
    attributes=("scale", "weight"),
    grad_output=lambda grad, self, target, scale, weight: _bce_backward(grad, self, target, scale, weight),
    self=_bce_of_self,
    target=_bce_of_target,
)
_BinaryCrossEntropyBackward0 = derivative(
    "BinaryCrossEntropyBackward0",
    saves=("weight",),
    self=lambda grad, self, target, weight, scale: _bce_backward(grad, self, target, scale, _factor(weight)),
    target=lambda grad, self, weight, scale: grad * (np.log(1 - self) - np.log(self)) * (_factor(weight) * scale),
)


def _factor(weight: Any) -> Any:
    """The array of weights, 1 where there are none; they are not differentiated."""
    return 1.0 if weight is None else values(weight)


def binary_cross_entropy(
    input: Tensor,  # noqa: A002
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`-(t log x + (1 - t) log(1 - x))`, logarithms cut off at -100 (F.binary_cross_entropy).

    Raises ValueError where the sizes differ, RuntimeError where input or target leave [0, 1].
    """
    how = _reduction(reduction, size_average, reduce)
    if input.shape != target.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. "
            "Please ensure they have the same size."
        )
    x, t = input._array, target._array
    for name, array in (("input", x), ("target", t)):
        if not np.all((array >= 0) & (array <= 1)):
            raise RuntimeError(f"all elements of {name} should be between 0 and 1")
    with np.errstate(divide="ignore"):
        each = (t - 1) * np.maximum(np.log1p(-x), _LEAST_LOG) - t * np.maximum(np.log(x), _LEAST_LOG)
    array = np.asarray(_reduced_array(each * _factor(weight), how), x.dtype)[()]
    return record(_BinaryCrossEntropyBackward0, array, (input, target), (_share(each, how),), weight=weight)


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


_log_sigmoid = overloaded(logsigmoid, lambda x: np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))))
_BinaryCrossEntropyWithLogitsBackward0 = derivative(
    "BinaryCrossEntropyWithLogitsBackward0",
    saves=("weight", "pos_weight"),
    self=_logits_of_self,
    target=_logits_of_target,
)


def binary_cross_entropy_with_logits(
    input: Tensor,  # noqa: A002
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """binary_cross_entropy of the sigmoid, without overflow (F.binary_cross_entropy_with_logits).

    `pos_weight` multiplies the part of the positives. Raises ValueError where the sizes differ.
    """
    how = _reduction(reduction, size_average, reduce)
    if input.shape != target.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    x, t = input._array, target._array
    softplus = np.log1p(np.exp(-np.abs(x))) + np.maximum(-x, 0)
    each = (1 - t) * x + ((_factor(pos_weight) - 1) * t + 1) * softplus
    array = np.asarray(_reduced_array(each * _factor(weight), how), x.dtype)[()]
    node_class, attributes = _BinaryCrossEntropyWithLogitsBackward0, (_share(each, how),)
    return record(node_class, array, (input, target), attributes, weight=weight, pos_weight=pos_weight)


# Of classes.


def _chosen(target: Any, ignore_index: int) -> tuple[Any, Any]:
    """The classes, 0 where one is to be ignored, and where that is; None where it is nowhere."""
    ignored = target == ignore_index
    return (np.where(ignored, 0, target), ignored) if ignored.any() else (target, None)


def _places(classes: Any, ndim: int) -> tuple[Any, ...]:
    """The index of the elements that the classes pick from an array of `ndim` dimensions."""
    if ndim == 1:
        return (classes,)
    samples, *others = (
        np.ogrid[tuple([slice(size) for size in classes.shape])] if ndim > 2 else [np.arange(len(classes))]
    )
    return (samples, classes, *others)


def _class_weights(classes: Any, ignored: Any, weight: Any, dtype: Any) -> Any:
    """How much the loss of each class counts; a number where all count alike."""
    if weight is None:
        return dtype.type(1) if ignored is None else (~ignored).astype(dtype)
    counted = weight[classes].astype(dtype, copy=False)
    return counted if ignored is None else np.where(ignored, dtype.type(0), counted)


def _total_weight(classes: Any, weights: Any) -> Any:
    """The sum of the weights of all classes."""
    return weights.sum() if np.shape(weights) == np.shape(classes) else weights.dtype.type(np.size(classes))


def _nll_array(x: Any, target: Any, weight: Any, total_weight: Any, reduction: str, ignore_index: int) -> Any:
    classes, ignored = _chosen(target, ignore_index)
    losses = -x[_places(classes, x.ndim)] * _class_weights(classes, ignored, weight, x.dtype)
    if ignored is not None:
        losses = np.where(ignored, x.dtype.type(0), losses)
    if reduction == "none":
        return losses[()]
    with np.errstate(invalid="ignore"):
        return losses.sum() / total_weight if reduction == "mean" else losses.sum()


def _nll_backward_array(
    grad: Any, x: Any, target: Any, weight: Any, total_weight: Any, reduction: str, ignore_index: int
) -> Any:
    classes, ignored = _chosen(target, ignore_index)
    counted = -grad * _class_weights(classes, ignored, weight, x.dtype)
    if reduction == "mean":
        counted = counted / total_weight
    result = np.zeros_like(x)
    result[_places(classes, x.ndim)] = counted
    return result


def _nll_gradient(
    grad: Any, self: Any, target: Any, total_weight: Any, weight: Any, reduction: str, ignore_index: int
) -> Any:
    constants = (values(target), values(weight), values(total_weight))
    return _nll_backward(grad, self, *constants, reduction, ignore_index)


_nll_backward: ArrayFunction = backward_operation(
    "NllLossBackwardBackward0",
    _nll_backward_array,
    attributes=("target", "weight", "total_weight", "reduction", "ignore_index"),
    grad_output=lambda grad, target, weight, total_weight, reduction, ignore_index: _nll(
        grad, target, weight, total_weight, reduction, ignore_index
    ),
    self=None,
)
_NllLossBackward0 = derivative("NllLossBackward0", saves=("target", "weight", "total_weight"), self=_nll_gradient)
_NllLoss2DBackward0 = derivative("NllLoss2DBackward0", saves=("target", "weight", "total_weight"), self=_nll_gradient)


def _nll(x: Any, target: Any, weight: Any, total_weight: Any, reduction: str, ignore_index: int) -> Any:
    """nll_loss of an array, or of a Tensor, recorded."""
    array = _nll_array(values(x), target, weight, total_weight, reduction, ignore_index)
    if not isinstance(x, Tensor):
        return array
    node_class = _NllLossBackward0 if x._array.ndim < 3 else _NllLoss2DBackward0
    saved = {
        "target": wrap(target),
        "total_weight": wrap(total_weight),
        "weight": None if weight is None else wrap(weight),
    }
    return record(node_class, array, (x,), (reduction, ignore_index), **saved)


def nll_loss(
    input: Tensor,  # noqa: A002
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Minus the elements of the log-probabilities `input` (N, C, …) that the classes `target` (N, …) pick (F.nll_loss).

    The mean is weighted. Raises ValueError, RuntimeError and IndexError, in torch's words, on shapes, dtypes and
    classes that do not fit.
    """
    how = _reduction(reduction, size_average, reduce)
    x, classes = input._array, target._array
    _check_classes(input, target, weight, ignore_index)
    factors = None if weight is None else weight._array.astype(x.dtype, copy=False)
    chosen, ignored = _chosen(classes, ignore_index)
    total_weight = _total_weight(chosen, _class_weights(chosen, ignored, factors, x.dtype))
    return _nll(input, classes, factors, total_weight, how, ignore_index)  # type: ignore[no-any-return]


def _check_classes(input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int) -> None:  # noqa: A002
    x, classes = input._array, target._array
    if not x.ndim:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    if x.ndim > 1 and (not classes.ndim or x.shape[0] != classes.shape[0]):
        found = classes.shape[0] if classes.ndim else 1
        raise ValueError(f"Expected input batch_size ({x.shape[0]}) to match target batch_size ({found}).")
    if target.dtype not in (dtypes.int64, dtypes.uint8):
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {target.dtype.word}")
    if x.ndim <= 2 and classes.ndim > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if x.ndim > 2 and classes.shape[1:] != x.shape[2:]:
        raise RuntimeError(f"Expected target size {[x.shape[0], *x.shape[2:]]}, got {list(classes.shape)}")
    if not input.dtype.is_floating_point:
        raise NotImplementedError(f'"nll_loss_out_frame" not implemented for {input.dtype.word!r}')
    count = x.shape[1] if x.ndim > 1 else x.shape[0]
    if weight is None and classes.size and classes.min() >= 0 and classes.max() < count:
        return
    if weight is not None and weight._array.shape != (count,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {count} classes or no classes but got weight tensor of "
            f"shape: {list(weight._array.shape)}"
        )
    outside = classes[(classes != ignore_index) & ((classes < 0) | (classes >= count))] if classes.ndim else classes
    if classes.ndim == 0 and (classes == ignore_index or 0 <= classes < count):
        return
    if outside.size:
        raise IndexError(f"Target {int(outside.ravel()[0])} is out of bounds.")


_DivBackward1 = derivative("DivBackward1", self=lambda grad, other: grad / other)


def _divided(total: Tensor, count: float) -> Tensor:
    """A sum over a count that torch takes as a Scalar."""
    with np.errstate(all="ignore"):
        return record(_DivBackward1, total._array / total._array.dtype.type(count), (total,), (count,))


def cross_entropy(
    input: Tensor,  # noqa: A002
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """nll_loss of the log_softmax of `input` (N, C, …) for classes (N, …) or probabilities (N, C, …) (F.cross_entropy).

    Raises RuntimeError on label_smoothing outside [0, 1], and what nll_loss raises.
    """
    how = _reduction(reduction, size_average, reduce)
    if input.shape == target.shape:
        if not target.dtype.is_floating_point:
            raise RuntimeError(
                f"Expected floating point type for target with class probabilities, got {target.dtype.word}"
            )
        return _cross_entropy_of_probabilities(input, target, weight, how, label_smoothing)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")
    logarithms = _log_softmax(input)
    picked = nll_loss(logarithms, target, weight, ignore_index=ignore_index, reduction=how)
    if not label_smoothing:
        return picked
    count = logarithms._array.shape[_class_dimension(input)]
    smooth = _smoothing_loss(logarithms, target, weight, ignore_index, how)
    return pointwise.add(pointwise.mul(picked, 1 - label_smoothing), pointwise.mul(smooth, label_smoothing / count))


def _class_dimension(input: Tensor) -> int:  # noqa: A002
    return 0 if input._array.ndim == 1 else 1


def _log_softmax(input: Tensor) -> Tensor:  # noqa: A002
    return log_softmax(input, _class_dimension(input))


def _by_class(weight: Tensor, like: Tensor) -> Tensor:
    dims = like._array.ndim
    return shape.reshape(weight, (-1,) if dims == 1 else (1, -1, *[1] * (dims - 2)))


def _smoothing_loss(
    logarithms: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, reduction: str
) -> Tensor:
    """The loss of the uniform distribution, over what is not ignored."""
    terms = logarithms if weight is None else pointwise.mul(logarithms, _by_class(weight, logarithms))
    losses = pointwise.neg(reduce.sum(terms, _class_dimension(logarithms)))
    classes = target._array
    kept, ignored = _chosen(classes, ignore_index)
    if ignored is not None:
        losses = pointwise.where(wrap(np.asarray(~ignored)[()]), losses, 0.0)
    if reduction != "mean":
        return _reduced(losses, reduction)
    factors = None if weight is None else weight._array
    total = _total_weight(kept, _class_weights(kept, ignored, factors, logarithms._array.dtype))
    return _divided(reduce.sum(losses), total)


def _cross_entropy_of_probabilities(
    input: Tensor,  # noqa: A002
    target: Tensor,
    weight: Tensor | None,
    reduction: str,
    label_smoothing: float,
) -> Tensor:
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")
    axis = _class_dimension(input)
    logarithms = _log_softmax(input)
    count = logarithms._array.shape[axis]
    if label_smoothing:
        target = pointwise.add(pointwise.mul(target, 1 - label_smoothing), label_smoothing / count)
    terms = pointwise.mul(logarithms, target)
    if weight is not None:
        terms = pointwise.mul(terms, _by_class(weight, terms))
    if reduction == "none":
        return pointwise.neg(reduce.sum(terms, axis))
    total = pointwise.neg(reduce.sum(terms))
    return total if reduction == "sum" else _divided(total, logarithms._array.size / max(count, 1))


_KL_DIV_MEAN: Final = (
    "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides only by "
    "the batch size, and aligns with the KL div math definition.'mean' will be changed to behave the same as "
    "'batchmean' in the next major release."
)


def kl_div(
    input: Tensor,  # noqa: A002
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
    how = "sum" if by_batch else _reduction(reduction, size_average, reduce)
    if how == "mean":
        warnings.warn(_KL_DIV_MEAN, UserWarning, stacklevel=2)
    if log_target:
        losses = pointwise.mul(pointwise.exp(target), pointwise.sub(target, input))
    else:
        losses = pointwise.sub(xlogy(target, target), pointwise.mul(target, input))
    reduced = _reduced(losses, how)
    if not by_batch or not input._array.ndim:
        return reduced
    return pointwise.div(reduced, wrap(reduced._array.dtype.type(input._array.shape[0])))
