"""One HTML file on a class: a table of the questions and what needs a person's eye, then each student's sheet.

It has no scripts and loads nothing; formulas are MathML, which browsers draw by themselves. Students and answers come
from a file of records one student at a time, so that memory holds only where each record begins. Needs Jinja2, the
extra `report`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gradcli.homework.key import Key
from gradcli.homework.records import Graded, Outcome, points_text, read_record
from gradcli.homework.submissions import printable
from gradcli.homework.summary import Summary
from gradcli.homework.typeset import Typesetter
from gradcli.language.values import frozen
from gradcli.streams.formats import Format

TEMPLATES: Final = Path(__file__).parent / "templates"
TO_LOOK_AT: Final = (Outcome.UNDECIDED, Outcome.UNREADABLE)
"""What needs a person's eye, the more urgent first."""
MOST_TO_LOOK_AT: Final = 300
"""How many such answers are listed."""
PAGE: Final = 70.0
"""Lines of the two columns of a printed page, about; measured in a browser, where a line of an answer, with what stands
between them, came to 27 pixels on average."""
NEARLY_EMPTY: Final = 0.15
"""The share of a page below which it goes on with the next student."""
UNBROKEN: Final = PAGE / 5
"""Lines of an answer that is kept on one page."""
BRIEF: Final = 0.5
"""The share of a page below which a sheet begins no page of its own."""
LINE: Final = 80
"""Characters of a printed line, about."""
_PRODUCTS: Final = str.maketrans("", "", " *")


@frozen
class StudentReport:
    """A student's answers, in the key's order.

    `begins_page` says whether the sheet does in print, `long` has the questions whose answers may be broken there.
    """

    name: str
    answers: tuple[Graded, ...]
    begins_page: bool = True
    long: frozenset[str] = frozenset()

    @property
    def points(self) -> float:
        """What the answers have earned."""
        return sum(each.points for each in self.answers)


@frozen
class ToLookAt:
    """An answer that a person is to look at; `anchor` is where it stands in the report."""

    graded: Graded
    anchor: str


class Index:
    """Where in a file of records each student's are, and which answers need a person's eye."""

    def __init__(self) -> None:
        self.begins: dict[str, array[int]] = {}
        self.numbers: dict[str, int] = {}
        self.doubtful: dict[Outcome, list[tuple[int, Graded]]] = {outcome: [] for outcome in TO_LOOK_AT}
        self.unlisted = 0

    def add(self, begins: int, graded: Graded) -> None:
        """Note where a record begins."""
        self.begins.setdefault(graded.student, array("q")).append(begins)
        number = self.numbers.setdefault(graded.student, len(self.begins))
        found = self.doubtful.get(graded.outcome)
        if found is None:
            return
        if len(found) < MOST_TO_LOOK_AT:
            found.append((number, graded))
        else:
            self.unlisted += 1

    def to_look_at(self, key: Key) -> list[ToLookAt]:
        """The answers that need a person's eye, by kind and question; the first ones of very many."""
        places = {name: place for place, name in enumerate(key.questions)}
        found = []
        for outcome in TO_LOOK_AT:
            ordered = sorted(self.doubtful[outcome], key=lambda each: (places[each[1].question], each[0]))
            found += [ToLookAt(graded, anchor(student, places[graded.question])) for student, graded in ordered]
        return found

    def of(self, stream: BinaryIO, form: Format) -> Answers:
        """The answers in the file that this is the index of."""
        return Answers(self, stream, form)


@frozen
class Answers:
    """A class's answers: a file of records, and its index."""

    index: Index
    stream: BinaryIO
    form: Format

    def students(self, key: Key, typesetter: Typesetter) -> Iterator[StudentReport]:
        """The students in the order of their first answers, read when they are asked for."""
        places = {name: place for place, name in enumerate(key.questions)}
        filled = 1.0  # the first page is the class's
        for name, begins in self.index.begins.items():
            answers = [read_record(self.stream, self.form, each) for each in begins]
            answers.sort(key=lambda graded: places[graded.question])
            lines = {each.question: _lines(each, typesetter) for each in answers}
            pages = (3.0 + sum(lines.values())) / PAGE
            begins_page = filled >= NEARLY_EMPTY and (pages >= BRIEF or filled + pages > 1)
            filled = (pages if begins_page else filled + pages) % 1
            long = frozenset(question for question, count in lines.items() if count > UNBROKEN)
            yield StudentReport(name, tuple(answers), begins_page, long)


def _lines(graded: Graded, typesetter: Typesetter) -> float:
    """About how many printed lines an answer takes."""
    is_right = graded.outcome is Outcome.CORRECT
    texts = [graded.answer, graded.reads_as, *([] if is_right else [graded.explanation, graded.likely])]
    long = [len(text) // LINE for text in texts]
    long += [len(each.striptags()) // LINE for each in typesetter.shown(graded.question)]
    return 2.9 + (not is_right) + sum(1 for text in texts[2:] if text) + sum(long)


def anchor(student: int, question: int) -> str:
    """The name of the place of an answer in the report; students count from 1, questions from 0."""
    return f"s{student}q{question + 1}"


def write_report(file: TextIO, summary: Summary, key: Key, answers: Answers, notices: Iterable[str]) -> None:
    """Write the report. Raises OSError."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(shown=printable, points=_points, reads_anew=_reads_anew)
    template = environment.get_template("report.html")
    typesetter = Typesetter(key)
    pieces = template.generate(
        summary=summary,
        key=key,
        students=answers.students(key, typesetter),
        notices=list(notices),
        outcomes=list(Outcome),
        title=summary.title,
        to_look_at=answers.index.to_look_at(key),
        unlisted=answers.index.unlisted,
        typesetter=typesetter,
        anchor=anchor,
        places={name: place for place, name in enumerate(key.questions)},
    )
    file.writelines(pieces)


def _reads_anew(graded: Graded) -> bool:
    """Whether the reading says more than the answer, other than that products are written with a star."""
    written, read = (text.replace("**", "^").translate(_PRODUCTS) for text in (graded.answer, graded.reads_as))
    return written != read


def _points(points: float) -> str:
    return points_text(round(points, 2))
