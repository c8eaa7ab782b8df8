"""Comparisons (which do not chain), sums and products (explicit and implicit alike, left to right), loose to tight.

They are loops, so that a long sum is one flat node. People differ on what belongs to a product; `follows` remembers it.
"""

from __future__ import annotations

from typing import Final, get_args

from gradcli.language import codes
from gradcli.language.habits import INNER_PRODUCT, PERCENT, SPLIT_NAME, WIDE_DIVISOR, WIDE_EXPONENT
from gradcli.language.limits import MAX_NOTES
from gradcli.language.names import GREEK_NAMES
from gradcli.language.primaries import PrimaryParser
from gradcli.language.quoting import shortened
from gradcli.language.tokens import NAME, NUMBER
from gradcli.language.tree import (
    Comparison,
    ComparisonOperator,
    Expr,
    Factor,
    Name,
    Negation,
    Number,
    Power,
    Product,
    ProductOperator,
    Span,
    Sum,
    TensorLiteral,
    Term,
)
from gradcli.language.values import replace

_COMPARISONS: Final[dict[str, ComparisonOperator]] = {sign: sign for sign in get_args(ComparisonOperator)}
_PRODUCTS: Final[dict[str, ProductOperator]] = {sign: sign for sign in get_args(ProductOperator)}
_ENDS: Final = frozenset({"+", "-", "", ")", "]", ",", ";", "\n", "=", "at"})
_ALONE: Final = frozenset({"", ")", "]", ",", ";", "\n", "at"})
"""What follows an expression that is one token."""
_RAISED: Final = frozenset({Power, Negation})
"""What a bare exponent may stand at the end of."""


