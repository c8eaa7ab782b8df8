"""Layers that learn a size from their first input, and are plain layers from then on (torch.nn.LazyLinear)."""

from __future__ import annotations

from typing import Any, ClassVar

from gradcli.engine.nn.convolution import Conv1d, Conv2d
from gradcli.engine.nn.layers import Linear
from gradcli.engine.nn.module import Module
from gradcli.engine.nn.parameter import UninitializedParameter
from gradcli.engine.tensor import Tensor


class LazyModuleMixin:
    """A module whose parameters get their shapes from its first input: its class then becomes `cls_to_become`."""

    cls_to_become: ClassVar[type[Module]]

    def has_uninitialized_params(self: Any) -> bool:
        """Whether a parameter has no shape yet."""
        return any(isinstance(each, UninitializedParameter) for each in self._parameters.values())

    def initialize_parameters(self, input: Tensor) -> None:
        """Give the parameters the shapes that the input asks for, and their first numbers."""
        raise NotImplementedError(f"initialize_parameters is not implemented for {type(self).__name__}")

    def __call__(self: Any, *arguments: Any, **keywords: Any) -> Any:
        """What the plain layer gives for the input."""
        self.initialize_parameters(*arguments, **keywords)
        self.__class__ = self.cls_to_become
        return self(*arguments, **keywords)

    def _materialize(self: Any, *shape: int) -> None:
        self.weight.materialize(shape)
        if self.bias is not None:
            self.bias.materialize(shape[:1])
        self.reset_parameters()


class LazyLinear(LazyModuleMixin, Linear):
    """A Linear that learns `in_features` from its first input."""

    cls_to_become = Linear

    def __init__(self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        Module.__init__(self)
        self.in_features = 0
        self.out_features = out_features
        self.weight = UninitializedParameter(dtype=dtype)
        self.register_parameter("bias", UninitializedParameter(dtype=dtype) if bias else None)

    def reset_parameters(self) -> None:
        """Draw weight and bias anew, once their shapes are known."""
        if not self.has_uninitialized_params() and self.in_features:
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor) -> None:
        """Take in_features from the input's last dimension."""
        self.in_features = input.shape[-1]
        if self.has_uninitialized_params():
            self._materialize(self.out_features, self.in_features)


class _LazyConvolution(LazyModuleMixin):
    """A convolution that learns `in_channels` from its first input."""

    def __init__(
        self: Any,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        self.cls_to_become.__init__(
            self, 0, 0, kernel_size, stride, padding, dilation, groups, False, padding_mode, device, dtype
        )
        self.out_channels = out_channels
        self.weight = UninitializedParameter(dtype=dtype)
        if bias:
            self.bias = UninitializedParameter(dtype=dtype)

    def reset_parameters(self: Any) -> None:
        """Draw weight and bias anew, once their shapes are known."""
        if not self.has_uninitialized_params() and self.in_channels:
            self.cls_to_become.reset_parameters(self)

    def initialize_parameters(self: Any, input: Tensor) -> None:
        """Take in_channels from the input.

        Raises RuntimeError on an input of other dimensions, ValueError where its channels do not come in groups.
        """
        if not self.has_uninitialized_params():
            return
        if input.ndim not in (self.ndim + 1, self.ndim + 2):
            raise RuntimeError(
                f"Expected {self.ndim + 1}D (unbatched) or {self.ndim + 2}D (batched) input to {type(self).__name__}, "
                f"but got input of size: {input.shape}"
            )
        self.in_channels = input.shape[-1 - self.ndim]
        if self.in_channels % self.groups:
            raise ValueError("in_channels must be divisible by groups")
        self._materialize(self.out_channels, self.in_channels // self.groups, *self.kernel_size)


class LazyConv1d(_LazyConvolution, Conv1d):
    """A Conv1d that learns `in_channels` from its first input."""

    cls_to_become = Conv1d


class LazyConv2d(_LazyConvolution, Conv2d):
    """A Conv2d that learns `in_channels` from its first input."""

    cls_to_become = Conv2d
