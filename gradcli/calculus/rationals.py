"""Whole numbers and fractions as text of our language, huge ones as the powers that they are."""

from __future__ import annotations

import math
from typing import Final

from flint import fmpz

SHORT: Final = 16
"""Digits of a whole number that is always written out."""
SMALL: Final = 10_000
"""The size below which the power of a prime is written out."""
PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
"""Primes whose powers a huge number is looked through for."""


def integer_text(number: int) -> str:
    """The shortest of a whole number's digits, `7*10**300` and `2**300*3**5`."""
    size, sign = abs(number), "-" if number < 0 else ""
    digits = str(fmpz(size))  # Python writes no more than some thousand digits
    if len(digits) <= SHORT:
        return sign + digits
    powers, rest = _factored(size)
    candidates = [digits, _product_text(powers, rest)]
    tens = min(powers.get(2, 0), powers.get(5, 0))
    if tens > 1:
        left = math.prod(base ** (power - tens * (base in (2, 5))) for base, power in powers.items())
        candidates.append(_product_text({10: tens}, rest * left))
    return sign + min(candidates, key=len)


def fraction_text(above: int, below: int) -> str:
    """A fraction in lowest terms, `7/4`; a whole number where it is one."""
    text = integer_text(above)
    if below == 1:
        return text
    under = integer_text(below)
    return f"{text}/({under})" if "*" in under.replace("**", "") else f"{text}/{under}"


def _factored(number: int) -> tuple[dict[int, int], int]:
    """The powers of small primes in a positive number, and what is left of it."""
    powers: dict[int, int] = {}
    for prime in PRIMES:
        power, number = taken_out(number, prime)
        if power:
            powers[prime] = power
    return powers, number


def taken_out(number: int, prime: int) -> tuple[int, int]:
    """How often a prime divides a number, and what is left, by squarings: a power of 10,000 takes 14 divisions."""
    if number % prime:
        return 0, number
    power, left = taken_out(number // prime, prime * prime)
    if left % prime == 0:
        return 2 * power + 2, left // prime
    return 2 * power + 1, left


def _product_text(powers: dict[int, int], rest: int) -> str:
    small = {base for base, power in powers.items() if base**power < SMALL}
    rest *= math.prod(base ** powers[base] for base in small)
    factors = [f"{base}**{power}" for base, power in powers.items() if base not in small]
    return "*".join([*([str(fmpz(rest))] if rest != 1 else []), *factors]) or "1"
