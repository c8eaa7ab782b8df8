"""A class from its key and its answers to its results, its summary and its report."""

from __future__ import annotations

import contextlib
import importlib
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import BinaryIO, Final, TextIO

from gradcli.cli import terminal
from gradcli.cli.commands import CANNOT
from gradcli.cli.misuse import Misuse
from gradcli.cli.outputs import Target, opened, replaced
from gradcli.cli.progress import ProgressState, progress
from gradcli.homework import grading
from gradcli.homework.classfile.plan import AttemptRule, Plan
from gradcli.homework.classfile.roster import Notice, Submission, UnusableError, printable
from gradcli.homework.grading import Result
from gradcli.homework.key import Key, KeyFaultError, read_key
from gradcli.homework.records import AnswerOutcome, Graded, header, read_records
from gradcli.homework.submissions import check_encoding, preview_text, read_submissions, understood
from gradcli.homework.summary import Summary, counts_text, summary_text
from gradcli.language.values import frozen, replace
from gradcli.render.diagnostics import diagnostic_in_file
from gradcli.streams import sources
from gradcli.streams.formats import Format, format_of
from gradcli.streams.pool import Pool
from gradcli.streams.run import StreamRun
from gradcli.streams.sources import shown_name

SHOWN: Final = 20
"""How many notices are shown."""
KEPT: Final = 200
"""How many notices are kept for the report."""


@frozen
class FileOptions:
    """`--student-column`, `--attempt`, `--blank` and `--preview`."""

    students: tuple[str, ...]
    attempt: AttemptRule | None
    blanks: tuple[str, ...]
    previews: bool

    def applied(self, plan: Plan) -> Plan:
        """The key's plan with what is said here, which goes before."""
        blanks = (*plan.blanks, *(each.strip() for each in self.blanks))
        return replace(plan, student=self.students or plan.student, attempt=self.attempt, blanks=blanks)


@dataclass
class ResultFiles:
    """What is to be written: the results (`to` None: as the file's name says), a report, Gradescope's file."""

    output: Target | None
    report: Target | None
    gradescope: Target | None
    to: Format | None
    resume: bool

    @property
    def form(self) -> Format:
        """The results' format."""
        return self.to or form_of("" if self.output is None else self.output.name)

    @property
    def leaves_standard_output(self) -> bool:
        """Whether there is nothing on standard output that a summary would spoil."""
        return not any(each and each.descriptor == 1 for each in (self.output, self.report, self.gradescope))


def form_of(file: str) -> Format:
    """The format that a file's name tells: JSON Lines, or CSV."""
    return Format.JSONL if format_of(file) is Format.JSONL else Format.CSV


def need_report() -> None:
    """Raises Misuse where reports cannot be made."""
    try:
        importlib.import_module("gradcli.homework.report")
    except ModuleNotFoundError as absent:
        if absent.name != "jinja2":
            raise
        raise Misuse("--report needs Jinja2, which is not installed", "pip install 'gradcli[report]'") from None


