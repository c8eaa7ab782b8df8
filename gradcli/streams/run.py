"""A run: tasks that workers do, and a record of each, shown as it comes or kept in a file through a journal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import islice
from typing import Generic, TypeVar

from gradcli.streams import journal
from gradcli.streams.errors import RunError
from gradcli.streams.interrupts import Interrupts
from gradcli.streams.journal import Checkpoint, Journal, NothingToResumeError
from gradcli.streams.pool import Pool

T = TypeVar("T")
R = TypeVar("R")


class StreamRun(ABC, Generic[T, R]):
    """One run of many tasks; whoever has some says what they are, and what is to be kept of them."""

    pool: Pool
    done_words: str
    """What is said of tasks behind their number: `problems are done`."""

    @abstractmethod
    def described(self) -> Mapping[str, object]:
        """What decides the records beside the input: a run is not resumed where it differs."""

    @abstractmethod
    def head(self) -> bytes:
        """What stands before the first record."""

    @abstractmethod
    def tasks(self) -> Iterator[T]:
        """The tasks, in their order."""

    @abstractmethod
    def work(self, tasks: Iterable[T], executor: Executor, workers: int) -> Generator[R, None, None]:
        """The results of tasks, as the runner gives them."""

    @abstractmethod
    def record(self, result: R) -> bytes:
        """The record of a result."""

    @abstractmethod
    def count(self, result: R) -> bool:
        """Count a result; whether it is the last one that is wanted."""

    @abstractmethod
    def counts(self) -> dict[str, int]:
        """The counts, to be kept with the records."""

    @abstractmethod
    def recount(self, counts: Mapping[str, int]) -> None:
        """Go on from these counts."""

    @abstractmethod
    def progress(self) -> AbstractContextManager[Callable[[Iterator[R]], Iterator[R]]]:
        """What hands results through and shows how far they are."""

    @abstractmethod
    def say(self, text: str) -> None:
        """Tell the user something."""

    def show(self, write: Callable[[bytes], object]) -> None:
        """Write the records as they come. Raises RunError, and what `write` raises."""
        write(self.head())
        with self._results(self.tasks()) as results:
            for result in results:
                write(self.record(result))
                if self.count(result):
                    break

    def keep(self, file: str, *, resume: bool) -> bool:
        """Write the records to a file through a journal; False where it was complete before. Raises RunError."""
        begin = journal.resume if resume else journal.begin
        try:
            found = begin(file, self.described(), self.head())
            if isinstance(found, Checkpoint):
                self.recount(found.counts)
                return True
            with closing(found), Interrupts() as interrupts:
                self._keep(found, interrupts)
        except NothingToResumeError as nothing:
            self.say(f"note:  {nothing}")
            return False
        except OSError as error:
            message = f"{file} could not be written: {error.strerror or error}"
            raise RunError(message, "the same command with --resume goes on") from None
        return True

    def _keep(self, log: Journal, interrupts: Interrupts) -> None:
        self.recount(log.checkpoint.counts)
        tasks = self.tasks()
        for task in islice(tasks, log.checkpoint.done):
            log.digest.add(_key(task))
        journal.check_input(log)
        keys: deque[bytes] = deque()
        is_last = False
        try:
            with self._results(_noting(tasks, keys)) as results:
                for result in results:
                    with interrupts.held():
                        is_last = self.count(result)
                        log.write(self.record(result), keys.popleft(), self.counts)
                    if is_last:
                        break
        except KeyboardInterrupt:
            log.save(self.counts())
            self.say(f"note:  {log.done:,} {self.done_words}; the same command with --resume goes on")
            raise
        if is_last:
            log.save(self.counts())
        else:
            log.finish(self.counts())

    @contextmanager
    def _results(self, tasks: Iterable[T]) -> Iterator[Iterator[R]]:
        """The results of tasks, with progress shown, and the workers stopped in the end, however that comes."""
        executor, workers = self.pool.executor(self.say)
        try:
            results = self.work(tasks, executor, workers)
            with closing(results), self.progress() as shown:
                yield shown(results)
        except CancelledError as error:
            message = str(error) or "the work was cancelled"
            raise RunError(message, "with --output, the same command with --resume goes on") from None
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def _noting(tasks: Iterable[T], keys: deque[bytes]) -> Iterator[T]:
    """The tasks; their keys are put aside for the journal."""
    for task in tasks:
        keys.append(_key(task))
        yield task


def _key(task: object) -> bytes:
    """What a task is, for the digest of the input."""
    return repr(task).encode("utf-8", "surrogatepass")
