"""Derivatives of high order as floats: by the engine's rules on balls, where its floats would record too much."""

from __future__ import annotations

import math
from typing import Final

from flint import ctx

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.element import NoBalls
from gradcli.calculus.balls.engine import Run, run
from gradcli.calculus.balls.numbers import Undecided
from gradcli.calculus.balls.point import exact_values
from gradcli.calculus.evaluate import Failure
from gradcli.calculus.results import Question

PRECISIONS: Final = (128, 512)
FLOAT_BITS: Final = 56
"""Bits to which a number is wanted."""


def nearest_derivative(question: Question) -> tuple[float, str | None]:
    """The derivative of the question's order by its one variable, which has one element: the float nearest to what
    the engine's rules give without rounding, 0 where no precision tells it from that; or nan, and why it is not known.

    Raises Failure where that cannot be calculated.
    """
    doubt: str | None = None
    for bits in PRECISIONS:
        try:
            entry = _run(question, bits).derivatives[question.wrt * question.order].item()
        except Undecided as undecided:
            doubt = str(undecided)
            continue
        if entry.is_nan():
            return math.nan, None
        if not numbers.is_finite(entry):
            doubt = "it may be infinite, or not exist"
        elif numbers.accuracy(entry) >= FLOAT_BITS:
            return float(numbers.nearest_float(entry)), None
        else:
            doubt = None if entry.contains(0) else "its digits cancel"
    return (0.0 if doubt is None else math.nan), doubt


def _run(question: Question, bits: int) -> Run:
    """The engine's rules on balls of so many bits. Raises Undecided, and Failure."""
    try:
        with ctx.workprec(bits):
            point = exact_values(question)
        return run(question, point, bits)
    except NoBalls as absent:
        message = f"derivative {question.order} cannot be calculated here: {absent}"
        raise Failure("E306", message, question.program.result.span, "ask for a lower order") from absent
