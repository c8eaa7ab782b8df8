"""Activation functions as modules (torch.nn.ReLU and its like)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.nn import functional as F
from gradcli.engine.nn.functions import FunctionModule, variant
from gradcli.engine.nn.module import Module, keep
from gradcli.engine.nn.parameter import Parameter
from gradcli.engine.tensor import Tensor, wrap


class _Activation(FunctionModule):
    """An elementwise function, which may work in place where its module has an attribute `inplace`."""

    def forward(self, input: Tensor) -> Any:
        """The function of the input, elementwise."""
        given = self._given() if self.settings else {}
        if self.__dict__.get("inplace"):
            given["inplace"] = True
        return getattr(F, self.function)(input, **given)

    def extra_repr(self) -> str:
        """The settings, and `inplace` where it is set."""
        settings = super().extra_repr()
        return ", ".join([settings] * bool(settings) + ["inplace=True"] * self.__dict__.get("inplace", False))


class _InPlaceActivation(_Activation):
    """An activation without settings that may be told to work in place."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace


class _SilentActivation(_InPlaceActivation):
    """An activation whose text does not say whether it works in place."""

    def extra_repr(self) -> str:
        """Nothing, as in torch."""
        return ""


ReLU = variant(_InPlaceActivation, "ReLU", "relu", "The input where it is positive, else 0.")
ReLU6 = variant(_InPlaceActivation, "ReLU6", "relu6", "The input limited to [0, 6].")
SELU = variant(_InPlaceActivation, "SELU", "selu", "ELU scaled so that layers normalise themselves.")
SiLU = variant(_InPlaceActivation, "SiLU", "silu", "`x * sigmoid(x)`.")
Mish = variant(_InPlaceActivation, "Mish", "mish", "`x * tanh(softplus(x))`.")
Hardsigmoid = variant(_SilentActivation, "Hardsigmoid", "hardsigmoid", "`relu6(x + 3) / 6`.")
Hardswish = variant(_SilentActivation, "Hardswish", "hardswish", "`x * relu6(x + 3) / 6`.")
Sigmoid = variant(_Activation, "Sigmoid", "sigmoid", "`1 / (1 + exp(-x))`.")
Tanh = variant(_Activation, "Tanh", "tanh", "The hyperbolic tangent.")
Softsign = variant(_Activation, "Softsign", "softsign", "`x / (1 + |x|)`.")
Tanhshrink = variant(_Activation, "Tanhshrink", "tanhshrink", "`x - tanh(x)`.")
LogSigmoid = variant(_Activation, "LogSigmoid", "logsigmoid", "`log(sigmoid(x))` without overflow.")


class LeakyReLU(_Activation):
    """The input, times `negative_slope` where it is not positive."""

    function = "leaky_relu"
    settings = ("negative_slope",)

    def __init__(self, negative_slope: float = 1e-2, inplace: bool = False) -> None:
        super().__init__()
        keep(locals())


class ELU(_Activation):
    """The input where it is positive, else `alpha * (exp(x) - 1)`."""

    function = "elu"
    settings = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        keep(locals())


CELU = variant(ELU, "CELU", "celu", "The input where it is positive, else `alpha * (exp(x / alpha) - 1)`.")


class GELU(_Activation):
    """`x * Phi(x)` with the normal distribution function, or an approximation (`'tanh'`)."""

    function = "gelu"
    settings = ("approximate",)

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate


class Softplus(_Activation):
    """`log(1 + exp(beta * x)) / beta`, and x itself where `beta * x` exceeds the threshold."""

    function = "softplus"
    settings = ("beta", "threshold")

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        keep(locals())


class Threshold(_Activation):
    """The input where it exceeds `threshold`, else `value`."""

    function = "threshold"
    settings = ("threshold", "value")

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        keep(locals())


class Hardtanh(_Activation):
    """The input limited to [min_val, max_val]. Raises AssertionError where that is void."""

    function = "hardtanh"
    settings = ("min_val", "max_val")

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
    settings = ("dim",)

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

    def forward(self, input: Tensor) -> Any:
        """The function of the input. Raises RuntimeError where the weights do not fit its channels."""
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """The number of weights."""
        return f"num_parameters={self.num_parameters}"


class Softmax(FunctionModule):
    """`exp(x)` divided by its sum along a dimension; torch chooses one, and warns, where none is given."""

    function = "softmax"
    settings = ("dim",)

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Any:
        """The function along the dimension."""
        return getattr(F, self.function)(input, self.dim, _stacklevel=5)


LogSoftmax = variant(Softmax, "LogSoftmax", "log_softmax", "The logarithm of the softmax along a dimension.")
Softmin = variant(Softmax, "Softmin", "softmin", "The softmax of the negated input along a dimension.")
