"""Functions as mathematics has them, where the engine follows torch in an approximation."""

from __future__ import annotations

from gradcli.homework.rewriting import calls, rewritten
from gradcli.language import Expr
from gradcli.language.tree import Call, Factor, Number, Product

ZERO = Number("0", 0.0)


def exact(expression: Expr) -> Expr:
    """The expression with softplus(u) as log(1 + exp(u)) throughout: torch has the identity above a threshold."""
    return rewritten(expression, _exact) if calls(expression, ("softplus",)) else expression


def _exact(node: Expr) -> Expr:
    if not isinstance(node, Call) or node.function != "softplus" or node.keywords:
        return node
    argument, *settings = node.arguments
    if not settings:
        return Call("logaddexp", (ZERO, argument))
    beta = settings[0]
    scaled = Product((Factor(beta), Factor(argument)))
    return Product((Factor(Call("logaddexp", (ZERO, scaled))), Factor(beta, "/")))
