"""The form of the generated table of rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from gradcli.language.values import frozen


@frozen
class Rule:
    """A function on numbers and Elements: its `value` in terms of others (None of one that FLINT has), and its partial
    derivatives `slopes` by each operand."""

    value: Callable[..., Any] | None
    slopes: tuple[Callable[..., Any], ...]


@cache
def slopes_of(name: str, count: int) -> tuple[Callable[..., Any], ...]:
    """The partial derivatives of a function of `count` operands."""
    from gradcli.calculus.balls.rules import RULES

    return RULES[name, count].slopes
