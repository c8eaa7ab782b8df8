"""Jacobians, Hessians and their products with vectors (torch.autograd.functional), all by reverse mode.

jvp and hvp use the double-backward trick: the vector-Jacobian product is linear in its vector, so that the derivative
with respect to that vector, times v, is the Jacobian-vector product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Literal

import numpy as np

from gradcli.engine import modes
from gradcli.engine.autograd import strictness
from gradcli.engine.autograd.function import FunctionNode
from gradcli.engine.gradients import grad
from gradcli.engine.hooks import has_hooks
from gradcli.engine.node import Node
from gradcli.engine.ops.join.joining import stack
from gradcli.engine.ops.shape.views import reshape
from gradcli.engine.tensor import Tensor, wrap

Tensors = tuple[Tensor, ...]
Stage = Literal["back", "back_trick", "double_back", "double_back_trick"]
_STRATEGIES: Final = ("forward-mode", "reverse-mode")

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]


def _as_tuple(value: Any, what: str, function: str) -> tuple[bool, Tensors]:
    """Whether `value` is a tuple, and as one. Raises TypeError where something in it is no Tensor."""
    if isinstance(value, Tensor):
        return False, (value,)
    is_tuple = isinstance(value, tuple)
    for index, each in enumerate(value if is_tuple else (value,)):
        if not isinstance(each, Tensor):
            where = f"value at index {index}" if is_tuple else f"given {what}"
            raise TypeError(
                f"The {what} given to {function} must be either a Tensor or a tuple of Tensors but the {where} has "
                f"type {type(each)}."
            )
    return True, value


def _fresh(tensors: Tensors, create_graph: bool, requires_grad: bool) -> Tensors:
    """The tensors anew, so that what the function captured is told from what it was given."""
    return tuple(
        reshape(each, each.shape)
        if create_graph and each._requires_grad
        else each.detach().requires_grad_(requires_grad)
        for each in tensors
    )


def _primals(inputs: Any, function: str, create_graph: bool) -> tuple[bool, Tensors]:
    """Whether the inputs are a tuple, and anew as one. Raises TypeError where something in it is no Tensor."""
    is_tuple, given = _as_tuple(inputs, "inputs", function)
    return is_tuple, _fresh(given, create_graph, True)


def _called(func: Callable[..., Any], primals: Tensors, function: str, strict: bool) -> tuple[bool, Tensors]:
    """Whether the outputs are a tuple, and as one. Raises RuntimeError, if `strict`, where one was not recorded."""
    several, outputs = _as_tuple(func(*primals), "outputs of the user-provided function", function)
    strictness.check_outputs(outputs, strict)
    return several, outputs


def _zeros(tensor: Tensor, requires_grad: bool = False) -> Tensor:
    zeros = wrap(np.zeros(tensor._array.shape, tensor.dtype.numpy)[()], tensor.dtype)
    return zeros.requires_grad_() if requires_grad else zeros


def _gradients(
    outputs: Iterable[Tensor | None],
    inputs: Tensors,
    vectors: Sequence[Tensor | None] | None = None,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> tuple[Tensor | None, ...]:
    """grad() over the outputs that require grad; None for what does not depend on an input."""
    listed = list(outputs)
    pairs = [
        (output, vector)
        for output, vector in zip(listed, vectors or [None] * len(listed), strict=True)
        if output is not None and output._requires_grad
    ]
    if not pairs:
        return (None,) * len(inputs)
    return grad(
        [output for output, _ in pairs],
        inputs,
        [vector for _, vector in pairs],
        retain_graph,
        create_graph,
        allow_unused=True,
    )


def _filled(
    grads: Sequence[Tensor | None], references: Tensors, strict: bool, create_graph: bool, stage: Stage
) -> Tensors:
    """The gradients with zeros where there is none; in strict mode an error instead."""
    if strict:
        strictness.check_dependence(grads, create_graph, stage)
    return tuple(_zeros(reference) if each is None else each for each, reference in zip(grads, references, strict=True))


def _as_given(tensors: Sequence[Any], is_tuple: bool, create_graph: bool = True) -> Any:
    """A tuple, or the only element; without a history unless `create_graph`."""
    finished = tensors if create_graph else [each.detach() for each in tensors]
    return tuple(finished) if is_tuple else finished[0]


def _vector(v: Any, function: str, like: Tensors, is_tuple: bool, create_graph: bool, scalar: str) -> Tensors | None:
    """The vector `v`, each of its tensors of the size of `like`'s. Raises RuntimeError otherwise, and without it
    unless `like` is one number."""
    if v is None:
        if len(like) != 1 or like[0]._array.size != 1:
            raise RuntimeError(f"The vector v can only be None if {scalar}")
        return None
    _, given = _as_tuple(v, "v", function)
    vectors = _fresh(given, create_graph, False)
    if len(like) != len(vectors):
        raise RuntimeError(
            f"v is a tuple of invalid length: should be {len(like)} but got {len(vectors)}."
            if is_tuple
            else "The given v should contain a single Tensor."
        )
    for index, (each, other) in enumerate(zip(vectors, like, strict=True)):
        if each.shape != other.shape:
            entry = f"Entry {index} in " if is_tuple else ""
            raise RuntimeError(f"{entry}v has invalid size: should be {other.shape} but got {each.shape}.")
    return vectors


_SCALAR_INPUT: Final = "the input to the user-provided function is a single Tensor with a single element."


def _single(outputs: Tensors, is_tuple: bool, function: str) -> None:
    if is_tuple:
        raise RuntimeError(f"The function given to {function} should return a single Tensor")
    if outputs[0]._array.size != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {function} should contain a single element")


def vjp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`func(*inputs)`, and the vector-Jacobian product with `v` (of the outputs' shape), of the inputs' shape."""
    with modes.enable_grad():
        is_tuple, primals = _primals(inputs, "vjp", create_graph)
        several, outputs = _called(func, primals, "vjp", strict)
        scalar = "the user-provided function returns a single Tensor with a single element."
        vectors = _vector(v, "vjp", outputs, several, create_graph, scalar)
    with modes.set_grad_enabled(create_graph or modes.is_grad_enabled()):
        found = _gradients(outputs, primals, vectors, create_graph)
        product = _filled(found, primals, strict, create_graph, "back")
    return _as_given(outputs, several, create_graph), _as_given(product, is_tuple, create_graph)


