"""Problems at ranges of points: a record for each point, the same as of the point by itself."""

from __future__ import annotations

import io
import json

import pytest

from gradcli.batch.readers import read
from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Status, Task
from gradcli.batch.work import work
from gradcli.streams.formats import Format


def tasks_of(*lines: str) -> list[Task]:
    return list(read(io.BytesIO("".join(f"{line}\n" for line in lines).encode()), "f", Format.TEXT))


def test_a_range_is_a_task_for_each_point_of_one_line() -> None:
    tasks = tasks_of("x^2 at x=0:1:0.5", "x y at x=1:2, y=3:4", "x at x=7")
    assert [(task.number, task.line, task.id) for task in tasks] == [
        (0, 1, "x=0"),
        (1, 1, "x=0.5"),
        (2, 1, "x=1"),
        (3, 2, "x=1, y=3"),
        (4, 2, "x=1, y=4"),
        (5, 2, "x=2, y=3"),
        (6, 2, "x=2, y=4"),
        (7, 3, None),
    ]


@pytest.mark.parametrize("sample", [0.0, 1.0])
def test_a_point_of_a_range_has_the_numbers_of_the_point_by_itself(sample: float) -> None:
    settings = BatchSettings(Format.JSONL, sample=sample)
    swept = work(tasks_of("x^2 sin(y) at x=0:1:0.25, y=2"), settings)
    alone = work(tasks_of(*(f"x^2 sin(y) at x={x}, y=2" for x in (0, 0.25, 0.5, 0.75, 1))), settings)
    for one, other in zip(swept, alone, strict=True):
        found, expected = json.loads(one.text), json.loads(other.text)
        assert (found["value"], found["grad"]) == (expected["value"], expected["grad"])
        assert one.status is other.status


def test_a_row_names_its_line_and_its_point() -> None:
    (first, *_) = work(tasks_of("x^2 at x=2:3"), BatchSettings())
    assert first.text == "f:1 x=2  f = 4  df/dx = 4  agrees\n"


def test_a_range_that_means_nothing_is_one_failed_problem() -> None:
    (only,) = work(tasks_of("x^2 at x=0:0.1:1"), BatchSettings())
    assert only.status is Status.FAILED
    assert "f:1:8: E136 the step 1 is larger than the range from 0 to 0.1" in only.text


def test_an_index_is_no_range() -> None:
    (only,) = tasks_of("sum(x[0:2]) at x=[1, 2, 3]")
    assert only.id is None
