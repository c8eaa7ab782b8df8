"""Trees rebuilt with some nodes replaced."""

from __future__ import annotations

from collections.abc import Callable, Collection

from gradcli.language import Expr, walk
from gradcli.language.tree import (
    Call,
    Comparison,
    Derivative,
    Equation,
    Index,
    Negation,
    Power,
    Product,
    Sum,
    TensorLiteral,
)
from gradcli.language.values import replace


def rewritten(expression: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with `change` applied to every node, those below before those above. Indices and settings of
    other kinds are left as they are."""

    def below(node: Expr) -> Expr:
        return rewritten(node, change)

    match expression:
        case Call(arguments=arguments, keywords=keywords):
            expression = replace(
                expression,
                arguments=tuple(map(below, arguments)),
                keywords=tuple(replace(each, value=below(each.value)) for each in keywords),
            )
        case Sum(terms=terms):
            expression = replace(expression, terms=tuple(replace(each, value=below(each.value)) for each in terms))
        case Product(factors=factors):
            expression = replace(expression, factors=tuple(replace(each, value=below(each.value)) for each in factors))
        case Power(base=base, exponent=exponent):
            expression = replace(expression, base=below(base), exponent=below(exponent))
        case Negation(operand=operand):
            expression = replace(expression, operand=below(operand))
        case Comparison(left=left, right=right) | Equation(left=left, right=right):
            expression = replace(expression, left=below(left), right=below(right))
        case Index(value=value):
            expression = replace(expression, value=below(value))
        case Derivative(expression=inner, point=point):
            expression = replace(expression, expression=below(inner), point=None if point is None else below(point))
        case TensorLiteral(elements=elements):
            expression = replace(expression, elements=tuple(map(below, elements)))
        case _:
            pass
    return change(expression)


def calls(expression: Expr, functions: Collection[str]) -> bool:
    """Whether one of the functions is called anywhere: rebuilding a tree for nothing costs more than looking."""
    return any(isinstance(node, Call) and node.function in functions for node in walk(expression))
