"""Activation functions as modules (torch.nn.ReLU and its like)."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.nn import functional as F
from gradcli.engine.nn.module import Module
from gradcli.engine.nn.parameter import Parameter
from gradcli.engine.tensor import Tensor, wrap


class _Activation(Module):
    """An elementwise function whose settings are attributes.

    `function` is its name in torch.nn.functional; `shown` are the settings that it is called with, and that its text
    shows, in order.
    """

    function: ClassVar[str]
    shown: ClassVar[tuple[str, ...]] = ()

    def forward(self, input: Tensor) -> Tensor:
        """The function of the input, elementwise."""
        settings = [getattr(self, name) for name in self.shown]
        keywords = {"inplace": True} if self.__dict__.get("inplace") else {}
        result: Tensor = getattr(F, self.function)(input, *settings, **keywords)
        return result

    def extra_repr(self) -> str:
        """The settings, and `inplace` where it is set."""
        settings = [f"{name}={getattr(self, name)!r}" for name in self.shown]
        return ", ".join(settings + ["inplace=True"] * self.__dict__.get("inplace", False))


class _InPlaceActivation(_Activation):
    """An activation without settings that may be told to work in place."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace


class ReLU(_InPlaceActivation):
    """The input where it is positive, else 0."""

    function = "relu"


class ReLU6(_InPlaceActivation):
    """The input limited to [0, 6]."""

    function = "relu6"


class SELU(_InPlaceActivation):
    """ELU scaled so that layers normalise themselves."""

    function = "selu"


class SiLU(_InPlaceActivation):
    """`x * sigmoid(x)`."""

    function = "silu"


class Mish(_InPlaceActivation):
    """`x * tanh(softplus(x))`."""

    function = "mish"


class Hardsigmoid(_InPlaceActivation):
    """`relu6(x + 3) / 6`."""

    function = "hardsigmoid"

    def extra_repr(self) -> str:
        """Nothing, as in torch."""
        return ""


class Hardswish(Hardsigmoid):
    """`x * relu6(x + 3) / 6`."""

    function = "hardswish"


class Sigmoid(_Activation):
    """`1 / (1 + exp(-x))`."""

    function = "sigmoid"


class Tanh(_Activation):
    """The hyperbolic tangent."""

    function = "tanh"


class Softsign(_Activation):
    """`x / (1 + |x|)`."""

    function = "softsign"


class Tanhshrink(_Activation):
    """`x - tanh(x)`."""

    function = "tanhshrink"


class LogSigmoid(_Activation):
    """`log(sigmoid(x))` without overflow."""

    function = "logsigmoid"


class LeakyReLU(_Activation):
    """The input, times `negative_slope` where it is not positive."""

    function = "leaky_relu"
    shown = ("negative_slope",)

    def __init__(self, negative_slope: float = 1e-2, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace


class ELU(_Activation):
    """The input where it is positive, else `alpha * (exp(x) - 1)`."""

    function = "elu"
    shown = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace


class CELU(ELU):
    """The input where it is positive, else `alpha * (exp(x / alpha) - 1)`."""

    function = "celu"


class GELU(_Activation):
    """`x * Phi(x)` with the normal distribution function, or an approximation (`'tanh'`)."""

    function = "gelu"

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """The function of the input. Raises RuntimeError on an unknown approximation."""
        result: Tensor = F.gelu(input, approximate=self.approximate)
        return result

    def extra_repr(self) -> str:
        """The approximation."""
        return f"approximate={self.approximate!r}"


class Softplus(_Activation):
    """`log(1 + exp(beta * x)) / beta`, and x itself where `beta * x` exceeds the threshold."""

    function = "softplus"
    shown = ("beta", "threshold")

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold


class Threshold(_Activation):
    """The input where it exceeds `threshold`, else `value`."""

    function = "threshold"
    shown = ("threshold", "value")

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace


class Hardtanh(_Activation):
    """The input limited to [min_val, max_val]. Raises AssertionError where that is void."""

    function = "hardtanh"
    shown = ("min_val", "max_val")

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__()
        for name, old in (("min", min_value), ("max", max_value)):
            if old is not None:
                warnings.warn(
                    f"keyword argument `{name}_value` is deprecated and rename to `{name}_val`",
                    FutureWarning,
                    stacklevel=2,
                )
        self.min_val = min_val if min_value is None else min_value
        self.max_val = max_val if max_value is None else max_value
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise AssertionError("max_val must be larger than min_val")


class GLU(_Activation):
    """The first half along `dim`, times the sigmoid of the second."""

    function = "glu"
    shown = ("dim",)

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim


class PReLU(Module):
    """The input, times a learned weight where it is not positive; one weight, or one for each channel."""

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        kind = dtypes.get_default_dtype() if dtype is None else dtype
        self.weight = Parameter(wrap(np.full(num_parameters, init, kind.numpy)))

    def forward(self, input: Tensor) -> Tensor:
        """The function of the input. Raises RuntimeError where the weights do not fit its channels."""
        result: Tensor = F.prelu(input, self.weight)
        return result

    def extra_repr(self) -> str:
        """The number of weights."""
        return f"num_parameters={self.num_parameters}"


class _AlongDimension(_Activation):
    """A function along one dimension; torch chooses one, and warns, where none is given."""

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """The function along the dimension."""
        result: Tensor = getattr(F, self.function)(input, self.dim, _stacklevel=5)
        return result

    def extra_repr(self) -> str:
        """The dimension."""
        return f"dim={self.dim}"


class Softmax(_AlongDimension):
    """`exp(x)` divided by its sum along a dimension."""

    function = "softmax"


class LogSoftmax(_AlongDimension):
    """The logarithm of the softmax along a dimension."""

    function = "log_softmax"


class Softmin(_AlongDimension):
    """The softmax of the negated input along a dimension."""

    function = "softmin"
