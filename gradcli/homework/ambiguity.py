"""Other readings of an answer that people write and read in different ways.

`sin x (1 + x)` reads as the sine of a product, `1/2x` as x/2, `e^2x` as e^2 times x. Where that makes an answer wrong,
and the other reading makes it right, nobody but its author knows what was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradcli.homework.rewriting import rewritten
from gradcli.language import Expr, walk
from gradcli.language.tree import Call, Factor, Name, Number, Power, Product
from gradcli.language.values import replace


def other_readings(expression: Expr, source: str) -> Iterator[Expr]:
    """What the text that the expression was read from may also mean: each habit by itself, then all together."""
    changes = (_narrow_function, _wide_divisor, _wide_exponent)
    nodes = [node for node in walk(expression) if isinstance(node, Call | Product)]
    possible = [change for change in changes if any(change(node, source) is not node for node in nodes)]
    if not possible:
        return
    seen = [expression]
    for chosen in (*((change,) for change in possible), changes):
        other = expression
        for change in chosen:
            other = rewritten(other, _with_source(change, source))
        if other not in seen:
            seen.append(other)
            yield other


def _with_source(change: Callable[[Expr, str], Expr], source: str) -> Callable[[Expr], Expr]:
    return lambda node: change(node, source)


def _narrow_function(node: Expr, source: str) -> Expr:
    """`sin x (1 + x)` as sin(x)*(1 + x): the function takes the numbers and one factor more."""
    if not isinstance(node, Call) or len(node.arguments) != 1 or node.name_span.end >= node.span.end:
        return node
    argument = node.arguments[0]
    between = source[node.name_span.end : argument.span.start].strip()
    if not isinstance(argument, Product) or "(" in between or "|" in source[node.name_span.start : node.name_span.end]:
        return node
    taken = 1
    while taken < len(argument.factors) and isinstance(argument.factors[taken - 1].value, Number):
        taken += 1
    if taken == len(argument.factors):
        return node
    first = argument.factors[:taken]
    inner = first[0].value if taken == 1 else replace(argument, factors=first)
    return Product((Factor(replace(node, arguments=(inner,))), *argument.factors[taken:]), node.span)


def _wide_divisor(node: Expr, source: str) -> Expr:
    """`1/2x` as 1/(2*x): the divisor takes the factors that follow without a sign."""
    if not isinstance(node, Product):
        return node
    if not any(factor.operator == "/" for factor in node.factors):
        return node
    factors = list(node.factors[:1])
    for before, factor in zip(node.factors, node.factors[1:], strict=False):
        gap = source[before.value.span.end : factor.value.span.start]
        if factors[-1].operator == "/" and factor.operator == "*" and not gap:
            last = factors[-1].value
            inner = last.factors if isinstance(last, Product) and last.span == node.span else (Factor(last),)
            factors[-1] = Factor(Product((*inner, Factor(factor.value)), node.span), "/")
        else:
            factors.append(factor)
    return node if len(factors) == len(node.factors) else replace(node, factors=tuple(factors))


def _wide_exponent(node: Expr, source: str) -> Expr:
    """`e^2x` as e^(2*x) and `x^1/2` as x^(1/2): the exponent takes the factor that follows."""
    if not isinstance(node, Product) or not any(isinstance(factor.value, Power) for factor in node.factors):
        return node
    factors: list[Factor] = []
    for factor in node.factors:
        power = factors[-1].value if factors else None
        if isinstance(power, Power) and isinstance(power.exponent, Number) and isinstance(factor.value, Name | Number):
            gap = source[power.span.end : factor.value.span.start].strip()
            if gap in ("", "/") and not source[: power.span.end].rstrip().endswith(")"):
                exponent = Product((Factor(power.exponent), Factor(factor.value, factor.operator)))
                factors[-1] = Factor(replace(power, exponent=exponent), factors[-1].operator)
                continue
        factors.append(factor)
    if len(factors) == len(node.factors):
        return node
    return factors[0].value if len(factors) == 1 else replace(node, factors=tuple(factors))
