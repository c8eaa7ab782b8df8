"""Numbers, lists and indices: what is written out rather than computed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from gradcli.language import codes
from gradcli.language.characters import SUPERSCRIPTS
from gradcli.language.cursor import Cursor
from gradcli.language.limits import MAX_DIGITS
from gradcli.language.tree import (
    Expr,
    Factor,
    Index,
    IndexEllipsis,
    IndexItem,
    Negation,
    Number,
    Product,
    Slice,
    Span,
    TensorLiteral,
)

_PLAIN: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
"""A number that is written as the tree has it."""


@lru_cache(maxsize=1024)
def _plain_value(text: str) -> float | None:
    """The value of a number that is written as the tree has it, and is short; None of others."""
    return float(text) if len(text) < 16 and _PLAIN.fullmatch(text) else None


class LiteralParser(Cursor):
    """The part of the parser that reads numbers, lists and indices."""

    __slots__ = ()

    def number(self) -> Number | Product:
        """The number at the place; a fraction that is one character is a quotient."""
        position = self.position
        text = self.texts[position]
        self.position = position + 1
        span = Span(self.starts[position], self.ends[position])
        value = _plain_value(text)
        if value is not None:
            return Number(text, value, span)
        if "/" in text:
            above, below = (Number(each, float(each), span) for each in text.split("/"))
            return Product((Factor(above), Factor(below, "/")), span)
        return self._number_of(text, span)

    def superscript(self, position: int) -> Expr:
        """The exponent that the superscript token at `position` writes."""
        span = self.token_span(position)
        text = self.written(position).translate(SUPERSCRIPTS)
        number = self._number_of(text.lstrip("+-"), span)
        return Negation(number, span) if text[0] == "-" else number

    def _number_of(self, written: str, span: Span) -> Number:
        text = _normalised(written)
        value = float(text) if len(text) <= MAX_DIGITS else 0.0
        is_zero = not text.partition("e")[0].strip("0.")
        if value == float("inf") or (value == 0.0 and not is_zero):
            size = "long" if len(text) > MAX_DIGITS else "large" if value else "small"
            help_ = "inf is written inf" if size == "large" else None
            self.fail(codes.NUMBER_RANGE, f"the number is too {size} for a float", span, help_)
        return Number(text, value, span)

    def list_literal(self) -> TensorLiteral:
        """The list in square brackets at the place."""
        opened = self.position
        self.descend(opened)
        bars, self.bars = self.bars, 0
        self.rows += 1
        self.position += 1
        elements: list[Expr] = []
        while self.texts[self.position] != "]":
            self.argument = self.position
            elements.append(self.expression())
            if self.texts[self.position] != ",":
                break
            self.position += 1
        self.close(opened, "]")
        self._check_rows(elements)
        self.rows -= 1
        self.bars = bars
        self.ascend(opened)
        return TensorLiteral(tuple(elements), self.span(opened))

    def tuple_literal(self, opened: int, first: Expr) -> Expr:
        """A tuple whose first element is read; the place is the comma after it."""
        elements = self.tuple_elements(first)
        return TensorLiteral(tuple(elements), Span(self.starts[opened], self.ends[self.position]))

    def tuple_elements(self, first: Expr) -> list[Expr]:
        """The elements of a tuple whose first one is read."""
        elements = [first]
        while self.texts[self.position] == ",":
            self.position += 1
            if self.texts[self.position] == ")":
                break
            elements.append(self.expression())
        return elements

    def _check_rows(self, elements: list[Expr]) -> None:
        """Fail at the first row whose shape is not that of the first row; torch's words."""
        rows = [element for element in elements if isinstance(element, TensorLiteral)]
        if not rows:
            return
        shape = _shape(rows[0])
        for element in elements:
            if isinstance(element, Number):
                message = f"expected a list of length {shape[0]} at dim {self.rows}, found a number"
                self.fail(codes.RAGGED, message, element.span)
            if not isinstance(element, TensorLiteral):
                continue
            for axis, (length, expected) in enumerate(zip(_shape(element), shape, strict=False)):
                if length != expected:
                    message = f"expected sequence of length {expected} at dim {self.rows + axis} (got {length})"
                    self.fail(codes.RAGGED, message, element.span)
            if len(_shape(element)) != len(shape):
                self.fail(codes.RAGGED, "the rows of a tensor are nested alike, and this one is not", element.span)

    def index(self, value: Expr, start: int) -> Index:
        """`value`, which begins at the token `start`, with the index in square brackets at the place."""
        opened = self.position
        self.descend(opened)
        bars, rows, height = self.bars, self.rows, self.height
        self.bars = self.rows = self.height = 0
        self.position += 1
        items = [self._index_item()]
        while self.texts[self.position] == ",":
            self.position += 1
            if self.texts[self.position] == "]":
                break
            items.append(self._index_item())
        self.close(opened, "]")
        self.bars, self.rows, self.height = bars, rows, max(height, self.height)
        self.ascend(opened)
        return Index(value, tuple(items), self.span(start))

    def _index_item(self) -> IndexItem:
        start = self.argument = self.position
        if self.texts[start] == "...":
            self.position += 1
            return IndexEllipsis(self.token_span(start))
        parts = [self._bound()]
        while self.texts[self.position] == ":" and len(parts) < 3:
            self.position += 1
            parts.append(self._bound())
        if len(parts) == 1:
            if parts[0] is None:
                self.expected_value()
            return parts[0]
        step = parts[2] if len(parts) == 3 else None
        return Slice(parts[0], parts[1], step, self.span(start))

    def _bound(self) -> Expr | None:
        return None if self.texts[self.position] in (":", ",", "]") else self.expression()


def _normalised(text: str) -> str:
    """The number as a plain decimal: `.5` as `0.5`, `5.` as `5.0`, `1_000` as `1000`, `007` as `7`, `2E+3` as `2e3`."""
    mantissa, _, exponent = text.replace("_", "").lower().partition("e")
    whole, point, fraction = mantissa.partition(".")
    plain = whole.lstrip("0") or "0"
    if point:
        plain = f"{plain}.{fraction or '0'}"
    if not exponent:
        return plain
    sign = "-" if exponent[0] == "-" else ""
    return f"{plain}e{sign}{exponent.lstrip('+-').lstrip('0') or '0'}"


def _shape(literal: TensorLiteral) -> tuple[int, ...]:
    """The lengths down the first elements."""
    lengths = [len(literal.elements)]
    while literal.elements and isinstance(literal.elements[0], TensorLiteral):
        literal = literal.elements[0]
        lengths.append(len(literal.elements))
    return tuple(lengths)