def jvp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`func(*inputs)`, and the Jacobian-vector product with `v` (of the inputs' shape), of the outputs' shape."""
    with modes.enable_grad():
        is_tuple, primals = _primals(inputs, "jvp", create_graph)
        vectors = _vector(v, "jvp", primals, is_tuple, create_graph, _SCALAR_INPUT)
        several, outputs = _called(func, primals, "jvp", strict)
        cotangents = tuple(_zeros(each, requires_grad=True) for each in outputs)
        pulled = _gradients(outputs, primals, cotangents, create_graph=True)
        strictness.check_recorded(pulled, strict, "back_trick")
    with modes.set_grad_enabled(create_graph or modes.is_grad_enabled()):
        found = _gradients(pulled, cotangents, vectors, create_graph)
        product = _filled(found, outputs, strict, create_graph, "back_trick")
    return _as_given(outputs, several, create_graph), _as_given(product, several, create_graph)


def jacobian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The derivative of each output with respect to each input, of shape `output.shape + input.shape`.

    A Tensor, a tuple where there are several inputs or outputs, and a tuple of tuples where both. All rows come of one
    walk unless they are recorded, which `vectorize` has done at once, too, or something of the user's own is to see
    each of them. `strategy` changes nothing but what torch refuses. Raises RuntimeError in torch's words.
    """
    from gradcli.engine.batching.rows import jacobians

    _check_strategy(strategy, create_graph, strict, vectorize)
    with modes.enable_grad():
        is_tuple, primals = _primals(inputs, "jacobian", create_graph)
        several, outputs = _called(func, primals, "jacobian", strict)
        if vectorize:
            found = jacobians(outputs, primals, create_graph)
        elif not strict and not create_graph and _is_plain(outputs):
            found = [jacobians([output], primals)[0] for output in outputs]
        else:
            found = [
                _derivatives(number, output, primals, create_graph, strict) for number, output in enumerate(outputs)
            ]
    return _as_given([_as_given(row, is_tuple, create_graph) for row in found], several)


def _is_plain(outputs: Sequence[Tensor]) -> bool:
    """Whether nothing of the user's own runs in a walk from the outputs: neither hooks nor a Function's backward."""
    waiting: list[Node | Tensor] = [each if each._node is None else each._node for each in outputs]
    seen = {id(each) for each in waiting}
    while waiting:
        each = waiting.pop()
        if not isinstance(each, Node):
            if has_hooks(each):
                return False
            continue
        if isinstance(each, FunctionNode) or each.hooks is not None:
            return False
        for edge in each.edges:
            if edge is not None and id(edge) not in seen:
                seen.add(id(edge))
                waiting.append(edge)
    return True


def _check_strategy(strategy: str, create_graph: bool, strict: bool, vectorize: bool) -> None:
    if strategy not in _STRATEGIES:
        raise AssertionError(
            'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs '
            'than inputs, "forward-mode" tends to be more performant. Otherwise, prefer to use "reverse-mode".'
        )
    if strategy == "reverse-mode":
        if strict and vectorize:
            raise RuntimeError(
                "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. "
                "Please either set `strict=False` or `vectorize=False`."
            )
        return
    if create_graph:
        raise NotImplementedError(
            'torch.autograd.functional.jacobian: `create_graph=True` and `strategy="forward-mode"` are not supported '
            'together (yet). Please either set `create_graph=False` or `strategy="reverse-mode"`.'
        )
    if strict:
        raise RuntimeError(
            'torch.autograd.functional.jacobian: `strict=True` and `strategy="forward-mode"` are not supported '
            'together (yet). Please either set `strict=False` or `strategy="reverse-mode"`.'
        )
    if not vectorize:
        raise NotImplementedError(
            "Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for "
            "`vectorize=True`."
        )


def _derivatives(number: int, output: Tensor, primals: Tensors, create_graph: bool, strict: bool) -> Tensors:
    """The derivatives of one output with respect to each input, a row of the Jacobian for each element."""
    columns: list[list[Tensor]] = [[] for _ in primals]
    flat = reshape(output, (-1,))
    for j in range(output._array.size):
        found = _gradients([flat[j]], primals, create_graph=create_graph, retain_graph=True)
        for position, (each, primal) in enumerate(zip(found, primals, strict=True)):
            if strict:
                strictness.check_entry(each, number, position, create_graph)
            columns[position].append(_zeros(primal) if each is None else each)
    return tuple(
        reshape(stack(column), (*output.shape, *primal.shape)) for column, primal in zip(columns, primals, strict=True)
    )


def hessian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The second derivatives of a scalar function: shape `input.shape + input.shape`, a tuple of tuples for several
    inputs. Raises RuntimeError where the function does not return a single number."""
    if outer_jacobian_strategy not in _STRATEGIES:
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')
    is_tuple, _ = _as_tuple(inputs, "inputs", "hessian")

    def scalar(*primals: Tensor) -> Tensor:
        several, outputs = _called(func, primals, "hessian", strict)
        _single(outputs, several, "hessian")
        return reshape(outputs[0], ())

    def gradient(*primals: Tensor) -> Tensors:
        result: Tensors = jacobian(scalar, tuple(each.requires_grad_() for each in primals), create_graph=True)
        strictness.check_recorded(result, strict, "double_back")
        return result

    rows = jacobian(gradient, _as_tuple(inputs, "inputs", "hessian")[1], create_graph, strict, vectorize)
    return rows if is_tuple else rows[0][0]


def vhp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`func(*inputs)`, a scalar, and the product of `v` with its Hessian, of the inputs' shape."""
    return _hessian_product("vhp", func, inputs, v, create_graph, strict)


def hvp(
    func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """`func(*inputs)`, a scalar, and the product of its Hessian with `v`, of the inputs' shape."""
    return _hessian_product("hvp", func, inputs, v, create_graph, strict)


def _hessian_product(
    name: str, func: Callable[..., Any], inputs: Any, v: Any, create_graph: bool, strict: bool
) -> tuple[Any, Any]:
    with modes.enable_grad():
        is_tuple, primals = _primals(inputs, name, create_graph)
        vectors = _vector(v, name, primals, is_tuple, create_graph, _SCALAR_INPUT)
        several, outputs = _called(func, primals, name, strict)
        _single(outputs, several, name)
        gradient = _gradients(outputs, primals, create_graph=True)
        strictness.check_recorded(gradient, strict, "double_back")
        if name == "hvp":
            cotangents = tuple(_zeros(each, requires_grad=True) for each in primals)
            twice = _gradients(gradient, primals, cotangents, create_graph=True)
    with modes.set_grad_enabled(create_graph or modes.is_grad_enabled()):
        if name == "hvp":
            found = _gradients(twice, cotangents, vectors, create_graph)
            product = _filled(found, primals, strict, create_graph, "double_back_trick")
        else:
            found = _gradients(gradient, primals, vectors, create_graph)
            product = _filled(found, primals, strict, create_graph, "double_back")
    return _as_given(outputs, several, create_graph), _as_given(product, is_tuple, create_graph)
