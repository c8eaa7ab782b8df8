"""How far a proof goes: the terms, bits and degrees that it is worth, and the sizes of its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import lcm
from typing import Final

from flint import fmpq, fmpq_mpoly

from gradcli.calculus.rationals import taken_out
from gradcli.language.values import field, frozen

MAX_TERMS: Final = 4_000
"""Terms of one polynomial."""
MAX_WORK: Final = 2_000_000
"""Products of terms, of words of 64 bits, in one proof, which bounds its time."""
MAX_BITS: Final = 20_000
"""Bits of the coefficients of one polynomial."""
CHECKED_BITS: Final = 512
"""Bits that coefficients may have before they are counted, and not only estimated."""
MAX_EXPANDED: Final = 24
"""The largest power of a sum that is multiplied out at once; larger ones are powers of a generator."""
MAX_DEGREE: Final = 1_000_000
MAX_DIVISOR: Final = 20_000
"""Products of terms up to which a common divisor is looked for."""
MAX_DIVISOR_DEGREE: Final = 500
MAX_CAPACITY: Final = 128
MAX_SCALE: Final = 5_040
MAX_PRIME: Final = 10_000
"""Prime factors of a number under a root are looked for up to here."""


class NoProof(Exception):  # noqa: N818 (an outcome, not a fault)
    """The arithmetic does not reach this far, or not at a price worth paying."""


@frozen
class TableSize:
    """How many generators a table has room for, which root of them its variables are, and of which parts of
    exponents and angles the others are multiples (by what they are parts of)."""

    capacity: int = 16
    scale: int = 2
    units: Mapping[str, fmpq] = field(default_factory=dict)


class Outgrown(Exception):  # noqa: N818 (an outcome, not a fault)
    """The table is too small: everything is to be read again with one of this size."""

    def __init__(self, size: TableSize) -> None:
        super().__init__(size)
        if size.capacity > MAX_CAPACITY or size.scale > MAX_SCALE:
            raise NoProof
        self.size = size


def prime_factors(number: fmpq) -> Iterator[tuple[int, int]]:
    """The prime factors of a positive number with their exponents. Raises NoProof where they are large."""
    for part, direction in ((abs(number.p), 1), (number.q, -1)):
        yield from ((prime, times * direction) for prime, times in _whole_factors(int(part)))


def _whole_factors(number: int) -> Iterator[tuple[int, int]]:
    for candidate in range(2, MAX_PRIME):
        if candidate * candidate > number:
            break
        exponent, number = taken_out(number, candidate)
        if exponent:
            yield candidate, exponent
    if number > MAX_PRIME * MAX_PRIME:
        raise NoProof
    if number > 1:
        yield number, 1


def height(number: fmpq) -> int:
    """The bits of a number, above and below."""
    return number.p.bit_length() + number.q.bit_length()


def bits_of(polynomial: fmpq_mpoly) -> int:
    """Bits of the largest coefficient over the common denominator."""
    above, below = 1, 1
    for coefficient in polynomial.coeffs():
        above = max(above, coefficient.p.bit_length())
        below = lcm(below, int(coefficient.q))
    return above + below.bit_length() - 1
