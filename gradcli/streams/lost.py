"""What is said of work that never came back from a worker."""

from __future__ import annotations

from gradcli.language import Diagnostic
from gradcli.streams import codes


def diagnosis(text: str, error: BaseException, timeout: float, memory: int | None) -> Diagnostic:
    """What happened to the work on `text` when this came back in the place of its result.

    `timeout` is in seconds, `memory` in megabytes.
    """
    from concurrent.futures import BrokenExecutor

    from gradcli.streams.workers import NoWorker

    if isinstance(error, TimeoutError):
        return whole(text, codes.TIMED_OUT, f"this took longer than {timeout:g} s", "--timeout S gives it more time")
    if isinstance(error, MemoryError):
        limit = "there is" if memory is None else f"the limit of {memory:,} MB"
        return whole(text, codes.OUT_OF_MEMORY, f"this needed more memory than {limit}", "--memory MB gives it more")
    if isinstance(error, NoWorker):
        message = f"no process could be started to calculate this: {error}"
        return whole(text, codes.KILLED_WORKER, message, "-j0 does without; is the machine out of memory?")
    if isinstance(error, BrokenExecutor):
        message = f"this ended the process that calculated it, twice: {error or 'nothing more is known'}"
        return whole(text, codes.KILLED_WORKER, message, "was the machine out of memory? --memory MB sets a limit")
    return bug(text, error)


def bug(text: str, error: BaseException) -> Diagnostic:
    """What is said of work that raised what nobody expected."""
    message = f"gradcli failed on this ({type(error).__name__}: {error}); that is a bug in gradcli"
    return whole(text, codes.BUG, message.replace("\n", " "), "please report it")


def whole(text: str, code: str, message: str, help_: str | None = None) -> Diagnostic:
    """A diagnostic of the whole text."""
    return Diagnostic.of_whole(code, message, text, help_)
