"""Mistakes with the answer as a whole, the components of gradients, and the shapes of tensors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

INTEGRATED: Final = "integrated"
POINT: Final = "point-copied"
COPIED: Final = "function-copied"
SIGN: Final = "sign"
FACTOR: Final = "constant-factor"
TOO_FEW: Final = "derivative-missing"
TOO_MANY: Final = "derivative-extra"
PARTIAL_MISSING: Final = "partial-missing"
PARTIAL_ALONE: Final = "partial-one-variable"
PARTIALS_ADDED: Final = "partials-added"
PARTIALS_MULTIPLIED: Final = "partials-multiplied"
WRONG_VARIABLE: Final = "wrong-variable"
CONSTANT_ADDED: Final = "constant-added"
EVALUATED: Final = "evaluated-wrongly"
SWAPPED: Final = "components-swapped"
ADDED: Final = "components-added"
MISSING: Final = "component-missing"
EXTRA: Final = "component-extra"
ENTRY: Final = "entry-wrong"
TRANSPOSED: Final = "transposed"
FLATTENED: Final = "flattened"
COLUMN: Final = "jacobian-column"
NOT_SUMMED: Final = "broadcast-not-summed"
ROUNDED: Final = "rounded"

WHOLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        INTEGRATED: "the function is integrated, not differentiated",
        POINT: "this is the point itself, not the gradient there",
        COPIED: "this is the function itself, not its derivative",
        SIGN: "only the sign is wrong",
        FACTOR: "this is {factor} times the derivative",
        TOO_FEW: "this is the derivative of order {order}, and order {asked} is asked",
        TOO_MANY: "this is the derivative of order {order}, and order {asked} is asked",
        PARTIAL_MISSING: "this is the derivative by {left} alone: that by {name} is missing",
        PARTIAL_ALONE: "this is differentiated by {name} only, and is to be differentiated by {asked}",
        PARTIALS_ADDED: "the partial derivatives are added up: each is to be taken of the one before",
        PARTIALS_MULTIPLIED: "the partial derivatives are multiplied: each is to be taken of the one before",
        WRONG_VARIABLE: "this is the derivative by {name}",
        CONSTANT_ADDED: "a derivative has no constant of integration: {name} is added",
        EVALUATED: "the derivative is right, and evaluated wrongly: {how}",
        SWAPPED: "the components are right, and in another order",
        ADDED: "the components are added up",
        MISSING: "a component is missing",
        EXTRA: "there is a component too many",
        ENTRY: "all entries but one are right: the entry {entry} is wrong",
        TRANSPOSED: "the rows stand in the columns' place",
        FLATTENED: "the numbers are right, and not arranged in the shape {shape}",
        COLUMN: "a column of the Jacobian stands in a row's place",
        ROUNDED: "this is right but for its numbers, which are rounded",
        NOT_SUMMED: "{name} is broadcast, and its gradient is not summed over the repeated entries",
    }
)
"""What is said of each."""
