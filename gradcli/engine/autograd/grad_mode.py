"""The grad modes under their names in torch.autograd.grad_mode."""

from __future__ import annotations

from gradcli.engine.left_out import missing_from
from gradcli.engine.modes import enable_grad, inference_mode, no_grad, set_grad_enabled

__all__ = ["enable_grad", "inference_mode", "no_grad", "set_grad_enabled"]


__getattr__ = missing_from("torch.autograd.grad_mode")
