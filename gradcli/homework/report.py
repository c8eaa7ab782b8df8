"""One HTML file on a class: a table of the questions and what needs a person's eye, then each student's sheet.

It has no scripts and loads nothing. Formulas are MathML, which browsers draw by themselves, where they fit on a
telephone, and text that can be broken otherwise. Students and answers come from a file of records one student at a
time, so that memory holds only where each record begins. Needs Jinja2, the extra `report`."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from gradcli.calculus.balls.certify import Unknown
from gradcli.homework.asked import Form
from gradcli.homework.classfile.roster import printable
from gradcli.homework.contrast import shown
from gradcli.homework.key import Key
from gradcli.homework.question import Question
from gradcli.homework.reading.vectors import nested
from gradcli.homework.records import AnswerOutcome, Graded, points_text, read_record
from gradcli.homework.sampling.point import PointReference
from gradcli.homework.sampling.reference import Reference
from gradcli.homework.summary import Summary
from gradcli.language import DiagnosticError, Expr, parse
from gradcli.language.sentences import split_at_marks
from gradcli.language.tree import Number
from gradcli.language.values import frozen
from gradcli.operations import vocabulary
from gradcli.render.mathml import parts
from gradcli.render.numbers import exact_array_text
from gradcli.render.paper import to_paper
from gradcli.streams.formats import Format

DIGITS: Final = 7
"""Significant digits of a number; a question that asks for more is told more."""
MOST_ENTRIES: Final = 36
"""The entries of a tensor that are shown."""


def solution(question: Question) -> Expr | None:
    """The right answer; None where there is no formula for it, or it is too large to be shown."""
    try:
        if question.at:
            return _numbers(PointReference(question), max(DIGITS, (question.tolerance.digits or 0) + 2))
        reference = Reference(question)
    except DiagnosticError:
        return None
    trees = [tree for tree in reference.trees if tree is not None]
    if len(trees) < len(reference.trees) or len(trees) > MOST_ENTRIES:
        return None
    return nested(reference.shape, trees)


def _numbers(reference: PointReference, digits: int) -> Expr | None:
    if reference.certified.size > MOST_ENTRIES:
        return None
    entries = []
    for found in reference.certified.ravel():
        if found is None or isinstance(found, Unknown):
            return None
        value: Any = shown(found)
        if isinstance(value, str):
            return None
        entries.append(Number(_decimal(value, digits), value))
    return nested(reference.shape, entries)


def _decimal(value: float, digits: int) -> str:
    text = f"{value:.{digits}g}"
    return text if "e" not in text else f"{float(text)!r}"


WIDEST: Final = 34
"""How many characters wide a piece that cannot be broken may be, for a page 360 pixels wide."""
LONGEST: Final = 2_000
"""The characters of a formula that is typeset."""
READ: Final = 600
"""The characters of a right answer that is shown."""
REMEMBERED: Final = 5_000
_WORDS: Final[Mapping[Form, str]] = {
    Form.HESSIAN: "all second derivatives",
    Form.PARTIAL: "the mixed partial derivative",
    Form.IMPLICIT: "the implicit derivative",
    Form.GRADIENT: "the gradient",
    Form.JACOBIAN: "the Jacobian",
}


class Typesetter:
    """What a report shows of a key's questions and of answers to them; each formula is set once."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.texts = {each.name: each.text for each in key.plan.questions}
        self.function = lru_cache(None)(self._function)
        self.right = lru_cache(None)(self._right)
        self.reading = lru_cache(REMEMBERED)(self._reading)
        self.said = lru_cache(REMEMBERED)(self._said)

    def words(self, name: str) -> str:
        """What is asked about the function, in words: `the second derivative by x`."""
        question = self.key.questions[name]
        if question.form is Form.VALUE:
            return "the value" if question.at else "the expected answer"
        order = {1: "", 2: "second ", 3: "third "}.get(question.order, f"{question.order}th ")
        what = _WORDS.get(question.form, f"the {order}derivative")
        of = "" if question.curve is None else f" of {question.curve.of}"
        return f"{what}{of} by {', '.join(question.wrt)}"

    def link(self, name: str) -> str:
        """What stands between those words and the function, or the equation: `of`, `where`."""
        return "of" if self.key.questions[name].curve is None else "where"

    def at(self, name: str) -> str:
        """The point that is asked about: ` at x=2`, empty where there is none."""
        point = self.key.questions[name].at
        at = ", ".join(f"{each}={exact_array_text(value)}" for each, value in point.items())
        return f" at {at}" if at else ""

    def shown(self, name: str) -> Iterator[Markup]:
        """The formulas that stand beside every answer to a question."""
        yield self.function(name)
        right = self.right(name)
        if right is not None:
            yield right

    def _function(self, name: str) -> Markup:
        """The function in question; nothing where the expected answer is all that the key has."""
        question = self.key.questions[name]
        if question.form is Form.VALUE:
            return Markup()
        return typeset(question.expression) if question.curve is None else text_code(question.source)

    def _right(self, name: str) -> Markup | None:
        """The right answer, None where there is none to show, or one that nobody would read."""
        found = solution(self.key.questions[name])
        shown = None if found is None else typeset(found)
        return None if shown is None or len(shown.striptags()) > READ else shown

    def _said(self, name: str, text: str) -> Markup:
        """A sentence on an answer, with marks around its formulas; these are set."""
        found = Markup()
        for piece, is_formula in split_at_marks(text):
            formula = self.reading(name, piece) if is_formula else None
            found += printable(piece) if formula is None else formula
        return found

    def _reading(self, name: str, text: str) -> Markup | None:
        """A formula in our own language, about a question's variables; None where it is none."""
        if not text or len(text) > LONGEST:
            return None
        try:
            expression = parse(text, vocabulary(), self.key.questions[name].names).program.result
        except DiagnosticError:
            return None
        return typeset(expression)


def typeset(expression: Expr) -> Markup:
    """A formula, which may be broken between the terms of a sum."""
    found = parts(expression)
    if any(part.width > WIDEST for part in found):
        return text_code(to_paper(expression))
    return Markup('<span class="formula">{}</span>').format(Markup("<wbr>").join(Markup(part.markup) for part in found))


def text_code(text: str) -> Markup:
    """A text as it was typed."""
    return Markup("<code>{}</code>").format(printable(text))


TEMPLATES: Final = Path(__file__).parent / "templates"
TO_LOOK_AT: Final = (AnswerOutcome.UNDECIDED, AnswerOutcome.UNREADABLE)
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


class RecordIndex:
    """Where in a file of records each student's are, and which answers need a person's eye."""

    def __init__(self) -> None:
        self.begins: dict[str, array[int]] = {}
        self.numbers: dict[str, int] = {}
        self.doubtful: dict[AnswerOutcome, list[tuple[int, Graded]]] = {outcome: [] for outcome in TO_LOOK_AT}
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

    index: RecordIndex
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
    is_right = graded.outcome is AnswerOutcome.CORRECT
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
        outcomes=list(AnswerOutcome),
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
