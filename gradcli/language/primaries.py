"""Values that are whole by themselves: names, brackets, vectors, bars, roots, and words with a meaning of their own."""

from __future__ import annotations

from typing import Final, NoReturn

from gradcli.language import codes, habits
from gradcli.language.limits import MAX_NOTES
from gradcli.language.names import CONSTANTS, GREEK_NAMES, OTHER_MODULES, RESERVED, WORDS, quoted
from gradcli.language.operators import OPERATORS, OperatorParser
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
from gradcli.language.tree import Call, Constant, Expr, Factor, Name, Number, Power, Product, Span, TensorLiteral, Text
from gradcli.language.vocabulary import Signature

_CLOSING: Final = frozenset({",", ")", "]"})
_CLOSING_BARS: Final = {"|": "|", OPENING_BAR: CLOSING_BAR, OPENING_NORM: CLOSING_NORM}


class PrimaryParser(OperatorParser):
    """The part of the parser that reads values which nothing before or behind them changes."""

    __slots__ = ()

    def built_in(self, name: str, position: int) -> str:
        """The canonical name of the function that a sign stands for."""
        signature = self.functions.get(name)
        if signature is None:
            message = f"no function {quoted(name)} to read {self.described(position)} as"
            self.fail(codes.UNKNOWN_FUNCTION, message, self.token_span(position))
        return signature.name

    def named_value(self) -> Expr:
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
                return self._piecewise() if text == "Piecewise" else self.unknown_function()
        return self.variable()

    def _piecewise(self) -> Expr:
        """`Piecewise((a, x < 1), (b, True))`, as SymPy writes it: no number where no condition holds."""
        start = self.position
        opened = self.position = start + 1
        self.descend(opened)
        pieces: list[tuple[Expr, Expr | None]] = []
        while not pieces or self.texts[self.position] == ",":
            self.position += 1
            pieces.append(self._piece())
        self.close(opened, ")")
        self.depth -= 1
        self.in_order = False
        span, name = self.span(start), self.token_span(start)
        value: Expr = Name("nan", span)
        for expression, condition in reversed(pieces):
            self.grow(start)
            if condition is None:
                value = expression
            else:
                value = Call(self.built_in("where", start), (condition, expression, value), (), span, name)
        return value

    def _piece(self) -> tuple[Expr, Expr | None]:
        """A piece at the place, `(x^2, x < 1)`, and its condition: None where that is `True`."""
        opened = self.position
        bars, rows = self.bars, self.rows
        self.bars = self.rows = 0
        if self.texts[opened] == "(":
            self.position += 1
            expression = self.expression()
        if self.texts[opened] != "(" or self.texts[self.position] != ",":
            span = Span(self.starts[opened], self.ends[max(opened, self.position - 1)])
            message = "a piece is a value with its condition"
            self.fail(codes.EXPECTED_VALUE, message, span, "write Piecewise((x^2, x < 1), (x, True))")
        self.position += 1
        condition: Expr | None = None
        if self.texts[self.position] == "True":
            self.position += 1
        else:
            condition = self.expression()
        self.close(opened, ")")
        self.bars, self.rows = bars, rows
        return expression, condition

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
        if text in GREEK_NAMES and not self.touches(position + 1):
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

    def group(self) -> Expr:
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
        self.ascend(opened)
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
            if text.count(".") == 1 and self.follows(opened, habits.DECIMAL_COMMA):
                self.position = comma + 2
                return Number(text, float(text), span)
        return self.tuple_literal(opened, first)

    def _angled(self) -> TensorLiteral:
        """The vector `<a, b>`; a comparison in it needs brackets."""
        opened = self.position
        self.descend(opened)
        bars, self.bars = self.bars, 0
        self.position += 1
        entries = [self.summed()]
        while self.texts[self.position] == ",":
            self.position += 1
            entries.append(self.summed())
        self.close(opened, ">")
        self.bars = bars
        self.ascend(opened)
        return TensorLiteral(tuple(entries), self.span(opened))

    def other_value(self, text: str) -> Expr:
        """A value that begins with a sign."""
        if text == "[":
            return self.list_literal()
        if text in _CLOSING_BARS:
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

    def _between_bars(self, opening: str) -> Call:
        """An absolute value or a norm; bars that touch on both sides (`||x||`) are the norm."""
        opened = self.position
        self.descend(opened)
        bars, self.bars = self.bars, self.bars + 1 if opening == "|" else 0
        self.position += 1
        inner = self.expression()
        self.close(opened, _CLOSING_BARS[opening])
        self.bars = bars
        self.ascend(opened)
        span, closed = self.span(opened), self.position - 1
        name = "norm" if opening == OPENING_NORM else "abs"
        arguments: tuple[Expr, ...] = (inner,)
        if opening == "|" and self.texts[opened + 1] == "|" and self.touches(opened + 1) and self.touches(closed):
            is_within = inner.span == Span(span.start + 1, span.end - 1)
            if is_within and isinstance(inner, Call):
                name, arguments = "norm", inner.arguments
        return Call(self.built_in(name, opened), arguments, (), span, self.token_span(opened))

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
            inner = self.group()
            self.ascend(position)
        span = self.span(position)
        if degree is not None:
            self.grow(position)
            self.grow(position)
            self.in_order = False
            return Power(inner, Product((Factor(Number("1", 1.0, span)), Factor(degree, "/")), span), span)
        call = Call(self.built_in(function, position), (inner,), (), span, self.token_span(position))
        if self.texts[place] != "(" or self.is_closed(self.position - 1):
            return call
        return self.loosely_raised(call, position, position)
