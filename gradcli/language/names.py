"""Names: what the characters of one read as, and which can be given a value. Every door asks here.

The tokenizer reads the names of an expression with the patterns and tables of this module. Whatever else brings names
(NAME=VALUE, `--wrt`, files of values, JSON, headings of CSV, TOML) reads them with `name_of` and `values_by_name`.
So `θ`, `theta` and a styled `𝜃` are one variable, whichever door they come by,
and what cannot be bound is refused at all of them with the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, TypeVar

from gradcli.language import characters, codes
from gradcli.language.diagnostics import Diagnostic, DiagnosticError, Note
from gradcli.language.tree import Span
from gradcli.language.vocabulary import DTYPE_NAMES, Vocabulary

T = TypeVar("T")

CONSTANTS: Final = {"True": True, "False": False, "None": None}
"""Words that are values."""
RESERVED: Final = frozenset({
    *("and", "or", "not", "in", "is"),
    *("if", "else", "elif", "for", "while", "with", "def", "return", "del", "import", "from"),
})  # fmt: skip
"""Words that are no names: programs use them, or will."""
MODULES: Final = frozenset({"torch", "F", "nn", "autograd"})
"""The modules whose functions are called by their names."""
OTHER_MODULES: Final = frozenset(
    {"math", "np", "numpy", "sp", "sympy", "scipy", "tf", "jnp", "jax", "cmath", "os", "sys"}
)
"""Modules that people write before a function, and that are none here."""
WORDS: Final = frozenset({*CONSTANTS, *RESERVED, *MODULES, *OTHER_MODULES, "at"})
"""Names with a meaning of their own."""
UNBINDABLE: Final = frozenset({*RESERVED, *CONSTANTS, "at"})
"""Words that no value can be given to."""

_GREEK_LETTERS: Final = "".join(letter for letter in characters.GREEK if letter not in characters.SYMBOLS)
LETTERS: Final = f"A-Za-z{_GREEK_LETTERS}"
"""What a name begins with, as a range for a regular expression."""
LATER: Final = "0-9_\u2080-\u2089"
"""What a name may hold besides."""
BLANKS: Final = rf" \t\r{characters.SPACES}"
"""Blanks, as a range for a regular expression."""
GREEK_NAMES: Final = frozenset(characters.GREEK.values())
"""The words that Greek letters read as. A function with such a name is one only directly before a bracket, and only
where nobody has given the name a value: elsewhere the name is a variable."""

DIFFERENTIATED: Final = "differentiated by"
"""What is done by a variable that `wrt` names, for messages."""
SHORT: Final = 40
"""The length of names that are remembered."""
_HELP: Final = "a name is a letter, then letters, digits and _, as in x, x1, theta, θ"
_STYLES: Final = ("\u2100-\u214f", "\uff01-\uff5e", "\U0001d400-\U0001d7ff", "\U0001fbf0-\U0001fbf9")
"""Where Unicode has characters that are styled: letter-like symbols, full-width, mathematical, of segments."""
_STYLED: Final = re.compile(f"[{''.join(_STYLES)}]")


def pattern(letters: str = LETTERS) -> str:
    """A regular expression for a name as it is written.

    It is a constant of one character (`π`), or one of the `letters` and what may follow them.
    """
    return rf"[{''.join(characters.SYMBOLS)}]|[{letters}][{letters}{LATER}]*"


def unstyled(text: str) -> str:
    """The text with full-width characters, styled letters and digits (`ｘ`, `（`, `𝑥`) as plain ones: as many."""
    return text.translate(_plain_forms()) if _STYLED.search(text) else text


def read_as(written: str) -> str:
    """What a written name reads as, in ASCII: `theta` for `θ`, `x1` for `x₁`. Styles are taken off before."""
    return written if written.isascii() else written.translate(characters.NAMES)


def normalised(text: str) -> str | None:
    """The name that a text writes, as an expression would read it; None where it writes none.

    Blanks around it do not count.
    """
    return _remembered(text) if len(text) <= SHORT else _normalised(text)


def name_of(text: str, vocabulary: Vocabulary, verb: str = "bound") -> str:
    """The name of a variable that a text writes.

    `verb` is what happens to the variable, for the message.
    Raises DiagnosticError, located in the text, where it is no name, or one that cannot be bound.
    """
    name = normalised(text)
    if name is None:
        raise DiagnosticError(_no_name(text))
    kind = kind_of(name, vocabulary)
    if kind is not None:
        raise DiagnosticError(refusal(text.strip(), kind, verb, Span(0, len(text)), text))
    return name


A_FUNCTION: Final = "a function"
"""The kind of name that the vocabulary has for a function, so that nothing can be bound to it."""


def kind_of(name: str, vocabulary: Vocabulary) -> str | None:
    """What a name is that cannot be bound, such as `a function`; None of one that can.

    Constants can be bound, and so can functions with the names of Greek letters: what is bound wins.
    """
    if name in UNBINDABLE:
        return "a reserved word"
    if name in DTYPE_NAMES:
        return "a dtype"
    if name not in GREEK_NAMES and vocabulary.function(name):
        return A_FUNCTION
    return None


def refusal(written: str, kind: str, verb: str, span: Span, source: str) -> Diagnostic:
    """The Diagnostic for a name that is `kind` and so cannot be bound."""
    return Diagnostic(
        codes.NAME, f"{quoted(written)} is {kind}, and cannot be {verb}", span, source, "choose another name"
    )


def values_by_name(given: Iterable[tuple[str, T]], vocabulary: Vocabulary) -> dict[str, T]:
    """Values by the names that their written names read as.

    Raises DiagnosticError, located in the written name (its `source`), where one cannot be bound, or two are one name.
    """
    found: dict[str, T] = {}
    written: dict[str, str] = {}
    for text, value in given:
        name = name_of(text, vocabulary)
        if name in found:
            message = f"{name} is given twice"
            if written[name] != text:
                message += f": {written[name].strip()} and {text.strip()} are one name"
            raise DiagnosticError.about(codes.DUPLICATE_BINDING, message, text, "give it one value")
        found[name], written[name] = value, text
    return found


def variables_of(texts: Iterable[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The variables to differentiate by that texts name, each once. Raises DiagnosticError, located in the text."""
    return tuple(dict.fromkeys([name_of(text, vocabulary, DIFFERENTIATED) for text in texts]))


