"""The documented JSON objects: one for each problem, one for each error. Fields that do not apply are absent."""

from __future__ import annotations

from functools import cache
from json import JSONEncoder
from typing import Any, Final

import numpy as np

from gradcli.calculus.results import Check, Request, Variables
from gradcli.language import Diagnostic, line_and_column
from gradcli.problem import Solution
from gradcli.render.numbers import plain

SCHEMA: Final = 1
"""The version of the objects' schema: later versions add fields and never change the meaning of one."""


def solution_object(solution: Solution) -> dict[str, Any]:
    """A solution as a JSON object."""
    found: dict[str, Any] = {"schema": SCHEMA, "expr": solution.reading}
    evaluation = solution.evaluation
    if evaluation is not None:
        found["value"] = plain(evaluation.value)
        found["shape"] = list(evaluation.value.shape)
        found["dtype"] = _name_of(evaluation.value.dtype)
        if evaluation.grad_fn is not None:
            found["grad_fn"] = evaluation.grad_fn
        if solution.problem.order > 1:
            found["order"] = solution.problem.order
        if evaluation.derivatives:
            found[solution.problem.request.value] = _by_variable(
                {variables: plain(array) for variables, array in evaluation.derivatives.items()}, solution
            )
    if solution.formulas.derivatives:
        found["derivative"] = _by_variable(dict(solution.formulas.derivatives), solution)
    if solution.check is not None:
        found["check"] = check_object(solution.check)
    found["warnings"] = [note.message for note in solution.notes]
    return found


@cache
def _name_of(dtype: np.dtype[Any]) -> str:
    return str(dtype)


def _by_variable(derivatives: dict[Variables, Any], solution: Solution) -> dict[str, Any]:
    if solution.problem.request is not Request.HESSIAN:
        return {variables[0]: value for variables, value in derivatives.items()}
    nested: dict[str, Any] = {}
    for (first, second), value in derivatives.items():
        nested.setdefault(first, {})[second] = value
    return nested


def check_object(check: Check) -> dict[str, Any]:
    """A check as a JSON object."""
    found: dict[str, Any] = {"verdict": check.verdict.value}
    if check.method is not None:
        found["method"] = check.method.value
        found["entries"] = check.entries
        found["of"] = check.of
    if check.max_error is not None:
        found["max_error"] = plain(check.max_error)
    if check.reason is not None:
        found["reason"] = check.reason
    return found


def error_object(diagnostic: Diagnostic) -> dict[str, Any]:
    """An error as a JSON object."""
    line, column = line_and_column(diagnostic.source, diagnostic.span.start)
    error: dict[str, Any] = {
        "code": diagnostic.code,
        "message": diagnostic.message,
        "line": line,
        "column": column,
        "length": max(1, diagnostic.span.end - diagnostic.span.start),
    }
    if diagnostic.help:
        error["help"] = diagnostic.help
    return {"schema": SCHEMA, "error": error}


_ENCODER: Final = JSONEncoder(ensure_ascii=False, allow_nan=False)


def to_json(value: dict[str, Any]) -> str:
    """One line of strict JSON."""
    return _ENCODER.encode(value)
