"""One formula of real variables in balls: its value, and its derivatives, at points of exact numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, TypeAlias

import numpy as np
from flint import arb, ctx, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.arithmetic import BallArithmetic
from gradcli.calculus.balls.duals import Dual
from gradcli.calculus.balls.functions import constant_of
from gradcli.calculus.balls.numbers import Number, Tie, Undecided
from gradcli.calculus.balls.series import Series
from gradcli.calculus.entries import Entries, NoForm, Reading, scalar
from gradcli.calculus.entries.arithmetic import each_entry
from gradcli.language.tree import Expr

Point: TypeAlias = Mapping[str, Number]
"""An exact number for each variable."""
PRECISIONS: Final = (64, 128, 256, 512, 1024)
"""Bits that are tried until a number is narrow."""
KNOWN: Final = 20
"""Bits of a number that must be known for its size to count."""
ONE, ZERO = fmpq(1), fmpq(0)


def exact_point(point: Mapping[str, float]) -> Point:
    """A point given by floats as the decimals that they are."""
    return {name: numbers.from_float(float(value)) for name, value in point.items()}


def exact_entries(values: Any) -> Entries:
    """An array of floats as the decimals that they are."""
    array = np.asarray(values, np.float64)
    return each_entry(lambda each: numbers.from_float(float(each)), array)


class RoundedLiterals(BallArithmetic):
    """Reads decimals of so many significant digits as rounded: half a unit of the last digit on either side."""

    def __init__(self, fewest: int, most: int) -> None:
        super().__init__()
        self._fewest, self._most = fewest, most

    def literal(self, text: str, value: float) -> Number:
        """A number that the user wrote."""
        exact = super().literal(text, value)
        if not self._fewest <= significant_digits(text) <= self._most:
            return exact
        return arb(numbers.ball(exact), numbers.ball(numbers.half_unit(text)))


def significant_digits(text: str) -> int:
    """How many digits of a number with a decimal point count; 0 of one without."""
    mantissa = text.lower().partition("e")[0]
    return len(mantissa.replace(".", "").lstrip("0")) if mantissa.partition(".")[2] else 0


def entries(expression: Expr, environment: Mapping[str, Entries], arithmetic: BallArithmetic | None = None) -> Entries:
    """The values of an expression at the present precision; not finite where it is not defined.

    Raises Undecided where the balls do not decide something, and NoForm.
    """
    return _read(expression, environment, arithmetic)[0]


def value(expression: Expr, point: Point, arithmetic: BallArithmetic | None = None) -> Number:
    """The value of a scalar formula at the present precision; not finite where it is not defined.

    Raises Undecided where the balls do not decide something, and NoForm.
    """
    return _scalar(entries(expression, _environment(point), arithmetic))


def extent_at(expression: Expr, point: Point, bits: int, most: int) -> int:
    """The largest binary exponent, up or down, of what the parts of a formula are worth at a point, computed to so many
    bits; `most` where that is not known."""
    with ctx.workprec(bits):
        try:
            reading = _read(expression, _environment(point), None)[1]
        except (Tie, Undecided, NoForm):
            return most
    parts = [constant_of(each) for _, array in reading.expressions() for each in array.ravel()]
    known = [each for each in parts if not isinstance(each, arb) or numbers.accuracy(each) >= KNOWN]
    return max((abs(numbers.exponent_of(each)) for each in known), default=0)


def derivative(expression: Expr, variables: Sequence[str], point: Point) -> Number:
    """The derivative of a scalar formula by one variable after another, at the present precision.

    Not finite where there is none. Raises Tie at a kink or jump, Undecided where the balls do not decide something,
    and NoForm.
    """
    if not variables:
        return value(expression, point)
    if len(variables) > 1 and len(set(variables)) == 1:
        return _pure(expression, variables[0], len(variables), point)
    order, names = len(variables), sorted(set(variables))
    environment = {
        name: scalar(Dual(number, {names.index(name): ONE}, order) if name in names else number)
        for name, number in point.items()
    }
    return _slope(_scalar(entries(expression, environment)), [names.index(name) for name in variables])


def entry(expression: Expr, places: Sequence[tuple[str, tuple[int, ...]]], point: Mapping[str, Entries]) -> Entries:
    """The derivative of each entry of an expression by one entry of a tensor after another, at the present precision.

    Raises as `derivative` does.
    """
    distinct = list(dict.fromkeys(places))
    environment = dict(point)
    for number, (name, position) in enumerate(distinct):
        array = environment[name].copy()
        array[position] = Dual(array[position], {number: ONE}, len(places))
        environment[name] = array
    found = entries(expression, environment)
    order = [distinct.index(each) for each in places]
    return each_entry(lambda each: _slope(each, order), found)


def _slope(found: Any, order: Sequence[int]) -> Number:
    if not numbers.is_finite(constant_of(found)):
        return numbers.NAN
    for number in order:
        found = found.slopes.get(number, ZERO) if isinstance(found, Dual) else ZERO
    return constant_of(found)


def _pure(expression: Expr, variable: str, order: int, point: Point) -> Number:
    environment = {
        name: scalar(Series([number, ONE, *[ZERO] * (order - 1)]) if name == variable else number)
        for name, number in point.items()
    }
    found = _scalar(entries(expression, environment))
    if not isinstance(found, Series):
        return ZERO if numbers.is_finite(found) else numbers.NAN
    if not numbers.is_finite(found.terms[0]) or len(found.terms) <= order:
        return numbers.NAN
    result = found.terms[order]
    for factor in range(2, order + 1):
        result = result * factor
    return result


def _environment(point: Point) -> dict[str, Entries]:
    return {name: scalar(number) for name, number in point.items()}


def _read(
    expression: Expr, environment: Mapping[str, Entries], arithmetic: BallArithmetic | None
) -> tuple[Entries, Reading]:
    reading = Reading(arithmetic or BallArithmetic(), environment)
    try:
        return reading.entries(expression), reading
    except RecursionError as error:
        raise NoForm("the formula is too deep to be certified") from error


def _scalar(found: Entries) -> Any:
    if found.ndim:
        raise NoForm("not a scalar")
    return found[()]


def precision(bits: int) -> AbstractContextManager[None]:
    """A context in which balls are computed to so many bits."""
    context: AbstractContextManager[None] = ctx.workprec(bits)
    return context


def holds_zero(number: Number) -> bool:
    """Whether a number may be zero."""
    return bool(number.contains(0)) if isinstance(number, arb) else not number


def narrowed(compute: Callable[[], Number]) -> Number | None:
    """What `compute` gives at the first precision at which that is narrow; the widest finite ball that was found where
    it never is; None where nothing is decided or defined."""
    found: Number | None = None
    for bits in PRECISIONS:
        number = at_precision(bits, compute)
        if number is None:
            continue
        found = number
        if numbers.is_narrow(number):
            return found
    return found


def at_precision(bits: int, compute: Callable[[], Number]) -> Number | None:
    """What `compute` gives at this precision; None where nothing is decided or defined."""
    with ctx.workprec(bits):
        try:
            number = compute()
        except (Tie, Undecided, NoForm):
            return None
    return number if numbers.is_finite(number) else None
