"""`gradcli.grade`: a whole class's answers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, TypeAlias

import numpy as np

from gradcli.homework import grading
from gradcli.homework.classfile.roster import Notice, Submission, UnusableError
from gradcli.homework.key import Key, KeyFaultError, read_key
from gradcli.homework.records import read_records
from gradcli.homework.submissions import read_submissions
from gradcli.homework.summary import Summary, counts_text
from gradcli.language import Diagnostic
from gradcli.library.arguments import described
from gradcli.library.guard import guarded
from gradcli.library.reprs import cut, pretty
from gradcli.render.diagnostics import diagnostic_in_file
from gradcli.render.objects import to_json
from gradcli.streams.formats import Format, format_of
from gradcli.streams.outputs import replaced, text_of
from gradcli.streams.pool import Pool, cores

KeyLike: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any]"
"""A path of a key, or its questions: `{"q1": "x^2"}`, `{"q1": {"function": "x^2 y", "wrt": "x"}}`."""
Row: TypeAlias = "Mapping[str, Any] | Sequence[Any]"
AnswersLike: TypeAlias = "str | os.PathLike[str] | Iterable[Row] | Mapping[str, Mapping[str, Any]]"
"""A path of a class's file; its rows, `("ada", "q1", "2x")` or `{"student": "ada", "q1": "2x"}`;
or the answers of each student: `{"ada": {"q1": "2x"}}`."""
OutcomeWord: TypeAlias = Literal["correct", "wrong", "unreadable", "undecided", "missing"]
FORM: Final = Format.JSONL
"""How the results are kept."""
MODULES: Final = ("gradcli.homework.grading", "gradcli.language.latex", "gradcli.calculus.balls.formula")
"""What workers import before there is any work."""
ALONE: Final = "student", "question", "answer"


def grade(
    key: KeyLike,
    answers: AnswersLike,
    *,
    jobs: int | None = None,
    timeout: float = 10,
    memory: int = 1_000,
) -> Grades:
    """The grades of all answers to the questions of a key, in the order of the answers.

    `key` and `answers` are files as `gradcli grade` takes them (TOML; CSV, XLSX, ODS, JSON Lines), or Python data: the
    questions by their names, each a function or a table with the fields of a key; rows, each a tuple (student,
    question, answer) or a mapping of columns; or the answers of each student by question.

    `jobs` worker processes judge (as many as there are cores, where None; with 0 it is this process), and an answer
    that takes longer than `timeout` seconds, or more than `memory` megabytes, is undecided.

    Raises ValueError where the key or the answers cannot be used, with all that is wrong and where; OSError where a
    file cannot be read.

        >>> import gradcli
        >>> answers = [("ada", "q1", "2x"), ("ada", "q2", "-cos x")]
        >>> grades = gradcli.grade({"q1": "x^2", "q2": "sin(x)"}, answers, jobs=0)
        >>> [(each.question, each.verdict, each.mistake) for each in grades]
        [('q1', 'correct', None), ('q2', 'wrong', 'sin-sign')]
        >>> grades
        Grades(2 answers: 1 correct, 1 wrong)
        >>> grades.summary.students
        {'ada': 1.0}
    """
    count = cores() if jobs is None else _not_negative(jobs, "jobs")
    data = _key_data(key)
    name = os.fspath(key) if isinstance(key, (str, os.PathLike)) else "key"
    notices: list[str] = []
    try:
        read = read_key(data)
    except KeyFaultError as error:
        raise ValueError("\n".join(diagnostic_in_file(fault, name) for fault in error.faults)) from None
    notices += [f"{question}: {note.message}" for question, each in read.questions.items() for note in each.notes]
    try:
        with _opened(answers) as stream:
            submissions = list(read_submissions(stream, _form_of(answers), read.plan, _noting(notices)))
    except UnusableError as error:
        raise ValueError(_said(error.notice.diagnostic)) from None
    limits = grading.AnswerLimits(timeout, memory)
    results = _graded(submissions, data, limits, min(count, len(submissions)))
    files = [os.path.abspath(os.fspath(each)) for each in (key, answers) if isinstance(each, (str, os.PathLike))]
    return Grades(data, results, tuple(notices), tuple(files))


def _graded(submissions: Sequence[Submission], key: bytes, limits: grading.AnswerLimits, jobs: int) -> bytes:
    """The records of all answers, one after the other."""
    executor, workers = Pool(jobs, limits.timeout, limits.memory, MODULES).executor(lambda missing: None)
    try:
        with guarded() if jobs == 0 else nullcontext():
            results = grading.grade(submissions, key, FORM, executor, limits, workers)
            with closing(results):
                return "".join([result.text for result in results]).encode()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _not_negative(value: object, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{what} is a whole number, and not {described(value)}")
    if value < 0:
        raise ValueError(f"{what} is not negative, and {value} is")
    return value


def _noting(notices: list[str]) -> Any:
    def note(notice: Notice) -> None:
        fault = notice.diagnostic
        notices.append(f"line {notice.line}: {fault.message}" + (f"; {fault.help}" if fault.help else ""))

    return note


def _said(fault: Diagnostic) -> str:
    return fault.message + (f"\nhelp:  {fault.help}" if fault.help else "")


def _key_data(key: KeyLike) -> bytes:
    """A key as TOML. Raises TypeError, OSError."""
    if isinstance(key, (str, os.PathLike)):
        return Path(key).read_bytes()
    if not isinstance(key, Mapping):
        raise TypeError(f"the key is a path or a mapping of questions, and not {described(key)}")
    tables = {
        name: spec if isinstance(spec, Mapping) or name == "title" else {"function": str(spec)}
        for name, spec in key.items()
    }
    texts = [f"{_toml(str(name))} = {_toml(value)}\n" for name, value in tables.items() if name == "title"]
    for name, value in tables.items():
        if name != "title":
            lines = (f"{_toml(str(field))} = {_toml(each)}\n" for field, each in value.items() if each is not None)
            texts.append(f"[{_toml(str(name))}]\n{''.join(lines)}")
    return "".join(texts).encode("utf-8", "replace")


def _toml(value: Any) -> str:
    """A value as TOML has it. Raises TypeError."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(str(name))} = {_toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, (bool, int, str)):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False)


