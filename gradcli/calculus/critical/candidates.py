"""Numbers that a coordinate may be exactly: simple fractions and simple multiples of pi."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flint import arb, fmpq

from gradcli.calculus.balls.numbers import Number, PiMultiple

MOST: Final = 1_000
"""The largest denominator of a fraction that is tried."""


def candidates(low: arb, high: arb) -> Iterator[Number]:
    """The simplest fraction between two exact numbers, both ends in, and the simplest multiple of pi, if simple."""
    found = simplest(low.fmpq(), high.fmpq())
    if found.q <= MOST:
        yield found
    turned = ((low / arb.pi()).mid().fmpq(), (high / arb.pi()).mid().fmpq())
    if low < high and (multiple := simplest(*turned)) and multiple.q <= MOST:
        number = PiMultiple.of(multiple)
        if number >= low and number <= high:
            yield number


def simplest(low: fmpq, high: fmpq) -> fmpq:
    """The fraction of the smallest denominator between two, and of these the smallest (Stern and Brocot's tree)."""
    if low <= 0 <= high:
        return fmpq(0)
    if high < 0:
        return -simplest(-high, -low)
    parts: list[int] = []
    while True:
        whole = low.floor()
        if whole == low:
            break
        if whole + 1 <= high:
            whole = whole + 1
            break
        parts.append(int(whole))
        low, high = 1 / (high - whole), 1 / (low - whole)
    found = fmpq(whole)
    for part in reversed(parts):
        found = part + 1 / found
    return found
