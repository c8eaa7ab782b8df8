"""The runner over any Executor: order, laziness, bounds, and what becomes of chunks that fail."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest

from gradcli.streams import runner


def squares(numbers: Sequence[int]) -> list[int]:
    return [number * number for number in numbers]


def lost(number: int, error: BaseException) -> int:
    """A result that says that there is none."""
    return -number if isinstance(error, TimeoutError) else -1000 - number


class Direct(Executor):
    """Does everything at once; `mishap` may raise something in the place of a chunk's result."""

    def __init__(self, mishap: Callable[[Sequence[int]], Exception | None] = lambda tasks: None) -> None:
        self.mishap = mishap
        self.chunks: list[list[int]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        tasks = list(args[1])
        self.chunks.append(tasks)
        error = self.mishap(tasks)
        try:
            if error is not None:
                raise error
            future.set_result(fn(*args, **kwargs))
        except Exception as raised:
            future.set_exception(raised)
        return future


@pytest.mark.parametrize("workers", [1, 2, 7])
@pytest.mark.parametrize("count", [0, 1, 2, 1000, 5000])
def test_results_are_in_order_for_any_number_of_workers(workers: int, count: int) -> None:
    with ThreadPoolExecutor(workers) as executor:
        found = list(runner.run(range(count), executor, squares, lost, workers=workers))
    assert found == [number * number for number in range(count)]


def test_the_first_result_comes_before_the_second_task_is_there() -> None:
    second = threading.Event()

    def tasks() -> Iterator[int]:
        yield 3
        second.wait()
        yield 4

    results = runner.run(tasks(), Direct(), squares, lost)
    assert next(results) == 9
    second.set()
    assert list(results) == [16]


def test_what_has_been_read_is_bounded() -> None:
    read = itertools.count()
    results = runner.run(read, Direct(), squares, lost)
    for _ in range(10_000):
        next(results)
    results.close()
    assert next(read) <= 10_000 + (2 + runner.CHUNKS_AHEAD + 1) * runner.MAX_CHUNK


def test_heavy_tasks_are_not_read_far_ahead() -> None:
    read = itertools.count()
    results = runner.run(read, Direct(), squares, lost, weight=lambda task: runner.MAX_CHUNK_WEIGHT)
    assert next(results) == 0
    results.close()
    assert next(read) < 10


def test_chunks_grow_where_the_work_is_fast() -> None:
    executor = Direct()
    list(runner.run(range(20_000), executor, squares, lost))
    assert len(executor.chunks[0]) == 1
    assert max(map(len, executor.chunks)) == runner.MAX_CHUNK


def test_a_task_that_takes_too_long_is_found_in_its_chunk_and_the_others_are_done() -> None:
    executor = Direct(lambda tasks: TimeoutError() if 300 in tasks else None)
    found = list(runner.run(range(600), executor, squares, lost))
    assert found == [number * number if number != 300 else -300 for number in range(600)]
    assert executor.chunks.count([300]) == 1


def test_a_task_that_kills_its_worker_twice_is_given_up() -> None:
    executor = Direct(lambda tasks: BrokenExecutor() if 300 in tasks else None)
    found = list(runner.run(range(600), executor, squares, lost))
    assert found == [number * number if number != 300 else -1300 for number in range(600)]
    assert executor.chunks.count([300]) == runner.ATTEMPTS


def test_a_worker_that_is_killed_from_outside_costs_nothing() -> None:
    victims = [0, 5, 100]

    def mishap(tasks: Sequence[int]) -> Exception | None:
        if victims and victims[0] in tasks:
            del victims[0]
            return BrokenExecutor()
        return None

    assert list(runner.run(range(600), Direct(mishap), squares, lost)) == [number * number for number in range(600)]
    assert not victims


def test_an_error_of_the_work_itself_is_one_tasks_only() -> None:
    def reciprocals(numbers: Sequence[int]) -> list[int]:
        return [12 // number for number in numbers]

    found = list(runner.run([1, 2, 0, 3], Direct(), reciprocals, lost))
    assert found == [12, 6, -1000, 4]


def test_what_reading_raises_comes_after_the_results_of_what_was_read() -> None:
    def tasks() -> Iterator[int]:
        yield 1
        yield 2
        raise OSError("the disk is gone")

    results = runner.run(tasks(), Direct(), squares, lost)
    assert [next(results), next(results)] == [1, 4]
    with pytest.raises(OSError, match="the disk is gone"):
        next(results)


def test_closing_stops_the_reading() -> None:
    read = itertools.count()
    before = set(threading.enumerate())
    results = runner.run(read, Direct(), squares, lost)
    next(results)
    results.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
        assert not thread.is_alive()
