"""Normalisation (F.batch_norm, F.layer_norm): along some dimensions, mean 0 and variance 1, then a weight and a bias.

    result = normal*weight + bias        normal = (input - mean)*scale        scale = 1/sqrt(variance + eps)

With P(u) = u - mean(u) - normal*mean(u*normal), which takes from u what it has in common with 1 and with `normal`,
the derivative of `normal` in a direction d is scale*P(d), and P is its own adjoint. From that follow all rules below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.node import Node, derivative
from gradcli.engine.ops.declare import argument_error, record
from gradcli.engine.ops.maps import Map, recorded, sizes_count, values_of
from gradcli.engine.tensor import Size, Tensor, wrap


@dataclass(frozen=True, slots=True)
class _Statistics:
    """How an input is normalised: along `axes`, with `mean` and `scale`, which are the input's own unless `fixed`;
    weight and bias, of shape `sizes`, or `shape` among the input's dimensions, are shared along `shared`."""

    axes: tuple[int, ...]
    shared: tuple[int, ...]
    sizes: tuple[int, ...]
    shape: tuple[int, ...]
    eps: float
    mean: Any
    scale: Any
    fixed: bool = False

    def normal(self, input: Any) -> tuple[Any, Any]:
        """The normalised input and the scale; of a Tensor as functions of it."""
        mean, scale = self.mean, self.scale
        if isinstance(input, Tensor) and not self.fixed:
            mean, variance = _moments(input, self.axes)
            scale = 1 / np.sqrt(variance + self.eps)
        return (input - mean) * scale, scale

    def project(self, value: Any, normal: Any) -> Any:
        """P (see the module's docstring); all of the value where the statistics are fixed."""
        if self.fixed:
            return value
        return value - _mean(value, self.axes) - normal * _mean(value * normal, self.axes)

    def weighted(self, value: Any, weight: Any) -> Any:
        """The value times the weight."""
        return value if weight is None else value * np.reshape(weight, self.shape)

    def summed(self, value: Any) -> Any:
        """The sum over what shares a weight, in the weight's shape."""
        total = np.sum(value, axis=self.shared, keepdims=True) if self.shared else value
        return np.reshape(total, self.sizes)


def _mean(value: Any, axes: tuple[int, ...]) -> Any:
    return np.sum(value, axis=axes, keepdims=True) / sizes_count(values_of(value).shape, axes)


def _moments(value: Any, axes: tuple[int, ...]) -> tuple[Any, Any]:
    """The mean and the variance along `axes`; of an array in single precision summed in double, as torch does."""
    if isinstance(value, Tensor) or value.dtype != np.float32:
        mean = _mean(value, axes)
        centred = value - mean
        return mean, _mean(centred * centred, axes)
    count = sizes_count(value.shape, axes)
    mean = (np.add.reduce(value, axes, np.float64, keepdims=True) / count).astype(np.float32)
    centred = value - mean
    return mean, np.add.reduce(centred * centred, axes, np.float64, keepdims=True) / count


# The gradients of input, weight and bias, and their derivatives.


def _of_input(grad: Any, input: Any, weight: Any, how: _Statistics) -> Any:
    normal, scale = how.normal(input)
    return how.project(how.weighted(grad, weight), normal) * scale


def _of_weight(grad: Any, input: Any, how: _Statistics) -> Any:
    return how.summed(grad * how.normal(input)[0])


def _of_bias(grad: Any, how: _Statistics) -> Any:
    return how.summed(grad)


def _input_by_grad(grad: Any, input: Any, weight: Any, how: _Statistics) -> Any:
    normal, scale = how.normal(input)
    return how.weighted(how.project(grad, normal) * scale, weight)


def _input_by_input(grad: Any, grad_out: Any, input: Any, weight: Any, how: _Statistics) -> Any:
    if how.fixed:
        return np.zeros_like(input)
    normal, scale = how.normal(input)
    pulled = how.weighted(grad_out, weight)
    mixed = grad * _mean(pulled * normal, how.axes) + pulled * _mean(grad * normal, how.axes)
    along = normal * _mean(grad * how.project(pulled, normal), how.axes)
    return -(along + how.project(mixed, normal)) * scale * scale


def _input_by_weight(grad: Any, grad_out: Any, input: Any, weight: Any, how: _Statistics) -> Any:
    normal, scale = how.normal(input)
    return how.summed(grad_out * (how.project(grad, normal) * scale))


def _weight_by_grad(grad: Any, input: Any, how: _Statistics) -> Any:
    return np.reshape(grad, how.shape) * how.normal(input)[0]


