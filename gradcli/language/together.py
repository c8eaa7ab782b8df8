"""Letters run together: `2xsinxcosx` is 2*x*sin(x)*cos(x) where the names that the text can have are known.

A name that is neither one of those nor a function is cut into functions, known names, constants and numbers. Often
there is exactly one way; where there are several, each is a reading. Which of them can be read is the parser's to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice, product
from typing import Final

from gradcli.language.diagnostics import Note
from gradcli.language.limits import MAX_NOTES
from gradcli.language.names import GREEK_NAMES, RESERVED, quoted, read_as, unstyled
from gradcli.language.tokens import NAME, NUMBER, Tokens
from gradcli.language.tree import Expr, Span
from gradcli.language.values import frozen
from gradcli.language.vocabulary import Vocabulary

LONGEST: Final = 60
"""Characters of a name that is cut."""
MOST_WAYS: Final = 8
"""Ways of one name, and of a whole text, that are tried."""
CONSTANTS: Final = frozenset({"e", "pi", "tau"})
"""The constants that people write between letters."""
_DIGITS: Final = "0123456789"


@frozen
class Piece:
    """A part of a name: what it reads as, and how many characters of the source it takes."""

    text: str
    length: int


@frozen
class Cut:
    """A name in the source, and the pieces that it is cut into; one piece where it is left whole."""

    position: int
    span: Span
    pieces: tuple[Piece, ...]

    def shown(self) -> str:
        """The pieces as one may write them."""
        return " ".join(piece.text for piece in self.pieces)


@frozen
class Way:
    """One way to take a text apart: its tokens, and the names that were cut in it."""

    tokens: Tokens
    cuts: tuple[Cut, ...]


def ways(tokens: Tokens, source: str, vocabulary: Vocabulary, names: Collection[str]) -> Iterator[Way]:
    """The ways to take a text's names apart, the likeliest first; the text as it stands where nothing is to be cut."""
    known = _Known(vocabulary, frozenset(names))
    choices: list[Sequence[Cut]] = []
    for position, kind in enumerate(tokens.kinds):
        if kind != NAME:
            continue
        span = Span(tokens.starts[position], tokens.ends[position])
        found = known.cuts(unstyled(source[span.start : span.end]), tokens.texts[position + 1] == "(")
        if found:
            choices.append([Cut(position, span, pieces) for pieces in found])
    for chosen in islice(product(*choices), MOST_WAYS):
        cuts = tuple(cut for cut in chosen if len(cut.pieces) > 1 or cut.pieces[0].text != tokens.texts[cut.position])
        yield Way(_apart(tokens, source, cuts) if cuts else tokens, cuts)


def notes(way: Way, others: Sequence[tuple[Way, Expr]], source: str) -> list[Note]:
    """What to say of a text that was taken apart: how it reads, and the other ways with what the whole text is then."""
    own = {cut.position: cut for cut in way.cuts}
    found: list[Note] = []
    told: set[int] = set()
    for other, tree in others:
        differing = next((cut for cut in other.cuts if own.get(cut.position) != cut), None)
        if differing is None:
            found.append(Note("letters that run together read in another way, too", None, tree))
            continue
        written = source[differing.span.start : differing.span.end]
        first = own[differing.position].shown() if differing.position in own else written
        told.add(differing.position)
        message = f"{quoted(written)} reads as {first}; write {differing.shown()} for the other reading"
        found.append(Note(message, differing.span, tree))
    cuts = ((source[cut.span.start : cut.span.end], cut) for cut in way.cuts if cut.position not in told)
    return [*(Note(f"{quoted(text)} reads as {cut.shown()}", cut.span) for text, cut in cuts), *found][:MAX_NOTES]


def pieces_of(name: str, vocabulary: Vocabulary, names: Collection[str]) -> tuple[str, ...]:
    """The likeliest pieces of a name that is unknown; none where it cannot be cut."""
    found = _Known(vocabulary, frozenset(names)).cuts(name, before_bracket=False)
    return tuple(piece.text for piece in found[0]) if found and len(found[0]) > 1 else ()


