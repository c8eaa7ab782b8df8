"""Which of several attempts counts.

Where a column says which came later, or the last one is asked for, all rows are read before the first is graded:
memory then grows with the answers. A time counts only where it can be read in one way: `3/12/26` is March or December,
and so is no time here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from gradcli.homework.classfile.plan import AttemptRule
from gradcli.language import Diagnostic
from gradcli.language.values import frozen, replace

Moment = tuple[str, float]
"""Its kind, and a number that grows with time; moments of different kinds are not compared."""

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january jän jänner",
            "feb februar february",
            "mar march mär märz mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        1,
    )
    for name in names.split()
}
_WORDS: Final = re.compile(
    r"(?:[^\W\d]+,? )?(\d{1,2})\.? ([^\W\d]+)\.? (\d{4}),? +(\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])\.?[Mm]\.?)?"
)
_FORM: Final = re.compile(
    r"(\d{4})/(\d{1,2})/(\d{1,2}) (\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([AaPp])\.?[Mm]\.?)?(?: (?:GMT|UTC)?([+-]\d{1,2})?)?"
)
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?(?:\.\d+)?)\s*(UTC|Z|[+-]\d\d(?::?\d\d)?)?")


def moment(text: str) -> Moment | None:
    """What a cell says; None where it says nothing that is sure."""
    text = " ".join(text.split())
    if re.fullmatch(r"\d{1,15}(\.\d{1,9})?", text):
        return "number", float(text)
    try:
        found = _DATE.fullmatch(text)
        if found is not None:
            zone = (found[3] or "").replace("UTC", "+00:00").replace("Z", "+00:00")
            return _since(datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}"))
        found = _WORDS.fullmatch(text)
        if found is not None and found[2].lower() in _MONTHS:
            clock = _hour(found[4], found[7]), int(found[5]), int(found[6] or 0)
            return _since(datetime(int(found[3]), _MONTHS[found[2].lower()], int(found[1]), *clock))
        found = _FORM.fullmatch(text)
        if found is not None:
            clock = _hour(found[4], found[7]), int(found[5]), int(found[6] or 0)
            kind, seconds = _since(datetime(int(found[1]), int(found[2]), int(found[3]), *clock))
            return kind, seconds - 3600 * int(found[8] or 0)
    except ValueError:
        pass
    return None


def _since(when: datetime) -> Moment:
    return "time", (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _hour(text: str, half: str | None) -> int:
    return int(text) % 12 + 12 * (half.lower() == "p") if half else int(text)


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
