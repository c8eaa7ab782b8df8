"""torch.func: functions that give derivatives of functions, which can be nested.

All is reverse mode: jacfwd computes by the double-backward trick, jvp likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcli.engine import functional as engine
from gradcli.engine import modes
from gradcli.engine.batching.mapping import lift_to_mapped, vmap
from gradcli.engine.batching.rows import jacobians
from gradcli.engine.batching.trees import leaves_of, like, mapped
from gradcli.engine.left_out import missing_from
from gradcli.engine.node import Node
from gradcli.engine.ops.shape.views import movedim, reshape
from gradcli.engine.tensor import Tensor, wrap

Argnums = int | tuple[int, ...]
Function = Callable[..., Any]

__all__ = ["functional_call", "grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "vjp", "vmap"]


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: Any,
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """What a module gives for `args` and `kwargs` with the tensors of a dictionary, or of several, in the place of its
    own parameters and buffers; unless `tie_weights` is off, also by the further names that one of them has.

    Raises ValueError where one is given twice; RuntimeError, where `strict`, if not all are given, or others.
    """
    from gradcli.engine.nn.stateless import called

    return called(module, parameter_and_buffer_dicts, args, kwargs, tie_weights, strict)


__getattr__ = missing_from("torch.func")


# One level of differentiation.


class _Level:
    """The inputs of one transformation, anew: its derivatives are with respect to these tensors, whatever graph the
    arguments already belong to."""

    def __init__(self, trees: Sequence[Any]) -> None:
        self.primals: list[Tensor] = []
        self.trees = [mapped(self._primal, tree) for tree in trees]

    def _primal(self, value: Any) -> Any:
        if not isinstance(value, Tensor):
            return value
        primal = _variable(value)
        self.primals.append(primal)
        return primal

    def released(self, value: Any) -> Any:
        """`value` without a history, unless that reaches beyond this level's own leaves."""
        if not isinstance(value, Tensor) or not value._requires_grad:
            return value
        own = {id(each) for each in self.primals if each._node is None}
        return value if _reaches_beyond(value, own) else value.detach()


def _reaches_beyond(tensor: Tensor, own: set[int]) -> bool:
    """Whether the history of a tensor ends at any leaf but `own`."""
    if tensor._node is None:
        return id(tensor) not in own
    stack_of_nodes, seen = [tensor._node], {id(tensor._node)}
    while stack_of_nodes:
        for edge in stack_of_nodes.pop().edges:
            if isinstance(edge, Node):
                if id(edge) not in seen:
                    seen.add(id(edge))
                    stack_of_nodes.append(edge)
            elif edge is not None and id(edge) not in own:
                return True
    return False


def _variable(value: Tensor) -> Tensor:
    """The tensor anew, to differentiate by: within vmap one for each example."""
    value = lift_to_mapped(value)
    if value._requires_grad:
        return reshape(value, value.shape)
    leaf = value.detach()
    leaf.requires_grad = True
    return leaf


def _zeros(tensor: Tensor) -> Tensor:
    return wrap(np.zeros(tensor._array.shape, tensor.dtype.numpy)[()], tensor.dtype)


def _pull_back(
    outputs: Sequence[Tensor], inputs: Sequence[Tensor], vectors: Sequence[Any], *, recorded: bool | None = None
) -> list[Tensor]:
    """The gradients, zeros where there is no dependence; recorded where they, too, depend on more than the inputs."""
    pairs = [(each, vector) for each, vector in zip(outputs, vectors, strict=True) if each._requires_grad]
    if not pairs:
        return [_zeros(each) for each in inputs]
    if recorded is None:
        recorded = _is_recorded(outputs, inputs) or any(getattr(each, "requires_grad", False) for each in vectors)
    found = engine.gradients(
        [each for each, _ in pairs], inputs, [vector for _, vector in pairs], True, recorded, allow_unused=True
    )
    return [_zeros(each) if part is None else part for part, each in zip(found, inputs, strict=True)]


def _is_recorded(outputs: Sequence[Tensor], inputs: Sequence[Tensor]) -> bool:
    """Whether derivatives of the outputs by the inputs can be differentiated, too: by what is not this level's own."""
    own = {id(each) for each in inputs if each._node is None}
    return any(each._requires_grad and _reaches_beyond(each, own) for each in outputs)


def _selected(args: tuple[Any, ...], argnums: Argnums) -> tuple[Any, ...]:
    """The arguments to differentiate with respect to. Raises RuntimeError on a number that there is no argument for."""
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)
    for number in numbers:
        if not -len(args) <= number < len(args):
            raise RuntimeError(f"Got argnum={number}, but only {len(args)} positional inputs")
    return tuple(args[number] for number in numbers)


def _exchanged(args: tuple[Any, ...], argnums: Argnums, values: Sequence[Any]) -> tuple[Any, ...]:
    exchanged = list(args)
    for number, value in zip(argnums if isinstance(argnums, tuple) else (argnums,), values, strict=True):
        exchanged[number] = value
    return tuple(exchanged)


# The transformations.


