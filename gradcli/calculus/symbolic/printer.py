"""SymPy's expressions as text of our own language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sympy
from sympy import Add, Pow, Rational, S
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from gradcli.calculus.symbolic.decimals import Decimal, exact
from gradcli.operations import OPERATIONS

RENAMED: Final = {
    "loggamma": "lgamma",
    "Absolute": "abs",
    "Abs": "abs",
    "Sign": "sign",
    "Floor": "floor",
    "Round": "round",
}
MAX_NODES: Final = 20_000
"""Nodes of a formula that is written at all."""


class Unprintable(Exception):  # noqa: N818 - it is an outcome, not a fault
    """The formula holds something that our language has no word for."""


class LanguagePrinter(StrPrinter):
    """SymPy's printer with our names, numbers before letters, and what is divided by below a fraction's bar."""

    def __init__(self, taken: frozenset[str]) -> None:
        super().__init__()
        self._taken = taken

    def text(self, expression: Any) -> str:
        """The expression as text. Raises Unprintable, also where there is far too much of it."""
        for count, _ in enumerate(sympy.preorder_traversal(expression)):
            if count > MAX_NODES:
                raise Unprintable("it is too large to be written")
        return str(self.doprint(expression))

    def _print_Add(self, node: Any, order: str | None = None) -> str:
        texts = [f"({self._print(term)})" if term.is_Add else self._print(term) for term in self._terms(node)]
        first = next((place for place, text in enumerate(texts) if not text.startswith("-")), 0)
        texts.insert(0, texts.pop(first))
        return texts[0] + "".join(f" - {text[1:]}" if text.startswith("-") else f" + {text}" for text in texts[1:])

    def _terms(self, node: Any) -> Sequence[Any]:
        """The terms in SymPy's order, as if numbers with a decimal point were numbers to it, too."""
        if not node.atoms(Decimal):
            return list(self._as_ordered_terms(node))
        terms = {exact(term): term for term in node.args}
        whole = Add(*terms)
        if set(Add.make_args(whole)) != set(terms) or len(terms) != len(node.args):
            return list(self._as_ordered_terms(node))
        return [terms[term] for term in self._as_ordered_terms(whole)]

    def _print_Mul(self, node: Any) -> str:
        number, numbers, above, below = S.One, [], [], []
        for factor in node.as_ordered_factors():
            if factor.is_Rational:
                number *= factor
            elif isinstance(factor, Decimal):
                numbers.append(factor)
            elif factor.is_Pow and factor.exp.as_coeff_Mul()[0] < 0:
                below.append(Pow(factor.base, -factor.exp, evaluate=False) if factor.exp != -1 else factor.base)
            else:
                above.append(factor)
        below.sort(key=lambda factor: not isinstance(factor, Decimal))
        sign, number = ("-", -number) if number < 0 else ("", number)
        above = [*([Rational(number.p)] if number.p != 1 else []), *numbers, *above] or [S.One]
        below = [*([Rational(number.q)] if number.q != 1 else []), *below]
        over = self._factors(below)
        if len(below) > 1:
            over = f"({over})"
        return sign + self._factors(above) + (f"/{over}" if below else "")

    def _factors(self, factors: Sequence[Any]) -> str:
        return "*".join([self.parenthesize(factor, PRECEDENCE["Mul"], strict=False) for factor in factors])

    def _print_Pow(self, node: Any, rational: bool = False) -> str:
        if node.exp.as_coeff_Mul()[0].is_negative and node.exp.is_number:
            power = Pow(node.base, -node.exp, evaluate=False) if node.exp != -1 else node.base
            return f"1/{self.parenthesize(power, PRECEDENCE['Mul'], strict=False)}"
        return str(super()._print_Pow(node, rational))

    def _print_Function(self, node: Any) -> str:
        name = type(node).__name__
        name = RENAMED.get(name, name)
        if name not in OPERATIONS:
            raise Unprintable(f"there is no word for {name} here")
        return f"{name}({self.stringify(node.args, ', ')})"

    def _condition(self, condition: Any) -> str:
        """Where something is positive, or zero: as a comparison of what is added with what is taken away."""
        kind = type(condition).__name__
        if kind not in ("Positive", "IsZero"):
            raise Unprintable("a condition of another kind")
        terms = Add.make_args(condition.args[0])
        less = [-term for term in terms if term.could_extract_minus_sign()]
        more = [term for term in terms if not term.could_extract_minus_sign()]
        return f"{self._print(Add(*more))} {'>' if kind == 'Positive' else '=='} {self._print(Add(*less))}"

    def _print_Positive(self, node: Any) -> str:
        return f"where({self._condition(node)}, 1, 0)"

    _print_IsZero = _print_Positive

    def _print_Where(self, node: Any) -> str:
        condition, chosen, otherwise = node.args
        return f"where({self._condition(condition)}, {self._print(chosen)}, {self._print(otherwise)})"

    _print_Branch = _print_Where

    def _print_Maximum(self, node: Any) -> str:
        if len(node.args) != 2:
            raise Unprintable("the largest of more than two")
        return f"maximum({self._print(node.args[0])}, {self._print(node.args[1])})"

    def _print_Detached(self, node: Any) -> str:
        return f"detach({self._print(node.args[0])})"

    def _print_polygamma(self, node: Any) -> str:
        if node.args[0] != 0:
            raise Unprintable("there is no word for polygamma here")
        return f"digamma({self._print(node.args[1])})"

    def _print_sinc(self, node: Any) -> str:
        return f"sinc({self._print(node.args[0] / sympy.pi)})"

    def _print_Exp1(self, node: Any) -> str:
        return self._named("e")

    def _print_Pi(self, node: Any) -> str:
        return self._named("pi")

    def _print_Float(self, node: Any) -> str:
        return repr(float(node))

    def _named(self, name: str) -> str:
        if name in self._taken:
            raise Unprintable(f"{name} is a variable here")
        return name

    def _unprintable(self, node: Any) -> str:
        raise Unprintable(f"there is no word for {type(node).__name__} here")

    _print_Infinity = _unprintable
    _print_NegativeInfinity = _unprintable
    _print_ComplexInfinity = _unprintable
    _print_NaN = _unprintable
    _print_ImaginaryUnit = _unprintable
    _print_Derivative = _unprintable
    _print_Subs = _unprintable
    _print_Piecewise = _unprintable
    emptyPrinter = _unprintable
