"""Gives Tensor its operators and `backward`; its other methods are imported when they are first used."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from gradcli.engine import catalogue, errors
from gradcli.engine.functional import tensor_backward
from gradcli.engine.left_out_names import NAMES
from gradcli.engine.ops import pointwise
from gradcli.engine.ops.declare import number_type
from gradcli.engine.ops.operators import Method, arithmetic, factors, plain, quotient, with_exponent
from gradcli.engine.tensor import Later, Tensor


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


def _refusing_to_be_set(name: str, attribute: property) -> property:
    """A property of a tensor that cannot be set, in torch's words."""

    def refuse(self: Any, value: Any) -> None:
        raise errors.not_writable(name)

    return property(attribute.fget, refuse, doc=attribute.__doc__)


def install() -> None:
    """Give Tensor what this module is for."""
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
        "__getitem__": _on_first_use("__getitem__", "gradcli.engine.ops.index", "getitem"),
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
