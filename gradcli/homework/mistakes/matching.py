"""Whether values agree: an answer's with those of wrong derivatives, all at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcli.homework.sampling.evaluation import Floats

Booleans: TypeAlias = NDArray[np.bool_]

CLOSE: Final = 1e-8
"""Relative difference of two floats that rounding may make."""
FEWEST: Final = 5
"""Points at which an agreement must show, where there are so many."""
DOUBTED: Final = 0.85
"""The share of points that must agree for the others to be computed again, in high precision."""
LOOKED_AT: Final = 4
"""Columns of which a look tells most ratios that are not constant."""
RATIOS_APART: Final = 1e-6
"""Relative difference of ratios that no rounding makes: much more than CLOSE."""
FEW_VALUES: Final = 3
"""With fewer different numbers an agreement may be chance."""


def near(given: Floats, rows: Floats, allowed: Floats | float = 0.0) -> Booleans:
    """Where numbers are equal up to rounding, and `allowed` besides."""
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(given), np.abs(rows))
        within: Booleans = np.abs(given - rows) <= CLOSE * size + allowed
    return within


def compared(given: Floats, rows: Floats) -> Booleans:
    """Where a comparison says something: both numbers are finite, and not both are 0."""
    said: Booleans = np.isfinite(given) & np.isfinite(rows) & ((given != 0) | (rows != 0))
    return said


def agreeing(
    given: Floats, rows: Floats, allowed: Floats | float = 0.0, confirm: Callable[[int, int], bool] | None = None
) -> list[int]:
    """The rows that agree with an answer's values wherever both have one.

    `confirm(row, column)` computes a difference again where rounding may have made it: few columns of a row that
    otherwise agrees.
    """
    same = near(given, rows, allowed)
    somewhere = np.flatnonzero(same.any(axis=1))
    if not len(somewhere):
        return []
    rows, same = rows[somewhere], same[somewhere]
    said = compared(given, rows)
    both_zero = (given == 0) & (rows == 0)
    counts = np.count_nonzero(said, axis=1)
    finite = np.maximum(np.count_nonzero(np.isfinite(rows), axis=1), np.count_nonzero(np.isfinite(given)))
    zeros = np.count_nonzero(both_zero, axis=1)
    enough = (counts >= np.minimum(FEWEST, given.size - zeros)) & (counts > 0) & (2 * (counts + zeros) >= finite)
    share = np.count_nonzero(said & same, axis=1) / np.maximum(counts, 1)
    found = []
    for row in np.flatnonzero(enough & (share >= DOUBTED)):
        apart, index = np.flatnonzero(said[row] & ~same[row]), int(somewhere[row])
        if not len(apart) or (confirm is not None and all(confirm(index, int(column)) for column in apart)):
            found.append(index)
    return found


def agrees(given: Floats, row: Floats, allowed: Floats | float = 0.0) -> bool:
    """Whether two rows of values agree."""
    given, row = given.reshape(-1), row.reshape(-1)
    return not _differ_at_once(given, row, allowed) and bool(agreeing(given, row.reshape(1, -1), allowed))


def _differ_at_once(given: Floats, row: Floats, allowed: Floats | float) -> bool:
    """Whether a look at three columns is enough, as it is for nearly all rows that do not agree."""
    for column in {0, given.size // 2, given.size - 1} if given.size else ():
        first, second = float(given[column]), float(row[column])
        bound = (
            float(allowed[column]) if isinstance(allowed, np.ndarray) and allowed.size > 1 else float(np.max(allowed))
        )
        apart = abs(first - second) > CLOSE * max(abs(first), abs(second)) + bound
        if apart and math.isfinite(first) and math.isfinite(second):
            return True
    return False


def constant_ratio(given: Floats, expected: Floats) -> float | None:
    """The number that the answer is times the right one, the same everywhere; None where there is none, or where the
    right values are so few that any answer would have one."""
    given, expected = given.reshape(-1), expected.reshape(-1)
    if _ratios_differ_at_once(given, expected):
        return None
    said = compared(given, expected) & (expected != 0)
    if np.count_nonzero(said) < FEW_VALUES or is_few(expected[said]):
        return None
    with np.errstate(all="ignore"):
        ratio = float(np.median(given[said] / expected[said]))
    if not np.isfinite(ratio) or ratio == 0:
        return None
    with np.errstate(all="ignore"):
        return ratio if agrees(given, ratio * expected) else None


def _ratios_differ_at_once(given: Floats, expected: Floats) -> bool:
    """Whether the ratios in a few columns are enough to see that they are not all the same."""
    columns = range(0, given.size, max(1, given.size // LOOKED_AT))
    pairs = [(float(given[column]), float(expected[column])) for column in columns]
    ratios = [first / second for first, second in pairs if second and first and math.isfinite(first / second)]
    return len(ratios) > 1 and max(ratios) - min(ratios) > RATIOS_APART * max(map(abs, ratios))


def is_few(numbers: Floats) -> bool:
    """Whether there are so few different numbers that an agreement may be chance."""
    finite = np.sort(numbers[np.isfinite(numbers)], axis=None)
    apart = np.diff(finite) > CLOSE * np.maximum(np.abs(finite[1:]), np.abs(finite[:-1]))
    return bool(np.count_nonzero(apart) + 1 < FEW_VALUES)
