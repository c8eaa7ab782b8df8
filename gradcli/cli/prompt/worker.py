"""What calculates for the prompt: a process forked from it, which imports what is needed while somebody types.

A calculation that takes too much, or crashes, ends the worker, and another one goes on with the same session. Without
`fork` (on Windows) the prompt calculates itself: then such a calculation ends the prompt.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, NoReturn

from gradcli.cli.prompt.session import Kept, Session

if TYPE_CHECKING:
    from types import FrameType

GRACE: Final = 1.0
"""Seconds that a calculation has to end after Ctrl-C."""
CANNOT: Final = 2
INTERRUPTED: Final = 130


class Request(NamedTuple):
    """A statement or command, in a file or not; or the text to be completed, up to the cursor.

    Of a file, `line` is the number of the first line. `options` are those that commands take which have them.
    """

    text: str
    file: str | None = None
    line: int = 1
    options: tuple[str, ...] = ()
    completes: bool = False


class Reply(NamedTuple):
    """The exit status of what was asked, what has changed in the session, or completions.

    `is_closed` says that nobody reads what is written.
    """

    status: int = 0
    changes: dict[str, Kept | None] = {}  # noqa: RUF012 (nobody changes it)
    ans: str | None = None
    completions: tuple[str, ...] = ()
    is_closed: bool = False


class Worker:
    """The other process, as the prompt sees it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._process = 0
        self._requests: BinaryIO | None = None
        self._replies: BinaryIO | None = None
        if hasattr(os, "fork"):
            self._start()

    def _start(self) -> None:
        requests, to_worker = os.pipe()
        from_worker, replies = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        process = os.fork()
        if process == 0:
            os.close(to_worker)
            os.close(from_worker)
            _work(self._session, os.fdopen(requests, "rb"), os.fdopen(replies, "wb"))
        os.close(requests)
        os.close(replies)
        self._process = process
        self._requests, self._replies = os.fdopen(to_worker, "wb"), os.fdopen(from_worker, "rb")

    def ask(self, request: Request) -> Reply:
        """Have a request done; the session is changed as it says. Ctrl-C abandons it."""
        if not hasattr(os, "fork"):
            return _here(self._session, request)
        reply = self._answer(request)
        if reply is None:
            return Reply(self._ended(request), ans=self._session.ans)
        self._session.apply(reply.changes, reply.ans)
        return reply

    def _answer(self, request: Request) -> Reply | None:
        """The reply; None of a worker that has ended."""
        import pickle

        assert self._requests is not None
        assert self._replies is not None
        interrupts = 0
        is_asked = False
        while True:
            try:
                if not is_asked:
                    data = pickle.dumps(request)
                    is_asked = True
                    self._requests.write(data)
                    self._requests.flush()
                if interrupts and not self._replies_within(GRACE):
                    os.kill(self._process, signal.SIGKILL)
                reply: Reply = pickle.load(self._replies)
            except KeyboardInterrupt:
                interrupts += 1
                with suppress(ProcessLookupError):
                    os.kill(self._process, signal.SIGUSR1 if interrupts == 1 else signal.SIGKILL)
            except (EOFError, OSError, pickle.UnpicklingError):
                return None
            else:
                return reply

    def _replies_within(self, seconds: float) -> bool:
        import select

        assert self._replies is not None
        return bool(select.select([self._replies], [], [], seconds)[0])

    def _ended(self, request: Request) -> int:
        """Say why the worker has ended, where it could not say so itself, and start another one; the status."""
        _, status = os.waitpid(self._process, 0)
        code = os.waitstatus_to_exitcode(status)
        self.close(wait=False)
        self._start()
        if request.completes or code >= 0:
            return max(code, 0)
        from gradcli.cli import terminal

        if -code == signal.SIGKILL:
            terminal.message("interrupted")
            return INTERRUPTED
        terminal.message(
            f"error: the calculation was ended by the system ({signal.Signals(-code).name})\n"
            "help:  what was kept before is kept"
        )
        return CANNOT

    def close(self, *, wait: bool = True) -> None:
        """Have the worker end."""
        for stream in (self._requests, self._replies):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        if wait and self._process:
            with suppress(ChildProcessError):
                os.waitpid(self._process, 0)


class _Interruptible:
    """Turns the prompt's signal into KeyboardInterrupt while something is calculated, and only then."""

    def __init__(self) -> None:
        self._is_running = False
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's, which the prompt passes on
        signal.signal(signal.SIGUSR1, self._interrupt)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._is_running:
            self._is_running = False
            raise KeyboardInterrupt

    def run(self, call: Callable[[], int]) -> int:
        """The status of the call, or that it was interrupted."""
        try:
            try:
                self._is_running = True
                return call()
            finally:
                self._is_running = False
        except KeyboardInterrupt:
            return INTERRUPTED


def _work(session: Session, requests: BinaryIO, replies: BinaryIO) -> NoReturn:
    """Do what is asked until nobody asks any more."""
    status = 0
    try:
        interruptible = _Interruptible()
        empty = os.open(os.devnull, os.O_RDONLY)
        os.dup2(empty, 0)  # what the prompt reads is not a command's
        sys.stdin = os.fdopen(empty)
        _warm_up()
        _serve(session, requests, replies, interruptible)
    except (EOFError, OSError):
        pass
    except BaseException as error:  # the prompt's loop must not go on in two processes
        with suppress(OSError):
            os.write(2, f"error: the prompt's calculations failed ({type(error).__name__}: {error})\n".encode())
        status = CANNOT
    os._exit(status)


def _serve(session: Session, requests: BinaryIO, replies: BinaryIO, interruptible: _Interruptible) -> NoReturn:
    import pickle

    while True:
        request: Request = pickle.load(requests)
        reply = _reply(session, request, interruptible.run)
        pickle.dump(reply, replies)
        replies.flush()


def _warm_up() -> None:
    """Import what a line needs, SymPy last, and keep it from being gone through for garbage."""
    gc.enable()
    from gradcli.cli.prompt import evaluation

    evaluation.warm_up()
    gc.freeze()


def _here(session: Session, request: Request) -> Reply:
    """The reply to a request that is done in this process."""
    gc.enable()
    reply = _reply(session, request, lambda call: call())
    session.take_changes()
    return reply


def _reply(session: Session, request: Request, run: Callable[[Callable[[], int]], int]) -> Reply:
    from gradcli.cli.prompt import evaluation

    if request.completes:
        from gradcli.cli.prompt.completion import names_in

        return Reply(ans=session.ans, completions=names_in(request.text, session))
    before = sys.stdout
    status = run(lambda: evaluation.evaluated(session, request))
    is_closed = sys.stdout is not before  # click's answer to a closed pipe
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    return Reply(status, session.take_changes(), session.ans, is_closed=is_closed)


__all__: Any = ["CANNOT", "INTERRUPTED", "Reply", "Request", "Worker"]
