"""The derivatives that a question asks for, by backward passes through the graph of its value.

Each recorded pass of a higher order is a graph some three times as large as the one before. As long as that is small
the engine goes through it, as torch does; from there on the remaining orders are those of the last gradient's Taylor
series, which the same rules give in one pass on elements that are series themselves (`calculus.balls.jets`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import numpy as np

from gradcli.calculus.evaluate import (
    Failure,
    as_array,
    collected,
    evaluator_of,
    gradients,
    is_made_by_more,
    ones,
    recorded_gradient,
)
from gradcli.calculus.results import Array, Place, Question, Request, Variables
from gradcli.engine.tensor import Tensor, wrap
from gradcli.language.values import replace

Beyond: TypeAlias = Callable[[Question, str], float]
"""What gives a derivative of the question's order by one variable, a number, where its graph would be too large."""
MANY: Final = 200
"""Nodes of a recorded gradient beyond which it is not differentiated once more."""
ALWAYS: Final = 2
"""The orders that are recorded whatever their size: the second's graph is a few times that of the value."""


def differentiated(
    question: Question, value: Tensor, leaves: Mapping[str, Tensor], beyond: Beyond | None = None
) -> dict[Variables, Array]:
    """The derivatives asked for; those whose graph would be too large are `beyond`'s, which an order of 1 needs not.

    Raises Failure where a rule cannot be followed (it inverts a singular matrix).
    """
    try:
        if question.request is Request.DIAGONAL:
            return dict(_diagonal(question, value, leaves, beyond))
        if question.request is Request.GRADIENT and question.order > 1:
            _need_scalar(question, value, "a gradient")
            return dict(_higher(question, value, leaves, beyond))
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


def _higher(
    question: Question, value: Tensor, leaves: Mapping[str, Tensor], beyond: Beyond | None
) -> Iterator[tuple[Variables, Array]]:
    """The pure partial derivatives of the question's order, in the shapes of the variables. Raises Failure."""
    order = question.order
    for name, leaf in leaves.items():
        if leaf.numel() != 1:
            raise Failure(
                "E311",
                f"{name} has shape {tuple(leaf.shape)}, and --order {order} needs scalar variables",
                question.program.result.span,
                "for the second derivatives by tensors ask for --hessian",
            )
        derivative, done = repeated(value, leaf, order)
        if done == order:
            yield (name,) * order, as_array(derivative)
        else:
            assert beyond is not None
            yield (name,) * order, np.full(leaf.shape, beyond(question, name), leaf.dtype.numpy)


def repeated(value: Tensor, leaf: Tensor, order: int) -> tuple[Tensor, int]:
    """The derivative of the highest order up to `order` that the repeated backward pass reaches with small graphs, and
    that order."""
    derivative = value
    for done in range(order):
        if done >= ALWAYS and is_made_by_more(derivative, MANY):
            return derivative, done
        derivative = recorded_gradient(derivative, leaf)
    return derivative, order


def _diagonal(
    question: Question, value: Tensor, leaves: Mapping[str, Tensor], beyond: Beyond | None
) -> Iterator[tuple[Variables, Array]]:
    """The derivatives of the question's order, entry by entry, each of the output's shape. Raises Failure."""
    shape = tuple(value.shape)
    if any(tuple(leaf.shape) != shape for leaf in leaves.values()):
        spread = {
            name: np.broadcast_to(at, shape) if name in question.wrt else at for name, at in question.point.items()
        }
        evaluator, leaves = evaluator_of(replace(question, point=spread))
        value = evaluator.run(question.program)
    if question.order == 1:
        found = gradients(value, list(leaves.values()), ones(value))
        yield from (((name,), as_array(each)) for name, each in zip(leaves, found, strict=True))
        return
    for name, leaf in leaves.items():
        derivative, done = repeated(value, leaf, question.order)
        if done == question.order:
            yield (name,) * question.order, as_array(derivative)
        else:
            assert beyond is not None
            yield (name,) * question.order, _beyond(question, name, shape, beyond)


def _beyond(question: Question, name: str, shape: Place, beyond: Beyond) -> Array:
    """The derivatives by one variable, each as that by a number at its entry."""
    from gradcli.calculus.elementwise import entries_of  # most outputs are scalars

    parts = entries_of(question)
    found = np.empty(shape, next(iter(question.point.values())).dtype)
    for place in np.ndindex(shape):
        found[place] = beyond(parts.question_at(place), name)
    return found
