"""Layers of convolutions (torch.nn.Conv1d, Conv2d)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, ClassVar, Final

from gradcli.engine.nn import functional as F
from gradcli.engine.nn import init
from gradcli.engine.nn.layers import empty
from gradcli.engine.nn.module import Module, keep
from gradcli.engine.nn.parameter import Parameter
from gradcli.engine.ops.nn.padding import pad
from gradcli.engine.tensor import Tensor

_PADDING_MODES: Final = ("zeros", "reflect", "replicate", "circular")


class _Convolution(Module):
    """What convolutions along any number of dimensions share.

    The weight is (out_channels, in_channels / groups, *kernel_size), the bias (out_channels,) or None; both start
    uniform within `1 / sqrt(in_channels / groups * prod(kernel_size))`, with torch's numbers. Raises ValueError where
    settings do not fit.
    """

    ndim: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
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
        super().__init__()
        kernel_size, stride, dilation = self._each(kernel_size), self._each(stride), self._each(dilation)
        padding = padding if isinstance(padding, str) else self._each(padding)
        transposed, output_padding = False, (0,) * self.ndim
        keep(locals(), "groups", "bias", "padding_mode", "device", "dtype")
        self.groups = groups
        self.padding_mode = padding_mode
        self._check()
        self.weight = Parameter(empty((out_channels, in_channels // groups, *self.kernel_size), device, dtype))
        self.register_parameter("bias", Parameter(empty((out_channels,), device, dtype)) if bias else None)
        self.reset_parameters()

    def _each(self, value: Any) -> tuple[int, ...]:
        return tuple(value) if isinstance(value, Iterable) else (value,) * self.ndim

    def _check(self) -> None:
        if self.groups <= 0:
            raise ValueError("groups must be a positive integer")
        for name in ("in_channels", "out_channels"):
            if getattr(self, name) % self.groups:
                raise ValueError(f"{name} must be divisible by groups")
        if isinstance(self.padding, str):
            if self.padding not in ("valid", "same"):
                raise ValueError(f"Invalid padding string {self.padding!r}, should be one of {{'valid', 'same'}}")
            if self.padding == "same" and any(step != 1 for step in self.stride):
                raise ValueError("padding='same' is not supported for strided convolutions")
        if self.padding_mode not in _PADDING_MODES:
            known = ", ".join(map(repr, _PADDING_MODES))
            raise ValueError(f"padding_mode must be one of {{{known}}}, but got padding_mode='{self.padding_mode}'")

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in = math.prod(self.weight.shape[1:])
            if fan_in:
                bound = 1 / math.sqrt(fan_in)
                init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Any:
        """The convolution of the input. Raises RuntimeError where it does not have in_channels channels."""
        padding = self.padding
        if self.padding_mode != "zeros":
            input = pad(input, self._paddings(), mode=self.padding_mode)
            padding = (0,) * self.ndim
        convolve = getattr(F, f"conv{self.ndim}d")
        return convolve(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _paddings(self) -> list[int]:
        """What F.pad is to put before and after each dimension, the last first."""
        if not isinstance(self.padding, str):
            return [width for width in reversed(self.padding) for _ in range(2)]
        if self.padding == "valid":
            return [0] * (2 * self.ndim)
        totals = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
        return [width for total in reversed(totals) for width in (total // 2, total - total // 2)]

    def extra_repr(self) -> str:
        """The sizes, and the settings that are not the usual ones."""
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        for name, usual in (("padding", 0), ("dilation", 1)):
            if getattr(self, name) != (usual,) * self.ndim:
                text += f", {name}={getattr(self, name)}"
        text += f", groups={self.groups}" if self.groups != 1 else ""
        text += ", bias=False" if self.bias is None else ""
        return text + (f", padding_mode={self.padding_mode}" if self.padding_mode != "zeros" else "")


class Conv1d(_Convolution):
    """The convolution along the last dimension of (n, in_channels, length) or (in_channels, length)."""

    ndim = 1


class Conv2d(_Convolution):
    """The convolution along the last two dimensions of (n, in_channels, height, width), or without n."""

    ndim = 2