def _weight_by_input(grad: Any, grad_out: Any, input: Any, how: _Statistics) -> Any:
    normal, scale = how.normal(input)
    return how.project(grad_out * np.reshape(grad, how.shape), normal) * scale


def _bias_by_grad(grad: Any, grad_out: Any, how: _Statistics) -> Any:
    return np.broadcast_to(np.reshape(grad, how.shape), values_of(grad_out).shape)


def _declared(kind: str, *attributes: str, saves: Sequence[str] = ()) -> type[Node]:
    """The node class of a normalisation, whose gradients are recorded as `kind`BackwardBackward0."""
    again = f"{kind}BackwardBackward0"
    of_input: Map = recorded(
        derivative(again, grad_out=_input_by_grad, input=_input_by_input, weight=_input_by_weight), _of_input
    )
    of_weight: Map = recorded(derivative(again, grad_out=_weight_by_grad, input=_weight_by_input), _of_weight)
    of_bias: Map = recorded(derivative(again, grad_out=_bias_by_grad), _of_bias)
    return derivative(
        f"{kind}Backward0",
        saves=("result1", "result2", *saves),
        attributes=attributes,
        input=lambda grad, input, weight, how: of_input((grad, input, weight), (how,)),
        weight=lambda grad, input, how: of_weight((grad, input), (how,)),
        bias=lambda grad, how: of_bias((grad,), (how,)),
    )


_NativeBatchNormBackward0 = _declared("NativeBatchNorm", "eps", "training", saves=("running_mean", "running_var"))
_NativeLayerNormBackward0 = _declared("NativeLayerNorm", "normalized_shape", saves=("bias",))


def _working(input: Tensor) -> Any:
    """The input's array in the dtype that its statistics are computed in."""
    return input._array.astype(np.float32) if input.dtype is dtypes.float16 else input._array


def _check_dtypes(input: Tensor, *parameters: Tensor | None) -> None:
    """Raise RuntimeError on parameters of another dtype than the input's, which float16 alone may have."""
    given = [each.dtype for each in parameters if each is not None]
    other = next((each for each in given if each is not input.dtype), None)
    if other is None:
        return
    if given[0] is input.dtype:
        raise RuntimeError(f"expected scalar type {input.dtype.word} but found {other.word}")
    if any(each is not dtypes.float32 for each in given):
        raise RuntimeError("mixed dtype (CPU): expect parameter to have scalar type of Float")
    if input.dtype is not dtypes.float16:
        raise RuntimeError("mixed dtype (CPU): all inputs must share same datatype.")


def _wide(array: Any) -> Any:
    """A single precision array in double, in which torch, too, sums and fuses products with sums."""
    return array.astype(np.float64) if array.dtype == np.float32 else array


def _narrow(value: Any, array: Any) -> Any:
    """A value in the dtype of an array."""
    return value if value.dtype == array.dtype else value.astype(array.dtype)


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """The input normalised along its last dimensions, which are `normalized_shape`, times `weight` plus `bias`, both of
    that shape (F.layer_norm; Ba, Kiros and Hinton, 2016).

    Raises RuntimeError where shapes or dtypes do not fit, NotImplementedError on integers.
    """
    if not isinstance(input, Tensor):
        raise argument_error("layer_norm", 1, input)
    if not isinstance(normalized_shape, (tuple, list)):
        raise TypeError(
            "layer_norm(): argument 'normalized_shape' (position 2) must be tuple of ints, not "
            f"{type(normalized_shape).__name__}"
        )
    sizes = tuple(normalized_shape)
    _check_layer(input, sizes, weight, bias)
    array = _working(input)
    kept = array.ndim - len(sizes)
    axes = tuple(range(kept, array.ndim))
    mean, variance = _moments(array, axes)
    scale = _narrow(1 / np.sqrt(variance + eps), array)
    how = _Statistics(axes, tuple(range(kept)), sizes, (1,) * kept + sizes, eps, mean, scale)
    result = (array - mean) * scale
    if weight is not None:
        result = result * weight._array
    if bias is not None:
        result = result + bias._array
    saved = {"result1": wrap(mean), "result2": wrap(scale)}
    attributes = (sizes, how)
    return record(_NativeLayerNormBackward0, input.dtype.cast(result), (input, weight, bias), attributes, **saved)


