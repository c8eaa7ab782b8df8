"""Layers of pooling (torch.nn.MaxPool2d and its like)."""

from __future__ import annotations

from typing import Any, ClassVar

from gradcli.engine.nn import functional as F
from gradcli.engine.nn.module import Module
from gradcli.engine.tensor import Tensor


class _Pooling(Module):
    """A function of torch.nn.functional whose settings are attributes: those that it is called with, in order, and of
    these those that the text shows."""

    function: ClassVar[str]
    settings: ClassVar[tuple[str, ...]]
    shown: ClassVar[tuple[str, ...]]

    def forward(self, input: Tensor) -> Any:
        """The pooled input; with `return_indices` the positions, too."""
        return getattr(F, self.function)(input, *[getattr(self, name) for name in self.settings])

    def extra_repr(self) -> str:
        """The settings."""
        return ", ".join([f"{name}={getattr(self, name)}" for name in self.shown])


class _MaxPool(_Pooling):
    settings = ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
    shown = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode


class MaxPool1d(_MaxPool):
    """The largest element of each window of the last dimension."""

    function = "max_pool1d"


class MaxPool2d(_MaxPool):
    """The largest element of each window of the last two dimensions."""

    function = "max_pool2d"


def _single(value: Any) -> Any:
    return (value,) if isinstance(value, int) else value


class AvgPool1d(_Pooling):
    """The mean of each window of the last dimension."""

    function = "avg_pool1d"
    settings = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad")
    shown = ("kernel_size", "stride", "padding")

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = _single(kernel_size)
        self.stride = _single(stride if stride is not None else kernel_size)
        self.padding = _single(padding)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad


class AvgPool2d(_Pooling):
    """The mean of each window of the last two dimensions."""

    function = "avg_pool2d"
    settings = ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override")
    shown = ("kernel_size", "stride", "padding")

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override


class _AdaptiveAvgPool(_Pooling):
    settings = ("output_size",)
    shown = ("output_size",)

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The means of `output_size` windows of the last dimension."""

    function = "adaptive_avg_pool1d"


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The means of so many windows of the last two dimensions as `output_size` says."""

    function = "adaptive_avg_pool2d"


class _AdaptiveMaxPool(_Pooling):
    settings = ("output_size", "return_indices")
    shown = ("output_size",)

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size = output_size
        self.return_indices = return_indices


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The largest elements of `output_size` windows of the last dimension."""

    function = "adaptive_max_pool1d"


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The largest elements of so many windows of the last two dimensions as `output_size` says."""

    function = "adaptive_max_pool2d"
