"""Numbers with a decimal point, which stay what was written: `3.14159*cos(3.14159*x)`.

As a fraction (314159/100000) such a number is exact and unreadable, as a float it is neither. So SymPy is given a
letter in its place, of which it knows no more than that it is real, and calculates with that as it stands. In the end
(`folded`) the letters that stand together become one number again, and exactly so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sympy
from sympy import Add, Integer, Mul, Pow, Rational, S

from gradcli.calculus.rationals import taken_out

MOST_DIGITS: Final = 15
"""Significant digits of a number that is made from others: with more, these stay side by side."""
MOST_POWER: Final = 64
"""The largest exponent of a number that is written out."""
PLAIN: Final = range(-4, 7)
"""Decimal exponents of numbers that are written without one."""


class Decimal(sympy.Symbol):
    """A positive number, as a letter whose name is how it is written."""

    __slots__ = ("value",)

    def __new__(cls, value: Any) -> Decimal:
        """The letter of a positive Rational with a finite decimal expansion."""
        letter: Decimal = super().__new__(cls, decimal_text(value), real=True)
        letter.value = value
        return letter

    def __getnewargs_ex__(self) -> tuple[tuple[Any], dict[str, bool]]:
        return (self.value,), {}


def decimal(value: Any) -> Any:
    """A Rational that was written with a point or an exponent, as SymPy should see it: small whole numbers as such."""
    if value.is_zero or (value.is_Integer and abs(value) < 10**PLAIN.stop):
        return value
    return Decimal(value) if value > 0 else -Decimal(-value)


def exact(expression: Any) -> Any:
    """The expression with its numbers as the fractions that they are."""
    letters = expression.atoms(Decimal)
    return expression.xreplace({letter: letter.value for letter in letters}) if letters else expression


def decimal_text(value: Any) -> str | None:
    """A positive Rational as people write it, `0.25` or `6.67e-11`; None where its decimal expansion does not end."""
    digits, exponent = _decimal_digits(value)
    if digits is None:
        return None
    power = len(digits) - 1 + exponent
    if exponent >= 0:
        plain = digits + "0" * exponent
    elif power >= 0:
        plain = f"{digits[: power + 1]}.{digits[power + 1 :]}"
    else:
        plain = f"0.{'0' * (-power - 1)}{digits}"
    if power in PLAIN:
        return plain
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    scientific = f"{mantissa}e{power}"
    return scientific if len(scientific) < len(plain) else plain


def _decimal_digits(value: Any) -> tuple[str | None, int]:
    """The significant digits, and the power of ten of the last one; None where there is no last one."""
    twos, rest = taken_out(int(value.q), 2)
    fives, rest = taken_out(rest, 5)
    if rest != 1:
        return None, 0
    places = max(twos, fives)
    digits = str(int(value.p) * 2 ** (places - twos) * 5 ** (places - fives))
    plain = digits.rstrip("0")
    return plain, len(digits) - len(plain) - places


def folded(expression: Any) -> Any:
    """The expression with numbers that stand together as one, where that has no more than MOST_DIGITS digits."""
    if not expression.atoms(Decimal):
        return expression
    return _folded(expression, {})


def _folded(node: Any, known: dict[Any, Any]) -> Any:
    if not node.args:
        return node
    found = known.get(node)
    if found is None:
        parts = [_folded(part, known) for part in node.args]
        if node.is_Mul:
            found = _product(parts)
        elif node.is_Add:
            found = _sum(parts)
        elif node.is_Pow and isinstance(parts[0], Decimal):
            found = _power(*parts)
        else:
            found = node if all(new is old for new, old in zip(parts, node.args, strict=True)) else node.func(*parts)
        known[node] = found
    return found


def _product(parts: Iterable[Any]) -> Any:
    """The product, its numbers and its powers of one base as one each."""
    factors = [factor for part in parts for factor in Mul.make_args(part)]
    powers: dict[Any, list[Any]] = {}
    for factor in factors:
        if not factor.is_Number and not isinstance(factor, Decimal):
            base, exponent = factor.as_base_exp()
            powers.setdefault(base, []).append((factor, exponent))
    rest = [
        of_base[0][0] if len(of_base) == 1 else Pow(base, _sum([exponent for _, exponent in of_base]))
        for base, of_base in powers.items()
    ]
    numbers = [factor for factor in factors if factor.is_Number or isinstance(factor, Decimal)]
    numbers += [factor for factor in rest if _is_number(factor)]
    return Mul(*_one(numbers), *[factor for factor in rest if not _is_number(factor)])


def _is_number(factor: Any) -> bool:
    """Whether a factor is a number, or what a number is divided by."""
    if factor.is_Pow:
        return isinstance(factor.base, Decimal) and factor.exp is S.NegativeOne
    return bool(factor.is_Rational) or isinstance(factor, Decimal)


def _one(numbers: Sequence[Any]) -> list[Any]:
    """Factors that are numbers as one, or as the fewest that say it exactly."""
    if not any(number.is_Symbol or number.is_Pow for number in numbers):
        return list(numbers)
    above = _value([number for number in numbers if not number.is_Pow])
    below = _value([number.base for number in numbers if number.is_Pow])
    known = _as_decimal(above / below)
    if known is not None:
        return [known]
    if not any(number.is_Pow for number in numbers):  # divided by a whole number: 0.1/3
        _, rest = taken_out(taken_out(int(above.q), 2)[1], 5)
        known = _as_decimal(above * rest)
        return [*numbers] if known is None else [known, Rational(1, rest)]
    parts = _as_decimal(above), _as_decimal(below)
    return [*numbers] if None in parts else [parts[0], Pow(parts[1], S.NegativeOne)]


def _value(numbers: Iterable[Any]) -> Any:
    value = S.One
    for number in numbers:
        value *= number.value if isinstance(number, Decimal) else number
    return value


def _as_decimal(value: Any) -> Any:
    """A number that is made from others, or None where it has too many digits."""
    digits, _ = _decimal_digits(abs(value))
    return None if digits is None or len(digits) > MOST_DIGITS else decimal(value)


def _sum(parts: Iterable[Any]) -> Any:
    """The sum, like terms as one."""
    groups: dict[Any, list[tuple[Any, list[Any]]]] = {}
    for term in Add.make_args(Add(*parts)):
        factors = Mul.make_args(term)
        numbers = [factor for factor in factors if factor.is_Rational or isinstance(factor, Decimal)]
        rest = Mul(*[factor for factor in factors if not factor.is_Rational and not isinstance(factor, Decimal)])
        groups.setdefault(rest, []).append((term, numbers))
    terms = []
    for rest, of_rest in groups.items():
        whole = sum((_value(numbers) for _, numbers in of_rest), S.Zero)
        known = _as_decimal(whole) if len(of_rest) > 1 else None
        terms.extend([term for term, _ in of_rest] if known is None else [_product([known, rest])])
    return Add(*terms)


def _power(base: Decimal, exponent: Any) -> Any:
    """A power of a number, written out where that is short."""
    if isinstance(exponent, Integer) and abs(exponent) <= MOST_POWER:
        known = _as_decimal(base.value**exponent)
        if known is not None:
            return known
    return Pow(base, exponent)
