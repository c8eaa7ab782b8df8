"""Special functions, and what rules of elementwise operations are made with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from gradcli.engine import dtypes, errors, large, modes
from gradcli.engine.large import is_large
from gradcli.engine.node import FORBIDDEN, INFERENCE, Node, Rule, derivative
from gradcli.engine.tensor import Tensor, wrap


def overloaded(on_tensors: ArrayFunction, on_arrays: ArrayFunction) -> ArrayFunction:
    """A function for rules: recorded when its last operand is a Tensor, computed when it is an array."""

    def function(*operands: Any) -> Any:
        return (on_tensors if isinstance(operands[-1], Tensor) else on_arrays)(*operands)

    return function


def backward_operation(
    name: str, forward: ArrayFunction, *, attributes: Sequence[str] = (), **rules: Any
) -> ArrayFunction:
    """A gradient rule that torch has as an operation of its own: on Tensors it is recorded as `name` with these rules.

    It is called with the inputs that `rules` names, in order, and then with the attributes.
    """
    node_class = derivative(name, attributes=attributes, **rules)
    count = len(node_class.inputs)

    def operation(*operands: Any) -> Any:
        inputs = operands[:count]
        if not any(isinstance(each, Tensor) for each in inputs):
            return forward(*operands)
        array = forward(*[values_of(each) for each in inputs], *operands[count:])
        return elementwise(node_class, array, dtypes.OF_NUMPY[array.dtype], inputs, operands[count:])

    return operation


def elementwise(
    node_class: type[Node],
    array: Any,
    dtype: dtypes.dtype,
    inputs: tuple[Any, ...],
    attributes: tuple[Any, ...] = (),
    **saved: Any,
) -> Tensor:
    """Record an elementwise result whose inputs may have been broadcast or converted to `dtype`."""
    result = record(node_class, array, inputs, attributes, **saved)
    if result._node is not None:
        result._node.expected = expectations(array, dtype, *inputs)
    return result


ArrayFunction = Callable[..., Any]
Operation = Callable[..., Tensor]
Result = TypeVar("Result")
_state = modes.state
_ndarray = np.ndarray


def edge_of(tensor: Any) -> Node | Tensor | None:
    """Where a tensor's gradient goes: the node that made it, itself if it is a leaf, None if it requires none
    (or is a number)."""
    if not isinstance(tensor, Tensor) or not tensor._requires_grad:
        return None
    return tensor if tensor._node is None else tensor._node


def requires_grad(*inputs: Any) -> bool:
    """Whether an operation on the inputs is to be recorded."""
    if _state.enabled:
        for each in inputs:
            if isinstance(each, Tensor) and each._requires_grad:
                return True
    return False


def connect(
    node_class: type[Node], inputs: tuple[Any, ...], attributes: tuple[Any, ...] = (), /, **handed: Any
) -> Node:
    """A node on `inputs` (Tensors, numbers or None) that saves what the rules that can run will need.

    `handed` gives by name what is to be saved besides inputs: results, further tensors.
    """
    given = inputs
    if _state.batches is not None:
        inputs = _state.batches.lift_inputs(inputs, [*handed.values()])
    found: list[Node | Tensor | None] = []
    numbered = False
    for each in inputs:
        if isinstance(each, Tensor):
            found.append((each._node or each) if each._requires_grad else None)
            numbered = numbered or each._output_nr != 0
        else:
            found.append(None)
    edges = tuple(found)
    values: tuple[Any, ...] = ()
    if node_class.saved_names:
        values = tuple(
            [
                handed[name] if index is None else given[index]
                for name, index in zip(node_class.saved_names, node_class.saved_inputs, strict=True)
            ]
        )
        if None in edges:
            values = tuple(
                [_if_used(value, edges, users) for value, users in zip(values, node_class.users, strict=True)]
            )
    node = node_class(edges, values, attributes)
    if numbered:
        node.edge_outputs = _edge_outputs(edges, inputs)
    for value in values:
        if isinstance(value, Tensor) and value._counter is not None:
            _note_versions(node, values)
            break
    if not _state.plain:
        if _state.packing is not None and node.saved:
            _state.packing.pack(node)
        if _state.trace is not None:
            _state.trace(node, inputs)
    return node


def _if_used(value: Any, edges: Sequence[Any], users: Sequence[int]) -> Any:
    """A value to be saved, None where no rule that asks for it can run."""
    for i in users:
        if edges[i] is not None:
            return value
    return None


def _edge_outputs(edges: Sequence[Any], inputs: Sequence[Any]) -> tuple[int, ...]:
    """Which output of its node each input is. Raises the RuntimeError of a view that lost its history."""
    numbers = tuple([each._output_nr if isinstance(each, Tensor) else 0 for each in inputs])
    if FORBIDDEN in numbers:
        raise next(each.error for each in edges if hasattr(each, "error"))
    return numbers


def _note_versions(node: Node, values: tuple[Any, ...]) -> None:
    """Remember the versions of saved tensors that have been written to before."""
    versions = []
    for value in values:
        counter = value._counter if isinstance(value, Tensor) else None
        if counter is INFERENCE:
            raise RuntimeError(errors.INFERENCE_SAVED)
        versions.append(0 if counter is None else counter.value)
    if any(versions):
        node.versions = tuple(versions)


def record(
    node_class: type[Node],
    array: Any,
    inputs: tuple[Any, ...],
    attributes: tuple[Any, ...] = (),
    **saved: Any,
) -> Tensor:
    """The Tensor of `array`, computed from `inputs`; recorded as `node_class` where an input requires grad.

    Inputs are saved under their names in the class; `saved` gives further saved tensors (`indices`, `mask`).
    `array` is saved as `result`.
    """
    if not requires_grad(*inputs):
        return wrap(array)
    return wrap(array, node=connect(node_class, inputs, attributes, result=array, **saved))


def expecting(result: Tensor, *expected: tuple[Any, Any] | None) -> Tensor:
    """A result for each input of which it is said what shape and dtype its gradient must be brought to, or None."""
    if result._node is not None and any(expected):
        result._node.expected = expected
    return result


def number_type(value: Any) -> bool:
    """Whether `value` is a number as operations take it beside Tensors."""
    return isinstance(value, (int, float, np.number, np.bool_)) and not isinstance(value, Tensor)


def as_float(number: Any) -> Any:
    """A number as a float, of whichever kind of float it is."""
    return number if isinstance(number, float) else float(number)


def floating(tensor: Tensor) -> Any:
    """The tensor's array, integers and bools converted to the default dtype."""
    if tensor.dtype.is_floating_point:
        return tensor._array
    return dtypes.get_default_dtype().cast(tensor._array)


