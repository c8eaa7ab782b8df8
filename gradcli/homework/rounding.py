"""Answers whose numbers are rounded decimals: 0.3333333333 x^2 for x^2/3."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.formula import RoundedLiterals, significant_digits
from gradcli.homework.contrast import difference_of
from gradcli.homework.reference import Reference
from gradcli.language import Expr, walk
from gradcli.language.tree import Number

ENOUGH_DIGITS: Final = 10
"""Significant digits from which a number with a decimal point counts as rounded."""
MOST_DIGITS: Final = 10_000
BITS: Final = 128
KNOWN: Final = 4
"""Bits of an answer that must be known in spite of its rounding for a point to count."""
STRANGER: Final = 1.618
"""What variables are worth that only the answer has."""
TO_THE_DIGITS: Final = "to the digits given"


def agrees_as_rounded(
    reference: Reference, entry: int, expression: Expr, strangers: Sequence[str], fewest: int
) -> bool:
    """Whether the derivative lies within what the rounding of the answer's decimals leaves open, at every sample point.

    Decimals of fewer significant digits than `fewest` are exact.
    """
    if not has_decimals(expression, fewest):
        return False
    others = {name: numbers.from_float(STRANGER) for name in strangers}
    known = 0
    for place in range(reference.samples.simple, reference.samples.count):
        point = reference.point(place, others)
        compute = partial(formula.value, expression, point, RoundedLiterals(fewest, MOST_DIGITS))
        given, expected = formula.at_precision(BITS, compute), reference.ball(entry, place, BITS)
        if given is None or expected is None:
            continue
        if not formula.holds_zero(difference_of(given, expected)):
            return False
        known += numbers.accuracy(given) >= KNOWN
    return known > (reference.samples.count - reference.samples.simple) // 2


def has_decimals(expression: Expr, fewest: int) -> bool:
    """Whether a number of at least so many significant digits has a decimal point."""
    return any(isinstance(node, Number) and significant_digits(node.text) >= fewest for node in walk(expression))
