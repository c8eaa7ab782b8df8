"""Text to tokens: one regular expression, lists rather than objects, since batches read tens of thousands of texts.

A text in ASCII is cut into pieces (a token with the blanks before it) in one call, and what a piece is, is looked up:
the pieces of many texts are few.

What a second tokenizer (of another way to write formulas) can rely on, since the parser reads it so:

- `log` with a base is NAME `log`, OPERATOR `_`, then the base: NUMBER, NAME, or a group in `(` and `)`. An n-th root
  likewise: OPERATOR `√`, OPERATOR `_`, the degree, then what is under the root.
- Braces that group are `(` and `)`. A group directly after a function, its base or its power is its whole argument.
- A fraction is a group of two groups: `(` `(` … `)` `/` `(` … `)` `)`.
- OPERATOR `|` is a bar whose side must be found out. Where it is known, `|(` opens and `|)` closes an absolute value,
  and `‖(` and `‖)` a norm.
- OPERATOR `°` stands for pi/180, `ᵀ` for the transpose. NUMBER may be a fraction (`1/2` of `½`).
- A token that nobody wrote has the span of what it was made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from operator import sub
from typing import Final, TypeAlias, TypeVar

from gradcli.language import characters, codes, names
from gradcli.language.diagnostics import Diagnostic, DiagnosticError
from gradcli.language.limits import MAX_LENGTH
from gradcli.language.tree import Span
from gradcli.language.values import frozen

T = TypeVar("T")
Token: TypeAlias = tuple[int, str, int, int]
"""Kind, text, and where it begins and ends in the source."""

_DIGIT_SIGNS: Final = "0123456789"
_LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
_LETTERS: Final = _LOWER + _LOWER.upper()
"""(The module `string` takes as long to import as all of this package.)"""

NUMBER: Final = 1
NAME: Final = 2
OPERATOR: Final = 3
NEWLINE: Final = 4
END: Final = 5
STRING: Final = 6
SUPERSCRIPT: Final = 7
STRAY: Final = 8
_RAISED_PART: Final = 9
"""Of raised characters that are more than a number (`²ˣ`): no token has it."""

SHORT: Final = 20
"""The length of texts that are remembered."""
MOST: Final = 5_000
"""How many of them are."""

SUPERSCRIPT_TEXT: Final = "²"
"""The text of every superscript token; its digits are read from the source."""
INDEX: Final = "_"
"""What stands between a function and its base."""
OPENING_BAR: Final = "|("
CLOSING_BAR: Final = "|)"
ROOTS: Final = frozenset({"√", "∛"})
OPENING_NORM: Final = "‖("
CLOSING_NORM: Final = "‖)"

_DIGITS = r"[0-9]++(?:_[0-9]++(?:_[0-9]++)*+|)"
_EXPONENT = r"(?:[eE][+-]?[0-9]++|)"
_NUMBER = rf"{_DIGITS}(?:\.(?!\.)(?:{_DIGITS}|)|){_EXPONENT}|\.{_DIGITS}{_EXPONENT}"
"""(An empty alternative is tried sooner than an optional group; two dots are no decimal point.)"""
_COMMA_NUMBER = rf"{_DIGITS},{_DIGITS}{_EXPONENT}|{_NUMBER}"
_OPERATOR = r"\*\*|//|==|<=|>=|!=|\.\.\.|\.\.|[-+*/^%@()\[\]{},;:=<>!|.]"
_STRING = r"'[^'\n]*'|\"[^\"\n]*\""
_SIGNS = f"[{''.join(characters.OPERATORS)}]"
_RAISED = f"[{''.join(characters.RAISED)}]+"
_RAISED_NUMBER = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_FRACTIONS = f"[{''.join(characters.FRACTIONS)}]"
_HAS_FRACTION = re.compile(_FRACTIONS)
_AUGMENTED = r"(?:\*\*|//|[-+*/%@^])=(?!=)"
_SCRIPT_STRING = r"'(?:[^'\\\n]|\\[^\n])*+'|\"(?:[^\"\\\n]|\\[^\n])*+\""


PRIME: Final = "'"
"""The text of a token that is a prime, or two or three in one character."""
_PRIME = r"(?<=[A-Za-z0-9_)\]}'])'"
"""A prime touches what it belongs to, and a string never does: but for the `f` of those with fields.
That is a function where the text defines one."""
_PRIME_BUT_AFTER_F = rf"(?<!\bf)(?<!\bF){_PRIME}"
_UNICODE_PRIME = r"(?<=[\w)\]}'′″‴’´⁰-⁹])'"
_DEFINES_F = re.compile(r"(?m)(?:^|;)[ \t]*f[ \t]*\([\w, \t]*\)[ \t]*=(?!=)")

_GROUPS: Final = frozenset({"{", "}", "‖"})
"""What `grouped` reads."""


class _Pieces(dict[str, str]):
    """The pieces that a text in ASCII is cut into: by each, the text of its token.

    `letters` begin names; `operators` (with a bar behind them) and `string` are patterns of what there is besides.
    """

    def __init__(
        self, letters: str, operators: str = "", string: str = _STRING, number: str = _NUMBER, prime: str = _PRIME
    ) -> None:
        super().__init__()
        signs = rf"{operators}[-+(),^@%:;|\[\]{{}}]", rf"\*\*?|//?|[=<>!]=?|\.\.\.|\.\.|\.|{prime}"
        token = "|".join((signs[0], f"[{letters}][A-Za-z0-9_]*+", number, signs[1], r"\n|\Z", string, "."))
        self.cut = re.compile(rf"[ \t\r]*+(?:#[^\n]*+|)(?:{token})", re.DOTALL).findall
        self.kinds = _Kinds(letters)

    def __missing__(self, piece: str) -> str:
        text = piece.lstrip(" \t\r")
        if text.startswith("#"):
            text = text[len(text.partition("\n")[0]) :]
        elif "," in text and text[0] in _DIGIT_SIGNS:
            text = text.replace(",", ".")
        _remember(self, piece, text)
        return text


class _WidePieces(dict[str, tuple[int, str, int]]):
    """The pieces that a text beyond ASCII is cut into: by each, the kind and the text of its token, and how long that
    is in the source."""

    def __init__(self, name: str, operator: str, string: str = _STRING, number: str = _NUMBER) -> None:
        super().__init__()
        groups = (number, name, operator, r"\n", r"\Z", string, _RAISED, r".")
        blanks = rf"(?:[{names.BLANKS}]++|#[^\n]*+)*+"
        self.cut = re.compile(rf"{blanks}(?:{'|'.join(groups)})", re.DOTALL).findall
        self.match = re.compile(rf"{blanks}(?:{'|'.join(f'({group})' for group in groups)})", re.DOTALL).match

    def __missing__(self, piece: str) -> tuple[int, str, int]:
        match = self.match(piece)
        assert match is not None, "a piece is what the pattern matches"
        kind = match.lastindex or END
        text = match[kind]
        if piece == PRIME:  # which is one by what stands before it; `_check_primes` looks there
            kind = OPERATOR
        elif kind == SUPERSCRIPT and not _RAISED_NUMBER.fullmatch(text):
            kind = _RAISED_PART
        found = kind, _read_as(kind, text), len(text)
        _remember(self, piece, found)
        return found


class _Kinds(dict[str, int]):
    """The kinds of tokens by their texts."""

    def __init__(self, letters: str) -> None:
        super().__init__()
        self.firsts = {
            **dict.fromkeys(_DIGIT_SIGNS, NUMBER),
            **dict.fromkeys(letters, NAME),
            **dict.fromkeys("-+*/^%@()[]{},;:=<>!|.'", OPERATOR),
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


_ASCII = _Pieces(_LETTERS)


@frozen
class Tokens:
    """The tokens of a text, as parallel sequences; the last one is an END, with empty text.

    `texts` are in ASCII (`·` reads `*`, `θ` reads `theta`), but for the roots and `SUPERSCRIPT_TEXT`.
    `starts` and `ends` are offsets in the source.
    `closed`, which LaTeX alone has, says of each token whether it ends what its notation closes
    (a fraction, an exponent in braces), so that nobody reads what follows as a part of it.
    """

    kinds: Sequence[int]
    texts: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    closed: Sequence[bool] = ()

    def each(self) -> Iterator[Token]:
        """The tokens one by one."""
        return zip(self.kinds, self.texts, self.starts, self.ends, strict=True)


def in_columns(tokens: Iterable[Token]) -> Tokens:
    """Tokens one by one, of which there is one at least, as parallel lists."""
    kinds, texts, starts, ends = map(list, zip(*tokens, strict=True))
    return Tokens(kinds, texts, starts, ends)


def tokenize(source: str, *, decimal_comma: bool = False) -> Tokens:
    """The tokens of `source`; newlines inside brackets are left out, and braces are brackets.

    With `decimal_comma` a comma between digits is a decimal point, and inside brackets `;` stands for the comma.
    Raises DiagnosticError for a character that begins no token, for braces that do not match, and for a text longer
    than `limits.MAX_LENGTH`.
    """
    if len(source) > MAX_LENGTH:
        raise DiagnosticError(too_long(source))
    if source.isascii():
        tokens = _ascii_tokens(source, _comma_pieces() if decimal_comma else _ASCII)
        has_groups = "{" in source or "}" in source
        has_primes = "'" in source
    else:
        has_fractions = _HAS_FRACTION.search(source) is not None
        tokens = _unicode_tokens(source, _wide_pieces(decimal_comma, has_fractions))
        has_groups = not _GROUPS.isdisjoint(tokens.texts)
        has_primes = PRIME in tokens.texts
    if STRAY in tokens.kinds:
        raise DiagnosticError(_stray(source, tokens.starts[tokens.kinds.index(STRAY)]))
    if has_primes:
        _check_primes(tokens, source, _stray)
    if has_groups or (decimal_comma and ";" in source):
        tokens = grouped(tokens, source, separator=";" if decimal_comma else None)
    return _without_inner_newlines(tokens) if "\n" in source else tokens


def tokenize_script(source: str) -> Tokens:
    """The tokens of a program of several statements, which has more of them. Braces have no meaning.

    Names may begin with `_`, strings may hold escapes (`'a\\n'`), and `+=` and the like are operators.
    Raises DiagnosticError as `tokenize` does.
    """
    if len(source) > MAX_LENGTH:
        raise DiagnosticError(too_long(source))
    has_f = _DEFINES_F.search(source) is not None
    if source.isascii():
        tokens = _ascii_tokens(source, _script_pieces(has_f))
    else:
        tokens = _unicode_tokens(source, _script_wide_pieces(has_f))
    strays = [place for place, kind in enumerate(tokens.kinds) if kind == STRAY or tokens.texts[place] in ("{", "}")]
    if strays:
        raise DiagnosticError(_stray_in_script(source, tokens.starts[strays[0]]))
    if PRIME in tokens.texts:
        _check_primes(tokens, source, _stray_in_script)
    if "‖" in tokens.texts:
        tokens = grouped(tokens, source)
    return _without_inner_newlines(tokens)


def too_long(source: str) -> Diagnostic:
    """The Diagnostic for a text that is longer than one may be."""
    message = f"the text is {len(source)} characters long, and the limit is {MAX_LENGTH}"
    return Diagnostic(codes.TOO_LONG, message, Span(MAX_LENGTH, MAX_LENGTH + 1), source)


def _ascii_tokens(source: str, known: _Pieces) -> Tokens:
    pieces = known.cut(source)
    texts = list(map(known.__getitem__, pieces))
    ends = list(accumulate(map(len, pieces)))
    return Tokens(list(map(known.kinds.__getitem__, texts)), texts, list(map(sub, ends, map(len, texts))), ends)


@cache
def _wide_pieces(decimal_comma: bool, has_fractions: bool) -> _WidePieces:
    number = _COMMA_NUMBER if decimal_comma else _NUMBER
    if has_fractions:  # looked for at every token, they take their time
        number = rf"[0-9]{{0,9}}{_FRACTIONS}|{number}"
    return _WidePieces(names.pattern(), rf"{_OPERATOR}|{_SIGNS}|{_UNICODE_PRIME}", number=number)


@cache
def _comma_pieces() -> _Pieces:
    return _Pieces(_LETTERS, number=_COMMA_NUMBER)


@cache
def _script_pieces(has_f: bool) -> _Pieces:
    return _Pieces(f"{_LETTERS}_", f"{_AUGMENTED}|", _SCRIPT_STRING, prime=_PRIME if has_f else _PRIME_BUT_AFTER_F)


@cache
def _script_wide_pieces(has_f: bool) -> _WidePieces:
    prime = _UNICODE_PRIME if has_f else rf"(?<!\bf)(?<!\bF){_UNICODE_PRIME}"
    operators = rf"{_AUGMENTED}|{_OPERATOR}|{_SIGNS}|{prime}"
    return _WidePieces(names.pattern(f"{names.LETTERS}_"), operators, _SCRIPT_STRING)


def _unicode_tokens(source: str, known: _WidePieces) -> Tokens:
    pieces = known.cut(names.unstyled(source))
    kinds, texts, lengths = map(list, zip(*map(known.__getitem__, pieces), strict=True))
    ends = list(accumulate(map(len, pieces)))
    tokens = Tokens(kinds, texts, list(map(sub, ends, lengths)), ends)
    return in_columns(_written_out(tokens, source)) if STRING in kinds or _RAISED_PART in kinds else tokens


def _written_out(tokens: Tokens, source: str) -> Iterator[Token]:
    """The tokens with strings as the source has them, and `^(2x)` for `²ˣ`."""
    for kind, text, start, end in tokens.each():
        if kind == _RAISED_PART:
            yield from _raised(text, start)
        else:
            yield kind, source[start:end] if kind == STRING else text, start, end


def _raised(raised: str, start: int) -> Iterator[Token]:
    """`^(2x)` for `²ˣ`."""
    end = start + len(raised)
    yield OPERATOR, "^", start, start
    yield OPERATOR, "(", start, start
    for kind, text, first, last in _ascii_tokens(raised.translate(characters.SUPERSCRIPTS), _ASCII).each():
        if kind != END:
            yield kind, text, start + first, start + last
    yield OPERATOR, ")", end, end


def _read_as(kind: int, text: str) -> str:
    if kind == OPERATOR:
        return characters.OPERATORS.get(text, text)
    if kind == NAME:
        return names.read_as(text)
    if kind == NUMBER:
        return text.replace(",", ".") if text.isascii() else _fraction(text)
    return SUPERSCRIPT_TEXT if kind == SUPERSCRIPT else text


def _fraction(text: str) -> str:
    """`1/2` for `½`, `5/2` for `2½`."""
    above, below = characters.FRACTIONS[text[-1]]
    return f"{int(text[:-1] or 0) * below + above}/{below}"


def grouped(tokens: Tokens, source: str, separator: str | None = None) -> Tokens:
    """The tokens with braces as brackets, `x_{1}` as one name, and the bars of norms as what opens or closes one.

    Inside brackets `separator` becomes a comma. Raises DiagnosticError for braces that do not match.
    """
    texts = list(tokens.texts)
    opened: list[int] = []
    for place, text in enumerate(texts):
        if text == "‖":
            is_open = bool(opened) and texts[opened[-1]] == OPENING_NORM
            texts[place] = CLOSING_NORM if is_open else OPENING_NORM
            opened = opened[:-1] if is_open else [*opened, place]
        elif text in ("(", "[", "{"):
            opened.append(place)
        elif text in (")", "]", "}"):
            _check_brace(tokens, source, opened, place)
            del opened[-1:]
        elif text == separator and opened:
            texts[place] = ","
    for place in opened:
        if texts[place] == "{":
            span = Span(tokens.starts[place], tokens.ends[place])
            raise DiagnosticError.about(codes.UNCLOSED, "'{' is never closed", source, "add '}'", span)
    found = Tokens(tokens.kinds, texts, tokens.starts, tokens.ends)
    return in_columns(_without_braces(found)) if "{" in texts else found


def _check_brace(tokens: Tokens, source: str, opened: list[int], place: int) -> None:
    """Fail unless the closing token at a place and what is open are both braces, or neither is."""
    found = tokens.texts[place]
    opening = tokens.texts[opened[-1]] if opened else None
    if (opening == "{") == (found == "}"):
        return
    span = Span(tokens.starts[place], tokens.ends[place])
    if opening is None:
        raise DiagnosticError.about(codes.UNOPENED, "'}' has no '{' before it", source, span=span)
    wanted = {"(": ")", "[": "]", "{": "}", "‖": "‖"}[opening]
    help_ = f"'{wanted}' closes the '{opening}' at character {tokens.starts[opened[-1]] + 1}"
    raise DiagnosticError.about(codes.UNOPENED, f"expected '{wanted}', found '{found}'", source, help_, span)


def _without_braces(tokens: Tokens) -> Iterator[Token]:
    """The tokens with `x_{1}` as one name, and other braces as round brackets."""
    given = list(tokens.each())
    place = 0
    while place < len(given):
        kind, text, start, end = given[place]
        is_indexed = kind == NAME and text[-1] == "_" and text != "log_" and [
            each[1] for each in given[place + 1 : place + 4 : 2]
        ] == ["{", "}"]  # fmt: skip
        if is_indexed and given[place + 2][1].isalnum():
            yield NAME, text + given[place + 2][1], start, given[place + 3][3]
            place += 4
            continue
        yield kind, {"{": "(", "}": ")"}.get(text, text), start, end
        place += 1


_BASE: Final = re.compile(r"log(?:_|(?=[₀-₉]))(?:([0-9₀-₉]+)(?!_)|(?!_)(\w*))")


def has_bases(source: str) -> bool:
    """Whether a text may have logarithms with their bases (`log_2x`)."""
    return _BASE.search(source) is not None


def with_bases(tokens: Tokens, source: str, is_known: Callable[[str], bool]) -> Tokens:
    """The tokens with `log_2x` cut into a logarithm, its base and what follows, but for known names."""
    assigned = {tokens.texts[place - 1] for place, text in enumerate(tokens.texts) if text == "="}
    found: list[Token] = []
    for kind, text, start, end in tokens.each():
        base = _BASE.match(source, start, end) if kind == NAME and text.startswith("log") else None
        if base is None or text in assigned or is_known(text):
            found.append((kind, text, start, end))
            continue
        sign = start + len("log")
        begin = base.start(1) if base[1] else base.start(2)
        found += [(NAME, "log", start, sign), (OPERATOR, INDEX, sign, begin)]
        if base.end() > begin:
            found.append((NUMBER if base[1] else NAME, names.read_as(base[1] or base[2]), begin, base.end()))
        if base.end() < end:
            found.append((NAME, names.read_as(source[base.end() : end]), base.end(), end))
    return in_columns(found)


def _without_inner_newlines(tokens: Tokens) -> Tokens:
    depth = 0
    kept: list[Token] = []
    for token in tokens.each():
        text = token[1]
        if text in ("(", "["):
            depth += 1
        elif text in (")", "]"):
            depth = max(depth - 1, 0)
        if text != "\n" or depth == 0:
            kept.append(token)
    return in_columns(kept)


def _check_primes(tokens: Tokens, source: str, stray: Callable[[str, int], Diagnostic]) -> None:
    """Fail at a prime that touches nothing which it could belong to."""
    for start, text in zip(tokens.starts, tokens.texts, strict=True):
        if text == PRIME and not (start and (source[start - 1].isalnum() or source[start - 1] in "_)]}'′″‴’´")):
            raise DiagnosticError(stray(source, start))


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
