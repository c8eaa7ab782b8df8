"""What is said of problems that never came back from a worker."""

from __future__ import annotations

from gradcli.batch import codes
from gradcli.batch.task import Task
from gradcli.language import Diagnostic, Span


def diagnosis(task: Task, error: BaseException, timeout: float, memory: int | None) -> Diagnostic:
    """What happened to a problem when this came back in the place of its result.

    `timeout` is in seconds, `memory` in megabytes.
    """
    from concurrent.futures import BrokenExecutor

    from gradcli.batch.workers import NoWorker

    if isinstance(error, TimeoutError):
        return whole(task, codes.TIMED_OUT, f"this took longer than {timeout:g} s", "--timeout S gives it more time")
    if isinstance(error, MemoryError):
        limit = "there is" if memory is None else f"the limit of {memory:,} MB"
        return whole(task, codes.OUT_OF_MEMORY, f"this needed more memory than {limit}", "--memory MB gives it more")
    if isinstance(error, NoWorker):
        message = f"no process could be started to calculate this: {error}"
        return whole(task, codes.KILLED_WORKER, message, "-j0 does without; is the machine out of memory?")
    if isinstance(error, BrokenExecutor):
        message = f"this ended the process that calculated it, twice: {error or 'nothing more is known'}"
        return whole(task, codes.KILLED_WORKER, message, "was the machine out of memory? --memory MB sets a limit")
    message = f"gradcli failed on this ({type(error).__name__}: {error}); that is a bug in gradcli"
    return whole(task, codes.BUG, message.replace("\n", " "), "please report it")


def whole(task: Task, code: str, message: str, help_: str | None = None) -> Diagnostic:
    """A diagnostic of the whole problem."""
    text = "" if task.entry is None else task.entry.text
    return Diagnostic(code, message, Span(0, len(text)), text, help_)