def no_derivative(operation: str) -> type[Node]:
    """The node class of an operation that torch has no derivative for: to go back through it is an error."""

    def name(self: Node) -> str:
        return "torch::autograd::NotImplemented"

    def vjp(self: Node, grad: Any, recording: bool) -> Any:
        raise RuntimeError(f"derivative for aten::{operation} is not implemented")

    body = {"__slots__": (), "__doc__": f"Stands for {operation} in the graph.", "name": name, "vjp": vjp}
    return type("NotImplemented", (derivative("NotImplemented", self=None, other=None),), body)


def argument_error(function: str, position: int, value: Any, name: str = "input") -> TypeError:
    """A function of tensors was given something else, in torch's words."""
    return TypeError(
        f"{function}(): argument '{name}' (position {position}) must be Tensor, not {type(value).__name__}"
    )


def need_tensor(function: str, value: Any, position: int = 1, name: str = "input") -> None:
    """Raise TypeError where an argument is no tensor."""
    if not isinstance(value, Tensor):
        raise argument_error(function, position, value, name)


def need_floats(kernel: str, dtype: dtypes.dtype) -> None:
    """Raise NotImplementedError, as torch's kernels do, where a dtype is not of floating-point numbers."""
    if not dtype.is_floating_point:
        raise NotImplementedError(f'"{kernel}" not implemented for {dtype.word!r}')


def need_tensors(name: str, input: Any, other: Any, second: str = "other") -> None:
    """Raise TypeError where one of two operands is no tensor."""
    need_tensor(name, input)
    need_tensor(name, other, 2, second)


