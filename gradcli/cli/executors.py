"""Who does the work of commands that have much of it: this process, processes that can be killed, or a cluster."""

from __future__ import annotations

import os
from concurrent.futures import Executor
from dataclasses import dataclass

from gradcli.cli import terminal


@dataclass
class Limits:
    """How many workers there are (0: none, this process does the work), what one problem may take (seconds,
    megabytes), and the modules that workers import first. With the address of a Dask `scheduler` all these are the
    cluster's."""

    jobs: int
    timeout: float
    memory: int
    modules: tuple[str, ...]
    scheduler: str | None = None


def executor_for(limits: Limits) -> tuple[Executor, int]:
    """Who does the work, and how many they are."""
    if limits.scheduler is not None:
        from gradcli.cli.cluster import connect

        cluster = connect(limits.scheduler)
        return cluster, cluster.workers
    if limits.jobs == 0:
        from gradcli.batch.here import Here, missing_alarm

        _note(missing_alarm())
        return Here(limits.timeout), 1
    from gradcli.batch.processes import missing_protection
    from gradcli.batch.workers import Workers

    _note(missing_protection(limits.memory))
    return Workers(limits.jobs, limits.timeout, limits.memory, limits.modules), limits.jobs


def _note(missing: str | None) -> None:
    """Say what protection this system lacks."""
    if missing is not None:
        terminal.message(f"note:  {missing}")


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
