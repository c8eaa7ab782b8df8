"""Workers that can be killed, with the runner over them: time, memory, death, and the same results for any number."""

from __future__ import annotations

import gc
import io
import multiprocessing
import os
import signal
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from gradcli.batch.readers import read
from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Task, TaskResult
from gradcli.batch.work import work
from gradcli.batch.writers import failed
from gradcli.streams import lost, memory, processes, runner, workers
from gradcli.streams.formats import Format
from gradcli.streams.here import Here
from gradcli.streams.pool import Pool
from gradcli.streams.workers import NoWorker, WorkerDied, Workers
from tests.batch.process import parent

FILE = b"".join(
    b"x^%d + sin(%d x) at x=0.%d\n" % (n % 5, n % 7, n) + b"2x %d\n" % n * (n % 10 == 3) for n in range(300)
)


def troubled(tasks: Sequence[Task], settings: BatchSettings, folder: str = "") -> list[TaskResult]:
    """Work on tasks; some do what their text says."""
    for task in tasks:
        text = "" if task.entry is None else task.entry.text
        if "hang" in text:
            time.sleep(3600)
        if "die" in text and (folder == "" or not Path(folder, "died").exists()):
            Path(folder or os.devnull, "died" if folder else "").write_text("")
            os.kill(os.getpid(), signal.SIGKILL)
        if "exit" in text:
            os._exit(7)
    return work(tasks, settings)


def tasks(data: bytes) -> list[Task]:
    return list(read(io.BytesIO(data), "f", Format.TEXT))


def outputs(data: bytes, count: int, timeout: float = 60.0, memory: int | None = None, **options: str) -> list[str]:
    """The records that workers make of the lines."""
    settings = BatchSettings(sample=0.0)

    def gone(task: Task, error: BaseException) -> TaskResult:
        return failed(task, settings, lost.diagnosis(task.text, error, timeout, memory))

    executor = Workers(count, timeout, memory, ["gradcli.batch.work"])
    try:
        do = partial(troubled, settings=settings, **options)
        return [result.text for result in runner.run(tasks(data), executor, do, gone, workers=count)]
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def test_the_output_is_the_same_for_any_number_of_workers_and_without_any() -> None:
    alone = [result.text for result in work(tasks(FILE), BatchSettings(sample=0.0))]
    for count in (1, 2, 4):
        assert outputs(FILE, count) == alone


def test_what_hangs_dies_or_ends_its_worker_is_reported_and_the_rest_goes_on() -> None:
    data = b"x at x=1\nhang\nx^2 at x=2\ndie\nx^3 at x=3\nexit\n" + b"x^4 at x=1\n" * 50
    found = outputs(data, 2, timeout=3.0)
    assert len(found) == 56
    assert found[0] == "f:1  f = 1  df/dx = 1\n"
    assert found[1].startswith("f:2:1: E401 this took longer than 3 s\n")
    assert found[2] == "f:3  f = 4  df/dx = 4\n"
    assert found[3].startswith("f:4:1: E403 this ended the process that calculated it, twice: ended by SIGKILL\n")
    assert found[4] == "f:5  f = 27  df/dx = 27\n"
    assert found[5].startswith("f:6:1: E403 this ended the process that calculated it, twice: ended with status 7\n")
    assert found[55] == "f:56  f = 1  df/dx = 4\n"


def test_a_worker_killed_once_costs_nothing(tmp_path: Path) -> None:
    data = b"x^2 at x=1\n" * 40 + b"die at die=2\n" + b"x^3 at x=1\n" * 40
    found = outputs(data, 2, folder=str(tmp_path))
    assert (tmp_path / "died").exists()
    assert found[40] == "f:41  f = 2  df/ddie = 1\n"
    assert len(found) == 81
    assert not any("E4" in text for text in found)


@pytest.mark.skipif(processes.missing_protection(1) is not None, reason="this system cannot limit memory")
def test_what_needs_more_memory_than_the_limit_is_reported() -> None:
    found = outputs(b"x at x=1\nsum(ones(9000, 9000) x) at x=2\nx^2 at x=3\n", 1, memory=300)
    assert found[0] == "f:1  f = 1  df/dx = 1\n"
    assert found[1].startswith("f:2:")
    assert "memory" in found[1]
    assert found[2] == "f:3  f = 9  df/dx = 6\n"


def end(status: int) -> None:
    os._exit(status)


def test_a_pool_goes_on_after_all_its_workers_were_killed() -> None:
    executor = Workers(2, 60.0)
    try:
        for _ in range(2):
            with pytest.raises(WorkerDied, match="ended with status 3"):
                executor.submit(end, 3).result()
        for process in executor.submit(os.getpid).result(), executor.submit(os.getpid).result():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        assert patient(executor) == 3
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def patient(executor: Workers) -> int:
    """Work done again for as long as the pool is found broken, as the runner does."""
    while True:
        with suppress(BrokenExecutor):
            return executor.submit(abs, -3).result()


