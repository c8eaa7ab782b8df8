"""Signs, powers (right to left), and what follows a value: indices, methods, `!`, primes, raised digits, degrees."""

from __future__ import annotations

from typing import Final

from gradcli.language import codes, habits
from gradcli.language.limits import MAX_NOTES
from gradcli.language.prefix import POWERS
from gradcli.language.products import ProductParser
from gradcli.language.quoting import shortened
from gradcli.language.tokens import NAME, NUMBER, PRIME
from gradcli.language.tree import Call, Expr, Factor, Name, Negation, Number, Power, Product, Span

_AFTER_NUMBER: Final = frozenset({".", "!", "²", "**", "^", "°", "deg", PRIME})
_AFTER_NAME: Final = frozenset({*_AFTER_NUMBER, "ᵀ", "[", "("})
_AS_DEGREES: Final = "reads as degrees: times pi/180"


class ExpressionParser(ProductParser):
    """The cursor, with all that reads an expression: a Pratt parser, a class for each way to bind."""

    __slots__ = ()

    def operand(self) -> Expr:
        """A signed power: what stands between two factors. Plain numbers, names and their powers take the short way."""
        position = self.position
        kind = self.kinds[position]
        text = self.texts[position]
        following = self.texts[position + 1] if kind <= NAME else ""
        if kind == NUMBER:
            if following in _AFTER_NUMBER and following not in POWERS:
                return self._nested()
            base: Expr = self.number()
        elif kind == NAME and text not in self.functions and text not in self.words:
            if (following in _AFTER_NAME and following not in POWERS) or text[0] == "d":
                return self._nested()
            self.position = position + 1
            self.named.append(text)
            base = Name(text, Span(self.starts[position], self.ends[position]))
        else:
            return self._nested()
        if following not in POWERS:
            return base
        if self.kinds[position + 2] != NUMBER or self.texts[position + 3] in _AFTER_NUMBER:
            return self._powered(position, base)
        self.position = position + 2
        exponent = self.number()
        if self.height == 0:
            self.height = 1
        return Power(base, exponent, Span(self.starts[position], self.ends[position + 2]))

    def _nested(self) -> Expr:
        """An operand that has levels below it; `height` is raised to how many."""
        position = self.position
        height, self.height = self.height, 0
        text = self.texts[position]
        kind = self.kinds[position]
        while text == "+":
            self.position += 1
            text = self.texts[self.position]
            kind = self.kinds[self.position]
        if text == "-":
            node: Expr = self._negation(position)
        else:
            start = self.position
            if kind == NAME:
                signature = self.signature_at(start)
                node = self.function(start, signature) if signature else self.named_value()
            elif text == "(":
                node = self.group()
            elif kind == NUMBER:
                node = self.number()
            else:
                node = self.other_value(text)
            if self.texts[self.position] in _AFTER_NAME:
                node = self._postfixed(start, node)
        if height > self.height:
            self.height = height
        return node

    def _negation(self, position: int) -> Negation:
        start = self.position
        self.descend(start)
        self.position += 1
        operand = self.operand()
        self.ascend(position)
        return Negation(operand, self.span(start))

    def _postfixed(self, start: int, node: Expr) -> Expr:
        """What follows a value, as often as it does; then the power."""
        while True:
            position = self.position
            text = self.texts[position]
            if text == ".":
                node = self.member(node, start)
            elif text == "[" and self.kinds[position - 1] != NUMBER:
                node = self.index(node, start)
            elif text == "!":
                node = self._factorial(node, start)
            elif text == PRIME:
                node = self.primed(node, start)
            elif text == "²":
                self.position += 1
                node = Power(node, self.superscript(position), self.span(start))
                self.grow(position)
                self.grow(position)  # for the brackets that its ASCII form may need
            elif text in POWERS:
                return self._powered(start, node)
            elif text == "ᵀ":
                node = self._transposed(start, node, 1)
            elif text in ("°", "deg") and self.is_degree(position):
                node = self._degrees(start, node)
            else:
                return node

    def _degrees(self, start: int, node: Expr) -> Product:
        """`30°` as 30*pi/180."""
        position = self.position
        self.position += 1
        span = self.token_span(position)
        if "pi" in self.known:
            self.fail(codes.NAME, "pi has a value here, and degrees need the constant", span, "write deg2rad(...)")
        self.grow(position)
        if len(self.notes) < MAX_NOTES and not any(note.message.endswith(_AS_DEGREES) for note in self.notes):
            whole = self.span(start)
            self.note(f"{shortened(self.source[whole.start : whole.end])} {_AS_DEGREES}", whole)
        turns = Factor(Name("pi", span)), Factor(Number("180", 180.0, span), "/")
        return Product((Factor(node), *turns), self.span(start))

    def _transposed(self, start: int, node: Expr, length: int) -> Call:
        """`xᵀ`, or `x^T`, whose sign and T are `length` tokens."""
        position = self.position
        self.position += length
        self.grow(position)
        name = self.functions["T"].name if "T" in self.functions else "T"
        return Call(name, (node,), (), self.span(start), self.token_span(self.position - 1))

    def _is_transpose(self, position: int, base: Expr) -> bool:
        """Whether `^T` at `position` is the transpose: nothing else in the text says that T is a variable."""
        if self.texts[position] != "^" or "T" in self.known or self.texts[position + 2] in POWERS:
            return False
        if isinstance(base, Number) or (isinstance(base, Name) and base.name in self.vocabulary.constants):
            return False
        texts = self.texts
        powers = sum(texts[place - 1] == "^" for place, text in enumerate(texts) if text == "T" and place)
        return powers == texts.count("T") and not self.follows(position, habits.POWER_OF_T)

    def _powered(self, start: int, base: Expr) -> Expr:
        position = self.position
        if self.texts[position + 1] == "T" and self._is_transpose(position, base):
            transposed = self._transposed(start, base, 2)
            return self._postfixed(start, transposed) if self.texts[self.position] in _AFTER_NAME else transposed
        if self.kinds[position + 1] == NAME:
            self._foresee_split(position + 1)
        self.descend(position)
        self.position += 1
        exponent = self.operand()
        self.ascend(position)
        return Power(base, exponent, self.span(start))

    def _foresee_split(self, position: int) -> None:
        """Remember that `x3` in `2^x3^x` is x*3 for some."""
        name = self.texts[position]
        if self.texts[position + 1] not in POWERS or name in self.known:
            return
        if (
            name[0].isalpha()
            and name[1:].isdigit()
            and self.source[self.starts[position] : self.ends[position]] == name
        ):
            self.follows(position, habits.SPLIT_EXPONENT)

    def _factorial(self, node: Expr, start: int) -> Call:
        position = self.position
        self.position += 1
        if self.texts[self.position] == "!":
            span = Span(self.starts[position], self.ends[self.position])
            help_ = "write (x!)! for the factorial taken twice"
            self.fail(codes.EXPECTED_OPERATOR, "'!!' reads in two ways", span, help_)
        self.grow(position)
        return Call(self.built_in("factorial", position), (node,), (), self.span(start), self.token_span(position))
