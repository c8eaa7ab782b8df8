"""What may happen to a batch does happen here: kills, signals, full disks, closed pipes, problems without end."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.batch.process import SAFE_AT_ONCE, Batch, small_files
from tests.cli.process import gradcli

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the table of processes in /proc")

KILLS = 20
SAMPLES = Path(__file__).parents[2] / "samples" / "batch"
LINES = [
    line for line in (SAMPLES / "derivatives.txt").read_bytes().splitlines(keepends=True) if line[:1] not in b"#\n"
]
del LINES[120:]
QUICK = ("--to", "jsonl", "--no-check", "-j1")


@pytest.fixture(scope="module")
def uninterrupted() -> str:
    """The records of LINES."""
    outcome = gradcli("batch", "-", *QUICK, stdin=b"".join(LINES))
    assert outcome.status == 0
    return outcome.out


def has_records(file: Path, count: int) -> bool:
    return records(file) >= count


def records(file: Path) -> int:
    """How many records an unfinished output has."""
    part = file.with_name(f"{file.name}.part")
    return part.read_bytes().count(b"\n") if part.exists() else 0


@pytest.mark.slow
def test_twenty_kills_lose_nothing_and_repeat_nothing(tmp_path: Path, uninterrupted: str) -> None:
    file = tmp_path / "out.jsonl"
    arguments = ("-", *QUICK, "--output", str(file), "--resume")
    choose = random.Random(0)
    helpers: list[int] = []
    for _ in range(KILLS):
        before = records(file)
        with Batch(*arguments, first=SAFE_AT_ONCE) as batch:
            fed = choose.randint(before, len(LINES))
            batch.feed(b"".join(LINES[:fed]))
            wanted = choose.randint(before, min(fed, before + 12))
            batch.until(partial(has_records, file, wanted))
            helpers += batch.helpers()
            batch.process.kill()
            batch.process.wait()
        assert not file.exists()
        assert uninterrupted.encode().startswith(file.with_name("out.jsonl.part").read_bytes())
    status, _, err = Batch(*arguments).end(b"".join(LINES))
    assert (status, err) == (0, f"{len(LINES)} problems: {len(LINES)} unchecked\n")
    assert file.read_text(encoding="utf-8") == uninterrupted
    assert [each.name for each in tmp_path.iterdir()] == [file.name]
    Batch.until_gone(helpers)


def test_a_killed_worker_costs_nothing(uninterrupted: str) -> None:
    with Batch("-", *QUICK) as batch:
        batch.feed(LINES[0])
        first = batch.stdout.readline().decode()
        for worker in batch.workers():
            os.kill(worker, signal.SIGKILL)
        status, rest, err = batch.end(b"".join(LINES[1:]))
    assert (status, err) == (0, f"{len(LINES)} problems: {len(LINES)} unchecked\n")
    assert first + rest == uninterrupted


HANGING = f"sum({' @ '.join(1_000 * ['ones(2000, 2000)'])}) + x at x=1"
"""Hours."""
GREEDY = "sum(zeros(9000, 9000) + x) at x=1"


def test_what_hangs_or_eats_memory_is_named_and_the_rest_goes_on() -> None:
    lines = ["x^2 at x=3", HANGING, "x^3 at x=2", GREEDY, "x^4 at x=1"]
    outcome = gradcli("batch", "-", "-j1", "--no-check", "--timeout=2", "--memory=400", stdin="\n".join(lines))
    assert outcome.status == 1
    told = [line for line in outcome.out.splitlines() if line.startswith("<stdin>")]
    assert told == [
        "<stdin>:1  f = 9  df/dx = 6",
        "<stdin>:2:1: E401 this took longer than 2 s",
        "<stdin>:3  f = 8  df/dx = 12",
        "<stdin>:4:5: E304 this needs more memory than there is",
        "<stdin>:5  f = 1  df/dx = 4",
    ]
    assert outcome.err == "5 problems: 3 unchecked, 2 failed\n"


def test_a_full_disk_is_said_and_the_run_is_resumed(tmp_path: Path, uninterrupted: str) -> None:
    file = tmp_path / "out.jsonl"
    arguments = ("-", *QUICK, "--output", str(file))
    status, out, err = Batch(*arguments, first=small_files(len(uninterrupted) // 2)).end(b"".join(LINES))
    assert (status, out) == (2, "")
    assert f"error: {file} could not be written: File too large" in err
    assert "help:  the same command with --resume goes on" in err
    assert not file.exists()
    assert gradcli("batch", *arguments, "--resume", stdin=b"".join(LINES)).status == 0
    assert file.read_text(encoding="utf-8") == uninterrupted


def test_a_disk_that_is_full_from_the_start_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("older")
    status, out, err = Batch("-", *QUICK, "--output", str(tmp_path / "out"), first=small_files(10)).end(LINES[0])
    assert (status, out) == (2, "")
    assert "could not be written: File too large" in err
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"out": "older"}


def test_a_full_disk_under_standard_output_is_said() -> None:
    with open("/dev/full", "wb") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "gradcli", "batch", SAMPLES / "faults.txt", *QUICK],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert finished.returncode == 2
    assert finished.stderr.decode() == "error: the output could not be written: No space left on device\n"


def test_a_closed_pipe_ends_the_run_quietly() -> None:
    with Batch("-", *QUICK) as batch:
        batch.feed(LINES[0])
        assert batch.stdout.readline()
        batch.stdout.close()
        batch.feed(LINES[1])
        assert batch.process.wait() == 0
        assert batch.process.stderr is not None
        assert batch.process.stderr.read() == b""


def test_an_interrupt_leaves_what_is_done_to_be_resumed(tmp_path: Path, uninterrupted: str) -> None:
    file = tmp_path / "out.jsonl"
    arguments = ("-", *QUICK, "--output", str(file))
    with Batch(*arguments, first=SAFE_AT_ONCE) as batch:
        batch.feed(b"".join(LINES[:10]))
        batch.until(partial(has_records, file, 10))
        batch.signal(signal.SIGINT)
        status, out, err = batch.end()
    assert (status, out) == (130, "")
    assert err == "note:  10 problems are done; the same command with --resume goes on\n\ninterrupted\n"
    assert gradcli("batch", *arguments, "--resume", stdin=b"".join(LINES)).status == 0
    assert file.read_text(encoding="utf-8") == uninterrupted


def test_an_interrupt_of_a_run_to_a_pipe_leaves_no_process() -> None:
    with Batch("-", *QUICK) as batch:
        batch.feed(LINES[0])
        assert batch.stdout.readline()
        helpers = batch.helpers()
        batch.signal(signal.SIGINT)
        assert batch.end() == (130, "", "\ninterrupted\n")
        batch.until_gone(helpers)


def test_an_endless_input_is_read_as_it_comes() -> None:
    with Batch("-", "-j1") as batch:
        for number in range(1, 5):
            batch.feed(f"x^2 at x={number}\n".encode())
            assert (
                batch.stdout.readline() == f"<stdin>:{number}  f = {number**2}  df/dx = {2 * number}  agrees\n".encode()
            )


def test_files_that_cannot_be_read_leave_the_others_theirs(tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_bytes(LINES[0])
    outcome = gradcli("batch", str(good), str(tmp_path / "none.txt"), str(tmp_path), str(good), "-j0")
    assert outcome.status == 2
    assert outcome.out == 2 * f"{good}:1  f = 7  df/dx = 0  agrees\n"
    assert outcome.err == (
        f"error: cannot read {tmp_path / 'none.txt'}: No such file or directory\n"
        f"error: cannot read {tmp_path}: Is a directory\n"
        "2 problems: 2 agree with the check\n"
    )


def test_bytes_that_are_no_text_cost_their_own_line() -> None:
    data = b"\xef\xbb\xbfx^2 at x=1\r\nx^2 \xff at x=1\r\nx\x00 at x=1\r\n\r\nx^3 at x=2"
    outcome = gradcli("batch", "-", "-j1", "--no-check", stdin=data)
    assert [line for line in outcome.out.splitlines() if line.startswith("<stdin>")] == [
        "<stdin>:1  f = 1  df/dx = 2",
        "<stdin>:2:5: E410 the byte 0xFF is not UTF-8",
        "<stdin>:3:2: E105 stray character U+0000 (NULL)",
        "<stdin>:5  f = 8  df/dx = 12",
    ]


def test_a_line_of_100_mb_takes_no_memory_and_is_one_error() -> None:
    last = b"<stdin>:3  f = 8  df/dx = 12\n"
    with Batch("-", "-j0", "--no-check") as batch:
        batch.feed(b"x^2 at x=1\nx^2 at x=1\nx^3 at x=2\n")
        before = list(iter(batch.stdout.readline, last))
        peak = batch.peak_memory()
    with Batch("-", "-j0", "--no-check") as batch:
        batch.feed(b"x^2 at x=1\n" + 50_000_000 * b"x+" + b"x\nx^3 at x=2\n")
        told = list(iter(batch.stdout.readline, last))
        assert batch.peak_memory() < peak + 20_000
    assert told[0] == before[0]
    assert told[1] == b"<stdin>:2:1: E411 the line has 100,000,002 bytes, and 2,000,000 is the limit\n"
