"""torch.func: functions that give derivatives of functions, which can be nested.

All is reverse mode: jacfwd computes by the double-backward trick, jvp likewise. vmap is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcli.engine import functional as engine
from gradcli.engine import modes
from gradcli.engine.node import Node
from gradcli.engine.ops.join import stack
from gradcli.engine.ops.shape import reshape
from gradcli.engine.tensor import Tensor, wrap

Argnums = int | tuple[int, ...]
Function = Callable[..., Any]

__all__ = ["functional_call", "grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "vjp"]


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


def __getattr__(name: str) -> Any:
    from gradcli.engine.left_out import missing

    raise missing("torch.func", name)


# Nested structures of tensors.


def _leaves(tree: Any) -> list[Any]:
    if isinstance(tree, (tuple, list)):
        return [leaf for each in tree for leaf in _leaves(each)]
    if isinstance(tree, dict):
        return [leaf for each in tree.values() for leaf in _leaves(each)]
    return [tree]


def _mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """The same structure with `function` applied to each leaf, in the order of `_leaves`."""
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*[_mapped(function, each) for each in tree])
    if isinstance(tree, (tuple, list)):
        return type(tree)(_mapped(function, each) for each in tree)
    if isinstance(tree, dict):
        return {key: _mapped(function, each) for key, each in tree.items()}
    return function(tree)


def _like(tree: Any, values: Sequence[Any]) -> Any:
    remaining = iter(values)
    return _mapped(lambda _: next(remaining), tree)


# One level of differentiation.


class _Level:
    """The inputs of one transformation, anew: its derivatives are with respect to these tensors, whatever graph the
    arguments already belong to."""

    def __init__(self, trees: Sequence[Any]) -> None:
        self.primals: list[Tensor] = []
        self.trees = [_mapped(self._primal, tree) for tree in trees]

    def _primal(self, value: Any) -> Any:
        if not isinstance(value, Tensor):
            return value
        primal = reshape(value, value.shape) if value._requires_grad else value.detach().requires_grad_()
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


def _zeros(tensor: Tensor) -> Tensor:
    return wrap(np.zeros(tensor._array.shape, tensor.dtype.numpy)[()], tensor.dtype)


def _pull_back(outputs: Sequence[Tensor], inputs: Sequence[Tensor], vectors: Sequence[Any]) -> list[Tensor]:
    """The recorded gradients, zeros where there is no dependence."""
    pairs = [(each, vector) for each, vector in zip(outputs, vectors, strict=True) if each._requires_grad]
    if not pairs:
        return [_zeros(each) for each in inputs]
    found = engine.grad(
        [each for each, _ in pairs], inputs, [vector for _, vector in pairs], create_graph=True, allow_unused=True
    )
    return [_zeros(each) if part is None else part for part, each in zip(found, inputs, strict=True)]


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
        gradients = _like(level.trees, [level.released(each) for each in found])
        gradient = tuple(gradients) if isinstance(argnums, tuple) else gradients[0]
        value = level.released(output)
        return (gradient, (value, _mapped(level.released, aux))) if has_aux else (gradient, value)

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
        output = func(*level.trees)
        aux = None
        if has_aux:
            output, aux = output

    def pull_back(*cotangents: Any) -> Any:
        vector = cotangents[0] if len(cotangents) == 1 else cotangents
        with modes.enable_grad():
            found = _pull_back(_leaves(output), level.primals, _leaves(vector))
        result = _like(level.trees, [level.released(each) for each in found])
        return tuple(result)

    value = _mapped(level.released, output)
    return (value, pull_back, _mapped(level.released, aux)) if has_aux else (value, pull_back)


def jvp(func: Function, primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False) -> tuple[Any, ...]:
    """`func(*primals)` and its derivative in the direction of `tangents`; with `has_aux` the aux as a third.

    Raises RuntimeError where primals or tangents are no tuples.
    """
    for name, value in (("primals", primals), ("tangents", tangents)):
        if not isinstance(value, tuple):
            raise RuntimeError(f"jvp(f, primals, tangents): Expected {name} to be a tuple. E.g. it should be valid to ")
    with modes.enable_grad():
        level = _Level(primals)
        output = func(*level.trees)
        aux = None
        if has_aux:
            output, aux = output
        outputs = _leaves(output)
        products = _push_forward(outputs, level.primals, _leaves(tangents))
    value = _mapped(level.released, output)
    derivative = _like(output, [level.released(each) for each in products])
    return (value, derivative, _mapped(level.released, aux)) if has_aux else (value, derivative)


def _push_forward(outputs: Sequence[Tensor], primals: Sequence[Tensor], tangents: Sequence[Tensor]) -> list[Tensor]:
    """The Jacobian-vector products: the derivative of the (linear) vector-Jacobian product, in its vector."""
    cotangents = [_zeros(each).requires_grad_() for each in outputs]
    pulled = _pull_back(outputs, primals, cotangents)
    return _pull_back(pulled, cotangents, tangents)


def _units(tensor: Tensor) -> list[Tensor]:
    """The tensors of the shape of `tensor` that are 1 in one place and 0 elsewhere, in the order of its elements."""
    size = int(tensor._array.size)
    rows = np.eye(size, dtype=tensor.dtype.numpy)
    return [wrap(row.reshape(tensor._array.shape)[()], tensor.dtype) for row in rows]


def _jacobian(func: Function, argnums: Argnums, has_aux: bool, rows: Callable[[Any, list[Tensor]], Any]) -> Function:
    def wrapper(*args: Any) -> Any:
        with modes.enable_grad():
            level = _Level(_selected(args, argnums))
            output = func(*_exchanged(args, argnums, level.trees))
            aux = None
            if has_aux:
                output, aux = output
            blocks = rows(output, level.primals)
        trees = [_like(level.trees, [level.released(block) for block in row]) for row in blocks]
        result = _like(output, [tuple(tree) if isinstance(argnums, tuple) else tree[0] for tree in trees])
        return (result, _mapped(level.released, aux)) if has_aux else result

    return wrapper


def jacrev(func: Function, argnums: Argnums = 0, *, has_aux: bool = False, chunk_size: int | None = None) -> Function:
    """A function that returns the Jacobian of `func`, of shape `output.shape + input.shape`, a row for each element
    of the output. `chunk_size` is accepted and changes nothing."""

    def rows(output: Any, primals: list[Tensor]) -> list[list[Tensor]]:
        blocks = []
        outputs = _leaves(output)
        nothing = [_zeros(each) for each in outputs]
        for number, each in enumerate(outputs):
            found = [
                _pull_back(outputs, primals, [*nothing[:number], unit, *nothing[number + 1 :]]) for unit in _units(each)
            ]
            blocks.append(
                [
                    reshape(stack([row[i] for row in found]), (*each.shape, *primal.shape))
                    for i, primal in enumerate(primals)
                ]
            )
        return blocks

    return _jacobian(func, argnums, has_aux, rows)


def jacfwd(func: Function, argnums: Argnums = 0, has_aux: bool = False, *, randomness: str = "error") -> Function:
    """A function that returns the Jacobian of `func`, of shape `output.shape + input.shape`, a column for each element
    of the input. `randomness` is accepted and changes nothing."""

    def rows(output: Any, primals: list[Tensor]) -> list[list[Tensor]]:
        outputs = _leaves(output)
        blocks: list[list[Tensor]] = [[] for _ in outputs]
        for position, primal in enumerate(primals):
            columns = []
            for unit in _units(primal):
                tangents = [unit if i == position else _zeros(each) for i, each in enumerate(primals)]
                columns.append(_push_forward(outputs, primals, tangents))
            for block, each, number in zip(blocks, outputs, range(len(outputs)), strict=True):
                stacked = stack([column[number] for column in columns], -1)
                block.append(reshape(stacked, (*each.shape, *primal.shape)))
        return blocks

    return _jacobian(func, argnums, has_aux, rows)


def hessian(func: Function, argnums: Argnums = 0) -> Function:
    """A function that returns the second derivatives of `func`, forward over reverse as torch does."""
    return jacfwd(jacrev(func, argnums), argnums)
