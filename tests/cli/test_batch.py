"""`gradcli batch` as a process: streams, files, exit status, interruption."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.process import gradcli
from tests.cli.test_calculate import on_a_terminal

FAST = ("--no-check", "-j", "1")
GOOD = "x^2 at x=3\nsin(x) at x=0\n"


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """The command with all its streams in our hands."""
    return subprocess.Popen(
        [sys.executable, "-m", "gradcli", "batch", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def test_text_from_a_pipe_is_calculated_and_checked_in_order() -> None:
    outcome = gradcli("batch", "-", stdin="x^2 y at x=3, y=2\n# a comment\n\nsum(x^2) at x=[1,2]\n")
    assert outcome.out == (
        "<stdin>:1  f = 18  df/dx = 12  df/dy = 9  agrees\n"
        "<stdin>:4  f = 5  df/dx = [2, 4]  agrees\n"
    )  # fmt: skip
    assert (outcome.status, outcome.err) == (0, "2 problems: 2 agree with the check\n")


def test_a_bad_line_is_an_error_in_its_place_and_status_one() -> None:
    outcome = gradcli("batch", "-", *FAST, stdin="x^2 at x=3\n2x 3 at x=1\nx at x=1\n")
    assert outcome.out == (
        "<stdin>:1  f = 9  df/dx = 6\n"
        "<stdin>:2:4: E102 expected an operator, found '3'\n"
        "    2x 3 at x=1\n"
        "       ^\n"
        "  help:  write x*3 or x^3\n"
        "<stdin>:3  f = 1  df/dx = 1\n"
    )
    assert (outcome.status, outcome.err) == (1, "3 problems: 2 unchecked, 1 failed\n")


def test_files_are_read_by_their_extensions(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x at x=1\n")
    (tmp_path / "b.csv").write_text('id,expr,x\nq,"x^2",3\n')
    (tmp_path / "c.jsonl").write_text('{"expr": "x^3", "at": {"x": 2}}\n')
    files = [str(tmp_path / name) for name in ("a.txt", "b.csv", "c.jsonl")]
    outcome = gradcli("batch", *files, *FAST, "--to", "jsonl")
    found = [json.loads(line) for line in outcome.out.splitlines()]
    assert [(each["source"]["file"], each["source"]["line"], each["value"]) for each in found] == [
        (files[0], 1, 1.0),
        (files[1], 2, 9.0),
        (files[2], 1, 8.0),
    ]
    assert found[1]["id"] == "q"


def test_from_says_what_the_extension_does_not() -> None:
    outcome = gradcli("batch", "-", *FAST, "--from", "csv", "--expr", "x y", "--to", "csv", stdin="x,y\n2,3\n")
    (row,) = csv.DictReader(io.StringIO(outcome.out))
    assert (row["value"], row["df/dx"], row["df/dy"]) == ("6", "3", "2")


def test_an_unreadable_file_is_reported_and_the_others_are_done(tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("x at x=1\n")
    missing = str(tmp_path / "missing.txt")
    outcome = gradcli("batch", str(good), missing, str(tmp_path), str(good), *FAST)
    assert outcome.out == f"{good}:1  f = 1  df/dx = 1\n" * 2
    assert f"error: cannot read {missing}: No such file or directory\n" in outcome.err
    assert f"error: cannot read {tmp_path}: " in outcome.err
    assert outcome.err.endswith("2 problems: 2 unchecked\n")
    assert outcome.status == 2


def test_an_unreadable_file_does_not_keep_the_output_back(tmp_path: Path) -> None:
    good, out = tmp_path / "good.txt", tmp_path / "out"
    good.write_text("x at x=1\n")
    outcome = gradcli("batch", str(tmp_path / "missing.txt"), str(good), *FAST, "--output", str(out))
    assert (outcome.status, out.read_text()) == (2, f"{good}:1  f = 1  df/dx = 1\n")
    assert sorted(tmp_path.iterdir()) == [good, out]


def test_an_empty_input_is_no_problem() -> None:
    outcome = gradcli("batch", "-", *FAST)
    assert (outcome.out, outcome.err, outcome.status) == ("", "0 problems\n", 0)


def test_the_output_is_the_same_for_any_number_of_workers() -> None:
    data = "".join(f"x^{n % 5} + sin({n} x) at x=0.{n}\n" for n in range(400)) + "2x 3\n" + GOOD
    alone = gradcli("batch", "-", "-j", "0", "--no-check", "--to", "jsonl", stdin=data).out
    assert alone.count("\n") == 403
    for jobs in "124":
        assert gradcli("batch", "-", "-j", jobs, "--no-check", "--to", "jsonl", stdin=data).out == alone


def test_fail_fast_stops_after_the_first_failure() -> None:
    data = GOOD + "2x 3\n" + GOOD * 500
    outcome = gradcli("batch", "-", *FAST, "--fail-fast", stdin=data)
    assert outcome.out.startswith("<stdin>:1  f = 9")
    assert "<stdin>:3:4: E102" in outcome.out
    assert "<stdin>:4" not in outcome.out
    assert (outcome.status, outcome.err) == (1, "3 problems: 2 unchecked, 1 failed\n")


def test_strict_makes_a_failure_of_a_doubt() -> None:
    doubtful = "abs(x) at x=0\nx at x=1\n"
    assert gradcli("batch", "-", stdin=doubtful).status == 0
    outcome = gradcli("batch", "-", "--strict", stdin=doubtful)
    assert (outcome.status, outcome.err) == (1, "2 problems: 1 agrees with the check, 1 undecided\n")
    assert gradcli("batch", "-", "--strict", "--fail-fast", stdin=doubtful).err == "1 problem: 1 undecided\n"


def test_a_sample_is_checked_and_the_summary_says_so() -> None:
    outcome = gradcli("batch", "-", "--sample", "0.2", "--seed", "1", stdin="x^2 at x=3\n" * 50)
    again = gradcli("batch", "-", "--sample", "0.2", "--seed", "1", "-j", "1", stdin="x^2 at x=3\n" * 50)
    assert outcome == again
    checked = outcome.out.count("agrees")
    assert 0 < checked < 50
    assert outcome.err == (
        f"50 problems: {checked} agree with the check, {50 - checked} unchecked "
        "(a sample of 20 % was checked, drawn with seed 1)\n"
    )


def test_settings_reach_the_problems() -> None:
    options = ("--wrt", "x", "--order", "2", "--digits", "3", "--dtype", "float32")
    outcome = gradcli("batch", "-", *FAST, *options, stdin="x^3 y/3 at x=2, y=1\n")
    assert outcome.out == "<stdin>:1  f = 2.67  d2f/dx2 = 4\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument"),
        (["-", "--resume"], "--resume goes on with an --output"),
        (["-", "--no-check", "--sample", "0.5"], "exclude each other"),
        (["-", "--sample", "2"], "--sample"),
        (["-", "--to", "xml"], "--to"),
        (["-", "--outptu", "f"], "--output"),
        (
            ["-", "--output", "no/such/folder/f"],
            "f cannot be written: there is no folder no/such/folder",
        ),
    ],
)
def test_a_wrong_call_is_a_message_and_status_two(arguments: list[str], message: str) -> None:
    outcome = gradcli("batch", *arguments, stdin=GOOD)
    assert (outcome.status, outcome.out) == (2, "")
    assert message in outcome.err


def test_an_output_file_appears_when_all_is_done(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    outcome = gradcli("batch", "-", *FAST, "--to", "jsonl", "--output", str(file), stdin=GOOD)
    assert (outcome.out, outcome.err, outcome.status) == ("", "2 problems: 2 unchecked\n", 0)
    assert file.read_text() == gradcli("batch", "-", *FAST, "--to", "jsonl", stdin=GOOD).out
    assert list(tmp_path.iterdir()) == [file]


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    data = "".join(f"x^2 at x={n}\n" for n in range(50))
    file = tmp_path / "out.csv"
    arguments = ("-", *FAST, "--to", "csv", "--output", str(file))
    process = start(*arguments)
    assert process.stdin is not None
    process.stdin.write(data[: data.index("x^2 at x=20\n")].encode())
    process.stdin.flush()
    part = tmp_path / "out.csv.part"
    while not part.exists() or part.read_bytes().count(b"\n") < 21:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert err.decode().split("\n")[:1] == ["note:  20 problems are done; the same command with --resume goes on"]
    assert err.decode().endswith("interrupted\n")
    assert not file.exists()
    assert part.read_bytes().count(b"\n") == 21
    refused = gradcli("batch", *arguments, stdin=data)
    assert (refused.status, "unfinished" in refused.err, "--resume" in refused.err) == (2, True, True)
    other = gradcli("batch", *arguments, "--resume", "--digits", "3", stdin=data)
    assert (other.status, "--digits = None, and this one has 3" in other.err) == (2, True)
    outcome = gradcli("batch", *arguments, "--resume", stdin=data)
    assert (outcome.status, outcome.err) == (0, "50 problems: 50 unchecked\n")
    assert file.read_text() == gradcli("batch", "-", *FAST, "--to", "csv", stdin=data).out
    again = gradcli("batch", *arguments, "--resume", stdin=data)
    assert (again.status, again.err) == (0, f"note:  {file} is complete: there is nothing to resume\n")


def test_after_fail_fast_an_output_goes_on_behind_the_failure(tmp_path: Path) -> None:
    data = GOOD + "2x 3\n" + GOOD
    file = tmp_path / "out"
    arguments = ("-", *FAST, "--output", str(file))
    outcome = gradcli("batch", *arguments, "--fail-fast", stdin=data)
    assert (outcome.status, file.exists()) == (1, False)
    outcome = gradcli("batch", *arguments, "--resume", stdin=data)
    assert (outcome.status, outcome.err) == (1, "5 problems: 4 unchecked, 1 failed\n")
    assert file.read_text() == gradcli("batch", "-", *FAST, stdin=data).out


def test_another_input_is_not_taken_for_the_unfinished_one(tmp_path: Path) -> None:
    file = tmp_path / "out"
    arguments = ("-", *FAST, "--output", str(file))
    gradcli("batch", *arguments, "--fail-fast", stdin=GOOD + "2x 3\n" + GOOD)
    outcome = gradcli("batch", *arguments, "--resume", stdin="y at y=1\n" + GOOD + "2x 3\n" + GOOD)
    assert outcome.status == 2
    assert "the input is not the one that" in outcome.err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
def test_a_full_disk_is_an_error() -> None:
    with open("/dev/full", "w") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "gradcli", "batch", "-", *FAST],
            input=GOOD.encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert finished.returncode == 2
    assert b"the output could not be written: No space left on device" in finished.stderr


def test_the_first_result_comes_before_the_second_line() -> None:
    process = start("-", *FAST)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"x^2 at x=3\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"<stdin>:1  f = 9  df/dx = 6\n"
    process.stdin.write(b"x^3 at x=3\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"<stdin>:2  f = 27  df/dx = 27\n"
    out, err = process.communicate()
    assert (out, err, process.returncode) == (b"", b"2 problems: 2 unchecked\n", 0)


def test_a_closed_pipe_ends_quietly() -> None:
    process = start("-", *FAST)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(b"x^2 at x=3\n")
    process.stdin.flush()
    process.stdout.readline()
    process.stdout.close()
    with process.stdin:
        process.stdin.write(b"x^2 at x=3\n" * 100)
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def test_an_interrupt_ends_with_130_and_no_worker_is_left() -> None:
    process = start("-", "--no-check", "-j", "2")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"x^2 at x=3\n")
    process.stdin.flush()
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()  # ends when the last process that has the streams ends
    assert (process.returncode, err.strip()) == (130, b"interrupted")


def test_the_workers_of_a_killed_run_end_though_they_are_busy() -> None:
    process = start("-", "--no-check", "-j", "2")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"x^2 at x=3\n")
    process.stdin.flush()
    process.stdout.readline()
    process.stdin.write((b"+".join([b"sin(x)*exp(x)"] * 100_000) + b" at x=1\n") * 2)
    process.stdin.flush()
    process.kill()
    out, _ = process.communicate()  # ends when the last process that has the streams ends
    assert (process.returncode, out) == (-signal.SIGKILL, b"")


def test_what_takes_too_long_is_an_error_and_the_rest_goes_on() -> None:
    slow = "+".join(["sin(x)*exp(x)"] * 20_000) + " at x=1\n"
    outcome = gradcli("batch", "-", "-j", "1", "--timeout", "0.01", "--no-check", stdin=slow + "2x 3\n")
    assert outcome.out.startswith("<stdin>:1:1: E401 this took longer than 0.01 s\n")
    assert outcome.status == 1


def test_progress_is_shown_on_a_terminal_and_the_results_are_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x^2 at x=3\n" * 30)
    shown = on_a_terminal("batch", str(file), *FAST, "--output", str(tmp_path / "out"))
    assert "problems" in shown
    assert "30 problems: 30 unchecked" in shown
    assert (tmp_path / "out").read_text().count("f = 9") == 30
