"""Gives Tensor its operators, `backward` and what else is built on tensors, and nodes what needs tensors.

Further methods are imported when they are first used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from types import FunctionType
from typing import Any

import numpy as np

from gradcli.engine import catalogue, errors
from gradcli.engine.functional import tensor_backward
from gradcli.engine.left_out_names import NAMES
from gradcli.engine.node import AccumulateGrad, Node
from gradcli.engine.ops.declare import number_type
from gradcli.engine.ops.operators import Method, arithmetic, factors, plain, quotient, with_exponent
from gradcli.engine.ops.pointwise import arithmetic as pointwise
from gradcli.engine.tensor import Size, Tensor


def _reflected_power(base: Tensor, exponent: Any) -> Tensor:
    return pointwise.pow(exponent, base)


_ADD = arithmetic(pointwise.ADD, plain(pointwise.add))
_MUL = arithmetic(pointwise.MUL, plain(pointwise.mul), factors)

OPERATORS: dict[str, Method] = {
    "__add__": _ADD,
    "__radd__": _ADD,
    "__sub__": arithmetic(pointwise.SUB, plain(pointwise.sub)),
    "__rsub__": plain(pointwise.rsub),
    "__mul__": _MUL,
    "__rmul__": _MUL,
    "__truediv__": arithmetic(pointwise.DIV, plain(pointwise.div), quotient),
    "__rtruediv__": plain(pointwise.rdiv),
    "__floordiv__": plain(pointwise.floor_divide),
    "__rfloordiv__": plain(pointwise.floor_divide, swapped=True),
    "__mod__": plain(pointwise.remainder),
    "__rmod__": plain(pointwise.remainder, swapped=True),
    "__pow__": with_exponent(pointwise.power_array, pointwise.PowBackward0, plain(pointwise.pow)),
    "__rpow__": plain(_reflected_power),
    "__eq__": plain(pointwise.eq),
    "__ne__": plain(pointwise.ne),
    "__lt__": plain(pointwise.lt),
    "__le__": plain(pointwise.le),
    "__gt__": plain(pointwise.gt),
    "__ge__": plain(pointwise.ge),
    "__lshift__": plain(pointwise.bitwise_left_shift),
    "__rlshift__": plain(pointwise.bitwise_left_shift, swapped=True),
    "__rshift__": plain(pointwise.bitwise_right_shift),
    "__rrshift__": plain(pointwise.bitwise_right_shift, swapped=True),
    "__and__": plain(pointwise.bitwise_and),
    "__rand__": plain(pointwise.bitwise_and),
    "__or__": plain(pointwise.bitwise_or),
    "__ror__": plain(pointwise.bitwise_or),
    "__xor__": plain(pointwise.bitwise_xor),
    "__rxor__": plain(pointwise.bitwise_xor),
}


def _matmul(self: Any, other: Any) -> Any:
    return self.matmul(other) if isinstance(other, Tensor) else NotImplemented


def _matmul_reflected(self: Any, other: Any) -> Any:
    return other.matmul(self) if isinstance(other, Tensor) else NotImplemented


def _in_place_operator(name: str) -> Callable[[Any, Any], Any]:
    """`x += …` and its like, by the in-place method `name`."""

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, Tensor) and not number_type(other):
            return NotImplemented
        return getattr(self, name)(other)

    return method


IN_PLACE_OPERATORS: dict[str, str] = {
    "__iadd__": "add_",
    "__isub__": "sub_",
    "__imul__": "mul_",
    "__itruediv__": "div_",
    "__ifloordiv__": "floor_divide_",
    "__imod__": "remainder_",
    "__ipow__": "pow_",
    "__ilshift__": "bitwise_left_shift_",
    "__irshift__": "bitwise_right_shift_",
    "__iand__": "bitwise_and_",
    "__ior__": "bitwise_or_",
    "__ixor__": "bitwise_xor_",
}


def _on_first_use(name: str, module: str, function: str) -> Callable[..., Any]:
    """Stands for a method until it is first called, and only then imported."""

    def method(self: Any, *arguments: Any) -> Any:
        found = getattr(import_module(module), function)
        setattr(Tensor, name, found)
        return found(self, *arguments)

    return method


def _delitem(self: Any, item: Any) -> None:
    raise TypeError("Tensor does not support deleting items")


class Later:
    """Stands in Tensor for a method until it is first asked for, and only then imported; and, for good, for a method of
    torch that the engine leaves out. A `__getattr__` would do as much, and slow down each access to each slot."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Tensor | None, owner: type[Tensor]) -> Any:
        method: Any = catalogue.find(self.name, catalogue.METHODS)
        setattr(Tensor, self.name, method)
        return method.__get__(instance, owner)


