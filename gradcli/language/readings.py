"""Notes on readings that people differ on. They are never errors; a result shows them beside the answer."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.language.cursor import Cursor
from gradcli.language.limits import MAX_NOTES
from gradcli.language.names import GREEK_NAMES
from gradcli.language.printer import to_text
from gradcli.language.tokens import NAME
from gradcli.language.tree import (
    Call,
    Comparison,
    Expr,
    Factor,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Span,
    Sum,
)

_LONGEST = 60


class Readings(Cursor):
    """The cursor, with the notes that the parser makes while it reads."""

    __slots__ = ()

    def note_implicit_factor(self, first: int, place: int, factors: Sequence[Factor], right: Expr) -> None:
        """Notes for the implicit factor `right`, whose first token is at `place`, after `factors`: `1/2x`, `e^2x`,
        `√2x`.

        `first` is the position of the product's first token.
        """
        last = factors[-1]
        if self.texts[place] == "(" and isinstance(last.value, Name) and last.value.name in GREEK_NAMES:
            self._note_greek_factor(last.value)
        if self.is_closed(place - 1) or not self._wanted(first):
            return
        if last.operator == "/" and (self.touches(place) or not isinstance(last.value, Number)):
            other = Product((*factors[:-1], Factor(_product(last.value, right), "/")))
            reading = f"({to_text(Product(tuple(factors)))})*{_as_factor(right)}"
            self._note_reading(self.span(first), reading, other)
        elif self.touches(place):
            self._note_touching_factor(place, last.value, right)

    def _note_greek_factor(self, last: Name) -> None:
        """A note for `gamma(x)` where gamma is a variable, although there is a function of that name."""
        if len(self.notes) < MAX_NOTES and self.vocabulary.function(last.name):
            span = Span(last.span.start, self.ends[self.position - 1])
            text = self.source[span.start : span.end] if span.end - span.start <= _LONGEST else f"{last.name}(…)"
            reading = f"a product, since {last.name} has a value here"
            self.note(f"{text} reads as {reading}; write torch.{last.name}(...) for the function", span)

    def _note_touching_factor(self, place: int, last: Expr, right: Expr) -> None:
        span = Span(last.span.start, self.ends[self.position - 1])
        named = self.kinds[place] == NAME and (self.texts[place] not in self.functions or isinstance(right, Name))
        if isinstance(last, Power) and named and self._ends_with_bare(last):
            other: Expr = Power(last.base, _product(last.exponent, right))
            self._note_reading(span, f"({to_text(last)})*{_as_factor(right)}", other)
        elif isinstance(last, Call) and self.source[last.span.start] == "√" and self.source[last.span.end - 1] != ")":
            other = Call(last.function, (_product(last.arguments[0], right),))
            self._note_reading(span, f"{to_text(last)}*{_as_factor(right)}", other)
        elif isinstance(last, Name) and self.texts[place] == "(" and last.name in {"f", "g", "h"} - self.known:
            text = self.source[span.start : span.end]
            reading = f"{last.name} times ({to_text(right)})"
            self.note(f"{text} reads as {reading}: {last.name} is no function here", span)

    def note_divisor(self, place: int, above: Expr, below: Expr) -> None:
        """Notes for the divisor `below`, whose first token is at `place`, of the factor `above`: `x^1/2`, `a/bc`."""
        if not self.touches(place) or self.is_closed(place - 2) or not self._wanted(place):
            return
        span = Span(above.span.start, self.ends[self.position - 1])
        if isinstance(below, Number) and isinstance(above, Power) and self._ends_with_bare(above):
            if to_text(above.exponent) in ("1", "-1"):
                other = Power(above.base, Product((Factor(above.exponent), Factor(below, "/"))))
                self._note_reading(span, f"({to_text(above)})/{to_text(below)}", other)
        elif isinstance(below, Name) and self._is_word(below.name):
            product = "*".join(below.name)
            text = self.source[span.start : span.end]
            self.note(f"{below.name} in {text} reads as one name; write ({product}) for a product", span)

    def note_prefix_argument(self, first: int, function: str, factors: Sequence[Factor]) -> None:
        """A note for a function without brackets whose argument has `*` or `/`: `sin x/2`."""
        if self._wanted(first):
            reading = to_text(Call(function, (Product(tuple(factors)),)))
            applied = Factor(Call(function, (factors[0].value,)))
            self._note_reading(self.span(first), reading, Product((applied, *factors[1:])))

    def note_signed_argument(self, first: int, call: Call) -> None:
        """A note for `sin - x`, which some mean as a difference."""
        if self._wanted(first):
            text = self.source[self.starts[first] : self.ends[self.position - 1]]
            self.note(f"{text} reads as {to_text(call)}", self.span(first))

    def note_inverse(self, first: int, function: str, call: Call) -> None:
        """A note for `sin^-1 x`, since some mean 1/sin(x)."""
        if self._wanted(first):
            reciprocal = Product((Factor(Number("1", 1.0)), Factor(Call(function, call.arguments), "/")))
            self._note_reading(self.span(first), f"{to_text(call)}, the inverse function", reciprocal)

    def _note_reading(self, span: Span, reading: str, other: Expr) -> None:
        text = self.source[span.start : span.end]
        self.note(f"{text} reads as {reading}; write {to_text(other)} for the other reading", span)

    def _wanted(self, first: int) -> bool:
        """Whether there is room for a further note, and the text from the token at `first` is short enough to echo."""
        return len(self.notes) < MAX_NOTES and self.ends[self.position - 1] - self.starts[first] <= _LONGEST

    def _ends_with_bare(self, power: Power) -> bool:
        """Whether the exponent is a number or a name after `^`, neither in brackets nor raised."""
        exponent = power.exponent
        core = exponent.operand if isinstance(exponent, Negation) else exponent
        if not isinstance(core, Number | Name) or power.span.end != exponent.span.end:
            return False
        return self.source[power.span.end - 1].isascii()

    def _is_word(self, name: str) -> bool:
        return len(name) > 1 and name.isalpha() and name not in self.known and name not in self.vocabulary.constants


def _product(left: Expr, right: Expr) -> Product:
    return Product((Factor(left), Factor(right)))


def _as_factor(node: Expr) -> str:
    text = to_text(node)
    return f"({text})" if isinstance(node, Sum | Product | Comparison) else text
