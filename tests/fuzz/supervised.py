"""A process that runs cases, and this one that watches it, so that crashes, hangs and hunger for memory are found."""

from __future__ import annotations

import multiprocessing
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from gradcli.cli.commands import CANNOT
from tests.fuzz import promises, running
from tests.fuzz.cases import Case

MEMORY = 4_000_000_000
"""The bytes that the process may take."""
PATIENCE = 2 * running.BOUND
"""The seconds after which the process itself is ended: the case is in code that no alarm interrupts."""


class Runner:
    """Runs cases, one after the other."""

    def __init__(self) -> None:
        self.context = multiprocessing.get_context("spawn")
        self._start()

    def _start(self) -> None:
        self.connection, theirs = self.context.Pipe()
        self.process = self.context.Process(target=_serve, args=(theirs,), daemon=False)
        self.process.start()
        theirs.close()

    def broken(self, case: Case, *, as_process: bool = False) -> tuple[list[str], str]:
        """The promises that a case breaks, and the end of the traceback where there is one."""
        try:
            self.connection.send((case, as_process))
            if self.connection.poll(PATIENCE):
                found: tuple[list[str], str] = self.connection.recv()
                return found
            complaint = f"no end within {PATIENCE} s, and no alarm interrupts it"
        except (EOFError, OSError):
            self.process.join(10)
            complaint = f"the process died with exit status {self.process.exitcode}"
        ended_itself = self.process.exitcode == CANNOT  # as a one-liner does at its limit of time or memory
        self.close()
        self._start()
        return [] if ended_itself else [complaint], ""

    def close(self) -> None:
        """End the process."""
        self.connection.close()
        self.process.kill()
        self.process.join()


def _serve(connection: Connection) -> None:
    """Run what comes until nothing comes any more."""
    try:
        import resource
    except ImportError:  # a system without such limits: what eats the memory there is not found out
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory() as folder:
        while True:
            try:
                case, as_process = connection.recv()
            except EOFError:
                return
            run = running.run_as_process if as_process and case.kind != "archives" else running.run_here
            outcome = run(case, Path(folder))
            connection.send((promises.broken(case, outcome), outcome.trace))
