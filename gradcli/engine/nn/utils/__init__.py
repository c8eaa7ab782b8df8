"""Helpers of training (torch.nn.utils): gradients clipped, parameters as one vector, sequences padded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from gradcli.engine.inplace import write
from gradcli.engine.nn.utils import rnn as rnn
from gradcli.engine.ops.join.joining import cat
from gradcli.engine.tensor import Tensor, wrap


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    each = [parameters] if isinstance(parameters, Tensor) else parameters
    return [parameter._grad for parameter in each if parameter._grad is not None]


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale the gradients in place so that the norm of them all is `max_norm` at most; returns the norm before, 0-dim.

    Raises RuntimeError on a norm that is not finite where that is asked for.
    """
    grads = _gradients(parameters)
    if not grads:
        return wrap(np.float32(0))
    norms = np.array([np.linalg.norm(np.ravel(grad._array), norm_type) for grad in grads], grads[0].dtype.numpy)
    total = np.linalg.norm(norms, norm_type).astype(grads[0].dtype.numpy)
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it cannot be "
            "clipped. To disable this error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"
        )
    factor = min(max_norm / (total + total.dtype.type(1e-6)), total.dtype.type(1))
    for grad in grads:
        write(grad, grad._array * grad.dtype.numpy.type(factor))
    return wrap(total)


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None) -> None:
    """Limit the gradients' elements in place to [-clip_value, clip_value]."""
    for grad in _gradients(parameters):
        write(grad, np.clip(grad._array, -clip_value, clip_value))


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All elements of the parameters, one after the other."""
    return cat([parameter.reshape(-1) for parameter in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Give the parameters the elements of a vector, in order."""
    start = 0
    for parameter in parameters:
        end = start + parameter.numel()
        parameter.data = vec[start:end].detach().reshape(parameter.shape)
        start = end


def __getattr__(name: str) -> Any:
    if name == "stateless":
        from gradcli.engine.nn import stateless

        return stateless
    from gradcli.engine.left_out import missing

    raise missing("torch.nn.utils", name)