def grad_and_value(func: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """A function that returns `(gradient, value)` of the scalar function `func`; `(gradient, (value, aux))` with
    `has_aux`, where `func` returns `(value, aux)`. Raises RuntimeError where it returns no scalar tensor."""

    def wrapper(*args: Any, **keywords: Any) -> Any:
        with modes.enable_grad():
            level = _Level(_selected(args, argnums))
            output = func(*_exchanged(args, argnums, level.trees), **keywords)
            aux = None
            if has_aux:
                if not isinstance(output, tuple) or len(output) != 2:
                    raise RuntimeError(
                        "grad_and_value(f)(*args): output of function f should be a tuple: (output, aux) if has_aux is "
                        "True"
                    )
                output, aux = output
            _check_scalar(output)
            found = _pull_back([output], level.primals, [None])
        gradients = like(level.trees, [level.released(each) for each in found])
        gradient = tuple(gradients) if isinstance(argnums, tuple) else gradients[0]
        value = level.released(output)
        return (gradient, (value, mapped(level.released, aux))) if has_aux else (gradient, value)

    return wrapper


def _check_scalar(output: Any) -> None:
    expected = "grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor"
    if not isinstance(output, Tensor):
        raise RuntimeError(f"grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got {type(output)}")
    if output.ndim:
        raise RuntimeError(
            f"{expected}, got tensor with {output.ndim} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
        )


def grad(func: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """A function that returns the gradient of the scalar function `func`, `(gradient, aux)` with `has_aux`."""
    both = grad_and_value(func, argnums, has_aux)

    def wrapper(*args: Any, **keywords: Any) -> Any:
        gradient, value = both(*args, **keywords)
        return (gradient, value[1]) if has_aux else gradient

    return wrapper


def vjp(func: Function, *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """`func(*primals)` and a function from a vector of the outputs' structure to the tuple of vector-Jacobian
    products, one for each primal; with `has_aux` the aux as a third."""
    with modes.enable_grad():
        level = _Level(primals)
        found = func(*level.trees)
        output, aux = found if has_aux else (found, None)

    def pull_back(*cotangents: Any) -> Any:
        vector = cotangents[0] if len(cotangents) == 1 else cotangents
        with modes.enable_grad():
            found = _pull_back(leaves_of(output), level.primals, leaves_of(vector))
        return tuple(like(level.trees, [level.released(each) for each in found]))

    value = mapped(level.released, output)
    return (value, pull_back, mapped(level.released, aux)) if has_aux else (value, pull_back)


def jvp(func: Function, primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False) -> tuple[Any, ...]:
    """`func(*primals)` and its derivative in the direction of `tangents`; with `has_aux` the aux as a third.

    Raises RuntimeError where primals or tangents are no tuples.
    """
    for name, value in (("primals", primals), ("tangents", tangents)):
        if not isinstance(value, tuple):
            raise RuntimeError(f"jvp(f, primals, tangents): Expected {name} to be a tuple. E.g. it should be valid to ")
    with modes.enable_grad():
        level = _Level(primals)
        found = func(*level.trees)
        output, aux = found if has_aux else (found, None)
        cotangents, pulled = _linear_in_cotangents(leaves_of(output), level.primals)
        products = _pull_back(pulled, cotangents, leaves_of(tangents))
    value = mapped(level.released, output)
    derivative = like(output, [level.released(each) for each in products])
    return (value, derivative, mapped(level.released, aux)) if has_aux else (value, derivative)


def _linear_in_cotangents(outputs: Sequence[Tensor], primals: Sequence[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """Cotangents and the vector-Jacobian products with them, whose derivative by them is the Jacobian."""
    cotangents = [_variable(_zeros(each)) for each in outputs]
    return cotangents, _pull_back(outputs, primals, cotangents)


def _jacobian(func: Function, argnums: Argnums, has_aux: bool, rows: Callable[[Any, list[Tensor]], Any]) -> Function:
    def wrapper(*args: Any) -> Any:
        with modes.enable_grad():
            level = _Level(_selected(args, argnums))
            found = func(*_exchanged(args, argnums, level.trees))
            output, aux = found if has_aux else (found, None)
            blocks = rows(output, level.primals)
        trees = [like(level.trees, [level.released(block) for block in row]) for row in blocks]
        result = like(output, [tuple(tree) if isinstance(argnums, tuple) else tree[0] for tree in trees])
        return (result, mapped(level.released, aux)) if has_aux else result

    return wrapper


def jacrev(func: Function, argnums: Argnums = 0, *, has_aux: bool = False, chunk_size: int | None = None) -> Function:
    """A function that returns the Jacobian of `func`, of shape `output.shape + input.shape`, a row for each element
    of the output. `chunk_size` is checked and changes nothing: all rows come of one walk."""
    if chunk_size is not None and chunk_size <= 0:
        raise ValueError("jacrev: `chunk_size` should be greater than 0.")

    def rows(output: Any, primals: list[Tensor]) -> list[list[Tensor]]:
        outputs = leaves_of(output)
        recorded = _is_recorded(outputs, primals)
        return [list(each) for each in jacobians(outputs, primals, recorded)]

    return _jacobian(func, argnums, has_aux, rows)


def jacfwd(func: Function, argnums: Argnums = 0, has_aux: bool = False, *, randomness: str = "error") -> Function:
    """A function that returns the Jacobian of `func`, of shape `output.shape + input.shape`, a column for each element
    of the input. `randomness` is accepted and changes nothing."""

    def rows(output: Any, primals: list[Tensor]) -> list[list[Tensor]]:
        outputs = leaves_of(output)
        cotangents, pulled = _linear_in_cotangents(outputs, primals)
        recorded = _is_recorded(outputs, primals)
        columns = [jacobians([each], cotangents, recorded)[0] for each in pulled]
        return [
            [
                movedim(column[i], tuple(range(primal.ndim)), tuple(range(-primal.ndim, 0)))
                for column, primal in zip(columns, primals, strict=True)
            ]
            for i in range(len(outputs))
        ]

    return _jacobian(func, argnums, has_aux, rows)


def hessian(func: Function, argnums: Argnums = 0) -> Function:
    """A function that returns the second derivatives of `func`, forward over reverse as torch does."""
    return jacfwd(jacrev(func, argnums), argnums)
