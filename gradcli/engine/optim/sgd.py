"""Stochastic gradient descent (torch.optim.SGD)."""

from __future__ import annotations

from typing import Any

from gradcli.engine.optim.optimizer import (
    Group,
    Optimizer,
    Params,
    ascent,
    check_settings,
    decayed,
    number,
    settings,
    subtract,
)
from gradcli.engine.tensor import Tensor, wrap


class SGD(Optimizer):
    """`param -= lr * grad`, with momentum, Nesterov's look-ahead and weight decay where asked for.

    Raises ValueError on negative settings, and on nesterov without momentum or with dampening.
    """

    def __init__(
        self,
        params: Params,
        lr: Any = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: Any = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        check_settings(locals(), "lr momentum weight_decay")
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        names = "lr momentum dampening weight_decay nesterov maximize foreach differentiable fused"
        super().__init__(params, settings(locals(), names))

    def _update(self, param: Tensor, grad: Any, group: Group) -> None:
        grad = decayed(ascent(grad, group), param, group)
        if group["momentum"] != 0:
            grad = self._with_momentum(param, grad, group)
        subtract(param, number(group["lr"]) * grad)

    def _with_momentum(self, param: Tensor, grad: Any, group: Group) -> Any:
        momentum = group["momentum"]
        state = self.state[param]
        velocity = state.get("momentum_buffer")
        if velocity is None:
            velocity = state["momentum_buffer"] = wrap(grad.copy())
        else:
            array = velocity._array
            array *= momentum
            array += (1 - group["dampening"]) * grad if group["dampening"] != 0 else grad
            velocity._array = array
        return grad + momentum * velocity._array if group["nesterov"] else velocity._array
