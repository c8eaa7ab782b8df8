"""Letters run together, segmented: `2xsinxcosx` is 2*x*sin(x)*cos(x) where the names that a text can have are known.

A name that is neither one of those nor a function is cut into functions, known names, constants and numbers.
Often there is exactly one way; where there are several, each is a reading. Which can be read is the parser's to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final

from gradcli.language.diagnostics import Note
from gradcli.language.limits import MAX_NOTES
from gradcli.language.names import GREEK_NAMES, RESERVED, quoted, read_as, unstyled
from gradcli.language.spelling import CONSTANTS, FOREIGN, compounds
from gradcli.language.tokens import NUMBER, Token, Tokens, in_columns
from gradcli.language.tree import Expr, Span
from gradcli.language.values import frozen
from gradcli.language.vocabulary import Vocabulary

LONGEST: Final = 60
"""Characters of a name that is cut."""
MOST: Final = 8
"""Ways of one name, and of a whole text, that are tried."""
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
class Segmentation:
    """One way to take a text apart: its tokens, and the names that were cut in it."""

    tokens: Tokens
    cuts: tuple[Cut, ...]


def segmentations(
    tokens: Tokens, source: str, vocabulary: Vocabulary, names: Collection[str]
) -> Iterator[Segmentation]:
    """The ways to take a text's names apart, the likeliest first; the text as it stands where nothing is to be cut."""
    cut = compounds(tokens, vocabulary, names)
    if not cut:
        yield Segmentation(tokens, ())
        return
    callable_ = frozenset(name for name, each in vocabulary.functions.items() if not each.attribute)
    known = _Known(_functions(vocabulary), names, callable_)
    choices: list[Sequence[Cut]] = []
    for position in cut:
        span = Span(tokens.starts[position], tokens.ends[position])
        found = known.cuts(unstyled(source[span.start : span.end]), tokens.texts[position + 1] == "(")
        if found:
            choices.append([Cut(position, span, pieces) for pieces in found])
    for chosen in islice(product(*choices), MOST):
        cuts = tuple(cut for cut in chosen if len(cut.pieces) > 1 or cut.pieces[0].text != tokens.texts[cut.position])
        yield Segmentation(_apart(tokens, cuts) if cuts else tokens, cuts)


def notes(way: Segmentation, others: Sequence[tuple[Segmentation, Expr]], source: str) -> list[Note]:
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


def proposal(name: str, functions: Collection[str], names: Collection[str]) -> str | None:
    """The product that an unknown name may have been, as one may write it: `2x*sin(x)`; None where it is none."""
    known = _Known({each: each for each in functions if len(each) > 1 and each not in GREEK_NAMES}, names, functions)
    found = [pieces for pieces in known.cuts(name, before_bracket=False) if len(pieces) > 1]
    return _as_product([piece.text for piece in found[0]], functions) if found else None


def _as_product(pieces: Sequence[str], functions: Collection[str]) -> str:
    """Pieces of a name with brackets round what a function takes, and signs between the others."""
    factors: list[str] = []
    taken: list[str] | None = None
    for piece in pieces:
        if piece in functions:
            factors += [] if taken is None else [f"({'*'.join(taken) or '...'})"]
            factors += ["*" * bool(factors), piece]
            taken = []
        elif taken is not None:
            taken.append(piece)
        else:
            factors += ["*" * bool(factors), piece]
    return "".join((*factors, *([] if taken is None else [f"({'*'.join(taken) or '...'})"])))


