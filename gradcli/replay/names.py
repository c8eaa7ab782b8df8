"""Which names a statement takes from elsewhere and which it binds, so that what depends on a failed cell is known."""

from __future__ import annotations

import ast
from collections.abc import Sequence


def bound_names(statement: ast.stmt) -> set[str]:
    """The names that a statement binds where it stands; what a function or class binds inside itself is its own."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    bound: set[str] = set()
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            bound |= bound_names(child)
        elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
            for inner in child.body:
                bound |= bound_names(inner)
        else:
            bound |= {node.id for node in ast.walk(child) if isinstance(node, ast.Name) and not _is_read(node)}
    return bound


def changed_names(statement: ast.stmt) -> set[str]:
    """The names whose values a statement may change without binding them: `fit(model)`, `losses.append(loss)`."""
    changed: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            given = [call.func.value] if isinstance(call.func, ast.Attribute) else []
            given += [*call.args, *(keyword.value for keyword in call.keywords)]
            if not (isinstance(call.func, ast.Name) and call.func.id in ("print", "display")):
                changed |= {each.id for each in given if isinstance(each, ast.Name)}
    return changed


def read_names(statements: Sequence[ast.stmt]) -> set[str]:
    """The names that statements, run in their order, take from elsewhere: those that none before them has bound."""
    read: set[str] = set()
    bound: set[str] = set()
    for statement in statements:
        read |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and _is_read(node)} - bound
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            read |= {statement.target.id} - bound
        bound |= bound_names(statement)
    return read


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)
