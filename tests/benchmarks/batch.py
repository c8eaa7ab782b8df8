"""How fast a batch is: beside the loop over SymPy that a user would write, and beside itself.

    python -m tests.benchmarks.batch [FORMULAS [LINES [POINTS]]]

The formulas are those of `tests.benchmarks.generated`, 10,000 of them unless told otherwise, and four times as many for
two workers beside one. What a batch takes for one is the processor time of one process with one thread, reading and
writing (lines of text, as the command does unless told otherwise) included; the loop over SymPy, which is slow, runs on
every hundredth of the same formulas. Ours and the loop take turns, each in a process of its own, as they are used.
Values and gradients are compared first; the bounds are what the project set itself.
"""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import gc
import importlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import sympy
from sympy.parsing.sympy_parser import parse_expr

from gradcli.batch.readers import read
from gradcli.batch.settings import BatchSettings
from gradcli.batch.work import work
from gradcli.calculus.points import evaluate_points
from gradcli.language import parse
from gradcli.operations import vocabulary
from gradcli.streams.formats import Format
from gradcli.streams.processes import rest_collector
from tests.batch.process import children, status_of
from tests.benchmarks.generated import Formula, formulas, shape

ROUNDS = 5
CHUNK = 256
DIGITS = 1e-9
"""The relative difference at which two results of different arithmetic count as equal."""


def main(count: int = 10_000, lines: int = 1_000_000, points: int = 1_000_000) -> None:
    """Print the table."""
    problems = formulas(count)
    shapes = len({shape(problem.text) for problem in problems})
    print(f"{count:,} distinct formulas of {shapes:,} shapes\n")
    print(f"{'':58} {'ours':>10} {'peer':>10} {'ratio':>7} {'bound':>7}")
    compare(problems[::100])
    formula_rows(count)
    points_row(points)
    workers_row(formulas(4 * count))
    memory_row(problems, lines)


def formula_rows(count: int) -> None:
    """A formula, checked and unchecked, beside SymPy."""
    times: dict[str, list[float]] = {name: [] for name in ("checked", "unchecked", "loop", "differentiated")}
    for _ in range(ROUNDS):
        for name, taken in times.items():
            program = f"from tests.benchmarks.batch import {name}\nprint({name}({count}))"
            taken.append(float(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout))
    row("a formula, checked / parse_expr, diff, evalf", times["checked"], times["loop"], 1 / 10)
    row("a formula, checked / SymPy's diff and evalf alone", times["checked"], times["differentiated"], 1.3)
    row("a formula, unchecked / parse_expr, diff, evalf", times["unchecked"], times["loop"], 1 / 100)


def checked(count: int) -> float:
    """The seconds of processor time that each formula of a batch takes."""
    return _batch_seconds(count, BatchSettings())


def unchecked(count: int) -> float:
    """As `checked`, without the check."""
    return _batch_seconds(count, BatchSettings(sample=0.0))


def _batch_seconds(count: int, settings: BatchSettings) -> float:
    text = "".join(f"{problem.line}\n" for problem in formulas(count)).encode()
    for module in ("check", "balls.rules"):
        importlib.import_module(f"gradcli.calculus.{module}")
    gc.collect()
    rest_collector()  # as workers do
    return seconds(lambda: batch(text, settings)) / count


def loop(count: int) -> float:
    """The seconds that each formula takes the user's loop."""
    sample = warmed_up(formulas(count))
    return seconds(lambda: [users_loop(problem) for problem in sample]) / len(sample)


def differentiated(count: int) -> float:
    """The seconds that SymPy takes to differentiate each formula that is read already, and to evaluate that."""
    pairs = [(parse_expr(problem.text), problem) for problem in warmed_up(formulas(count))]
    return seconds(lambda: [derivatives(tree, each) for tree, each in pairs]) / len(pairs)


def warmed_up(problems: Sequence[Formula]) -> Sequence[Formula]:
    """Every hundredth formula, once SymPy has imported and remembered what it does with the first of all kinds."""
    for problem in problems[50::100]:
        users_loop(problem)
    return problems[::100]


def batch(text: bytes, settings: BatchSettings) -> list[str]:
    """The records of a batch, in this process."""
    tasks = list(read(BytesIO(text), "formulas.txt", Format.TEXT))
    chunks = (tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK))
    return [result.text for chunk in chunks for result in work(chunk, settings)]


def users_loop(problem: Formula) -> list[float]:
    """What a user would write: value and partial derivatives by SymPy."""
    tree = parse_expr(problem.text)
    values = {sympy.Symbol(name): value for name, value in problem.point.items()}
    return [float(tree.evalf(subs=values)), *derivatives(tree, problem)]


def derivatives(tree: Any, problem: Formula) -> list[float]:
    """The partial derivatives of SymPy's tree at the formula's point."""
    values = {sympy.Symbol(name): value for name, value in problem.point.items()}
    return [float(sympy.diff(tree, symbol).evalf(subs=values)) for symbol in values]


