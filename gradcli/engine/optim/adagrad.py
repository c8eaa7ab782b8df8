"""Adagrad (torch.optim.Adagrad; Duchi, Hazan and Singer, 2011)."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.engine.optim.optimizer import (
    Group,
    Optimizer,
    Params,
    ascent,
    check_settings,
    count_step,
    decayed,
    number,
    settings,
    subtract,
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
        check_settings(locals(), "lr lr_decay weight_decay initial_accumulator_value eps")
        names = "lr lr_decay eps weight_decay initial_accumulator_value foreach maximize differentiable fused"
        super().__init__(params, settings(locals(), names))
        for group in self.param_groups:
            for param in group["params"]:
                self._begun(param, "sum", start=initial_accumulator_value)

    def _update(self, param: Tensor, grad: Any, group: Group) -> None:
        state = self.state[param] or self._begun(param, "sum", start=self.defaults["initial_accumulator_value"])
        steps = count_step(state)
        grad = decayed(ascent(grad, group), param, group)
        total = state["sum"]
        total._array = total._array + grad * grad
        rate = number(group["lr"]) / (1 + (steps - 1) * group["lr_decay"])
        subtract(param, rate * grad / (np.sqrt(total._array) + group["eps"]))
