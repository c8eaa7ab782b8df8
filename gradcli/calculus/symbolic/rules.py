"""What SymPy says of every operation, as the source of `calculus.balls.rules`.

`python -m gradcli.calculus.symbolic.rules` writes the module anew; a test holds what stands there to what SymPy says
today. SymPy takes the derivatives; forms that cancel are replaced by equal ones that do not (1 - tanh(x)**2 by
sech(x)**2), since balls then need no thousands of bits in the tails.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import sympy

from gradcli.calculus import balls
from gradcli.calculus.balls.functions import NATIVE
from gradcli.calculus.symbolic import functions
from gradcli.calculus.symbolic.elements import ELEMENTWISE, SymPyArithmetic
from gradcli.operations import TABLE

DECIDING: Final = frozenset({"abs", "sign", "floor", "round", "maximum", "where", "pow", "isnan", "clamp", "detach"})
"""Operations that duals and series do by themselves."""
EXTRA: Final = {"positive": 1, "is_zero": 1, "gelu_tanh": 1}
"""Operations that only builders use, and how many operands they have."""
LINE: Final = 115
"""The longest entry that stands on one line."""
NEW_LINE: Final = "\n        "
HEADING: Final = '''"""What SymPy says of every operation.

Made by `python -m gradcli.calculus.symbolic.rules`, not by hand.
"""

from __future__ import annotations

from typing import Final

from flint import fmpq

from gradcli.calculus.balls.functions import (
    Rule, flat, let, native, pi, positive, positive_off_zero, sign_off_zero, zero, zero_off_zero
)
'''


def source() -> str:
    """The source of the module."""
    writer = _Writer()
    table = "\n".join(f"    {writer.entry(*rule)}," for rule in _rules())
    names = "\n".join(f'{name}_ = native("{name}")' for name in sorted(writer.functions))
    constants = "\n".join(
        f"{name} = fmpq({above}, {below})" for (above, below), name in sorted(writer.fractions.items())
    )
    made = f"RULES: Final[dict[tuple[str, int], Rule]] = {{\n{table}\n}}\n"
    return f'{HEADING}\n{names}\n{constants}\n\n{made}"""Operations by name and number of operands."""\n'


def _rules() -> Iterator[tuple[str, list[Any], Any, list[Any]]]:
    """The operations: each with its name, its operands, its value (None of a native one) and its slopes."""
    x, y, n = (sympy.Symbol(name, real=True) for name in ("x", "y", "n"))
    yield "power", [x, y], None, [_stable((x**y).diff(x)), (x**y).diff(y)]
    yield "polygamma", [n, x], None, [sympy.S.Zero, sympy.polygamma(n, x).diff(x)]
    for name, count in sorted(_operations()):
        if name in DECIDING:
            continue
        symbols = [sympy.Symbol(letter, real=True) for letter in ("x", "y", "z")[:count]]
        formula = sympy.sympify(ELEMENTWISE[name](SymPyArithmetic(), *symbols))
        slopes = [_stable(formula.diff(symbol)) for symbol in symbols]
        native = name in NATIVE and not (name == "log" and count == 2)
        yield name, symbols, None if native else _stable(formula), slopes


def _operations() -> Iterator[tuple[str, int]]:
    for operation in TABLE:
        if operation.symbolic is not None and operation.symbolic in ELEMENTWISE:
            for count in range(operation.required, len(operation.parameters) + 1):
                yield operation.symbolic, count
    yield from EXTRA.items()


def _stable(expression: Any) -> Any:
    """An equal expression that does not cancel where this one does."""
    expression = sympy.powsimp(expression)
    symbols = expression.free_symbols
    if symbols and expression.is_rational_function(*symbols):
        expression = sympy.factor(expression)
    expression = expression.replace(lambda node: isinstance(node, sympy.log) and 1 in node.args[0].args, _as_log1p)
    return expression.replace(lambda node: node.is_Add, _without_cancelling)


def _as_log1p(node: Any) -> Any:
    (argument,) = node.args
    return _log1p(argument - 1) if argument.is_Add else node


def _without_cancelling(node: Any) -> Any:
    """A sum c + c f(u) by a function that is small where the two nearly cancel."""
    for term in node.args:
        coefficient, rest = term.as_coeff_Mul()
        for other in node.args:
            if isinstance(rest, sympy.erf) and other == coefficient:
                return node - term - other + coefficient * _erfc(-rest.args[0])
            if isinstance(rest, sympy.tanh) and other == coefficient:
                return node - term - other + 2 * coefficient / (1 + sympy.exp(-2 * rest.args[0]))
            if isinstance(rest, sympy.exp) and other == -coefficient:
                return node - term - other + coefficient * _expm1(rest.args[0])
            if rest.is_Pow and isinstance(rest.base, sympy.tanh) and rest.exp == 2 and other == -coefficient:
                return node - term - other - coefficient * sympy.sech(rest.base.args[0]) ** 2
    return node


_log1p: Final = sympy.Function("log1p")
"""log(1 + x), which does not cancel near 0."""
_expm1: Final = sympy.Function("expm1")
"""exp(x) - 1, which does not cancel near 0."""
_erfc: Final = sympy.Function("erfc")
"""erfc(x), which SymPy would write as 2 - erfc(-x)."""


class _Writer:
    """Rules as Python, in the functions of `calculus.balls.functions`; `functions` and `fractions` are those met."""

    RENAMED: Final = {
        "loggamma": "lgamma",
        "Absolute": "abs",
        "Maximum": "maximum",
        "Floor": "floor",
        "Round": "round",
    }

    def __init__(self) -> None:
        self.functions: set[str] = set()
        self.fractions: dict[tuple[int, int], str] = {}
        self._slope = False

    def entry(self, name: str, symbols: list[Any], value: Any, slopes: list[Any]) -> str:
        """An entry of the table. In slopes, what decides is undefined where it switches."""
        self._slope = False
        texts = ["None" if value is None else self._lambda(symbols, value)]
        self._slope = True
        texts += [self._lambda(symbols, slope) for slope in slopes]
        key = f'("{name}", {len(symbols)})'
        line = f"{key}: ({', '.join(texts)})"
        if len(line) <= LINE:
            return line
        return f"{key}: ({''.join(f'{NEW_LINE}{text},' for text in texts)}\n    )"

    def _lambda(self, symbols: list[Any], expression: Any) -> str:
        """A function of the symbols, shared parts first."""
        has_branches = expression.has(functions.Where, functions.Branch, functions.Positive)
        shared, (result,) = ([], [expression]) if has_branches else sympy.cse([expression])
        parts = [result, *[part for _, part in reversed(shared)]]
        known = [*symbols, *[symbol for symbol, _ in shared]]
        text = ""
        for below, part in enumerate(parts):
            text = f"lambda {', '.join(map(str, known[: len(known) - below]))}: {self.text(part)}{text and ', '}{text}"
            text = f"let({text})" if below else text
        return text

    def text(self, node: Any) -> str:
        """The expression, in brackets where it is a sum or a product."""
        writer = getattr(self, f"_{type(node).__name__.lower()}", None)
        if writer is not None:
            return str(writer(node))
        if node.is_Symbol:
            return str(node.name)
        if node.is_Rational:
            return self._rational(node)
        return self._call(self.RENAMED.get(type(node).__name__, type(node).__name__), *node.args)

    def _call(self, name: str, *arguments: Any) -> str:
        self.functions.add(name)
        return f"{name}_({', '.join(self.text(each) for each in arguments)})"

    def _rational(self, node: Any) -> str:
        if node.is_Integer:
            return f"({node.p})" if node.p < 0 else str(node.p)
        sign = "M" if node.p < 0 else ""
        return self.fractions.setdefault((int(node.p), int(node.q)), f"Q{sign}{abs(node.p)}_{node.q}")

    def _add(self, node: Any) -> str:
        positive: list[Any] = []
        negative: list[Any] = []
        for term in node.as_ordered_terms():
            (negative if term.could_extract_minus_sign() else positive).append(term)
        text = " + ".join(self.text(term) for term in positive) or "0"
        return "(" + text + "".join(f" - {self.text(-term)}" for term in negative) + ")"

    def _mul(self, node: Any) -> str:
        branches = [each for each in node.args if type(each).__name__ == "Positive"]
        if branches:  # where it is 0, the rest need not be defined
            rest = sympy.Mul(*(each for each in node.args if each not in branches))
            condition = " and ".join(self.text(each) for each in branches)
            return f"({self.text(rest)} if {condition} else 0)"
        if node.could_extract_minus_sign():
            return f"(-{self.text(-node)})"
        above, below = sympy.fraction(node, exact=True)
        if below != 1:
            return self._quotient(above, below)
        return "(" + " * ".join(self.text(factor) for factor in node.as_ordered_factors()) + ")"

    def _quotient(self, above: Any, below: Any) -> str:
        return self._call("divide", above, below)

    def _pow(self, node: Any) -> str:
        base, exponent = node.args
        if base is sympy.E:
            return self._call("exp", exponent)
        if exponent == sympy.S.Half:
            return self._call("sqrt", base)
        if exponent.is_Rational and exponent.is_negative:
            return self._quotient(sympy.S.One, sympy.Pow(base, -exponent))
        return self._call("power", base, exponent)

    def _pi(self, node: Any) -> str:
        return "pi()"

    def _sinc(self, node: Any) -> str:
        return self._quotient(sympy.sin(node.args[0]), node.args[0])

    def _where(self, node: Any) -> str:
        condition, chosen, otherwise = node.args
        return f"({self.text(chosen)} if {self.text(condition)} else {self.text(otherwise)})"

    _branch = _where

    def _positive(self, node: Any) -> str:
        return f"positive{'_off_zero' if self._slope else ''}({self.text(node.args[0])})"

    def _iszero(self, node: Any) -> str:
        return f"zero{'_off_zero' if self._slope else ''}({self.text(node.args[0])})"

    def _sign(self, node: Any) -> str:
        return f"sign_off_zero({self.text(node.args[0])})" if self._slope else self._call("sign", node.args[0])

    def _flat(self, node: Any) -> str:
        return f"flat({self.text(node.args[0])})"

    def _detached(self, node: Any) -> str:
        return self.text(node.args[0])


if __name__ == "__main__":
    Path(balls.__file__).with_name("rules.py").write_text(source())
