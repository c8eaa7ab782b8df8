"""Expressions: a Pratt parser whose sums and products are loops, so that a long sum is one flat node.

From loose to tight: comparisons (which do not chain), sums, products (explicit and implicit alike, left to right),
signs, powers (right to left), then what follows a value: brackets, indices, methods, `!`, raised digits.
"""

from __future__ import annotations

from typing import Final, NoReturn

from gradcli.language import codes, habits
from gradcli.language.forks import product_of, raised_more
from gradcli.language.limits import MAX_NOTES
from gradcli.language.names import CONSTANTS, RESERVED, quoted
from gradcli.language.operators import OPERATORS, OperatorParser
from gradcli.language.prefix import OTHER_MODULES, POWERS, WORDS
from gradcli.language.quoting import shortened
from gradcli.language.tokens import (
    CLOSING_BAR,
    CLOSING_NORM,
    INDEX,
    NAME,
    NUMBER,
    OPENING_BAR,
    OPENING_NORM,
    PRIME,
    STRING,
)
from gradcli.language.tree import (
    Call,
    Comparison,
    ComparisonOperator,
    Constant,
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
    Text,
)
from gradcli.language.vocabulary import Signature

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
_AFTER_NUMBER: Final = frozenset({".", "!", "²", "**", "^", "°", "deg", PRIME})
_AFTER_NAME: Final = frozenset({*_AFTER_NUMBER, "ᵀ", "[", "("})
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
            place = self.position
            operator = _PRODUCTS.get(text)
            if operator is not None:
                self._written_factor(place, factors, operator)
            elif text not in _ENDS and self.implicit_product():
                self._implicit_factor(place, factors)
            else:
                break
            text = self.texts[self.position]
        if len(factors) == 1:  # others read what follows as part of the first
            return factors[0].value
        return Product(tuple(factors), Span(self.starts[start], self.ends[self.position - 1]))

    def _written_factor(self, place: int, factors: list[Factor], operator: ProductOperator) -> None:
        """Read an operator at the place and its factor."""
        last = factors[-1]
        if place == self.bare_end:
            self.leaves_outside(place + 1, operator)
        is_raised = False
        if self.follows_bare_exponent(place) and operator in ("*", "/"):
            is_raised = self.is_raised_more(place, last.value, place + 1, operator)
        self.position = place + 1
        right = self.operand()
        if operator == "/":
            right = self.divisor(place + 1, right)
        elif operator == "*" and self.is_inner_product(place, last.value, right):
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
        elif self.follows_bare_exponent(place) and self.is_raised_more(place, last.value, place, ""):
            factors[-1] = Factor(raised_more(last.value, Factor(self.operand())), last.operator)
            self.widened = self.position
        else:
            factors.append(Factor(self.operand()))
            if self.texts[place] == "(":
                self.note_name_before_bracket(place, last.value)

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
        if len(self.notes) < MAX_NOTES:
            whole = self.span(start)
            self.note(f"{shortened(self.source[whole.start : whole.end])} reads as degrees: times pi/180", whole)
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
        return powers == texts.count("T") and not self.fork(position, habits.POWER_OF_T)

    def _powered(self, start: int, base: Expr) -> Expr:
        position = self.position
        if self.texts[position + 1] == "T" and self._is_transpose(position, base):
            transposed = self._transposed(start, base, 2)
            return self._postfixed(start, transposed) if self.texts[self.position] in _AFTER_NAME else transposed
        self._foresee_split(position + 1)
        self.descend(position)
        self.position += 1
        exponent = self.operand()
        self.depth -= 1
        self.grow(position)
        return Power(base, exponent, self.span(start))

    def _foresee_split(self, position: int) -> None:
        """Remember that `x3` in `2^x3^x` is x*3 for some."""
        name = self.texts[position]
        if self.kinds[position] != NAME or self.texts[position + 1] not in POWERS or name in self.known:
            return
        if (
            name[0].isalpha()
            and name[1:].isdigit()
            and self.source[self.starts[position] : self.ends[position]] == name
        ):
            self.fork(position, habits.SPLIT_NAME)

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
        if self.texts[position + 1] in ("(", "[") and not self._multiplies(position):
            signature = self._in_other_case(position)
            if signature is not None:
                return self.function(position, signature)
            if self.texts[position + 1] == "(":
                self.unknown_function()
        return self.variable()

    def _in_other_case(self, position: int) -> Signature | None:
        """The function that `COS(x)` or `Sin[x]` calls, with a note; square brackets become round ones."""
        written = self.texts[position]
        signature = self.vocabulary.function(written.lower())
        if written == written.lower() or signature is None or not self.touches(position + 1):
            return None
        if self.texts[position + 1] == "[":
            self._round(position + 1)
        if len(self.notes) < MAX_NOTES:
            self.note(f"{written} reads as the function {written.lower()}", self.token_span(position))
        return signature

    def _round(self, opened: int) -> None:
        """Read the square brackets that open at a position as round ones."""
        depth = 0
        texts = list(self.texts)
        for place in range(opened, len(texts)):
            depth += (texts[place] in ("(", "[")) - (texts[place] in (")", "]"))
            if depth == 0:
                texts[opened], texts[place] = "(", ")"
                self.texts = texts
                return

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
            if self.texts[self.position] == "," and (is_argument or self._begins_vector(opened)):
                node = self._vector(opened, node, is_argument)
        self.close(opened, ")")
        self.bars, self.rows = bars, rows
        self.depth -= 1
        self.grow(opened)
        return node

    def _begins_vector(self, opened: int) -> bool:
        """Whether entries in round brackets are a vector: nothing stands before them that they could belong to."""
        return not (self.kinds[opened - 1] == NAME and self.touches(opened)) and self.has_vectors()

    def has_vectors(self) -> bool:
        """Whether `(a, b)` is a vector wherever a value is expected."""
        return True

    def _vector(self, opened: int, first: Expr, is_argument: bool) -> Expr:
        """The vector or tuple whose first entry is read; `(3,5)` is a number with a decimal comma for some."""
        comma = self.position
        is_number = self.texts[opened : comma + 3 : 4] == ["(", ")"] and not is_argument and comma == opened + 2
        if is_number and self.kinds[opened + 1] == self.kinds[comma + 1] == NUMBER and self.touches(comma + 1):
            span = Span(self.starts[opened + 1], self.ends[comma + 1])
            text = f"{self.texts[opened + 1]}.{self.texts[comma + 1]}"
            if text.count(".") == 1 and self.fork(opened, habits.DECIMAL_COMMA):
                self.position = comma + 2
                return Number(text, float(text), span)
        return self.tuple_literal(opened, first)

    def _angled(self) -> TensorLiteral:
        """The vector `<a, b>`; a comparison in it needs brackets."""
        opened = self.position
        self.descend(opened)
        bars, self.bars = self.bars, 0
        self.position += 1
        entries = [self._sum()]
        while self.texts[self.position] == ",":
            self.position += 1
            entries.append(self._sum())
        self.close(opened, ">")
        self.bars = bars
        self.depth -= 1
        self.grow(opened)
        return TensorLiteral(tuple(entries), self.span(opened))

    def bracketed(self) -> Expr:
        """An expression in brackets at the place."""
        return self._group()

    def _other_value(self, text: str) -> Expr:
        """A value that begins with a sign."""
        if text == "[":
            return self.list_literal()
        if text == "|":
            return self._absolute()
        if text in (OPENING_BAR, OPENING_NORM):
            return self._between_bars(text)
        if text in ("√", "∛"):
            return self._root("sqrt" if text == "√" else "cbrt")
        if text == "<":
            return self._angled()
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
        """`|x|`; bars that touch on both sides are the norm (`||x||`)."""
        opened = self.position
        self.descend(opened)
        self.bars += 1
        self.position += 1
        inner = self.expression()
        self.close(opened, "|")
        self.bars -= 1
        self.depth -= 1
        self.grow(opened)
        span, closed = self.span(opened), self.position - 1
        is_double = self.texts[opened + 1] == "|" and self.touches(opened + 1) and self.touches(closed)
        if is_double and inner.span == Span(span.start + 1, span.end - 1) and isinstance(inner, Call):
            return Call(self._built_in("norm", opened), inner.arguments, (), span, self.token_span(opened))
        return Call(self._built_in("abs", opened), (inner,), (), span, self.token_span(opened))

    def _between_bars(self, opening: str) -> Call:
        """An absolute value or a norm whose bars are known to open and to close."""
        opened = self.position
        self.descend(opened)
        bars, self.bars = self.bars, 0
        self.position += 1
        inner = self.expression()
        self.close(opened, CLOSING_BAR if opening == OPENING_BAR else CLOSING_NORM)
        self.bars = bars
        self.depth -= 1
        self.grow(opened)
        name = self._built_in("abs" if opening == OPENING_BAR else "norm", opened)
        return Call(name, (inner,), (), self.span(opened), self.token_span(opened))

    def _root(self, function: str) -> Expr:
        """`√` takes brackets, or one number or name; a degree may stand after it (`√_3 x`)."""
        position = self.position
        self.position += 1
        degree = None
        if self.texts[self.position] == INDEX:
            self.position += 1
            degree = self.bare_exponent()
            if degree in (Number("2", 2.0), Number("3", 3.0)):
                function, degree = ("sqrt" if degree == Number("2", 2.0) else "cbrt"), None
        place = self.position
        if self.texts[place] != "(":
            inner = self.root_argument(position)
        else:
            self.descend(position)
            inner = self._group()
            self.depth -= 1
            self.grow(position)
        span = self.span(position)
        if degree is not None:
            self.grow(position)
            self.grow(position)
            self.in_order = False
            return Power(inner, Product((Factor(Number("1", 1.0, span)), Factor(degree, "/")), span), span)
        call = Call(self._built_in(function, position), (inner,), (), span, self.token_span(position))
        return (
            call
            if self.texts[place] != "(" or self.is_closed(self.position - 1)
            else self.loosely_raised(call, position, position)
        )