def compare(sample: Sequence[Formula]) -> None:
    """Hold what a batch calculates to what SymPy does."""
    text = "".join(f"{problem.line}\n" for problem in sample).encode()
    for sampled in (0.0, 1.0):
        for record, problem in zip(batch(text, BatchSettings(Format.JSONL, sample=sampled)), sample, strict=True):
            found = json.loads(record)
            ours = [found["value"], *(found["grad"][name] for name in problem.point)]
            np.testing.assert_allclose(ours, users_loop(problem), rtol=DIGITS, atol=DIGITS, err_msg=problem.line)
            assert sampled == 0 or found["check"]["verdict"] == "agrees", problem.line


def points_row(count: int) -> None:
    """One formula at many points, as a graph on vectors and by hand."""
    source = np.random.default_rng(0)
    at = {"x": source.uniform(0.1, 2, count), "y": source.uniform(0.1, 2, count)}
    program = parse("exp(-x^2) sin(3x + y) + log(1 + x^2)/y", vocabulary()).program

    def by_hand(x: Any, y: Any) -> tuple[Any, Any, Any]:
        bell, angle, whole = np.exp(-(x**2)), 3 * x + y, 1 + x**2
        sine, cosine, logarithm = np.sin(angle), np.cos(angle), np.log(whole)
        value = bell * sine + logarithm / y
        return value, bell * (3 * cosine - 2 * x * sine) + 2 * x / whole / y, bell * cosine - logarithm / y**2

    found, expected = evaluate_points(program, at, ("x", "y")), by_hand(**at)
    for ours, theirs in zip((found.values, *found.derivatives.values()), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=DIGITS, atol=DIGITS)
    pairs = [
        (seconds(lambda: evaluate_points(program, at, ("x", "y"))), seconds(lambda: by_hand(**at)))
        for _ in range(ROUNDS)
    ]
    ours_taken, taken = zip(*pairs, strict=True)
    row(f"{count:,} points of one formula / f and f' by hand in NumPy", ours_taken, taken, 3)


def workers_row(problems: Sequence[Formula]) -> None:
    """Two workers beside one: whole processes, the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "formulas.txt")
        file.write_text("".join(f"{problem.line}\n" for problem in problems))
        outputs: dict[int, bytes] = {}

        def run(jobs: int) -> None:
            outputs[jobs] = subprocess.run(command(file, f"-j{jobs}"), check=True, capture_output=True).stdout

        pairs = [
            (seconds(lambda: run(2), time.perf_counter), seconds(lambda: run(1), time.perf_counter)) for _ in range(3)
        ]
    assert outputs[1] == outputs[2]
    two, one = zip(*pairs, strict=True)
    row(f"{len(problems):,} formulas, checked, two workers / one", two, one, 1 / 1.7)


def memory_row(problems: Sequence[Formula], lines: int) -> None:
    """The memory of a run with many lines beside that of one with ten thousand.

    Half of the lines are of one formula, at other points each: its points are calculated together.
    """
    with tempfile.TemporaryDirectory() as folder:
        peaks = []
        for count in (lines, 10_000):
            file = Path(folder, f"{count}.txt")
            with open(file, "w") as stream:
                for number in range(count // 2):
                    stream.write(f"x^2 sin(x) at x={number}\n{problems[number % len(problems)].line}\n")
            peaks.append(peak_memory(command(file, "-j2", "--no-check")))
    many, few = peaks
    name = f"{lines:,} lines / 10,000 lines, unchecked, peak memory"
    print(f"{name:58} {many:7.1f} MB {few:7.1f} MB {many / few:7.3f} {1.1:7.3f}")


def peak_memory(arguments: Sequence[str]) -> float:
    """The most memory that a process and those that it starts have, each, together in MB."""
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peaks: dict[int, float] = {}
    while process.poll() is None:
        helpers = children([process.pid])
        for each in (process.pid, *helpers, *children(helpers)):
            peaks[each] = max(peaks.get(each, 0.0), resident(each))
        time.sleep(0.5)
    assert process.returncode == 0
    return sum(peaks.values())


def resident(process: int) -> float:
    """The most memory that a process has had, in MB; 0 where it has ended."""
    if not status_of(process):
        return 0.0
    try:
        table = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in table.splitlines() if line.startswith("VmHWM:")) / 1000


def command(file: Path, *options: str) -> list[str]:
    """The batch as a process."""
    return [sys.executable, "-m", "gradcli", "batch", str(file), "--to", "jsonl", *options]


def seconds(step: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """The time of one call: of the processor, unless another clock is given."""
    start = clock()
    step()
    return clock() - start


def row(name: str, ours: Sequence[float], peer: Sequence[float], bound: float) -> None:
    """Print the medians and the median of the ratios."""
    ratio = statistics.median(a / b for a, b in zip(ours, peer, strict=True))
    print(f"{name:58} {shown(ours)} {shown(peer)} {ratio:7.3f} {bound:7.3f}", flush=True)


def shown(times: Sequence[float]) -> str:
    """The median time, in the unit that suits it."""
    middle = statistics.median(times)
    return (
        f"{middle:8.2f} s" if middle > 1 else f"{1e3 * middle:7.2f} ms" if middle > 1e-3 else f"{1e6 * middle:7.1f} µs"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
