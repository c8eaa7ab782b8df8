"""Other readings of a text that people write and read in different ways.

`sin x (1 + x)` reads as the sine of a product, `1/2x` as x/2, `e^-2x` as e^-2 times x. Where that makes an answer
wrong, and another reading makes it right, nobody but its author knows what was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, TypeAlias

from gradcli.homework.rewriting import rewritten
from gradcli.language import Expr, Span, walk
from gradcli.language.tree import Call, Factor, Name, Negation, Number, Power, Product
from gradcli.language.values import frozen, replace
from gradcli.operations import vocabulary

MOST_PLACES: Final = 4
"""Places of which all choices are tried; of more, each by itself, each habit throughout, and all."""
SIGNS: Final = frozenset("*/·×÷@%")
ONE: Final = Number("1", 1.0)
Habit: TypeAlias = Callable[[Expr, str], Expr]
"""What a node may mean to others, by the text that it was read from; the node itself where it means one thing."""
Place: TypeAlias = tuple[Habit, Span]


@frozen
class Reading:
    """What a text may also mean, and the habits by which it does."""

    expression: Expr
    habits: frozenset[Habit]


def other_readings(expression: Expr, source: str) -> Iterator[Reading]:
    """What the text that an expression was read from may also mean, the simplest first."""
    places = [
        (habit, node.span)
        for node in walk(expression)
        if type(node) in HABITS_OF
        for habit in HABITS_OF[type(node)]
        if habit(node, source) is not node
    ]
    seen = [expression]
    for chosen in _choices(places):
        other = _read(expression, source, chosen)
        if other not in seen:
            seen.append(other)
            yield Reading(other, frozenset(habit for habit, _ in chosen))


def by_habits(expression: Expr, source: str) -> Iterator[Reading]:
    """The readings of a question by someone who has one habit throughout, or all of them.

    That sin^-1 is the inverse function is for the question to say: who reads it as 1/sin makes a mistake.
    """
    readings = [each for each in other_readings(expression, source) if _reciprocal not in each.habits]
    seen: list[frozenset[Habit]] = []
    for reading in reversed(readings):  # of the same habits, that at the most places
        if reading.habits not in seen:
            seen.append(reading.habits)
            yield reading


def _choices(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    if len(places) <= MOST_PLACES:
        for count in range(1, len(places) + 1):
            yield from combinations(places, count)
        return
    yield from ((place,) for place in places)
    yield from ([place for place in places if place[0] is habit] for habit in HABITS)
    yield places


def _read(expression: Expr, source: str, chosen: Sequence[Place]) -> Expr:
    def change(node: Expr) -> Expr:
        span = getattr(node, "span", None)
        for habit, place in chosen:
            if place == span:
                node = habit(node, source)
        return node

    return rewritten(expression, change)


def _between(first: Expr, second: Expr, source: str) -> str | None:
    """The text between two neighbours; None where they do not stand side by side."""
    start, end = first.span.end, second.span.start
    return source[start:end] if 0 < start <= end else None


def _narrow_function(node: Expr, source: str) -> Expr:
    """`sin x (1 + x)` as sin(x)*(1 + x), `ln 2*x` as ln(2)*x: the function ends before a sign, and after a variable."""
    power = node if isinstance(node, Power) else None
    call = node if power is None else power.base
    if not isinstance(call, Call) or len(call.arguments) != 1 or call.name_span.end >= call.span.end:
        return node
    argument = call.arguments[0]
    between = source[call.name_span.end : argument.span.start].strip()
    if not isinstance(argument, Product) or "(" in between or "|" in source[call.name_span.start : call.name_span.end]:
        return node
    raised = bool(between) and not _is_inverse(between)  # the -1 of sin^-1 is part of the name
    if raised != (power is not None):  # `sin^2 x (1 + x)` is a power of all, and changes as such
        return node
    taken = _taken(argument, source)
    if taken == len(argument.factors):
        return node
    first = argument.factors[:taken]
    applied: Expr = replace(call, arguments=(first[0].value if taken == 1 else replace(argument, factors=first),))
    if power is not None:
        applied = replace(power, base=applied)
    return Product((Factor(applied), *argument.factors[taken:]), node.span)


def _is_inverse(raised: str) -> bool:
    """Whether what stands raised behind a function's name is -1."""
    return raised.strip("*^{}() ") in ("-1", "⁻¹", "−1")


def _taken(argument: Product, source: str) -> int:
    """How many factors belong to the argument of a function that takes no more than it must."""
    for place, (before, factor) in enumerate(zip(argument.factors, argument.factors[1:], strict=False), 1):
        gap = _between(before.value, factor.value, source)
        if not isinstance(before.value, Number) or gap is None or SIGNS & set(gap):
            return place
    return len(argument.factors)


