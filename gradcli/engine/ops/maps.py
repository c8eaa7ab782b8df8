"""What gradient rules are made of: operations that run on arrays as they are and on Tensors recorded.

The derivative of a linear map is its adjoint, again a linear map, so the two are declared together:

    expand = linear_map("ExpandBackward0", lambda array, size: np.broadcast_to(array, size),
                        lambda grad, self_sym_sizes: sum_to(grad, self_sym_sizes), view=True)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from gradcli.engine.broadcasting import fit
from gradcli.engine.node import Node, Rule, derivative
from gradcli.engine.ops.declare import connect, record, requires_grad
from gradcli.engine.tensor import Tensor, wrap
from gradcli.engine.views import as_view

Map = Callable[..., Any]
SIZES = "self_sym_sizes"
"""The attribute that holds the shape of a linear map's argument, for adjoints that ask for it."""


def parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's positional parameters."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount]


def linear_map(
    name: str,
    forward: Callable[..., Any],
    adjoint: Rule,
    *,
    view: bool = False,
    place: Callable[..., Any] | None = None,
) -> Map:
    """A linear operation `forward(array, *arguments)`, recorded as `name`, whose gradient is `adjoint(grad, ...)`.

    The adjoint's further parameters are named like the forward's, or `self_sym_sizes` for the shape of the argument.
    With `view` the result shares the argument's memory; `place` gives, from the attributes, the index of a slice that
    the result is, so that gradients of size are added there and not as whole arrays.
    """
    wanted = parameters(adjoint)
    sized = SIZES in wanted
    arguments = parameters(forward)[1:]
    node_class = derivative(name, attributes=(*arguments, SIZES) if sized else arguments, self=adjoint)
    node_class.place = None if place is None else staticmethod(place)

    def operation(value: Any, *arguments: Any) -> Any:
        if not isinstance(value, Tensor):
            return forward(value, *arguments)
        array = value._shared_array() if view else value._array
        attributes = (*arguments, array.shape) if sized else arguments
        result = record(node_class, forward(array, *arguments), (value,), attributes)
        return as_view(result, value) if view else result

    operation.__name__ = operation.__qualname__ = name
    return operation


def recorded(node_class: type[Node], forward: Callable[..., Any]) -> Map:
    """`operation(inputs, attributes)`: `forward` on arrays, recorded as `node_class` where an input is a Tensor."""

    def operation(inputs: Sequence[Any], attributes: tuple[Any, ...] = ()) -> Any:
        if not any(isinstance(each, Tensor) for each in inputs):
            return forward(*inputs, *attributes)
        tensors = tuple(each if isinstance(each, Tensor) or each is None else wrap(each) for each in inputs)
        array = forward(*[None if each is None else each._array for each in tensors], *attributes)
        return record(node_class, array, tensors, attributes)

    return operation


def record_outputs(
    node_class: type[Node],
    arrays: Sequence[Any],
    inputs: tuple[Any, ...],
    attributes: tuple[Any, ...] = (),
    **saved: Any,
) -> tuple[Tensor, ...]:
    """The Tensors of several `arrays`, the outputs of one node, saved under the class's `results`."""
    if not requires_grad(*inputs):
        return tuple([wrap(array) for array in arrays])
    node = connect(node_class, inputs, attributes, **dict(zip(node_class.results, arrays, strict=False)), **saved)
    return tuple([wrap(array, node=node, output_nr=number) for number, array in enumerate(arrays)])


class Variadic(Node):
    """The node of an operation on a list of tensors: `split(grad, *attributes)` gives all gradients at once."""

    __slots__ = ()

    split: Callable[..., Sequence[Any]]

    def vjp(self, grad: Any, recording: bool) -> Sequence[Any]:
        """The gradients of the inputs, None for those that need none."""
        parts = type(self).split(grad, *self.attributes)
        grads = [None if edge is None else part for edge, part in zip(self.edges, parts, strict=True)]
        if self.expected is not None:
            for i, expected in enumerate(self.expected):
                if expected is not None and grads[i] is not None:
                    grads[i] = fit(grads[i], *expected)
        return grads