class ProductParser(PrimaryParser):
    """The part of the parser that reads what binds more loosely than powers."""

    __slots__ = ()

    def expression(self) -> Expr:
        """A comparison, or a sum."""
        start = self.position
        if self.kinds[start] <= NAME and self.texts[start + 1] in _ALONE:
            return self.operand()
        left = self.summed()
        operator = _COMPARISONS.get(self.texts[self.position])
        if operator is None:
            return left
        self.position += 1
        right = self.summed()
        if self.texts[self.position] in _COMPARISONS:
            help_ = "compare in pairs and multiply: (a < b)*(b < c)"
            span = self.token_span(self.position)
            self.fail(codes.CHAINED_COMPARISON, "comparisons do not chain", span, help_)
        return Comparison(left, operator, right, self.span(start))

    def summed(self) -> Expr:
        """Products with signs between them."""
        start = self.position
        first = self.product()
        text = self.texts[self.position]
        if text not in ("+", "-"):
            return first
        terms = [Term(first)]
        while text in ("+", "-"):
            self.position += 1
            terms.append(Term(self.product(), text == "-"))
            text = self.texts[self.position]
        return Sum(tuple(terms), self.span(start))

    def product(self) -> Expr:
        """Factors, up to the next sum, comparison or end."""
        start = self.position
        first = self.operand()
        text = self.texts[self.position]
        if text in _ENDS:
            return first
        operator = _PRODUCTS.get(text)
        if operator is None and not self.implicit_product():
            return first
        factors = [Factor(first)]
        while True:
            if operator is not None:
                self._written_factor(self.position, factors, operator)
            else:
                self._implicit_factor(self.position, factors)
            text = self.texts[self.position]
            if text in _ENDS:
                break
            operator = _PRODUCTS.get(text)
            if operator is None and not self.implicit_product():
                break
        if len(factors) == 1:  # others read what follows as part of the first
            return factors[0].value
        return Product(tuple(factors), self.span(start))

    def _written_factor(self, place: int, factors: list[Factor], operator: ProductOperator) -> None:
        """Read an operator at the place and its factor."""
        last = factors[-1]
        if place == self.bare_end:
            self.leaves_outside(place + 1, operator)
        is_raised = False
        if type(last.value) in _RAISED and operator in ("*", "/") and self.follows_bare_exponent(place):
            is_raised = self.is_raised_more(place, last.value, place + 1, operator)
        if operator == "%" and self.is_percent(place, last.value):
            factors.append(Factor(Number("100", 100.0, self.token_span(place)), "/"))
            operator = "*"
        self.position = place + 1
        right = self.operand()
        if operator == "/":
            right = self.divisor(place + 1, right) if type(right) is Name else right
        elif type(right) is TensorLiteral and operator == "*" and self.is_inner_product(place, last.value, right):
            operator = "@"
        if is_raised:
            self.widened = self.position
            factors[-1] = Factor(raised_more(last.value, Factor(right, operator)), last.operator)
        else:
            factors.append(Factor(right, operator))

    def _implicit_factor(self, place: int, factors: list[Factor]) -> None:
        """Read a factor without an operator at the place, which may belong to the one before it."""
        last = factors[-1]
        if place == self.bare_end:
            self.leaves_outside(place, "")
        if last.operator == "/" and self.divides_more(place, last):
            factors[-1] = Factor(product_of(last.value, Factor(self.operand())), "/")
        elif (
            type(last.value) in _RAISED
            and self.follows_bare_exponent(place)
            and self.is_raised_more(place, last.value, place, "")
        ):
            factors[-1] = Factor(raised_more(last.value, Factor(self.operand())), last.operator)
            self.widened = self.position
        else:
            factors.append(Factor(self.operand()))
            if self.texts[place] == "(":
                self.note_name_before_bracket(place, last.value)

    # What stands beside an operator may belong elsewhere.

    def divides_more(self, place: int, last: Factor) -> bool:
        """Whether the factor at `place`, which follows the factor `last` without a sign, is read below its stroke."""
        if (
            last.operator != "/"
            or self.is_closed(place - 1)
            or not (self.touches(place) or not isinstance(last.value, Number))
        ):
            return False
        return self.follows_at(last.value.span.start, WIDE_DIVISOR)

    def follows_bare_exponent(self, place: int) -> bool:
        """Whether the token before `place` is a number or a name that is an exponent after `^`, without brackets."""
        if place == self.widened:
            return True
        texts = self.texts
        if place < 3 or self.kinds[place - 1] > NAME or self.is_closed(place - 1):
            return False
        return texts[place - 2] == "^" or (place > 3 and texts[place - 2] == "-" and texts[place - 3] == "^")

    def is_raised_more(self, place: int, value: Expr, following: int, operator: str) -> bool:
        """Whether what follows a power with a bare exponent is read as part of the exponent.

        `place` is the token after the power, an operator or a factor; `following` is the factor that comes next.
        """
        power = value.operand if isinstance(value, Negation) else value
        if not isinstance(power, Power) or self.kinds[following] > NAME or self.texts[following] == "at":
            return False
        is_function = self.is_function_name(following)
        is_touching = self.touches(place) and self.touches(following)
        if operator == "":
            is_near = is_touching or not is_function
            if place == self.widened:
                return is_near
            return is_near and self.follows(place, WIDE_EXPONENT, is_touching and not is_function)
        if not is_touching or is_function or place == self.widened:
            return is_touching and not is_function and operator == "/"
        steep = self._is_steep(power)
        if operator == "*":
            return steep and self.follows(place, WIDE_EXPONENT)
        exponent = power.exponent.operand if isinstance(power.exponent, Negation) else power.exponent
        is_root = self.kinds[following] == NUMBER and isinstance(exponent, Number) and exponent.value == 1
        return self.follows(place, WIDE_EXPONENT, steep or is_root)

    def _is_steep(self, power: Power) -> bool:
        """Whether it is a power of a constant (`e^2`), or of a number with more than a number up (`2^x`)."""
        if isinstance(power.base, Name):
            return power.base.name in self.vocabulary.constants and power.base.name not in self.known
        exponent = power.exponent.operand if isinstance(power.exponent, Negation) else power.exponent
        return isinstance(power.base, Number) and not isinstance(exponent, Number)

    def divisor(self, place: int, right: Expr) -> Expr:
        """A divisor that begins at `place`; `bc` in `a/bc`, which nobody bound, is b*c for some."""
        if not isinstance(right, Name) or self.ends[place] - self.starts[place] < 2 or not self.touches(place):
            return right
        name = right.name
        is_word = name.isalpha() and len(name) == self.ends[place] - self.starts[place]
        if (
            not is_word
            or name in self.known
            or name in self.vocabulary.constants
            or not self.follows(place, SPLIT_NAME)
        ):
            return right
        start = right.span.start
        return Product(
            tuple(Factor(Name(each, Span(start + at, start + at + 1))) for at, each in enumerate(name)), right.span
        )

    def is_percent(self, place: int, left: Expr) -> bool:
        """Whether the `%` at `place` is read as percent: it touches the number before it, and not what follows."""
        if not isinstance(left, Number) or not self.touches(place) or self.touches(place + 1):
            return False
        return self.follows(place, PERCENT)

    def is_inner_product(self, place: int, left: Expr, right: Expr) -> bool:
        """Whether the sign at `place` is read as that of the inner product: a dot between vectors."""
        if self.source[self.starts[place]] not in "·⋅" or not isinstance(left, TensorLiteral):
            return False
        return isinstance(right, TensorLiteral) and self.follows(place, INNER_PRODUCT)

    def note_name_before_bracket(self, place: int, last: Expr) -> None:
        """A note for a name that is a factor of the bracket at `place`, and might be meant for a function."""
        if not isinstance(last, Name) or len(self.notes) >= MAX_NOTES:
            return
        name = last.name
        span = Span(last.span.start, self.ends[self.position - 1])
        text = shortened(self.source[span.start : span.end])
        if name in GREEK_NAMES and self.vocabulary.function(name):
            if name in self.known:
                reading = f"a product, since {name} has a value here; write torch.{name}(...) for the function"
            else:
                reading = f"a product, since a blank stands before the bracket; write {name}(...) for the function"
            self.note(f"{text} reads as {reading}", span)
        elif self.may_be_meant_as_function(name) and self.touches(place):
            what = "a value" if name in self.known else "no function"
            reading = f"{name} times the bracket, since {name} is {what} here"
            self.note(f"{text} reads as {reading}; a function is written {name}(x) = …", span)


def raised_more(value: Expr, factor: Factor) -> Expr:
    """A power whose exponent takes one more factor."""
    if isinstance(value, Negation):
        return replace(value, operand=raised_more(value.operand, factor))
    assert isinstance(value, Power)
    span = value.span.to(factor.value.span)
    return replace(value, exponent=product_of(value.exponent, factor), span=span)


def product_of(left: Expr, factor: Factor) -> Product:
    """The product of an expression with one more factor."""
    own = left.factors if isinstance(left, Product) else (Factor(left),)
    return Product((*own, factor), left.span.to(factor.value.span))
