"""Ranges of variables as pictures take them, with two ends and no step: `x=-1:1`, `x=0..2pi`."""

from __future__ import annotations

import math
import re
from typing import Final, NoReturn

from gradcli.calculus.sampling.scale import Span as Interval
from gradcli.language import Diagnostic, DiagnosticError, Note, Span, parse_binding
from gradcli.language.codes import RANGE
from gradcli.language.tree import Binding
from gradcli.operations import vocabulary

_BETWEEN: Final = re.compile(r":|\.\.")
NARROWEST: Final = 1e-9
"""The least width of a range, relative to its ends: of less there are too few floats to draw."""


def interval(argument: str) -> tuple[str, Interval, list[Note]]:
    """The name that has a range, and its ends; a step is not needed, and noted. Raises DiagnosticError."""
    head, _, rest = argument.partition("=")
    places = [match.span() for match in _BETWEEN.finditer(rest)]
    starts = [0, *(end for _, end in places)]
    ends = [*(start for start, _ in places), len(rest)]
    pieces = list(zip(starts, ends, strict=True))
    if not 1 < len(pieces) < 4:
        _fail("a range has two ends", argument, None, f"write {head.strip()}=-1:1")
    found = []
    for start, end in pieces[:2]:
        if not rest[start:end].strip():
            span = Span(len(head) + 1 + start, len(head) + 1 + end)
            _fail("a range has two ends, and one is missing", argument, span, f"write {head.strip()}=-1:1")
        blanks = " " * start  # so that what is located is so in the argument
        found.append(_end(f"{head}={blanks}{rest[start:end]}", argument))
    (low, name), (high, _) = found
    _check(argument, head.strip(), low, high)
    notes = [Note("a picture has its points where they are needed: the step is left out")] if len(pieces) == 3 else []
    return name, (low, high), notes


def _end(text: str, argument: str) -> tuple[float, str]:
    """One end of a range, whose text stands where it does in the argument, and the name that has it."""
    from gradcli.calculus import evaluate
    from gradcli.engine import dtypes

    try:
        binding: Binding = parse_binding(text, vocabulary())  # type: ignore[assignment]
        value = evaluate.constant(binding.value, dtypes.float64)
    except DiagnosticError as error:
        found = error.diagnostic
        raise DiagnosticError(Diagnostic(found.code, found.message, found.span, argument, found.help)) from None
    except evaluate.Failure as failure:
        raise failure.diagnostic(argument) from failure
    if value.ndim or not math.isfinite(value.item()):
        what = "a number" if value.ndim else "finite"
        _fail(f"both ends of a range are {what}", argument, binding.value.span, f"write {binding.name}=-1:1")
    return float(value), binding.name


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
