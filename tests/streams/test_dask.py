"""On a Dask cluster of two worker processes a batch is what it is here, workers killed in the middle included."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import gradcli
from gradcli.batch.readers import read
from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Task
from gradcli.batch.work import work
from gradcli.streams.formats import Format, format_of
from gradcli.streams.here import Here
from gradcli.streams.runner import run
from tests.cli.process import gradcli as gradcli_process
from tests.streams.works import FATAL, squares, squares_killed_by_seven, squares_killed_once, wait_for_ever

distributed = pytest.importorskip("distributed")

import dask.config  # noqa: E402

from gradcli.streams.dask import ClusterError, ClusterLostError, DaskExecutor, alone  # noqa: E402

SAMPLES = Path(__file__).parents[2] / "samples" / "batch"


def local_cluster() -> Any:
    """Two worker processes on loopback."""
    quiet = logging.CRITICAL + 1
    return distributed.LocalCluster(2, 1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=quiet)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of a cluster."""
    with local_cluster() as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def executor(address: str) -> Iterator[DaskExecutor]:
    """This process as a client of the cluster."""
    with DaskExecutor(address) as executor:
        yield executor


def lost(number: int, error: BaseException) -> str:
    return f"{number}: {type(error).__name__}"


def tasks(name: str) -> Iterator[Task]:
    with open(SAMPLES / name, "rb") as stream:
        yield from read(stream, name, format_of(name))


@pytest.mark.parametrize("to", list(Format))
def test_the_records_are_those_of_one_process(executor: DaskExecutor, to: Format) -> None:
    def unexpected(task: Task, error: BaseException) -> object:
        raise error

    for name in ("faults.txt", "test_functions.csv"):
        job = partial(work, settings=BatchSettings(to))
        here = [result.text for result in run(tasks(name), Here(), job, unexpected)]
        there = [result.text for result in run(tasks(name), executor, job, unexpected, workers=executor.workers)]
        assert len(there) > 20
        assert there == here


def test_the_cluster_tells_how_many_workers_it_has(executor: DaskExecutor) -> None:
    assert executor.workers == 2


def test_results_come_in_order(executor: DaskExecutor) -> None:
    found = list(run(range(3_000), executor, squares, lost, workers=2))
    assert found == squares(range(3_000))


def test_what_a_killed_worker_had_is_done_by_another(executor: DaskExecutor, tmp_path: Path) -> None:
    marker = tmp_path / "killed"
    job = partial(squares_killed_once, marker=str(marker))
    assert list(run(range(100), executor, job, lost, workers=2)) == squares(range(100))
    assert marker.exists()


def test_a_task_that_kills_its_workers_is_named_and_the_rest_goes_on() -> None:
    # Otherwise the scheduler itself would try it on three further workers, each time.
    once = dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with once, local_cluster() as cluster, DaskExecutor(cluster.scheduler_address) as executor:
        found = list(run(range(FATAL + 2), executor, squares_killed_by_seven, lost, workers=2))
    expected: list[object] = list(squares(range(FATAL + 2)))
    expected[FATAL] = f"{FATAL}: BrokenExecutor"
    assert found == expected


def test_what_the_work_raises_is_the_task_s_alone(executor: DaskExecutor) -> None:
    assert list(run([3, "three", 4], executor, squares, lost, workers=2)) == [9, "three: TypeError", 16]


def test_cancelling_leaves_the_cluster_to_others(executor: DaskExecutor) -> None:
    results = run(iter(range(10_000)), executor, squares, lost, workers=2)
    assert [next(results), next(results)] == [0, 1]
    results.close()
    assert executor.submit(abs, -3).result() == 3


def test_a_scheduler_that_goes_away_ends_the_run_with_its_name() -> None:
    with local_cluster() as cluster:
        executor = DaskExecutor(cluster.scheduler_address)
        future = executor.submit(wait_for_ever)
    with pytest.raises(ClusterLostError, match="the Dask scheduler is gone"):
        future.result()
    executor.shutdown()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "x:y:z"])
def test_without_a_scheduler_the_address_is_named(address: str) -> None:
    with pytest.raises(ClusterError, match=f"there is no Dask scheduler at {address}"):
        DaskExecutor(address, seconds=0.2)


def test_workers_with_another_gradcli_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradcli, "__version__", "0.0.1")
    with pytest.raises(ClusterError, match=r"has another gradcli: .*, and here is 0\.0\.1"):
        DaskExecutor(address)


def test_the_command_writes_the_same_bytes_on_a_cluster(address: str, tmp_path: Path) -> None:
    files = [str(SAMPLES / "test_functions.csv"), str(SAMPLES / "faults.txt")]
    here = gradcli_process("batch", *files, "--to", "jsonl")
    written = tmp_path / "out.jsonl"
    there = gradcli_process("batch", *files, "--to", "jsonl", "--scheduler", address, "--output", str(written))
    assert (there.status, there.err) == (here.status, here.err)
    assert here.status == 1
    assert written.read_text(encoding="utf-8") == here.out


@pytest.mark.parametrize("limit", ["-j2", "--timeout=5", "--memory=100"])
def test_the_command_refuses_limits_that_do_not_hold_on_a_cluster(limit: str) -> None:
    outcome = gradcli_process("batch", "-", limit, "--scheduler", "tcp://127.0.0.1:1")
    assert outcome.status == 2
    assert f"error: {limit[:2] if limit[1] == 'j' else limit.partition('=')[0]} is for the workers of" in outcome.err


def test_a_worker_with_several_threads_works_on_one_thing_at_a_time() -> None:
    busy = threading.Lock()

    def work_alone(number: int) -> int:
        assert busy.acquire(blocking=False), "another thread is at work"
        time.sleep(0)  # lets another thread have its turn
        busy.release()
        return number

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(partial(alone, work_alone), range(1_000))) == list(range(1_000))
