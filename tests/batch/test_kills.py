"""Kills at random moments of the first two seconds, of workers and of whole runs: nothing is lost, repeated or hung.

The moments are drawn; what is shown holds whenever they come, and so for whatever a machine is doing then.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.batch.process import SAFE_AT_ONCE, Batch, children
from tests.cli.process import gradcli

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the table of processes in /proc")

SECONDS = 2.0
"""The moments are within these."""
SEEDS = [pytest.param(seed, marks=[pytest.mark.slow] if seed >= 1 else []) for seed in range(20)]
"""A kill in the ordinary run, twenty in the long one."""

KEY = '[q1]\nfunction = "x^2 sin(x)"\n[q2]\nfunction = "x^3"\n'
CLASS = [f"s{n},2x sin(x) + x^2 cos(x) + {n} - {n % 3 * n},3x^2 + {n % 4}\n" for n in range(60)]
PROBLEMS = [f"x^{n % 5} sin({n} x) + exp(x/{n}) at x=0.{n}\n" for n in range(1, 121)]


class Job:
    """What is calculated in these tests: `batch` or `grade`, fed by hand."""

    def __init__(self, command: str, folder: Path) -> None:
        self.command, self.folder = command, folder
        (folder / "key.toml").write_text(KEY, encoding="utf-8")
        head = "student,q1,q2\n" if command == "grade" else ""
        lines = CLASS if command == "grade" else PROBLEMS
        self.data = (head + "".join(lines)).encode()
        self.operands = (str(folder / "key.toml"), "-") if command == "grade" else ("-",)
        self.whole = gradcli(command, *self.operands, "--to", "jsonl", "-j0", stdin=self.data).out

    def begin(self, *options: str) -> Batch:
        """The command as a process, with two workers."""
        return Batch(*self.operands, "--to", "jsonl", "-j2", *options, command=self.command, first=SAFE_AT_ONCE)


@pytest.fixture(scope="module", params=["batch", "grade"])
def job(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Job:
    return Job(request.param, tmp_path_factory.mktemp("job"))


@contextmanager
def fed(run: Batch, data: bytes) -> Iterator[None]:
    """Feed a run by a process of its own, so that it is never waited for; its input ends when this does."""
    feeder = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=run.stdin)
    run.stdin.close()
    assert feeder.stdin is not None
    with suppress(BrokenPipeError):
        feeder.stdin.write(data)
        feeder.stdin.flush()
    yield
    with suppress(BrokenPipeError):
        feeder.stdin.close()
    feeder.wait()


def wait(run: Batch, seconds: float) -> None:
    """Let a run go on for so long; it does not end by itself, since its input does not."""
    with pytest.raises(subprocess.TimeoutExpired):
        run.process.wait(seconds)


def outcome(run: Batch) -> tuple[int, list[str], str]:
    """The status, the records on standard output, and what was said on standard error."""
    assert run.process.stderr is not None
    said = run.stdout.read().decode(), run.process.stderr.read().decode()
    assert "Traceback" not in said[1]
    assert "bug in gradcli" not in said[0] + said[1]
    return run.process.wait(), said[0].splitlines(), said[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_worker_killed_at_any_moment_costs_nothing(job: Job, seed: int) -> None:
    choose = random.Random(seed)
    by = choose.choice([signal.SIGKILL, signal.SIGSEGV])
    with job.begin() as run:
        with fed(run, job.data):
            wait(run, choose.uniform(0, SECONDS))
            if workers := run.workers():
                os.kill(choose.choice(workers), by)
        _, records, _ = outcome(run)
    assert records == job.whole.splitlines()


@pytest.mark.parametrize("seed", SEEDS)
def test_workers_killed_again_and_again_cost_their_own_problems_only(job: Job, seed: int) -> None:
    choose = random.Random(seed)
    with job.begin() as run:
        with fed(run, job.data):
            left = SECONDS
            while left > 0:
                pause = choose.uniform(0, 0.2)
                left -= pause
                wait(run, pause)
                for worker in run.workers():
                    with suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)
        _, records, _ = outcome(run)
    expected = job.whole.splitlines()
    assert len(records) == len(expected)
    for record, right in zip(records, expected, strict=True):
        assert record == right or is_of_a_killed_worker(record, right)


def is_of_a_killed_worker(record: str, right: str) -> bool:
    """Whether a record says that its worker was killed, in the place of the right one."""
    found, wanted = json.loads(record), json.loads(right)
    if "student" in wanted:
        same = (found["student"], found["question"]) == (wanted["student"], wanted["question"])
        return same and "process" in found["reason"] and "ended by SIGKILL" in found["reason"]
    return found["source"] == wanted["source"] and found["error"]["code"] == "E403"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_killed_at_any_moment_resumes_and_repeats_nothing(job: Job, seed: int, tmp_path: Path) -> None:
    choose = random.Random(seed)
    file = tmp_path / "out.jsonl"
    options = ("--output", str(file), "--resume")
    with job.begin(*options) as run, fed(run, job.data):
        wait(run, choose.uniform(0, SECONDS))
        helpers = [*run.helpers(), *children(run.helpers())]
        run.process.kill()
        run.process.wait()
    Batch.until_gone(helpers)
    part = file.with_name(f"{file.name}.part")
    safe = part.read_bytes() if part.exists() else b""
    assert job.whole.encode().startswith(safe)
    with job.begin(*options) as run:
        with fed(run, job.data):
            pass
        outcome(run)
    assert file.read_text(encoding="utf-8") == job.whole
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
