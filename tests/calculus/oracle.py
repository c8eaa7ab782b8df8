"""Values and derivatives by mpmath at hundreds of digits: an oracle that knows neither our parser nor our rules.

A function is a Python function of mpmath numbers, written beside the text that it is held against. Its derivatives are
differences of its values, from both sides of the point, with steps of 1e-40 and of 1e-50: where these do not lead to
one number, there is no derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, TypeAlias

from mpmath import mp, mpf

Function: TypeAlias = Callable[..., Any]
Point: TypeAlias = Mapping[str, str]
"""The decimal of each variable, in the order of the function's parameters."""

DIGITS = 200
"""Digits to which values are computed, besides those that the differences take."""
AGREEING = 40
"""Digits that both sides of a derivative must share."""
STEPS = ("1e-40", "1e-50")
"""The steps of differences, of a coordinate below 1 relative to it (but not of 0)."""
FINER = 3
"""How many times more digits are taken where all are lost."""
MOST_DIGITS = 12_000
"""What is lost at as many digits is zero."""


class NoDerivative(Exception):  # noqa: N818 - it is an answer
    """There is no derivative at the point, or no value."""


class _Lost(Exception):  # noqa: N818
    """Nothing but rounding is left."""


@dataclass(frozen=True)
class Oracle:
    """A function of mpmath numbers at a point of decimals, with the `digits` of values, the `steps`, and the `most`
    digits at which what is lost is not yet zero."""

    function: Function
    point: Point
    digits: int = DIGITS
    steps: tuple[str, str] = STEPS
    most: int = MOST_DIGITS

    def value(self) -> Any:
        """The value. Raises NoDerivative where there is none."""
        with mp.workdps(self._digits(0)):
            return real(self.function(*map(mpf, self.point.values())))

    def derivative(self, *variables: str) -> Any:
        """The derivative by one variable after another. Raises NoDerivative, also where one of less order has none."""
        for missing in range(1, len(variables)):
            self.derivative(*variables[missing:])
        digits = self._digits(len(variables))
        while digits <= self.most:
            with mp.workdps(digits):
                try:
                    coarse, fine = (self._from_both_sides(variables, step) for step in self.steps)
                    return _limit(coarse, fine)
                except _Lost:
                    digits *= FINER
        return mpf(0)

    def _from_both_sides(self, variables: tuple[str, ...], step: str) -> tuple[Any, Any]:
        """The differences to the right and to the left. Raises _Lost where they are nothing but rounding."""
        coordinates = [mpf(each) for each in self.point.values()]
        names = list(self.point)
        places = [names.index(variable) for variable in variables]
        steps = [(min(abs(each), 1) or 1) * mpf(step) for each in coordinates]
        sizes: list[Any] = []
        right, left = (
            self._differences(coordinates, [side * each for each in steps], places, sizes) for side in (1, -1)
        )
        rounding = max(sizes) * mp.eps * mpf(10) ** 20
        for place in places:
            rounding = rounding / steps[place]
        if max(abs(right), abs(left)) <= rounding and rounding:
            raise _Lost
        return right, left

    def _differences(self, coordinates: list[Any], steps: list[Any], places: list[int], sizes: list[Any]) -> Any:
        """Differences along `places`, each of the differences along those before it; notes the sizes of values."""
        if not places:
            value = real(self.function(*coordinates))
            sizes.append(abs(value))
            return value
        *before, last = places
        moved = list(coordinates)
        moved[last] = moved[last] + steps[last]
        rise = self._differences(moved, steps, before, sizes) - self._differences(coordinates, steps, before, sizes)
        return rise / steps[last]

    def _digits(self, order: int) -> int:
        """Digits that carry the differences, and what numbers far from 1 cancel."""
        far = max(_exponent(each) for each in self.point.values())
        return self.digits + (10 - Decimal(self.steps[1]).adjusted()) * order + 4 * far


def real(value: Any) -> Any:
    """A number of mpmath. Raises NoDerivative of what is none."""
    if isinstance(value, (int, float)):
        value = mpf(value)
    if not isinstance(value, mpf) or not mp.isfinite(value):
        raise NoDerivative
    return value


def _limit(coarse: tuple[Any, Any], fine: tuple[Any, Any]) -> Any:
    """What differences from both sides lead to as the steps shrink."""
    (right, left), (nearer_right, nearer_left) = coarse, fine
    apart, nearer_apart = abs(right - left), abs(nearer_right - nearer_left)
    middle, nearer = (right + left) / 2, (nearer_right + nearer_left) / 2
    small = mpf(10) ** -5
    if nearer_apart > small * apart and apart > abs(nearer) * mpf(10) ** -AGREEING:
        raise NoDerivative
    if abs(nearer - middle) <= abs(nearer) * mpf(10) ** -AGREEING:
        return nearer
    if abs(nearer) > small * max(abs(middle), apart):
        raise NoDerivative
    return mpf(0)


def _exponent(text: str) -> int:
    number = Decimal(text)
    return abs(number.adjusted()) if number else 0


def exact(number: Any) -> Decimal:
    """A number of mpmath as a decimal of a hundred digits."""
    return Decimal(mp.nstr(number, 100, strip_zeros=False, min_fixed=1, max_fixed=0))


def is_right(text: str, number: Any) -> bool:
    """Whether a printed number is off by no more than half a unit of its last digit."""
    shown = Decimal(text)
    with localcontext() as context:
        context.prec = 200
        unit = Decimal((0, (1,), int(shown.as_tuple().exponent)))
        return abs(shown - exact(number)) <= unit / 2
