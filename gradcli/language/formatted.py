"""Strings of programs: escapes, and f-strings, whose fields are expressions."""

from __future__ import annotations

import re
from typing import Final

from gradcli.language import codes
from gradcli.language.diagnostics import DiagnosticError
from gradcli.language.expressions import ExpressionParser
from gradcli.language.names import CONSTANTS, quoted
from gradcli.language.tokens import END, STRING, Tokens, tokenize_script
from gradcli.language.tree import Call, Constant, Expr, Span, Sum, Term, Text
from gradcli.language.values import replace

_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}
_PREFIXES: Final = frozenset({"f", "F"})
_SPEC: Final = re.compile(r"(?:.?[<>=^])?[-+ ]?z?#?0?(\d*)[,_]?(?:\.(\d+))?[a-zA-Z%]?")
WIDEST: Final = 1000
"""The largest width and precision of a field."""
_CONVERSION: Final = re.compile(r"![A-Za-z](?=[:}]|$)")
_CONVERSIONS: Final = {"r": "repr", "s": "str"}


class FormattedParser(ExpressionParser):
    """The expression parser, with strings, f-strings and `None` as values of their own."""

    __slots__ = ()

    def tokens_of(self, source: str) -> Tokens:
        """The tokens of a program of several statements."""
        return tokenize_script(source)

    def operand(self) -> Expr:
        """A signed power, or an f-string."""
        position = self.position
        if (
            self.texts[position] not in _PREFIXES
            or self.kinds[position + 1] != STRING
            or not self.touches(position + 1)
        ):
            return super().operand()
        self.position += 1
        return self._formatted(position)

    def has_vectors(self) -> bool:
        """Whether `(a, b)` is a vector wherever a value is expected: in a program it is a tuple."""
        return False

    def string(self) -> Text:
        """The string at the place."""
        position = self.position
        self.position += 1
        return Text(unescaped(self.texts[position][1:-1]), self.token_span(position))

    def constant(self) -> Constant:
        """`True`, `False` or `None` at the place."""
        position = self.position
        self.position += 1
        return Constant(CONSTANTS[self.texts[position]], self.token_span(position))

    def _formatted(self, first: int) -> Expr:
        """The f-string at the place, as the sum of its pieces."""
        position = self.position
        height, self.height = self.height, 0
        self.descend(position)
        end = self.ends[position] - 1
        place = self.starts[position] + 1
        pieces: list[Expr] = []
        while place < end:
            literal = _literal_end(self.source, place, end)
            if literal > place:
                text = self.source[place:literal].replace("{{", "{").replace("}}", "}")
                pieces.append(Text(unescaped(text), Span(place, literal)))
            place = literal
            if place < end:
                place = self._field(place, end, pieces)
        self.depth -= 1
        self.position = position + 1
        self.grow(position)
        self.height = max(height, self.height)
        if not pieces:
            return Text("", self.span(first))
        if len(pieces) == 1:
            return pieces[0]
        return Sum(tuple(Term(piece) for piece in pieces), self.span(first))

    def _field(self, opened: int, end: int, pieces: list[Expr]) -> int:
        """Read the field whose `{` is at the offset `opened`; the offset after its `}`."""
        if self.source[opened] == "}":
            self.fail(codes.FORMAT, "'}' has no '{' before it", Span(opened, opened + 1), "write }} for a brace")
        stop = _expression_end(self.source, opened + 1, end)
        closed = self.source.find("}", stop, end)
        if closed < 0:
            self.fail(codes.FORMAT, "'{' is never closed", Span(opened, opened + 1), "write {{ for a brace")
        shown = re.fullmatch(r"(.*?[^=!<>])=\s*", self.source[opened + 1 : stop], re.DOTALL)
        inner_end = opened + 1 + len(shown[1]) if shown else stop
        if not self.source[opened + 1 : inner_end].strip():
            self.fail(codes.FORMAT, "a field of an f-string is empty", Span(opened, closed + 1), "write {x}")
        if shown:
            pieces.append(Text(self.source[opened + 1 : stop], Span(opened + 1, stop)))
        value = self._embedded(opened + 1, inner_end)
        span = Span(opened, closed + 1)
        conversion, spec = self._presentation(stop, closed)
        if shown and not conversion and not spec:
            conversion = "repr"
        if conversion:
            value = Call(conversion, (value,), (), span, span)
        if spec or not conversion:
            value = Call("format", (value, Text(spec, Span(stop, closed))), (), span, span)
        pieces.append(value)
        return closed + 1

    def _presentation(self, start: int, closed: int) -> tuple[str, str]:
        """The conversion (`repr`, `str` or none) and the format specification of a field."""
        rest = self.source[start:closed]
        conversion = ""
        if rest.startswith("!"):
            conversion = _CONVERSIONS.get(rest[1:2], "")
            if not conversion or rest[2:3] not in ("", ":"):
                span = Span(start, start + 2)
                self.fail(codes.FORMAT, f"{quoted(rest[:2])} is no conversion", span, "write !r or !s")
            rest = rest[2:]
        spec = rest[1:]
        if not is_format(spec):
            help_ = f"write .4f for four decimals; widths go up to {WIDEST}"
            self.fail(codes.FORMAT, f"{quoted(spec)} is no format", Span(closed - len(spec), closed), help_)
        return conversion, spec

    def _embedded(self, start: int, end: int) -> Expr:
        """The expression that the source has between two offsets."""
        try:
            tokens = self.tokens_of(self.source[start:end])
        except DiagnosticError as error:
            found = error.diagnostic
            span = Span(found.span.start + start, found.span.end + start)
            raise DiagnosticError(replace(found, span=span, source=self.source)) from None
        outer = (self.kinds, self.texts, self.starts, self.ends, self.position)
        self.kinds, self.texts = tokens.kinds, tokens.texts
        self.starts = [each + start for each in tokens.starts]
        self.ends = [each + start for each in tokens.ends]
        self.position = self.argument = 0
        value = self.expression()
        if self.kinds[self.position] != END:
            self.after_value()
        self.kinds, self.texts, self.starts, self.ends, self.position = outer
        self.argument = -1
        return value


def is_format(spec: str) -> bool:
    """Whether it is a format specification (`.4f`, `>10`), of a width and precision that a line can have."""
    match = _SPEC.fullmatch(spec)
    return match is not None and all(len(digits or "") <= 4 and int(digits or 0) <= WIDEST for digits in match.groups())


def unescaped(text: str) -> str:
    r"""A string's text with `\n`, `\t` and the like read; other escapes stay as they are written."""
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), text)


def _literal_end(source: str, place: int, end: int) -> int:
    """Where the next field of an f-string begins; `{{` and `}}` are braces of the text."""
    while place < end:
        if source[place] in "{}":
            if source[place + 1 : place + 2] != source[place] or place + 1 >= end:
                return place
            place += 1
        place += 1
    return end


def _expression_end(source: str, place: int, end: int) -> int:
    """Where the expression of a field ends: at `:`, `!` or `}` outside brackets."""
    depth = 0
    while place < end:
        character = source[place]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth <= 0 and (character in ":}" or _CONVERSION.match(source, place, end)):
            return place
        place += 1
    return end
