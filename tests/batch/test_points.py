"""Points of one expression on vectors: the records are those of each point by itself, however points come together."""

from __future__ import annotations

import io
import json
import math
import random

import pytest

from gradcli.batch.points import solve_points
from gradcli.batch.readers import read
from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Status, Task
from gradcli.batch.work import solved, work
from gradcli.streams.formats import Format

SETTINGS = BatchSettings(to=Format.JSONL, sample=0.0)
SMOOTH = [
    "x^2 sin(y) + exp(-x/3)",
    "sqrt(x) log(y) tanh(x y)",
    "1/2x + cos(1000y)^3",
    "e^(-x^2/2)/sqrt(2π) + y",
    "a = x/y; sigmoid(a) + atan(a) x^1.5 + y^-0.3",
    "sinh(x) - lgamma(y) + erf(x y) + log1p(x) expm1(-y)",
    "2^x + 3^(x y/10)",
]


def points(text: str, count: int = 257) -> list[Task]:
    numbers = random.Random(text)
    rows = "".join(f"{numbers.lognormvariate(0, 1)!r},{numbers.lognormvariate(0, 1)!r}\n" for _ in range(count))
    return list(read(io.BytesIO(b"x,y\n" + rows.encode()), "f", Format.CSV, text))


@pytest.mark.parametrize("text", SMOOTH)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_however_points_come_together_the_records_are_the_same(text: str, dtype: str) -> None:
    settings = BatchSettings(to=Format.JSONL, sample=0.0, dtype=dtype)
    tasks = points(text)
    together = work(tasks, settings)
    assert len(solve_points(tasks, settings)) == len(tasks)
    assert [work([task], settings)[0] for task in tasks] == together
    for size in (2, 3, 7, 100):
        assert [each for at in range(0, len(tasks), size) for each in work(tasks[at : at + size], settings)] == together


@pytest.mark.parametrize("text", SMOOTH)
def test_a_record_is_that_of_its_problem_but_for_the_last_bits(text: str) -> None:
    for task, result in zip(points(text, 20), work(points(text, 20), SETTINGS), strict=True):
        vector, single = json.loads(result.text), json.loads(solved(task, SETTINGS).text)
        assert result.status is Status.UNCHECKED
        assert math.isclose(vector.pop("value"), single.pop("value"), rel_tol=1e-13)
        ours, theirs = vector.pop("grad"), single.pop("grad")
        assert list(ours) == list(theirs)
        assert all(math.isclose(ours[name], theirs[name], rel_tol=1e-12, abs_tol=1e-12) for name in ours)
        assert vector == single


@pytest.mark.parametrize(
    "text",
    [
        *("abs(x) + y", "where(x > 1, x, y)", "x^y", "x^0 + y", "x^(1 - 1) y", "floor(x) y", "x // y", "relu(x) y"),
        *("det([[x, y], [y, x]])", "sum([x, y])", "x + 2y at y=2", "x + y + z", "2x 3", "x y + inf", "y + exp(-1/0) x"),
    ],
)
def test_what_may_need_a_word_at_some_point_is_left_to_each_by_itself(text: str) -> None:
    assert solve_points(points(text, 3), SETTINGS) == {}


def test_a_point_where_something_is_not_finite_gets_its_note() -> None:
    data = b"x,y\n1,2\n0,2\n-1,2\n2,nan\n3,1\n"
    tasks = list(read(io.BytesIO(data), "f", Format.CSV, "sqrt(x) + atan(1/x) y"))
    assert sorted(solve_points(tasks, SETTINGS)) == [0, 4]
    warnings = [json.loads(result.text)["warnings"] for result in work(tasks, SETTINGS)]
    assert [bool(each) for each in warnings] == [False, True, True, False, False]


def test_what_is_checked_or_asks_for_more_is_left_to_each_by_itself() -> None:
    tasks = points("x y", 40)
    assert solve_points(tasks, BatchSettings()) == {}
    assert solve_points(tasks, BatchSettings(sample=0.0, order=2)) == {}
    assert solve_points(tasks, BatchSettings(sample=0.0, formulas=True)) == {}
    assert 0 < len(solve_points(tasks, BatchSettings(sample=0.5))) < 40
    tensors = list(read(io.BytesIO(b'expr,x\nsum(x),"[1,2]"\n'), "f", Format.CSV))
    assert solve_points(tensors, SETTINGS) == {}
