"""One formula of real variables in balls: its value, and its derivatives, at points of exact numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from flint import ctx, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.arithmetic import BallArithmetic
from gradcli.calculus.balls.duals import Dual
from gradcli.calculus.balls.numbers import Number, Tie, Undecided
from gradcli.calculus.balls.series import Series
from gradcli.calculus.entries import NoForm, Reading, scalar
from gradcli.language.tree import NOWHERE, Expr, Program

Point: TypeAlias = Mapping[str, Number]
"""An exact number for each variable."""
PRECISIONS = (64, 128, 256, 512, 1024)
"""Bits that are tried until a number is narrow."""
ONE, ZERO = fmpq(1), fmpq(0)


def exact_point(point: Mapping[str, float]) -> Point:
    """A point given by floats as the decimals that they are."""
    return {name: numbers.from_float(float(value)) for name, value in point.items()}


def value(expression: Expr, point: Point) -> Number:
    """The value of a scalar formula at the present precision; not finite where it is not defined.

    Raises Undecided where the balls do not decide something, and NoForm.
    """
    reading = Reading(BallArithmetic(), {name: scalar(number) for name, number in point.items()})
    return _number(reading.program(Program((), expression, (), NOWHERE))[()])


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
    found: Any = Reading(BallArithmetic(), environment).program(Program((), expression, (), NOWHERE))[()]
    if not numbers.is_finite(_number(found)):
        return numbers.NAN
    for name in variables:
        found = found.slopes.get(names.index(name), ZERO) if isinstance(found, Dual) else ZERO
    return _number(found)


def _pure(expression: Expr, variable: str, order: int, point: Point) -> Number:
    environment = {
        name: scalar(Series([number, ONE, *[ZERO] * (order - 1)]) if name == variable else number)
        for name, number in point.items()
    }
    found = Reading(BallArithmetic(), environment).program(Program((), expression, (), NOWHERE))[()]
    if not isinstance(found, Series):
        return ZERO
    if not numbers.is_finite(found.terms[0]) or len(found.terms) <= order:
        return numbers.NAN
    result = found.terms[order]
    for factor in range(2, order + 1):
        result = result * factor
    return result


def _number(element: Any) -> Number:
    return element.constant() if isinstance(element, (Dual, Series)) else element


def narrowed(compute: Callable[[], Number]) -> Number | None:
    """What `compute` gives at the first precision at which that is narrow; the widest finite ball that was found where
    it never is; None where nothing is decided or defined."""
    found: Number | None = None
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            try:
                number = compute()
            except Undecided:
                continue
            except (Tie, NoForm):
                return None
        if numbers.is_finite(number):
            found = number
            if numbers.is_narrow(number):
                return found
    return found
