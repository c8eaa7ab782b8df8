"""The derivatives that a question asks for, by backward passes through the graph of its value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gradcli.calculus.evaluate import Failure, as_array, collected, gradients, ones
from gradcli.calculus.results import Array, Question, Request, Variables
from gradcli.engine.tensor import Tensor, wrap

if TYPE_CHECKING:
    from gradcli.calculus.orders import Beyond


def differentiated(
    question: Question, value: Tensor, leaves: Mapping[str, Tensor], beyond: Beyond | None = None
) -> dict[Variables, Array]:
    """The derivatives asked for; those whose graph would be too large are `beyond`'s, which an order of 1 needs not.

    Raises Failure where a rule cannot be followed (it inverts a singular matrix).
    """
    try:
        if question.request is Request.DIAGONAL:
            from gradcli.calculus.elementwise import diagonal  # most outputs are scalars

            return dict(diagonal(question, value, leaves, beyond))
        if question.request is Request.GRADIENT and question.order > 1:
            from gradcli.calculus.orders import higher

            _need_scalar(question, value, "a gradient")
            return dict(higher(question, value, leaves, beyond))
        return dict(_DERIVATIVES[question.request](question, value, leaves))
    except (RuntimeError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError) as error:
        message = str(error).splitlines()[0] if str(error) else repr(error)
        message = f"the derivative cannot be calculated here: {message}"
        raise Failure("E306", message, question.program.result.span) from error
    except MemoryError:
        raise Failure("E304", "this needs more memory than there is", question.program.result.span) from None


def _need_scalar(question: Question, value: Tensor, what: str) -> None:
    if value.numel() != 1:
        raise Failure(
            "E310",
            f"the output has shape {tuple(value.shape)}, and {what} needs a scalar",
            question.program.result.span,
            "reduce it (sum(...), mean(...)), weight it (--vjp '[0.1, 1, 0.001]'), or ask for --jacobian",
        )


def _gradient(question: Question, value: Tensor, leaves: Mapping[str, Tensor]) -> Iterator[tuple[Variables, Array]]:
    if not leaves:
        return
    _need_scalar(question, value, "a gradient")
    if value.requires_grad:
        value.backward(ones(value) if value._array.shape else None)
    yield from collected(leaves)


def _vjp(question: Question, value: Tensor, leaves: Mapping[str, Tensor]) -> Iterator[tuple[Variables, Array]]:
    cotangent = question.cotangent
    if cotangent is None or cotangent.shape != tuple(value.shape):
        shape = () if cotangent is None else cotangent.shape
        raise Failure(
            "E312",
            f"the vector has shape {shape}, and the output has shape {tuple(value.shape)}",
            question.program.result.span,
            "--vjp takes one number for each entry of the output",
        )
    weights = wrap(value.dtype.cast(cotangent), value.dtype)
    for name, gradient in zip(leaves, gradients(value, list(leaves.values()), weights), strict=True):
        yield (name,), as_array(gradient)


def _rows(value: Tensor, leaves: list[Tensor], **keywords: Any) -> list[Array]:
    """The Jacobian of `value` by each leaf, of shape value.shape + leaf.shape, one row of the graph at a time."""
    shape = tuple(value.shape)
    jacobians = [np.zeros((value.numel(), *leaf.shape), leaf.dtype.numpy) for leaf in leaves]
    for i in range(value.numel()):
        cotangent = np.zeros(value.numel(), value.dtype.numpy)
        cotangent[i] = 1
        seed = wrap(value.dtype.cast(cotangent.reshape(shape)), value.dtype)
        for jacobian, gradient in zip(jacobians, gradients(value, leaves, seed, retain_graph=True), strict=True):
            jacobian[i, ...] = gradient._array
    return [jacobian.reshape(shape + tuple(leaf.shape)) for jacobian, leaf in zip(jacobians, leaves, strict=True)]


def _jacobian(question: Question, value: Tensor, leaves: Mapping[str, Tensor]) -> Iterator[tuple[Variables, Array]]:
    for name, rows in zip(leaves, _rows(value, list(leaves.values())), strict=True):
        yield (name,), rows


def _hessian(question: Question, value: Tensor, leaves: Mapping[str, Tensor]) -> Iterator[tuple[Variables, Array]]:
    _need_scalar(question, value, "a Hessian")
    names, tensors = list(leaves), list(leaves.values())
    firsts = gradients(value, tensors, ones(value), create_graph=True)
    for first, gradient in zip(names, firsts, strict=True):
        for second, rows in zip(names, _rows(gradient, tensors), strict=True):
            yield (first, second), rows


_DERIVATIVES: Final[dict[Request, Callable[..., Iterator[tuple[Variables, Array]]]]] = {
    Request.GRADIENT: _gradient,
    Request.VJP: _vjp,
    Request.JACOBIAN: _jacobian,
    Request.HESSIAN: _hessian,
}
