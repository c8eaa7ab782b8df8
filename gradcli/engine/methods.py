"""Gives Tensor its operators; its other methods are looked up in the catalogue when first used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcli.engine.ops import pointwise
from gradcli.engine.ops.declare import number_type
from gradcli.engine.tensor import Tensor


def _operator(operation: Callable[[Any, Any], Any], *, swapped: bool = False) -> Callable[[Any, Any], Any]:
    """A binary operator: NotImplemented on what is neither Tensor nor number, so that Python words the TypeError."""

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, Tensor) and not number_type(other):
            return NotImplemented
        return operation(other, self) if swapped else operation(self, other)

    return method


def _reflected_power(base: Tensor, exponent: Any) -> Tensor:
    return pointwise.pow(exponent, base)


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "__add__": _operator(pointwise.add),
    "__radd__": _operator(pointwise.add),
    "__sub__": _operator(pointwise.sub),
    "__rsub__": _operator(pointwise.rsub),
    "__mul__": _operator(pointwise.mul),
    "__rmul__": _operator(pointwise.mul),
    "__truediv__": _operator(pointwise.div),
    "__rtruediv__": _operator(pointwise.rdiv),
    "__floordiv__": _operator(pointwise.floor_divide),
    "__rfloordiv__": _operator(pointwise.floor_divide, swapped=True),
    "__mod__": _operator(pointwise.remainder),
    "__rmod__": _operator(pointwise.remainder, swapped=True),
    "__pow__": _operator(pointwise.pow),
    "__rpow__": _operator(_reflected_power),
    "__eq__": _operator(pointwise.eq),
    "__ne__": _operator(pointwise.ne),
    "__lt__": _operator(pointwise.lt),
    "__le__": _operator(pointwise.le),
    "__gt__": _operator(pointwise.gt),
    "__ge__": _operator(pointwise.ge),
    "__and__": _operator(pointwise.bitwise_and),
    "__rand__": _operator(pointwise.bitwise_and),
    "__or__": _operator(pointwise.bitwise_or),
    "__ror__": _operator(pointwise.bitwise_or),
    "__xor__": _operator(pointwise.bitwise_xor),
    "__rxor__": _operator(pointwise.bitwise_xor),
}


def _matmul(self: Any, other: Any) -> Any:
    return self.matmul(other) if isinstance(other, Tensor) else NotImplemented


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
    "__iand__": "bitwise_and_",
    "__ior__": "bitwise_or_",
    "__ixor__": "bitwise_xor_",
}


def _setitem(self: Any, item: Any, value: Any) -> None:
    from gradcli.engine.ops.assign import setitem

    setitem(self, item, value)


def _delitem(self: Any, item: Any) -> None:
    raise TypeError("Tensor does not support deleting items")


def _getitem(self: Any, item: Any) -> Any:
    from gradcli.engine.ops.index import getitem

    return getitem(self, item)


def install() -> None:
    """Give Tensor its operators."""
    for name, method in OPERATORS.items():
        setattr(Tensor, name, method)
    for name, in_place in IN_PLACE_OPERATORS.items():
        setattr(Tensor, name, _in_place_operator(in_place))
    for name, unary in {
        "__neg__": pointwise.neg,
        "__pos__": pointwise.positive,
        "__abs__": pointwise.abs,
        "__invert__": pointwise.bitwise_not,
        "__matmul__": _matmul,
        "__getitem__": _getitem,
        "__setitem__": _setitem,
        "__delitem__": _delitem,
    }.items():
        setattr(Tensor, name, unary)


install()
