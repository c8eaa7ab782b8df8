"""Sentences with formulas in them, which each reader is shown in his own way of writing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from string import Formatter
from typing import Final, TypeAlias

from gradcli.language.printer import to_text
from gradcli.language.tree import Expr
from gradcli.language.values import frozen

Writer: TypeAlias = Callable[[Expr], str]
"""Writes an expression as text."""

LONGEST: Final = 60
"""Characters of an excerpt."""
MARK: Final = "`"
"""What stands on both sides of a formula in a sentence that is kept as a text."""
_MARKED: Final = re.compile(f"{MARK}([^{MARK}\n]+){MARK}")
_FORMATTER: Final = Formatter()


@frozen
class Excerpt:
    """A formula in a sentence that goes on without it: a long one is cut."""

    expression: Expr

    def written(self, write: Writer) -> str:
        """The formula, or its beginning."""
        text = write(self.expression)
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


Part: TypeAlias = str | Expr | Excerpt


class Sentence(str):
    """A sentence that knows its formulas: the text itself has them in plain ASCII, `written` as somebody else does."""

    parts: tuple[Part, ...]

    def __new__(cls, *parts: Part) -> Sentence:
        """The parts side by side; those of sentences among them are its own."""
        flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, Sentence) else (part,)))
        found = super().__new__(cls, "".join(_written(part, to_text) for part in flat))
        found.parts = flat
        return found

    def __reduce__(self) -> tuple[type[Sentence], tuple[Part, ...]]:
        return Sentence, self.parts

    def __add__(self, other: str) -> Sentence:
        return Sentence(self, other)

    def written(self, write: Writer) -> str:
        """The sentence with its formulas written so."""
        return "".join(_written(part, write) for part in self.parts)

    @property
    def marked(self) -> str:
        """The sentence as a text that keeps its formulas apart, in plain ASCII between marks; what is cut has none."""
        return "".join(_marked(part) for part in self.parts)


def filled_in(message: str, pieces: Mapping[str, Part]) -> Sentence:
    """A message with pieces in the places of their names: `the factor {factor} is lost`."""
    parts: list[Part] = []
    for text, name, _, _ in _FORMATTER.parse(message):
        parts += [text] if name is None else [text, pieces[name]]
    return Sentence(*parts)


def written(text: str, write: Writer) -> str:
    """A text with its formulas written so, as far as it knows them."""
    return text.written(write) if isinstance(text, Sentence) else text


def marked(text: str) -> str:
    """A text with marks around its formulas, as far as it knows them."""
    return text.marked if isinstance(text, Sentence) else text


def split_at_marks(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a text with marks, and whether each is a formula."""
    for place, piece in enumerate(_MARKED.split(text)):
        if piece:
            yield piece, place % 2 == 1


def joined(separator: str, sentences: Iterable[str]) -> Sentence:
    """Sentences one behind the other."""
    parts: list[Part] = []
    for sentence in sentences:
        parts += [separator, sentence] if parts else [sentence]
    return Sentence(*parts)


def _written(part: Part, write: Writer) -> str:
    if isinstance(part, str):
        return part
    return part.written(write) if isinstance(part, Excerpt) else write(part)


def _marked(part: Part) -> str:
    text = _written(part, to_text)
    is_whole = not isinstance(part, str) and MARK not in text and not text.endswith("…")
    return f"{MARK}{text}{MARK}" if is_whole else text
