"""Circles of imports: modules that need each other, directly or through others.

An import counts wherever it stands, inside a function, too; only what is under `if TYPE_CHECKING:` does not, since it
never runs. `python -m tests.checks.imports` prints the circles of the whole of gradcli and their sizes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import gradcli

ROOT: Final = Path(gradcli.__file__).parent.parent


def circles(package: str) -> list[list[str]]:
    """The circles among the modules of a package: the strongly connected components of its import graph that have
    several modules, the largest first, each in alphabetical order."""
    graph = imports(package)
    found = []
    for module in sorted(graph):
        if not any(module in circle for circle in found):
            circle = [other for other in _reached(graph, module) if module in _reached(graph, other)]
            found += [sorted({module, *circle})] if circle else []
    return sorted(found, key=lambda circle: (-len(circle), circle))


def imports(package: str) -> dict[str, set[str]]:
    """What each module of a package imports of the same package. A package is its `__init__`; that importing a module
    of it runs that, too, does not count."""
    files = {_module(path): path for path in sorted((ROOT / package.replace(".", "/")).rglob("*.py"))}
    return {module: set(_imported(module, path, files)) - {module} for module, path in files.items()}


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(module: str, path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """The modules that a file imports, of those that are known."""
    for node in _run(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                yield from (name for name in (whole if whole in known else node.module,) if name in known)


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a module that may run: all but those under `if TYPE_CHECKING:`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                yield from (other, *_run(other))
        else:
            yield from (node, *_run(node))


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """The modules that a module needs, those that these need, and so on."""
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = graph[ahead.pop()] - found
        found |= new
        ahead += new
    return found


if __name__ == "__main__":
    every = circles("gradcli")
    for circle in every:
        print(f"{len(circle)} modules import each other: {', '.join(circle)}")
    print(f"{len(every)} circles, {sum(map(len, every))} modules in them")
