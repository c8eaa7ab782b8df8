"""Initial elements of parameters (torch.nn.init), with torch's numbers."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import numpy as np

from gradcli.engine import inplace
from gradcli.engine.left_out import missing
from gradcli.engine.random.generator import Generator
from gradcli.engine.random.sampling import normal_array, uniform_array
from gradcli.engine.tensor import Tensor

_UNIT_GAINS = frozenset(
    ["linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "sigmoid"]
)
_GAINS = {"tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 3.0 / 4}


def calculate_gain(nonlinearity: str, param: Any = None) -> float:
    """The factor by which weights before a nonlinearity are to be larger; `param` is leaky_relu's slope.

    Raises ValueError on an unknown nonlinearity, or a slope that is no number.
    """
    if nonlinearity in _UNIT_GAINS:
        return 1
    if nonlinearity in _GAINS:
        return _GAINS[nonlinearity]
    if nonlinearity != "leaky_relu":
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    if param is not None and (isinstance(param, bool) or not isinstance(param, (int, float))):
        raise ValueError(f"negative_slope {param} not a valid number")
    slope = 0.01 if param is None else param
    return math.sqrt(2.0 / (1 + slope**2))


def _filled(tensor: Tensor, array: Any) -> Tensor:
    """The tensor, with elements that broadcast to its shape written to it in its dtype, past the graph."""
    inplace.write(tensor, array)
    return tensor


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with numbers from [a, b); returns the tensor."""
    return _filled(tensor, uniform_array(tensor.shape, tensor.dtype, a, b, generator))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with normal numbers; returns the tensor."""
    return _filled(tensor, normal_array(tensor.shape, tensor.dtype, mean, std, generator))


def _normal_cdf(x: float) -> float:
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Fill with normal numbers, those outside [a, b] drawn again; returns the tensor.

    Where less than 30 % of the distribution lie inside, uniform numbers are accepted with the density's probability.
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be "
            "incorrect.",
            stacklevel=2,
        )
    inside = _normal_cdf((b - mean) / std) - _normal_cdf((a - mean) / std)
    if inside > 0.3:
        return _filled(tensor, _redrawn_normal(tensor, mean, std, a, b, generator))
    return _filled(tensor, _accepted_uniform(tensor, mean, std, a, b, generator))


def _redrawn_normal(tensor: Tensor, mean: float, std: float, a: float, b: float, generator: Generator | None) -> Any:
    low, high = tensor.dtype.numpy.type(a), tensor.dtype.numpy.type(b)
    result = normal_array(tensor.shape, tensor.dtype, mean, std, generator)
    while True:
        outside = (result < low) | (result > high)
        if not outside.any():
            return result
        result = np.where(outside, normal_array(tensor.shape, tensor.dtype, mean, std, generator), result)


def _accepted_uniform(tensor: Tensor, mean: float, std: float, a: float, b: float, generator: Generator | None) -> Any:
    peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2
    result = np.zeros(tensor.shape, tensor.dtype.numpy)
    pending = np.ones(tensor.shape, bool)
    while pending.any():
        candidates = uniform_array(tensor.shape, tensor.dtype, a, b, generator)
        result = np.where(pending, candidates, result)
        with np.errstate(divide="ignore"):
            chance = np.log(uniform_array(tensor.shape, tensor.dtype, generator=generator))
        pending = pending & (chance > ((candidates - mean) / std) ** 2 * -0.5 - peak)
    return result


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with a number; returns the tensor."""
    return _filled(tensor, val)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with 1; returns the tensor."""
    return _filled(tensor, 1)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with 0; returns the tensor."""
    return _filled(tensor, 0)


def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with the identity; returns it. Raises ValueError where it is no matrix."""
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    return _filled(tensor, np.eye(*tensor.shape))


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    if tensor.ndim < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    sizes = tensor.shape
    receptive_field = math.prod(sizes[2:])
    return sizes[1] * receptive_field, sizes[0] * receptive_field


def _calculate_correct_fan(tensor: Tensor, mode: str) -> int:
    modes = ["fan_in", "fan_out"]
    if mode.lower() not in modes:
        raise ValueError(f"Mode {mode.lower()} not supported, please use one of {modes}")
    return _calculate_fan_in_and_fan_out(tensor)[modes.index(mode.lower())]


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with uniform numbers of the variance `2 gain**2 / (fan_in + fan_out)` (Glorot and Bengio, 2010).

    Returns the tensor. Raises ValueError on fewer than two dimensions.
    """
    bound = math.sqrt(3.0) * (gain * math.sqrt(2.0 / float(sum(_calculate_fan_in_and_fan_out(tensor)))))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Fill with normal numbers of the variance `2 gain**2 / (fan_in + fan_out)`; returns the tensor.

    Raises ValueError on fewer than two dimensions.
    """
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / float(sum(_calculate_fan_in_and_fan_out(tensor)))), generator)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float | None:
    """The standard deviation; None, with torch's warning, for a tensor without elements."""
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
        return None
    return calculate_gain(nonlinearity, a) / math.sqrt(_calculate_correct_fan(tensor, mode))


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill with uniform numbers of the variance `gain**2 / fan` (He et al., 2015); returns the tensor.

    Raises ValueError on fewer than two dimensions, an unknown mode or nonlinearity.
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity)
    if std is None:
        return tensor
    bound = math.sqrt(3.0) * std
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Fill with normal numbers of the variance `gain**2 / fan` (He et al., 2015); returns the tensor.

    Raises ValueError as kaiming_uniform_ does.
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity)
    return tensor if std is None else normal_(tensor, 0.0, std, generator)


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Generator | None = None) -> Tensor:
    """Fill with a matrix of orthogonal rows or columns, times `gain` (Saxe et al., 2013); returns the tensor.

    Raises ValueError on fewer than two dimensions.
    """
    if tensor.ndim < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if not tensor.numel():
        return tensor
    rows = tensor.shape[0]
    drawn = normal_array((rows, tensor.numel() // rows), tensor.dtype, generator=generator)
    wide = rows < drawn.shape[1]
    q, r = np.linalg.qr(drawn.T if wide else drawn)
    q = q * np.sign(np.diag(r))
    return _filled(tensor, gain * (q.T if wide else q).reshape(tensor.shape))


_DEPRECATED: Final = frozenset(
    [
        "uniform",
        "normal",
        "constant",
        "eye",
        "xavier_uniform",
        "xavier_normal",
        "kaiming_uniform",
        "kaiming_normal",
        "orthogonal",
    ]
)
"""The names of initialisers without the underscore, which older programs use."""


def _deprecated(name: str) -> Callable[..., Tensor]:
    current: Callable[..., Tensor] = globals()[f"{name}_"]

    @wraps(current)
    def initialise(*arguments: Any, **keywords: Any) -> Tensor:
        warnings.warn(f"`nn.init.{name}` is now deprecated in favor of `nn.init.{name}_`.", FutureWarning, stacklevel=2)
        return current(*arguments, **keywords)

    return initialise


def __getattr__(name: str) -> Any:
    if name in _DEPRECATED:
        return _deprecated(name)
    raise missing("torch.nn.init", name)
