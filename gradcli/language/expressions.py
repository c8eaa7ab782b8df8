"""Expressions: a Pratt parser whose sums and products are loops, so that a long sum is one flat node.

From loose to tight: comparisons (which do not chain), sums, products (explicit and implicit alike, left to right),
signs, powers (right to left), then what follows a value: brackets, indices, methods, `!`, raised digits.
"""

from __future__ import annotations

from typing import Final, NoReturn

from gradcli.language import codes
from gradcli.language.calls import OTHER_MODULES, POWERS, WORDS
from gradcli.language.names import CONSTANTS, RESERVED, quoted
from gradcli.language.operators import OPERATORS, OperatorParser
from gradcli.language.tokens import NAME, NUMBER, PRIME, STRING
from gradcli.language.tree import (
    Call,
    Comparison,
    ComparisonOperator,
    Constant,
    Expr,
    Factor,
    Name,
    Negation,
    Power,
    Product,
    ProductOperator,
    Span,
    Sum,
    TensorLiteral,
    Term,
    Text,
)

_COMPARISONS: Final[dict[str, ComparisonOperator]] = {
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "==": "==",
    "!=": "!=",
}
_PRODUCTS: Final[dict[str, ProductOperator]] = {"*": "*", "/": "/", "//": "//", "%": "%", "@": "@"}
_ENDS: Final = frozenset({"+", "-", "", ")", "]", ",", ";", "\n", "="})
_AFTER_NUMBER: Final = frozenset({".", "!", "²", "**", "^", PRIME})
_AFTER_NAME: Final = frozenset({".", "!", "²", "**", "^", "[", "(", PRIME})
_CLOSING: Final = frozenset({",", ")", "]"})


