"""Runs a document's cells in a child process: nothing that they do can hurt this one."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import gradcli
from gradcli.replay.cells import Cell, CellFailure, CellOutcome, CellOutputs, Document

_GLANCE: Final = 0.2
"""How often, in seconds, to look whether a silent child is still there."""
_LONGEST: Final = 100_000_000
"""The most bytes in a line from the child: what a cell itself writes to the descriptor is not bounded there."""


def run(document: Document, seed: int, timeout: float, last: int | None = None) -> Iterator[CellOutcome]:
    """The outcomes of the cells in their order, to cell number `last` or to the one in which the process ends.

    `seed` seeds what cells draw from without seeding it themselves; `timeout` is in seconds, for each cell.
    """
    cells = [cell for cell in document.cells if last is None or cell.number <= last]
    child = _Child(document, cells, seed)
    try:
        for _ in cells:
            outcome = child.next_outcome(timeout)
            yield outcome
            if outcome.ended is not None:
                return
    finally:
        child.kill()


class _Child:
    """The child process and what it has said."""

    def __init__(self, document: Document, cells: list[Cell], seed: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-P", "-m", "gradcli.replay.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(seed),
            start_new_session=True,
        )
        self.token = secrets.token_hex(16)
        self.lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        request = _request(document, cells, seed, self.token)
        self.listener = threading.Thread(target=self._converse, args=(request,), daemon=True)
        self.listener.start()

    def _converse(self, request: bytes) -> None:
        """Hand the request over, then collect what the child says; on a thread, since both can wait forever.

        Only lines with the token are the child's: cells can write to the descriptor, too.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(OSError), self.process.stdin as stdin:
            stdin.write(request)
        token = self.token.encode()
        with self.process.stdout as stdout:
            while line := stdout.readline(_LONGEST):
                if line.startswith(token):
                    self.lines.put(line.removeprefix(token))

    def next_outcome(self, timeout: float) -> CellOutcome:
        """Wait for the next cell. Its time begins when it does, not with the start of the process."""
        if self._next_message(None) is None:
            return _ended(self._how_it_ended())
        message = self._next_message(time.monotonic() + timeout)
        if message is not None:
            return _outcome(message)
        return _ended(f"took longer than {timeout:g} s" if self.process.poll() is None else self._how_it_ended())

    def _next_message(self, deadline: float | None) -> dict[str, Any] | None:
        """What the child says next; None where it has ended or the deadline has passed."""
        while True:
            ended = self.process.poll() is not None
            try:
                found: dict[str, Any] = json.loads(self.lines.get(timeout=_GLANCE))
            except queue.Empty:
                if ended or (deadline is not None and time.monotonic() >= deadline):
                    return None
            else:
                return found

    def _how_it_ended(self) -> str:
        status = self.process.wait()
        if status >= 0:
            return f"ended the process with exit status {status}"
        with contextlib.suppress(ValueError):
            return f"ended the process by {signal.Signals(-status).name}"
        return f"ended the process by signal {-status}"

    def kill(self) -> None:
        """End the process, and where the system knows process groups, whatever the cells have started."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self.listener.join(_GLANCE)  # what the cells have started may hold its pipe open, where there are no groups


def _request(document: Document, cells: list[Cell], seed: int, token: str) -> bytes:
    """The child's Request: a notebook runs in its folder, a script where the user stands, as Python would."""
    file = Path(document.file).resolve()
    request = json.dumps(
        {
            "token": token,
            "cells": [[cell.number, cell.source] for cell in cells],
            "seed": seed,
            "file": document.file,
            "path": str(file.parent),
            "folder": None if document.is_script else str(file.parent),
            "is_script": document.is_script,
        }
    )
    return request.encode()


def _environment(seed: int) -> dict[str, str]:
    """This process's environment, with gradcli importable from anywhere, no windows, and hashes that `seed` decides."""
    places = [str(Path(gradcli.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    own = {"PYTHONPATH": os.pathsep.join(places), "PYTHONHASHSEED": str(seed), "MPLBACKEND": "Agg"}
    return {**os.environ, **own}


def _outcome(message: dict[str, Any]) -> CellOutcome:
    """The CellOutcome of a message of the child's (see `child.outcome_object`)."""
    found = message["outcome"]
    stdout, stderr, displays, pictures, failure = found["outputs"]
    outputs = CellOutputs(
        stdout, stderr, tuple(displays), tuple(pictures), None if failure is None else CellFailure(*failure)
    )
    needs, skipped, reads, writes, unbound = map(tuple, found["rest"])
    return CellOutcome(outputs, needs, skipped, reads, writes, unbound, found["ended"])


def _ended(how: str) -> CellOutcome:
    return CellOutcome(CellOutputs(), ended=how)
