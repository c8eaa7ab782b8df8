"""Tensors in derivations: which formula in one entry a gradient is, and how many entries there are.

A gradient has a formula that one writes by hand (`2*(3*x + 2)`, meant entry by entry) where every entry of a tensor
goes its own way until a sum or a mean brings all together. Where entries meet otherwise, this refuses.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, TypeAlias

from gradcli.calculus.steps import derivatives
from gradcli.calculus.steps.account import NOT_ENTRYWISE, Unexplained
from gradcli.calculus.steps.trees import names_in, number
from gradcli.language import tree
from gradcli.language.printer import to_text
from gradcli.language.rewriting import children, walk
from gradcli.operations import CONSTANTS

Shape: TypeAlias = tuple[int, ...]

REDUCTIONS: Final = frozenset({"sum", "mean"})
WHOLE_FUNCTIONS: Final = REDUCTIONS | frozenset(derivatives.DEFINED)
"""Functions of all entries, worth a scalar."""
_BY_ENTRY: Final = (
    frozenset(derivatives.FUNCTIONS) | frozenset(derivatives.PARTIALS) | derivatives.STEPS | {"where", "pow", "detach"}
)


class Kind(Enum):
    """How a part of a program depends on a variable."""

    FIXED = "not at all"
    SCALAR = "on one number"
    ENTRY = "each entry on one entry"
    WHOLE = "a scalar, on all entries"


def speaks_of_tensors(expressions: Iterable[tree.Expr]) -> bool:
    """Whether there is anything in them that only tensors need."""
    return any(
        isinstance(node, tree.TensorLiteral)
        or (isinstance(node, tree.Call) and node.function in WHOLE_FUNCTIONS)
        or (isinstance(node, tree.Product) and any(factor.operator == "@" for factor in node.factors))
        for expression in expressions
        for node in walk(expression)
    )


class Tensors:
    """The shapes of a program's names, as far as they are known; `count` is how many entries there are where not."""

    def __init__(self, shapes: Mapping[str, Shape | None], count: str) -> None:
        self.shapes = dict(shapes)
        self.count = count
        self.needs_count = False

    def shape(self, expr: tree.Expr) -> Shape | None:
        """The shape of an expression, None where it is not known."""
        match expr:
            case tree.Number() | tree.Constant():
                return ()
            case tree.Name(name=name):
                return self.shapes.get(name, () if name in CONSTANTS else None)
            case tree.TensorLiteral(elements=elements):
                inner = self.shape(elements[0]) if elements else None
                return None if inner is None else (len(elements), *inner)
            case tree.Call() if is_reduced(expr):
                return ()
            case tree.Product() if self._is_scalar_product(expr):
                return () if all(self.shape(part) is not None for part in children(expr)) else None
            case _ if is_by_entry(expr):
                return self._broadcast(children(expr))
            case _:
                return None

    def _broadcast(self, parts: Iterable[tree.Expr]) -> Shape | None:
        shapes = [self.shape(part) for part in parts]
        known = [shape for shape in shapes if shape is not None]
        if len(known) < len(shapes):
            return None
        rank = max(map(len, known), default=0)
        columns = zip(*((1,) * (rank - len(shape)) + shape for shape in known), strict=True)
        return tuple(max(column) for column in columns)

    def entries(self, expr: tree.Expr) -> tree.Expr:
        """How many entries an expression has: a number where its shape is known, else the name that stands for it."""
        shape = self.shape(expr)
        if shape is not None:
            return number(math.prod(shape))
        self.needs_count = True
        return tree.Name(self.count)

    def is_scalar(self, name: str) -> bool:
        """Whether a name is known to be one number."""
        shape = self.shapes.get(name)
        return shape is not None and math.prod(shape) == 1

    def kind(self, expr: tree.Expr, variable: str) -> Kind:
        """How an expression depends on a variable. Raises Unexplained where entries are mixed."""
        if variable not in names_in(expr):
            return Kind.FIXED
        if isinstance(expr, tree.Name):
            return Kind.SCALAR if self.is_scalar(variable) else Kind.ENTRY
        if is_reduced(expr) or self._is_scalar_product(expr):
            return self._kind_of_reduction(expr, variable)
        if not is_by_entry(expr):
            raise _mixed(expr, variable, "and there is no rule for it by entries")
        kinds = {self.kind(part, variable) for part in children(expr)} - {Kind.FIXED}
        if len(kinds) != 1:
            raise _mixed(expr, variable, f"each entry depends on all entries of {variable}")
        return self._fitting(expr, variable, kinds.pop())

    def _kind_of_reduction(self, expr: tree.Expr, variable: str) -> Kind:
        kinds = {self.kind(part, variable) for part in children(expr)} - {Kind.FIXED}
        if Kind.WHOLE in kinds and any(self.shape(part) != () for part in children(expr)):
            raise _mixed(expr, variable, f"each entry depends on all entries of {variable}")
        return Kind.SCALAR if Kind.SCALAR in kinds else Kind.WHOLE

    def _is_scalar_product(self, expr: tree.Expr) -> bool:
        """Whether an expression is `x @ w` of two vectors, as far as is known."""
        if not isinstance(expr, tree.Product) or [factor.operator for factor in expr.factors] != ["*", "@"]:
            return False
        shapes = [self.shape(factor.value) for factor in expr.factors]
        return all(shape is None or len(shape) == 1 for shape in shapes)

    def _fitting(self, expr: tree.Expr, variable: str, kind: Kind) -> Kind:
        shape, entries = self.shape(expr), self.shapes.get(variable)
        if shape is None:
            return kind
        if kind is Kind.ENTRY and entries is not None and shape != entries:
            raise _mixed(expr, variable, f"{variable} is broadcast from shape {entries} to {shape}")
        if kind is Kind.WHOLE and math.prod(shape) != 1:
            raise _mixed(expr, variable, f"each entry depends on all entries of {variable}")
        return kind


def is_reduced(expr: tree.Expr) -> bool:
    """Whether an expression is a function of all entries of its arguments, without dimensions or other settings."""
    if not isinstance(expr, tree.Call) or expr.function not in WHOLE_FUNCTIONS or expr.keywords:
        return False
    return len(expr.arguments) == (1 if expr.function in REDUCTIONS | {"norm", "logsumexp"} else 2)


def is_by_entry(expr: tree.Expr) -> bool:
    """Whether an entry of an expression needs the same entry of its parts only."""
    match expr:
        case tree.Sum() | tree.Power() | tree.Negation() | tree.Comparison():
            return True
        case tree.Product(factors=factors):
            return all(factor.operator != "@" for factor in factors)
        case tree.Call(function=function, arguments=arguments):
            return function in _BY_ENTRY or (function in derivatives.CHOICES and _chooses(function, arguments))
        case _:
            return False


def _chooses(function: str, arguments: tuple[tree.Expr, ...]) -> bool:
    """Whether max or min is of operands: a whole number after a tensor would be a dimension."""
    whole = [isinstance(each, tree.Number) and each.value.is_integer() for each in arguments[1:]]
    return function not in ("max", "min") or (bool(whole) and not any(whole))


def _mixed(expr: tree.Expr, variable: str, reason: str) -> Unexplained:
    text = to_text(expr)
    shown = text if len(text) <= 40 else "this"
    return Unexplained(
        NOT_ENTRYWISE,
        f"the derivative of {shown} is no formula in one entry of {variable}: {reason}",
        expr.span,
        "gradcli without `explain` calculates it",
    )
