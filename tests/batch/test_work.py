"""Unchecked problems are solved abreast: the records are those of each by itself, whatever stands beside it."""

from __future__ import annotations

import io
import random

import pytest

from gradcli.batch.readers import read
from gradcli.batch.settings import Format, Settings
from gradcli.batch.task import Status, Task
from gradcli.batch.work import ABREAST, solved, work
from gradcli.calculus import abreast

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
BETWEEN = ["floor(x) + x at x=2", "arange(3).sum() x at x=1", "1e400 x at x=1", "x/0 at x=1", "x^-2 at x=1e-200"]


def tasks_of(lines: list[str]) -> list[Task]:
    return list(read(io.BytesIO("".join(f"{line}\n" for line in lines).encode()), "f", Format.TEXT))


@pytest.mark.parametrize("to", list(Format))
@pytest.mark.parametrize("seed", range(4))
def test_whatever_stands_beside_a_problem_its_record_is_the_same(to: Format, seed: int) -> None:
    settings = Settings(to=to, sample=0.0, dtype=("float64", "float32")[seed % 2])
    lines = [*FORMULAS, *KINKS, *TENSORS, *FAULTS, *PROGRAMS, *BETWEEN] * 2
    random.Random(seed).shuffle(lines)
    tasks = tasks_of(lines)
    assert work(tasks, settings) == [solved(task, settings) for task in tasks]


def test_checked_problems_among_others_keep_their_places() -> None:
    settings = Settings(sample=0.5, seed=3)
    tasks = tasks_of(FORMULAS * 10)
    results = work(tasks, settings)
    assert results == [solved(task, settings) for task in tasks]
    assert {result.status for result in results} == {Status.AGREES, Status.UNCHECKED}


def test_higher_derivatives_are_left_to_each_by_itself() -> None:
    tasks = tasks_of(["x^4 at x=2"] * ABREAST)
    settings = Settings(sample=0.0, order=3)
    assert work(tasks, settings) == [solved(task, settings) for task in tasks]
    assert "d3f/dx3 = 48" in work(tasks, settings)[0].text


def test_a_problem_with_a_large_tensor_does_not_wait_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []
    run = abreast._run

    def noting(*arguments: object) -> object:
        found = run(*arguments)  # type: ignore[arg-type]
        kept.append(found is not None)
        return found

    monkeypatch.setattr(abreast, "_run", noting)
    tasks = tasks_of(["x^2 at x=3", f"sum(x ones({abreast.SMALL + 1})) at x=3", f"sum(x ones({abreast.SMALL})) at x=3"])
    results = work(tasks, Settings(sample=0.0))
    assert kept == [True, False, True]
    assert [result.status for result in results] == [Status.UNCHECKED] * 3
