"""A batch from its files to its output."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import BinaryIO

from gradcli.batch import journal, lost, runner, writers
from gradcli.batch.encodings import UTF8
from gradcli.batch.interrupts import Interrupts
from gradcli.batch.journal import Journal, JournalError, NothingToResumeError
from gradcli.batch.settings import Format, Settings
from gradcli.batch.sources import Sources
from gradcli.batch.tally import Tally
from gradcli.batch.task import Result, Status, Task
from gradcli.batch.work import work
from gradcli.cli import terminal
from gradcli.cli.executors import Limits, executor_for
from gradcli.cli.outputs import Target, opened
from gradcli.cli.program import CANNOT, Misuse
from gradcli.cli.progress import State, progress


@dataclass
class Run:
    """One call of `gradcli batch`."""

    files: Sequence[str]
    form: Format | None
    expression: str | None
    settings: Settings
    limits: Limits
    strict: bool
    fail_fast: bool
    encoding: str = UTF8
    unreadable: int = 0
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.sources = Sources(
            self.files, self.form, self.expression, self._complain, self._say, encoding=self.encoding
        )

    def to(self, target: Target, resume: bool) -> int:
        """Write the results to a file through a journal, to a device or a pipe as they come; the exit status."""
        if not target.streams:
            return self._to_file(target.path, resume)
        with opened(target) as stream:
            self._write(stream)
        return self._finish()

    def _write(self, stream: BinaryIO) -> None:
        """Write the results to a stream, each as it comes."""

        def write(text: str) -> None:
            stream.write(text.encode("utf-8", "replace"))
            stream.flush()

        write(writers.header(self.settings))
        with self._results(self.sources.tasks()) as results:
            for result in results:
                write(result.text)
                if self._stops(result):
                    break

    def _to_file(self, file: str, resume: bool) -> int:
        """Write the results to a file through a journal; the exit status."""
        open_ = journal.resume if resume else journal.begin
        try:
            found = open_(file, self._described(), writers.header(self.settings).encode())
            if isinstance(found, Journal):
                with contextlib.closing(found), Interrupts() as interrupts:
                    return self._journalled(found, interrupts)
        except NothingToResumeError as nothing:
            terminal.message(f"note:  {nothing}")
            return 0
        except JournalError as error:
            raise Misuse(str(error), error.help) from None
        except OSError as error:
            raise Misuse(
                f"{file} could not be written: {error.strerror or error}", "the same command with --resume goes on"
            ) from None
        self.tally = Tally(found.counts)
        return self._finish()

    def _journalled(self, log: Journal, interrupts: Interrupts) -> int:
        done = log.checkpoint.done
        self.tally = Tally(log.checkpoint.counts)
        tasks = self.sources.tasks()
        for task in islice(tasks, done):
            log.digest.add(_key(task))
        journal.check_input(log)
        keys: deque[bytes] = deque()
        stopped = False
        try:
            with self._results(_noting(tasks, keys)) as results:
                for result in results:
                    with interrupts.held():
                        stopped = self._stops(result)
                        log.write(result.text.encode("utf-8", "replace"), keys.popleft(), self.tally.as_dict)
                    if stopped:
                        break
        except KeyboardInterrupt:
            log.save(self.tally.as_dict())
            terminal.message(f"note:  {log.done:,} problems are done; the same command with --resume goes on")
            raise
        if stopped:
            log.save(self.tally.as_dict())
        else:
            log.finish(self.tally.as_dict())
        return self._finish()

    @contextlib.contextmanager
    def _results(self, tasks: Iterable[Task]) -> Iterator[Iterator[Result]]:
        """The results of tasks, with progress shown, and the workers stopped in the end, however that comes."""
        executor, workers = executor_for(self.limits)
        try:
            results = runner.run(
                tasks,
                executor,
                partial(work, settings=self.settings),
                self._lost,
                workers=workers,
                weight=_weight,
            )
            bar = progress(self.sources.size, self._state, "problems", "failed")
            with contextlib.closing(results), bar as shown:
                yield shown(results)
        except CancelledError as error:
            message = str(error) or "the work was cancelled"
            raise Misuse(message, "with --output, the same command with --resume goes on") from None
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    def _state(self) -> State:
        return State(self.tally.total, self.tally[Status.FAILED], self.sources.consumed)

    def _lost(self, task: Task, error: BaseException) -> Result:
        fault = lost.diagnosis(task, error, self.limits.timeout, self.limits.memory)
        return writers.failed(task, self.settings, fault)

    def _stops(self, result: Result) -> bool:
        """Count a result; whether it is the last one because it failed."""
        self.tally.add(result.status)
        return self.fail_fast and self.tally.is_bad(result.status, strict=self.strict)

    def _complain(self, file: str, error: OSError) -> None:
        self.unreadable += 1
        terminal.message(f"error: cannot read {file}: {error.strerror or error}")

    def _say(self, file: str, text: str) -> None:
        terminal.message(f"note:  {file}: {text}")

    def _described(self) -> dict[str, object]:
        """What decides the records beside the input, for the journal."""
        settings = self.settings
        return {
            "--to": settings.to.value,
            "--wrt": settings.wrt and list(settings.wrt),
            "--order": settings.order,
            "--dtype": settings.dtype,
            "--digits": settings.digits,
            "--sample": settings.sample,
            "--seed": settings.seed,
            "--formulas": settings.formulas,
            "--full": settings.full,
            "--expr": self.expression,
        }

    def _finish(self) -> int:
        """Say what came of it all; the exit status."""
        terminal.message(self.tally.summary(self.settings.sample, self.settings.seed))
        return CANNOT if self.unreadable else self.tally.exit_status(strict=self.strict)


def _noting(tasks: Iterable[Task], keys: deque[bytes]) -> Iterator[Task]:
    """The tasks; their keys are put aside for the journal."""
    for task in tasks:
        keys.append(_key(task))
        yield task


def _key(task: Task) -> bytes:
    """What a task is, for the digest of the input."""
    return repr(task).encode("utf-8", "surrogatepass")


def _weight(task: Task) -> int:
    """About how many bytes a task takes."""
    if task.entry is None:
        return 200
    return 200 + len(task.entry.text) + sum(len(str(value.content)) for value in task.entry.values)
