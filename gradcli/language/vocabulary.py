"""What the parser must know of the functions: their names and how many arguments they take. `operations` fills it
in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function of the vocabulary is called.

    `name` is canonical. `parameters` are the positional parameters in order, of which the first `required` must be
    given; `variadic` functions take any number of further ones (`zeros(2, 3)`). `keywords` may be given by name only.
    `prefix` functions may be written without brackets (`sin x`, `ln 2x`). `inverse` is what `f^-1` means.
    `attribute` ones are written without brackets after a dot (`x.T`).
    """

    name: str
    parameters: tuple[str, ...]
    required: int
    keywords: tuple[str, ...] = ()
    variadic: bool = False
    prefix: bool = False
    inverse: str | None = None
    attribute: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every name, alias or not, to its signature; and the names of the mathematical constants."""

    functions: Mapping[str, Signature]
    constants: frozenset[str]


ATTRIBUTE_FUNCTIONS: Final = frozenset({"T", "mT", "H", "mH"})
"""The functions that are written `x.T`, without brackets: the canonical names whose Signature has `attribute`.
Outside a dot such a name is an ordinary variable, so that `T` may be a temperature."""

ATTRIBUTES: Final = frozenset(
    {"grad", "grad_fn", "is_leaf", "requires_grad", "shape", "dtype", "data", "ndim", "retains_grad"}
)
"""The attributes that are no functions: `x.grad` is an Attribute in the tree."""
