"""Runs a case: in this process, which is quick, or as a process of its own, which is what users do."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from gradcli.cli import program
from tests.fuzz.cases import Case

BOUND = 60
"""The seconds that one case may take."""


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the exit status (None where it ended otherwise), the streams, and the failure.

    `failure` is the exception that nobody caught, as its class and where in gradcli it was raised; `trace` is the
    end of its traceback.
    """

    status: int | None
    out: str
    err: str
    failure: str = ""
    trace: str = ""


class OutOfTime(BaseException):
    """A case has taken longer than BOUND; no `except Exception` swallows it."""


def run_here(case: Case, folder: Path) -> Outcome:
    """Run a case in this process, its files in `folder`."""
    _write(case, folder)
    before = os.getcwd()
    os.chdir(folder)
    try:
        with _streams(case.stdin) as (out, err):
            status, failure, trace = _called(case)
            return Outcome(status, _written(out), _written(err), failure, trace)
    finally:
        os.chdir(before)


def _written(stream: io.TextIOWrapper) -> str:
    """What was written to a stream that keeps it."""
    stream.flush()
    kept = stream.buffer
    assert isinstance(kept, io.BytesIO)
    return kept.getvalue().decode("utf-8", "replace")


def run_as_process(case: Case, folder: Path) -> Outcome:
    """Run a case as a user does, its files in `folder`."""
    _write(case, folder)
    root = str(Path(program.__file__).parents[2])
    environment = {name: value for name, value in os.environ.items() if name not in ("GRADCLI_DEBUG", "FORCE_COLOR")}
    environment |= {"PYTHONPATH": root, "PYTHONIOENCODING": "utf-8"}
    arguments = [argument.encode("utf-8", "surrogateescape") for argument in case.arguments]
    call = [sys.executable, "-m", "gradcli", *arguments]
    try:
        done = subprocess.run(
            call, input=case.stdin, capture_output=True, env=environment, cwd=folder, timeout=2 * BOUND, check=False
        )
    except subprocess.TimeoutExpired:
        return Outcome(None, "", "", f"no end within {2 * BOUND} s")
    return Outcome(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def _write(case: Case, folder: Path) -> None:
    for name, data in case.files.items():
        (folder / name).write_bytes(data)


def _called(case: Case) -> tuple[int | None, str, str]:
    """The status, or what was raised and where."""
    try:
        with _time_limit():
            if case.kind == "archives":
                return _loaded(case), "", ""
            return program.run(list(case.arguments)), "", ""
    except OutOfTime:
        return None, f"no end within {BOUND} s", ""
    except BaseException as error:
        return None, _named(error), "".join(traceback.format_exception(error)[-3:])[-1500:]


def _loaded(case: Case) -> int:
    """0 where the engine loads the archive, 2 where it refuses it as it says it does."""
    import gradcli.engine as torch

    try:
        repr(torch.load(io.BytesIO(case.files["archive.pt"])))
    except RuntimeError as error:
        return 2 if "loads only files that its own save() wrote" in str(error) else 1
    return 0


def _named(error: BaseException) -> str:
    """An exception by its class and the last place in gradcli that it passed."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if f"{os.sep}gradcli{os.sep}" in frame.filename
    ]
    place = ""
    if frames:
        place = f" in {frames[-1].filename.rpartition(f'gradcli{os.sep}')[2]}, {frames[-1].name}"
    return f"{type(error).__name__}{place}"


@contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    """Standard streams of this process that are kept; exceptions that are no Diagnostics are raised within."""
    kept = sys.stdin, sys.stdout, sys.stderr, os.environ.get("GRADCLI_DEBUG")
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"), out, err
    os.environ["GRADCLI_DEBUG"] = "1"
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept[:3]
        if kept[3] is None:
            del os.environ["GRADCLI_DEBUG"]


@contextmanager
def _time_limit() -> Iterator[None]:
    """Raise OutOfTime where this takes longer than BOUND, on systems that have alarms."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, BOUND)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
