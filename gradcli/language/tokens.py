"""Text to tokens: one regular expression, lists rather than objects, since batches read tens of thousands of texts.

A text in ASCII is cut into pieces (a token with the blanks before it) in one call, and what a piece is, is looked up:
the pieces of many texts are few.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from operator import sub
from string import ascii_letters, digits
from typing import Final, TypeVar

from gradcli.language import characters, codes, names
from gradcli.language.diagnostics import Diagnostic, DiagnosticError
from gradcli.language.limits import MAX_LENGTH
from gradcli.language.tree import Span
from gradcli.language.values import frozen

T = TypeVar("T")

NUMBER: Final = 1
NAME: Final = 2
OPERATOR: Final = 3
NEWLINE: Final = 4
END: Final = 5
STRING: Final = 6
SUPERSCRIPT: Final = 7
STRAY: Final = 8

SHORT: Final = 20
"""The length of texts that are remembered."""
MOST: Final = 5_000
"""How many of them are."""

SUPERSCRIPT_TEXT: Final = "²"
"""The text of every superscript token; its digits are read from the source."""

_DIGITS = r"[0-9]++(?:_[0-9]++(?:_[0-9]++)*+|)"
_EXPONENT = r"(?:[eE][+-]?[0-9]++|)"
_NUMBER = rf"{_DIGITS}(?:\.(?:{_DIGITS}|)|){_EXPONENT}|\.{_DIGITS}{_EXPONENT}"
"""(An empty alternative is tried sooner than an optional group.)"""
_OPERATOR = r"\*\*|//|==|<=|>=|!=|\.\.\.|[-+*/^%@()\[\],;:=<>!|.]"
_STRING = r"'[^'\n]*'|\"[^\"\n]*\""
_SIGNS = f"[{''.join(characters.OPERATORS)}]"
_RAISED = "[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+"
_AUGMENTED = r"(?:\*\*|//|[-+*/%@^])=(?!=)"
_SCRIPT_STRING = r"'(?:[^'\\\n]|\\[^\n])*+'|\"(?:[^\"\\\n]|\\[^\n])*+\""


_NEVER = r"(?!)"


def _pattern(blanks: str, name: str, operator: str, superscript: str, string: str = _STRING) -> re.Pattern[str]:
    groups = (_NUMBER, name, operator, r"\n", r"\Z", string, superscript, r".")
    return re.compile(rf"(?:[{blanks}]++|#[^\n]*+)*+(?:{'|'.join(f'({group})' for group in groups)})", re.DOTALL)


class _Pieces(dict[str, str]):
    """The pieces that a text in ASCII is cut into: by each, the text of its token.

    `letters` begin names; `operators` and `string` are patterns of what there is besides.
    """

    def __init__(self, letters: str, operators: str = _NEVER, string: str = _STRING) -> None:
        super().__init__()
        signs = r"[-+(),^@%:;|\[\]]", r"\*\*?|//?|[=<>!]=?|\.\.\.|\."
        token = "|".join((operators, signs[0], _NUMBER, f"[{letters}][A-Za-z0-9_]*+", signs[1], r"\n|\Z", string, "."))
        self.cut = re.compile(rf"[ \t\r]*+(?:#[^\n]*+|)(?:{token})", re.DOTALL).findall
        self.kinds = _Kinds(letters)

    def __missing__(self, piece: str) -> str:
        text = piece.lstrip(" \t\r")
        if text.startswith("#"):
            text = text[len(text.partition("\n")[0]) :]
        _remember(self, piece, text)
        return text


class _Kinds(dict[str, int]):
    """The kinds of tokens by their texts."""

    def __init__(self, letters: str) -> None:
        super().__init__()
        self.firsts = {
            **dict.fromkeys(digits, NUMBER),
            **dict.fromkeys(letters, NAME),
            **dict.fromkeys("-+*/^%@()[],;:=<>!|.", OPERATOR),
            **{"\n": NEWLINE, "": END},
        }

    def __missing__(self, text: str) -> int:
        first, second = text[:1], text[1:2]
        kind = self.firsts.get(first, STRAY)
        if first == "." and second.isdecimal():
            kind = NUMBER
        elif first in ("'", '"') and second:
            kind = STRING
        _remember(self, text, kind)
        return kind


def _remember(table: dict[str, T], text: str, found: T) -> None:
    """Put what was found for a short text into a table, which begins anew when it is full."""
    if len(text) <= SHORT:
        if len(table) >= MOST:
            table.clear()
        table[text] = found


_ASCII = _Pieces(ascii_letters)


@frozen
class Tokens:
    """The tokens of a text, as four parallel sequences; the last one is an END, with empty text.

    `texts` are in ASCII (`·` reads `*`, `θ` reads `theta`), but for the roots and `SUPERSCRIPT_TEXT`; `starts` and
    `ends` are offsets in the source. `closed`, which LaTeX alone has, says of each token whether it ends what its
    notation closes (a fraction, an exponent in braces), so that nobody reads what follows as a part of it.
    """

    kinds: Sequence[int]
    texts: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    closed: Sequence[bool] = ()


def tokenize(source: str) -> Tokens:
    """The tokens of `source`; newlines inside brackets are left out.

    Raises DiagnosticError for a character that begins no token, and for a text longer than `limits.MAX_LENGTH`.
    """
    _check_length(source)
    tokens = _ascii_tokens(source, _ASCII) if source.isascii() else _unicode_tokens(source, _unicode_pattern())
    if STRAY in tokens.kinds:
        raise DiagnosticError(_stray(source, tokens.starts[tokens.kinds.index(STRAY)]))
    return _without_inner_newlines(tokens) if "\n" in tokens.texts else tokens


def tokenize_script(source: str) -> Tokens:
    """The tokens of a program of several statements, which has more of them: names may begin with `_`, strings may
    hold escapes (`'a\\n'`), and `+=` and its kin are operators.

    Raises DiagnosticError as `tokenize` does.
    """
    _check_length(source)
    if source.isascii():
        tokens = _ascii_tokens(source, _script_pieces())
    else:
        tokens = _unicode_tokens(source, _script_unicode_pattern())
    if STRAY in tokens.kinds:
        raise DiagnosticError(_stray_in_script(source, tokens.starts[tokens.kinds.index(STRAY)]))
    return _without_inner_newlines(tokens)


def _check_length(source: str) -> None:
    if len(source) > MAX_LENGTH:
        message = f"the text is {len(source)} characters long, and the limit is {MAX_LENGTH}"
        raise DiagnosticError(Diagnostic(codes.TOO_LONG, message, Span(MAX_LENGTH, MAX_LENGTH + 1), source))


def _ascii_tokens(source: str, known: _Pieces) -> Tokens:
    pieces = known.cut(source)
    texts = list(map(known.__getitem__, pieces))
    ends = list(accumulate(map(len, pieces)))
    return Tokens(list(map(known.kinds.__getitem__, texts)), texts, list(map(sub, ends, map(len, texts))), ends)


@cache
def _unicode_pattern() -> re.Pattern[str]:
    return _pattern(names.BLANKS, names.pattern(), rf"{_OPERATOR}|{_SIGNS}", _RAISED)


@cache
def _script_pieces() -> _Pieces:
    return _Pieces(f"{ascii_letters}_", _AUGMENTED, _SCRIPT_STRING)


@cache
def _script_unicode_pattern() -> re.Pattern[str]:
    return _pattern(
        names.BLANKS, names.pattern(f"{names.LETTERS}_"), rf"{_AUGMENTED}|{_OPERATOR}|{_SIGNS}", _RAISED, _SCRIPT_STRING
    )


def _unicode_tokens(source: str, pattern: re.Pattern[str]) -> Tokens:
    kinds = []
    texts = []
    starts = []
    ends = []
    for match in pattern.finditer(names.unstyled(source)):
        kind = match.lastindex or END
        kinds.append(kind)
        texts.append(source[match.start(kind) : match.end()] if kind == STRING else _read_as(kind, match[kind]))
        starts.append(match.start(kind))
        ends.append(match.end())
    return Tokens(kinds, texts, starts, ends)


def _read_as(kind: int, text: str) -> str:
    if kind == SUPERSCRIPT:
        return SUPERSCRIPT_TEXT
    if kind == OPERATOR:
        return characters.OPERATORS.get(text, text)
    if kind == NAME:
        return names.read_as(text)
    return text


def _without_inner_newlines(tokens: Tokens) -> Tokens:
    depth = 0
    kept = []
    for place, text in enumerate(tokens.texts):
        if text in ("(", "["):
            depth += 1
        elif text in (")", "]"):
            depth = max(depth - 1, 0)
        if text != "\n" or depth == 0:
            kept.append(place)
    columns = (tokens.kinds, tokens.texts, tokens.starts, tokens.ends)
    kinds, texts, starts, ends = ([column[place] for place in kept] for column in columns)
    return Tokens(kinds, texts, starts, ends)  # type: ignore[arg-type]


def _stray(source: str, offset: int) -> Diagnostic:
    if source[offset] != "_":
        return characters.stray(source, offset)
    match = re.compile(r"\w*", re.ASCII).match(source, offset)
    span = Span(offset, match.end() if match else offset + 1)
    message = "a name starts with a letter, not with '_'"
    return Diagnostic(codes.NAME, message, span, source)


def _stray_in_script(source: str, offset: int) -> Diagnostic:
    if source[offset] not in "'\"":
        return characters.stray(source, offset)
    line_end = source.find("\n", offset)
    span = Span(offset, len(source) if line_end < 0 else line_end)
    return Diagnostic(codes.UNCLOSED, "the string is never closed", span, source, f"add {source[offset]}")
