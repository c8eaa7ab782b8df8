"""Adagrad (torch.optim.Adagrad; Duchi, Hazan and Singer, 2011)."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine.nn.writing import subtract
from gradcli.engine.optim.optimizer import (
    Group,
    Optimizer,
    Params,
    ascent,
    buffer,
    check_kernels,
    check_settings,
    count_step,
    decayed,
    no_steps,
    number,
)
from gradcli.engine.tensor import Tensor


class Adagrad(Optimizer):
    """Steps by the gradient over the root of the sum of its squares so far.

    Raises ValueError on negative settings.
    """

    def __init__(
        self,
        params: Params,
        lr: Any = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_settings(
            {
                "learning rate": lr,
                "lr_decay value": lr_decay,
                "weight_decay value": weight_decay,
                "initial_accumulator_value value": initial_accumulator_value,
                "epsilon value": eps,
            }
        )
        check_kernels(foreach, fused, differentiable)
        defaults = {
            "lr": lr,
            "lr_decay": lr_decay,
            "eps": eps,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "foreach": foreach,
            "maximize": maximize,
            "differentiable": differentiable,
            "fused": fused,
        }
        super().__init__(params, defaults)
        for group in self.param_groups:
            for param in group["params"]:
                self._start(param)

    def _start(self, param: Tensor) -> None:
        start = self.defaults["initial_accumulator_value"]
        self.state[param].update(step=no_steps(), sum=buffer(param, start))

    def _update(self, param: Tensor, grad: Any, group: Group) -> None:
        state = self.state[param]
        if not state:
            self._start(param)
        steps = count_step(state)
        grad = decayed(ascent(grad, group), param, group)
        total = state["sum"]
        total._array = total._array + grad * grad
        rate = number(group["lr"]) / (1 + (steps - 1) * group["lr_decay"])
        subtract(param, rate * grad / (np.sqrt(total._array) + group["eps"]))
