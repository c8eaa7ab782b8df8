"""Ranges of variables as pictures take them, with two ends and no step: `x=-1:1`, `x=0..2pi`."""

from __future__ import annotations

import math
import re
from typing import Final, NoReturn

from gradcli.calculus.sampling.scale import Span as Interval
from gradcli.language import Diagnostic, DiagnosticError, Expr, Note, Span, parse_interval
from gradcli.language.codes import RANGE
from gradcli.language.tree import Range
from gradcli.language.values import replace
from gradcli.operations import vocabulary

_BETWEEN: Final = re.compile(r":|\.\.")
NARROWEST: Final = 1e-9
"""The least width of a range, relative to its ends: of less there are too few floats to draw."""


def interval(argument: str) -> tuple[str, Interval, list[Note]]:
    """The name that has a range, and its ends; a step is not needed, and noted. Raises DiagnosticError."""
    name, _, _ = argument.partition("=")
    signs = list(_BETWEEN.finditer(argument, len(name) + 1))
    if not 0 < len(signs) < 3:
        _fail("a range has two ends", argument, None, f"write {name.strip()}=-1:1")
    written = argument[: signs[1].start()] if len(signs) == 2 else argument
    for span in (Span(len(name) + 1, signs[0].start()), Span(signs[0].end(), len(written))):
        if not written[span.start : span.end].strip():
            _fail("a range has two ends, and one is missing", argument, span, f"write {name.strip()}=-1:1")
    binding = _read(written, argument)
    low, high = (_end(each, binding.name, argument) for each in (binding.start, binding.stop))
    _check(argument, name.strip(), low, high)
    notes = [Note("a picture has its points where they are needed: the step is left out")] if len(signs) == 2 else []
    return binding.name, (low, high), notes


def _read(written: str, argument: str) -> Range:
    """The range in the part of an argument before its step. Raises DiagnosticError, located in the argument."""
    try:
        found = parse_interval(written, vocabulary())
    except DiagnosticError as error:
        raise DiagnosticError(replace(error.diagnostic, source=argument)) from None
    assert isinstance(found, Range), "there is a sign between its ends"
    return found


def _end(end: Expr, name: str, argument: str) -> float:
    """One end of a range. Raises DiagnosticError where it is no finite number."""
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes

    try:
        value = evaluate.constant(end, dtypes.float64)
    except evaluate.Failure as failure:
        raise failure.diagnostic(argument) from failure
    if value.ndim or not math.isfinite(value.item()):
        what = "a number" if value.ndim else "finite"
        _fail(f"both ends of a range are {what}", argument, end.span, f"write {name}=-1:1")
    return float(value)


def _check(argument: str, name: str, low: float, high: float) -> None:
    """Fail where nothing is between the ends. Raises DiagnosticError."""
    ends = f"{low:g} to {high:g}"
    if low == high:
        _fail(f"the range from {ends} is empty", argument, None, f"write {name}={low - 1:g}:{high + 1:g}")
    if low > high:
        _fail(f"the range from {ends} ends before it begins", argument, None, f"write {name}={high:g}:{low:g}")
    if high - low < NARROWEST * max(abs(low), abs(high)):
        _fail(f"the range from {low:.17g} to {high:.17g} is too narrow for floats", argument, None, "take a wider one")
    if high - low > 1e300:
        _fail(f"the range from {ends} is too wide for floats", argument, None, "take a narrower one")


def _fail(message: str, argument: str, span: Span | None, help_: str) -> NoReturn:
    raise DiagnosticError(Diagnostic(RANGE, message, span or Span(0, len(argument)), argument, help_))
