"""The habits by which people read a text otherwise than the language does, and the places of a text where they do."""

from __future__ import annotations

from typing import Final, TypeAlias

from gradcli.language.values import frozen

Habit: TypeAlias = str
"""A way to read that differs from the language's own."""
Choice: TypeAlias = tuple[int, Habit]
"""A habit followed at the token that begins at an offset of the source."""

NARROW_FUNCTION: Final = "narrow function"
"""`tan x y z` as tan(x)*y*z: a function without brackets takes one factor."""
WIDE_FUNCTION: Final = "wide function"
"""`sin x (x+1)` as sin(x*(x+1)): it takes all factors up to the next sign."""
WIDEST_FUNCTION: Final = "widest function"
"""`sin 2*x` as sin(2*x): it takes all factors up to the next function."""
NARROW_SLASH: Final = "narrow slash"
"""`sin x/2` as sin(x)/2: a written sign ends the argument."""
WIDE_DIVISOR: Final = "wide divisor"
"""`1/2x` as 1/(2*x): a divisor takes the factors that follow without a sign."""
WIDE_EXPONENT: Final = "wide exponent"
"""`e^2x` as e^(2*x), `x^1/2` as x^(1/2)."""
LOOSE_BRACKET: Final = "loose bracket"
"""`sin (x+1)^2` as sin((x+1)^2)."""
RECIPROCAL: Final = "reciprocal"
"""`sin^-1 x` as 1/sin(x)."""
BASE: Final = "base"
"""`log 2 x` as the logarithm of x to the base 2."""
SPLIT_NAME: Final = "split name"
"""`bc` in `a/bc` as b*c."""
SPLIT_EXPONENT: Final = "split exponent"
"""`x3` in `2^x3^x` as x*3, throughout the text."""
PERCENT: Final = "percent"
"""`50% x` as 50/100*x."""
DECIMAL_COMMA: Final = "decimal comma"
"""`(3,5)` as 3.5."""
POWER_OF_T: Final = "power of T"
"""`x^T` as a power."""
INNER_PRODUCT: Final = "inner product"
"""`[1, 2]·[3, 4]` as the inner product."""

RUN_TOGETHER: Final = "run together"
"""Letters that run together, taken apart in another way than the likeliest."""


@frozen
class Ambiguity:
    """A place at which others follow a habit; `is_noted` where so many do that it is said."""

    offset: int
    habit: Habit
    is_noted: bool

    @property
    def choice(self) -> Choice:
        """Going the other way here."""
        return self.offset, self.habit
