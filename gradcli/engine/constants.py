"""The constants of gradient rules that no float is: `grad * result * LOG_2.of(result)`.

A rule that runs on floats takes the nearest double; one that runs on numbers of another kind, which know more digits,
takes theirs. A decimal needs none of this: a float in a rule stands for the shortest decimal that reads back to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from gradcli.engine import dtypes
from gradcli.engine.dtypes import Numbers


class Floats(Numbers):
    """Doubles."""

    __slots__ = ()
    pi = math.pi

    def sqrt(self, number: Any) -> Any:
        """The square root."""
        return math.sqrt(number)

    def log(self, number: Any) -> Any:
        """The natural logarithm, -inf at 0 and nan below."""
        return math.log(number) if number > 0 else -math.inf if number == 0 else math.nan

    def log1p(self, number: Any) -> Any:
        """The natural logarithm of one more, -inf at -1 and nan below."""
        return math.log1p(number) if number > -1 else -math.inf if number == -1 else math.nan

    def decimal(self, text: str) -> Any:
        """The number that a decimal writes."""
        return float(text)

    def ratio(self, numerator: Any, denominator: Any) -> Any:
        """The quotient; infinite by 0."""
        return numerator / denominator if denominator != 0 else math.inf


FLOATS: Final = Floats()


def numbers_of(like: Any) -> Numbers:
    """The arithmetic of the numbers in an array or a Tensor."""
    dtype = like.dtype
    if dtype.kind != "O":
        return FLOATS
    if not isinstance(dtype, dtypes.dtype):
        dtype = dtypes.OF_NUMPY[dtype]
    return dtype.numbers or FLOATS


class Constant:
    """A number, by a formula of Numbers; `value` is the double where torch's is another than that of the formula."""

    __slots__ = ("formula", "value")

    def __init__(self, formula: Callable[[Numbers], Any], value: float | None = None) -> None:
        self.formula = formula
        self.value = formula(FLOATS) if value is None else value

    def of(self, like: Any) -> Any:
        """The constant as a number to calculate with beside an array or a Tensor."""
        return self.value if like.dtype.kind != "O" else self.formula(numbers_of(like))


PI: Final = Constant(lambda of: of.pi)
PI_SQUARED: Final = Constant(lambda of: of.pi**2)
LOG_2: Final = Constant(lambda of: of.log(2))
LOG_10: Final = Constant(lambda of: of.log(10), 2.3025850929940456)
LOG_PI: Final = Constant(lambda of: of.log(of.pi))
DEGREE: Final = Constant(lambda of: of.pi / 180)
RADIAN: Final = Constant(lambda of: 180 / of.pi)
THIRD: Final = Constant(lambda of: of.ratio(1, 3))
ROOT_HALF: Final = Constant(lambda of: of.sqrt(0.5))
HALF_ROOT_PI: Final = Constant(lambda of: 0.5 * of.sqrt(of.pi))
TWO_OVER_ROOT_PI: Final = Constant(lambda of: 2 / of.sqrt(of.pi))
ROOT_TWO_OVER_PI: Final = Constant(lambda of: of.sqrt(2 / of.pi))
NORMAL_DENSITY: Final = Constant(lambda of: 1 / of.sqrt(2 * of.pi))
SELU_ALPHA: Final = Constant(lambda of: of.decimal("1.6732632423543772848170429916717"))
SELU_SCALE: Final = Constant(lambda of: of.decimal("1.0507009873554804934193349852946"))
