"""Derivatives inside an expression, entry by entry: what is differentiated is read once more, with a variable in the
place of each entry that it is differentiated by."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gradcli.calculus.dependence import goes_by_entry
from gradcli.calculus.entries.arithmetic import Element, Entries, NoForm, scalar
from gradcli.language.tree import Derivative, Name

if TYPE_CHECKING:
    from gradcli.calculus.entries.reading import Reading

MAX_ENTRIES = 1_000
"""Entries of a tensor by which a number is differentiated."""


def derivative(reading: Reading, node: Derivative) -> Entries:
    """The entries of a derivative, in the shape of what is differentiated or of the variable. Raises NoForm."""
    if node.point is None and node.variable not in reading.environment:
        return reading.entrywise(_nothing(reading), reading.value(node.expression))
    values = reading.entries(Name(node.variable) if node.point is None else node.point)
    if values.ndim == 0 or goes_by_entry(node, reading.past):
        found = reading.arithmetic.derivative(lambda moved: _read(reading, node, moved), values, node.order)
        if values.ndim == 0 or found.shape == values.shape:
            return found
    if node.order > 1 or values.size > MAX_ENTRIES:
        raise NoForm("a derivative by a tensor that is no tensor of its shape, or a large one")
    return _gradient(reading, node, values)


def _nothing(reading: Reading) -> Callable[[Element], Element]:
    """0 of whatever is defined."""
    arithmetic = reading.arithmetic
    return lambda entry: arithmetic.multiply([entry, arithmetic.number(0)])


def _gradient(reading: Reading, node: Derivative, values: Entries) -> Entries:
    """The derivative of a number by every entry of a tensor."""
    found = np.empty(values.shape, object)
    for place in np.ndindex(values.shape):

        def read(moved: Entries, place: tuple[int, ...] = place) -> Entries:
            every = values.copy()
            every[place] = moved[()]
            return _read(reading, node, every)

        slope = reading.arithmetic.derivative(read, scalar(values[place]), 1)
        if slope.size != 1:
            raise NoForm("a derivative by a tensor that is no tensor of its shape")
        found[place] = slope.ravel()[0]
    return found


def _read(reading: Reading, node: Derivative, moved: Entries) -> Entries:
    """What is differentiated, where the variable is this."""
    if node.point is not None:
        return reading.elsewhere({**reading.environment, node.variable: moved}, reading.past).entries(node.expression)
    names, past = reading.past.with_moved(
        node.variable, moved, lambda expression, names, past: reading.elsewhere(names, past).value(expression)
    )
    return reading.elsewhere({**reading.environment, **names}, past).entries(node.expression)
