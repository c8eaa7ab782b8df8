"""Unchecked problems are solved in batches: the records are those of each by itself, whatever stands beside it."""

from __future__ import annotations

import io
import json
import random

import pytest

from gradcli.batch.readers import read
from gradcli.batch.settings import BatchSettings
from gradcli.batch.task import Status, Task
from gradcli.batch.work import BATCHED, solved, work
from gradcli.calculus import batched
from gradcli.streams.formats import Format

FORMULAS = ["x^2 sin(y) + exp(-x/3) at x=0.5, y=2", "1.5/(2 + x^2) - sqrt(x) at x=3", "pi e at x=1", "x at x=-2"]
KINKS = ["abs(x) + sqrt(x) at x=0", "log(x) at x=-1", "x^0.5 + 1/x at x=0", "(x > 1) x at x=1", "max(x, y) at x=1, y=1"]
TENSORS = [
    "sum(x^2) at x=[1, 2, 3]",
    "mean(x@x.T) at x=[[1, 2], [3, 4]]",
    "x^2 at x=[1]",
    "sum(softmax(x)) at x=[1, 2]",
]
FAULTS = [
    "sin( at x=1",
    "x y at x=1",
    "x + [1, 2] at x=1",
    "det(x) at x=[1, 2]",
    "x^2 at x=1 y=2",
    "zeros(10^9) x at x=1",
]
PROGRAMS = ["y = 3x; y^2 + x at x=2", "a = exp(x)/y; b = a^2; a b at x=1, y=3", "sin^k(x) at x=1, k=2"]
DERIVED = ["x^2 + y^2 = 25 at x=3, y=4", "x^2 + y^2 = 25 at x=3, y=4.5", "d/dx x^2 sin x at x=1", "x y = 1 at x=5, y=0"]
BETWEEN = ["floor(x) + x at x=2", "arange(3).sum() x at x=1", "1e400 x at x=1", "x/0 at x=1", "x^-2 at x=1e-200"]


def tasks_of(lines: list[str]) -> list[Task]:
    return list(read(io.BytesIO("".join(f"{line}\n" for line in lines).encode()), "f", Format.TEXT))


@pytest.mark.parametrize("to", list(Format))
@pytest.mark.parametrize("seed", range(4))
def test_whatever_stands_beside_a_problem_its_record_is_the_same(to: Format, seed: int) -> None:
    settings = BatchSettings(to=to, sample=0.0, dtype=("float64", "float32")[seed % 2])
    lines = [*FORMULAS, *KINKS, *TENSORS, *FAULTS, *PROGRAMS, *DERIVED, *BETWEEN] * 2
    random.Random(seed).shuffle(lines)
    tasks = tasks_of(lines)
    assert work(tasks, settings) == [solved(task, settings) for task in tasks]


def test_checked_problems_among_others_keep_their_places() -> None:
    settings = BatchSettings(sample=0.5, seed=3)
    tasks = tasks_of(FORMULAS * 10)
    results = work(tasks, settings)
    assert results == [solved(task, settings) for task in tasks]
    assert {result.status for result in results} == {Status.AGREES, Status.UNCHECKED}


def test_higher_derivatives_are_left_to_each_by_itself() -> None:
    tasks = tasks_of(["x^4 at x=2"] * BATCHED)
    settings = BatchSettings(sample=0.0, order=3)
    assert work(tasks, settings) == [solved(task, settings) for task in tasks]
    assert "d3f/dx3 = 48" in work(tasks, settings)[0].text


def test_a_problem_with_a_large_tensor_does_not_wait_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []
    run = batched._run

    def noting(*arguments: object) -> object:
        found = run(*arguments)  # type: ignore[arg-type]
        kept.append(found is not None)
        return found

    monkeypatch.setattr(batched, "_run", noting)
    tasks = tasks_of(["x^2 at x=3", f"sum(x ones({batched.SMALL + 1})) at x=3", f"sum(x ones({batched.SMALL})) at x=3"])
    results = work(tasks, BatchSettings(sample=0.0))
    assert kept == [True, False, True]
    assert [result.status for result in results] == [Status.UNCHECKED] * 3