class TensorMethods(Tensor):
    """What Tensor has that is made of operations, and of what else is built on it."""

    def __new__(cls, *data: Any, size: Any = None) -> Any:
        """`Tensor(data)` of the default dtype; `Tensor(2, 3)`, or `Tensor(size=(2, 3))`, is uninitialised of that shape
        (torch.Tensor)."""
        from gradcli.engine.creation import legacy_tensor

        return legacy_tensor(cls, data if size is None else (Size(size),))

    def _accumulate_recorded(self, grad: Tensor) -> None:
        """Add the gradient of a recorded backward pass to `.grad`."""
        from gradcli.engine.ops.pointwise.arithmetic import add
        from gradcli.engine.ops.shape.memory import copy_of_gradient

        self._grad = copy_of_gradient(grad) if self._grad is None else add(self._grad, grad)

    def __iter__(self) -> Iterator[Tensor]:
        if self._array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        from gradcli.engine.ops.join.splitting import unbind

        return iter(unbind(self))

    def __reversed__(self) -> Tensor:
        from gradcli.engine.ops.shape.rearrange import flip

        return self if self._array.ndim == 0 else flip(self, 0)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        from gradcli.engine.copying import deepcopied

        return deepcopied(self, memo)

    def __reduce_ex__(self, protocol: Any) -> Any:
        from gradcli.engine.copying import reduced

        return reduced(self)

    def __dir__(self) -> list[str]:
        there = {*catalogue.METHODS, *catalogue.ALIASES}
        return [name for name in object.__dir__(self) if name in there or not isinstance(vars(Tensor).get(name), Later)]

    @property
    def T(self) -> Tensor:
        """The tensor with its dimensions reversed."""
        from gradcli.engine.ops.shape.views import reversed_dimensions

        return reversed_dimensions(self)

    @property
    def mT(self) -> Tensor:
        """The tensor with its last two dimensions exchanged."""
        from gradcli.engine.ops.shape.views import matrix_transpose

        return matrix_transpose(self)

    @property
    def mH(self) -> Tensor:
        """The tensor with its last two dimensions exchanged: its numbers are real."""
        from gradcli.engine.ops.shape.views import matrix_transpose

        return matrix_transpose(self, "mH")

    @property
    def H(self) -> Tensor:
        """The matrix transposed: its numbers are real. Raises RuntimeError where it is no matrix."""
        if self._array.ndim not in (0, 2):
            batches = " For batches of matrices, consider using tensor.mH" if self._array.ndim > 2 else ""
            raise RuntimeError(
                f"tensor.H is only supported on matrices (2-D tensors). Got {self._array.ndim}-D tensor.{batches}"
            )
        return self if self._array.ndim == 0 else self.mT

    # NumPy's protocols (see protocols).

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Tensor:
        from gradcli.engine.protocols import wrapped

        return wrapped(array)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        from gradcli.engine.protocols import ufunc as answer

        return answer(ufunc, method, inputs, keywords)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, arguments: Any, keywords: dict[str, Any]
    ) -> Any:
        from gradcli.engine.protocols import function as answer

        return answer(function, arguments, keywords)


class NodeMethods(Node):
    """What nodes have that needs tensors."""

    def __call__(self, *grads: Any) -> Any:
        """The gradients of the inputs for the given gradients of the outputs, outside any walk."""
        from gradcli.engine.autograd.graph import call

        return call(self, grads)

    @property
    def metadata(self) -> dict[str, Any]:
        """What is noted about the node besides the calculation; anomaly mode keeps its traceback here."""
        from gradcli.engine.autograd.graph import metadata

        return metadata(self)

    def _raw(self, name: str) -> Any:
        from gradcli.engine.autograd.saving import SavedTensor

        return SavedTensor(self, name)


class AccumulateGradMethods(AccumulateGrad):
    """What the graph's ends have that needs tensors."""

    @property
    def metadata(self) -> dict[str, Any]:
        """What is noted about it (torch.autograd.graph.Node.metadata)."""
        from gradcli.engine.autograd.graph import metadata

        return metadata(self)

    def __call__(self, grad: Any) -> tuple[()]:
        """Add a gradient to the leaf's, with the hooks."""
        from gradcli.engine.hooks import accumulate

        accumulate(self.variable, grad._array)
        return ()


def _give(owner: type, methods: type) -> None:
    """Give a class what another was written for."""
    for name, method in vars(methods).items():
        if isinstance(method, (FunctionType, staticmethod, property)):
            setattr(owner, name, method)


def _refusing_to_be_set(name: str, attribute: property) -> property:
    """A property of a tensor that cannot be set, in torch's words."""

    def refuse(self: Any, value: Any) -> None:
        raise errors.not_writable(name)

    return property(attribute.fget, refuse, doc=attribute.__doc__)


def install() -> None:
    """Give Tensor, and the nodes of graphs, what this module is for."""
    _give(Node, NodeMethods)
    _give(AccumulateGrad, AccumulateGradMethods)
    _give(Tensor, TensorMethods)
    for name, attribute in list(vars(Tensor).items()):
        if isinstance(attribute, property) and attribute.fset is None:
            setattr(Tensor, name, _refusing_to_be_set(name, attribute))
    for name, method in OPERATORS.items():
        setattr(Tensor, name, method)
    for name, in_place in IN_PLACE_OPERATORS.items():
        setattr(Tensor, name, _in_place_operator(in_place))
    for name, other in {
        "__neg__": pointwise.neg,
        "__pos__": pointwise.positive,
        "__abs__": pointwise.abs,
        "__invert__": pointwise.bitwise_not,
        "__matmul__": _matmul,
        "__rmatmul__": _matmul_reflected,
        "__getitem__": _on_first_use("__getitem__", "gradcli.engine.ops.index.indexing", "getitem"),
        "__setitem__": _on_first_use("__setitem__", "gradcli.engine.ops.assign", "setitem"),
        "__delitem__": _delitem,
        "backward": tensor_backward,
    }.items():
        setattr(Tensor, name, other)
    left_out = " ".join(NAMES["torch.Tensor"].values()).split()
    for name in (*catalogue.METHODS, *catalogue.ALIASES, *left_out):
        if name not in vars(Tensor) and (name in left_out or catalogue.ALIASES.get(name, name) in catalogue.METHODS):
            setattr(Tensor, name, Later(name))


install()
