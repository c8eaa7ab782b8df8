"""The grad modes under their names in torch.autograd.grad_mode."""

from gradcli.engine.modes import enable_grad, inference_mode, no_grad, set_grad_enabled

__all__ = ["enable_grad", "inference_mode", "no_grad", "set_grad_enabled"]
