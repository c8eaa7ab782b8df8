"""What an expression's names depend on: the total derivative of a program's name, and what goes entry by entry.

`y = x^2; d/dx (x*y)` is 3x^2: whoever differentiates by x where it stands lets y move along. The readers that calculate
do so by calculating y once more, with the x that moves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, Generic, TypeVar

from gradcli.language import tree
from gradcli.language.rewriting import walk
from gradcli.operations import OPERATIONS

T = TypeVar("T")

POINTWISE: Final = frozenset({"elementary", "trigonometry", "elementwise", "activation", "logical", "copy"})
"""The categories of the vocabulary whose operations treat every entry by itself."""
PLAIN: Final = (tree.Number, tree.Constant, tree.Name, tree.Negation, tree.Sum, tree.Power, tree.Comparison)
"""Parts that treat every entry by itself whatever they hold."""


class Past(Generic[T]):
    """What a program assigned so far, and what its names were before each assignment."""

    def __init__(self, assigned: Sequence[tuple[tree.Assignment, Mapping[str, T]]] = ()) -> None:
        self._assigned = list(assigned)

    @classmethod
    def of(cls, names: Mapping[str, T], assigned: Sequence[tuple[tree.Assignment, T]]) -> Past[T]:
        """The past in which these values were assigned one after the other, to begin with from values of names."""
        past: Past[T] = cls()
        now = dict(names)
        for assignment, value in assigned:
            past.add(assignment, now)
            now[assignment.name] = value
        return past

    def add(self, assignment: tree.Assignment, before: Mapping[str, T]) -> None:
        """Note an assignment, and the names' values before it."""
        self._assigned.append((assignment, dict(before)))

    def depending_on(self, variable: str) -> tuple[set[str], list[tree.Expr]]:
        """The names that depend on a variable, which is one of them, and what was assigned to such names."""
        found: list[tree.Expr] = []
        names = {variable}
        for assignment, _ in self._since(variable):
            if _names(assignment.value).isdisjoint(names):
                names.discard(assignment.name)
            else:
                names.add(assignment.name)
                found.append(assignment.value)
        return names, found

    def with_moved(
        self, variable: str, value: T, evaluate: Callable[[tree.Expr, Mapping[str, T], Past[T]], T]
    ) -> tuple[dict[str, T], Past[T]]:
        """The names that depend on a variable, with their values where the variable has this one, and the past in which
        it has it. `evaluate` calculates an expression from the values of names and the past."""
        moved = {variable: value}
        past: Past[T] = Past(self._assigned[: len(self._assigned) - len(self._since(variable))])
        for assignment, before in self._since(variable):
            here = {**before, **moved}
            if _names(assignment.value).isdisjoint(moved):
                moved.pop(assignment.name, None)
            else:
                moved[assignment.name] = evaluate(assignment.value, here, past)
            past.add(assignment, here)
        return moved, past

    def _since(self, variable: str) -> list[tuple[tree.Assignment, Mapping[str, T]]]:
        """What was assigned after the variable."""
        for count, (assignment, _) in enumerate(reversed(self._assigned)):
            if assignment.name == variable:
                return self._assigned[len(self._assigned) - count :]
        return self._assigned


def _names(expr: tree.Expr) -> set[str]:
    return {node.name for node in walk(expr) if isinstance(node, tree.Name)} | {
        node.variable for node in walk(expr) if isinstance(node, tree.Derivative)
    }


def is_pointwise(expr: tree.Expr) -> bool:
    """Whether the part by itself, without those below it, treats every entry of tensors by itself."""
    if isinstance(expr, tree.Product):
        return all(factor.operator != "@" for factor in expr.factors)
    if isinstance(expr, tree.Call):
        operation = OPERATIONS.get(expr.function)
        return operation is not None and operation.category in POINTWISE
    return isinstance(expr, PLAIN)


def is_entrywise(expr: tree.Expr, names: Collection[str]) -> bool:
    """Whether each entry of an expression depends on the same entry of these tensors alone, as far as they have one
    shape."""
    parts = (part for part in walk(expr) if not _names(part).isdisjoint(names))
    return all(is_pointwise(part) or isinstance(part, tree.Derivative) for part in parts)


def goes_by_entry(derivative: tree.Derivative, past: Past[T]) -> bool:
    """Whether each entry of what is differentiated depends on the same entry of the variable alone."""
    if derivative.point is not None:
        return is_entrywise(derivative.expression, {derivative.variable})
    names, assigned = past.depending_on(derivative.variable)
    return all(is_entrywise(each, names) for each in (*assigned, derivative.expression))