def unused_note(name: str, span: Span | None = None, what: str = "value") -> Note:
    """What to say of a value, or of what else it is, that is given to a name which the formula does not use."""
    return Note(f"{quoted(name)} is given a {what}, and the formula does not use it", span)


def quoted(text: str) -> str:
    """`text` in quotes, cut where it is long."""
    return f"'{text if len(text) <= SHORT else text[:SHORT] + '…'}'"


@cache
def _name_pattern() -> re.Pattern[str]:
    return re.compile(rf"[{BLANKS}]*({pattern()})[{BLANKS}]*")


@lru_cache(maxsize=4096)
def _remembered(text: str) -> str | None:
    return _normalised(text)


def _normalised(text: str) -> str | None:
    found = _name_pattern().fullmatch(unstyled(text))
    return None if found is None else read_as(found[1])


@cache
def _plain_forms() -> dict[int, str]:
    """Full-width and styled characters, and letters that Unicode has twice (K for kelvin), to plain ones."""
    import unicodedata  # needed for texts with such letters only

    found: dict[int, str] = {}
    for code in (code for first, _, last in _STYLES for code in range(ord(first), ord(last) + 1)):
        style, _, plain = unicodedata.decomposition(chr(code)).rpartition(" ")
        if style not in ("", "<font>", "<wide>") or not plain:
            continue
        character = chr(int(plain, 16))
        is_plain = character.isascii() and (character.isalnum() or style == "<wide>")
        if is_plain or character in characters.GREEK:
            found[code] = character
    return found


def _no_name(text: str) -> Diagnostic:
    """What is wrong with a text that writes no name."""
    blanks = re.compile(rf"[{BLANKS}]*").match(text)
    start = 0 if blanks is None else blanks.end()
    if start == len(text):
        return Diagnostic.of_whole(codes.NAME, "there is no name", text, _HELP)
    found = re.compile(pattern()).match(unstyled(text), start)
    place = start if found is None else found.end()
    character = text[place]
    message = f"{quoted(text.strip() if text.isprintable() else repr(text)[1:-1])} is no name"
    if found is not None and found[0] in characters.SYMBOLS:
        message = f"{message}: {found[0]} is one by itself"
    elif found is None and (unstyled(character).isdecimal() or character == "_"):
        message = f"{message}: a name starts with a letter, not with {quoted(character)}"
    elif not (character.isascii() or character.translate(characters.SUPERSCRIPTS).isascii()):
        stray = characters.stray(text, place)
        return Diagnostic(stray.code, f"{message}: {stray.message}", stray.span, text, stray.help)
    return Diagnostic(codes.NAME, message, Span(place, place + 1), text, _HELP)
