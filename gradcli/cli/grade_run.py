"""A class from its key and its answers to its results, its summary and its report."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import BinaryIO, Final

from gradcli.batch import journal
from gradcli.batch.interrupts import Interrupts
from gradcli.batch.journal import Journal, JournalError, NothingToResumeError
from gradcli.batch.settings import Format
from gradcli.cli import terminal
from gradcli.cli.executors import Limits, executor_for
from gradcli.cli.grade_outputs import Outputs, form_of, need_report, tell
from gradcli.cli.grade_wishes import Wishes
from gradcli.cli.outputs import opened
from gradcli.cli.program import CANNOT, Misuse
from gradcli.cli.progress import State, progress
from gradcli.homework import grading
from gradcli.homework.classfile.roster import Notice, Submission, UnusableError, printable
from gradcli.homework.grading import Result
from gradcli.homework.key import Key, KeyFaultError, read_key
from gradcli.homework.records import Outcome, header
from gradcli.homework.submissions import check_encoding, preview_text, read_submissions, understood
from gradcli.homework.summary import counts_text, summary_text
from gradcli.render.diagnostics import diagnostic_in_file, excerpt, located_text

STANDARD_INPUT: Final = "-"
SHOWN: Final = 20
"""How many notices are shown."""
KEPT: Final = 200
"""How many notices are kept for the report."""


@dataclass
class Run:
    """One call of `gradcli grade`."""

    key_file: str
    answers: str
    source: Format | None
    outputs: Outputs
    limits: Limits
    encoding: str
    wishes: Wishes
    key: Key = field(init=False)
    key_data: bytes = field(init=False)
    consumed: int = 0
    notices: list[str] = field(default_factory=list)
    noticed: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def execute(self) -> int:
        """Grade, and write what is asked for; the exit status."""
        if self.outputs.report is not None:
            need_report()
        self.key_data = _contents(self.key_file)
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
            with _opened(self.answers) as stream:
                return self._preview(stream) if self.wishes.previews else self._grade(stream)
        except UnusableError as error:
            fault = error.notice.diagnostic
            lines = [located_text(fault, _name(self.answers), error.notice.line), *excerpt(fault)]
            terminal.message("\n".join([*lines, *([f"help:  {fault.help}"] if fault.help else [])]))
            return CANNOT

    def _preview(self, stream: BinaryIO) -> int:
        """Say how the file is understood, and grade nothing."""
        form = self.source or form_of(self.answers)
        plan = self.wishes.applied(self.key.plan)
        with _readable(_name(self.answers)):
            found = understood(stream, form, plan, self._notice, encoding=self.encoding)
            terminal.write(preview_text(_name(self.answers), found, [each.name for each in plan.questions]))
        if self.noticed > SHOWN:
            terminal.message(f"note:  {_more(self.noticed - SHOWN)}")
        return 0

    def _grade(self, stream: BinaryIO) -> int:
        if stream.seekable():  # what a file is not in is said before anything is graded
            begins = stream.tell()
            with _readable(_name(self.answers)):
                check_encoding(stream, self.encoding)
                stream.seek(begins)
        target = self.outputs.output
        if target is None or target.streams:
            with tempfile.TemporaryFile() as spool:
                with contextlib.nullcontext() if target is None else opened(target) as shown:
                    self._to_spool(stream, spool, shown)
                spool.seek(0)
                return self._finish(spool)
        try:
            self._to_file(stream, target.path)
        except JournalError as error:
            raise Misuse(str(error), error.help) from None
        except OSError as error:
            raise Misuse(
                f"{target.name} could not be written: {error.strerror or error}",
                "the same command with --resume goes on",
            ) from None
        with open(target.path, "rb") as results:
            return self._finish(results)

    def _to_spool(self, stream: BinaryIO, spool: BinaryIO, shown: BinaryIO | None) -> None:
        """Keep the results for the summary, and write them where they are shown."""

        def write(text: bytes) -> None:
            spool.write(text)
            if shown is not None:
                shown.write(text)
                shown.flush()

        write(header(self.outputs.form))
        with self._results(self._submissions(stream)) as results:
            for result in results:
                self.outcomes[result.outcome] += 1
                write(result.text.encode())

    def _to_file(self, stream: BinaryIO, file: str) -> None:
        """Write the results through a journal. Raises JournalError, OSError."""
        open_ = journal.resume if self.outputs.resume else journal.begin
        try:
            found = open_(file, self._described(), header(self.outputs.form))
        except NothingToResumeError as nothing:
            terminal.message(f"note:  {nothing}")
            return
        if isinstance(found, Journal):
            with contextlib.closing(found), Interrupts() as interrupts:
                self._journalled(stream, found, interrupts)

    def _journalled(self, stream: BinaryIO, log: Journal, interrupts: Interrupts) -> None:
        self.outcomes = Counter({Outcome(name): count for name, count in log.checkpoint.counts.items()})
        submissions = self._submissions(stream)
        for submission in islice(submissions, log.checkpoint.done):
            log.digest.add(_key(submission))
        journal.check_input(log)
        keys: deque[bytes] = deque()
        try:
            with self._results(_noting(submissions, keys)) as results:
                for result in results:
                    with interrupts.held():
                        self.outcomes[result.outcome] += 1
                        log.write(result.text.encode(), keys.popleft(), self._counts)
        except KeyboardInterrupt:
            log.save(self._counts())
            terminal.message(f"note:  {log.done:,} answers are graded; the same command with --resume goes on")
            raise
        log.finish(self._counts())

    def _counts(self) -> dict[str, int]:
        return {outcome.value: count for outcome, count in self.outcomes.items()}

    def _submissions(self, stream: BinaryIO) -> Iterator[Submission]:
        form = self.source or form_of(self.answers)
        plan = self.wishes.applied(self.key.plan)
        found = read_submissions(stream, form, plan, self._notice, self._count, self.encoding)
        found = _reading(found, _name(self.answers))
        return found if self.outputs.gradescope is None else _of_one_student(found)

    @contextlib.contextmanager
    def _results(self, submissions: Iterable[Submission]) -> Iterator[Iterator[Result]]:
        """The results, with progress shown, and the workers stopped in the end, however that comes."""
        executor, workers = executor_for(self.limits)
        limits = grading.Limits(self.limits.timeout, self.limits.memory)
        try:
            results = grading.grade(submissions, self.key_data, self.outputs.form, executor, limits, workers)
            bar = progress(lambda: _size(self.answers), self._state, "answers", "wrong")
            with contextlib.closing(results), bar as shown:
                yield shown(results)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    def _state(self) -> State:
        return State(self.outcomes.total(), self.outcomes[Outcome.WRONG], self.consumed)

    def _count(self, size: int) -> None:
        self.consumed += size

    def _notice(self, notice: Notice) -> None:
        fault = notice.diagnostic
        text = fault.message + (f"; {fault.help}" if fault.help else "")
        self.noticed += 1
        if self.noticed <= KEPT:
            self.notices.append(f"line {notice.line}: {text}")
        if self.noticed <= SHOWN:
            terminal.message(f"note:  {_name(self.answers)}:{notice.line}: {printable(text)}")

    def _described(self) -> dict[str, object]:
        """What decides the records beside the answers, for the journal."""
        digest = blake2b(self.key_data, digest_size=16).hexdigest()
        return {"--to": self.outputs.form.value, "the key's digest": digest}

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
        return int(outcomes[Outcome.CORRECT] < outcomes.total())


def _contents(file: str) -> bytes:
    """A small file's bytes. Raises Misuse."""
    with _opened(file) as stream:
        return stream.read()


