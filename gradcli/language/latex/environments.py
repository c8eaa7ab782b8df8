"""Environments: matrices, cases, and lines of formulas."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import chain
from typing import Final

from gradcli.language import codes
from gradcli.language.latex.commands import CASES, LINES, MATRICES
from gradcli.language.latex.scanner import CLOSING, MARK, OPENING, Cells, Token
from gradcli.language.latex.structures import Structures
from gradcli.language.suggestions import did_you_mean
from gradcli.language.tokens import NAME, OPERATOR
from gradcli.language.tree import Span

CONDITIONS: Final = {
    **dict.fromkeys(("if", "for", "when", "where", "falls", "wenn", "für", "si", "se", "als"), "if"),
    **dict.fromkeys(("otherwise", "else", "elsewhere", "sonst", "sinon", "others"), "otherwise"),
    **dict.fromkeys(("and", "und", "et", "y"), "and"),
    **dict.fromkeys(("or", "oder", "ou", "o"), "or"),
}
"""Words in cases, by what they mean."""
_OPPOSITES: Final = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
_NAME_IN_BRACES: Final = re.compile(r"\s*\{\s*([A-Za-z]+\*?)\s*\}")
_OPTION: Final = re.compile(r"\s*\[[^\]]*\]")
_SPACED: Final = re.compile(r"\s*\[[^\]]*\]|\*")
_STOPS: Final = frozenset({"&", "\\", "end", "cr"})


class Environments(Structures):
    """The part of the tokenizer that reads environments."""

    __slots__ = ()

    def environment(self, start: int) -> None:
        """`\\begin{…}`."""
        found = _NAME_IN_BRACES.match(self.text, self.at)
        if found is None:
            self.fail("\\begin needs a name in braces", Span(start, self.at), "write \\begin{pmatrix}")
        name = found[1]
        self.at = found.end()
        if name not in MATRICES | CASES | LINES:
            known = sorted(MATRICES | CASES | LINES)
            self.fail(f"the environment {name} is not read", Span(start, self.at), did_you_mean(name, known))
        if name in ("array", "alignedat"):
            option = _OPTION.match(self.text, self.at)
            self.at = option.end() if option else self.at
            self.raw_argument(f"begin{{{name}}}", start)
        self.cases += name in CASES
        rows = self.rows(name, start)
        self.cases -= name in CASES
        if name in CASES:
            self.cases_tokens(rows, start, self.at)
        elif name in LINES:
            self._lines(rows, start)
        else:
            self._matrix(name, rows, start)
        self.close()
        self.begun = -1

    def rows(self, name: str, start: int) -> Cells:
        """The cells of the environment whose beginning has been read, row by row."""
        self.descend(start)
        outer = (self.tokens, self.opened, self.norms, self.begun, self.raised)
        rows: Cells = [[]]
        while True:
            self.tokens, self.opened, self.norms, self.begun, self.raised = [], [], [], -1, -1
            stop, place = self.until(_STOPS)
            if self.opened:
                self.fail("\\left is never closed", Span(self.opened[-1][2], place), "add \\right", codes.UNCLOSED)
            rows[-1].append(self.tokens)
            if stop == "":
                span = Span(start, start + 6)
                self.fail(f"\\begin{{{name}}} has no end", span, f"add \\end{{{name}}}", codes.UNCLOSED)
            if stop == "end":
                break
            if stop != "&":
                spaced = _SPACED.match(self.text, self.at)
                self.at = spaced.end() if spaced else self.at
                rows.append([])
        found = _NAME_IN_BRACES.match(self.text, self.at)
        if found is None or found[1] != name:
            shown = f"\\end{{{found[1]}}}" if found else "\\end"
            message = f"expected \\end{{{name}}}, found {shown}"
            self.fail(message, Span(place, found.end() if found else self.at), None, codes.UNOPENED)
        self.at = found.end()
        self.tokens, self.opened, self.norms, self.begun, self.raised = outer
        self.depth -= 1
        if rows[-1] == [[]] and len(rows) > 1:
            rows.pop()
        return rows

    def _matrix(self, name: str, rows: Cells, start: int) -> None:
        end = self.at
        empty = next((row for row in rows if any(not cell for cell in row)), None)
        if empty is not None:
            self.fail("an entry of the matrix is missing", Span(start, end), "write 0 where it is zero")
        if name == "vmatrix":
            self.put(NAME, "det", start, start + 6)
            self.sign("(", start, start + 6)
        column = all(len(row) == 1 for row in rows) and name != "vmatrix"
        self.sign("[", start, start + 6)
        for count, row in enumerate(rows):
            first, last = row[0][0][2], row[-1][-1][3]
            if count:
                self.sign(",", first, first)
            if not column:
                self.sign("[", first, first)
            for place, cell in enumerate(row):
                if place:
                    self.sign(",", cell[0][2], cell[0][2])
                self.tokens += cell
            if not column:
                self.sign("]", last, last)
        self.sign("]", end, end)
        if name == "vmatrix":
            self.sign(")", end, end)

    def _lines(self, rows: Cells, start: int) -> None:
        """Formulas below one another: statements; `&` only aligns them."""
        lines = [list(chain.from_iterable(row)) for row in rows]
        lines = [line for line in lines if line]
        for count, line in enumerate(lines):
            if count:
                if line[0][1] == "=":
                    span = Span(line[0][2], line[-1][3])
                    self.fail("these are several steps of one formula", span, "write only the last one")
                self.sign(";", line[0][2], line[0][2])
            self.tokens += line
        if not lines:
            self.fail("the environment is empty", Span(start, self.at))

    def cases_tokens(self, rows: Cells, start: int, end: int) -> None:
        """Add `where(condition, value, …)`, row by row; where no row applies, the value is no number."""
        span = Span(start, end)
        found = [self._case(row, span) for row in rows]
        if not found:
            self.fail("the cases are empty", span)
        if len(found) > 1 and found[-1][1] and found[-2][1] and _excludes(found[-2][1], found[-1][1]):
            found[-1] = (found[-1][0], [])
        for place, (value, condition) in enumerate(found):
            if not condition:
                if place + 1 < len(found):
                    self.fail("a case without a condition is the last one", span, "write it at the end")
                self.tokens += value
                break
            self.put(NAME, "where", start, start + 6)
            self.sign("(", start, start + 6)
            self._condition(condition)
            self.sign(",", value[0][2], value[0][2])
            self.tokens += value
            self.sign(",", value[-1][3], value[-1][3])
        else:
            self.put(NAME, "nan", end, end)
        for _, condition in found:
            if condition:
                self.sign(")", end, end)

    def _case(self, row: list[list[Token]], span: Span) -> tuple[list[Token], list[Token]]:
        """The value of a case, and its condition; no tokens where it is what applies otherwise."""
        value, condition = row[0], list(chain.from_iterable(row[1:]))
        if not condition:
            cut = next((at for at, token in enumerate(value) if token[0] == MARK), None)
            if cut is None:
                cut = next(_outermost(value, {","}), len(value))
            value, condition = value[:cut], value[cut:]
        while value and value[-1][1] in (",", ";"):
            value = value[:-1]
        while condition and condition[-1][1] in (",", ";", "."):
            condition = condition[:-1]
        while condition and condition[0][:2] in ((MARK, "if"), (OPERATOR, ",")):
            condition = condition[1:]
        if [token[:2] for token in condition] == [(MARK, "otherwise")]:
            condition = []
        if not value or any(token[0] == MARK for token in value):
            self.fail("a case has no value", span, "write value & condition \\\\ for each")
        if any(token[0] == MARK and token[1] in ("if", "otherwise") for token in condition):
            self.fail("a condition is a comparison", span, "write value & x > 0 \\\\ for each")
        return value, condition

    def _condition(self, tokens: list[Token]) -> None:
        """Add a condition: comparisons joined by `or`, then by `and` or a comma, each perhaps a chain."""
        for word, function in (("or", "logical_or"), ("and", "logical_and")):
            cut = next((at for at, token in enumerate(tokens) if token[:2] == (MARK, word)), None)
            if cut is None and word == "and":
                cut = next(_outermost(tokens, {","}), None)
            if cut is not None:
                self._joined(function, tokens[:cut], tokens[cut + 1 :], tokens[cut])
                return
        compared = list(_outermost(tokens, {*_OPPOSITES, "="}))
        if len(compared) == 2:
            first, second = compared
            self._joined("logical_and", tokens[:second], tokens[first + 1 :], tokens[second])
            return
        for kind, text, start, end, closed in tokens:
            self.tokens.append((kind, "==" if text == "=" and kind == OPERATOR else text, start, end, closed))

    def _joined(self, function: str, left: list[Token], right: list[Token], between: Token) -> None:
        _, _, start, end, _ = between
        if not left or not right:
            self.fail("a condition is missing here", Span(start, end))
        self.descend(start)
        self.put(NAME, function, start, end)
        self.sign("(", start, end)
        self._condition(left)
        self.sign(",", start, end)
        self._condition(right)
        self.sign(")", end, end)
        self.depth -= 1


def _excludes(before: list[Token], last: list[Token]) -> bool:
    """Whether the last condition is that the one before does not hold: `x >= 0` after `x < 0`."""
    left, right = ([("==" if text == "=" else text) for _, text, *_ in tokens] for tokens in (before, last))
    changed = [(one, other) for one, other in zip(left, right, strict=False) if one != other]
    return len(left) == len(right) and len(changed) == 1 and _OPPOSITES.get(changed[0][0]) == changed[0][1]


def _outermost(tokens: list[Token], signs: Collection[str]) -> Iterator[int]:
    """The places at which one of these operators stands outside all brackets."""
    level = 0
    for place, (kind, text, *_) in enumerate(tokens):
        level += (text in OPENING) - (text in CLOSING)
        if level == 0 and kind == OPERATOR and text in signs:
            yield place
