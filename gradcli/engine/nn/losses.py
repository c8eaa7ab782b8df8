"""Losses as modules (torch.nn.MSELoss and its like)."""

from __future__ import annotations

from typing import Any, ClassVar

from gradcli.engine.nn import functional as F
from gradcli.engine.nn.functions import FunctionModule, variant
from gradcli.engine.ops.nn.loss import reduction_of
from gradcli.engine.tensor import Tensor


class _Loss(FunctionModule):
    """A function of input and target, reduced to their mean or sum, or not (`reduction`)."""

    settings: ClassVar[tuple[str, ...]] = ("reduction",)
    shown = ()

    def __init__(self, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean") -> None:
        super().__init__()
        old = size_average is not None or reduce is not None
        self.reduction = reduction_of(reduction, size_average, reduce) if old else reduction

    def forward(self, input: Tensor, target: Tensor) -> Any:
        """The loss."""
        return getattr(F, self.function)(input, target, **self._given())


class _WeightedLoss(_Loss):
    """A loss with weights, which are a buffer."""

    settings: ClassVar[tuple[str, ...]] = ("reduction", "weight")

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)


MSELoss = variant(_Loss, "MSELoss", "mse_loss", "`(input - target)**2`.")
L1Loss = variant(_Loss, "L1Loss", "l1_loss", "`|input - target|`.")


class SmoothL1Loss(_Loss):
    """`d**2 / (2 beta)` where `d = |input - target|` is below beta, else `d - beta/2`."""

    function = "smooth_l1_loss"
    settings = ("reduction", "beta")

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        beta: float = 1.0,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.beta = beta


class HuberLoss(_Loss):
    """`d**2 / 2` where `d = |input - target|` is below delta, else `delta * (d - delta/2)`."""

    function = "huber_loss"
    settings = ("reduction", "delta")

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta


BCELoss = variant(
    _WeightedLoss, "BCELoss", "binary_cross_entropy", "The cross-entropy of probabilities and targets between 0 and 1."
)


class BCEWithLogitsLoss(_Loss):
    """BCELoss of the sigmoid, without overflow; `pos_weight` multiplies the part of the positives."""

    function = "binary_cross_entropy_with_logits"
    settings = ("reduction", "weight", "pos_weight")

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)


class NLLLoss(_WeightedLoss):
    """Minus the elements of the log-probabilities that the classes pick."""

    function = "nll_loss"
    settings = ("reduction", "weight", "ignore_index")

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index


class CrossEntropyLoss(_WeightedLoss):
    """NLLLoss of the log_softmax, for classes or for probabilities."""

    function = "cross_entropy"
    settings = ("reduction", "weight", "ignore_index", "label_smoothing")

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing


class KLDivLoss(_Loss):
    """The divergence of target probabilities from those whose logarithms are the input."""

    function = "kl_div"
    settings = ("reduction", "log_target")

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target
