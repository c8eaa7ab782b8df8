"""The account of a program's derivative: statement by statement, by the chain rule over the named intermediates."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping

from gradcli.calculus.steps.account import NOT_ENTRYWISE, Account, Derivation, Link, Step, Unexplained
from gradcli.calculus.steps.differentiate import differentiate, fresh, too_large
from gradcli.calculus.steps.rules import RULES, Rule
from gradcli.calculus.steps.simplify import Simplifier
from gradcli.calculus.steps.size import Sizes
from gradcli.calculus.steps.tensors import Kind, Shape, Tensors, speaks_of_tensors
from gradcli.calculus.steps.trees import ONE, ZERO, call, names_in, plus, times
from gradcli.language.rewriting import substituted
from gradcli.language.traversal import expressions
from gradcli.language.tree import Expr, Name, Program
from gradcli.language.values import frozen


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
        statements = _statements(program)
        tensors = _tensors(statements, shapes or {})
        if tensors is not None and tensors.is_scalar(wrt):
            statements = _with_number(statements, tensors)
        if order > 1 and tensors is not None and not tensors.is_scalar(wrt):
            raise Unexplained(
                NOT_ENTRYWISE,
                f"there is a second derivative by every pair of entries of {wrt}: no formula in one entry",
                program.result.span,
                "gradcli --hessian calculates them",
            )
        bound = frozenset(shapes or {}) | {statement.name for statement in statements if statement.name is not None}
        derivations = [_derivation(statements, wrt, rules, tensors, bound)]
        while len(derivations) < order:
            last = derivations[-1].result
            derivations.append(_derivation([_Statement(None, last)], wrt, rules, tensors, bound))
    except RecursionError:
        raise too_large(program.result) from None
    if tensors is None:
        return Account(wrt, tuple(derivations))
    count = tensors.count if tensors.needs_count else None
    return Account(wrt, tuple(derivations), not tensors.is_scalar(wrt), count)


@frozen
class _Statement:
    """What is assigned to a name, None for the result. Every name is assigned once."""

    name: str | None
    value: Expr


def _statements(program: Program) -> list[_Statement]:
    """The statements that the result needs; a name that is assigned again gets a new name."""
    taken = {name for expression in expressions(program) for name in names_in(expression)}
    taken |= {assignment.name for assignment in program.assignments}
    current: dict[str, Expr] = {}
    statements: list[_Statement] = []
    used: set[str] = set()
    for assignment in program.assignments:
        value = substituted(assignment.value, current)
        used |= names_in(value)
        name = assignment.name if assignment.name not in used else fresh(f"{assignment.name}1", taken)
        taken.add(name)
        used.add(name)
        current[assignment.name] = Name(name)
        statements.append(_Statement(name, value))
    statements.append(_Statement(None, substituted(program.result, current)))
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
