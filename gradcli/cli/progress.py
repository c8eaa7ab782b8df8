"""Progress on stderr, where it is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from gradcli.cli import terminal

R = TypeVar("R")


@dataclass
class ProgressState:
    """How many are done, how many of them badly, and how many bytes of the input have been read."""

    done: int
    bad: int
    consumed: int


@contextmanager
def progress(
    size: Callable[[], int | None], state: Callable[[], ProgressState], noun: str, bad: str
) -> Iterator[Callable[[Iterator[R]], Iterator[R]]]:
    """A function that hands results through and shows how far they are: how many, how fast, how many are bad, and the
    time left where the input's size is known. Elsewhere than on a terminal it shows nothing."""
    if not terminal.is_terminal(sys.stderr):
        yield lambda results: results
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    total = size()
    ahead = [BarColumn(), TimeRemainingColumn(compact=True)] if total else [TimeElapsedColumn()]
    columns = (TextColumn(f"{{task.fields[done]:,}} {noun}"), TextColumn("{task.fields[rate]:,.0f}/s"))
    failed = TextColumn(f"{{task.fields[bad]:,}} {bad}")
    with Progress(*columns, failed, *ahead, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, done=0, rate=0.0, bad=0)

        def shown(results: Iterator[R]) -> Iterator[R]:
            before = state().done
            for result in results:
                yield result
                now = state()
                rate = (now.done - before) / (bar.tasks[0].elapsed or 1e-9)
                bar.update(task, completed=now.consumed, done=now.done, rate=rate, bad=now.bad)

        yield shown
