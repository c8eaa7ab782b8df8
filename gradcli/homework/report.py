"""One HTML file on a class: a table of the questions, then each student's answers on a page of their own.

It has no scripts and loads nothing. Students and answers come from a file of records one student at a time, so that
memory holds only where each record begins. Needs Jinja2, the extra `report`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gradcli.batch.settings import Format
from gradcli.homework.key import Key
from gradcli.homework.question import Form, Question
from gradcli.homework.records import Graded, Outcome, points_text, read_record
from gradcli.homework.submissions import printable
from gradcli.homework.summary import Summary
from gradcli.language.values import frozen
from gradcli.render.numbers import exact_array_text

TEMPLATES: Final = Path(__file__).parent / "templates"
_PRODUCTS: Final = str.maketrans("", "", " *")


@frozen
class StudentReport:
    """A student's answers, in the key's order."""

    name: str
    answers: tuple[Graded, ...]

    @property
    def points(self) -> float:
        """What the answers have earned."""
        return sum(each.points for each in self.answers)


class Index:
    """Where in a file of records each student's are."""

    def __init__(self) -> None:
        self.begins: dict[str, array[int]] = {}

    def add(self, begins: int, graded: Graded) -> None:
        """Note where a record begins."""
        self.begins.setdefault(graded.student, array("q")).append(begins)

    def students(self, stream: BinaryIO, form: Format, key: Key) -> Iterator[StudentReport]:
        """The students in the order of their first answers, read when they are asked for."""
        places = {name: place for place, name in enumerate(key.questions)}
        for name, begins in self.begins.items():
            answers = [read_record(stream, form, each) for each in begins]
            answers.sort(key=lambda graded: places[graded.question])
            yield StudentReport(name, tuple(answers))


def write_report(
    file: TextIO, summary: Summary, key: Key, students: Iterable[StudentReport], notices: Iterable[str]
) -> None:
    """Write the report. Raises OSError."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(shown=printable, points=_points, asked=_asked, reads_anew=_reads_anew)
    template = environment.get_template("report.html")
    pieces = template.generate(
        summary=summary, key=key, students=students, notices=list(notices), outcomes=list(Outcome), title=summary.title
    )
    file.writelines(pieces)


def _asked(question: Question) -> str:
    """What is asked about the function, where that is not just its derivative: `second derivative by x at x=2`."""
    if question.form is Form.VALUE:
        return "the expected answer"
    order = {1: "", 2: "second "}.get(question.order, f"{question.order}th ")
    form = "derivatives" if question.form is Form.HESSIAN else question.form.value
    at = ", ".join(f"{name}={exact_array_text(value)}" for name, value in question.at.items())
    of = "" if question.curve is None else f" of {question.curve.of}"
    return f"{order}{form}{of} by {', '.join(question.wrt)}" + (f" at {at}" if at else "")


def _reads_anew(graded: Graded) -> bool:
    """Whether the reading says more than the answer, other than that products are written with a star."""
    written, read = (text.replace("**", "^").translate(_PRODUCTS) for text in (graded.answer, graded.reads_as))
    return written != read


def _points(points: float) -> str:
    return points_text(round(points, 2))
