"""torch.autograd.grad: gradients without touching any `.grad`, by one vector or by many."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from gradcli.engine import errors, modes
from gradcli.engine.functional import Tensors, as_tuple, gradients
from gradcli.engine.tensor import Tensor


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Tensors | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """The gradients of `outputs` with respect to `inputs`, without touching any `.grad` (torch.autograd.grad).

    Returns one Tensor for each input, None (or zeros with `materialize_grads`) for an unused one that `allow_unused`
    admits. With `is_grads_batched` there is a vector for each index of the first dimension of `grad_outputs`, and of
    the results. Raises RuntimeError and ValueError in torch's words.
    """
    if not only_inputs:
        warnings.warn(errors.ONLY_INPUTS, FutureWarning, stacklevel=2)
    if modes.state.mapping is not None:
        modes.state.mapping.refuse_gradient(as_tuple(outputs))
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    if is_grads_batched:
        from gradcli.engine.batching.rows import batched_gradients

        vectors = as_tuple(grad_outputs)
        return batched_gradients(
            as_tuple(outputs), as_tuple(inputs), vectors, create_graph, allow_unused, materialize_grads
        )
    return gradients(outputs, inputs, grad_outputs, retain_graph, create_graph, allow_unused, materialize_grads)