def _opened(answers: AnswersLike) -> BinaryIO:
    """The answers' file, or their rows as JSON Lines. Raises TypeError, OSError."""
    if isinstance(answers, (str, os.PathLike)):
        return open(answers, "rb")
    if not isinstance(answers, Iterable):
        raise TypeError(f"the answers are a path or rows, and not {described(answers)}")
    return BytesIO("".join(f"{to_json(row)}\n" for row in _rows(answers)).encode("utf-8", "replace"))


def _form_of(answers: AnswersLike) -> Format:
    """The format of the answers, by the name of their file."""
    if isinstance(answers, (str, os.PathLike)) and format_of(os.fspath(answers)) is not FORM:
        return Format.CSV
    return FORM


def _rows(answers: Any) -> Iterator[dict[str, Any]]:
    """Rows as objects. Raises TypeError."""
    if isinstance(answers, Mapping):
        for student, given in answers.items():
            if not isinstance(given, Mapping):
                raise TypeError(f"the answers of {student} are a mapping of questions, and not {described(given)}")
            yield {"student": _cell(student), **{str(name): _cell(each) for name, each in given.items()}}
        return
    for row in answers:
        if isinstance(row, Mapping):
            yield {str(name): _cell(each) for name, each in row.items()}
        elif isinstance(row, Sequence) and not isinstance(row, (str, bytes)) and len(row) == len(ALONE):
            yield dict(zip(ALONE, map(_cell, row), strict=True))
        else:
            raise TypeError(f"a row of answers is (student, question, answer) or a mapping of columns, and not {row!r}")


