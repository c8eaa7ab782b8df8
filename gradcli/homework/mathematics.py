"""Expressions as mathematics has them: functions where the engine follows torch in an approximation, entries of lists
as what stands there."""

from __future__ import annotations

from contextlib import suppress

from gradcli.calculus.steps import Unexplained, carried_out
from gradcli.homework.rewriting import rewritten
from gradcli.language import Expr, walk
from gradcli.language.tree import Call, Derivative, Factor, Index, Number, Product, TensorLiteral

ZERO = Number("0", 0.0)


def exact(expression: Expr) -> Expr:
    """The expression with softplus(u) as log(1 + exp(u)) throughout, since torch has the identity above a threshold;
    with u for [t, u][1], and with derivatives carried out, where there are rules for them."""
    kinds = {node.function if isinstance(node, Call) else type(node) for node in walk(expression)}
    if Derivative in kinds:
        with suppress(Unexplained):
            return exact(carried_out(expression))
    if Index in kinds:
        expression = rewritten(expression, _entry)
    return rewritten(expression, _exact) if "softplus" in kinds else expression


def _entry(node: Expr) -> Expr:
    """The entry of a list that is written out; the node itself where it is none."""
    if not isinstance(node, Index) or not isinstance(node.value, TensorLiteral) or not node.items:
        return node
    (first, *others), elements = node.items, node.value.elements
    if not isinstance(first, Number) or not first.text.isdecimal() or int(first.text) >= len(elements):
        return node
    entry = elements[int(first.text)]
    return _entry(Index(entry, tuple(others), node.span)) if others else entry


def _exact(node: Expr) -> Expr:
    if not isinstance(node, Call) or node.function != "softplus" or node.keywords:
        return node
    argument, *settings = node.arguments
    if not settings:
        return Call("logaddexp", (ZERO, argument))
    beta = settings[0]
    scaled = Product((Factor(beta), Factor(argument)))
    return Product((Factor(Call("logaddexp", (ZERO, scaled))), Factor(beta, "/")))
