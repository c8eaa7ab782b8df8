"""Worker processes that can be killed, behind `concurrent.futures.Executor`.

Processes are always worth it: while the first lines are read they import what the work needs, and whatever a problem
does, the run survives it. A worker is stopped when a chunk takes longer than the limit, and has the operating system
refuse it memory beyond another.

Each worker has a pipe of its own and a thread here that attends to it. Nothing is shared between workers, no lock and
no queue, so that one that dies, at whatever moment, leaves nothing behind that another would wait for: its pipe ends,
its thread sees that, says so of the work that was in it, and starts another.
"""

from __future__ import annotations

import pickle
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeAlias, TypeVar

from gradcli.language.values import frozen
from gradcli.streams import processes

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

P = ParamSpec("P")
T = TypeVar("T")
Call: TypeAlias = "tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]"

STARTS: Final = 10
"""How often in a row a worker may die before it is ready: it may have been killed, or be unable to start at all."""
PAUSE: Final = 0.1
"""Seconds before the second start in a row; before each further one there are as many more."""
START_SECONDS: Final = 60.0
"""How long a worker may take to import what it needs."""
END_SECONDS: Final = 5.0
"""How long to wait for the system to say how a process has ended."""


class WorkerDied(BrokenExecutor):
    """The process that did the work is gone; the text says how it ended."""


class NoWorker(WorkerDied):
    """There is no process to do the work: whatever is started ends before it is ready."""


@frozen
class _Job:
    """A call, and whom to tell what came of it."""

    future: Future[Any]
    call: Call


class Workers(Executor):
    """`count` processes; a task that takes longer than `timeout` seconds has its process stopped, and its future fails
    with TimeoutError. `memory` is in megabytes, beyond what a worker has at its start; work that needs more meets a
    MemoryError. `modules` are imported before there is any work.

    A task whose process ends has WorkerDied in its future.
    """

    def __init__(
        self, count: int, timeout: float | None = None, memory: int | None = None, modules: Sequence[str] = ()
    ) -> None:
        self._timeout = timeout
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        processes.warm_up(modules)
        self._workers = [_Worker(tuple(modules), memory) for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._attend, args=(worker,), daemon=True, name="attendant")
            for worker in self._workers
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a worker call `fn`. Raises RuntimeError after `shutdown`."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the workers have been shut down")
            self._jobs.put(_Job(future, (fn, args, kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop the processes, whatever they are doing, if futures are to be cancelled; otherwise when they are done."""
        with self._lock:
            self._closed = True
            if cancel_futures:
                self._cancel_waiting()
            for _ in self._threads:
                self._jobs.put(None)
        if cancel_futures:
            for worker in self._workers:
                worker.end()
        if cancel_futures or wait:
            for thread in self._threads:
                thread.join()

    def _cancel_waiting(self) -> None:
        with suppress(Empty):
            while True:
                job = self._jobs.get_nowait()
                if job is not None:
                    job.future.cancel()

    def _attend(self, worker: _Worker) -> None:
        """Hand work to a worker for as long as there is any; this runs in its thread."""
        with suppress(OSError, EOFError, NoWorker):  # the first work starts it again, and says what is wrong
            worker.start()
        while (job := self._jobs.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                _settle(job, worker, self._timeout)
            del job  # or what came of it would be kept until there is more to do
        worker.end()
        worker.discard(END_SECONDS)


def _settle(job: _Job, worker: _Worker, timeout: float | None) -> None:
    """Have a worker do the job, and tell what came of it."""
    try:
        result, error = pickle.loads(worker.do(pickle.dumps(job.call), timeout))
    except Exception as failure:  # what cannot be pickled is the caller's to hear of, like a worker that died
        result, error = None, failure
    if error is None:
        job.future.set_result(result)
    else:
        job.future.set_exception(error)


class _Worker:
    """One process as its attendant sees it: it does one thing at a time, and gives way to another when it dies.

    All but `end` is called by the attendant alone.
    """

    def __init__(self, modules: tuple[str, ...], memory: int | None) -> None:
        self._modules, self._memory = modules, memory
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._ready = False

    def start(self) -> Connection:
        """The connection to the process, which is started where there is none. Raises OSError, EOFError, NoWorker."""
        with self._lock:
            if self._ended.is_set():
                raise NoWorker("the workers have been shut down")
            if self._process is None or self._connection is None:
                self._ready = False
                self._process, self._connection = processes.start(serve, self._modules, self._memory)
            return self._connection

    def do(self, work: bytes, timeout: float | None) -> bytes:
        """The answer of the process to its work. Raises TimeoutError, WorkerDied, NoWorker."""
        connection = self._handed_over(work)
        try:
            if connection.poll(timeout):
                return connection.recv_bytes()
        except (EOFError, OSError):
            raise WorkerDied(self.discard(END_SECONDS)) from None
        self.discard(0.0)
        raise TimeoutError

    def _handed_over(self, work: bytes) -> Connection:
        """The connection through which a process that is ready has been given its work. Raises NoWorker.

        One that died before that, starting up or idle, did not do so because of the work.
        """
        ending = ""
        for attempt in range(STARTS):
            self._ended.wait(PAUSE * attempt)
            try:
                connection = self.start()
                if not self._ready and not connection.poll(START_SECONDS):
                    ending = f"not ready after {START_SECONDS:g} s"
                    self.discard(0.0)
                    continue
                if not self._ready:
                    connection.recv_bytes()
                    self._ready = True
                connection.send_bytes(work)
            except (EOFError, OSError) as error:
                ending = self.discard(END_SECONDS) or str(error)
            else:
                return connection
        raise NoWorker(ending)

    def end(self) -> None:
        """Stop the process, and start no other."""
        with self._lock:
            self._ended.set()
            if self._process is not None:
                self._process.kill()

    def discard(self, patience: float) -> str:
        """Part with the process within `patience` seconds; how it ended, empty where there is none."""
        with self._lock:
            process, connection = self._process, self._connection
            self._process = self._connection = None
        if connection is not None:
            connection.close()
        return "" if process is None else _ending(processes.buried(process, patience))


def _ending(status: int | None) -> str:
    """How a process with this exit status ended."""
    if status is not None and status < 0:
        with suppress(ValueError):
            return f"ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def serve(connection: Connection) -> None:
    """Do what comes through the connection, for as long as there is somebody at its other end; this runs in workers."""
    connection.send_bytes(b"ready")
    with suppress(EOFError, OSError):
        while True:
            connection.send_bytes(_answer(connection.recv_bytes()))


def _answer(work: bytes) -> bytes:
    """What came of a call: its result or its error, pickled."""
    try:
        fn, args, kwargs = pickle.loads(work)
        return pickle.dumps((fn(*args, **kwargs), None))
    except BaseException as error:  # whatever it is, it is raised where the result is asked for
        return _told(error)


def _told(error: BaseException) -> bytes:
    """An error, pickled; one that would not arrive as it is, or would end who hears of it, goes as its words."""
    with suppress(Exception):
        told = pickle.dumps((None, error))
        if isinstance(pickle.loads(told)[1], Exception):
            return told
    return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