def _cell(value: Any) -> Any:
    """A cell as JSON has it: a number, nested lists or a text; nothing where it is None or nan."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if value is None or (isinstance(value, float) and value != value):
        return None
    return value if isinstance(value, (list, int, float)) and not isinstance(value, bool) else str(value)


class Grade:
    """The grade of one answer; `to_dict()` is its record, as `gradcli grade --to jsonl` writes it."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._record = dict(record)

    @property
    def student(self) -> str:
        """Whose answer it is."""
        return str(self._record["student"])

    @property
    def question(self) -> str:
        """The question's name in the key."""
        return str(self._record["question"])

    @property
    def verdict(self) -> OutcomeWord:
        """`correct`, `wrong`, `unreadable`, `undecided`, or `missing` where there is no answer."""
        verdict: OutcomeWord = self._record["verdict"]
        return verdict

    @property
    def points(self) -> float:
        """What the answer earns."""
        return float(self._record["points"])

    @property
    def of(self) -> float:
        """What a correct answer earns."""
        return float(self._record["of"])

    @property
    def answer(self) -> str:
        """The answer as it was given; empty where there is none."""
        return str(self._record.get("answer", ""))

    @property
    def reading(self) -> str | None:
        """The answer in plain ASCII, as it was read; None where it could not be."""
        return self._record.get("reads_as")

    @property
    def explanation(self) -> str:
        """What the verdict rests on, formulas between backticks."""
        return str(self._record.get("explanation", ""))

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The rules of the mistakes that a wrong answer is consistent with, the likeliest first."""
        return tuple(self._record.get("mistakes", ()))

    @property
    def mistake(self) -> str | None:
        """The likeliest of them; None where none explains the answer."""
        return self.mistakes[0] if self.mistakes else None

    @property
    def likely(self) -> str:
        """The mistakes in words, formulas between backticks."""
        return str(self._record.get("likely", ""))

    def to_dict(self) -> dict[str, Any]:
        """The record."""
        return dict(self._record)

    def __bool__(self) -> bool:
        return self.verdict == "correct"

    def __eq__(self, other: object) -> bool:
        return self._record == other._record if isinstance(other, Grade) else NotImplemented

    def __repr__(self) -> str:
        mistake = "" if self.mistake is None else f", mistake={self.mistake!r}"
        return f"Grade({self.student!r}, {self.question!r}, {self.verdict!r}{mistake})"


class Grades:
    """The grades of a class: a sequence of Grade in the order of the answers, with `summary` and `report(path)`."""

    def __init__(self, key: bytes, records: bytes, notices: tuple[str, ...] = (), files: tuple[str, ...] = ()) -> None:
        self._key_data, self._records, self._files = key, records, files
        self.notes = notices
        """What was odd in the key and in the answers."""

    @cached_property
    def _key(self) -> Key:
        return read_key(self._key_data)

    @cached_property
    def _grades(self) -> list[Grade]:
        return [Grade(json.loads(line)) for line in self._records.splitlines()]

    @cached_property
    def summary(self) -> Summary:
        """The counts: `questions` by name, `overall`, `students` with their points, `mean` and `of` how many points.

        `str()` is the table that the command prints.
        """
        found = Summary(self._key)
        for _, graded in read_records(BytesIO(self._records), FORM):
            found.add(graded)
        return found

    def report(self, path: str | os.PathLike[str]) -> None:
        """Write the HTML report of the class. Needs Jinja2 (the extra `report`).

        What is there is replaced when the report is whole. Raises ImportError without Jinja2, ValueError where the path
        is that of the key or of the answers, OSError where it cannot be written.
        """
        target = os.path.abspath(os.fspath(path))
        if os.path.exists(target) and any(
            os.path.samefile(target, each) for each in filter(os.path.exists, self._files)
        ):
            raise ValueError(f"{os.fspath(path)} is the key or the answers: choose another name for the report")
        try:
            from gradcli.homework.report import RecordIndex, write_report
        except ModuleNotFoundError as absent:
            if absent.name != "jinja2":
                raise
            raise ImportError("a report needs Jinja2: pip install 'gradcli[report]'", name="jinja2") from None
        index = RecordIndex()
        for begins, graded in read_records(BytesIO(self._records), FORM):
            index.add(begins, graded)
        answers = index.of(BytesIO(self._records), FORM)
        with replaced(os.path.realpath(target)) as stream, text_of(stream) as page:
            write_report(page, self.summary, self._key, answers, self.notes)

    def __iter__(self) -> Iterator[Grade]:
        return iter(self._grades)

    def __len__(self) -> int:
        return len(self._grades)

    def __getitem__(self, index: int) -> Grade:
        return self._grades[index]

    def of_student(self, name: str) -> list[Grade]:
        """The grades of one student."""
        return [each for each in self._grades if each.student == name]

    def to_dicts(self) -> list[dict[str, Any]]:
        """The records, as `gradcli grade --to jsonl` writes them: what a data frame is made of."""
        return [each.to_dict() for each in self._grades]

    def __str__(self) -> str:
        return str(self.summary)

    def __repr__(self) -> str:
        return f"Grades({cut(counts_text(self.summary.overall.outcomes))})"

    _repr_pretty_ = pretty

    def __reduce__(self) -> tuple[Any, ...]:
        return Grades, (self._key_data, self._records, self.notes, self._files)

    def _repr_html_(self) -> str:
        from gradcli.library.display import summary_html

        return summary_html(self.summary, self.notes)
