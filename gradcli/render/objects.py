"""The documented JSON objects: one for each problem, one for each error. Fields that do not apply are absent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from json import JSONEncoder
from typing import Any, Final

import numpy as np

from gradcli.calculus.results import (
    CLOSE,
    CLOSE_SINGLE,
    Array,
    Check,
    Evaluation,
    Exact,
    Method,
    Numbers,
    Place,
    Request,
    Variables,
    Verdict,
)
from gradcli.language import Diagnostic, line_and_column
from gradcli.problem import Solution
from gradcli.render.numbers import FLOAT_DIGITS, is_held, plain, plain_array

SCHEMA: Final = 2
"""The version of the objects' schema: later versions add fields and never change the meaning of one."""


def solution_object(solution: Solution) -> dict[str, Any]:
    """A solution as a JSON object."""
    found: dict[str, Any] = {"schema": SCHEMA, "expr": solution.reading}
    if solution.of is not None:
        found["of"] = solution.of
    evaluation = solution.evaluation
    if evaluation is not None:
        shown = _numbers(solution.numbers, solution)
        if "value" in shown:
            found["value"], found["shape"] = shown.pop("value"), list(evaluation.value.shape)
        found["dtype"] = _name_of(evaluation.value.dtype)
        if evaluation.grad_fn is not None:
            found["grad_fn"] = evaluation.grad_fn
        if solution.problem.order > 1:
            found["order"] = solution.problem.order
        found.update(shown)
    if solution.formulas.derivatives:
        found["derivative"] = by_variable(dict(solution.formulas.derivatives), solution)
    if solution.formulas.lengths:
        found["derivative_length"] = by_variable(dict(solution.formulas.lengths), solution)
    if solution.exact is not None:
        found.update(_exact(solution.exact, solution))
    if solution.check is not None:
        found["check"] = check_object(solution.check)
    if evaluation is not None and _is_other(evaluation, solution):
        found["engine"] = _numbers(Numbers(evaluation.value, evaluation.derivatives), solution)
    found["warnings"] = [note.message for note in solution.notes]
    return found


def _numbers(numbers: Numbers, solution: Solution) -> dict[str, Any]:
    """The value of a function, and the derivatives as they were asked for."""
    as_texts = (solution.problem.digits or 0) > FLOAT_DIGITS
    found: dict[str, Any] = {}
    if solution.of is None:
        found["value"] = plain_array(numbers.value, numbers.texts_of(()), as_texts=as_texts)
    if numbers.derivatives:
        derivatives = {
            variables: plain_array(array, numbers.texts_of(variables), as_texts=as_texts)
            for variables, array in numbers.derivatives.items()
        }
        request = "partial" if solution.problem.partial else solution.request.value
        found[request] = by_variable(derivatives, solution)
    return found


def _exact(exact: Exact, solution: Solution) -> dict[str, Any]:
    """`exact`, the texts of the value and the derivatives, with null for entries that have none.

    `exact_length` has the characters of those that are left out because they are long.
    """
    found = {"exact": exact_object(exact.texts, solution), "exact_length": exact_object(exact.lengths, solution)}
    return {key: each for key, each in found.items() if each}


def exact_object(entries: Mapping[tuple[Variables, Place], Any], solution: Solution) -> dict[str, Any]:
    """What is known of the entries of the value and the derivatives, under the names that their decimals have."""
    numbers, known = solution.numbers, {variables for variables, _ in entries}
    found: dict[str, Any] = {}
    if () in known and solution.of is None:
        found["value"] = _nested_entries(entries, (), numbers.value)
    derivatives = {
        variables: _nested_entries(entries, variables, array)
        for variables, array in numbers.derivatives.items()
        if variables in known
    }
    if derivatives:
        found["partial" if solution.problem.partial else solution.request.value] = by_variable(derivatives, solution)
    return found


def _nested_entries(entries: Mapping[tuple[Variables, Place], Any], variables: Variables, array: Array) -> Any:
    nested = np.empty(array.shape, object)
    for place in np.ndindex(array.shape):
        nested[place] = entries.get((variables, place))
    return nested.tolist()


def _is_other(evaluation: Evaluation, solution: Solution) -> bool:
    """Whether a number of the engine is another than the one that is shown, by more than is not spoken of."""
    check, numbers = solution.check, solution.numbers
    if check is None or check.numbers is None:
        return False
    if check.verdict is Verdict.AGREES and check.method is not Method.NUMERIC:
        return False
    close = CLOSE_SINGLE if evaluation.value.dtype == np.float32 else CLOSE
    pairs: list[tuple[Array, Array, Variables]] = [(evaluation.value, numbers.value, ())]
    pairs += [(array, numbers.derivatives[variables], variables) for variables, array in evaluation.derivatives.items()]
    return any(_is_other_array(*pair, numbers, close) for pair in pairs)


def _is_other_array(engine: Array, shown: Array, variables: Variables, numbers: Numbers, close: float) -> bool:
    for place, text in numbers.texts_of(variables).items():
        if not is_held(shown[place], text):
            return True
    return not np.allclose(engine, shown, close, 0.0, equal_nan=True)


@cache
def _name_of(dtype: np.dtype[Any]) -> str:
    return str(dtype)


def by_variable(derivatives: dict[Variables, Any], solution: Solution) -> dict[str, Any]:
    """Derivatives by the names of their variables, as was asked: nested of a Hessian, `x,y` of a mixed one."""
    if solution.problem.partial:
        return {",".join(variables): value for variables, value in derivatives.items()}
    if solution.request is not Request.HESSIAN:
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
