"""What can be counted of the house: circles of imports, where an operation is declared, silenced linters, lines.

`python -m tests.checks.house` prints the counts and leaves with 1 where one is above its bound. A table that names
several operations is either a place where each one is declared, or held: HELD says what is amiss where an operation is
forgotten there, so that no table is silent.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import gradcli
from gradcli.operations import OPERATIONS, TABLE
from tests.checks.imports import circles

ROOT: Final = Path(gradcli.__file__).parent.parent
SCALAR: Final = frozenset({"trigonometry", "elementary", "elementwise", "activation"})
"""The categories of operations of single numbers."""
NAMED: Final = 3
"""A literal that names so many of these is a table of operations."""
MOST_PLACES: Final = 4
MOST_NOQA: Final = 80
MOST_IGNORES: Final = 45

PLACES: Final = {
    "gradcli/engine/ops/": "its engine declaration",
    "gradcli/operations.py TABLE": "its line in the vocabulary",
    "gradcli/calculus/symbolic/elements.py ELEMENTWISE": "its reading in SymPy, where that is not plain",
    "tests/calculus/expressions.py": "its test sample",
}
"""Where an operation is declared."""
DERIVED: Final = frozenset({"gradcli/calculus/balls/rules.py"})
"""What a script writes."""
HELD: Final = {
    "gradcli/calculus/balls/arrays.py _OF_BALLS": "test_engine_balls: an operation that has no balls fails",
    "gradcli/calculus/balls/extended.py FUNCTIONS": "the same: what NumPy calls of an element",
    "gradcli/calculus/balls/functions.py DECIDING": "test_rules: the rule says what decides",
    "gradcli/calculus/balls/functions.py METHODS": "a rule stands in where FLINT's function is not named",
    "gradcli/calculus/balls/functions.py NATIVE": "a rule stands in where FLINT's function is not named",
    "gradcli/calculus/balls/functions.py RECIPROCAL": "a rule stands in where FLINT's function is not named",
    "gradcli/calculus/balls/jets.py _CONTINUED": "the same as of `extended`, of balls that move",
    "gradcli/calculus/balls/series.py _SPECIAL": "a rule stands in",
    "gradcli/calculus/composites.py COMPOSITES": "test_tables: an operation that nothing calculates fails",
    "gradcli/calculus/critical/curved.py CONTINUOUS": "test_tables: a kink that is no jump fails",
    "gradcli/calculus/critical/curved.py _SPECIAL": "a rule stands in",
    "gradcli/calculus/entries/tensors.py BUILDERS": "test_symbolic: an operation without entries fails",
    "gradcli/calculus/identity/constants.py _FUNCTIONS": "nothing is proved of the others: never a wrong proof",
    "gradcli/calculus/identity/reading.py _BASIC": "the vocabulary's definition stands in",
    "gradcli/calculus/notes.py CONVENTIONS": "test_tables: a kink of which it is not said what torch gives fails",
    "gradcli/calculus/notes.py JUMPS": "test_tables: a jump that is called a kink fails",
    "gradcli/calculus/notes.py FUNCTIONS": "test_notes: a domain that it does not know fails",
    "gradcli/calculus/ranges.py FUNCTIONS": "test_tables: a value outside its range fails; of the others none is known",
    "gradcli/calculus/steps/derivatives.py CHOICES": "test_steps_random: an operation without a rule fails",
    "gradcli/calculus/steps/derivatives.py DEFAULTS": "test_steps_random: a rule that speaks of a setting fails",
    "gradcli/calculus/steps/derivatives.py FURTHER": "test_steps_random: a rule with a further argument fails",
    "gradcli/calculus/symbolic/domains.py POLES": "test_tables: a domain that the vocabulary has not fails",
    "gradcli/calculus/symbolic/domains.py TOTAL": "test_tables: a domain that the vocabulary has not fails",
    "gradcli/calculus/symbolic/rules.py DECIDING": "test_rules: a rule that cannot be printed fails",
    "gradcli/engine/catalogue.py BOTH": "test_tables: an operation that nothing calculates fails",
    "gradcli/engine/catalogue.py ONLY_FUNCTIONAL": "test_tables: an operation that nothing calculates fails",
    "gradcli/language/latex/commands.py FUNCTIONS": "test_tables: a command for no function fails",
    "gradcli/render/latex.py FUNCTIONS": "the others are set in upright letters, by their names",
    "gradcli/render/latex.py OPEN_FUNCTIONS": "the others are set with brackets",
    "gradcli/render/latex.py _SPECIAL": "the others are set as functions",
    "gradcli/render/mathml.py _FENCES": "the others are set as functions",
    "gradcli/render/mathml.py _SPECIAL": "the others are set as functions",
    "gradcli/render/paper.py FUNCTIONS": "the others keep their names",
    "gradcli/render/paper.py POWERED": "the others are written with the power behind",
}
"""Tables beside these, by file and name, and what shows it where an operation is forgotten there."""
OUTSIDE: Final = ("gradcli/homework/mistakes/", "gradcli/engine/", "gradcli/program/vocabulary.py")
"""Rooms whose tables are about something else: wrong rules that students apply, torch's own names (tests/parity holds
them to torch), Python's functions."""


