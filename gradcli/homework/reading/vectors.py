"""The ways in which people write vectors: (a, b), <a, b>, a, b, [a; b], a i + b j. All become lists of ours, which have
a shape and entries."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from gradcli.calculus.steps.trees import ONE, ZERO
from gradcli.homework.mathematics import names_of
from gradcli.homework.reading.surroundings import AND
from gradcli.homework.reading.text import Written, closing, joined, outside, split
from gradcli.language import Expr, children
from gradcli.language.rewriting import rebuilt
from gradcli.language.tree import Factor, Name, Negation, Power, Product, Sum, TensorLiteral, Term
from gradcli.operations import vocabulary

_CALCULATED: Final = frozenset({Sum, Product, Negation, Power})
"""What is done to a list entry by entry."""


def entries(expression: Expr) -> tuple[tuple[int, ...], tuple[Expr, ...]]:
    """The shape and the entries of an answer; a list of lists has two dimensions. One entry where it is no list, or
    one of unequal rows.

    What is done to a list is done to its entries: 2*[x, y] has the entries 2*x and 2*y.
    """
    if not isinstance(expression, TensorLiteral):
        return _entries_of_lists(expression)
    parts = [entries(element) for element in expression.elements]
    inner = parts[0][0] if parts else ()
    if any(shape != inner for shape, _ in parts):  # nothing of a shape
        return (), (expression,)
    return (len(parts), *inner), tuple(entry for _, found in parts for entry in found)


def _entries_of_lists(expression: Expr) -> tuple[tuple[int, ...], tuple[Expr, ...]]:
    lists = [entries(each) for each in _outermost_lists(expression)]
    if not lists or len({shape for shape, _ in lists}) != 1:
        return (), (expression,)
    shape = lists[0][0]
    count = len(lists[0][1])
    return shape, tuple(_with_entry(expression, place) for place in range(count))


def _outermost_lists(expression: Expr) -> Iterator[TensorLiteral]:
    stack = [expression]
    while stack:
        node = stack.pop()
        if type(node) is TensorLiteral:
            yield node
        elif type(node) in _CALCULATED:
            stack.extend(reversed(children(node)))


def _with_entry(expression: Expr, place: int) -> Expr:
    """The expression with one entry in the place of each list."""
    if isinstance(expression, TensorLiteral):
        return entries(expression)[1][place]
    if type(expression) not in _CALCULATED:
        return expression
    return rebuilt(expression, [_with_entry(each, place) for each in children(expression)])


PAIRS: Final = {"(": ")", "[": "]", "⟨": "⟩"}
DEPTH: Final = 40
"""Brackets within brackets; what is deeper is no vector."""
UNITS: Final = ("i", "j", "k")
INDEXED: Final = (("e_1", "e_2", "e_3"), ("e1", "e2", "e3"), ("e_x", "e_y", "e_z"))
"""Unit vectors by their places."""
_TRANSPOSED: Final = re.compile(
    r"(?<=[)\]>⟩}])\s*(?:\^\s*(?:T|⊤|\(\s*T\s*\)|\{?\s*(?:\\top|\\intercal|\\(?:mathrm|mathsf|text|mathbf)\s*\{\s*T\s*\}|T)\s*\}?)"
    r"|ᵀ|\.T|')\s*$"
)
_WORD: Final = re.compile(r"([A-Za-z_]\w*)\s*$")
_SIZED: Final = re.compile(
    r"\\(?:left|right|[bB]ig+[lr]?|mleft|mright)(?![A-Za-z])\s*(?=[\[\]()<>⟨⟩]|\\[lr]angle(?![A-Za-z]))"
)
_BINOMIAL: Final = re.compile(r"\\[dt]?binom(?![A-Za-z])\s*(?=\{)")
_SPACE: Final = re.compile(r"(?<!\\)\\(?:[,;:! ]|q?quad(?![A-Za-z])|thinspace(?![A-Za-z]))|(?<!\\)~")
_INNER_ANGLES: Final = re.compile(r"(?<=[0-9A-Za-z)*·\s])<([^<>=]*,[^<>=]*)>(?!=)")
_ANGLES: Final = ((re.compile(r"\\langle(?![A-Za-z])|[〈〈]"), "⟨"), (re.compile(r"\\rangle(?![A-Za-z])|[〉〉]"), "⟩"))
_BLANK: Final = re.compile(r"\s+")
_SIGNS: Final = frozenset("+-*/^·×÷:=<>,;.")


def with_lists(written: Written, shape: tuple[int, ...] = (), decimal_comma: bool = False) -> Written:
    """A text whose vectors are lists in square brackets; the text itself where it has none, or unequal brackets.

    `shape` is the one that is asked for: in a row that is said to be transposed, or among several rows, blanks separate
    entries where there are as many of them.
    """
    transposed = _TRANSPOSED.search(written.text.rstrip()) if len(_without_ones(shape)) < 2 else None
    shown = written if transposed is None else written.part(0, transposed.start())
    if not decimal_comma or ";" in shown.text:
        shown = _with_commas(shown)
    if transposed is not None or ";" in shown.text or "\n" in shown.text:
        shown = with_separators(shown, shape)
    closing = _closing(shown.text)
    if closing is None or not any(each in shown.text for each in ",;⟨"):
        return shown
    return joined(
        Written(piece, (shown.origins[at],)) for piece, at in _Lists(shown.text, closing, decimal_comma).whole()
    )


def with_plain_brackets(written: Written) -> Written:
    """The text without LaTeX's words for the size of brackets, and with `⟨` and `⟩` for the angles of a vector."""
    if "\\" in written.text:
        written = _without_binomials(written.substituted(_SIZED, "").substituted(_SPACE, " "))
    for pattern, angle in _ANGLES:
        written = written.substituted(pattern, angle)
    stripped = written.stripped()
    if stripped.text[:1] == "<" and stripped.text.endswith(">"):
        last = len(stripped.text) - 1
        return stripped.edited([(0, 1, "⟨"), (last, last + 1, "⟩")])
    return written.substituted(_INNER_ANGLES, r"⟨\1⟩")


