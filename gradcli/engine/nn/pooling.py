"""Layers of pooling (torch.nn.MaxPool2d and its like)."""

from __future__ import annotations

from typing import Any

from gradcli.engine.nn import functional as F
from gradcli.engine.nn.functions import FunctionModule, variant
from gradcli.engine.nn.module import keep
from gradcli.engine.tensor import Tensor


class _Pooling(FunctionModule):
    def forward(self, input: Tensor) -> Any:
        """The pooled input; with `return_indices` the positions, too."""
        return getattr(F, self.function)(input, **self._given())


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
        stride = kernel_size if stride is None else stride
        keep(locals())


MaxPool1d = variant(_MaxPool, "MaxPool1d", "max_pool1d", "The largest element of each window of the last dimension.")


MaxPool2d = variant(
    _MaxPool,
    "MaxPool2d",
    "max_pool2d",
    "The largest element of each window of the last two dimensions.",
)


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
        stride = kernel_size if stride is None else stride
        kernel_size, stride, padding = _single(kernel_size), _single(stride), _single(padding)
        keep(locals())


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
        stride = kernel_size if stride is None else stride
        keep(locals())


class _AdaptiveAvgPool(_Pooling):
    settings = ("output_size",)
    shown = ("output_size",)

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size


AdaptiveAvgPool1d = variant(
    _AdaptiveAvgPool,
    "AdaptiveAvgPool1d",
    "adaptive_avg_pool1d",
    "The means of `output_size` windows of the last dimension.",
)


AdaptiveAvgPool2d = variant(
    _AdaptiveAvgPool,
    "AdaptiveAvgPool2d",
    "adaptive_avg_pool2d",
    "The means of so many windows of the last two dimensions as `output_size` says.",
)


class _AdaptiveMaxPool(_Pooling):
    settings = ("output_size", "return_indices")
    shown = ("output_size",)

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__()
        keep(locals())


AdaptiveMaxPool1d = variant(
    _AdaptiveMaxPool,
    "AdaptiveMaxPool1d",
    "adaptive_max_pool1d",
    "The largest elements of `output_size` windows of the last dimension.",
)


AdaptiveMaxPool2d = variant(
    _AdaptiveMaxPool,
    "AdaptiveMaxPool2d",
    "adaptive_max_pool2d",
    "The largest elements of so many windows of the last two dimensions as `output_size` says.",
)
