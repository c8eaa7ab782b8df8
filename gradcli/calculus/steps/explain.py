"""The account of a program's derivative: statement by statement, by the chain rule over the named intermediates."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

from gradcli.calculus.steps.account import (
    NOT_ENTRYWISE,
    Account,
    Carried,
    Derivation,
    Link,
    Step,
    Unexplained,
    too_large,
)
from gradcli.calculus.steps.differentiate import differentiate, fresh
from gradcli.calculus.steps.rules import RULES, Rule
from gradcli.calculus.steps.simplify import Simplifier
from gradcli.calculus.steps.tensors import Kind, Shape, Tensors, speaks_of_tensors
from gradcli.calculus.steps.trees import ONE, ZERO, Sizes, call, names_in, plus, times
from gradcli.language.printer import to_text
from gradcli.language.rewriting import expressions, renamed, substituted, transformed, walk
from gradcli.language.tree import BOUND, Derivative, Expr, Name, Program
from gradcli.language.values import frozen, replace


def explain(
    program: Program,
    wrt: str,
    order: int = 1,
    *,
    shapes: Mapping[str, Shape] | None = None,
    rules: Mapping[str, Rule] = RULES,
) -> Account:
    """The derivation of the derivative of order `order` of a program's result by the variable `wrt`.

    `shapes` are those of the variables, as far as they have values; without them, tensors are taken to be of one
    shape, with n entries. Raises Unexplained where the rules do not reach.
    """
    try:
        statements, carried = _carried_out(_statements(program), shapes or {}, rules)
        account = _account(_needed(statements), wrt, order, shapes or {}, rules)
    except RecursionError:
        raise too_large(program.result) from None
    return replace(account, carried=carried) if carried else account


def carried_out(expr: Expr) -> Expr:
    """The expression with the derivatives in it carried out, by the rules. Raises Unexplained where they do not
    reach."""
    if not _has_derivatives(expr):
        return expr
    try:
        return _carried_out([_Statement(None, expr)], {}, RULES)[0][-1].value
    except RecursionError:
        raise too_large(expr) from None


def _account(
    statements: list[_Statement], wrt: str, order: int, shapes: Mapping[str, Shape], rules: Mapping[str, Rule]
) -> Account:
    """The account of statements in which no derivative is taken. Raises Unexplained."""
    tensors = _tensors(statements, shapes)
    if tensors is not None and tensors.is_scalar(wrt):
        statements = _with_number(statements, tensors)
    if order > 1 and tensors is not None and not tensors.is_scalar(wrt):
        raise Unexplained(
            NOT_ENTRYWISE,
            f"there is a second derivative by every pair of entries of {wrt}: no formula in one entry",
            statements[-1].value.span,
            "gradcli --hessian calculates them",
        )
    bound = frozenset(shapes) | {statement.name for statement in statements if statement.name is not None}
    derivations = [_derivation(statements, wrt, rules, tensors, bound)]
    while len(derivations) < order:
        last = derivations[-1].result
        derivations.append(_derivation([_Statement(None, last)], wrt, rules, tensors, bound))
    if tensors is None:
        return Account(wrt, tuple(derivations))
    count = tensors.count if tensors.needs_count else None
    return Account(wrt, tuple(derivations), not tensors.is_scalar(wrt), count)


def _has_derivatives(expr: Expr) -> bool:
    return any(type(node) is Derivative for node in walk(expr))


def _carried_out(
    statements: list[_Statement], shapes: Mapping[str, Shape], rules: Mapping[str, Rule]
) -> tuple[list[_Statement], tuple[Carried, ...]]:
    """The statements without the derivatives in them, and how these are carried out: innermost first."""
    if not any(_has_derivatives(statement.value) for statement in statements):
        return statements, ()
    done: list[_Statement] = []
    carried: dict[Derivative, Carried] = {}

    def change(node: Expr) -> Expr:
        if not isinstance(node, Derivative):
            return node
        if node not in carried:
            carried[node] = _carried(node, done, shapes, rules)
        return carried[node].result

    for statement in statements:
        done.append(_Statement(statement.name, transformed(statement.value, change)))  # noqa: PERF401 (change looks at it)
    return done, tuple(carried.values())


def _carried(
    node: Derivative, before: list[_Statement], shapes: Mapping[str, Shape], rules: Mapping[str, Rule]
) -> Carried:
    """A derivative of an expression that has none in it, carried out."""
    name, expression = node.variable, node.expression
    if node.point is not None:
        taken = names_in(expression) | {each for each, shape in shapes.items() if shape}
        name = fresh(name.rstrip(BOUND), taken)
        expression = substituted(expression, {node.variable: Name(name)})
        before = []
    else:
        assigned = [statement.name for statement in before]
        before = before[assigned.index(name) + 1 :] if name in assigned else before
    account = _account(_needed([*before, _Statement(None, expression)]), name, node.order, shapes, rules)
    if account.count is not None:
        message = f"the derivative of {to_text(expression)} speaks of how many entries there are"
        raise Unexplained(NOT_ENTRYWISE, message, node.span, "give the tensors values")
    shown = Derivative(expression, name, node.order, node.point, node.span)
    if node.point is None:
        return Carried(shown, account, account.result)
    return Carried(shown, account, Simplifier().simplified(substituted(account.result, {name: node.point})))


@frozen
class _Statement:
    """What is assigned to a name, None for the result. Every name is assigned once."""

    name: str | None
    value: Expr


def _statements(program: Program) -> list[_Statement]:
    """The statements that the result needs; a name that is assigned again gets a new name."""
    taken = {name for expression in expressions(program) for name in names_in(expression)}
    taken |= {assignment.name for assignment in program.assignments}
    current: dict[str, str] = {}
    statements: list[_Statement] = []
    used: set[str] = set()
    for assignment in program.assignments:
        value = renamed(assignment.value, current)
        used |= names_in(value)
        name = assignment.name if assignment.name not in used else fresh(f"{assignment.name}1", taken)
        taken.add(name)
        used.add(name)
        current[assignment.name] = name
        statements.append(_Statement(name, value))
    statements.append(_Statement(None, renamed(program.result, current)))
    return _needed(statements)


def _needed(statements: list[_Statement]) -> list[_Statement]:
    """Those on which the last depends; of a result that is only a name, its statement is the last."""
    *before, last = statements
    if isinstance(last.value, Name) and before and last.value.name == before[-1].name:
        return _needed([*before[:-1], _Statement(None, before[-1].value)])
    wanted = names_in(last.value)
    kept = [last]
    for statement in reversed(before):
        if statement.name in wanted:
            wanted |= names_in(statement.value)
            kept.append(statement)
    return kept[::-1]


def _tensors(statements: Iterable[_Statement], shapes: Mapping[str, Shape]) -> Tensors | None:
    """What is known of shapes, None where there are numbers only."""
    values = [statement.value for statement in statements]
    taken = {name for value in values for name in names_in(value)}
    if not speaks_of_tensors(values) and all(shapes.get(name, ()) == () for name in taken):
        return None
    return Tensors(shapes, fresh("n", taken))


def _with_number(statements: list[_Statement], tensors: Tensors) -> list[_Statement]:
    """The statements with a result that is a number: a tensor of one entry is the sum of its entries."""
    *before, last = statements
    known = Tensors(tensors.shapes, tensors.count)
    for statement in before:
        known.shapes[statement.name or ""] = known.shape(statement.value)
    shape = known.shape(last.value)
    if not shape or math.prod(shape) != 1:
        return statements
    return [*before, _Statement(None, call("sum", last.value))]


@frozen
class _Known:
    """The derivative of a name by the variable, and how the name depends on it."""

    derivative: Expr
    kind: Kind


def _derivation(
    statements: list[_Statement],
    wrt: str,
    rules: Mapping[str, Rule],
    tensors: Tensors | None,
    bound: Collection[str],
) -> Derivation:
    own = Kind.SCALAR if tensors is None or tensors.is_scalar(wrt) else Kind.ENTRY
    known = {wrt: _Known(ONE, own)}
    links: list[Link] = []
    simplifier = Simplifier()
    for statement in statements:
        found = names_in(statement.value)
        names = [name for name in known if name in found]
        steps = [differentiate(statement.value, name, rules, bound=bound, tensors=tensors) for name in names]
        given = _total(statement.value, steps, known, tensors)
        link = Link(statement.name, statement.value, tuple(steps), given, simplifier.simplified(given))
        links.append(link)
        if statement.name is not None:
            kind = _kind(statement, names, known, tensors)
            if tensors is not None:
                shape = () if kind is Kind.WHOLE else tensors.shape(statement.value)
                tensors.shapes[statement.name] = shape
            if names:
                known[statement.name] = _Known(link.result, kind)
        else:
            _kind(statement, names, known, tensors)
    return Derivation(wrt, tuple(links), _written_out(links, simplifier))


def _total(expr: Expr, steps: list[Step], known: Mapping[str, _Known], tensors: Tensors | None) -> Expr:
    """The chain rule: each derivative by a name, times that name's own."""
    terms = []
    for step in steps:
        before = known[step.variable]
        term = step.result if before.derivative == ONE else times(step.result, before.derivative)
        if tensors is not None and before.kind is Kind.SCALAR and tensors.kind(expr, step.variable) is Kind.WHOLE:
            term = _over_entries(term, step.variable, tensors)
        terms.append(term)
    return plus(*terms) if terms else ZERO


