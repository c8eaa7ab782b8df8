"""Points on the curve of an equation, each coordinate an exact number but one, which is solved for.

Newton's method in balls proves that an expression has exactly one zero near a number (Moore, Interval Analysis, 1966),
and finds it to whatever precision is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from flint import arb, ctx

from gradcli.calculus.balls import formula, numbers
from gradcli.calculus.balls.formula import Point
from gradcli.calculus.balls.numbers import Number
from gradcli.language.tree import Expr

Function: TypeAlias = Callable[[arb], Number | None]
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

    def value(at: arb) -> Number | None:
        return formula.at_precision(bits, lambda: formula.value(zero, {**exact, name: at}))

    def slope(at: arb) -> Number | None:
        return formula.at_precision(bits, lambda: formula.derivative(zero, (name,), {**exact, name: at}))

    with ctx.workprec(bits):
        return newton_root(value, slope, start, STEPS, SLACK)


def newton_root(value: Function, slope: Function, start: arb, most: int, slack: int) -> arb | None:
    """A ball in which a function has exactly one zero, near a start; None where none is proved.

    `value` and `slope` give the function and its derivative at a ball, None where they are not known; `most` are the
    steps, and `slack` the bits of the present precision that the last of them may leave unsettled.
    """

    def step(at: arb, around: arb) -> arb | None:
        above, below = value(at), slope(around)
        if above is None or below is None or formula.holds_zero(below):
            return None
        found = numbers.ball(above) / numbers.ball(below)
        return found if found.is_finite() else None

    x = start
    for _ in range(most):
        found = step(x, x)
        if found is None:
            return None
        x = (x - found.mid()).mid()
        tiny = arb(2) ** (slack - ctx.prec) * (1 + abs(x))
        if abs(found.mid()) <= tiny:
            break
    around = arb(x, 16 * tiny)
    found = step(x, around)
    return x - found if found is not None and around.contains_interior(x - found) else None
