"""What the parser must know of the functions: their names and how many arguments they take.

`operations` fills it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gradcli.language.values import frozen


@frozen
class Signature:
    """How a function of the vocabulary is called.

    `name` is canonical. `parameters` are the positional ones in order, of which the first `required` must be given;
    `variadic` functions take any number of further ones (`zeros(2, 3)`). `keywords` may be given by name only.
    `prefix` functions may be written without brackets (`sin x`, `ln 2x`). `inverse` is what `f^-1` means.
    `attribute` ones are written without brackets after a dot (`x.T`).
    `receiver` is the parameter that a method's tensor is, None for the first: `x.where(c, y)` is `where(c, x, y)`.
    """

    name: str
    parameters: tuple[str, ...]
    required: int
    keywords: tuple[str, ...] = ()
    variadic: bool = False
    prefix: bool = False
    inverse: str | None = None
    attribute: bool = False
    receiver: str | None = None


@frozen
class Vocabulary:
    """Every name, alias or not, to its signature; and the names of the mathematical constants."""

    functions: Mapping[str, Signature]
    constants: frozenset[str]

    def function(self, name: str) -> Signature | None:
        """The function that a bare name is, if it is one.

        A single letter is none, and neither is an attribute:
        `t` and `T` are variables, and torch's `t` is written `x.t()` or `torch.t(x)`.
        """
        signature = self.functions.get(name)
        return None if signature is None or signature.attribute or len(name) == 1 else signature


ATTRIBUTE_FUNCTIONS: Final = frozenset({"T", "mT", "H", "mH"})
"""The functions that are written `x.T`, without brackets: the canonical names whose Signature has `attribute`.
Outside a dot such a name is an ordinary variable, so that `T` may be a temperature."""

ATTRIBUTES: Final = frozenset(
    {"grad", "grad_fn", "is_leaf", "requires_grad", "shape", "dtype", "data", "ndim", "retains_grad"}
)
"""The attributes that are no functions: `x.grad` is an Attribute in the tree."""

DTYPE_NAMES: Final = frozenset({"float32", "float64", "int64", "bool"})
"""What `dtype=` takes: names that no value can be given to."""
