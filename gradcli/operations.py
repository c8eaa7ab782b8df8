"""The vocabulary: every operation that a user can write, declared once.

Parser, evaluation, cross-check, `gradcli functions`, completion and the test tables are readings of this table. Adding an operation is
one entry here plus one engine operation.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    `name` is canonical and the engine's (torch's) name; `aliases` are further spellings. `parameters`, `required`, `keywords`, `variadic`,
    `prefix`, `inverse` and `attribute` are as in `language.vocabulary.Signature`. `sympy` names the builder in `calculus.symbolic`
    that makes its SymPy form, None where it has none. `domain` is where it is defined and `kinks` is where it has a value but no
    derivative (or jumps), both written in our own language over the parameters' names (`x > 0`; a kink is an expression that is
    zero there). `help` is one line.
    """

    name: str
    category: str
    help: str
    parameters: tuple[str, ...] = ("x",)
    required: int = 1
    keywords: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    variadic: bool = False
    prefix: bool = False
    inverse: str | None = None
    attribute: bool = False
    sympy: str | None = None
    domain: str | None = None
    kinks: tuple[str, ...] = ()
