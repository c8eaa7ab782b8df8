"""A text on its way into our notation, in which every character remembers where in the original it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from gradcli.language import Span
from gradcli.language.values import frozen

Edit: TypeAlias = tuple[int, int, str]
"""From where to where, and what is to stand there instead."""
_COMMAND: Final = re.compile(r"\\(?:begin|end)\s*\{[A-Za-z*]+\}|\\[A-Za-z]+|\\.", re.DOTALL)


@frozen
class Written:
    """A text in our own notation: `origins` says of each character where in the original it comes from."""

    text: str
    origins: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Written:
        """A text as it was written."""
        return cls(text, tuple(range(len(text))))

    @property
    def is_blank(self) -> bool:
        """Whether nothing can be seen of the text."""
        return not self.text.strip()

    def original(self, span: Span) -> Span:
        """Where in the original text a span of this one comes from."""
        if not self.origins:
            return span
        start = self._origin(span.start)
        return Span(start, max(start, self._origin(span.end - 1) + 1 if span.end > span.start else start))

    def part(self, start: int, end: int | None = None) -> Written:
        """A part of the text."""
        return Written(self.text[start:end], self.origins[start:end])

    def stripped(self) -> Written:
        """The text without the blanks around it."""
        if not (self.text[:1].isspace() or self.text[-1:].isspace()):
            return self
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))

    def edited(self, edits: Iterable[Edit]) -> Written:
        """The text with parts of it replaced; the edits stand in order, and do not overlap."""
        texts: list[str] = []
        origins: list[int] = []
        at = 0
        for start, end, new in edits:
            texts += (self.text[at:start], new)
            place = self.origins[min(start, len(self.origins) - 1)] if self.origins else 0
            origins += (*self.origins[at:start], *([place] * len(new)))
            at = end
        return Written("".join((*texts, self.text[at:])), (*origins, *self.origins[at:])) if at or texts else self

    def substituted(self, pattern: re.Pattern[str], new: str) -> Written:
        """The text with every match of a pattern replaced; `new` may have groups, as in \\1."""
        if pattern.search(self.text) is None:
            return self
        return self.edited((found.start(), found.end(), found.expand(new)) for found in pattern.finditer(self.text))

    def _origin(self, place: int) -> int:
        last = len(self.origins) - 1
        return self.origins[place] if place <= last else self.origins[last] + place - last


def joined(parts: Iterable[Written | str]) -> Written:
    """Texts side by side; what is not written by anybody has the origin of what stands before it."""
    texts: list[str] = []
    origins: list[int] = []
    for part in parts:
        text = part if isinstance(part, str) else part.text
        texts.append(text)
        origins += [origins[-1] if origins else 0] * len(text) if isinstance(part, str) else part.origins
    return Written("".join(texts), tuple(origins))


def outside(text: str) -> Iterator[int]:
    """Where the characters stand that are in no brackets, braces or environments; of a command of LaTeX, the first."""
    depth = at = 0
    while at < len(text):
        command = _COMMAND.match(text, at)
        if command is not None:
            if depth == 0:
                yield at
            depth += command[0].startswith("\\begin") or command[0] in ("\\{", "\\(", "\\[")
            depth -= command[0].startswith("\\end") or command[0] in ("\\}", "\\)", "\\]")
            at = command.end()
            continue
        character = text[at]
        if character in ")]}⟩":
            depth -= 1
        elif character in "([{⟨":
            depth += 1
        elif depth == 0:
            yield at
        at += 1


def split(written: Written, separators: str) -> list[Written]:
    """The parts between separators outside brackets."""
    found, start = [], 0
    for at in outside(written.text):
        if written.text[at] in separators:
            found.append(written.part(start, at))
            start = at + 1
    return [*found, written.part(start)]


def closing(text: str, opened: int, brackets: str = "([{)]}") -> int | None:
    """Where the bracket is closed that is opened at a place; `brackets` has the opening ones, then the closing ones."""
    half, depth = len(brackets) // 2, 0
    for at in range(opened, len(text)):
        depth += (text[at] in brackets[:half]) - (text[at] in brackets[half:])
        if depth == 0:
            return at
    return None
