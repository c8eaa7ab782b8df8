"""Where an expression is defined, and where something happens to it, read off the vocabulary's table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from gradcli.calculus import evaluate
from gradcli.calculus.steps.trees import ZERO
from gradcli.engine import dtypes
from gradcli.homework.mathematics import names_of
from gradcli.language import Expr, parse, walk
from gradcli.language.rewriting import substituted
from gradcli.language.tree import Call, Comparison, Negation, Number, Power, Product, Sum, Term
from gradcli.operations import OPERATIONS, vocabulary


def conditions(expression: Expr) -> tuple[Expr, ...]:
    """What must hold for the expression to be defined: comparisons and `logical_and`, `logical_or` of them."""
    return _varying(condition for node in walk(expression) for condition in _conditions(node))


def events(expression: Expr) -> tuple[Expr, ...]:
    """Expressions that are zero where something may happen: edges of domains, poles, kinks, jumps, branches."""
    sides = (side for condition in conditions(expression) for side in _sides(condition))
    return tuple(dict.fromkeys((*sides, *_varying(each for node in walk(expression) for each in _events(node)))))


def not_negative(expression: Expr) -> tuple[Expr, ...]:
    """Expressions that must not be negative for the expression to be defined; where one is, it is undefined, and not
    only at single points."""
    found = [bound for condition in conditions(expression) for bound in _bounds(condition)]
    powers = [node for node in walk(expression) if isinstance(node, Power) and names_of(node.base)]
    return tuple(dict.fromkeys((*found, *(power.base for power in powers if _is_fractional(power.exponent)))))


def kinks(expression: Expr) -> tuple[Expr, ...]:
    """Expressions that are zero where there is a value but perhaps no derivative."""
    found: dict[Expr, None] = {}
    for node in walk(expression):
        if isinstance(node, Call):
            found.update(dict.fromkeys(_varying(_kinks(node))))
        elif isinstance(node, Comparison):
            found[difference(node.left, node.right)] = None
        elif isinstance(node, Power) and names_of(node) and not _is_whole(node.exponent):
            found[node.base] = None
    return tuple(found)


def features(expression: Expr) -> tuple[Expr, ...]:
    """The sums in an expression: where they vanish, factors vanish, bumps have their middle and branches meet."""
    return _varying(node for node in walk(expression) if isinstance(node, Sum))


def _varying(found: Iterable[Expr]) -> tuple[Expr, ...]:
    """The expressions that have variables, each once."""
    return tuple(each for each in dict.fromkeys(found) if names_of(each))


def difference(left: Expr, right: Expr) -> Expr:
    """left - right."""
    return left if right == ZERO else Sum((Term(left), Term(right, negative=True)))


def _conditions(node: Expr) -> Iterator[Expr]:
    if isinstance(node, Call):
        operation = OPERATIONS.get(node.function)
        if operation is not None and operation.domain is not None:
            given = dict(zip(operation.parameters, node.arguments, strict=False))
            condition = _parsed(operation.domain, operation.parameters)
            if set(names_of(condition)) <= set(given):
                yield substituted(condition, given)
    elif isinstance(node, Product):
        yield from (Comparison(each.value, "!=", ZERO) for each in node.factors if each.operator in ("/", "//", "%"))


def _events(node: Expr) -> Iterator[Expr]:
    if isinstance(node, Call):
        yield from _kinks(node)
    elif isinstance(node, Comparison):
        yield difference(node.left, node.right)
    elif isinstance(node, Power) and not _is_natural(node.exponent):
        yield node.base


def _kinks(node: Call) -> Iterator[Expr]:
    operation = OPERATIONS.get(node.function)
    if operation is None:
        return
    given = dict(zip(operation.parameters, node.arguments, strict=False))
    given.update({keyword.name: keyword.value for keyword in node.keywords})
    for text in operation.kinks:
        kink = _parsed(text, operation.parameters)
        if set(names_of(kink)) <= set(given):
            yield substituted(kink, given)
    if node.function in ("max", "min"):
        for place, first in enumerate(node.arguments):
            yield from (difference(first, second) for second in node.arguments[place + 1 :])


def _sides(condition: Expr) -> Iterator[Expr]:
    for node in walk(condition):
        if isinstance(node, Comparison):
            yield difference(node.left, node.right)


def _bounds(condition: Expr) -> Iterator[Expr]:
    """What a condition says must not be negative."""
    if isinstance(condition, Comparison):
        if condition.operator in (">", ">="):
            yield difference(condition.left, condition.right)
        elif condition.operator in ("<", "<="):
            yield difference(condition.right, condition.left)
    elif isinstance(condition, Call) and condition.function == "logical_and":
        for argument in condition.arguments:
            yield from _bounds(argument)


def _is_fractional(exponent: Expr) -> bool:
    """Whether a power needs a base that is not negative: its exponent is a fraction, or varies."""
    if names_of(exponent):
        return True
    try:
        return not float(evaluate.constant(exponent, dtypes.float64)).is_integer()
    except (evaluate.Failure, TypeError):
        return False


def _is_whole(exponent: Expr) -> bool:
    core = exponent.operand if isinstance(exponent, Negation) else exponent
    return isinstance(core, Number) and core.value.is_integer()


def _is_natural(exponent: Expr) -> bool:
    return isinstance(exponent, Number) and exponent.value.is_integer()


@cache
def _parsed(text: str, parameters: tuple[str, ...]) -> Expr:
    """A domain or kink of the table, where `parameters` are variables, whatever functions are called so."""
    return parse(text, vocabulary(), parameters).program.result
