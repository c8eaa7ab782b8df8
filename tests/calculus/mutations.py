"""Derivative rules of the engine made wrong, one at a time, and the questions whose answers depend on each."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import gradcli.engine
from gradcli.engine.node import Node
from gradcli.problem import Problem, solve

for _module in pkgutil.walk_packages(gradcli.engine.__path__, "gradcli.engine."):
    importlib.import_module(_module.name)

Mutation = Callable[[Any], Any]
MUTATIONS: dict[str, Mutation] = {
    "sign": lambda gradient: -gradient,
    "times 0": lambda gradient: gradient * 0,
    "times 2": lambda gradient: gradient * 2,
    "1e-6 more": lambda gradient: gradient * 1.000001,
}
FAINT: dict[str, Mutation] = {"1e-12 more": lambda gradient: gradient * 1.000000000001}
"""What only an exact run can find."""


@dataclass(frozen=True)
class Rule:
    """The derivative of the operation that a class of nodes records, by one of its inputs.

    `place` is None where a class has one method for all.
    """

    node_class: type[Node]
    place: int | None

    def __str__(self) -> str:
        inputs = self.node_class.inputs
        of = "all" if self.place is None else inputs[self.place]
        return f"{self.node_class.__module__}.{self.node_class.__name__}: {of}"

    @contextmanager
    def replaced(self, change: Mutation) -> Iterator[None]:
        """The rule with its results changed."""
        node_class, place = self.node_class, self.place
        name = "vjp" if place is None else "rules"
        own = node_class.__dict__.get(name)
        original = getattr(node_class, name)
        if place is None:

            def changed(node: Node, grad: Any, recording: bool) -> Sequence[Any]:
                found = original(node, grad, recording)
                return [None if each is None else change(each) for each in found]
        else:
            rule = original[place]
            changed = tuple(  # type: ignore[assignment]
                (lambda grad, values: change(rule(grad, values))) if at == place else each
                for at, each in enumerate(original)
            )
        setattr(node_class, name, changed)
        try:
            yield
        finally:
            if own is None:
                delattr(node_class, name)
            else:
                setattr(node_class, name, own)


def _classes(of: type[Node]) -> Iterator[type[Node]]:
    for each in of.__subclasses__():
        yield each
        yield from _classes(each)


def rules() -> list[Rule]:
    """Every rule of the engine."""
    found = []
    for node_class in _classes(Node):
        if node_class.rules is None:
            if "vjp" in node_class.__dict__ and node_class.__name__ != "NotImplemented":
                found.append(Rule(node_class, None))
        else:
            found += [Rule(node_class, at) for at, rule in enumerate(node_class.rules) if rule is not None]
    return found


def users(problems: Sequence[Problem]) -> dict[Rule, list[Problem]]:
    """The problems in whose answers each rule takes part."""
    found: dict[Rule, list[Problem]] = {rule: [] for rule in rules()}
    used: set[Rule] = set()

    def noting(rule: Rule) -> Mutation:
        def note(gradient: Any) -> Any:
            used.add(rule)
            return gradient

        return note

    replacements = [rule.replaced(noting(rule)) for rule in found]
    for replacement in replacements:
        replacement.__enter__()
    try:
        for problem in problems:
            used.clear()
            solve(problem, check=False, formulas=False)
            for rule in used:
                found[rule].append(problem)
    finally:
        for replacement in reversed(replacements):
            replacement.__exit__(None, None, None)
    return found
