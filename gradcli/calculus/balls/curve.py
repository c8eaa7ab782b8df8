"""A point on a curve F = 0: whether it is there, or where the curve is near it, and whether the tangent is vertical.

Values that are written with few digits are seldom exactly on a curve. One that is off by at most half a unit of its
last written digit is moved: Newton's method finds where to, and its interval form proves that the curve has a point
there (Moore, Interval Analysis, 1966).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from flint import arb, ctx, fmpq

from gradcli.calculus.balls import numbers
from gradcli.calculus.balls.arithmetic import BallArithmetic
from gradcli.calculus.balls.duals import Dual
from gradcli.calculus.balls.numbers import Number, Tie, Undecided
from gradcli.calculus.balls.point import exact_values
from gradcli.calculus.balls.roots import newton_root
from gradcli.calculus.entries import NoForm, Reading
from gradcli.calculus.results import Array, Question
from gradcli.language import tree
from gradcli.language.tree import Expr
from gradcli.language.values import frozen, replace

BITS: Final = 640
"""The precision at which a curve is looked at, besides what the digits to be shown ask for."""
SLACK: Final = 200
"""Bits of it that a number may lose before it counts as zero."""
STEPS: Final = 60
SHOWN: Final = 6
FLOAT_DIGITS: Final = 17
GIVEN_UP: Final = (NoForm, Tie, Undecided, IndexError, KeyError, TypeError, ValueError, RecursionError)


class OffCurve(Exception):  # noqa: N818 (an outcome, not a fault)
    """A point that is not on the curve; `message` says how far."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@frozen
class Moved:
    """A question whose point is on the curve: `name` was moved there from `before`; None where nothing was."""

    question: Question
    name: str | None = None
    before: str = ""
    after: str = ""


def on_curve(question: Question, names: Sequence[str], digits: int) -> Moved:
    """The question, whose result is zero on the curve, at a point on it: one of `names`, the first that will do, is
    moved by at most half a unit of its last written digit. Whole numbers are exact, but for the first of `names`.

    Raises OffCurve where the point is farther off, or the curve is not defined there.
    """
    with ctx.workprec(BITS + 4 * digits):
        curve = _Curve(question)
        here = curve.value()
        if here is None or not numbers.is_finite(here):
            raise OffCurve("the equation is not defined at this point")
        if _may_be_zero(here):
            return Moved(question)
        nearest = []
        for name in names:
            root = curve.root(name)
            if root is None:
                continue
            off, room = abs(root - numbers.ball(curve.values[name])), _half_unit(question, name, whole=name == names[0])
            if room is not None and bool(off <= numbers.ball(room)):
                return _moved(question, name, root, digits)
            nearest.append(f"{name} = {numbers.to_text(root, SHOWN)}, {numbers.to_text(off, 2)} away")
        near = f"the curve is at {', or '.join(nearest)}" if nearest else f"the two sides differ by {_shown(here)}"
        raise OffCurve(f"the point is not on the curve: {near}")


def tangent_fault(question: Question, by: str, of: str) -> str | None:
    """Why the curve, which has the question's point, has no slope there; None where it has one, or that is not
    known."""
    with ctx.workprec(BITS):
        curve = _Curve(question)
        across = curve.slope(of)
        if across is None or not _may_be_zero(across):
            return None
        along = curve.slope(by)
        if along is not None and _may_be_zero(along):
            return f"both partial derivatives of the equation are 0 here, so d{of}/d{by} is not determined"
        return f"the tangent is vertical here: the derivative of the equation by {of} is 0"


class _Curve:
    """F, at the point of a question and near it."""

    def __init__(self, question: Question) -> None:
        self._program = question.program
        self.values: Mapping[str, Any] = exact_values(question)

    def value(self) -> Number | None:
        """F at the point."""
        return self._at(self.values)

    def slope(self, name: str, value: Number | None = None) -> Number | None:
        """The derivative of F by a variable, where that has the value given."""
        here = self.values[name] if value is None else value
        found = self._at({**self.values, name: Dual(here, {0: fmpq(1)})}, lambda each: each)
        if found is None or not isinstance(found, Dual):
            return None if found is None else fmpq(0)
        return found.slopes.get(0, fmpq(0))

    def root(self, name: str) -> arb | None:
        """Where F is zero near the point if one variable is moved, certified; None where that is not found."""
        if isinstance(self.values[name], np.ndarray):
            return None
        start = numbers.ball(self.values[name]).mid()
        at, slope = lambda x: self._at({**self.values, name: x}), lambda x: self.slope(name, x)
        return newton_root(at, slope, start, STEPS, SLACK)

    def _at(self, environment: Mapping[str, Any], of: Callable[[Any], Any] = numbers.ball) -> Any:
        try:
            entries = Reading(BallArithmetic(), environment).program(self._program)
            return of(entries.ravel()[0]) if entries.size == 1 else None
        except GIVEN_UP:
            return None


def _may_be_zero(number: Number) -> bool:
    """Whether a number is zero as far as the precision tells."""
    ball = numbers.ball(number)
    return bool(ball.contains(0)) and bool(ball.rad() < arb(2) ** (SLACK - ctx.prec))


def _half_unit(question: Question, name: str, *, whole: bool) -> Number | None:
    """Half a unit of the last digit with which a variable's value is written; None of one that is exact, as whole
    numbers are unless `whole`."""
    given = question.exact.get(name)
    if isinstance(given, tree.Negation):
        given = given.operand
    if given is None:
        text = repr(float(question.point[name]))
        text = text.removesuffix(".0")
    elif isinstance(given, tree.Number):
        text = given.text
    else:
        return None
    return numbers.half_unit(text) if whole or "." in text.lower().partition("e")[0] else None


def _moved(question: Question, name: str, root: arb, digits: int) -> Moved:
    text = numbers.to_text(root, max(60, digits + 40))
    value = float(numbers.nearest_float(root))
    exact: dict[str, Expr] = {**question.exact, name: _literal(text, value)}
    before = question.point[name]
    point: dict[str, Array] = {**question.point, name: np.asarray(value, before.dtype)}
    shown = question.exact.get(name)
    written = shown.text if isinstance(shown, tree.Number) else f"{float(before):.17g}"
    after = written
    for count in range(SHOWN, FLOAT_DIGITS + 1):
        if after == written:  # moved by less than these digits show
            after = numbers.to_text(root, count)
    if digits > FLOAT_DIGITS:
        after = numbers.to_text(root, digits)
    return Moved(replace(question, point=point, exact=exact), name, written, after)


def _literal(text: str, value: float) -> Expr:
    if text.startswith("-"):
        return tree.Negation(tree.Number(text[1:], abs(value)))
    return tree.Number(text, value)


def _shown(number: Number) -> str:
    return numbers.to_text(number, 3)
