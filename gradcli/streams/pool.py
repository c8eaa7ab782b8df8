"""Who does the work of a run: this process, processes that can be killed, or a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradcli.streams.errors import RunError

if TYPE_CHECKING:
    from gradcli.streams.dask import DaskExecutor

NEEDED = ("dask", "distributed")


@dataclass
class Pool:
    """How many workers there are (0: none, this process does the work), what one task may take (seconds, megabytes),
    and the modules that workers import first. With the address of a Dask `scheduler` all these are the cluster's."""

    jobs: int
    timeout: float
    memory: int
    modules: tuple[str, ...]
    scheduler: str | None = None

    def executor(self, say: Callable[[str], None]) -> tuple[Executor, int]:
        """Who does the work, and how many; `say` is told what protection this system lacks. Raises RunError."""
        if self.scheduler is not None:
            cluster = _cluster(self.scheduler)
            return cluster, cluster.workers
        if self.jobs == 0:
            from gradcli.streams.here import Here, missing_alarm

            missing = missing_alarm()
            executor: Executor = Here(self.timeout)
        else:
            from gradcli.streams.processes import missing_protection
            from gradcli.streams.workers import Workers

            missing = missing_protection(self.memory)
            executor = Workers(self.jobs, self.timeout, self.memory, self.modules)
        if missing is not None:
            say(f"note:  {missing}")
        return executor, max(self.jobs, 1)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cluster(address: str) -> DaskExecutor:
    """The Dask cluster behind an Executor. Raises RunError."""
    try:
        from gradcli.streams.dask import DaskExecutor
    except ModuleNotFoundError as absent:
        if absent.name not in NEEDED:
            raise
        raise RunError("--scheduler needs Dask, which is not installed", "pip install 'gradcli[dask]'") from None
    return DaskExecutor(address)