class _Known:
    """What names can be cut into: `functions` are those without brackets, by their spellings, and `callable` all."""

    def __init__(self, functions: Mapping[str, str], names: Collection[str], callable_: Collection[str]) -> None:
        self._names = {spelling: name for name in names for spelling in _spellings(name)}
        self._exact = frozenset(names)
        self._functions = functions
        self._callable = callable_
        self._longest = max(map(len, (*self._names, *functions)), default=1)

    def cuts(self, written: str, before_bracket: bool) -> list[tuple[Piece, ...]]:
        """All ways to cut a name; none where it is one of the text's own, or nothing that can be cut."""
        characters = [read_as(character) for character in written]
        text = "".join(characters)
        if text in self._exact or len(written) < 2 or len(written) > LONGEST or text in RESERVED:
            return []
        if text in self._names:
            return [(Piece(self._names[text], len(written)),)]
        if (text.istitle() or text.isupper()) and text.lower() in self._functions and text not in self._callable:
            return [(Piece(self._functions[text.lower()], len(written)),)]  # Cos, at the beginning of a line
        whole = text in CONSTANTS or (len(text) > 1 and text in self._callable)
        found = list(islice(self._joined(self._steps(characters, before_bracket), 0), 4 * MOST))
        found = sorted((pieces for pieces in found if self._is_sensible(pieces, before_bracket)), key=len)[:MOST]
        if text in GREEK_NAMES and found and not whole:  # a letter that the text need not have
            return [*found, (Piece(text, len(written)),)]
        return [(Piece(text, len(written)),), *found] if whole and found else found

    def _is_sensible(self, pieces: tuple[Piece, ...], before_bracket: bool) -> bool:
        """Whether a name is cut at all, and no constant is left between a function and its bracket.

        `sine(x)` is not the sine of e.
        """
        between = before_bracket and pieces[-1].text in CONSTANTS and len(pieces) > 1
        return len(pieces) > 1 and not (between and pieces[-2].text in self._functions.values())

    def _steps(self, characters: Sequence[str], before_bracket: bool) -> list[list[Piece]]:
        """The pieces that may begin at each character, longest first: those from which the end can be reached."""
        count = len(characters)
        found: list[list[Piece]] = [[] for _ in characters]
        for start in range(count - 1, -1, -1):
            for end in self._ends(start, characters):
                if end < count and not found[end]:
                    continue
                text = "".join(characters[start:end])
                piece = text if text[0] in _DIGITS else self._piece(text, before_bracket and end == count)
                if piece is not None:
                    found[start].append(Piece(piece, end - start))
        return found

    def _ends(self, start: int, characters: Sequence[str]) -> Sequence[int]:
        """Where a piece may end: a number where its digits do."""
        end = start
        while end < len(characters) and characters[end] in _DIGITS:
            end += 1
        return (end,) if end > start else range(min(len(characters), start + self._longest), start, -1)

    def _joined(self, steps: Sequence[Sequence[Piece]], start: int) -> Iterator[tuple[Piece, ...]]:
        if start == len(steps):
            yield ()
            return
        for piece in steps[start]:
            for rest in self._joined(steps, start + piece.length):
                yield (piece, *rest)

    def _piece(self, text: str, before_bracket: bool) -> str | None:
        """What a part reads as, None where it is nothing."""
        if text in self._names:
            return self._names[text]
        if text in CONSTANTS:
            return text
        if text in self._functions:
            return self._functions[text]
        if len(text) > 1 and (text.istitle() or text.isupper()):
            return self._functions.get(text.lower())
        return text if before_bracket and len(text) > 1 and text in self._callable and text not in GREEK_NAMES else None


def _spellings(name: str) -> Iterator[str]:
    """How people write a name: `x_1` also as x1, and the other way round."""
    yield name
    letters, underscore, index = name.partition("_")
    if underscore:
        yield letters + index
    elif name.rstrip(_DIGITS).isalpha() and name[-1] in _DIGITS:
        letters = name.rstrip(_DIGITS)
        yield f"{letters}_{name[len(letters) :]}"


def _functions(vocabulary: Vocabulary) -> dict[str, str]:
    """The functions that are written without brackets, by their spellings."""
    own = (name for name, each in vocabulary.functions.items() if each.prefix and len(name) > 1)
    return {**{name: name for name in own if name not in GREEK_NAMES}, **FOREIGN}


def _apart(tokens: Tokens, cuts: Sequence[Cut]) -> Tokens:
    """The tokens with a token for each piece."""
    by_position = {cut.position: cut for cut in cuts}
    found: list[Token] = []
    for position, (kind, text, start, end) in enumerate(tokens.each()):
        cut = by_position.get(position)
        if cut is None and _goes_on(found, kind, text, start):
            _, digits, begun, _ = found[-1]
            found[-1] = (NUMBER, digits + text, begun, end)  # cos2.5x: the number was cut in two
            continue
        at = start
        for piece in (Piece(text, end - start),) if cut is None else cut.pieces:
            is_number = cut is not None and piece.text[0] in _DIGITS
            found.append((NUMBER if is_number else kind, piece.text, at, at + piece.length))
            at += piece.length
    return in_columns(found)


def _goes_on(before: Sequence[Token], kind: int, text: str, at: int) -> bool:
    """Whether a number is the rest of one whose digits were part of a name."""
    if kind != NUMBER or not text.startswith(".") or not before:
        return False
    last, digits, _, end = before[-1]
    return last == NUMBER and end == at and "." not in digits