def variadic(name: str, split: Callable[..., Sequence[Any]]) -> type[Variadic]:
    """The node class of an operation on a list of tensors."""
    body = {
        "__slots__": (),
        "__doc__": f"The derivative of the operation recorded as {name}.",
        "split": staticmethod(split),
        "attribute_names": parameters(split)[1:],
    }
    return type(name, (Variadic,), body)


def record_list(
    node_class: type[Variadic], array: Any, inputs: Sequence[Tensor], attributes: tuple[Any, ...]
) -> Tensor:
    """The Tensor of `array`, computed from a list of tensors."""
    if not requires_grad(*inputs):
        return wrap(array)
    result = wrap(array, node=connect(node_class, tuple(inputs), attributes))
    if any(each.dtype is not result.dtype for each in inputs):
        assert result._node is not None
        result._node.expected = tuple(
            None if each.dtype is result.dtype else (each._array.shape, each.dtype) for each in inputs
        )
    return result


def shift_along(array: Any, axis: Any) -> Any:
    """About the largest elements along `axis`, with the dimensions kept: what exponentials are shifted by, which any
    number near serves as; of objects, by their own notion of that, which need not decide between two that are equal."""
    largest = np.maximum if array.dtype.kind != "O" else np.frompyfunc(lambda a, b: a.roughly_larger(b), 2, 1)
    return largest.reduce(array, axis=axis, keepdims=True)


def values_of(value: Any) -> Any:
    """The array of a Tensor, anything else as it is: for what is not differentiated (masks, indices)."""
    return value._array if isinstance(value, Tensor) else value


def dimensions(input: Tensor, dim: Any) -> tuple[int, ...]:
    """The dimensions that `dim` names, counted from the front; all of them where it is None or empty.

    Raises IndexError where the tensor lacks one, RuntimeError where one is named twice.
    """
    ndim = input._array.ndim
    if dim is None:
        return tuple(range(ndim))
    if isinstance(dim, (tuple, list)):
        found = tuple([input._dimension(int(each)) for each in dim])
        for i, each in enumerate(found):
            if each in found[:i]:
                raise RuntimeError(f"dim {each} appears multiple times in the list of dims")
        if not found:
            return tuple(range(ndim))
    else:
        found = (input._dimension(dim),)
    return found if ndim else ()


def kept_shape(sizes: Sequence[int], dim: Sequence[int]) -> tuple[int, ...]:
    """The shape after a reduction along `dim` that keeps the dimensions."""
    return tuple([1 if i in dim else size for i, size in enumerate(sizes)])


def restored(value: Any, sizes: Sequence[int], dim: Sequence[int], keepdim: bool) -> Any:
    """A reduction's result, or its gradient, with the reduced dimensions back as dimensions of size one."""
    return value if keepdim or not dim else np.reshape(value, kept_shape(sizes, dim))


def sizes_count(sizes: Sequence[int], dim: Sequence[int]) -> int:
    """How many elements a reduction along `dim` reduces to one."""
    count = 1
    for i in dim:
        count *= sizes[i]
    return count


def named_sizes(keyword: str) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """Let `keyword` stand for the sizes that a function takes one by one: `x.view(size=(2, 3))`."""

    def decorate(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        @wraps(function)
        def operation(*arguments: Any, **keywords: Any) -> Tensor:
            if keywords:
                if "input" in keywords:
                    arguments = (keywords.pop("input"), *arguments)
                if len(arguments) == 1 and keyword in keywords:
                    arguments = (*arguments, keywords.pop(keyword))
            return function(*arguments, **keywords)

        return operation

    return decorate


def numpy_keywords(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let `axis` and `keepdims` stand for `dim` and `keepdim`, as torch does."""

    @wraps(function)
    def operation(*arguments: Any, **keywords: Any) -> Any:
        if keywords:
            if "axis" in keywords:
                keywords["dim"] = keywords.pop("axis")
            if "keepdims" in keywords:
                keywords["keepdim"] = keywords.pop("keepdims")
        return function(*arguments, **keywords)

    return operation