@dataclass
class GradeRun(StreamRun[Submission, Result]):
    """One call of `gradcli grade`."""

    key_file: str
    answers: str
    source: Format | None
    outputs: ResultFiles
    pool: Pool
    encoding: str
    wishes: FileOptions
    key: Key = field(init=False)
    key_data: bytes = field(init=False)
    stream: BinaryIO = field(init=False)
    consumed: int = 0
    notices: list[str] = field(default_factory=list)
    noticed: int = 0
    outcomes: Counter[AnswerOutcome] = field(default_factory=Counter)
    done_words = "answers are graded"

    def execute(self) -> int:
        """Grade, and write what is asked for; the exit status."""
        if self.outputs.report is not None:
            need_report()
        with _opened(self.key_file) as stream:
            self.key_data = stream.read()
        try:
            self.key = read_key(self.key_data)
        except KeyFaultError as error:
            for fault in error.faults:
                terminal.message(diagnostic_in_file(fault, self.key_file))
            return CANNOT
        for name, question in self.key.questions.items():
            for note in question.notes:
                self.notices.append(f"{name}: {note.message}")
                terminal.message(f"note:  {self.key_file}: {printable(self.notices[-1])}")
        try:
            with _opened(self.answers) as self.stream:
                return self._preview() if self.wishes.previews else self._grade()
        except UnusableError as error:
            terminal.message(diagnostic_in_file(error.notice.diagnostic, self._name, error.notice.line))
            return CANNOT

    @property
    def _name(self) -> str:
        return shown_name(self.answers)

    def _preview(self) -> int:
        """Say how the file is understood, and grade nothing."""
        plan = self.wishes.applied(self.key.plan)
        with self._readable():
            found = understood(self.stream, self._form, plan, self._notice, encoding=self.encoding)
            terminal.write(preview_text(self._name, found, [each.name for each in plan.questions]))
        if self.noticed > SHOWN:
            terminal.message(f"note:  {_more(self.noticed - SHOWN)}")
        return 0

    def _grade(self) -> int:
        if self.stream.seekable():  # what a file is not in is said before anything is graded
            begins = self.stream.tell()
            with self._readable():
                check_encoding(self.stream, self.encoding)
                self.stream.seek(begins)
        target = self.outputs.output
        if target is None or target.streams:
            with tempfile.TemporaryFile() as spool:
                with contextlib.nullcontext() if target is None else opened(target) as shown:
                    self._to_spool(spool, shown)
                spool.seek(0)
                return self._finish(spool)
        self.keep(target.path, resume=self.outputs.resume)
        with open(target.path, "rb") as results:
            return self._finish(results)

    def _to_spool(self, spool: BinaryIO, shown: BinaryIO | None) -> None:
        """Keep the results for the summary, and write them where they are shown."""

        def write(text: bytes) -> None:
            spool.write(text)
            if shown is not None:
                shown.write(text)
                shown.flush()

        self.show(write)

    def described(self) -> Mapping[str, object]:
        """The format, and what key it is."""
        digest = blake2b(self.key_data, digest_size=16).hexdigest()
        return {"--to": self.outputs.form.value, "the key's digest": digest}

    def head(self) -> bytes:
        """The header of CSV."""
        return header(self.outputs.form)

    def tasks(self) -> Iterator[Submission]:
        """The answers. Raises Misuse where the file cannot be read any further."""
        plan = self.wishes.applied(self.key.plan)
        found = read_submissions(self.stream, self._form, plan, self._notice, self._consume, self.encoding)
        with self._readable():
            yield from found if self.outputs.gradescope is None else _of_one_student(found)

    def work(self, tasks: Iterable[Submission], executor: Executor, workers: int) -> Generator[Result, None, None]:
        """The grades of answers."""
        limits = grading.AnswerLimits(self.pool.timeout, self.pool.memory)
        return grading.grade(tasks, self.key_data, self.outputs.form, executor, limits, workers)

    def record(self, result: Result) -> bytes:
        """The record of a result."""
        return result.text.encode()

    def count(self, result: Result) -> bool:
        """Count a result, of which none is the last that is wanted."""
        self.outcomes[result.outcome] += 1
        return False

    def counts(self) -> dict[str, int]:
        """The results by outcome."""
        return {outcome.value: count for outcome, count in self.outcomes.items()}

    def recount(self, counts: Mapping[str, int]) -> None:
        """Go on from these counts."""
        self.outcomes = Counter({AnswerOutcome(name): count for name, count in counts.items()})

    def progress(self) -> AbstractContextManager[Callable[[Iterator[Result]], Iterator[Result]]]:
        """Answers, and those that are wrong."""
        return progress(lambda: sources.size_of([self.answers]), self._state, "answers", "wrong")

    def say(self, text: str) -> None:
        """Write a message."""
        terminal.message(text)

    @property
    def _form(self) -> Format:
        return self.source or form_of(self.answers)

    def _state(self) -> ProgressState:
        return ProgressState(self.outcomes.total(), self.outcomes[AnswerOutcome.WRONG], self.consumed)

    def _consume(self, size: int) -> None:
        self.consumed += size

    def _notice(self, notice: Notice) -> None:
        fault = notice.diagnostic
        text = fault.message + (f"; {fault.help}" if fault.help else "")
        self.noticed += 1
        if self.noticed <= KEPT:
            self.notices.append(f"line {notice.line}: {text}")
        if self.noticed <= SHOWN:
            terminal.message(f"note:  {self._name}:{notice.line}: {printable(text)}")

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """Raises Misuse where the answers cannot be read any further."""
        try:
            yield
        except OSError as error:
            message = f"cannot read {self._name}: {error.strerror or error}"
            raise Misuse(message, "with --output, the same command with --resume goes on") from None

    def _finish(self, results: BinaryIO) -> int:
        """Say what came of it all, from the results; the exit status."""
        notices = list(self.notices)
        if self.noticed > SHOWN:
            terminal.message(f"note:  {_more(self.noticed - SHOWN)}")
        if self.noticed > KEPT:
            notices.append(_more(self.noticed - KEPT))
        summary = tell(self.outputs, results, self.key, notices)
        if self.outputs.leaves_standard_output:
            terminal.write(summary_text(summary))
        outcomes = summary.overall.outcomes
        terminal.message(counts_text(outcomes))
        return int(outcomes[AnswerOutcome.CORRECT] < outcomes.total())


