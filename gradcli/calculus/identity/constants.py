"""Generators that are numbers: what is under a root, below, or in a logarithm has a sign, or there is no proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flint import arb, fmpq, fmpq_mpoly

from gradcli.calculus.identity.limits import NoProof, TableSize
from gradcli.calculus.identity.ratios import Ratio, Table

PRECISION: Final = 256
"""Bits of the balls that tell signs."""

_FUNCTIONS: Final[Mapping[str, Callable[[arb], arb]]] = {
    "asin": arb.asin,
    "atan": arb.atan,
    "erf": arb.erf,
    "erfc": arb.erfc,
    "erfinv": arb.erfinv,
    "gamma": arb.gamma,
    "digamma": arb.digamma,
    "lgamma": arb.lgamma,
}
"""Functions that have a value where their ball is finite."""


class Constants(Table):
    """A table whose generators all are numbers, each enclosed by a ball, in the precision of the caller's context."""

    def __init__(self, size: TableSize) -> None:
        super().__init__(size)
        self._balls: list[arb] = []

    def number(self, kind: str, *parts: Ratio | str | int) -> int:
        """The number of the generator with this meaning. Raises NoProof where it has no value."""
        found = super().number(kind, *parts)
        if found == len(self._balls):
            ball = self._enclosed(kind, *parts)
            if not ball.is_finite():
                raise NoProof
            self._balls.append(ball)
            if ball > 0 or ball < 0:
                self.signs[found] = 1 if ball > 0 else -1
        return found

    def sign(self, value: Ratio) -> int | None:
        """The sign of a number, None where its ball does not tell."""
        if self.is_zero(value):
            return 0
        ball = self._ball(value)
        return 1 if ball > 0 else -1 if ball < 0 else None

    def require_nonzero(self, value: Ratio) -> None:
        """Raise NoProof unless the number certainly is not zero."""
        if not self.sign(value):
            raise NoProof

    def require_positive(self, value: Ratio, coefficient: fmpq, powers: Mapping[int, int]) -> bool:
        """Raise NoProof unless the number certainly is positive."""
        if self.sign(value) != 1:
            raise NoProof
        return False

    def _ball(self, value: Ratio) -> arb:
        return self._sum(value.above) / self._sum(value.below)

    def _sum(self, polynomial: fmpq_mpoly) -> arb:
        total = arb(0)
        for term in range(len(polynomial)):
            product = arb(polynomial.coefficient(term))
            for number, degree in self.degrees(polynomial, term):
                whole, rest = divmod(degree, self.scale)
                product *= self._balls[number] ** whole
                if rest:
                    product *= self._balls[number] ** fmpq(rest, self.scale)
            total += product
        return total

    def _enclosed(self, kind: str, *parts: Ratio | str | int) -> arb:
        match kind, *parts:
            case "prime", int(prime):
                return arb(prime)
            case "constant", "pi":
                return arb.pi()
            case "exp", Ratio() as argument:
                return self._ball(argument).exp()
            case "cos", Ratio() as argument:
                return self._ball(argument).cos()
            case "sin", Ratio() as argument:
                return self._ball(argument).sin()
            case "sum", Ratio() as argument:
                return self._ball(argument)
            case "abs", int(number):
                return abs(self._balls[number])
            case "log", int(number):
                return abs(self._balls[number]).log()
            case "call", str(name), Ratio() as argument if name in _FUNCTIONS:
                return _FUNCTIONS[name](self._ball(argument))
        raise NoProof
