"""Whether two certified numbers are the same: apart where their balls are disjoint, equal where both are narrow and
overlap, and otherwise not known. A question's tolerance holds to the digit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import Enum
from typing import Final

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.numbers import Number, Undecided
from gradcli.homework.question import Tolerance

BITS: Final = 8_448
"""To which numbers are subtracted: more than any is known to."""
DIGITS: Final = 17
"""Significant digits of a number that no float holds."""
LITTLE: Final = 17
"""Bits of a number below which its bounds are shown."""
BETWEEN: Final = "something between"
HALF: Final = numbers.decimal("0.5")

ENOUGH_DIGITS: Final = 10
"""Significant digits from which a number with a decimal point counts as rounded."""

MOST_DIGITS: Final = 10_000
"""Significant digits beyond which it is exact."""


class Contrast(Enum):
    """How a number of an answer and the right one compare."""

    EQUAL = "equal"
    APART = "apart"
    UNKNOWN = "unknown"


def contrast(
    given: Number | None, expected: Number | None, tolerance: Tolerance, narrow: int = numbers.NARROW
) -> Contrast:
    """How two numbers compare; None is a number of which nothing is known. `narrow` is how many bits must be known of
    what is given."""
    if given is None or expected is None:
        return Contrast.UNKNOWN
    with formula.precision(BITS):  # an exact number is not to be rounded more than a ball is wide
        return _compared(given, expected, tolerance, narrow)


def difference_of(given: Number, expected: Number) -> Number:
    """given - expected, to the last bit that is known."""
    with formula.precision(BITS):
        return given - expected


def _compared(given: Number, expected: Number, tolerance: Tolerance, narrow: int) -> Contrast:
    difference = given - expected
    if tolerance.given:
        return _within(abs(difference), expected, tolerance)
    if numbers.is_zero(difference):
        return Contrast.EQUAL
    if not formula.holds_zero(difference):
        return Contrast.APART if numbers.is_finite(difference) else Contrast.UNKNOWN
    known = numbers.accuracy(given) >= narrow and numbers.is_narrow(expected)
    return Contrast.EQUAL if known else Contrast.UNKNOWN


def shown(number: Number) -> float | str:
    """The nearest float, or a decimal where none holds the number; of one of which little is known, its bounds."""
    if numbers.accuracy(number) < LITTLE and not numbers.is_zero(number):
        low, high = (numbers.to_text(end, 3) for end in (numbers.ball(number).lower(), numbers.ball(number).upper()))
        return f"{BETWEEN} {low} and {high}"
    nearest = numbers.nearest_float(number)
    if math.isfinite(nearest) and (abs(nearest) > 1e-300 or numbers.is_zero(number)):
        return nearest
    return numbers.to_text(number, DIGITS)


def _within(distance: Number, expected: Number, tolerance: Tolerance) -> Contrast:
    """Whether a distance is allowed: by the most generous of what the tolerance gives."""
    found = Contrast.APART
    for allowed in _allowed(abs(expected), tolerance):
        try:
            if allowed is not None and numbers.sign(allowed - distance) >= 0:
                return Contrast.EQUAL
            found = Contrast.UNKNOWN if allowed is None else found
        except Undecided:
            found = Contrast.UNKNOWN
    return found


def _allowed(size: Number, tolerance: Tolerance) -> Iterator[Number | None]:
    """What each part of a tolerance allows for a number of this size; None where that is not known."""
    if tolerance.absolute is not None:
        yield numbers.from_float(tolerance.absolute)
    if tolerance.relative is not None:
        yield numbers.from_float(tolerance.relative) * size
    if tolerance.digits is not None:
        yield _half_a_unit(size, tolerance.digits)


def _half_a_unit(size: Number, digits: int) -> Number | None:
    """Half a unit of the last of a number's significant digits."""
    if numbers.is_zero(size):
        return size
    guess = round(numbers.exponent_of(size) * math.log10(2))
    for place in range(guess - 2, guess + 3):
        try:
            if numbers.sign(size - _power_of_ten(place)) >= 0 > numbers.sign(size - _power_of_ten(place + 1)):
                return HALF * _power_of_ten(place - digits + 1)
        except Undecided:
            continue
    return None


def _power_of_ten(place: int) -> Number:
    return numbers.decimal(f"1e{place}")
