"""Runs work over an Executor, in order: the same results for any number of workers.

Knows only the Executor and what is handed to it. Tasks are read by a thread of their own as fast as they are needed, so
that a result is there before the next line of a slow input is. They go to the workers in chunks that grow with the
work's speed. What becomes of a chunk whose worker takes too long or dies is found out problem by problem.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import closing
from typing import Final, Generic, TypeAlias, TypeVar

from gradcli.language.values import frozen

T = TypeVar("T")
R = TypeVar("R")
Work: TypeAlias = "Callable[[Sequence[T]], Sequence[R]]"

CHUNK_SECONDS: Final = 0.2
"""How long the work on a chunk should take: long against handing it over, short against any time limit."""
MAX_CHUNK: Final = 256
MAX_CHUNK_WEIGHT: Final = 1_000_000
CHUNKS_AHEAD: Final = 3
"""Chunks for each worker that are with the executor: one in work, others waiting."""
ATTEMPTS: Final = 2
"""How often a single task may end its worker: the first time may have been an accident."""


@frozen
class Timed(Generic[R]):
    """The results of a chunk, and the seconds that they took."""

    results: Sequence[R]
    seconds: float


def timed(work: Work[T, R], tasks: Sequence[T]) -> Timed[R]:
    """Do the work on a chunk; this runs in workers."""
    start = time.perf_counter()
    results = work(tasks)
    return Timed(results, time.perf_counter() - start)


def run(
    tasks: Iterable[T],
    executor: Executor,
    work: Work[T, R],
    lost: Callable[[T, BaseException], R],
    *,
    workers: int = 1,
    weight: Callable[[T], int] = lambda task: 1,
) -> Generator[R, None, None]:
    """The results of all tasks, in their order, as they come.

    `work` makes results of a chunk, one for each task; it must be picklable if the executor needs that. Where an
    executor gives an error instead (TimeoutError, BrokenExecutor), each task of the chunk is tried alone; `lost` makes
    the result of one that fails alone too. `workers` is how many chunks are worked on at a time. `weight` is roughly
    the size of a task in bytes, and bounds how many are read ahead. What reading raises is raised here, after the
    results of what was read before. Closing the iterator cancels what has not begun.
    """
    with closing(_Source(tasks, weight)) as source:
        yield from _Chunks(source, executor, work, lost, workers * CHUNKS_AHEAD).results()


class _Source(Generic[T]):
    """Tasks that a thread has read ahead."""

    def __init__(self, tasks: Iterable[T], weight: Callable[[T], int]) -> None:
        self.changed = threading.Condition()
        self.weight = weight
        self.ahead: deque[tuple[T, int]] = deque()
        self.held = 0
        self.ended = False
        self.closed = False
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._read, args=(tasks,), daemon=True, name="reader")
        self.thread.start()

    def _read(self, tasks: Iterable[T]) -> None:
        try:
            for task in tasks:
                size = self.weight(task)
                with self.changed:
                    self.ahead.append((task, size))
                    self.held += size
                    if len(self.ahead) == 1:
                        self.changed.notify_all()
                    self.changed.wait_for(self._has_room)
                    if self.closed:
                        return
        except BaseException as error:  # whatever it is, it is raised where the results are taken
            self.error = error
        finally:
            with self.changed:
                self.ended = True
                self.changed.notify_all()

    def _has_room(self) -> bool:
        return self.closed or (len(self.ahead) < 2 * MAX_CHUNK and self.held < 2 * MAX_CHUNK_WEIGHT)

    def take(self, most: int) -> list[T]:
        """Up to `most` tasks that are there already, and not too heavy together."""
        found: list[T] = []
        weight = 0
        with self.changed:
            while self.ahead and len(found) < most and weight < MAX_CHUNK_WEIGHT:
                task, size = self.ahead.popleft()
                found.append(task)
                weight += size
            self.held -= weight
            self.changed.notify_all()
        return found

    def close(self) -> None:
        """Have the thread stop at its next task."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()


class _Chunk(Generic[T, R]):
    """Tasks that are with the executor; `attempts` counts how often they were."""

    __slots__ = ("attempts", "future", "tasks")

    def __init__(self, tasks: list[T], future: Future[Timed[R]], attempts: int) -> None:
        self.tasks, self.future, self.attempts = tasks, future, attempts


class _Chunks(Generic[T, R]):
    """The chunks on their way."""

    def __init__(
        self,
        source: _Source[T],
        executor: Executor,
        work: Work[T, R],
        lost: Callable[[T, BaseException], R],
        window: int,
    ) -> None:
        self.source, self.executor, self.work, self.lost, self.window = source, executor, work, lost, window
        self.size = 1
        self.chunks: deque[_Chunk[T, R]] = deque()

    def results(self) -> Iterator[R]:
        """The results in order."""
        try:
            while self._fill():
                if self.chunks and self.chunks[0].future.done():
                    yield from self._finish(self.chunks.popleft())
                else:
                    self._wait()
        finally:
            for chunk in self.chunks:
                chunk.future.cancel()
        if self.source.error is not None:
            raise self.source.error

    def _fill(self) -> bool:
        """Hand over what has been read, as far as there is room; False when all is done."""
        while len(self.chunks) < self.window:
            ended = self.source.ended
            tasks = self.source.take(self.size)
            if not tasks:
                return bool(self.chunks) or not ended
            self.chunks.append(self._submit(tasks, 1))
        return True

    def _submit(self, tasks: list[T], attempts: int) -> _Chunk[T, R]:
        future: Future[Timed[R]] = self.executor.submit(timed, self.work, tasks)
        future.add_done_callback(self._notify)
        return _Chunk(tasks, future, attempts)

    def _notify(self, future: Future[Timed[R]]) -> None:
        with self.source.changed:
            self.source.changed.notify_all()

    def _wait(self) -> None:
        """Wait until the first chunk is done, or there is something to hand over."""

        def changed() -> bool:
            if self.chunks and self.chunks[0].future.done():
                return True
            if len(self.chunks) >= self.window:
                return False
            return bool(self.source.ahead) or (self.source.ended and not self.chunks)

        with self.source.changed:
            while not changed():
                # On Windows a wait without a limit cannot be interrupted.
                self.source.changed.wait(1.0)

    def _finish(self, chunk: _Chunk[T, R]) -> Iterator[R]:
        """The results of a chunk that is done; where it failed, its tasks go again, each by itself."""
        try:
            found = chunk.future.result()
        except (KeyboardInterrupt, SystemExit, CancelledError):
            raise
        except BaseException as error:
            yield from self._failed(chunk, error)
            return
        self._adapt(len(chunk.tasks), found.seconds)
        yield from found.results

    def _failed(self, chunk: _Chunk[T, R], error: BaseException) -> Iterator[R]:
        if len(chunk.tasks) == 1 and not (isinstance(error, BrokenExecutor) and chunk.attempts < ATTEMPTS):
            yield self.lost(chunk.tasks[0], error)
            return
        attempts = chunk.attempts + 1 if len(chunk.tasks) == 1 else 1
        again = [self._submit([task], attempts) for task in chunk.tasks]
        self.chunks.extendleft(reversed(again))

    def _adapt(self, count: int, seconds: float) -> None:
        """Choose the size of the next chunks by how long the last one took."""
        wanted = int(count * CHUNK_SECONDS / max(seconds, 1e-6))
        self.size = max(1, min(wanted, 2 * self.size, MAX_CHUNK))
