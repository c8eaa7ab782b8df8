"""What a reading asks of the arithmetic that makes its entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Element: TypeAlias = Any
"""One entry, as the arithmetic makes it."""
Entries: TypeAlias = NDArray[np.object_]
"""An array of elements."""
Value: TypeAlias = Any
"""What an expression becomes: Entries, or the Element itself where it has no dimensions, which is most often so."""


MAX_CREATED = 100_000
"""Entries of a tensor that the program makes."""
MAX_PRODUCTS = 100_000
"""Factors in the sums of one Einstein summation."""
MAX_TIES = 64
"""Entries whose largest is still a formula: each is compared with each."""
MAX_DETERMINANT = 4
"""Rows of a matrix whose determinant and inverse are expanded into minors."""


class NoForm(Exception):  # noqa: N818 - it is an outcome, not a fault
    """The program has no form in this arithmetic, or none of a size worth having; `reason` is one line."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Arithmetic(Protocol):
    """Makes elements from elements. Every method may raise NoForm."""

    def literal(self, text: str, value: float) -> Element:
        """A number that the user wrote: `text` is the plain decimal."""

    def constant(self, name: str) -> Element:
        """`pi`, `e`, `tau`, `inf` or `nan`."""

    def number(self, value: float | Fraction) -> Element:
        """A number of the program's own: a count, a threshold."""

    def add(self, terms: Sequence[Element]) -> Element:
        """The sum."""

    def negative(self, value: Element) -> Element:
        """-value."""

    def multiply(self, factors: Sequence[Element]) -> Element:
        """The product."""

    def divide(self, left: Element, right: Element) -> Element:
        """left / right."""

    def power(self, base: Element, exponent: Element) -> Element:
        """base ** exponent."""

    def compare(self, symbol: str, left: Element, right: Element) -> Element:
        """1 or 0, or what decides between them."""

    def largest(self, values: Sequence[Element]) -> Element:
        """The largest of one value or more."""

    def pivot(self, values: Sequence[Element]) -> int:
        """The place of the value that it is best to divide by."""

    def ordered(self, values: Sequence[Element]) -> list[int]:
        """The places of the values from the smallest to the largest."""

    def apply(self, name: str, *arguments: Element) -> Element:
        """The function `name` of the vocabulary's table ELEMENTWISE."""

    def derivative(self, function: Callable[[Entries], Entries], values: Entries, order: int) -> Entries:
        """The derivative of each entry of what a function makes of entries, at these values, by the same entry of them;
        where there is only one value, by that."""

    def real(self, value: Element) -> float:
        """The number that an element is, where no variable has a say in it."""


def each_entry(function: Callable[[Any], Element], values: NDArray[Any]) -> Entries:
    """A function of every entry of an array, in an array of its shape."""
    found = np.empty(values.size, object)
    found[:] = [function(each) for each in values.ravel()]
    return found.reshape(values.shape)


def scalar(element: Element) -> Entries:
    """A 0-dimensional array of one entry."""
    result = np.empty((), object)
    result[()] = element
    return result
