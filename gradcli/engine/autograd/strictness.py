"""What strict mode of torch.autograd.functional refuses: results that do not depend on an input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gradcli.engine.tensor import Tensor

_MISSING: Final = {
    "back": "The output of the user-provided function is independent of input {}. This is not allowed in strict mode.",
    "back_trick": (
        "The gradient with respect to the input is independent of entry {} in the grad_outputs when using the double "
        "backward trick to compute forward mode gradients. This is not allowed in strict mode."
    ),
    "double_back": (
        "The jacobian of the user-provided function is independent of input {}. This is not allowed in strict mode."
    ),
    "double_back_trick": (
        "The hessian of the user-provided function is independent of entry {} in the grad_jacobian. This is not "
        "allowed in strict mode as it prevents from using the double backward trick to replace forward mode AD."
    ),
}
_CONSTANT: Final = (
    "The {} of the user-provided function is independent of input {}. This is not allowed in strict mode when "
    "create_graph=True."
)

_NOT_RECORDED: Final = {
    "back_trick": (
        "The gradient with respect to input {} is independent of the inputs of the user-provided function. This is not "
        "allowed in strict mode."
    ),
    "double_back": (
        "While computing the hessian, found that the jacobian of the user-provided function with respect to input {} "
        "is independent of the input. This is not allowed in strict mode. You should ensure that your function is "
        "twice differentiable and that the jacobian depends on the inputs (this would be violated by a linear function "
        "for example)."
    ),
}


def check_dependence(grads: Sequence[Tensor | None], create_graph: bool, stage: str) -> None:
    """Raise RuntimeError where a gradient is missing, or with `create_graph` constant."""
    for index, each in enumerate(grads):
        if each is None:
            raise RuntimeError(_MISSING[stage].format(index))
        if create_graph and not each._requires_grad:
            raise RuntimeError(_CONSTANT.format("hessian" if "double" in stage else "jacobian", index))


def check_entry(entry: Tensor | None, output: int, position: int, create_graph: bool) -> None:
    """Raise RuntimeError where a row of the Jacobian of output `output` is missing or constant."""
    if entry is None:
        raise RuntimeError(
            f"Output {output} of the user-provided function is independent of input {position}. This is not allowed "
            "in strict mode."
        )
    if create_graph and not entry._requires_grad:
        raise RuntimeError(_CONSTANT.format("jacobian", output))


def check_outputs(outputs: Sequence[Tensor], strict: bool) -> None:
    """Raise RuntimeError where an output does not require grad."""
    for index, each in enumerate(outputs):
        if strict and not each._requires_grad:
            raise RuntimeError(
                f"Output {index} of the user-provided function does not require gradients. The outputs must be "
                "computed in a differentiable manner from the input when running in strict mode."
            )


def check_recorded(grads: Sequence[Tensor | None], strict: bool, stage: str) -> None:
    """Raise RuntimeError where a gradient that is to be differentiated again is missing or constant."""
    for index, each in enumerate(grads):
        if strict and each is None:
            raise RuntimeError(_MISSING["back"].format(index))
        if strict and each is not None and not each._requires_grad:
            raise RuntimeError(_NOT_RECORDED[stage].format(index))