def need_tensor_first(name: str, input: Any, *others: Any) -> None:
    """Raise TypeError where the first operand is no tensor, which the second need not be."""
    if not isinstance(input, Tensor):
        raise _invalid_combination(name, input, *others)


def need_a_tensor(name: str, input: Any, other: Any) -> None:
    """Raise TypeError where neither operand is a tensor."""
    if not isinstance(input, Tensor) and not isinstance(other, Tensor):
        raise _invalid_combination(name, input, other)


def _invalid_combination(name: str, *arguments: Any) -> TypeError:
    from gradcli.engine.ops.signatures import invalid_combination

    return invalid_combination(name, *arguments)


def named(operation: Callable[..., Result], name: str, help: str) -> Callable[..., Result]:
    """A function that another one made, by the name and with the docstring that it is to have."""
    operation.__name__ = operation.__qualname__ = name
    operation.__doc__ = help
    return operation


def unary(
    name: str,
    forward: ArrayFunction,
    rule: Rule | None,
    *,
    node: str | None = None,
    integers: bool = False,
    help: str = "",
) -> Callable[[Tensor], Tensor]:
    """An elementwise operation of one tensor, recorded as `node` (by default from the name).

    Integers are converted to the default dtype first unless `integers`.
    """
    node_class = derivative(node or f"{name.title()}Backward0", elementwise=True, self=rule)
    saves_input = node_class.saved_names == ("self",)
    saves_result = node_class.saved_names == ("result",)
    saves_nothing = not node_class.saved_names

    def operation(input: Tensor) -> Tensor:
        if not isinstance(input, Tensor):
            raise argument_error(name, 1, input)
        array = input._array
        if not integers and not input.dtype.is_floating_point:
            array = floating(input)
        try:
            array = large.apply(forward, array) if type(array) is _ndarray and is_large(array) else forward(array)
        except Exception:
            array = of_batch(forward, array)
        if not input._requires_grad:
            return wrap(array)
        if not _state.plain:
            return wrap(array, node=connect(node_class, (input,), result=array) if _state.enabled else None)
        counter = input._counter
        written = counter is not None and counter.value != 0
        if written or input._output_nr or not (saves_input or saves_result or saves_nothing):
            return wrap(array, node=connect(node_class, (input,), result=array))
        saved = (input,) if saves_input else (array,) if saves_result else ()
        edge = input if input._node is None else input._node
        return wrap(array, input.dtype, node_class((edge,), saved))

    return named(operation, name, help or f"Elementwise {name} (torch.{name}).")


def of_batch(forward: ArrayFunction, array: Any) -> Any:
    """What an elementwise function that takes nothing but arrays gives for a batch of them; raises what it raises."""
    return forward(array) if _state.batches is None else _state.batches.elementwise(forward, array)


def meet(first: Any, second: Any) -> tuple[Any, Any, dtypes.dtype]:
    """The arrays of two operands (Tensors or numbers), converted to the dtype in which torch's promotion lets them
    meet."""
    dtype = common_dtype(first, second)
    return _converted(first, dtype), _converted(second, dtype), dtype


def common_dtype(*operands: Any) -> dtypes.dtype:
    """The dtype in which torch's promotion lets operands (Tensors or numbers) meet."""
    dimensioned = zero = number = None
    for each in operands:
        if not isinstance(each, Tensor):
            kind = dtypes.of_number(each if not isinstance(each, np.generic) else each.item())
            number = kind if number is None else dtypes.promote(number, kind)
        elif each._array.ndim:
            dimensioned = each.dtype if dimensioned is None else dtypes.promote(dimensioned, each.dtype)
        else:
            zero = each.dtype if zero is None else dtypes.promote(zero, each.dtype)
    return dtypes.result_type(dimensioned, zero, number)


def _converted(operand: Any, dtype: dtypes.dtype) -> Any:
    if isinstance(operand, Tensor):
        return operand._array if operand.dtype is dtype else dtype.cast(operand._array)
    try:
        return dtype.scalar(operand)
    except OverflowError:  # NumPy refuses what torch wraps
        return np.array(operand, np.int64).astype(dtype.numpy)[()]