def test_shutting_down_without_patience_stops_what_runs_and_cancels_what_waits() -> None:
    executor = Workers(1)
    assert executor.submit(abs, -3).result() == 3
    running, waiting = executor.submit(time.sleep, 3600), executor.submit(abs, -3)
    executor.shutdown(wait=False, cancel_futures=True)
    assert waiting.cancelled()
    assert running.cancelled() or isinstance(running.exception(), WorkerDied)
    with pytest.raises(RuntimeError, match="shut down"):
        executor.submit(abs, -3)
    assert processes_of_this_one() == []


def processes_of_this_one() -> list[int | None]:
    """The processes that this one has started and that go on."""
    return [each.pid for each in multiprocessing.active_children()]


def kill_the_first(count: int, folder: str) -> None:
    """End this process if it is among the first so many to be here."""
    for number in range(count):
        try:
            Path(folder, str(number)).touch(exist_ok=False)
        except FileExistsError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("deaths", [1, 3])
def test_a_worker_that_dies_while_it_starts_is_started_again_and_its_work_is_done(
    deaths: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fatal = tmp_path / "fatal.py"
    fatal.write_text(f"import tests.streams.test_workers as t\nt.kill_the_first({deaths}, {str(tmp_path)!r})\n")
    monkeypatch.setattr(processes, "_has_server", lambda: False)  # a server's workers do not import what it has
    monkeypatch.syspath_prepend(tmp_path)
    executor = Workers(1, modules=["fatal"])
    try:
        assert executor.submit(abs, -3).result() == 3
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
    assert (tmp_path / str(deaths - 1)).exists()


def test_where_no_worker_ever_starts_the_work_fails_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PAUSE", 0.0)
    monkeypatch.setattr(workers, "STARTS", 2)
    executor = Workers(1, modules=["gradcli.there_is_no_such_module"])
    try:
        with pytest.raises(NoWorker, match="ended with status 1"):
            executor.submit(abs, -3).result()
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the table of processes in /proc")
def test_a_server_that_is_killed_is_started_again() -> None:
    executor = Workers(1)
    try:
        server = parent(executor.submit(os.getpid).result())
        assert server not in (None, os.getpid())
        os.kill(server, signal.SIGKILL)
        with suppress(WorkerDied):
            executor.submit(end, 3).result()
        assert patient(executor) == 3
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def unruly(kind: str) -> object:
    """Raise, or give back, what cannot be sent."""
    if kind == "result":
        return lambda: None
    if kind == "exit":
        raise SystemExit(3)
    raise Unsendable("a", "b")


class Unsendable(Exception):  # noqa: N818 (it is one)
    """An error that cannot be made again from its text."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


@pytest.mark.parametrize(
    ("kind", "error"), [("result", "pickle"), ("exit", "RuntimeError: SystemExit: 3"), ("error", "Unsendable: ab")]
)
def test_what_cannot_be_sent_is_an_error_and_the_worker_goes_on(kind: str, error: str) -> None:
    executor = Workers(1)
    try:
        before = executor.submit(os.getpid).result()
        raised = executor.submit(unruly, kind).exception()
        assert error in f"{type(raised).__name__}: {raised}"
        assert isinstance(executor.submit(abs, lambda: None).exception(), Exception)
        assert executor.submit(os.getpid).result() == before
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def test_shutting_down_waits_for_the_work_unless_told_otherwise() -> None:
    executor = Workers(1)
    future = executor.submit(abs, -3)
    executor.shutdown()
    assert future.result() == 3


def spin() -> None:
    while True:
        pass


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarms")
def test_here_an_alarm_stops_what_takes_too_long() -> None:
    executor = Here(0.05)
    with pytest.raises(TimeoutError):
        executor.submit(spin).result()
    assert executor.submit(abs, -3).result() == 3
    with pytest.raises(ZeroDivisionError):
        executor.submit(divmod, 1, 0).result()


def test_what_a_system_cannot_protect_from_is_said_and_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "setitimer", raising=False)
    monkeypatch.setattr(memory, "address_space", lambda: None)
    for jobs, told in ((0, "has no alarms, so --timeout is without effect"), (1, "so --memory is without effect")):
        said: list[str] = []
        executor, _ = Pool(jobs, 60.0, 100, ()).executor(said.append)
        try:
            assert executor.submit(abs, -3).result() == 3
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
        assert told in said[0]


def test_here_works_on_any_thread() -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(Here(1.0).submit(abs, -3).result()))
    thread.start()
    thread.join()
    assert found == [3]


def test_what_came_of_work_goes_with_its_future() -> None:
    executor = Workers(1)
    gc.collect()
    gc.disable()
    try:
        results = [weakref.ref(executor.submit(set, range(3)).result(60)) for _ in range(5)]
        assert [result() for result in results[:3]] == [None] * 3  # the pool keeps the last for a while
    finally:
        gc.enable()
        executor.shutdown(wait=False, cancel_futures=True)
