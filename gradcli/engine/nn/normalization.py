"""Layers that normalise: BatchNorm1d, BatchNorm2d, LayerNorm."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from gradcli.engine import dtypes
from gradcli.engine.nn import functional as F
from gradcli.engine.nn import init
from gradcli.engine.nn.layers import empty
from gradcli.engine.nn.module import Module, keep
from gradcli.engine.nn.parameter import Parameter
from gradcli.engine.tensor import Tensor, wrap


class _BatchNorm(Module):
    """Each channel of (N, C, …) normalised: in training by the batch's mean and variance, else by the running ones,
    which training moves towards the batch's by `momentum` (None: to the mean over all batches so far).

    `weight` starts at 1, `bias` at 0; without `affine` there are none.
    Without `track_running_stats` there are no running statistics.
    """

    _version: ClassVar[int] = 2

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        keep(locals(), "bias", "device", "dtype")

        def values(wanted: bool) -> Tensor | None:
            return empty((num_features,), device, dtype) if wanted else None

        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            value = values(wanted)
            self.register_parameter(name, None if value is None else Parameter(value))
        self.register_buffer("running_mean", values(track_running_stats))
        self.register_buffer("running_var", values(track_running_stats))
        self.register_buffer("num_batches_tracked", wrap(np.int64(0)) if track_running_stats else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Set the running statistics to those of no batch: mean 0, variance 1."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Set weight and running variance to 1, bias and running mean to 0."""
        self.reset_running_stats()
        if self.affine:
            init.ones_(self.weight)
            if self.bias is not None:
                init.zeros_(self.bias)

    def _check_input_dim(self, input: Tensor) -> None:
        raise NotImplementedError

    def forward(self, input: Tensor) -> Any:
        """The normalised input. Raises ValueError on other dimensions, or one value per channel in training."""
        self._check_input_dim(input)
        factor = 0.0 if self.momentum is None else self.momentum
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:
                factor = 1.0 / float(self.num_batches_tracked)
        by_batch = self.training or (self.running_mean is None and self.running_var is None)
        tracked = not self.training or self.track_running_stats
        running = (self.running_mean, self.running_var) if tracked else (None, None)
        return F.batch_norm(input, *running, self.weight, self.bias, by_batch, factor, self.eps)

    def extra_repr(self) -> str:
        """The settings."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )

    def _load_from_state_dict(self, state_dict: Any, prefix: str, local_metadata: dict[str, Any], *more: Any) -> None:
        """As Module does; a state from before there was num_batches_tracked gets the module's own."""
        name = f"{prefix}num_batches_tracked"
        if (local_metadata.get("version") or 0) < 2 and self.track_running_stats and name not in state_dict:
            state_dict[name] = self.num_batches_tracked
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *more)


class BatchNorm1d(_BatchNorm):
    """Batch normalisation of (N, C) or (N, C, L) (see F.batch_norm and `_BatchNorm`)."""

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() not in (2, 3):
            raise ValueError(f"expected 2D or 3D input (got {input.dim()}D input)")


class BatchNorm2d(_BatchNorm):
    """Batch normalisation of (N, C, H, W) (see F.batch_norm and `_BatchNorm`)."""

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() != 4:
            raise ValueError(f"expected 4D input (got {input.dim()}D input)")


class LayerNorm(Module):
    """The last dimensions, which are `normalized_shape`, normalised; then times `weight`, which starts at 1, plus
    `bias`, which starts at 0, both of that shape, or None without `elementwise_affine` (see F.layer_norm)."""

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: dtypes.dtype | None = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        for name, wanted in (("weight", elementwise_affine), ("bias", elementwise_affine and bias)):
            value = Parameter(empty(self.normalized_shape, device, dtype)) if wanted else None
            self.register_parameter(name, value)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight to 1 and the bias to 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Tensor) -> Any:
        """The normalised input. Raises RuntimeError where its last dimensions are others."""
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The settings."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )
