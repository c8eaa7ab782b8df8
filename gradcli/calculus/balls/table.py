"""Every function of the vocabulary on numbers and Elements: a native one, or one made of such by its rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from flint import fmpq

from gradcli.calculus.balls.functions import NATIVE, REMOVABLE, Function, Rule, native


def rule(name: str, count: int) -> Rule | None:
    """What SymPy says of a function of `count` operands."""
    from gradcli.calculus.balls.rules import RULES  # long, and without tensors seldom asked for

    return RULES.get((name, count))


def has_value(name: str, count: int) -> bool:
    """Whether the value of a function of `count` operands is said in terms of others."""
    found = rule(name, count)
    return found is not None and found[0] is not None


@cache
def function(name: str) -> Function:
    """The function `name`."""
    if name in NATIVE:
        return native(name)
    return Function(name, REMOVABLE.get(name) or (lambda *operands: by_rule(name, operands)))


def by_rule(name: str, operands: tuple[Any, ...]) -> Any:
    """The value of a function that is made of others."""
    found = rule(name, len(operands))
    assert found is not None, name
    assert found[0] is not None, name
    value = found[0](*operands)
    return fmpq(value) if type(value) is int else value


@cache
def slopes_of(name: str, count: int) -> tuple[Callable[..., Any], ...]:
    """The partial derivatives of a function of `count` operands."""
    found = rule(name, count)
    assert found is not None, name
    return found[1:]