@contextlib.contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    """A file, or standard input, to be read. Raises Misuse where it cannot be opened."""
    if file == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        stream = open(file, "rb")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise Misuse(f"cannot read {file}: {error.strerror or error}", "gradcli grade KEY ANSWERS") from None
    with stream:
        yield stream


def _size(file: str) -> int | None:
    """The bytes of a file, None where that is not known."""
    found = os.stat(0 if file == STANDARD_INPUT else file)
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _name(file: str) -> str:
    return "<stdin>" if file == STANDARD_INPUT else file


def _more(count: int) -> str:
    return f"and {count:,} more"


@contextlib.contextmanager
def _readable(name: str) -> Iterator[None]:
    """Raises Misuse where the file cannot be read any further."""
    try:
        yield
    except OSError as error:
        message = f"cannot read {name}: {error.strerror or error}"
        raise Misuse(message, "with --output, the same command with --resume goes on") from None


def _reading(submissions: Iterable[Submission], name: str) -> Iterator[Submission]:
    """The submissions. Raises Misuse where the file cannot be read any further."""
    with _readable(name):
        yield from submissions


def _of_one_student(submissions: Iterable[Submission]) -> Iterator[Submission]:
    """The submissions. Raises Misuse where they are of several students."""
    first = None
    for submission in submissions:
        first = first or submission.student
        if submission.student != first:
            message = f"--gradescope writes the file of one student, and the answers are of {first} and others"
            raise Misuse(message, "Gradescope calls an autograder for each student: give it one student's answers")
        yield submission


def _noting(submissions: Iterable[Submission], keys: deque[bytes]) -> Iterator[Submission]:
    """The submissions; their keys are put aside for the journal."""
    for submission in submissions:
        keys.append(_key(submission))
        yield submission


def _key(submission: Submission) -> bytes:
    """What a submission is, for the digest of the input."""
    return repr(submission).encode("utf-8", "surrogatepass")
