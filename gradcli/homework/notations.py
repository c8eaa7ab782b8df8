"""The ways in which people write vectors: (a, b), <a, b>, a, b, [a; b], a i + b j. All become lists of ours."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gradcli.homework.domains import names as names_of
from gradcli.language import Expr, Span
from gradcli.language.tree import Factor, Name, Negation, Number, Product, Sum, TensorLiteral, Term
from gradcli.language.values import frozen
from gradcli.operations import vocabulary

PAIRS: Final = {"(": ")", "[": "]", "⟨": "⟩"}
DEPTH: Final = 40
"""Brackets within brackets; what is deeper is no vector."""
UNITS: Final = ("i", "j", "k")
ONE, ZERO = Number("1", 1.0), Number("0", 0.0)
_TRANSPOSED: Final = re.compile(r"(?<=[)\]>⟩])\s*(\^\s*(T|⊤|\(\s*T\s*\))|ᵀ|\.T)\s*$")
_WORD: Final = re.compile(r"([A-Za-z_]\w*)\s*$")


@frozen
class Written:
    """A text in our own notation: `origins` says of each character where in the original it comes from."""

    text: str
    origins: tuple[int, ...]

    def original(self, span: Span) -> Span:
        """Where in the original text a span of this one comes from."""
        if not self.origins:
            return span
        start = self._origin(span.start)
        return Span(start, max(start, self._origin(span.end - 1) + 1 if span.end > span.start else start))

    def _origin(self, place: int) -> int:
        last = len(self.origins) - 1
        return self.origins[place] if place <= last else self.origins[last] + place - last


def with_lists(text: str) -> Written:
    """A text whose vectors are lists in square brackets; the text itself where it has none, or unequal brackets."""
    same = Written(text, tuple(range(len(text))))
    shown = _TRANSPOSED.sub("", text.rstrip())
    begin = len(shown) - len(shown.lstrip())
    if shown[begin : begin + 1] == "<" and shown.endswith(">"):
        shown = f"{shown[:begin]}⟨{shown[begin + 1 : -1]}⟩"
    closing = _closing(shown)
    if closing is None or not any(each in shown for each in ",;⟨"):
        return same
    pieces = list(_Lists(shown, closing).whole())
    return Written("".join(piece for piece, _ in pieces), tuple(origin for _, origin in pieces))


def as_shape(expression: Expr, shape: tuple[int, ...], names: Sequence[str]) -> Expr:
    """The expression as a list of the shape that is asked, where it is that in another notation: a combination of unit
    vectors, a row or column for a list, brackets round one expression."""
    from gradcli.homework.answers import entries

    found, parts = entries(expression)
    if not found and len(shape) == 1 and shape[0] <= len(UNITS):
        return _components(expression, shape[0], names) or expression
    if found != shape and parts and _without_ones(found) == _without_ones(shape):
        return _nested(shape, parts)
    return expression


class _Lists:
    """The text rewritten from left to right: pieces of one character, each with its origin."""

    def __init__(self, text: str, closing: Mapping[int, int]) -> None:
        self._text, self._closing = text, closing

    def whole(self) -> Iterator[tuple[str, int]]:
        begin, end = len(self._text) - len(self._text.lstrip()), len(self._text)
        if self._separators(begin, end):
            yield from self._list(begin, end, begin, max(end - 1, 0))
        else:
            yield from self._plain(0, end)

    def _separators(self, start: int, end: int) -> list[int]:
        """Where commas and semicolons stand outside inner brackets."""
        found, at = [], start
        while at < end:
            if self._text[at] in ",;":
                found.append(at)
            at = self._closing.get(at, at) + 1
        return found

    def _list(self, start: int, end: int, opened: int, closed: int) -> Iterator[tuple[str, int]]:
        """What stands in a list: rows behind semicolons, where these have several entries."""
        separators = self._separators(start, end)
        signs = {self._text[at] for at in separators}
        nested = signs == {",", ";"}
        yield "[", opened
        if nested:
            yield "[", opened
        begin = start
        for at in separators:
            yield from self._plain(begin, at)
            if nested and self._text[at] == ";":
                yield from (("]", at), (",", at), ("[", at))
            else:
                yield ",", at
            begin = at + 1
        yield from self._plain(begin, end)
        if nested:
            yield "]", closed
        yield "]", closed

    def _plain(self, start: int, end: int) -> Iterator[tuple[str, int]]:
        """Text outside lists, with what stands in its brackets."""
        at = start
        while at < end:
            close = self._closing.get(at)
            if close is None:
                yield self._text[at], at
                at += 1
                continue
            before = self._text[start:at].rstrip()
            if self._is_call(before) or not (self._separators(at + 1, close) or self._text[at] == "⟨"):
                yield "(" if self._text[at] == "⟨" else self._text[at], at
                yield from self._arguments(at + 1, close)
                yield ")" if self._text[close] == "⟩" else self._text[close], close
            else:
                if self._text[at] != "[" and before and (before[-1].isalnum() or before[-1] in ")]"):
                    yield "*", at
                yield from self._list(at + 1, close, at, close)
            at = close + 1

    def _arguments(self, start: int, end: int) -> Iterator[tuple[str, int]]:
        begin = start
        for at in self._separators(start, end):
            yield from self._plain(begin, at)
            yield self._text[at], at
            begin = at + 1
        yield from self._plain(begin, end)

    def _is_call(self, before: str) -> bool:
        word = _WORD.search(before)
        return word is not None and word[1] in vocabulary().functions


def _closing(text: str) -> dict[int, int] | None:
    """The place of each opening bracket's closing one; None where they do not match, or are too deep."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, character in enumerate(text):
        if character in PAIRS:
            opened.append(at)
            if len(opened) > DEPTH:
                return None
        elif character in PAIRS.values():
            if not opened or PAIRS[text[opened[-1]]] != character:
                return None
            found[opened.pop()] = at
    return None if opened else found