class ExpressionParser(OperatorParser):
    """The cursor, with everything that reads an expression."""

    __slots__ = ()

    def expression(self) -> Expr:
        """A comparison, or a sum."""
        start = self.position
        left = self._sum()
        operator = _COMPARISONS.get(self.texts[self.position])
        if operator is None:
            return left
        self.position += 1
        right = self._sum()
        if self.texts[self.position] in _COMPARISONS:
            help_ = "compare in pairs and multiply: (a < b)*(b < c)"
            span = self.token_span(self.position)
            self.fail(codes.CHAINED_COMPARISON, "comparisons do not chain", span, help_)
        return Comparison(left, operator, right, self.span(start))

    def _sum(self) -> Expr:
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
        return Sum(tuple(terms), Span(self.starts[start], self.ends[self.position - 1]))

    def product(self) -> Expr:
        """Factors, up to the next sum, comparison or end."""
        start = self.position
        first = self.operand()
        text = self.texts[self.position]
        if text in _ENDS or (text not in _PRODUCTS and not self.implicit_product()):
            return first
        factors = [Factor(first)]
        while True:
            operator = _PRODUCTS.get(text)
            if operator is not None:
                self.position += 1
                place = self.position
                right = self.operand()
                if operator == "/":
                    self.note_divisor(place, factors[-1].value, right)
                factors.append(Factor(right, operator))
            elif text not in _ENDS and self.implicit_product():
                place = self.position
                right = self.operand()
                self.note_implicit_factor(start, place, factors, right)
                factors.append(Factor(right))
            else:
                break
            text = self.texts[self.position]
        return Product(tuple(factors), Span(self.starts[start], self.ends[self.position - 1]))

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
                node = self.function(start, signature) if signature else self._name()
            elif text == "(":
                node = self._group()
            elif kind == NUMBER:
                node = self.number()
            else:
                node = self._other_value(text)
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
        self.depth -= 1
        self.grow(position)
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
            else:
                return node

    def _powered(self, start: int, base: Expr) -> Power:
        position = self.position
        self.descend(position)
        self.position += 1
        exponent = self.operand()
        self.depth -= 1
        self.grow(position)
        return Power(base, exponent, self.span(start))

    def _factorial(self, node: Expr, start: int) -> Call:
        position = self.position
        self.position += 1
        if self.texts[self.position] == "!":
            span = Span(self.starts[position], self.ends[self.position])
            self.fail(
                codes.EXPECTED_OPERATOR, "'!!' reads in two ways", span, "write (x!)! for the factorial taken twice"
            )
        self.grow(position)
        return Call(self._built_in("factorial", position), (node,), (), self.span(start), self.token_span(position))

    def _built_in(self, name: str, position: int) -> str:
        """The canonical name of the function that a sign stands for."""
        signature = self.functions.get(name)
        if signature is None:
            message = f"no function {quoted(name)} to read {self.described(position)} as"
            self.fail(codes.UNKNOWN_FUNCTION, message, self.token_span(position))
        return signature.name

    def _name(self) -> Expr:
        """A name that is no function, or a word with a meaning of its own."""
        position = self.position
        text = self.texts[position]
        if text in self.definitions:
            return self.own()
        if text == self.defining and self.texts[position + 1] in ("(", PRIME):
            self.recursive()
        if text in WORDS and text not in self.known:
            return self._word(text)
        if text in OPERATORS and self.begins_operator(position):
            return self.operator()
        if text[0] == "d":
            derivative = self.derivative_at(position)
            if derivative is not None:
                return derivative
        if self.texts[position + 1] == "(" and not self._multiplies(position):
            self.unknown_function()
        return self.variable()

    def variable(self) -> Name:
        """The name at the place, as a variable."""
        position = self.position
        text = self.texts[position]
        if text in RESERVED:
            self._reserved(position)
        if text in CONSTANTS:
            self._refuse_constant(position)
        self.position = position + 1
        self.named.append(text)
        return Name(text, Span(self.starts[position], self.ends[position]))

    def _multiplies(self, position: int) -> bool:
        """Whether the name before a bracket is a factor: a known name, a constant, or a letter, perhaps numbered."""
        text = self.texts[position]
        if self.ends[position] - self.starts[position] == 1 or text in self.known or text in self.vocabulary.constants:
            return True
        return text[1:].replace("_", "").isdigit()

    def _word(self, text: str) -> Expr:
        position = self.position
        if text in CONSTANTS:
            return self.constant()
        if text == "at":
            self.expected_value()
        if text in RESERVED:
            self._reserved(position)
        if self.texts[position + 1] != "." or self.kinds[position + 2] != NAME:
            if self.texts[position + 1] == "(" and not self._multiplies(position):
                self.unknown_function()
            return self.variable()
        if text in OTHER_MODULES:
            self.other_module()
        member = self.functions.get(self.texts[position + 2])
        if text == "F" and member is not None and member.attribute:
            return self.variable()
        return self.qualified()

    def constant(self) -> Constant:
        """`True`, `False` or `None` at the place, where it is a whole argument."""
        position = self.position
        if position != self.argument or self.texts[position + 1] not in _CLOSING:
            self._refuse_constant(position)
        self.position += 1
        return Constant(CONSTANTS[self.texts[position]], self.token_span(position))

    def _refuse_constant(self, position: int) -> NoReturn:
        message = f"{self.texts[position]} is read only as an argument"
        self.fail(codes.EXPECTED_VALUE, message, self.token_span(position), "write a number, such as 1 or 0")

    def _reserved(self, position: int) -> NoReturn:
        text = self.texts[position]
        help_ = "multiply conditions instead: (x > 0)*(x < 1)" if text == "and" else None
        self.fail(codes.NAME, f"{quoted(text)} is a reserved word", self.token_span(position), help_)

    def _group(self) -> Expr:
        """An expression in brackets; a tuple, where a whole argument may be one."""
        opened = self.position
        is_argument = opened == self.argument
        self.descend(opened)
        bars, rows = self.bars, self.rows
        self.bars = self.rows = 0
        self.position += 1
        if is_argument and self.texts[self.position] == ")":
            node: Expr = TensorLiteral((), Span(self.starts[opened], self.ends[self.position]))
        else:
            node = self.expression()
            if is_argument and self.texts[self.position] == ",":
                node = self.tuple_literal(opened, node)
        self.close(opened, ")")
        self.bars, self.rows = bars, rows
        self.depth -= 1
        self.grow(opened)
        return node

    def bracketed(self) -> Expr:
        """An expression in brackets at the place."""
        return self._group()

    def _other_value(self, text: str) -> Expr:
        """A value that begins with a sign."""
        if text == "[":
            return self.list_literal()
        if text == "|":
            return self._absolute()
        if text in ("√", "∛"):
            return self._root("sqrt" if text == "√" else "cbrt")
        if text in ("∂", "∇"):
            return self.partial() if text == "∂" else self.nabla()
        position = self.position
        if self.kinds[position] != STRING:
            self.expected_value()
        return self.string()

    def string(self) -> Text:
        """The string at the place, where it is a whole argument."""
        position = self.position
        if position != self.argument or self.texts[position + 1] not in _CLOSING:
            self.expected_value("quotes are for arguments such as reduction='sum'")
        self.position += 1
        return Text(self.texts[position][1:-1], self.token_span(position))

    def _absolute(self) -> Call:
        opened = self.position
        self.descend(opened)
        self.bars += 1
        self.position += 1
        inner = self.expression()
        self.close(opened, "|")
        self.bars -= 1
        self.depth -= 1
        self.grow(opened)
        return Call(self._built_in("abs", opened), (inner,), (), self.span(opened), self.token_span(opened))

    def _root(self, function: str) -> Call:
        """`√` takes brackets, or the signed power that follows."""
        position = self.position
        name = self._built_in(function, position)
        self.descend(position)
        self.position += 1
        inner = self._group() if self.texts[self.position] == "(" else self.operand()
        self.depth -= 1
        self.grow(position)
        return Call(name, (inner,), (), self.span(position), self.token_span(position))
