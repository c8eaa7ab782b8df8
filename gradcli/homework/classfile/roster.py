"""Who has answered what in a class's file: Submissions, and Notices of what is odd."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from gradcli.homework.classfile.layout import squeezed
from gradcli.homework.classfile.plan import Plan
from gradcli.homework.reading.answers import MAX_LENGTH
from gradcli.language import Diagnostic, Span, did_you_mean
from gradcli.language.values import frozen
from gradcli.streams import codes


@frozen
class Notice:
    """Something odd in the input that the teacher should hear of; `line` is where the diagnostic's source begins."""

    line: int
    diagnostic: Diagnostic


class UnusableError(Exception):
    """An input that cannot be graded at all; `notice` says why."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.diagnostic.message)
        self.notice = notice

    @classmethod
    def about(cls, code: str, message: str, help_: str, line: int = 1, source: str = "") -> UnusableError:
        """The error about a line; about the whole input where there is none."""
        return cls(Notice(line, Diagnostic(code, message, Span(0, len(source)), source, help_)))


MAX_NAME: Final = 200
"""Characters of a student's name."""
SHOWN: Final = 200
"""How much of an answer that is too long is kept."""

UNUSABLE: Final = "H121"
"""A header that does not say whose the answers are, or to what."""
UNKNOWN_QUESTION: Final = "H122"
TWICE: Final = "H123"
NO_STUDENT: Final = "H124"
IGNORED: Final = "H125"
NO_COLUMN: Final = "H126"
TOO_LONG: Final = "H127"
NOBODY: Final = "H128"
UNSHOWN: Final = "H129"
SEVERAL_ATTEMPTS: Final = "H130"
UNDERSTOOD: Final = "H131"
"""How a platform's file is read."""
SCORES: Final = "H134"
"""A file of scores without answers."""
SEVERAL: Final = "H135"
"""A cell with several answers."""
UNREAD: Final = "H136"

_JOINERS: Final = ("\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}")
"""Not printable, and yet part of names."""
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_SURROGATES: Final = re.compile("[\ud800-\udfff]")


@frozen
class Submission:
    """A student's answer to a question, as written; None where there is none.

    `number` counts the answers of the run from 0. `line` is where in the input the answer stands, 0 where it has no
    line. `fault` says why the text cannot be taken for what the student wrote.
    """

    number: int
    student: str
    question: str
    answer: str | None
    line: int = 0
    fault: Diagnostic | None = None


@frozen
class Understood:
    """How a file is understood, in words, and what is in it.

    `how` says what the bytes are, `platform` whose export it is (empty where it is none), `columns` which column is
    what, `unread` which are ignored, `attempts` which of several counts.
    """

    submissions: Iterator[Submission]
    how: tuple[str, ...]
    platform: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    attempts: str = ""


