"""Worker processes as the operating system has them: how they start, what they are limited to, how they end."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from gradcli.streams import memory

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, SpawnContext
    from multiprocessing.process import BaseProcess

COLLECTED_AFTER: Final = 10_000
"""Objects, of which the collector counts those that hold others, that come to be between two of its runs; a problem
makes some 300, a megabyte holds some 10,000."""
SINGLE_THREADED: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Workers leave the other cores to each other, and add up in the same order whatever their number."""

UNHEARD: Final = "gradcli.streams.unheard"

_alone: Final = threading.Lock()
"""Held while a process is started or buried: the environment is changed for its start, and the standard library asks
all its children how they are when one is started, which is to be asked once."""


def warm_up(modules: Sequence[str]) -> None:
    """Have the modules imported for the workers to come, while this process goes on."""
    with _alone:
        _ensure_server(modules)


def start(
    serve: Callable[[Connection], None], modules: Sequence[str], megabytes: int | None
) -> tuple[BaseProcess, Connection]:
    """A new process that calls `serve` with the other end of the connection, when it has imported the modules and been
    limited to so many megabytes beyond what it has then. Raises OSError, EOFError where it cannot be started."""
    context = _context()
    with _alone, _single_threaded(), _without_main():
        _ensure_server(modules)
        ours, theirs = context.Pipe()
        try:
            process = context.Process(target=_begin, args=(serve, theirs, modules, megabytes), daemon=True)
            process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
    return process, ours


def buried(process: BaseProcess, patience: float) -> int | None:
    """The exit status of a process, which is killed if it has not ended within `patience` seconds."""
    with _alone:
        process.join(patience)
        if process.exitcode is None:
            process.kill()
            process.join()
        return process.exitcode


def missing_protection(megabytes: int | None) -> str | None:
    """What the platform cannot do of what is asked for; None where it can do all."""
    if megabytes is not None and memory.address_space() is None:
        return "this system cannot limit the memory of a process, so --memory is without effect"
    return None


def rest_collector() -> None:
    """Have the garbage collector run seldom: what was imported stays, and a problem leaves no cycles behind unless it
    fails or SymPy checks it, so that there is little to find."""
    import gc

    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)


def _begin(
    serve: Callable[[Connection], None], connection: Connection, modules: Sequence[str], megabytes: int | None
) -> None:
    """Prepare this process, and serve."""
    # Ctrl-C reaches all processes of a terminal; what is to become of the work is for the one that reads it to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for module in (UNHEARD, *modules):
        importlib.import_module(module)
    rest_collector()
    if megabytes is not None:
        memory.limit(megabytes)
    serve(connection)


def _ensure_server(modules: Sequence[str]) -> None:
    """Start the server that workers are forked from, where there can be one and is none; `_alone` is held."""
    if _has_server():
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload([UNHEARD, *modules])
        with _single_threaded():
            forkserver.ensure_running()


def _context() -> ForkServerContext | SpawnContext:
    """How processes start: forked from a server that has imported the modules, afresh where that is impossible."""
    return multiprocessing.get_context("forkserver") if _has_server() else multiprocessing.get_context("spawn")


def _has_server() -> bool:
    return "forkserver" in multiprocessing.get_all_start_methods()


@contextmanager
def _without_main() -> Iterator[None]:
    """Within it processes that this thread starts do not import the main module: nothing in it is work of ours, and a
    script that calls us without a guard against that would run once more in each of them."""
    from multiprocessing import spawn

    mine, prepare = threading.get_ident(), spawn.get_preparation_data

    def prepared(name: str) -> dict[str, Any]:
        data: dict[str, Any] = prepare(name)
        if threading.get_ident() == mine:
            data.pop("init_main_from_path", None)
            data.pop("init_main_from_name", None)
        return data

    spawn.get_preparation_data = prepared  # the standard library asks for it by this name, and has no other way in
    try:
        yield
    finally:
        spawn.get_preparation_data = prepare


@contextmanager
def _single_threaded() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in SINGLE_THREADED}
    os.environ.update(dict.fromkeys(SINGLE_THREADED, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _end_with_parent() -> None:
    """End this process when the one that it works for is gone, in whatever way: nobody would stop it any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