@contextlib.contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    """A file, or standard input, to be read. Raises Misuse where it cannot be opened."""
    try:
        opened_file = sources.opened(file)
    except OSError as error:
        raise Misuse(f"cannot read {file}: {error.strerror or error}", "gradcli grade KEY ANSWERS") from None
    with opened_file as stream:
        yield stream


def _more(count: int) -> str:
    return f"and {count:,} more"


def _of_one_student(submissions: Iterable[Submission]) -> Iterator[Submission]:
    """The submissions. Raises Misuse where they are of several students."""
    first = None
    for submission in submissions:
        first = first or submission.student
        if submission.student != first:
            message = f"--gradescope writes the file of one student, and the answers are of {first} and others"
            raise Misuse(message, "Gradescope calls an autograder for each student: give it one student's answers")
        yield submission


def tell(outputs: ResultFiles, results: BinaryIO, key: Key, notices: Sequence[str]) -> Summary:
    """Write what is asked for beside the results. Raises Misuse."""
    summary = Summary(key)
    if outputs.report is not None:
        _report(outputs.report, results, outputs.form, summary, key, notices)
    else:
        for _, graded in _read(results, outputs.form, key):
            summary.add(graded)
    if outputs.gradescope is not None:
        from gradcli.homework.gradescope import results_json

        results.seek(0)
        answers = [graded for _, graded in _read(results, outputs.form, key)]
        names = {name: question.names for name, question in key.questions.items()}
        with _replacing(outputs.gradescope) as file:
            file.write(results_json(summary.title, answers, names))
    return summary


def _report(
    target: Target, results: BinaryIO, form: Format, summary: Summary, key: Key, notices: Sequence[str]
) -> None:
    from gradcli.homework.report import RecordIndex, write_report

    index = RecordIndex()
    for begins, graded in _read(results, form, key):
        summary.add(graded)
        index.add(begins, graded)
    with _replacing(target) as page:
        write_report(page, summary, key, index.of(results, form), notices)


def _read(results: BinaryIO, form: Format, key: Key) -> Iterator[tuple[int, Graded]]:
    """The results. Raises Misuse where they are none of this key's."""
    try:
        for begins, graded in read_records(results, form):
            if graded.question not in key.questions:
                raise ValueError(graded.question)
            yield begins, graded
    except ValueError:
        message = "the results that are there already are not results of this key"
        raise Misuse(message, "choose another --output, or delete the file") from None


@contextlib.contextmanager
def _replacing(target: Target) -> Iterator[TextIO]:
    """A text to be written. Raises Misuse where it cannot be."""
    try:
        with replaced(target) as text:
            yield text
    except BrokenPipeError:
        raise
    except OSError as error:
        message = f"{target.name} could not be written: {error.strerror or error}"
        raise Misuse(message, "with --output and --resume nothing is graded twice") from None
