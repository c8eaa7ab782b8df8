"""Entries as Problems: what the texts of the input mean. Runs in workers, since a value may be anything."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Content, Entry, Value
from gradcli.calculus import evaluate
from gradcli.calculus.results import Array, Request
from gradcli.engine import dtypes
from gradcli.language import Diagnostic, DiagnosticError, Expr, parse
from gradcli.operations import vocabulary
from gradcli.problem import Problem
from gradcli.streams import codes


class BadValueError(Exception):
    """A value that cannot be read."""

    def __init__(self, diagnostic: Diagnostic, value: Value) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic, self.value = diagnostic, value


def problem_of(entry: Entry, settings: BatchSettings) -> Problem:
    """The Problem that an entry writes. Raises BadValueError."""
    vjp = None if entry.vjp is None else array_of(entry.vjp)
    request = Request.GRADIENT if entry.request is None else Request(entry.request)
    return Problem(
        entry.text,
        {value.name: given(value) for value in entry.values},
        None if entry.partial else entry.wrt or settings.wrt,
        request,
        entry.order or (settings.order if request is Request.GRADIENT and not entry.partial else 1),
        vjp,
        entry.dtype or settings.dtype,
        settings.digits,
        entry.shared,
        entry.of,
        entry.partial,
    )


def given(value: Value) -> Array | Expr:
    """What a variable is given: an expression as it is written, a number or a tensor. Raises BadValueError."""
    if isinstance(value.content, str) and not _is_number(value.content):
        return _constant(value, value.content)[0]
    return array_of(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def array_of(value: Value) -> Array:
    """The number or tensor that a value writes. Raises BadValueError."""
    content = value.content
    if isinstance(content, str):
        return np.asarray(float(content)) if _is_number(content) else _constant(value, content)[1]
    try:
        return np.asarray(_floats(content), np.float64)
    except (TypeError, ValueError, OverflowError):
        text = str(content)
        message = f"the value of {value.name} is no tensor: its rows differ in length, or a number is too large"
        diagnostic = Diagnostic.of_whole(codes.BAD_FIELD, message, text)
        raise BadValueError(diagnostic, value) from None


def _floats(content: Content) -> Any:
    """Nested lists with the texts in them read as numbers, such as `nan` and `inf`."""
    return [_floats(each) for each in content] if isinstance(content, list) else float(content)


def _constant(value: Value, text: str) -> tuple[Expr, Array]:
    """An expression of constants, and what it comes to."""
    try:
        program = parse(text, vocabulary()).program
        if program.assignments or program.bindings:
            message = "a value is a number or a tensor"
            raise BadValueError(Diagnostic.of_whole(codes.BAD_FIELD, message, text), value)
        return program.result, evaluate.constant(program.result, dtypes.float64)
    except evaluate.Failure as failure:
        found = failure.diagnostic(text).diagnostic
    except DiagnosticError as error:
        found = error.diagnostic
    message = f"in the value of {value.name}: {found.message}"
    raise BadValueError(Diagnostic(found.code, message, found.span, text, found.help), value)
