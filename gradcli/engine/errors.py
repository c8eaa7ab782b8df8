"""The texts of torch 2.13.0's autograd errors, each written once."""

from __future__ import annotations

from collections.abc import Sequence

FREED = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already "
    "been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). "
    "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access "
    "saved tensors after calling backward."
)
NOT_SCALAR = "grad can be implicitly created only for scalar outputs"
ONLY_FLOATS = "Only Tensors of floating point and complex dtype can require gradients"
LEAF_IN_PLACE = "a leaf Variable that requires grad is being used in an in-place operation."
CHANGE_NON_LEAF = (
    "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a "
    "subgraph that doesn't require differentiation use var_no_grad = var.detach()."
)
NUMPY_OF_TRACKED = "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
NON_LEAF_GRAD = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be "
    "populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf "
    "Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you "
    "access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information."
)
CREATE_GRAPH_CYCLE = (
    "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient "
    "which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you "
    "have to use this function, make sure to reset the .grad fields of your parameters to None after use to break "
    "the cycle and avoid the leak."
)
SCALAR_OF_TRACKED = (
    "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\n"
    "Consider using tensor.detach() first."
)


def no_grad_fn(index: int) -> RuntimeError:
    """backward() of a tensor that nothing was recorded for."""
    return RuntimeError(f"element {index} of tensors does not require grad and does not have a grad_fn")


def modified_in_place(tensor_name: str, shape: Sequence[int], origin: str, version: int, expected: int) -> RuntimeError:
    """A saved tensor was changed between forward and backward; `origin` is `, which is output 0 of Exp,` or empty."""
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[{tensor_name} {list(shape)}]{origin} is at version {version}; expected version {expected} instead. Hint: "
        "enable anomaly detection to find the operation that failed to compute its gradient, with "
        "torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )


def sizes_must_match(first: Sequence[int], second: Sequence[int]) -> RuntimeError:
    """Two shapes that do not broadcast, in torch's words."""
    width = max(len(first), len(second))
    a = (1,) * (width - len(first)) + tuple(first)
    b = (1,) * (width - len(second)) + tuple(second)
    at = max((i for i in range(width) if a[i] != b[i] and 1 not in (a[i], b[i])), default=0)
    return RuntimeError(
        f"The size of tensor a ({a[at]}) must match the size of tensor b ({b[at]}) at non-singleton dimension {at}"
    )


def dimension_out_of_range(dim: int, ndim: int) -> IndexError:
    """A dimension that a tensor of `ndim` dimensions lacks (a 0-dim tensor is taken as having one)."""
    bound = max(ndim, 1)
    return IndexError(f"Dimension out of range (expected to be in range of [{-bound}, {bound - 1}], but got {dim})")
