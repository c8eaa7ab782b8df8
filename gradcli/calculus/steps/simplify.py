"""Light simplification, as one does it by hand without thinking: never clever, always the same.

Whole numbers, fractions and decimals are calculated exactly; zeros and ones go; signs come to the front; equal factors
are gathered into powers and cancelled, equal terms are added. Sums are not multiplied out, functions are left alone.
"""

from __future__ import annotations

from gradcli.calculus.steps.coefficients import UNIT, Coefficient, Monomial, gathered, number_of, tree_of
from gradcli.calculus.steps.trees import ONE, ZERO, signed_sum
from gradcli.language.printer import to_text
from gradcli.language.tree import Call, Expr, Factor, Negation, Number, Power, Product, Sum


class Simplifier:
    """Simplifies trees; what it has made once is not looked at again, so that a derivation step pays for its own
    nodes only."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[Expr, Expr]] = {}
        self._texts: dict[int, tuple[Expr, str]] = {}

    def simplified(self, expr: Expr) -> Expr:
        """The expression, simplified."""
        found = self._done.get(id(expr))
        if found is not None:
            return found[1]
        result = self._simplified(expr)
        self._done[id(expr)] = (expr, result)
        self._done[id(result)] = (result, result)
        return result

    def _simplified(self, expr: Expr) -> Expr:
        match expr:
            case Negation() | Product():
                return self._tree(self._monomial(expr))
            case Sum():
                return self._sum(expr)
            case Power():
                return self._power(expr)
            case Call(function="where", arguments=(condition, chosen, otherwise)):
                return self._where(expr, condition, chosen, otherwise)
            case Call(function="sum" | "mean", arguments=(entries,)):
                return Call(expr.function, (self.simplified(entries),), expr.keywords)
            case _:
                return expr

    def _text(self, expr: Expr) -> str:
        found = self._texts.get(id(expr))
        if found is None:
            found = self._texts[id(expr)] = (expr, to_text(expr))
        return found[1]

    # Products

    def _monomial(self, expr: Expr) -> Monomial:
        """A simplified or raw product as a coefficient and powers."""
        monomial = Monomial()
        stack: list[tuple[Expr, bool]] = [(expr, False)]
        while stack:
            node, below = stack.pop()
            match node:
                case Negation(operand=operand):
                    monomial.negate()
                    stack.append((operand, below))
                case Product(factors=factors) if all(factor.operator in "*/" for factor in factors):
                    parts = [(factor.value, below != (factor.operator == "/")) for factor in factors]
                    stack.extend(reversed(parts))
                case _:
                    self._multiply(monomial, node, below)
        return monomial

    def _multiply(self, monomial: Monomial, node: Expr, below: bool) -> None:
        value = node if isinstance(node, (Number, Product)) else self.simplified(node)
        if isinstance(value, (Negation, Product)) and value is not node:
            monomial.multiply(self._monomial(value), below)
            return
        if monomial.scale(number_of(value), below):
            return
        exponent = number_of(value.exponent) if isinstance(value, Power) else None
        if isinstance(value, Power) and exponent is not None:
            monomial.append(self._text(value.base), value.base, exponent, below)
        else:
            monomial.append(self._text(value), value, UNIT, below)

    def _tree(self, monomial: Monomial) -> Expr:
        return gathered(monomial, self._raised)

    def _raised(self, base: Expr, exponent: Coefficient) -> Expr:
        return base if exponent == UNIT else Power(base, tree_of(exponent))

    # Sums

    def _sum(self, expr: Sum) -> Expr:
        """Terms in the order of their first appearance, equal ones added up."""
        terms: dict[str, tuple[Monomial, Coefficient]] = {}
        for value, negative in self._terms(expr):
            monomial = self._monomial(value)
            coefficient = monomial.take_coefficient()
            signed = coefficient.negative() if negative else coefficient
            key = monomial.key()
            before = terms.get(key)
            total = signed if before is None else before[1].plus(signed)
            if total is None:  # too many digits to add: both stay
                key = f"{key} {len(terms)}"
                total = signed
            terms[key] = (monomial if before is None else before[0], total)
        kept = [(monomial, total) for monomial, total in terms.values() if total.value]
        if not kept:
            return ZERO
        return signed_sum(
            (self._tree(monomial.with_coefficient(total.size())), total.value < 0) for monomial, total in kept
        )

    def _terms(self, expr: Sum) -> list[tuple[Expr, bool]]:
        """The terms of a sum and of the sums in it, simplified, with their signs."""
        found: list[tuple[Expr, bool]] = []
        stack: list[tuple[Expr, bool]] = [(term.value, term.negative) for term in reversed(expr.terms)]
        while stack:
            node, negative = stack.pop()
            value = node if isinstance(node, Sum) else self.simplified(node)
            if isinstance(value, Sum):
                stack.extend((term.value, negative != term.negative) for term in reversed(value.terms))
            elif isinstance(value, Negation) and isinstance(value.operand, Sum):
                stack.append((value.operand, not negative))
            else:
                found.append((value, negative))
        return found

    # Powers and pieces

    def _power(self, expr: Power) -> Expr:
        base, exponent = self.simplified(expr.base), self.simplified(expr.exponent)
        known = number_of(exponent)
        if known is not None and known.value == 0:
            return ONE
        if known is not None and known.value == 1:
            return base
        number = number_of(base)
        if number is not None and number.value == 1:
            return ONE
        folded = None if number is None or known is None else number.power(known)
        if folded is not None:
            return tree_of(folded)
        if isinstance(base, Power) and known is not None:
            both = _whole_product(number_of(base.exponent), known)
            if both is not None:
                return Power(base.base, tree_of(both))
        taken_out = None if known is None else self._number_taken_out(base, known)
        if taken_out is not None:
            return taken_out
        if base is expr.base and exponent is expr.exponent:
            return expr
        return Power(base, exponent)

    def _number_taken_out(self, base: Expr, exponent: Coefficient) -> Expr | None:
        """`4*x**2` of `(2*x)**2`: None where there is no number before x, or the exponent is not whole."""
        if not isinstance(base, (Negation, Product)) or exponent.value.denominator != 1:
            return None
        monomial = self._monomial(base)
        number = monomial.take_coefficient()
        raised = number.power(exponent)
        if number == UNIT or raised is None:
            return None
        return self.simplified(
            Product((Factor(tree_of(raised)), Factor(Power(self._tree(monomial), tree_of(exponent)))))
        )

    def _where(self, expr: Call, condition: Expr, chosen: Expr, otherwise: Expr) -> Expr:
        chosen, otherwise = self.simplified(chosen), self.simplified(otherwise)
        if self._text(chosen) == self._text(otherwise):
            return chosen
        return Call("where", (condition, chosen, otherwise))


def _whole_product(inner: Coefficient | None, outer: Coefficient) -> Coefficient | None:
    """The exponent of `(x^2)^3`, where both are whole; of roots the sign of x decides, and they stay."""
    if inner is None or inner.value.denominator != 1 or outer.value.denominator != 1:
        return None
    product = inner.times(outer)
    return None if product is None or product.value in (0, 1) else product


def simplified(expr: Expr) -> Expr:
    """The expression, simplified once."""
    return Simplifier().simplified(expr)
