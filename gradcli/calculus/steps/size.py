"""How large a tree is when it is written out, though its parts are shared."""

from __future__ import annotations

from typing import Final

from gradcli.calculus.steps.account import too_large
from gradcli.language.traversal import children
from gradcli.language.tree import Expr

MAX_NODES: Final = 200_000
"""Nodes that a formula may have, written out."""


class Sizes:
    """Sizes of trees, each node counted once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Expr, int]] = {}

    def of(self, expr: Expr) -> int:
        """The number of nodes. Does not recurse."""
        stack = [expr]
        while stack:
            node = stack[-1]
            if id(node) in self._known:
                stack.pop()
                continue
            below = children(node)
            missing = [child for child in below if id(child) not in self._known]
            if missing:
                stack.extend(missing)
                continue
            self._known[id(node)] = (node, 1 + sum(self._known[id(child)][1] for child in below))
            stack.pop()
        return self._known[id(expr)][1]

    def check(self, formula: Expr, expr: Expr) -> None:
        """Raises Unexplained where a formula is too large; `expr` is what it is the derivative of."""
        if self.of(formula) > MAX_NODES:
            raise too_large(expr)
