"""Rows to Submissions: a file of our own shape, one that the key describes, or a platform's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import BinaryIO, Final

from gradcli.homework.classfile import attempts
from gradcli.homework.classfile.attempts import Choice, Handed, Moment, moment
from gradcli.homework.classfile.cells import SeveralError, unwrapped
from gradcli.homework.classfile.columns import HEADINGS, found_places, read_layout
from gradcli.homework.classfile.layout import ROW, AnswerColumn, Layout, Pair, match, numbers, plain, squeezed
from gradcli.homework.classfile.numbas import dump_rows, is_dump
from gradcli.homework.classfile.plan import Sought
from gradcli.homework.classfile.roster import (
    IGNORED,
    SEVERAL,
    SEVERAL_ATTEMPTS,
    TWICE,
    UNDERSTOOD,
    UNREAD,
    Notice,
    Roster,
    Submission,
    Understood,
    UnusableError,
)
from gradcli.homework.classfile.tables import DELIMITERS, Rows, table
from gradcli.language import Diagnostic, Span
from gradcli.streams import codes
from gradcli.streams.csv_rows import Row, cell_span

TITLES: Final = 9
"""How many rows of one cell may stand above the headings."""
SUMMARIES: Final = frozenset(
    (
        *("average", "averages", "overall average", "class average", "median", "total", "totals", "standard deviation"),
        *("points possible", "maximum", "minimum", "durchschnitt", "gesamtdurchschnitt", "mittelwert", "summe"),
        *("gesamt", "moyenne", "promedio"),
    )
)
"""What stands for a name before what is calculated of all rows; nobody is called so."""


def understood_rows(stream: BinaryIO, roster: Roster, count: Callable[[int], None], encoding: str) -> Understood:
    """How CSV, XLSX, ODS or a dump of Numbas is understood, and its answers. Raises UnusableError."""
    found = dump_rows(stream) if is_dump(stream) else table(stream, encoding, count)
    return ClassRows(found, roster).understood()


class ClassRows:
    """A file's rows, understood: its layout, and which column answers which question (`places`).

    Raises UnusableError where the headings do not say whose the answers are, or to what.
    """

    def __init__(self, found: Rows, roster: Roster) -> None:
        self.plan, self.roster, self.table = roster.plan, roster, found
        for note in found.notes:
            roster.notice(1, UNREAD, note, "")
        self.layout: Layout | None = None
        self.places: Mapping[str, AnswerColumn] = {}
        self.are_unnamed = False
        above, self.ahead = _below_titles(found.rows)
        if not above:
            return
        *titles, header = above
        for each in filter(_is_filled, titles):
            roster.notice(each.line, IGNORED, "a title above the headings is read over", each.text)
        if header.fault is not None:
            raise UnusableError(Notice(header.line, header.fault))
        self._begin(header)

    def _begin(self, header: Row) -> None:
        second = next(self.ahead, None)
        self.head, self.layout = read_layout(header, second, self.table.layout, self.plan, self.roster)
        self.again = second if self.layout.heads == 1 else None
        self.count = len(header.cells)
        self.numbers = numbers(self.plan.questions)
        self.known: dict[tuple[str, ...], tuple[Sought, ...]] = {}
        self.group: str | None = None
        if self.layout.places or not self.layout.pairs:
            self.places = found_places(header, self.head, self.layout, self.plan, self.roster)
        elif self.layout.platform:
            self.roster.notice(header.line, UNDERSTOOD, f"read as {self.layout.platform}", "")
        by = self.head.written[self.layout.order[0]] if self.layout.order else ""
        self.choice = Choice(self.plan.attempt, by, self.layout.in_time)

    def understood(self) -> Understood:
        """How the file is understood, and its answers."""
        how = self.table.how
        if self.layout is None:
            return Understood(iter(()), how)
        used = {*self.layout.student, *self.layout.identity, *self.layout.order}
        columns = [("student", self._headings(self.layout.student) or "(nobody is named)")]
        others = [place for place in self.layout.identity if place not in self.layout.student]
        if others:
            columns.append(("told apart by", self._headings(others)))
        for sought in self.plan.questions if self.places else ():
            place = self.places.get(sought.name)
            columns.append((sought.name, "(no column)" if place is None else place.heading))
            used |= set() if place is None else {place.column}
        for pair in self.layout.pairs:
            told = [place for place in (*pair.labels, pair.group, pair.number) if place is not None]
            columns += [("question", self._headings(told)), ("answer", self._headings([pair.answer]))]
            used |= {*told, pair.answer}
        unread = [text for place, text in enumerate(self.head.written) if place not in used and text]
        return Understood(
            self.submissions(),
            how,
            self.layout.platform,
            tuple(columns),
            tuple(dict.fromkeys(unread)),
            self.choice.words,
        )

    def _headings(self, places: Iterable[int]) -> str:
        return ", ".join(self.head.written[place] for place in places)

    def submissions(self) -> Iterator[Submission]:
        """The answers that count."""
        if self.layout is None:
            return
        handed = self._handed(self.layout)
        if not self.choice.is_lazy:
            handed = attempts.chosen(handed, self.choice, self._tell)
        for each in handed:
            if self.choice.is_lazy and not self.layout.is_long and self.roster.knows(each.student):
                message = f"{each.student} is listed a second time; the first row counts"
                self.roster.notice(each.line, TWICE, message, each.student)
                continue
            if each.is_again and self.layout.is_long:
                self.roster.again.add(each.student)
            for question, answer, fault in each.answers:
                yield from self.roster.submit(each.student, question, answer, each.line, fault)

    def _tell(self, line: int, message: str) -> None:
        self.roster.notice(line, SEVERAL_ATTEMPTS, message, "")

    def _handed(self, layout: Layout) -> Iterator[Handed]:
        if self.again is not None:
            yield from self._of_row(self.again, layout)
        for row in self.ahead:
            yield from self._of_row(row, layout)

    def _of_row(self, row: Row, layout: Layout) -> Iterator[Handed]:
        """What a row hands in; nothing, but a notice, where it cannot be read or names nobody."""
        if row.fault is not None:
            self.roster.report(Notice(row.line, row.fault))
            return
        fault = self._ragged(row)
        student = self._student(row, layout)
        if student is None:
            return
        if layout.pairs:
            found = [each for pair in layout.pairs for each in self._of_pair(row, pair, layout, fault)]
            if layout.is_long and not found:
                return
        else:
            found = [self._answer(row, each, self.places[each.name].column, layout, fault) for each in self._placed()]
        key = (student, *(name for name, _, _ in found if layout.is_long))
        yield Handed(row.line, student, tuple(found), key, self._moment(row, layout))

    def _placed(self) -> list[Sought]:
        return [each for each in self.plan.questions if each.name in self.places]

    def _student(self, row: Row, layout: Layout) -> str | None:
        identity = tuple(self._identifying(row, place, layout) for place in layout.identity)
        name = " ".join(filter(None, (self._identifying(row, place, layout) for place in layout.student)))
        name = name or next(filter(None, identity), "") or self._row_name(row, layout)
        if name.casefold() in SUMMARIES and sum(map(bool, identity)) < 2:
            self.roster.notice(row.line, IGNORED, f"the row {name!r} is of all students, and is read over", name)
            return None
        return self.roster.student(name, row.line, identity)

    def _row_name(self, row: Row, layout: Layout) -> str:
        """What a row of an anonymous export is called, which is told once; empty where it is nobody's."""
        if layout.anonymous is None:
            return ""
        heading = "row" if layout.anonymous == ROW else self.head.written[layout.anonymous]
        number = str(row.line) if layout.anonymous == ROW else squeezed(_cell(row, layout.anonymous))
        name = f"{heading} {number}" if number else ""
        if name and not self.are_unnamed:
            self.are_unnamed = True
            message = f"nobody is named: each row is a student, as {name!r} for this one"
            help_ = "where a column has names, say so in the key, under [columns]: student = …"
            self.roster.notice(row.line, UNDERSTOOD, message, "", help_)
        return name

    def _identifying(self, row: Row, place: int, layout: Layout) -> str:
        cell = squeezed(_cell(row, place))
        return "" if cell in layout.blanks or (cell in self.plan.blanks and len(layout.identity) > 1) else cell

    def _of_pair(
        self, row: Row, pair: Pair, layout: Layout, fault: Diagnostic | None
    ) -> Iterator[tuple[str, str | None, Diagnostic | None]]:
        """The answers in a row that names their question: those to all questions of the key that it names."""
        labels = tuple(filter(None, (squeezed(_cell(row, place)) for place in pair.labels)))
        number = None if pair.number is None else _cell(row, pair.number).strip()
        group = "" if pair.group is None else _cell(row, pair.group).strip()
        if number is not None:
            labels = (f"{group}/{number}", f"{group} {number}")
            if self.group is None:
                self.group = group
        if not labels:
            if _cell(row, pair.answer).strip():
                self.roster.unknown("", row.line)
            return
        key = (*labels, pair.heading)
        if key not in self.known:
            own = int(number) if number is not None and number.isdecimal() and group == self.group else None
            self.known[key] = tuple(
                each for each in self.plan.questions if match(each, key, own, self.numbers.get(each.name)) is not None
            )
        if not self.known[key]:
            self.roster.unknown(labels[-1] if number is None else labels[0], row.line)
        for each in self.known[key]:
            yield self._answer(row, each, pair.answer, layout, fault)

    def _answer(
        self, row: Row, sought: Sought, column: int, layout: Layout, fault: Diagnostic | None
    ) -> tuple[str, str | None, Diagnostic | None]:
        """The answer in a cell."""
        cell = _cell(row, column)
        if fault is not None or self._is_blank(cell, layout):
            return sought.name, None, fault
        try:
            answer = unwrapped(cell, layout.wrapping, sought.input)
        except SeveralError as error:
            help_ = f'say in the key, under [{sought.name}], which is meant: input = "…"'
            return sought.name, cell, Diagnostic(SEVERAL, str(error), Span(0, len(cell)), cell, help_)
        return sought.name, None if self._is_blank(answer, layout) else answer, None

    def _is_blank(self, answer: str | None, layout: Layout) -> bool:
        return answer is None or self.plan.is_blank(answer) or answer.strip() in layout.blanks

    def _moment(self, row: Row, layout: Layout) -> Moment | None:
        return next((found for place in layout.order if (found := moment(_cell(row, place))) is not None), None)

    def _ragged(self, row: Row) -> Diagnostic | None:
        """What is wrong with all answers of a row that has too many cells; of one with too few, the rest is missing.

        Cells without anything in them are not missed where they lack, and not too many where they stand.
        """
        size = len(row.cells)
        if size == self.count or (size > self.count and not any(map(str.strip, row.cells[self.count :]))):
            return None
        message = f"the row has {size} cells, and the header {self.count}"
        span = cell_span(row, min(self.count, size - 1), self.table.delimiter)
        what = DELIMITERS.get(self.table.delimiter, repr(self.table.delimiter))
        help_ = f'a cell with {what} in it stands in quotes: "[1{self.table.delimiter}2]"'
        self.roster.report(Notice(row.line, Diagnostic(codes.RAGGED_ROW, message, span, row.text, help_)))
        return Diagnostic(codes.RAGGED_ROW, message, Span(0, 0), "", help_) if size > self.count else None


def _below_titles(rows: Iterator[Row]) -> tuple[list[Row], Iterator[Row]]:
    """The rows of titles and, as the last one, that of the headings, and what comes below it.

    A title is alone in its row, in the first cell. Where nothing but such rows begins the file, the first has the
    headings.
    """
    ahead: list[Row] = []
    for row in islice(rows, TITLES + 1):
        ahead.append(row)
        cells = [each for each in map(plain, row.cells) if each]
        # One name alone heads a column, and what has other delimiters is no title.
        alone = len(cells) == 1 and cells[0] == plain(row.cells[0]) and cells[0] not in HEADINGS and "|" not in cells[0]
        if row.fault is not None or (cells and not alone):
            return ahead, rows
    return ahead[:1], chain(ahead[1:], rows)


def _is_filled(row: Row) -> bool:
    return any(map(str.strip, row.cells))


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""
