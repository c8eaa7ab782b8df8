"""RMSprop (torch.optim.RMSprop; Hinton's lecture notes, 2012)."""

from __future__ import annotations

from typing import Any

import numpy as np

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


class RMSprop(Optimizer):
    """Steps by the gradient over the root of the running mean of its square, `centered` over its deviation.

    Raises ValueError on negative settings.
    """

    def __init__(
        self,
        params: Params,
        lr: Any = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        check_settings(locals(), "lr eps momentum weight_decay alpha")
        names = "lr momentum alpha eps centered weight_decay capturable foreach maximize differentiable"
        super().__init__(params, settings(locals(), names))

    def _update(self, param: Tensor, grad: Any, group: Group) -> None:
        alpha, lr = group["alpha"], number(group["lr"])
        more = (("momentum_buffer",) if group["momentum"] > 0 else ()) + (("grad_avg",) if group["centered"] else ())
        state = self.state[param] or self._begun(param, "square_avg", *more)
        count_step(state)
        grad = decayed(ascent(grad, group), param, group)
        square = averaged_square(state["square_avg"], grad, alpha)
        if group["centered"]:
            mean = averaged(state["grad_avg"], grad, 1 - alpha)
            square = square - mean * mean
        spread = np.sqrt(square) + group["eps"]
        if group["momentum"] > 0:
            velocity = state["momentum_buffer"]
            velocity._array = group["momentum"] * velocity._array + grad / spread
            subtract(param, lr * velocity._array)
        else:
            subtract(param, lr * grad / spread)
