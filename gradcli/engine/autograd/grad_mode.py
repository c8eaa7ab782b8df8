"""The grad modes under their names in torch.autograd.grad_mode."""

from __future__ import annotations

from typing import Any

from gradcli.engine.modes import enable_grad, inference_mode, no_grad, set_grad_enabled

__all__ = ["enable_grad", "inference_mode", "no_grad", "set_grad_enabled"]


def __getattr__(name: str) -> Any:
    from gradcli.engine.left_out import missing

    raise missing("torch.autograd.grad_mode", name)