class Binary:
    """An elementwise operation of two operands: the call, and the node class that records it."""

    __slots__ = ("__name__", "floating_result", "forward", "node_class", "scalar_class")

    def __init__(
        self,
        name: str,
        forward: ArrayFunction,
        node: str,
        /,
        *,
        scalar_node: str | None = None,
        floating_result: bool = False,
        **rules: Any,
    ) -> None:
        self.__name__ = name
        self.forward = forward
        self.node_class = derivative(node, elementwise=True, **rules)
        self.scalar_class = None if scalar_node is None else derivative(scalar_node, self=rules["self"])
        self.floating_result = floating_result

    def __call__(self, first: Any, second: Any) -> Tensor:
        """Apply to two operands, one of them a Tensor, the other a Tensor or a number."""
        if (
            first.__class__ is Tensor
            and first.dtype.is_floating_point
            and (
                (second.__class__ is Tensor and second.dtype is first.dtype)
                or second.__class__ is float
                or second.__class__ is int
            )
        ):
            a, b, dtype = first._array, getattr(second, "_array", second), first.dtype
        else:
            a, b, dtype = meet(first, second)
            if self.floating_result and not dtype.is_floating_point:
                dtype = dtypes.get_default_dtype()
                a, b = dtype.cast(a), dtype.cast(b)
        try:
            array = large.apply(self.forward, a, b) if type(a) is _ndarray and is_large(a) else self.forward(a, b)
        except ValueError:
            raise errors.sizes_must_match(np.shape(a), np.shape(b)) from None
        if not _state.enabled:
            return wrap(array)
        return self._record(array, first, second, dtype)

    def _record(self, array: Any, first: Any, second: Any, dtype: dtypes.dtype) -> Tensor:
        first_edge = edge_of(first)
        second_edge = edge_of(second)
        if first_edge is None and second_edge is None:
            return wrap(array)
        if _state.differentiating and self.scalar_class is not None and not isinstance(second, Tensor):
            return self._record_with_number(self.scalar_class, array, first, second, dtype)
        node = connect(self.node_class, (first, second), result=array)
        if (
            isinstance(array, _ndarray)
            or dtype is not getattr(first, "dtype", dtype)
            or dtype is not getattr(second, "dtype", dtype)
        ):
            node.expected = expectations(array, dtype, first, second)
        return wrap(array, node=node)

    @staticmethod
    def _record_with_number(
        node_class: type[Node],
        array: Any,
        first: Any,
        number: Any,
        dtype: dtypes.dtype,
    ) -> Tensor:
        """The result of a recorded rule with a number, for which torch's node has no place among its inputs."""
        node = connect(node_class, (first,), (number,) if node_class.attribute_names else (), result=array)
        node.expected = expectations(array, dtype, first)
        return wrap(array, node=node)


def expectations(array: Any, dtype: dtypes.dtype, *inputs: Any) -> tuple[Any, ...] | None:
    """For each input of an elementwise operation, the shape and dtype that its gradient must be brought to,
    None where it already has them."""
    found = tuple(
        None
        if not isinstance(each, Tensor) or (each._array.shape == array.shape and each.dtype is dtype)
        else (each._array.shape, None if each.dtype is dtype else each.dtype)
        for each in inputs
    )
    return None if not any(found) else found


def values_of(value: Any) -> Any:
    """The array of a Tensor, anything else as it is: for what is not differentiated (conditions, masks, indices)."""
    return value._array if isinstance(value, Tensor) else value


def masked(kept: Any, grad: Any) -> Any:
    """`grad` where a condition holds, 0 elsewhere."""
    return np.where(kept, grad, np.zeros_like(values_of(grad)))


def zero_gradient(grad: Any) -> Any:
    """The gradient of an operation that is constant in its input."""
    return np.zeros_like(grad)


def float_meet(first: Any, second: Any) -> tuple[Any, Any, dtypes.dtype]:
    """The arrays of two operands in the dtype in which they meet, integers in the default dtype."""
    a, b, dtype = meet(first, second)
    if not dtype.is_floating_point:
        dtype = dtypes.get_default_dtype()
        a, b = dtype.cast(a), dtype.cast(b)
    return a, b, dtype
