"""Points on the curve of an equation, each coordinate an exact number but one, which is solved for.

Newton's method in balls proves that an expression has exactly one zero near a number (Moore, Interval Analysis, 1966),
and finds it to whatever precision is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from flint import arb, ctx

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.formula import Point
from gradcli.calculus.balls.numbers import Number
from gradcli.language.tree import Expr

GUARD: Final = 64
"""Bits beyond the precision that is asked for, with which a coordinate is solved for."""
SLACK: Final = 24
"""Bits of them that the last step of Newton's method may leave unsettled."""
STEPS: Final = 40
ROUGH: Final = 128
"""Bits to which a coordinate is proved to be there."""


class CurvePoint(Mapping[str, Number]):
    """A point on the curve where `zero` is 0: an exact number for each variable but one, whose ball is as narrow as the
    precision of the moment allows whenever it is looked at."""

    def __init__(self, zero: Expr, exact: Point, name: str, root: arb) -> None:
        self._zero, self._exact, self._name, self._root = zero, dict(exact), name, root
        self._known: dict[int, arb] = {}

    def __getitem__(self, name: str) -> Number:
        return self._solved() if name == self._name else self._exact[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._exact
        yield self._name

    def __len__(self) -> int:
        return len(self._exact) + 1

    def beside(self, others: Point) -> CurvePoint:
        """The point with numbers for variables that the curve does not have."""
        return CurvePoint(self._zero, {**self._exact, **others}, self._name, self._root)

    @classmethod
    def near(cls, zero: Expr, exact: Point, name: str, start: float) -> CurvePoint | None:
        """The point of the curve near a start along a line on which the other variables have exact values; None where
        it is not proved that there is one."""
        root = root_near(zero, exact, name, arb(start), ROUGH)
        return None if root is None else cls(zero, exact, name, root)

    def _solved(self) -> arb:
        bits = ctx.prec
        if bits not in self._known:
            found = root_near(self._zero, self._exact, self._name, self._root.mid(), bits + GUARD)
            same = found is not None and found.overlaps(self._root)
            self._known[bits] = found if found is not None and same else self._root
        return self._known[bits]


def root_near(zero: Expr, exact: Point, name: str, start: arb, bits: int) -> arb | None:
    """A ball in which exactly one value of a variable makes an expression 0, near a start; None where none is proved.

    The other variables have exact values."""
    with ctx.workprec(bits):
        x = start
        for _ in range(STEPS):
            step = _step(zero, exact, name, x, x)
            if step is None:
                return None
            x = (x - step.mid()).mid()
            if abs(step.mid()) <= _tiny(x, bits):
                break
        around = arb(x, 16 * _tiny(x, bits))
        step = _step(zero, exact, name, x, around)
        if step is None:
            return None
        newton = x - step
        return newton if around.contains_interior(newton) else None


def _step(zero: Expr, exact: Point, name: str, at: arb, around: arb) -> arb | None:
    """The value at a number by the slope in a ball; None where the slope may be 0, or nothing is known."""
    bits = ctx.prec
    value = formula.at_precision(bits, lambda: formula.value(zero, {**exact, name: at}))
    slope = formula.at_precision(bits, lambda: formula.derivative(zero, (name,), {**exact, name: around}))
    if value is None or slope is None or formula.holds_zero(slope):
        return None
    return numbers.ball(value) / numbers.ball(slope)


def _tiny(x: arb, bits: int) -> arb:
    """What does not count beside a number."""
    return arb(2) ** (SLACK - bits) * (1 + abs(x))
