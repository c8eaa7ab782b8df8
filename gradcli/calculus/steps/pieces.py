"""Products and calls taken apart, the way the rules speak of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gradcli.calculus.steps import derivatives
from gradcli.calculus.steps.trees import ONE, over, template_of, times
from gradcli.language.rewriting import Place
from gradcli.language.tree import Call, Expr, Factor, Product
from gradcli.language.values import frozen
from gradcli.operations import OPERATIONS


@frozen
class Part:
    """A piece of an expression and the place of what it was written as."""

    value: Expr
    place: Place


@frozen
class Fraction:
    """A product sorted: the constant in front, None where it is 1, and what varies above and below the line."""

    constant: Expr | None
    above: tuple[Part, ...]
    below: tuple[Part, ...]

    def rest(self, place: Place) -> Part:
        """What is left of the product without its constant."""
        if len(self.above) == 1 and not self.below:
            return self.above[0]
        above = times(*(part.value for part in self.above)) if self.above else ONE
        return Part(over(above, self._bottom()) if self.below else above, place)

    def top(self, place: Place) -> Part:
        """All that varies above the line."""
        return self.above[0] if len(self.above) == 1 else Part(times(*(part.value for part in self.above)), place)

    def bottom(self, place: Place) -> Part:
        """All that varies below the line."""
        return self.below[0] if len(self.below) == 1 else Part(self._bottom(), place)

    def _bottom(self) -> Expr:
        return times(*(part.value for part in self.below))


def sorted_factors(product: Product, place: Place, varying: Iterable[bool]) -> Fraction:
    """The factors of a product of `*` and `/` by what they are; `varying` says which depend on the variable."""
    fixed: list[Factor] = []
    above: list[Part] = []
    below: list[Part] = []
    for index, (factor, varies) in enumerate(zip(product.factors, varying, strict=True)):
        if not varies:
            fixed.append(factor)
        else:
            (below if factor.operator == "/" else above).append(Part(factor.value, (*place, index)))
    constant = _constant(fixed)
    is_reciprocal = constant == ONE and not above
    return Fraction(None if is_reciprocal else constant, tuple(above), tuple(below))


def _constant(factors: list[Factor]) -> Expr | None:
    if not factors:
        return None
    if factors[0].operator == "/":
        factors = [Factor(ONE), *factors]
    return factors[0].value if len(factors) == 1 else Product(tuple(factors))


def with_one_operator(product: Product) -> Product:
    """The product with everything up to its last `//`, `%` or `@` as one factor: what is left has ordinary ones."""
    special = [index for index, factor in enumerate(product.factors) if factor.operator not in "*/"]
    last = special[-1] if special else 0
    if last == 0 or (last == 1 and len(product.factors) == 2):
        return product
    if last == len(product.factors) - 1:
        return Product((Factor(Product(product.factors[:-1])), product.factors[-1]))
    return Product((Factor(Product(product.factors[: last + 1])), *product.factors[last + 1 :]))


def arguments_of(call: Call) -> dict[str, Part]:
    """A call's arguments by the names of its parameters, defaults included where a derivative speaks of them."""
    names = OPERATIONS[call.function].parameters
    found = {
        name: Part(template_of(text, ()), ()) for name, text in derivatives.DEFAULTS.get(call.function, {}).items()
    }
    for index, (name, argument) in enumerate(zip(names, call.arguments, strict=False)):
        found[name] = Part(argument, (index,))
    for index, keyword in enumerate(call.keywords, len(call.arguments)):
        found[keyword.name] = Part(keyword.value, (index,))
    return found


def values_of(parts: Mapping[str, Part]) -> dict[str, Expr]:
    """The parts without their places."""
    return {name: part.value for name, part in parts.items()}