def scalar_operations() -> list[str]:
    """The names of the operations of single numbers."""
    return [operation.name for operation in TABLE if operation.category in SCALAR]


@cache
def tables() -> dict[str, set[str]]:
    """The literals that name operations, by file and variable: the names that each has."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "gradcli").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if place in DERIVED:
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                names = set(_names(node.value)) & OPERATIONS.keys()
                if len(names & set(scalar_operations())) >= NAMED:
                    found[f"{place} {ast.unparse(target)}"] = names
    return found


def _names(value: ast.expr) -> Iterator[str]:
    """The texts that a literal lists, as keys, as elements or as words."""
    for node in ast.walk(value):
        if isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
        elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            yield from (each.value for each in node.elts if isinstance(each, ast.Constant) and type(each.value) is str)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            yield from [node.args[0].value] if isinstance(node.args[0].value, str) else []
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield from node.value.split()


def unheld() -> list[str]:
    """The tables of operations that are neither a place of declaration nor held."""
    return [
        name
        for name in tables()
        if name not in HELD and name not in PLACES and not name.startswith((*OUTSIDE, "gradcli/engine/ops/"))
    ]


def places(operation: str) -> list[str]:
    """Where an operation is declared."""
    every = tables()
    found = [word for name, word in PLACES.items() if operation in every.get(name, ()) or _declared_in(name, operation)]
    return found + [name for name in unheld() if operation in every[name]]


def _declared_in(place: str, operation: str) -> bool:
    """Whether a module of the place gives the operation's name a meaning, or a sample of the place is of it."""
    if place.endswith("/"):
        return any(operation in _defined(path) for path in (ROOT / place).rglob("*.py"))
    if place.endswith(".py"):
        return bool(re.search(rf'"{operation}\b', (ROOT / place).read_text("utf-8")))
    return False


@cache
def _defined(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def counted(pattern: str) -> int:
    """How often a text stands in the package."""
    return sum(path.read_text("utf-8").count(pattern) for path in (ROOT / "gradcli").rglob("*.py"))


def lines() -> int:
    """The lines of the package."""
    return sum(path.read_text("utf-8").count("\n") for path in (ROOT / "gradcli").rglob("*.py"))


def main() -> int:
    """Print the counts; 1 where one is above its bound."""
    rings = circles("gradcli")
    counts = {name: len(places(name)) for name in scalar_operations()}
    silent, noqa, ignores = unheld(), counted("# noqa"), counted("# type: ignore")
    most = max(counts, key=lambda name: counts[name])
    print(f"import circles       {len(rings)}{''.join(f', of {len(ring)} modules' for ring in rings)}")
    print(f"places of a scalar   {statistics.mean(counts.values()):.1f}, at most {counts[most]} ({most})")
    print(f"silent tables        {len(silent)}{''.join(f'; {name}' for name in silent)}")
    print(f"noqa                 {noqa} (at most {MOST_NOQA})")
    print(f"type: ignore         {ignores} (at most {MOST_IGNORES})")
    print(f"lines                {lines():,}")
    return int(bool(rings or silent) or counts[most] > MOST_PLACES or noqa > MOST_NOQA or ignores > MOST_IGNORES)


if __name__ == "__main__":
    sys.exit(main())
