"""torch.autograd: backward, grad, Function, checks of gradients, Jacobians and Hessians, grad and anomaly modes."""

from __future__ import annotations

from gradcli.engine.autograd import anomaly_mode, function, functional, grad_mode, graph, variable
from gradcli.engine.autograd.anomaly_mode import detect_anomaly, set_detect_anomaly
from gradcli.engine.autograd.checking import GradcheckError, gradcheck, gradgradcheck
from gradcli.engine.autograd.function import Function
from gradcli.engine.autograd.grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from gradcli.engine.autograd.variable import Variable
from gradcli.engine.functional import backward
from gradcli.engine.gradients import grad
from gradcli.engine.left_out import missing_from

__getattr__ = missing_from("torch.autograd")


__all__ = [
    "Function",
    "GradcheckError",
    "Variable",
    "anomaly_mode",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "function",
    "functional",
    "grad",
    "grad_mode",
    "gradcheck",
    "gradgradcheck",
    "graph",
    "inference_mode",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
    "variable",
]
