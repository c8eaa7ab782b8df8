"""A batch from its files to its output."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from gradcli.batch import writers
from gradcli.batch.readers import Sources
from gradcli.batch.settings import BatchSettings
from gradcli.batch.tally import Tally
from gradcli.batch.task import Status, Task, TaskResult
from gradcli.batch.work import work
from gradcli.cli import terminal
from gradcli.cli.commands import CANNOT
from gradcli.cli.outputs import Target, opened
from gradcli.cli.progress import ProgressState, progress
from gradcli.streams import lost, runner
from gradcli.streams.encodings import UTF8
from gradcli.streams.formats import Format
from gradcli.streams.pool import Pool
from gradcli.streams.run import StreamRun
from gradcli.streams.sources import size_of


@dataclass
class BatchRun(StreamRun[Task, TaskResult]):
    """One call of `gradcli batch`."""

    files: Sequence[str]
    form: Format | None
    expression: str | None
    settings: BatchSettings
    pool: Pool
    strict: bool
    fail_fast: bool
    encoding: str = UTF8
    unreadable: int = 0
    tally: Tally = field(default_factory=Tally)
    done_words = "problems are done"

    def __post_init__(self) -> None:
        self.sources = Sources(
            self.files, self.form, self.expression, self._complain, self._say_of_file, encoding=self.encoding
        )

    def to(self, target: Target, resume: bool) -> int:
        """Write the results to a file through a journal, to a device or a pipe as they come; the exit status."""
        if not target.streams:
            return self._finish() if self.keep(target.path, resume=resume) else 0
        with opened(target) as stream:

            def write(data: bytes) -> None:
                stream.write(data)
                stream.flush()

            self.show(write)
        return self._finish()

    def described(self) -> Mapping[str, object]:
        """The settings, by their options."""
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

    def head(self) -> bytes:
        """The header of CSV."""
        return writers.header(self.settings).encode()

    def tasks(self) -> Iterator[Task]:
        """The problems in all files."""
        return self.sources.tasks()

    def work(self, tasks: Iterable[Task], executor: Executor, workers: int) -> Generator[TaskResult, None, None]:
        """The results of problems."""
        solve = partial(work, settings=self.settings)
        return runner.run(tasks, executor, solve, self._lost, workers=workers, weight=_weight)

    def record(self, result: TaskResult) -> bytes:
        """The record of a result."""
        return result.text.encode("utf-8", "replace")

    def count(self, result: TaskResult) -> bool:
        """Count a result; whether it is the last one because it failed."""
        self.tally.add(result.status)
        return self.fail_fast and self.tally.is_bad(result.status, strict=self.strict)

    def counts(self) -> dict[str, int]:
        """The results by status."""
        return self.tally.as_dict()

    def recount(self, counts: Mapping[str, int]) -> None:
        """Go on from these counts."""
        self.tally = Tally(counts)

    def progress(self) -> AbstractContextManager[Callable[[Iterator[TaskResult]], Iterator[TaskResult]]]:
        """Problems, and those that failed."""
        return progress(lambda: size_of(self.files), self._state, "problems", "failed")

    def say(self, text: str) -> None:
        """Write a message."""
        terminal.message(text)

    def _state(self) -> ProgressState:
        return ProgressState(self.tally.total, self.tally[Status.FAILED], self.sources.consumed)

    def _lost(self, task: Task, error: BaseException) -> TaskResult:
        fault = lost.diagnosis(task.text, error, self.pool.timeout, self.pool.memory)
        return writers.failed(task, self.settings, fault)

    def _complain(self, file: str, error: OSError) -> None:
        self.unreadable += 1
        terminal.message(f"error: cannot read {file}: {error.strerror or error}")

    def _say_of_file(self, file: str, text: str) -> None:
        terminal.message(f"note:  {file}: {text}")

    def _finish(self) -> int:
        """Say what came of it all; the exit status."""
        terminal.message(self.tally.summary(self.settings.sample, self.settings.seed))
        return CANNOT if self.unreadable else self.tally.exit_status(strict=self.strict)


def _weight(task: Task) -> int:
    """About how many bytes a task takes."""
    if task.entry is None:
        return 200
    return 200 + len(task.entry.text) + sum(len(str(value.content)) for value in task.entry.values)
