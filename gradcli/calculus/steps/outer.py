"""The outer function of a composition: what it is, and its rule's application, at any argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from gradcli.calculus.steps.rules import Application
from gradcli.language.tree import Call, Expr, Keyword, Power
from gradcli.language.values import frozen, replace
from gradcli.operations import OPERATIONS

Apply: TypeAlias = Callable[[Mapping[str, Expr]], Application]


@frozen
class Outer:
    """A function of one argument, the others held. `rule` is the key of its rule."""

    rule: str
    parameter: str
    apply: Apply

    def application(self, argument: Expr, others: Mapping[str, Expr] | None = None) -> Application:
        """What its rule is given at an argument; `others` replaces further arguments."""
        return self.apply({**(others or {}), self.parameter: argument})


def of_power(rule: str, constant: Expr) -> Outer:
    """u**constant for the power rule, constant**u for the exponential ones."""

    def apply(changed: Mapping[str, Expr]) -> Application:
        argument = changed["x"]
        whole = Power(argument, constant) if rule == "power" else Power(constant, argument)
        return Application(whole, (argument, constant))

    return Outer(rule, "x", apply)


def of_call(node: Call, parameter: str, values: Mapping[str, Expr]) -> Outer:
    """A call as a function of one of its arguments; `values` are all of them, with defaults."""

    def apply(changed: Mapping[str, Expr]) -> Application:
        return Application(
            _with(node, changed), (changed[parameter],), named={**values, **changed}, parameter=parameter
        )

    return Outer(node.function, parameter, apply)


def _with(node: Call, changed: Mapping[str, Expr]) -> Call:
    """The call with some of its arguments replaced."""
    names = OPERATIONS[node.function].parameters
    arguments = [changed.get(name, value) for name, value in zip(names, node.arguments, strict=False)]
    keywords = [Keyword(each.name, changed.get(each.name, each.value), each.span) for each in node.keywords]
    return replace(node, arguments=tuple(arguments), keywords=tuple(keywords))