def _check_layer(input: Tensor, sizes: tuple[int, ...], weight: Tensor | None, bias: Tensor | None) -> None:
    if not sizes:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
            "normalized_shape = []"
        )
    for name, each in (("weight", weight), ("bias", bias)):
        if each is not None and each.shape != sizes:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape {list(each.shape)} "
                f"and normalized_shape = {list(sizes)}"
            )
    if input.shape[max(input.ndim - len(sizes), 0) :] != sizes:
        wanted = ", ".join(str(size) for size in sizes)
        raise RuntimeError(
            f"Given normalized_shape={list(sizes)}, expected input with shape [*, {wanted}], but got input of "
            f"size{list(input.shape)}"
        )
    if not input.dtype.is_floating_point:
        raise NotImplementedError(f"\"LayerNormKernelImpl\" not implemented for '{input.dtype.word}'")
    _check_dtypes(input, weight, bias)


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """The input (N, C, …) with each channel normalised over all else, times `weight` plus `bias`, all of shape (C,)
    (F.batch_norm; Ioffe and Szegedy, 2015).

    In training by the input's own mean and variance, towards which running_mean and running_var move by `momentum`;
    else by these two. Raises ValueError on one value per channel in training, RuntimeError where shapes or dtypes do
    not fit, NotImplementedError on integers.
    """
    if training:
        _check_several(input.size())
    if not input.numel():
        return _of_nothing(input, weight, bias)
    channels = input.size(1)
    _check_batch(input, channels, running_mean, running_var, weight, bias, training)
    array = _working(input)
    axes = (0, *range(2, array.ndim))
    shape = (1, channels) + (1,) * (array.ndim - 2)
    if training or running_mean is None or running_var is None:
        mean, variance = _moments(array, axes)
        _run(running_mean, mean, momentum)
        count = sizes_count(array.shape, axes)
        _run(running_var, variance * (count / (count - 1)), momentum)
    else:
        mean, variance = (each._array.reshape(shape) for each in (running_mean, running_var))
    mean, scale = _narrow(mean, array), _narrow(1 / np.sqrt(variance + eps), array)
    how = _Statistics(axes, axes, (channels,), shape, eps, mean, scale, fixed=not training)
    result = input.dtype.cast(_scaled(array, how, weight, bias))
    shown = [wrap(each.reshape(-1) if training else each[:0].reshape(-1)) for each in (mean, scale)]
    saved = {"result1": shown[0], "result2": shown[1], "running_mean": running_mean, "running_var": running_var}
    return record(_NativeBatchNormBackward0, result, (input, weight, bias), (eps, training, how), **saved)


def _scaled(array: Any, how: _Statistics, weight: Tensor | None, bias: Tensor | None) -> Any:
    """The array normalised by channels, with weight and bias: rounded as torch does, which first draws scale and weight
    together, mean and bias likewise, where the memory is contiguous."""
    factor = None if weight is None else weight._array.reshape(how.shape)
    offset = 0 if bias is None else bias._array.reshape(how.shape)
    if not array.flags.c_contiguous:
        normal = (array - how.mean) * how.scale
        return (normal if factor is None else normal * factor) + offset
    factor = how.scale if factor is None else _narrow(how.scale * factor, array)
    return _wide(array) * factor + _narrow(offset - _wide(how.mean) * factor, array)


def _of_nothing(input: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """What torch makes of an input without elements: a copy, calculated with one weight and one bias."""
    result: Tensor = input.clone()
    if weight is not None:
        result = result * weight[0]
    return result if bias is None else result + bias[0]


def _run(running: Tensor | None, value: Any, momentum: float) -> None:
    """Move a running statistic towards a value; torch's version counter does not count that."""
    if running is not None:
        memory = running._shared_array()
        memory[...] = momentum * value.reshape(-1) + (1 - momentum) * memory


def _check_several(size: Size) -> None:
    count = size[0]
    for each in size[2:]:
        count *= each
    if count == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {size}")


def _check_batch(
    input: Tensor,
    channels: int,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None,
    bias: Tensor | None,
    training: bool,
) -> None:
    running = (("running_mean", running_mean), ("running_var", running_var))
    for name, each in (*running, ("weight", weight), ("bias", bias)):
        if each is None:
            if not training and name.startswith("running"):
                raise RuntimeError(f"{name} must be defined in evaluation mode")
        elif each.numel() != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {each.numel()}")
    for name, each in running:
        if each is not None and each.requires_grad:
            raise RuntimeError(
                f"The function 'native_batch_norm' is not differentiable with respect to argument '{name}'. This input "
                "cannot have requires_grad True."
            )
    if not input.dtype.is_floating_point:
        raise NotImplementedError(f"\"batch_norm\" not implemented for '{input.dtype.word}'")
    _check_dtypes(input, weight, bias, running_mean, running_var)
