"""backward() and grad(): what torch.autograd offers to start a walk over the graph."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcli.engine import errors, modes
from gradcli.engine.backward import Target, key_of, walk
from gradcli.engine.hooks import accumulate, run_leaf_hooks
from gradcli.engine.large import is_large, is_own
from gradcli.engine.tensor import Tensor, wrap

Tensors = Tensor | Sequence[Tensor]


def as_tuple(tensors: Any) -> tuple[Any, ...]:
    """One tensor, or several, as a tuple."""
    return (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)


def _target(tensor: Tensor) -> Target:
    return (tensor, 0) if tensor._node is None else (tensor._node, tensor._output_nr)


def _seed(output: Tensor, gradient: Tensor | None, index: int, create_graph: bool) -> Any:
    """The gradient that the walk starts with at `output`: an array, or a Tensor with create_graph."""
    shape = output._array.shape
    if gradient is None:
        if not output._requires_grad:
            raise errors.no_grad_fn(index)
        if output._array.size != 1:
            raise RuntimeError(errors.NOT_SCALAR)
        seed = output.dtype.one if shape == () else output.dtype.ones(shape)
        return wrap(seed, output.dtype) if create_graph else seed
    if not isinstance(gradient, Tensor):
        raise TypeError(f"gradients can be either Tensors or None, but got {type(gradient).__name__}")
    if gradient._array.shape != shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[{index}] has a shape of {gradient.shape} and output[{index}] has a "
            f"shape of {output.shape}."
        )
    if not output._requires_grad:
        raise errors.no_grad_fn(index)
    if create_graph:
        return gradient
    array = gradient._array
    return array if gradient.dtype is output.dtype else output.dtype.cast(array)


def _roots(outputs: Sequence[Tensor], gradients: Sequence[Any], create_graph: bool) -> list[tuple[Target, Any]]:
    roots = [
        (_target(output), _seed(output, gradient, index, create_graph))
        for index, (output, gradient) in enumerate(zip(outputs, gradients, strict=False))
    ]
    if len(gradients) < len(outputs):
        raise RuntimeError(f"got {len(outputs)} tensors and {len(gradients)} gradients")
    return roots


def tensor_backward(
    self: Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Sequence[Tensor] | Tensor | None = None,
) -> None:
    """Add the gradients of this tensor to the `.grad` of the leaves (torch.Tensor.backward).

    `gradient` is the vector of the vector-Jacobian product, of this tensor's shape; a scalar needs none. Raises
    RuntimeError where nothing was recorded, where the graph was freed, and where the shapes do not match.
    """
    if modes.state.mapping is not None:
        raise RuntimeError(errors.BACKWARD_WITHIN_VMAP)
    if gradient is None and inputs is None and not create_graph and self._node is not None and not self._array.shape:
        target = self._node, self._output_nr
        arrived = walk([(target, self.dtype.one)], retain_graph=bool(retain_graph), create_graph=False)
        for entry in arrived.values():
            _add_to_leaf(entry)
        return
    backward(self, gradient, retain_graph, create_graph, inputs=inputs)


def _add_to_leaf(entry: list[Any]) -> None:
    """Add what arrived at a leaf to its `.grad`; an array of size that nobody else holds becomes it as it is."""
    leaf: Tensor = entry[0]
    fresh = leaf._grad is None and leaf._extras is None and is_large(entry[1]) and is_own(entry)
    if fresh and entry[1].dtype == leaf.dtype.numpy:
        leaf._grad = wrap(entry[1], leaf.dtype)
    else:
        accumulate(leaf, entry[1])


def _gradients(grad_tensors: Any, count: int) -> tuple[Any, ...]:
    if grad_tensors is None:
        return (None,) * count
    return as_tuple(grad_tensors)


def backward(
    tensors: Tensors,
    grad_tensors: Tensors | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: Any = None,
    inputs: Tensors | None = None,
) -> None:
    """Add the gradients of `tensors` to the `.grad` of the leaves (torch.autograd.backward).

    `grad_tensors` are the vectors of the vector-Jacobian products, each of its tensor's shape, None for a scalar.
    `retain_graph` defaults to `create_graph`. With `inputs`, only their `.grad` is filled.
    Raises RuntimeError in torch's words.
    """
    if grad_variables is not None:
        warnings.warn(errors.GRAD_VARIABLES, FutureWarning, stacklevel=2)
        if grad_tensors is not None:
            raise RuntimeError(errors.GRAD_VARIABLES_TOO)
        grad_tensors = grad_variables
    wanted = None if inputs is None else as_tuple(inputs)
    if wanted is not None and not wanted:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    outputs = as_tuple(tensors)
    roots = _roots(outputs, _gradients(grad_tensors, len(outputs)), create_graph)
    for each in wanted or ():
        if not each._requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if create_graph:
        warnings.warn(errors.CREATE_GRAPH_CYCLE, UserWarning, stacklevel=3)
    retain = create_graph if retain_graph is None else retain_graph
    targets = None if wanted is None else [_target(each) for each in wanted]
    arrived = walk(roots, retain_graph=retain, create_graph=create_graph, wanted=targets)
    if wanted is None:
        for entry in arrived.values():
            _add_to_leaf(entry)
        return
    for each, (target, number) in zip(wanted, targets or (), strict=True):
        found = arrived.get(key_of(target, number))
        if found is not None:
            accumulate(each, found[1])


def gradients(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Tensors | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """`grad`, also within vmap, where that refuses to differentiate by examples."""
    allow = materialize_grads if allow_unused is None else allow_unused
    wanted, results = as_tuple(inputs), as_tuple(outputs)
    if not wanted:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    roots = _roots(results, _gradients(grad_outputs, len(results)), create_graph)
    if any(not each._requires_grad for each in wanted):
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    targets = [_target(each) for each in wanted]
    retain = create_graph if retain_graph is None else retain_graph
    arrived = walk(roots, retain_graph=retain, create_graph=create_graph, wanted=targets)
    found: list[Tensor | None] = []
    for index, (each, (target, number)) in enumerate(zip(wanted, targets, strict=True)):
        entry = arrived.get(key_of(target, number))
        if entry is not None:
            gradient = run_leaf_hooks(each, entry[1]) if each._node is None else entry[1]
            found.append(_result(gradient, each))
        elif materialize_grads:
            zeros = wrap(each.dtype.zeros(each._array.shape), each.dtype)
            found.append(zeros.requires_grad_(create_graph))
        elif allow:
            found.append(None)
        else:
            raise RuntimeError(
                f"The differentiated Tensor at index {index} appears to not have been used in the graph. Set "
                "allow_unused=True if this is the desired behavior."
            )
    return tuple(found)


def _result(gradient: Any, of: Tensor) -> Tensor:
    if isinstance(gradient, Tensor):
        return gradient
    if isinstance(gradient, np.ndarray):
        gradient = gradient.astype(of.dtype.numpy)
    return wrap(gradient)