def _components(expression: Expr, count: int, names: Sequence[str]) -> Expr | None:
    """The list of a combination of unit vectors; None where it is none."""
    units = UNITS[: max(count, 2)]
    used = set(names_of(expression)) & set(UNITS)
    if not used or used & set(names) or not used <= set(units[:count]):
        return None
    terms = _combination(expression, frozenset(units))
    if terms is None:
        return None
    parts = (tuple(Term(each) for unit, each in terms if unit == name) for name in units[:count])
    return TensorLiteral(tuple(ZERO if not each else each[0].value if len(each) == 1 else Sum(each) for each in parts))


def _combination(expression: Expr, units: frozenset[str]) -> list[tuple[str, Expr]] | None:
    """What each unit vector is multiplied by, None where the expression is no combination of them."""
    match expression:
        case Name(name=name) if name in units:
            return [(name, ONE)]
        case Negation(operand=operand):
            inner = _combination(operand, units)
            return None if inner is None else [(unit, Negation(each)) for unit, each in inner]
        case Sum(terms=terms):
            found = [(term, _combination(term.value, units)) for term in terms]
            if any(each is None for _, each in found):
                return None
            return [
                (unit, Negation(each) if term.negative else each) for term, inner in found for unit, each in inner or ()
            ]
        case Product(factors=factors):
            return _multiples(factors, units)
        case _:
            return None


def _multiples(factors: Sequence[Factor], units: frozenset[str]) -> list[tuple[str, Expr]] | None:
    holding = [place for place, factor in enumerate(factors) if units & set(names_of(factor.value))]
    if len(holding) != 1 or factors[holding[0]].operator != "*":
        return None
    inner = _combination(factors[holding[0]].value, units)
    rest = [factor for place, factor in enumerate(factors) if place != holding[0]]
    if rest and rest[0].operator != "*":
        rest.insert(0, Factor(ONE))
    if inner is None or not rest:
        return inner
    return [(unit, Product((*rest, *(() if each is ONE else (Factor(each),))))) for unit, each in inner]


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(each for each in shape if each != 1)


def _nested(shape: tuple[int, ...], parts: Sequence[Expr]) -> Expr:
    """The entries as lists of this shape."""
    if not shape:
        return parts[0]
    size = math.prod(shape[1:])
    rows = (parts[start : start + size] for start in range(0, len(parts), size))
    return TensorLiteral(tuple(_nested(shape[1:], row) for row in rows))
