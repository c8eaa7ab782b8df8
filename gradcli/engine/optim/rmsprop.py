"""RMSprop (torch.optim.RMSprop; Hinton's lecture notes, 2012)."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine.nn.writing import subtract
from gradcli.engine.optim.optimizer import (
    Group,
    Optimizer,
    Params,
    ascent,
    averaged,
    averaged_square,
    buffer,
    check_kernels,
    check_settings,
    count_step,
    decayed,
    no_steps,
    number,
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
        check_settings(
            {
                "learning rate": lr,
                "epsilon value": eps,
                "momentum value": momentum,
                "weight_decay value": weight_decay,
                "alpha value": alpha,
            }
        )
        check_kernels(foreach, None, differentiable)
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "alpha": alpha,
            "eps": eps,
            "centered": centered,
            "weight_decay": weight_decay,
            "capturable": capturable,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
        }
        super().__init__(params, defaults)

    def _update(self, param: Tensor, grad: Any, group: Group) -> None:
        alpha, lr = group["alpha"], number(group["lr"])
        state = self.state[param]
        if not state:
            state.update(step=no_steps(), square_avg=buffer(param))
            if group["momentum"] > 0:
                state["momentum_buffer"] = buffer(param)
            if group["centered"]:
                state["grad_avg"] = buffer(param)
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
