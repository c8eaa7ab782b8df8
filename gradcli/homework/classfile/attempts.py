"""Which of several attempts counts.

Where a column says which came later, or the last one is asked for, all rows are read before the first is graded:
memory then grows with the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from gradcli.homework.classfile.moments import Moment
from gradcli.homework.classfile.plan import AttemptRule
from gradcli.language import Diagnostic
from gradcli.language.values import frozen, replace

NAMED: Final = 5
"""How many students are named in a note."""


@frozen
class Handed:
    """What a row hands in: the student's answers by question, each with what is wrong with it.

    `key` is the same for attempts at the same thing. `moment` tells which came later, None where nothing does.
    `is_again` says of `--attempt all` that there is an earlier one, so that what it lacks is not missing.
    """

    line: int
    student: str
    answers: tuple[tuple[str, str | None, Diagnostic | None], ...]
    key: tuple[str, ...]
    moment: Moment | None = None
    is_again: bool = False


@frozen
class Choice:
    """How attempts are chosen: by which rule, None where the file decides; `by` is what tells which came later."""

    rule: AttemptRule | None
    by: str = ""
    in_time: bool = False

    @property
    def is_lazy(self) -> bool:
        """Whether the first row of a student counts, whatever comes later in the file."""
        return self.rule in (None, AttemptRule.FIRST) and not self.by and not (self.in_time and self.rule is None)

    @property
    def chosen(self) -> AttemptRule:
        """The rule."""
        return self.rule or (AttemptRule.LAST if self.by or self.in_time else AttemptRule.FIRST)

    @property
    def words(self) -> str:
        """The rule in words: `the last one, by 'Completed'`."""
        if self.chosen is AttemptRule.ALL:
            return "each one is graded"
        where = f"by {self.by!r}" if self.by else "in the order of the rows"
        return f"the {self.chosen.value} one counts, {where}"


def chosen(handed: Iterable[Handed], choice: Choice, tell: Callable[[int, str], None]) -> Iterator[Handed]:
    """What counts, in the order in which students and questions first come; `tell` is told a line and what is odd."""
    attempts: dict[tuple[str, ...], list[Handed]] = {}
    for each in handed:
        attempts.setdefault(each.key, []).append(each)
    several = [found for found in attempts.values() if len(found) > 1]
    if several:
        tell(several[0][1].line, f"{_students(several)} more than one attempt: {choice.words} (--attempt)")
    unordered = [found for found in several if choice.by and not _are_ordered(found)]
    if unordered:
        what = f"which attempt came later cannot be told by {choice.by!r}"
        tell(unordered[0][1].line, f"{what}, so the order of the rows counts: {_students(unordered)} it")
    for found in attempts.values():
        yield from _chosen(found, choice)


def _chosen(found: list[Handed], choice: Choice) -> Sequence[Handed]:
    ordered = choice.by and _are_ordered(found)
    if ordered:
        found = sorted(found, key=lambda each: each.moment or ("", 0.0))
    if choice.chosen is AttemptRule.ALL:
        return [_numbered(each, number) for number, each in enumerate(found, 1)]
    is_last = choice.chosen is AttemptRule.LAST and (bool(ordered) or not choice.by or choice.rule is not None)
    return [found[-1] if is_last else found[0]]


def _are_ordered(found: list[Handed]) -> bool:
    kinds = {None if each.moment is None else each.moment[0] for each in found}
    return len(kinds) == 1 and None not in kinds


def _numbered(each: Handed, number: int) -> Handed:
    if number == 1:
        return each
    return replace(each, student=f"{each.student} (attempt {number})", is_again=True)


def _students(several: list[list[Handed]]) -> str:
    """`ada, bob have`."""
    names = list(dict.fromkeys(found[0].student for found in several))
    more = [f"{len(names) - NAMED} more"] * (len(names) > NAMED)
    return ", ".join([*names[:NAMED], *more]) + (" has" if len(names) == 1 else " have")