def _over_entries(term: Expr, name: str, tensors: Tensors) -> Expr:
    """The sum over the entries of a tensor that depend on one number together."""
    shape = tensors.shapes.get(name)
    return call("sum", term) if tensors.shape(term) == shape else times(tensors.entries(Name(name)), term)


def _kind(statement: _Statement, names: list[str], known: Mapping[str, _Known], tensors: Tensors | None) -> Kind:
    """How the statement depends on the variable. Raises Unexplained where entries are mixed on the way."""
    if tensors is None or not names:
        return Kind.SCALAR if tensors is None else Kind.FIXED
    kinds = set()
    for name in names:
        before, here = known[name].kind, tensors.kind(statement.value, name)
        kinds.add(here if before is Kind.ENTRY else before)
    if len(kinds) > 1:
        raise Unexplained(
            NOT_ENTRYWISE,
            "the derivative is no formula in one entry: each entry depends on all entries",
            statement.value.span,
            "gradcli without `explain` calculates it",
        )
    return kinds.pop()


def _written_out(links: list[Link], simplifier: Simplifier) -> Expr:
    """The last link's derivative with every name of the program replaced by what it stands for."""
    meaning: dict[str, Expr] = {}
    sizes = Sizes()
    for link in links[:-1]:
        assert link.name is not None
        meaning[link.name] = substituted(link.expression, meaning)
        sizes.check(meaning[link.name], link.expression)
    result = substituted(links[-1].result, meaning)
    sizes.check(result, links[-1].expression)
    return simplifier.simplified(result)
