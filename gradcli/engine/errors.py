"""The texts of torch 2.13.0's autograd errors, each written once."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.engine import modes

FREED = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already "
    "been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). "
    "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access "
    "saved tensors after calling backward."
)
NOT_SCALAR = "grad can be implicitly created only for scalar outputs"
ONLY_FLOATS = "Only Tensors of floating point and complex dtype can require gradients"
LEAF_IN_PLACE = "a leaf Variable that requires grad is being used in an in-place operation."
LEAF_WRITTEN_BY_FUNCTION = LEAF_IN_PLACE.replace("is being used", "has been used")
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
TRACKED_WITHIN_VMAP = (
    "You are attempting to call Tensor.requires_grad_() (or perhaps using torch.autograd.functional.* APIs) inside of "
    "a function being transformed by a functorch transform. This is unsupported, please attempt to use the functorch "
    "transforms (e.g. grad, vjp, jacrev, jacfwd, hessian) or call requires_grad_() outside of a function being "
    "transformed instead."
)
BACKWARD_WITHIN_VMAP = (
    "backward() called inside a functorch transform. This is not supported, please use functorch.grad or functorch.vjp "
    "instead or call backward() outside of functorch transforms."
)
SCALAR_OF_TRACKED = (
    "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\n"
    "Consider using tensor.detach() first."
)


INFERENCE_SAVED = (
    "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in "
    "computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in "
    "autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`."
)
INFERENCE_WRITTEN = (
    "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal "
    "tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details."
)
INFERENCE_TRACKED = "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed."
INFERENCE_VERSION = "Inference tensors do not track version counter."
DEEPCOPY_OF_NON_LEAF = (
    "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you "
    "were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see "
    "https://github.com/pytorch/pytorch/pull/103001"
)
LEAF_VIEW_IN_PLACE = "a view of a leaf Variable that requires grad is being used in an in-place operation."
DETACH_VIEW = (
    "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, "
    "and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be "
    "called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in "
    "torch/optim/optimizer.py as the solution."
)
OVERLAPPING = (
    "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please "
    "clone() the tensor before performing the operation."
)
SHARED_WITH_INPUT = (
    "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory "
    "location. Please clone() the tensor before performing the operation."
)
GRAD_VARIABLES = "`grad_variables` is deprecated. Use `grad_tensors` instead."
GRAD_VARIABLES_TOO = (
    "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to `backward()`. Please only use "
    "`grad_tensors`."
)
ONLY_INPUTS = (
    "only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient for other parts "
    "of the graph, please use torch.autograd.backward."
)
HOOK_ON_NON_LEAF = "post accumulate grad hooks cannot be registered on non-leaf tensors"


def not_writable(attribute: str) -> AttributeError:
    """An attribute that torch's C++ gives a tensor was set."""
    return AttributeError(f"attribute '{attribute}' of 'torch._C.TensorBase' objects is not writable")


def no_grad_fn(index: int) -> RuntimeError:
    """backward() of a tensor that nothing was recorded for."""
    return RuntimeError(f"element {index} of tensors does not require grad and does not have a grad_fn")


def modified_in_place(tensor_name: str, shape: Sequence[int], origin: str, version: int, expected: int) -> RuntimeError:
    """A saved tensor was changed between forward and backward; `origin` is `, which is output 0 of Exp,` or empty."""
    hint = (
        "the backtrace further above shows the operation that failed to compute its gradient. The variable in question "
        "was changed in there or anywhere later. Good luck!"
        if modes.state.anomaly
        else "enable anomaly detection to find the operation that failed to compute its gradient, with "
        "torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[{tensor_name} {list(shape)}]{origin} is at version {version}; expected version {expected} instead. Hint: "
        f"{hint}"
    )


def view_written(output: tuple[int, str] | None, mode: str | None, *, several: bool, indirect: bool) -> RuntimeError:
    """A view was written to that allows no recorded write; `indirect` where its base was.

    `output` is the output number and the operation that made the view, None where none was recorded; `mode` names the
    mode that it was made in; `several` where the operation has several outputs.
    """
    written = "its base or another view of its base has been" if indirect else "is being"
    if mode is None:
        assert output is not None
        start = f"Output {output[0]} of {output[1]} is a view and {written} modified inplace."
    else:
        made = "A view was" if output is None else f"Output {output[0]} of {output[1]} is a view of a view which was"
        start = f"{made} created in {mode} and {written} modified inplace with grad mode enabled."
    if several:
        return RuntimeError(
            f"{start} This view is the output of a function that returns multiple views. Such functions do not allow "
            "the output views to be modified inplace. You should replace the inplace operation by an out-of-place one."
        )
    block = "inference_mode" if mode == "inference mode" else "no_grad"
    return RuntimeError(
        f"{start} Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by "
        f"moving both the view and the inplace either both inside the {block} block (if you don't want the inplace to "
        "be tracked) or both outside (if you want the inplace to be tracked)."
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


def wrong_output_shape(own: Sequence[int], broadcast: Sequence[int]) -> RuntimeError:
    """An in-place operation's operands broadcast to another shape than the tensor has."""
    return RuntimeError(f"output with shape {list(own)} doesn't match the broadcast shape {list(broadcast)}")


def dimension_out_of_range(dim: int, ndim: int) -> IndexError:
    """A dimension that a tensor of `ndim` dimensions lacks (a 0-dim tensor is taken as having one)."""
    bound = max(ndim, 1)
    return IndexError(f"Dimension out of range (expected to be in range of [{-bound}, {bound - 1}], but got {dim})")


def no_dimensions(dim: int) -> IndexError:
    """A dimension of a 0-dim tensor, where none will do."""
    return IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
