"""Work on a Dask cluster, behind `concurrent.futures.Executor`.

Dask itself sends the work of a worker that is lost to another one. Its workers are not ours to kill: the limits of time
and memory that hold there are the cluster's own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import Any, Final, TypeVar

from distributed import Client
from distributed import Future as RemoteFuture
from distributed.scheduler import KilledWorker

import gradcli
from gradcli.streams.errors import RunError

R = TypeVar("R")

CONNECT_SECONDS: Final = 10
"""How long to try to reach the scheduler."""

_alone: Final = threading.Lock()


class ClusterError(RunError):
    """The cluster cannot be used; the text says why."""


class ClusterLostError(CancelledError):
    """The scheduler went away while work was with it: all of it is cancelled."""


class DaskExecutor(Executor):
    """An Executor on the cluster whose scheduler is at `address`, such as `tcp://host:8786`.

    `workers` is how many threads the cluster has now. Raises ClusterError where there is no scheduler, and where a
    worker lacks gradcli or has another version of it, since then results could differ.
    """

    def __init__(self, address: str, seconds: float = CONNECT_SECONDS) -> None:
        # What the client logs is what our errors say.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            self._client = Client(address, timeout=seconds, set_as_default=False)
        except (OSError, ValueError) as error:
            message = f"there is no Dask scheduler at {address}: {error}"
            raise ClusterError(message, "start one with `dask scheduler`; the address is what it prints") from error
        try:
            self._check_versions()
        except BaseException:
            self._client.close()
            raise
        self.workers = max(1, sum(self._client.nthreads().values()))

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        """Have a worker call `fn`, and another one if that is lost.

        The Future raises BrokenExecutor where several workers were lost to the call, and ClusterLostError where the
        scheduler was.
        """
        remote = self._client.submit(alone, fn, *args, pure=False, **kwargs)
        future: _LocalFuture[R] = _LocalFuture(remote)
        remote.add_done_callback(future.settle)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; work that is still with it is given up."""
        self._client.close()

    def _check_versions(self) -> None:
        found = self._client.run(version, on_error="return")
        for worker, answer in found.items():
            if answer != gradcli.__version__:
                has = answer if isinstance(answer, str) else "none that can be imported"
                message = f"the worker {worker} has another gradcli: {has}, and here is {gradcli.__version__}"
                raise ClusterError(message, "install the same gradcli[dask] on all workers")


class _LocalFuture(Future[R]):
    """What a worker is asked for, as the standard library's Future."""

    def __init__(self, remote: RemoteFuture) -> None:
        super().__init__()
        self._remote = remote

    def settle(self, remote: RemoteFuture) -> None:
        """Take over what became of the remote work. Dask calls this from a thread of its own."""
        if not self.set_running_or_notify_cancel():
            return
        try:
            self.set_result(remote.result())
        except KilledWorker as error:
            self.set_exception(BrokenExecutor(str(error)))
        except CancelledError:
            self.set_exception(ClusterLostError("the Dask scheduler is gone"))
        except BaseException as error:  # what the work raised; nobody else hears of it
            self.set_exception(error)

    def cancel(self) -> bool:
        """Cancel what has not begun here; the cluster is told."""
        cancelled = super().cancel()
        if cancelled:
            self._remote.cancel()
        return cancelled


def alone(fn: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Call `fn` while no other thread of this worker does: SymPy's and mpmath's settings are the process's."""
    with _alone:
        return fn(*args, **kwargs)


def version() -> str:
    """The gradcli of a worker."""
    return gradcli.__version__