def _without_binomials(written: Written) -> Written:
    """The text with lists for columns that are written as binomials: `\\binom{a}{b}`."""
    while (found := _BINOMIAL.search(written.text)) is not None:
        ends = _braces(written.text, found.end())
        if ends is None:
            break
        (first, middle), (second, last) = ends
        edits = [(found.start(), first + 1, "("), (middle, second + 1, ", "), (last, last + 1, ")")]
        written = written.edited(edits)
    return written


def _braces(text: str, at: int) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Where two pairs of braces begin and end that stand one after the other."""
    found: list[tuple[int, int]] = []
    while len(found) < 2:
        at += len(text[at:]) - len(text[at:].lstrip())
        if text[at : at + 1] != "{":
            return None
        close = closing(text, at, "{}")
        if close is None:
            return None
        found.append((at, close))
        at = close + 1
    return found[0], found[1]


def _with_commas(written: Written) -> Written:
    """Lines, and the word `and`, as what stands between entries."""
    places = set(outside(written.text))
    edits = [(at, at + 1, ";") for at in places if written.text[at] == "\n"]
    edits += [(each.start(), each.end(), ", ") for each in AND.finditer(written.text) if each.start() in places]
    return written.edited(sorted(edits))


def with_separators(written: Written, shape: tuple[int, ...]) -> Written:
    """`[a b; c d]` and `(a b)` with commas between the entries, where there are as many as are asked for."""
    text = written.text.rstrip()
    if not shape or "\\" in text or "," in text:
        return written
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] not in PAIRS or (_closing(text) or {}).get(start) != len(text) - 1:
        return written
    inner = written.part(start + 1, len(text) - 1)
    at, edits, counts = start + 1, [], []
    for row in split(inner, ";\n"):
        gaps = list(_gaps(row.text))
        counts.append(len(gaps) + 1)
        edits += [(at + first, at + last, ", ") for first, last in gaps]
        at += len(row.text) + 1
    asked = [shape[0]] if len(shape) == 1 else [shape[1]] * shape[0] if len(shape) == 2 else []
    return written.edited(edits) if edits and counts == asked else written


def _gaps(text: str) -> Iterator[tuple[int, int]]:
    """The blanks that alone keep entries apart; one beside a sign of calculation keeps nothing apart."""
    places = set(outside(text))
    for blank in _BLANK.finditer(text):
        before, after = text[: blank.start()], text[blank.end() :]
        if blank.start() not in places or not before or not after or before[-1] in _SIGNS:
            continue
        is_sign = after[0] in "+-" and not after[1:2].isspace()
        if after[0] not in _SIGNS or is_sign:
            yield blank.start(), blank.end()


def as_shape(expression: Expr, shape: tuple[int, ...], names: Sequence[str]) -> Expr:
    """The expression as a list of the shape that is asked, where it is that in another notation: a combination of unit
    vectors, a row or column for a list, brackets round one expression."""
    found, parts = entries(expression)
    if not found and len(shape) == 1 and shape[0] <= len(UNITS):
        return _components(expression, shape[0], names) or expression
    if found != shape and parts and _without_ones(found) == _without_ones(shape):
        return nested(shape, parts)
    return expression


class _Lists:
    """The text rewritten from left to right: pieces of one character, each with its origin."""

    def __init__(self, text: str, closing: Mapping[int, int], decimal_comma: bool = False) -> None:
        self._text, self._closing, self._decimal_comma = text, closing, decimal_comma

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
            if self._text[at] in ",;" and not self._is_inside(at):
                found.append(at)
            at = self._closing.get(at, at) + 1
        return found

    def _is_inside(self, at: int) -> bool:
        """Whether a comma or semicolon belongs to a number, or to a command of LaTeX for a little space."""
        before, after = self._text[max(at - 1, 0) : at], self._text[at + 1 : at + 2]
        return before == "\\" or (
            self._decimal_comma and self._text[at] == "," and before.isdecimal() and after.isdecimal()
        )

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


def unit_names(count: int, names: Collection[str]) -> frozenset[str]:
    """What the unit vectors of an answer of so many components may be called, beside the question's names."""
    if not 2 <= count <= len(UNITS):
        return frozenset()
    families = (family[:count] for family in (UNITS, *INDEXED))
    return frozenset(unit for family in families if not set(family) & set(names) for unit in family)


def _components(expression: Expr, count: int, names: Sequence[str]) -> Expr | None:
    """The list of a combination of unit vectors; None where it is none."""
    used = set(names_of(expression))
    for family in (UNITS, *INDEXED):
        units = family[: max(count, 2)]
        if not used & set(family) or used & set(family) & set(names) or not used & set(family) <= set(units[:count]):
            continue
        terms = _combination(expression, frozenset(units))
        if terms is not None:
            return TensorLiteral(
                tuple(_component([each for unit, each in terms if unit == name]) for name in units[:count])
            )
    return None


def _component(parts: Sequence[Expr]) -> Expr:
    """What stands at one unit vector in all."""
    return ZERO if not parts else parts[0] if len(parts) == 1 else Sum(tuple(map(Term, parts)))


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


def nested(shape: tuple[int, ...], parts: Sequence[Expr]) -> Expr:
    """The entries as lists of this shape."""
    if not shape:
        return parts[0]
    size = math.prod(shape[1:])
    rows = (parts[start : start + size] for start in range(0, len(parts), size))
    return TensorLiteral(tuple(nested(shape[1:], row) for row in rows))
