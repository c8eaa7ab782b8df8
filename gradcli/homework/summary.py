"""What came of each question, and of all: counts of outcomes, points, the commonest mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from gradcli.homework.classfile.roster import printable
from gradcli.homework.key import Key
from gradcli.homework.records import AnswerOutcome, Graded, points_text

COMMONEST: Final = 3
"""How many mistakes are named for a question."""


class QuestionSummary:
    """The counts for a question, or for all."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.outcomes: Counter[AnswerOutcome] = Counter()
        self.mistakes: Counter[str] = Counter()
        self.points = 0.0

    def add(self, graded: Graded) -> None:
        """Count an answer; one that is consistent with several mistakes counts for each."""
        self.outcomes[graded.outcome] += 1
        self.mistakes.update(graded.mistakes)
        self.points += graded.points

    @property
    def total(self) -> int:
        """All answers, the missing ones included."""
        return self.outcomes.total()

    @property
    def share(self) -> float:
        """The share that is correct, from 0 to 1; 0 where nobody was asked."""
        return self.outcomes[AnswerOutcome.CORRECT] / self.total if self.total else 0.0

    def percentage(self, outcome: AnswerOutcome) -> float:
        """How many of 100 answers have this outcome."""
        return 100 * self.outcomes[outcome] / self.total if self.total else 0.0

    def commonest(self) -> list[tuple[str, int]]:
        """The commonest mistakes with their counts; equal counts by name."""
        return sorted(self.mistakes.items(), key=lambda each: (-each[1], each[0]))[:COMMONEST]


class Summary:
    """The counts of a class; memory grows with the number of students."""

    def __init__(self, key: Key) -> None:
        self.title = key.title
        self.questions = {name: QuestionSummary(name) for name in key.questions}
        self.overall = QuestionSummary("all")
        self.students: dict[str, float] = {}
        self.of = key.total

    def add(self, graded: Graded) -> None:
        """Count an answer."""
        self.questions[graded.question].add(graded)
        self.overall.add(graded)
        self.students[graded.student] = self.students.get(graded.student, 0.0) + graded.points

    @property
    def mean(self) -> float:
        """The mean of the students' points; 0 where there are none."""
        return self.overall.points / len(self.students) if self.students else 0.0

    def __str__(self) -> str:
        return summary_text(self).rstrip("\n")


def summary_text(summary: Summary) -> str:
    """A table with a line for each question, and the class's mean."""
    head = ["question", *(outcome.value for outcome in AnswerOutcome), "commonest mistakes"]
    rows = [head, *(_row(each) for each in [*summary.questions.values(), summary.overall])]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    lines = [printable(summary.title)] if summary.title else []
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:], strict=False)),
        ]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    count = len(summary.students)
    students = f"{count:,} student{'' if count == 1 else 's'}"
    lines.append(f"{students}, mean {points_text(round(summary.mean, 2))} of {points_text(summary.of)} points")
    return "\n".join(lines) + "\n"


def counts_text(outcomes: Counter[AnswerOutcome]) -> str:
    """One line: how many answers, and what became of them."""
    total = outcomes.total()
    parts = _counted(f"{outcomes[outcome]:,} {outcome.value}" for outcome in AnswerOutcome if outcomes[outcome])
    return f"{total:,} answer{'' if total == 1 else 's'}" + (f": {parts}" if parts else "")


def mistakes_text(mistakes: Iterable[tuple[str, int]]) -> str:
    """`chain-inner-missing (6), sign (2)`."""
    return _counted(f"{rule} ({count})" for rule, count in mistakes)


def _row(each: QuestionSummary) -> Sequence[str]:
    counts = [str(each.outcomes[outcome]) for outcome in AnswerOutcome]
    counts[0] += f" ({100 * each.share:.0f} %)"
    return [each.name, *counts, mistakes_text(each.commonest())]


def _counted(parts: Iterable[str]) -> str:
    return ", ".join(parts)