def printable(text: str) -> str:
    """The text with a replacement character for what controls a terminal, a page or the order of letters."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in _JOINERS else _REPLACEMENT for each in text)


class Roster:
    """Who has answered what so far; makes Submissions of what the readers find."""

    def __init__(self, plan: Plan, report: Callable[[Notice], None]) -> None:
        self.plan = plan
        self.questions = {each.name: place for place, each in enumerate(plan.questions)}
        self.report = report
        self.answered: dict[str, int] = {}
        self.again: set[str] = set()
        self.shown: dict[str, str] = {}
        self.alike: dict[str, int] = {}
        self.named: dict[str, dict[tuple[str, ...], str]] = {}
        self.number = 0

    def student(self, written: str, line: int, identity: Sequence[str] = ()) -> str | None:
        """The name that a row gives its student, printable; None, and a notice, where it gives none.

        `identity` is what tells students of one name apart: the second one of a name is shown with it.
        """
        name = squeezed(written)
        if name and len(name) <= MAX_NAME:
            if not name.isprintable() or _REPLACEMENT in name:
                name = self._shown(name, line)
            return self._told_apart(name, tuple(each.casefold() for each in identity), identity)
        message = f"the name has {len(name):,} characters, and {MAX_NAME} is the limit" if name else "nobody is named"
        self.notice(line, NO_STUDENT, f"{message}, so the row is not graded", printable(name[:MAX_NAME]))
        return None

    def _told_apart(self, name: str, identity: tuple[str, ...], written: Sequence[str]) -> str:
        """The name; with what differs behind it where it is another student's already."""
        if len(identity) < 2:
            return name
        others = self.named.setdefault(name, {})
        if identity not in others:
            first = next(iter(others), identity)
            differing = [cell for cell, own, other in zip(written, identity, first, strict=False) if own != other]
            shown = name if not others else f"{name} ({printable(next(filter(None, differing), str(len(others) + 1)))})"
            others[identity] = shown if shown not in others.values() else f"{shown} ({len(others) + 1})"
        return others[identity]

    def _shown(self, written: str, line: int) -> str:
        """A name with what cannot be shown replaced; numbered where another one looks like it then."""
        name = self.shown.get(written)
        if name is None:
            bare = printable(written)
            alike = self.alike.get(bare, 0)
            name = self.shown[written] = bare if not alike else f"{bare} ({alike})"
            self.alike[bare] = alike + 1
        if name != written:
            self.notice(line, UNSHOWN, "the student's name has characters that cannot be shown", name)
        return name

    def knows(self, student: str) -> bool:
        """Whether the student has been seen before."""
        return student in self.answered

    def submit(
        self, student: str, question: str, answer: str | None, line: int, fault: Diagnostic | None = None
    ) -> Iterator[Submission]:
        """The Submission of an answer; none, but a notice, where the key lacks the question or it was answered."""
        if question not in self.questions:
            self.unknown(question, line)
            return
        bit = 1 << self.questions[question]
        before = self.answered.get(student, 0)
        if before & bit:
            message = f"{student} has answered {question} before; the first answer counts"
            self.notice(line, TWICE, message, student)
            return
        self.answered[student] = before | bit
        text, fault = _readable(answer, fault)
        yield Submission(self._next(), student, question, text, line, fault)

    def missing(self) -> Iterator[Submission]:
        """A Submission for each answer that nobody gave."""
        # What a second attempt lacks (`again`) is not missing: it was the first one's to answer.
        everything = (1 << len(self.questions)) - 1
        for student, answered in self.answered.items():
            if answered != everything and student not in self.again:
                for question, place in self.questions.items():
                    if not answered >> place & 1:
                        yield Submission(self._next(), student, question, None)

    def unknown(self, question: str, line: int) -> None:
        """Report a question that the key lacks."""
        near = did_you_mean(question, self.questions) or f"its questions are {', '.join(self.questions)}"
        if not question:
            self.notice(line, UNKNOWN_QUESTION, "the row names no question, so its answer is not graded", "", near)
            return
        self.notice(line, UNKNOWN_QUESTION, f"the key has no question {question[:MAX_NAME]!r}", question, near)

    def notice(self, line: int, code: str, message: str, source: str, help_: str | None = None) -> None:
        """Report something about a text."""
        shown = _SURROGATES.sub(_REPLACEMENT, source)
        self.report(Notice(line, Diagnostic(code, message, Span(0, len(shown)), shown, help_)))

    def _next(self) -> int:
        self.number += 1
        return self.number - 1


def _readable(answer: str | None, fault: Diagnostic | None) -> tuple[str | None, Diagnostic | None]:
    """An answer that can be written down again, and what is wrong with it; blank ones are none."""
    if answer is None or not answer.strip():
        return (None, None) if fault is None else ("", fault)
    if len(answer) > MAX_LENGTH:
        message = f"the answer is {len(answer):,} characters long, and the limit is {MAX_LENGTH:,}"
        answer = answer[:SHOWN] + "…"
        fault = Diagnostic(TOO_LONG, message, Span(SHOWN, SHOWN + 1), answer)
    clean, number = _SURROGATES.subn(_REPLACEMENT, answer)
    if number and fault is None:
        start = clean.index(_REPLACEMENT)
        fault = Diagnostic(codes.NOT_UTF8, "the answer has bytes that are not UTF-8", Span(start, start + 1), clean)
    return clean, fault
