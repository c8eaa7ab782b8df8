"""The short paths of `+ - * / **`: what most graphs are made of, without the questions that their operands never raise.

Each method takes a short path where its operands are a recorded tensor and a Python number,
or two tensors of one dtype and shape, neither of them a view or written to; it gives what the plain operation gives,
and leaves all else to that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradcli.engine import large, left_out, modes
from gradcli.engine.large import is_large
from gradcli.engine.node import Node
from gradcli.engine.ops.declare import Binary, number_type
from gradcli.engine.tensor import Tensor, computed

Method = Callable[[Any, Any], Any]
Saving = Callable[[Any, Any, Any, Any], tuple[Any, ...]]
"""What of two operands is saved, by them and by whether each requires grad."""

_state: Final = modes.state
_ndarray: Final = np.ndarray
NOTHING: Final = ()


def plain(operation: Method, *, swapped: bool = False) -> Method:
    """A binary operator: NotImplemented on what is neither Tensor nor number, so that Python words the TypeError."""

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, Tensor) and not number_type(other):
            if isinstance(other, complex):
                raise left_out.complex_numbers()
            return NotImplemented
        return operation(other, self) if swapped else operation(self, other)

    return method


def arithmetic(operation: Binary, otherwise: Method, saving: Saving | None = None) -> Method:
    """An operator of two operands; `saving` says what its node saves, None standing for nothing."""
    array_function, node_class = operation.forward, operation.node_class

    def method(self: Any, other: Any) -> Any:
        kind = other.__class__
        first = self._requires_grad
        if (kind is float or kind is int) and first:
            if self._counter is None and not self._output_nr and _state.plain:
                node = node_class((self._node or self, None), NOTHING if saving is None else (other, None))
                a = self._array
                if a.__class__ is _ndarray and is_large(a):
                    return computed(large.apply(array_function, a, other), self.dtype, node)
                return computed(array_function(a, other), self.dtype, node)
        elif kind is Tensor and other.dtype is self.dtype and (first or other._requires_grad):
            a, b, second = self._array, other._array, other._requires_grad
            if (
                a.__class__ is b.__class__
                and (not isinstance(a, _ndarray) or a.shape == b.shape)
                and self._counter is None
                and other._counter is None
                and not (self._output_nr or other._output_nr)
                and _state.plain
            ):
                edges = (self._node or self) if first else None, (other._node or other) if second else None
                node = node_class(edges, NOTHING if saving is None else saving(self, other, first, second))
                if a.__class__ is _ndarray and is_large(a):
                    return computed(large.apply(array_function, a, b), self.dtype, node)
                return computed(array_function(a, b), self.dtype, node)
        return otherwise(self, other)

    return method


def with_exponent(raise_array: Method, node_class: type[Node], otherwise: Method) -> Method:
    """`**` whose short path is a recorded tensor and a Python number."""

    def method(self: Any, exponent: Any) -> Any:
        kind = exponent.__class__
        if (
            (kind is int or kind is float)
            and self._requires_grad
            and self._counter is None
            and not self._output_nr
            and _state.plain
        ):
            node = node_class((self._node or self,), (self,), (exponent,))
            return computed(raise_array(self._array, exponent), self.dtype, node)
        return otherwise(self, exponent)

    return method


def factors(first: Any, second: Any, of_first: bool, of_second: bool) -> tuple[Any, Any]:
    """What a product saves: each operand for the gradient of the other."""
    return second if of_first else None, first if of_second else None


def quotient(first: Any, second: Any, of_first: bool, of_second: bool) -> tuple[Any, Any]:
    """What a quotient saves: the divisor, and for its gradient the dividend."""
    return second, first if of_second else None
