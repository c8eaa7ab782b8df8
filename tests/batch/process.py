"""A batch as a process that is fed by hand: what it says is seen while it runs, and it can be ended in every way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

SAFE_AT_ONCE = "from gradcli.streams import journal; journal.SECONDS = 0.0"
"""Has the journal keep every record as it comes, so that much happens between two kills."""


def small_files(size: int) -> str:
    """Has the system refuse to let a file grow beyond a size, as a full disk does."""
    return f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"


class Batch:
    """`gradcli batch ARGUMENTS…` (or another command) in a process group of its own, with pipes for its streams.

    `first` is run in it before. Leaving it as a context kills what is left of it.
    """

    def __init__(self, *arguments: str, first: str = "", command: str = "batch") -> None:
        program = f"{first}\nfrom gradcli.cli import main\nmain()"
        environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def __enter__(self) -> Batch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()

    def feed(self, data: bytes) -> None:
        """Write to its standard input."""
        self.stdin.write(data)
        self.stdin.flush()

    def end(self, data: bytes = b"") -> tuple[int, str, str]:
        """Write the last of its input, and wait: its status, and what it printed since."""
        out, err = self.process.communicate(data)
        said = out.decode(), err.decode()
        assert "Traceback" not in said[1], said[1]
        return self.process.returncode, *said

    def until(self, reached: Callable[[], bool]) -> None:
        """Wait until something has come about, as long as the process lives."""
        while not reached():
            time.sleep(0.001)
            if self.process.poll() is not None:
                raise AssertionError(f"the run has ended: {self.end()}")

    def peak_memory(self) -> int:
        """The most memory that the process has had, in kilobytes."""
        table = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in table.splitlines() if line.startswith("VmHWM:"))

    @staticmethod
    def until_gone(processes: Sequence[int]) -> None:
        """Wait until processes have ended."""
        while any(is_running(process) for process in processes):
            time.sleep(0.01)

    def signal(self, number: int) -> None:
        """Send a signal to the process and its workers, as a terminal does."""
        os.killpg(self.process.pid, number)

    def helpers(self) -> list[int]:
        """The processes that this one started, and those that they started."""
        found = children([self.process.pid])
        return [*found, *children(found)]

    def workers(self) -> list[int]:
        """The processes that do the work: a server, which is the first process's child, forks them."""
        return children(children([self.process.pid]))


def children(processes: Sequence[int]) -> list[int]:
    """The processes that these have started and that have not ended, by the system's table."""
    running = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and is_running(entry.name)]
    return [process for process in running if parent(process) in processes]


def parent(process: int) -> int | None:
    """The process that started this one."""
    fields = status_of(process)
    return int(fields[1]) if fields else None


def is_running(process: int | str) -> bool:
    """Whether a process is there, and has not ended."""
    return status_of(process)[:1] not in ([], ["Z"])


def status_of(process: int | str) -> list[str]:
    """The fields that the system's table has for a process, from its state on; none where there is no such process."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
