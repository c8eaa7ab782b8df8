"""`--scheduler ADDRESS`: the Dask cluster, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.cli.program import Misuse

if TYPE_CHECKING:
    from gradcli.batch.dask import DaskExecutor

NEEDED = ("dask", "distributed")


def connect(address: str) -> DaskExecutor:
    """The cluster behind an Executor. Raises Misuse."""
    try:
        from gradcli.batch.dask import ClusterError, DaskExecutor
    except ModuleNotFoundError as absent:
        if absent.name not in NEEDED:
            raise
        raise Misuse("--scheduler needs Dask, which is not installed", "pip install 'gradcli[dask]'") from None
    try:
        return DaskExecutor(address)
    except ClusterError as error:
        raise Misuse(str(error), error.help) from None
