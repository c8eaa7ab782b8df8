"""The table of derivatives: of every function of real numbers, by each of its arguments.

Formulas are written in our own language over the names of the operation's parameters. At kinks they give what torch
gives; between the jumps of a step the slope is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from gradcli.operations import TABLE

FUNCTIONS: Final[Mapping[str, str]] = {
    operation.name: operation.derivative for operation in TABLE if isinstance(operation.derivative, str)
}
"""Functions of one variable; further parameters (`beta`, `alpha`) are constants."""

PARTIALS: Final[Mapping[str, Mapping[str, str]]] = {
    operation.name: operation.derivative
    for operation in TABLE
    if operation.derivative is not None and not isinstance(operation.derivative, str)
}
"""Functions of several variables: the partial derivative by each."""

DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = {
    "leaky_relu": {"negative_slope": "0.01"},
    "elu": {"alpha": "1"},
    "softplus": {"beta": "1"},
    "hardtanh": {"min_val": "-1", "max_val": "1"},
}
"""What the further parameters are where they are not given."""

FURTHER: Final[Mapping[str, tuple[str, str]]] = {
    "log": ("base", "log(x)/log(base)"),
    "softplus": ("threshold", "where(beta*x > threshold, x, log(1 + exp(beta*x))/beta)"),
    "gelu": ("approximate", "x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))"),
}
"""The argument of which a function's rule does not speak, and what the function stands for where it has it."""

DEFINED: Final[Mapping[str, str]] = {
    operation.name: operation.definition
    for operation in TABLE
    if operation.definition is not None and operation.derivative is None
}
"""Functions that are differentiated by what they stand for."""

WITHOUT: Final[Mapping[str, Mapping[str, str]]] = {
    "clamp": {"min": "minimum(x, max)", "max": "maximum(x, min)"},
}
"""What a function stands for where an argument is not given."""

CHOICES: Final[Mapping[str, Literal["<", ">"]]] = {
    "maximum": ">",
    "fmax": ">",
    "max": ">",
    "minimum": "<",
    "fmin": "<",
    "min": "<",
}
"""Functions that are one of their arguments, and the comparison by which they choose."""

STEPS: Final = frozenset(operation.name for operation in TABLE if operation.category == "logical")
"""Functions that are 0 or 1: their slope is 0 wherever they have one."""
