"""A place in a LaTeX text, and the tokens that have been made of what stands before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final, NoReturn

from gradcli.language import codes
from gradcli.language.conventions import Conventions
from gradcli.language.diagnostics import Diagnostic, DiagnosticError
from gradcli.language.limits import MAX_DEPTH
from gradcli.language.names import unstyled
from gradcli.language.tokens import CLOSING_BAR, CLOSING_NORM, NAME, OPENING_BAR, OPENING_NORM, OPERATOR
from gradcli.language.tree import Span
from gradcli.language.vocabulary import Vocabulary

Token = tuple[int, str, int, int, bool]
"""Kind, text, start and end as in `Tokens`; whether it ends what its notation closes."""
Cells = list[list[list[Token]]]
"""The tokens of each cell of an environment, row by row."""

MARK: Final = 0
"""The kind of what stands in cases and makes no token: `if`, `otherwise`, `and`, `or`."""
BLANKS: Final = re.compile(r"(?:[ \t\r\n~]|\\[,;:! ])*")
OPENING: Final = frozenset({"(", "[", OPENING_BAR, OPENING_NORM})
CLOSING: Final = frozenset({")", "]", CLOSING_BAR, CLOSING_NORM})
"""What opens and closes a level, wherever it stands."""
_BLANK: Final = frozenset(" \t\r\n~\\")
_BEFORE_PRODUCT: Final = frozenset({*OPENING, "+", "-", ",", ";", "=", "<", ">", "<=", ">=", "==", "!="})


class Scanner:
    """The text, the place, the tokens so far.

    `words` are the names of several letters that letters standing together may be, the longest `longest` letters long.
    `begun` is the count of tokens behind which the argument of a function begins.
    `raised` is the count behind which an exponent has just ended, and `base` the place of the name below it.
    `opened` are the `\\left` that are open, each with the count of tokens before it.
    `depth` counts braces and environments around the place, `cases` the environments of cases.
    """

    __slots__ = (
        "at",
        "base",
        "begun",
        "cases",
        "conventions",
        "depth",
        "known",
        "longest",
        "norms",
        "opened",
        "raised",
        "source",
        "text",
        "tokens",
        "vocabulary",
        "words",
    )

    # What the classes above this one read, for those below them.
    until: Callable[[frozenset[str]], tuple[str, int]]
    body: Callable[..., int]
    single: Callable[[str], None]
    differential: Callable[[int], bool]
    rows: Callable[[str, int], Cells]
    cases_tokens: Callable[[Cells, int, int], None]

    def __init__(self, source: str, vocabulary: Vocabulary, known: Collection[str], conventions: Conventions) -> None:
        self.source = source
        self.text = source if source.isascii() else unstyled(source)
        self.vocabulary = vocabulary
        self.conventions = conventions
        self.known = set(known)
        if conventions.names:
            self.known.update(conventions.names)
        self.words = {name for name in self.known if len(name) > 1}
        self.longest = max(map(len, self.words)) if self.words else 1
        self.at = 0
        self.tokens: list[Token] = []
        self.opened: list[tuple[str, int, int]] = []
        self.begun = self.raised = self.base = -1
        self.depth = self.cases = 0
        self.norms: list[int] = []

    def fail(self, message: str, span: Span, help_: str | None = None, code: str = codes.LATEX) -> NoReturn:
        """Raise the Diagnostic."""
        end = min(span.end, len(self.source))
        raise DiagnosticError(Diagnostic(code, message, Span(min(span.start, end), end), self.source, help_))

    def put(self, kind: int, text: str, start: int, end: int) -> None:
        """Add a token."""
        self.tokens.append((kind, text, start, end, False))

    def sign(self, text: str, start: int, end: int) -> None:
        """Add an operator."""
        self.tokens.append((OPERATOR, text, start, end, False))

    def close(self) -> None:
        """Say of the last token that it ends what its notation closes."""
        kind, text, start, end, _ = self.tokens[-1]
        self.tokens[-1] = (kind, text, start, end, True)

    def skip_blanks(self) -> str:
        """Step over blanks; the character that follows, or nothing at the end."""
        following = self.text[self.at : self.at + 1]
        if following not in _BLANK:
            return following
        found = BLANKS.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def descend(self, place: int) -> None:
        """Go down one level; the caller takes it back."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            self.fail(message, Span(place, place + 1), "name a part of it: y = …; then use y", codes.TOO_DEEP)

    def braces(self, place: int) -> tuple[int, int]:
        """Where what the brace at a place encloses begins and ends."""
        depth = 0
        for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(self.text, place):
            depth += (found[0] == "{") - (found[0] == "}")
            if depth == 0 and found[0] == "}":
                return place + 1, found.start()
        return self.fail("'{' is never closed", Span(place, place + 1), "add '}'", codes.UNCLOSED)

    def raw_argument(self, command: str, start: int) -> tuple[int, int]:
        """Where the argument in braces at the place begins and ends; the place is set behind it."""
        if self.skip_blanks() != "{":
            self.fail(f"\\{command} needs its argument in braces", Span(start, self.at), f"write \\{command}{{...}}")
        begin, end = self.braces(self.at)
        self.at = end + 1
        return begin, end

    def is_function(self, name: str) -> bool:
        """Whether a name is a function wherever it stands."""
        return name not in self.known and self.vocabulary.function(name) is not None

    def begins_product(self) -> bool:
        """Whether what comes next begins a product, perhaps behind signs: a fraction needs no brackets there."""
        place = len(self.tokens)
        while place and self.tokens[place - 1][1] in ("+", "-"):
            place -= 1
        if place == 0:
            return True
        kind, text, *_ = self.tokens[place - 1]
        if text in _BEFORE_PRODUCT or kind == MARK:
            return True
        if place == len(self.tokens):
            return False
        if kind == OPERATOR:
            return text in CLOSING or text in ("!", "'", "°", "ᵀ")
        return kind != NAME or not self.is_function(text)
