"""Progress on stderr, where it is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from gradcli.batch.sources import Sources
from gradcli.batch.tally import Tally
from gradcli.batch.task import Result, Status
from gradcli.cli import terminal

Shown: TypeAlias = Callable[[Iterator[Result]], Iterator[Result]]


@contextmanager
def progress(sources: Sources, tally: Tally) -> Iterator[Shown]:
    """A function that hands results through and shows how far they are: how many, how fast, how many failed, and the
    time left where the input's size is known. Elsewhere than on a terminal it shows nothing."""
    if not terminal.is_terminal(sys.stderr):
        yield lambda results: results
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    size = sources.size()
    ahead = [BarColumn(), TimeRemainingColumn(compact=True)] if size else [TimeElapsedColumn()]
    columns = (TextColumn("{task.fields[done]:,} problems"), TextColumn("{task.fields[rate]:,.0f}/s"))
    failed = TextColumn("{task.fields[failed]:,} failed")
    with Progress(*columns, failed, *ahead, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=size, done=0, rate=0.0, failed=0)

        def shown(results: Iterator[Result]) -> Iterator[Result]:
            before = tally.total
            for result in results:
                yield result
                elapsed = bar.tasks[0].elapsed or 1e-9
                done = tally.total
                rate = (done - before) / elapsed
                bar.update(task, completed=sources.consumed, done=done, rate=rate, failed=tally[Status.FAILED])

        yield shown
