"""Losses of classes (torch.nn.functional): nll_loss and cross_entropy."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine import dtypes, errors
from gradcli.engine.node import derivative
from gradcli.engine.ops.declare import ArrayFunction, backward_operation, need_floats, record, values_of, zero_gradient
from gradcli.engine.ops.index.masks import masked_fill
from gradcli.engine.ops.nn.loss import reduced, reduction_of
from gradcli.engine.ops.pointwise import arithmetic
from gradcli.engine.ops.reduce import sums
from gradcli.engine.ops.reduce.softmax import log_softmax
from gradcli.engine.ops.rules import divided, scaled
from gradcli.engine.ops.shape import views
from gradcli.engine.tensor import Tensor, wrap

_nll_backward: ArrayFunction = backward_operation(
    "NllLossBackwardBackward0",
    lambda grad, x, target, weight, total_weight, reduction, ignore_index: _nll_backward_array(
        grad, x, target, weight, total_weight, reduction, ignore_index
    ),
    attributes=("target", "weight", "total_weight", "reduction", "ignore_index"),
    grad_output=lambda grad, target, weight, total_weight, reduction, ignore_index: _nll(
        grad, target, weight, total_weight, reduction, ignore_index
    ),
    self=zero_gradient,
)
_NllLossBackward0 = derivative(
    "NllLossBackward0",
    saves=("target", "weight", "total_weight"),
    self=lambda grad, self, target, total_weight, weight, reduction, ignore_index: _nll_gradient(
        grad, self, target, total_weight, weight, reduction, ignore_index
    ),
)
_NllLoss2DBackward0 = derivative(
    "NllLoss2DBackward0",
    saves=("target", "weight", "total_weight"),
    self=lambda grad, self, target, total_weight, weight, reduction, ignore_index: _nll_gradient(
        grad, self, target, total_weight, weight, reduction, ignore_index
    ),
)


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
    if dtype.kind == "O":
        dtype = np.dtype(np.int64)  # counts are whole
    if weight is None:
        return dtype.type(1) if ignored is None else (~ignored).astype(dtype)
    counted = weight[classes]
    return counted if ignored is None else np.where(ignored, counted.dtype.type(0), counted)


def _total_weight(classes: Any, weights: Any) -> Any:
    """The sum of the weights of all classes."""
    return weights.sum() if np.shape(weights) == np.shape(classes) else weights.dtype.type(np.size(classes))


def _nll_array(x: Any, target: Any, weight: Any, total_weight: Any, reduction: str, ignore_index: int) -> Any:
    classes, ignored = _chosen(target, ignore_index)
    losses = -x[_places(classes, x.ndim)] * _class_weights(classes, ignored, weight, x.dtype)
    if ignored is not None:
        losses = np.where(ignored, np.zeros_like(losses), losses)
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
    constants = (values_of(target), values_of(weight), values_of(total_weight))
    return _nll_backward(grad, self, *constants, reduction, ignore_index)


def _nll(x: Any, target: Any, weight: Any, total_weight: Any, reduction: str, ignore_index: int) -> Any:
    """nll_loss of an array, or of a Tensor, recorded."""
    array = _nll_array(values_of(x), target, weight, total_weight, reduction, ignore_index)
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
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Minus the elements of the log-probabilities `input` (N, C, …) that the classes `target` (N, …) pick (F.nll_loss).

    The mean is weighted. Raises ValueError, RuntimeError and IndexError, in torch's words, on shapes,
    dtypes and classes that do not fit.
    """
    how = reduction_of(reduction, size_average, reduce)
    x, classes = input._array, target._array
    _check_classes(input, target, weight, ignore_index)
    factors = None if weight is None else weight._array.astype(x.dtype, copy=False)
    chosen, ignored = _chosen(classes, ignore_index)
    total_weight = _total_weight(chosen, _class_weights(chosen, ignored, factors, x.dtype))
    losses: Tensor = _nll(input, classes, factors, total_weight, how, ignore_index)
    return losses


def _check_classes(input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int) -> None:
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
    need_floats("nll_loss_out_frame", input.dtype)
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


def cross_entropy(
    input: Tensor,
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
    how = reduction_of(reduction, size_average, reduce)
    if input.shape == target.shape:
        if not target.dtype.is_floating_point:
            raise RuntimeError(
                f"Expected floating point type for target with class probabilities, got {target.dtype.word}"
            )
        if not input._array.ndim:
            raise errors.no_dimensions(1)
        return _cross_entropy_of_probabilities(input, target, weight, how, label_smoothing)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}")
    logarithms = _log_softmax(input)
    picked = nll_loss(logarithms, target, weight, ignore_index=ignore_index, reduction=how)
    if not label_smoothing:
        return picked
    count = logarithms._array.shape[_class_dimension(input)]
    smooth = _smoothing_loss(logarithms, target, weight, ignore_index, how)
    return arithmetic.add(scaled(picked, 1 - label_smoothing), scaled(smooth, label_smoothing / count))


def _class_dimension(input: Tensor) -> int:
    return 0 if input._array.ndim == 1 else 1


def _log_softmax(input: Tensor) -> Tensor:
    return log_softmax(input, _class_dimension(input))


def _by_class(weight: Tensor, like: Tensor) -> Tensor:
    dims = like._array.ndim
    return views.reshape(weight, (-1,) if dims == 1 else (1, -1, *[1] * (dims - 2)))


def _smoothing_loss(
    logarithms: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, reduction: str
) -> Tensor:
    """The loss of the uniform distribution, over what is not ignored."""
    terms = logarithms if weight is None else arithmetic.mul(logarithms, _by_class(weight, logarithms))
    losses = arithmetic.neg(sums.sum(terms, _class_dimension(logarithms)))
    classes = target._array
    kept, ignored = _chosen(classes, ignore_index)
    losses = masked_fill(losses, wrap(classes == ignore_index), 0)
    if reduction != "mean":
        return reduced(losses, reduction)
    factors = None if weight is None else weight._array
    total = _total_weight(kept, _class_weights(kept, ignored, factors, logarithms._array.dtype))
    return arithmetic.div(sums.sum(losses), wrap(total))


def _cross_entropy_of_probabilities(
    input: Tensor,
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
        target = arithmetic.add(arithmetic.mul(target, 1 - label_smoothing), label_smoothing / count)
    terms = arithmetic.mul(logarithms, target)
    if weight is not None:
        terms = arithmetic.mul(terms, _by_class(weight, terms))
    if reduction == "none":
        return arithmetic.neg(sums.sum(terms, axis))
    total = arithmetic.neg(sums.sum(terms))
    return total if reduction == "sum" else divided(total, logarithms._array.size / max(count, 1))
