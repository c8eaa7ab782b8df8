"""Expressions as calculus courses read them: functions that torch approximates as what they are, entries of lists as
what stands there, x^(1/3) of a negative number as the real cube root."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

from gradcli.calculus.steps import Unexplained, carried_out
from gradcli.calculus.steps.trees import ZERO
from gradcli.language import Expr, tree, walk
from gradcli.language.rewriting import transformed
from gradcli.operations import CONSTANTS


def exact(expression: Expr) -> Expr:
    """The expression with softplus(u) as log(1 + exp(u)) throughout, since torch has the identity above a threshold;
    with u for [t, u][1], and with derivatives carried out, where there are rules for them."""
    kinds = {node.function if isinstance(node, tree.Call) else type(node) for node in walk(expression)}
    if tree.Derivative in kinds:
        with suppress(Unexplained):
            return exact(carried_out(expression))
    if tree.Index in kinds:
        expression = transformed(expression, _entry)
    return transformed(expression, _exact) if "softplus" in kinds else expression


def _entry(node: Expr) -> Expr:
    """The entry of a list that is written out; the node itself where it is none."""
    if not isinstance(node, tree.Index) or not isinstance(node.value, tree.TensorLiteral) or not node.items:
        return node
    (first, *others), elements = node.items, node.value.elements
    if not isinstance(first, tree.Number) or not first.text.isdecimal() or int(first.text) >= len(elements):
        return node
    entry = elements[int(first.text)]
    return _entry(tree.Index(entry, tuple(others), node.span)) if others else entry


def _exact(node: Expr) -> Expr:
    if not isinstance(node, tree.Call) or node.function != "softplus" or node.keywords:
        return node
    argument, *settings = node.arguments
    if not settings:
        return tree.Call("logaddexp", (ZERO, argument))
    beta = settings[0]
    scaled = tree.Product((tree.Factor(beta), tree.Factor(argument)))
    return tree.Product((tree.Factor(tree.Call("logaddexp", (ZERO, scaled))), tree.Factor(beta, "/")))


def with_real_roots(expression: Expr) -> Expr:
    """The expression with powers of odd denominator defined for negative bases, too: x^(2/3) is |x|^(2/3), and
    x^(1/3) is sign(x)*|x|^(1/3)."""
    return transformed(expression, _real_power)


def _real_power(power: Expr) -> Expr:
    if not isinstance(power, tree.Power):
        return power
    exponent = _fraction(power.exponent)
    if exponent is None or exponent.denominator % 2 == 0 or exponent.denominator == 1:
        return power
    magnitude = tree.Power(tree.Call("abs", (power.base,)), power.exponent)
    if exponent.numerator % 2 == 0:
        return magnitude
    return tree.Product((tree.Factor(tree.Call("sign", (power.base,))), tree.Factor(magnitude)))


def _fraction(exponent: Expr) -> Fraction | None:
    """The fraction that an exponent is written as."""
    match exponent:
        case tree.Negation(operand=operand):
            inner = _fraction(operand)
            return None if inner is None else -inner
        case tree.Product(factors=(tree.Factor(value=above), tree.Factor(value=below, operator="/"))):
            over, under = _fraction(above), _fraction(below)
            return None if over is None or not under else over / under
        case tree.Number(value=value) if value.is_integer() and abs(value) < 1e6:
            return Fraction(int(value))
        case _:
            return None


def names_of(expression: Expr) -> tuple[str, ...]:
    """The variables of an expression."""
    found = dict.fromkeys([node.name for node in walk(expression) if type(node) is tree.Name])
    return tuple([name for name in found if name not in CONSTANTS and not name.endswith(tree.BOUND)])