def _wide_divisor(node: Expr, source: str) -> Expr:
    """`1/2x` as 1/(2*x): the divisor takes the factors that follow without a sign."""
    if not isinstance(node, Product) or not any(factor.operator == "/" for factor in node.factors):
        return node
    factors = list(node.factors[:1])
    for before, factor in zip(node.factors, node.factors[1:], strict=False):
        between = _between(before.value, factor.value, source)
        gap = None if between is None else between.strip("()")
        juxtaposed = gap == "" or (gap is not None and not gap.strip() and not isinstance(before.value, Number))
        if factors[-1].operator == "/" and factor.operator == "*" and juxtaposed:
            last = factors[-1].value
            inner = last.factors if isinstance(last, Product) and last.span == node.span else (Factor(last),)
            factors[-1] = Factor(Product((*inner, Factor(factor.value)), node.span), "/")
        else:
            factors.append(factor)
    return node if len(factors) == len(node.factors) else replace(node, factors=tuple(factors))


def _wide_exponent(node: Expr, source: str) -> Expr:
    """`e^2x` as e^(2*x) and `x^-1/2` as x^(-1/2): the exponent takes the factors that follow."""
    if not isinstance(node, Product):
        return node
    factors: list[Factor] = []
    taking = False
    for before, factor in zip((None, *node.factors), node.factors, strict=False):
        gap = None if before is None else _between(before.value, factor.value, source)
        if factors and gap is not None and _goes_on(factors[-1].value, factor, gap, source, taking):
            power = factors[-1].value
            assert isinstance(power, Power)
            own = (
                power.exponent.factors if taking and isinstance(power.exponent, Product) else (Factor(power.exponent),)
            )
            wider = replace(power, exponent=Product((*own, Factor(factor.value, factor.operator))))
            factors[-1] = Factor(wider, factors[-1].operator)
            taking = True
        else:
            factors.append(factor)
            taking = False
    if len(factors) == len(node.factors):
        return node
    return factors[0].value if len(factors) == 1 else replace(node, factors=tuple(factors))


def _goes_on(power: Expr, factor: Factor, gap: str, source: str, taking: bool) -> bool:
    """Whether a factor may belong to the exponent before it."""
    if not isinstance(power, Power):
        return False
    if not taking:
        core = power.exponent.operand if isinstance(power.exponent, Negation) else power.exponent
        if not isinstance(core, Name | Number) or source[: power.span.end].rstrip().endswith(")"):
            return False
    if factor.operator == "/":
        return gap == "/" and isinstance(factor.value, Name | Number)
    return factor.operator == "*" and (gap == "" or (not gap.strip() and isinstance(factor.value, Name | Number)))


def _wide_root(node: Expr, source: str) -> Expr:
    """`√2x` as sqrt(2*x)."""
    if not isinstance(node, Product):
        return node
    factors: list[Factor] = []
    for factor in node.factors:
        root = factors[-1].value if factors else None
        if isinstance(root, Call) and factor.operator == "*" and _is_bare_root(root, factor.value, source):
            inside = Product((Factor(root.arguments[0]), Factor(factor.value)))
            wider = replace(root, arguments=(inside,), span=Span(root.span.start, factor.value.span.end))
            factors[-1] = Factor(wider, factors[-1].operator)
        else:
            factors.append(factor)
    if len(factors) == len(node.factors):
        return node
    return factors[0].value if len(factors) == 1 else replace(node, factors=tuple(factors))


def _is_bare_root(root: Call, following: Expr, source: str) -> bool:
    """Whether a root is written as a sign, without brackets, and touches what follows."""
    if source[root.span.start : root.span.start + 1] not in ("√", "∛") or source[root.span.end - 1] == ")":
        return False
    gap = _between(root, following, source)
    return gap is not None and not gap.strip("(")


def _loose_bracket(node: Expr, source: str) -> Expr:
    """`sin (x + 1)^2` as sin((x + 1)^2): the power belongs to the bracket."""
    if not isinstance(node, Power) or not isinstance(node.base, Call) or len(node.base.arguments) != 1:
        return node
    call = node.base
    behind = source[call.name_span.end : call.span.end]
    bracketed = behind[:1].isspace() and behind.lstrip().startswith("(") and behind.endswith(")")
    if not bracketed or call.span.start != call.name_span.start or node.exponent.span.start < call.span.end:
        return node
    return replace(call, arguments=(Power(call.arguments[0], node.exponent),), span=node.span)


def _reciprocal(node: Expr, source: str) -> Expr:
    """`sin^-1 x` as 1/sin(x)."""
    if not isinstance(node, Call) or len(node.arguments) != 1:
        return node
    name = _INVERSES.get(node.function)
    if name is None or not _is_inverse(source[node.name_span.end : node.arguments[0].span.start]):
        return node
    return Product((Factor(ONE), Factor(replace(node, function=name), "/")), node.span)


_INVERSES: Final = {
    signature.inverse: signature.name for signature in vocabulary().functions.values() if signature.inverse is not None
}
HABITS_OF: Final[Mapping[type, tuple[Habit, ...]]] = {
    Call: (_narrow_function, _reciprocal),
    Power: (_narrow_function, _loose_bracket),
    Product: (_wide_divisor, _wide_exponent, _wide_root),
}
"""What each kind of node may mean to others."""
HABITS: Final = tuple(dict.fromkeys(habit for habits in HABITS_OF.values() for habit in habits))
