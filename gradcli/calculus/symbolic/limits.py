"""How large a formula may become before the symbolic witness says that it has none."""

from __future__ import annotations

from typing import Any

from gradcli.calculus.entries.arithmetic import NoForm

MAX_FUNCTIONS = 400
"""Functions and powers of one reading: SymPy takes about half a millisecond for each."""
MAX_OPERATIONS = 5_000
"""Summands and factors of one reading."""
MAX_TREE = 1_000
"""Nodes of one formula, each counted as often as it is reached: SymPy walks shared parts again and again, and what is
larger has no derivative that is of use to a reader."""
MAX_FORMULA_LENGTH = 200
"""Characters of a formula that is still of use to a reader."""
MAX_ENTRIES = 9
"""Entries of a tensor whose derivatives are shown as formulas."""
MAX_DIFFERENTIATIONS = 20_000
"""Terms times variables that one derivation may differentiate."""


class Budget:
    """Counts what a reading builds: a doubling chain of assignments ends in NoForm and not in a hang."""

    def __init__(self) -> None:
        self._functions, self._operations = MAX_FUNCTIONS, MAX_OPERATIONS
        self.sizes: dict[Any, int] = {}

    def function(self) -> None:
        """Count one function or power."""
        self._functions -= 1
        if self._functions < 0:
            raise NoForm("the formula is too large for SymPy")

    def operations(self, count: int) -> None:
        """Count `count` summands or factors."""
        self._operations -= count
        if self._operations < 0:
            raise NoForm("the formula is too large for SymPy")

    def formula(self, expression: Any) -> None:
        """Measure a formula, whose parts were mostly measured before."""
        self.measure(expression)
        if self.sizes[expression] > MAX_TREE:
            raise NoForm("the formula is too large for SymPy")

    def measure(self, expression: Any) -> None:
        """Enter the sizes of a formula and its parts into `sizes`."""
        stack = [expression]
        while stack:
            node = stack[-1]
            missing = [part for part in node.args if part not in self.sizes]
            if missing:
                stack.extend(missing)
                continue
            self.sizes[node] = 1 + sum(self.sizes[part] for part in node.args)
            stack.pop()
