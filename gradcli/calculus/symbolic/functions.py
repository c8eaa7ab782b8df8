"""Functions with kinks and jumps as SymPy functions of a real variable.

SymPy has Abs, Max, Piecewise and floor, but they reason about signs and complex values at every construction and leave
unevaluated derivatives behind; these know only how they differentiate, and the balls know where their derivatives are
undefined. Differentiation itself (chain, product and quotient rule, and every smooth function) is SymPy's.
"""

from __future__ import annotations

from typing import Any

import sympy


class Real(sympy.Function):
    """A real function of one real number."""

    nargs = 1
    is_real = True


class Jump(Real):
    """What is constant on either side of zero: its derivative is 0, and at zero something happens."""

    def _eval_derivative(self, symbol: Any) -> Any:
        return sympy.S.Zero


class Positive(Jump):
    """1 where the argument is positive, 0 where it is negative."""

    @classmethod
    def eval(cls, argument: Any) -> Any:
        """Decide for a number other than zero."""
        if argument.is_Number and argument.is_nonzero:
            return sympy.S.One if argument.is_positive else sympy.S.Zero
        return None


class IsZero(Jump):
    """1 where the argument is zero, else 0."""

    @classmethod
    def eval(cls, argument: Any) -> Any:
        """Decide for a number."""
        if argument.is_Number:
            return sympy.S.One if argument.is_zero else sympy.S.Zero
        return None


class Sign(Jump):
    """-1 or 1; 0 at zero, where it jumps."""

    @classmethod
    def eval(cls, argument: Any) -> Any:
        """Decide for a number other than zero."""
        if argument.is_Number and argument.is_nonzero:
            return sympy.S.One if argument.is_positive else sympy.S.NegativeOne
        return None


class Absolute(Real):
    """The absolute value of a real number."""

    @classmethod
    def eval(cls, argument: Any) -> Any:
        """Decide for a number."""
        return abs(argument) if argument.is_Number else None

    def fdiff(self, argindex: int = 1) -> Any:
        """The sign."""
        return Sign(self.args[0])


class Maximum(sympy.Function):
    """The largest argument; its derivative is undefined where the largest is attained twice."""

    is_real = True

    @classmethod
    def eval(cls, *arguments: Any) -> Any:
        """Leave out what is there twice."""
        once = tuple(dict.fromkeys(arguments))
        if len(once) == len(arguments):
            return None
        return once[0] if len(once) == 1 else cls(*once)

    def fdiff(self, argindex: int = 1) -> Any:
        """1 for the largest, 0 for the others."""
        own = self.args[argindex - 1]
        return sympy.Mul(*(Positive(own - other) for at, other in enumerate(self.args) if at != argindex - 1))


class Where(sympy.Function):
    """The second argument where the first is 1, the third where it is 0."""

    nargs = 3

    @classmethod
    def eval(cls, condition: Any, chosen: Any, otherwise: Any) -> Any:
        """Decide for a known condition or equal branches."""
        if condition.is_Number:
            return otherwise if condition.is_zero else chosen
        return chosen if chosen == otherwise else None

    def _eval_derivative(self, symbol: Any) -> Any:
        condition, chosen, otherwise = self.args
        if not condition.has(symbol):
            return Where(condition, chosen.diff(symbol), otherwise.diff(symbol))
        return Branch(condition, chosen.diff(symbol), otherwise.diff(symbol))


class Branch(Where):
    """The derivative of Where: even where both branches agree, the boundary between them may hide a jump."""

    @classmethod
    def eval(cls, condition: Any, chosen: Any, otherwise: Any) -> Any:
        """Never decide: the condition still has a boundary."""
        return None


class Floor(Real):
    """The largest integer below."""

    def fdiff(self, argindex: int = 1) -> Any:
        """0 between the jumps."""
        return Flat(self.args[0])


class Flat(Real):
    """0, but undefined at the integers: the derivative of floor."""

    def _eval_derivative(self, symbol: Any) -> Any:
        return Flat(self.args[0])


class Round(Real):
    """The nearest integer, of a half the even one."""

    @classmethod
    def eval(cls, argument: Any) -> Any:
        """Decide for a rational number."""
        if not argument.is_Rational:
            return None
        below, away = divmod(argument + sympy.S.Half, 1)
        return below - 1 if away == 0 and below % 2 else below

    def fdiff(self, argindex: int = 1) -> Any:
        """0 between the jumps."""
        return Flat(self.args[0] + sympy.S.Half)


class Detached(sympy.Function):
    """Its argument as a constant: nothing is differentiated through it."""

    nargs = 1

    def _eval_derivative(self, symbol: Any) -> Any:
        return sympy.S.Zero