class _Known:
    """What names can be cut into."""

    def __init__(self, vocabulary: Vocabulary, names: frozenset[str]) -> None:
        self._names = {spelling: name for name in names for spelling in _spellings(name)}
        self._exact = names
        self._functions = _functions(vocabulary)
        self._vocabulary = vocabulary
        self._longest = max(map(len, (*self._names, *self._functions)), default=1)

    def cuts(self, written: str, before_bracket: bool) -> list[tuple[Piece, ...]]:
        """All ways to cut a name; none where it is one of the text's own, or nothing that can be cut."""
        characters = [read_as(character) for character in written]
        text = "".join(characters)
        if text in self._exact or len(written) < 2 or len(written) > LONGEST or text in RESERVED:
            return []
        if text in self._names:
            return [(Piece(self._names[text], len(written)),)]
        whole = text in CONSTANTS or self._vocabulary.function(text) is not None
        found = list(islice(self._from(0, characters, before_bracket), 4 * MOST_WAYS))
        found = sorted((pieces for pieces in found if len(pieces) > 1), key=len)[:MOST_WAYS]
        if text in GREEK_NAMES and found and not whole:  # a letter that the text need not have
            return [*found, (Piece(text, len(written)),)]
        return [(Piece(text, len(written)),), *found] if whole and found else found

    def _from(self, start: int, characters: Sequence[str], before_bracket: bool) -> Iterator[tuple[Piece, ...]]:
        if start == len(characters):
            yield ()
            return
        digits = start
        while digits < len(characters) and characters[digits] in _DIGITS:
            digits += 1
        ends = (digits,) if digits > start else range(min(len(characters), start + self._longest), start, -1)
        for end in ends:
            text = "".join(characters[start:end])
            piece = text if digits > start else self._piece(text, end == len(characters) and before_bracket)
            if piece is not None:
                for rest in self._from(end, characters, before_bracket):
                    yield (Piece(piece, end - start), *rest)

    def _piece(self, text: str, before_bracket: bool) -> str | None:
        """What a part reads as, None where it is nothing."""
        name = self._names.get(text)
        if name is not None:
            return name
        if text in CONSTANTS or text in self._functions:
            return text
        signature = self._vocabulary.function(text) if before_bracket and len(text) > 1 else None
        return text if signature is not None and text not in GREEK_NAMES else None


def _spellings(name: str) -> Iterator[str]:
    """How people write a name: `x_1` also as x1, and the other way round."""
    yield name
    letters, underscore, index = name.partition("_")
    if underscore:
        yield letters + index
    elif name.rstrip(_DIGITS).isalpha() and name[-1] in _DIGITS:
        letters = name.rstrip(_DIGITS)
        yield f"{letters}_{name[len(letters) :]}"


def _functions(vocabulary: Vocabulary) -> frozenset[str]:
    """The functions that are written without brackets."""
    return frozenset(
        name
        for name, signature in vocabulary.functions.items()
        if signature.prefix and len(name) > 1 and name not in GREEK_NAMES
    )


def _apart(tokens: Tokens, source: str, cuts: Sequence[Cut]) -> Tokens:
    """The tokens with a token for each piece."""
    by_position = {cut.position: cut for cut in cuts}
    kinds: list[int] = []
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for position, kind in enumerate(tokens.kinds):
        cut = by_position.get(position)
        at = tokens.starts[position]
        pieces = cut.pieces if cut is not None else (Piece(tokens.texts[position], tokens.ends[position] - at),)
        for piece in pieces:
            number = cut is not None and piece.text[0] in _DIGITS
            if _goes_on(kinds, texts, ends, kind, tokens.texts[position], at):
                texts[-1], ends[-1] = texts[-1] + piece.text, at + piece.length  # cos2.5x: the number was cut in two
                continue
            kinds.append(NUMBER if number else kind)
            texts.append(piece.text)
            starts.append(at)
            ends.append(at + piece.length)
            at += piece.length
    return Tokens(kinds, texts, starts, ends)


def _goes_on(kinds: Sequence[int], texts: Sequence[str], ends: Sequence[int], kind: int, text: str, at: int) -> bool:
    """Whether a number is the rest of one whose digits were part of a name."""
    if kind != NUMBER or not text.startswith(".") or not kinds or ends[-1] != at:
        return False
    return kinds[-1] == NUMBER and "." not in texts[-1]
