"""Outputs never eat inputs, nor each other, nor what is in their place: for every command that writes files."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gradcli.cli.misuse import Misuse
from gradcli.cli.outputs import Target, replaced, targets
from gradcli.streams.interrupts import Interrupts
from tests.batch.process import Batch, small_files
from tests.cli.process import Outcome, gradcli

KEY = '[q1]\nfunction = "x^2"\n'
CLASS = "student,q1\nada,2x\neve,3x\n"
PROBLEMS = "x^2 at x=3\nx^3 at x=2\n"
GRADED = "student,question,verdict,points,of,evidence,answer,reads_as,explanation,mistake,likely\n"
SOLVED = "p.txt:1  f = 9  df/dx = 6\np.txt:2  f = 8  df/dx = 12\n"

posix = pytest.mark.skipif(sys.platform == "win32", reason="this platform has no such files")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("k.toml", KEY), ("a.csv", CLASS), ("p.txt", PROBLEMS), ("old.csv", "older\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    if sys.platform != "win32":
        (tmp_path / "link.csv").symlink_to("a.csv")
        (tmp_path / "link.txt").symlink_to("p.txt")
        os.link(tmp_path / "p.txt", tmp_path / "hard.txt")
        (tmp_path / "same.csv").symlink_to("new.csv")
    (tmp_path / "folder").mkdir()
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {each.name: each.read_text(encoding="utf-8") for each in folder.iterdir() if each.is_file()}


def batch(folder: Path, *arguments: str) -> Outcome:
    return gradcli("batch", *arguments, "--no-check", "-j0", folder=folder)


def grade(folder: Path, *arguments: str) -> Outcome:
    return gradcli("grade", "k.toml", *arguments, "-j0", folder=folder)


@posix
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("batch p.txt --output p.txt", "--output p.txt goes to p.txt, which is read"),
        ("batch p.txt --output ./folder/../p.txt", "../p.txt goes to p.txt, which is read"),
        ("batch p.txt --output link.txt", "--output link.txt goes to p.txt, which is read"),
        ("batch link.txt --output p.txt", "--output p.txt goes to link.txt, which is read"),
        ("batch p.txt --output hard.txt", "--output hard.txt goes to p.txt, which is read"),
        ("batch k.toml p.txt --output p.txt --resume", "--output p.txt goes to p.txt, which is read"),
        ("batch x.part --output x", "--output x keeps its records in x.part, which is read"),
        ("batch x.journal --output x", "keeps its records in x.journal, which is read"),
        ("batch p.txt --output folder", "--output folder is a directory"),
        ("batch p.txt --output socket", "--output socket is a socket"),
        ("batch p.txt --output none/o.txt", "there is no folder none"),
        ("batch p.txt --output loop", "--output loop cannot be written: "),
        ("batch p.txt --output folder/", "folder/ is a directory"),
        ("batch p.txt --output=", "names no file"),
        ("batch p.txt --output pipe --resume", "--resume goes on with a file, and pipe is a device or a pipe"),
        ("batch p.txt --output /dev/null --resume", "/dev/null is a device or a pipe"),
        ("batch p.txt --output - --resume", "standard output is a device or a pipe"),
        ("batch pipe --output pipe", "--output pipe goes to pipe, which is read"),
        ("grade k.toml a.csv --output a.csv", "--output a.csv goes to a.csv, which is read"),
        ("grade k.toml a.csv --output k.toml", "--output k.toml goes to k.toml, which is read"),
        ("grade k.toml a.csv --report k.toml", "--report k.toml goes to k.toml, which is read"),
        ("grade k.toml a.csv --report link.csv", "--report link.csv goes to a.csv, which is read"),
        ("grade k.toml a.csv --gradescope a.csv", "--gradescope a.csv goes to a.csv, which is read"),
        ("grade k.toml a.csv --output o.csv --report o.csv", "--report o.csv goes to what --output o.csv goes to"),
        (
            "grade k.toml a.csv --output new.csv --report same.csv",
            "--report same.csv goes to what --output new.csv goes to",
        ),
        (
            "grade k.toml a.csv --output o --report o.part",
            "goes to what --output o keeps its records in",
        ),
        (
            "grade k.toml a.csv --report o.journal --output o",
            "goes to what --output o keeps its records in",
        ),
        ("grade k.toml a.csv --report r --gradescope r", "--gradescope r goes to what --report r goes to"),
        ("grade k.toml a.csv --to csv --report -", "--report standard output goes to what --output"),
        ("grade k.toml a.csv --report folder", "--report folder is a directory"),
        ("grade k.toml a.csv --output pipe --report pipe", "--report pipe goes to what --output pipe goes to"),
    ],
)
def test_what_would_lose_a_file_is_refused_before_anything_is_read(
    folder: Path, arguments: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    before = contents(folder)
    command, *rest = arguments.split()
    outcome = gradcli(command, *rest, folder=folder)
    assert (outcome.status, outcome.out) == (2, "")
    assert told in outcome.err
    assert "help:  " in outcome.err
    assert contents(folder) == before


@pytest.mark.parametrize("redirection", ["<", ">>"])
@pytest.mark.parametrize("command", ["batch", "grade"])
def test_what_the_shell_redirects_is_an_input_or_output_too(folder: Path, command: str, redirection: str) -> None:
    name = "p.txt" if command == "batch" else "a.csv"
    operands = {"batch": ["batch"], "grade": ["grade", "k.toml"]}[command]
    before = contents(folder)
    with open(folder / name, "rb" if redirection == "<" else "ab") as file:
        finished = subprocess.run(
            [sys.executable, "-m", "gradcli", *operands, *(["-", "--output", name] if redirection == "<" else [name])],
            stdin=file if redirection == "<" else subprocess.DEVNULL,
            stdout=file if redirection == ">>" else subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            check=False,
        )
    assert finished.returncode == 2
    assert b"it would be overwritten" in finished.stderr
    assert contents(folder) == before


def test_grades_summary_does_not_go_into_its_results(folder: Path) -> None:
    with open(folder / "o.csv", "ab") as file:
        finished = subprocess.run(
            [sys.executable, "-m", "gradcli", "grade", "k.toml", "a.csv", "--output", "o.csv"],
            stdout=file,
            stderr=subprocess.PIPE,
            cwd=folder,
            check=False,
        )
    assert finished.returncode == 2
    assert b"--output o.csv goes to what the summary goes to" in finished.stderr


@posix
@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_standard_output_has_more_than_one_name(folder: Path, name: str) -> None:
    assert batch(folder, "p.txt", "--output", name).out == SOLVED
    assert grade(folder, "a.csv", "--output", name).out == grade(folder, "a.csv", "--to", "csv").out
    assert grade(folder, "a.csv", "--report", name).out.endswith("</html>")
    assert not (folder / "-").exists()


@posix
def test_what_standard_output_is_appended_to_is_kept(folder: Path) -> None:
    with open(folder / "old.csv", "ab") as file:
        subprocess.run(
            [sys.executable, "-m", "gradcli", "batch", "p.txt", "--no-check", "-j0", "--output", "/dev/stdout"],
            stdout=file,
            cwd=folder,
            check=True,
        )
    assert (folder / "old.csv").read_text(encoding="utf-8") == "older\n" + SOLVED


@posix
def test_a_pipe_is_written_to_as_the_records_come_and_stays(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append((folder / "pipe").read_text(encoding="utf-8")))
    reader.start()
    assert batch(folder, "p.txt", "--output", "pipe").status == 0
    reader.join()
    assert found == [SOLVED]
    assert (folder / "pipe").is_fifo()
    assert not (folder / "pipe.journal").exists()


@posix
def test_devices_stay_devices(folder: Path) -> None:
    everything = ("--output", "/dev/null", "--report", "/dev/null", "--gradescope", "/dev/null")
    (folder / "one.csv").write_text("student,q1\nada,2x\n", encoding="utf-8")
    assert grade(folder, "one.csv", *everything).status == 0
    assert batch(folder, "p.txt", "--output", "/dev/null").status == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this platform has no full device")
def test_a_device_without_room_is_said() -> None:
    outcome = gradcli("batch", "-", "--no-check", "-j0", "--output", "/dev/full", stdin=PROBLEMS)
    assert (outcome.status, outcome.out) == (2, "")
    assert "error: the output could not be written: No space left on device" in outcome.err


@posix
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_target_gets_the_data(folder: Path, there: bool) -> None:
    for name in ("o.csv", "r.html"):
        (folder / "to").mkdir(exist_ok=True)
        (folder / name).symlink_to(f"to/{name}")
        if there:
            (folder / "to" / name).write_text("older", encoding="utf-8")
    assert grade(folder, "a.csv", "--output", "o.csv", "--report", "r.html").status == 1
    assert (folder / "o.csv").is_symlink()
    assert (folder / "r.html").is_symlink()
    assert (folder / "to" / "o.csv").read_text(encoding="utf-8").startswith(GRADED)
    assert "<html" in (folder / "to" / "r.html").read_text(encoding="utf-8")
    assert sorted(each.name for each in (folder / "to").iterdir()) == ["o.csv", "r.html"]


def write_half(target: Target) -> None:
    """Write a file that Ctrl-C ends in the middle."""
    with replaced(target) as text:
        text.write("half")
        text.flush()
        raise KeyboardInterrupt


def test_an_older_file_is_replaced_only_by_a_whole_one(folder: Path) -> None:
    target = targets({"--report": str(folder / "old.csv")}, ())["--report"]
    assert target is not None
    before = contents(folder)
    with pytest.raises(KeyboardInterrupt):
        write_half(target)
    assert contents(folder) == before
    with replaced(target) as text:
        text.write("whole\n")
    assert contents(folder) == {**before, "old.csv": "whole\n"}


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
def test_a_full_disk_under_a_report_leaves_the_older_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    before = contents(folder)
    arguments = ("k.toml", "a.csv", "-j0", "--report", "old.csv")
    status, _, err = Batch(*arguments, first=small_files(2_000), command="grade").end()
    assert status == 2
    assert "error: old.csv could not be written: File too large" in err
    assert contents(folder) == before


@posix
def test_who_may_not_read_an_older_report_may_not_read_the_new_one(folder: Path) -> None:
    (folder / "old.csv").chmod(0o600)
    with replaced(Target("old.csv", str(folder / "old.csv"))) as text:
        text.write("whole\n")
    assert (folder / "old.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["old.csv", "new.csv"])
def test_what_is_protected_from_writing_is_not_replaced(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    protected = folder / name if name == "old.csv" else folder
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != protected)
    with pytest.raises(Misuse, match="protected from writing"):
        targets({"--output": str(folder / name)}, ())


def interrupted(interrupts: Interrupts, steps: list[str]) -> None:
    """Take a step in which Ctrl-C comes."""
    with interrupts.held():
        signal.raise_signal(signal.SIGINT)
        steps.append("whole")


def test_ctrl_c_waits_for_the_end_of_a_step() -> None:
    steps: list[str] = []
    with Interrupts() as interrupts:
        with pytest.raises(KeyboardInterrupt):
            interrupted(interrupts, steps)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with interrupts.held():
            steps.append("next")
    assert steps == ["whole", "next"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_where_ctrl_c_is_ignored_it_stays_so() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts, interrupts.held():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
