"""Adam and AdamW (torch.optim.Adam; Kingma and Ba, 2014; Loshchilov and Hutter, 2017)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradcli.engine.inplace import write
from gradcli.engine.optim.optimizer import (
    Group,
    Optimizer,
    Params,
    ascent,
    averaged,
    averaged_square,
    check_settings,
    count_step,
    decayed,
    number,
    settings,
    subtract,
)
from gradcli.engine.tensor import Tensor


class Adam(Optimizer):
    """Steps by the running mean of the gradient over the root of that of its square, both corrected for their start.

    With `amsgrad` the largest mean square so far counts; with `decoupled_weight_decay` it is AdamW. Raises ValueError
    on settings out of range.
    """

    def __init__(
        self,
        params: Params,
        lr: Any = 1e-3,
        betas: tuple[Any, Any] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        check_settings(locals(), "lr eps")
        for index, beta in enumerate(betas):
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"Invalid beta parameter at index {index}: {beta}")
        check_settings(locals(), "weight_decay")
        names = (
            "lr betas eps weight_decay amsgrad maximize foreach capturable differentiable fused decoupled_weight_decay"
        )
        super().__init__(params, {**settings(locals(), names), "betas": tuple(number(beta) for beta in betas)})

    def _update(self, param: Tensor, grad: Any, group: Group) -> None:
        lr, (beta1, beta2) = number(group["lr"]), group["betas"]
        more = ("max_exp_avg_sq",) if group["amsgrad"] else ()
        state = self.state[param] or self._begun(param, "exp_avg", "exp_avg_sq", *more)
        steps = count_step(state)
        grad = ascent(grad, group)
        if not group["decoupled_weight_decay"]:
            grad = decayed(grad, param, group)
        elif group["weight_decay"] != 0:
            write(param, param._array * (1 - lr * group["weight_decay"]))
        mean = averaged(state["exp_avg"], grad, 1 - beta1)
        square = averaged_square(state["exp_avg_sq"], grad, beta2)
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"]
            largest._array = square = np.maximum(largest._array, square)
        spread = np.sqrt(square) / math.sqrt(1 - beta2**steps) + group["eps"]
        subtract(param, lr / (1 - beta1**steps) * mean / spread)


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameters and leaves the running means alone."""

    def __init__(
        self,
        params: Params,
        lr: Any = 1e-3,
        betas: tuple[Any, Any] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        given = {name: value for name, value in locals().items() if name not in ("self", "__class__")}
        super().__init__(**given, decoupled_weight_decay=True)