@pytest.mark.parametrize("sample", [0.0, 1.0])
@pytest.mark.parametrize(
    ("form", "data", "noted"),
    [
        (Format.TEXT, "x^2 at x=3, zz=1\n", True),
        (Format.JSONL, '{"expr": "x^2", "at": {"x": 3, "zz": 1}}\n', True),
        (Format.CSV, "expr,x,zz\nx^2,3,1\n", False),  # of a column it is said once a file
    ],
)
def test_a_value_that_is_not_used_is_a_warning_of_its_record(
    form: Format, data: str, noted: bool, sample: float
) -> None:
    tasks = list(read(io.BytesIO(data.encode()), "f", form))
    (result,) = work(tasks, BatchSettings(to=Format.JSONL, sample=sample))
    found = json.loads(result.text)
    assert (found["value"], found["grad"]) == (9, {"x": 6})
    assert found["warnings"] == ["'zz' is given a value, and the formula does not use it"] * noted


def test_points_on_vectors_say_of_unused_values_what_problems_by_themselves_say() -> None:
    data = "".join(f'{{"expr": "x^2", "at": {{"x": {x}, "zz": 1}}}}\n' for x in range(5))
    tasks = list(read(io.BytesIO(data.encode()), "f", Format.JSONL))
    settings = BatchSettings(to=Format.JSONL, sample=0.0)
    assert work(tasks, settings) == [solved(task, settings) for task in tasks]


def test_what_is_bound_wins_over_constants_and_greek_functions() -> None:
    lines = [
        '{"expr": "π x", "at": {"π": 1.5, "x": 2}}',
        '{"expr": "gamma(x+1)", "at": {"γ": 2, "x": 3}}',
        '{"expr": "gamma(x+1)", "at": {"x": 3}}',
        '{"expr": "π x e", "at": {"x": 0}}',
    ]
    tasks = list(read(io.BytesIO("\n".join(lines).encode()), "f", Format.JSONL))
    found = [json.loads(result.text) for result in work(tasks, BatchSettings(to=Format.JSONL))]
    assert [each["value"] for each in found] == [3, 8, pytest.approx(6), 0]
    assert [list(each["grad"]) for each in found] == [["pi", "x"], ["gamma", "x"], ["x"], ["x"]]
    assert ["product" in "".join(each["warnings"]) for each in found] == [False, True, False, False]


def test_implicit_and_mixed_derivatives_are_asked_for_by_fields() -> None:
    lines = [
        '{"expr": "x^2 + y^2 = 25", "at": {"x": 3, "y": 4}, "of": "x"}',
        '{"expr": "x^2 y", "at": {"x": 3, "y": 4}, "partial": ["x", "y"]}',
        '{"expr": "y = x^3", "at": {"x": 2}, "of": "y", "order": 2}',
        '{"expr": "x", "partial": 1}',
        '{"expr": "x", "of": "sin"}',
    ]
    jsonl = list(read(io.BytesIO("\n".join(lines).encode()), "f", Format.JSONL))
    results = work(jsonl, BatchSettings(to=Format.JSONL, sample=1.0))
    found = [json.loads(result.text) for result in results]
    assert [each.get("grad") or each.get("partial") for each in found[:3]] == [{"y": -4 / 3}, {"x,y": 6}, {"x": 12}]
    assert all(each["check"]["verdict"] == "agrees" for each in found[:3])
    assert [result.status for result in results[3:]] == [Status.FAILED, Status.FAILED]


def test_implicit_derivatives_stand_among_the_derivatives_of_a_table() -> None:
    table = b"expr,of,x,y\nx^2+y^2=25,y,3,4\nx^2+y^2=25,x,3,4\n"
    results = work(list(read(io.BytesIO(table), "f", Format.CSV)), BatchSettings(to=Format.CSV, columns=("x", "y")))
    assert ["dy/dx=-0.75" in results[0].text, "dx/dy=-1.33333" in results[1].text] == [True, True]
