"""What calculates for the prompt: a process forked from it, which imports what is needed while somebody types.

A calculation that takes too much, or crashes, ends the worker, and another one goes on with the same session. Without
`fork` (on Windows), and where what is written goes to no file, the prompt calculates itself: then such a calculation
ends the prompt.
"""

from __future__ import annotations

import gc
import os
import sys

from gradcli.cli.commands import CANNOT, INTERRUPTED

TYPE_CHECKING = False  # typing's own takes longer to import than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import BinaryIO, Final, NoReturn

    from gradcli.cli.prompt.session import Named, Session

GRACE: Final = 1.0
"""Seconds that a calculation has to end after Ctrl-C."""
WARM: Final = (
    "gradcli.cli.prompt.evaluation",
    "gradcli.cli.calculate",
    "gradcli.cli.calculation",
    "gradcli.calculus.evaluate",
    "gradcli.calculus.check",
    "gradcli.calculus.symbolic",
)
"""What is imported while nothing is asked, in the order in which a line needs it: SymPy, which takes longest, last."""


class LineRequest:
    """A statement or command, in a file or not; or the text to be completed, up to the cursor.

    Of a file, `line` is the number of the first line. `options` are those that commands take which have them.
    """

    __slots__ = ("completes", "file", "line", "options", "text")

    def __init__(
        self,
        text: str,
        file: str | None = None,
        line: int = 1,
        options: tuple[str, ...] = (),
        *,
        completes: bool = False,
    ) -> None:
        self.text, self.file, self.line, self.options, self.completes = text, file, line, options, completes


class Reply:
    """The exit status of what was asked, and what has changed in the session; or completions.

    `is_closed` says that nobody reads what is written, `is_last` that a limit was reached and the worker ends.
    """

    __slots__ = ("ans", "changes", "completions", "is_closed", "is_last", "status")

    def __init__(
        self,
        status: int = 0,
        changes: dict[str, Named | None] | None = None,
        ans: str | None = None,
        completions: tuple[str, ...] = (),
        *,
        is_closed: bool = False,
        is_last: bool = False,
    ) -> None:
        self.status, self.changes, self.ans = status, changes or {}, ans
        self.completions, self.is_closed, self.is_last = completions, is_closed, is_last


class Worker:
    """The other process, as the prompt sees it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._process = 0
        self._interrupts = 0
        self._requests: BinaryIO | None = None
        self._replies: BinaryIO | None = None
        self._is_other = _can_be_other()
        if self._is_other:
            self._start()

    def _start(self) -> None:
        requests, to_worker = os.pipe()
        from_worker, replies = os.pipe()
        _flush()
        process = os.fork()
        if process == 0:
            os.close(to_worker)
            os.close(from_worker)
            _work(self._session, os.fdopen(requests, "rb"), os.fdopen(replies, "wb"))
        os.close(requests)
        os.close(replies)
        self._process = process
        self._requests, self._replies = os.fdopen(to_worker, "wb"), os.fdopen(from_worker, "rb")

    def ask(self, request: LineRequest) -> Reply:
        """Have a request done; the session is changed as it says. Ctrl-C abandons it, and is no exception here."""
        if not self._is_other:
            return _here(self._session, request)
        import signal

        self._interrupts = 0
        signal.signal(signal.SIGALRM, self._kill)
        before = signal.signal(signal.SIGINT, self._interrupt)
        try:
            reply = self._answer(request)
            if reply is None:
                return Reply(self._ended(request), ans=self._session.ans)
            self._session.apply(reply.changes, reply.ans)
            if reply.is_last:
                self.close()
                self._start()
            return reply
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            signal.signal(signal.SIGINT, before)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """Pass Ctrl-C on; what does not listen is ended after a while, or at the second time."""
        import signal

        self._interrupts += 1
        if self._interrupts > 1:
            self._kill(number, frame)
        else:
            os.kill(self._process, signal.SIGUSR1)
            signal.setitimer(signal.ITIMER_REAL, GRACE)

    def _kill(self, number: int, frame: FrameType | None) -> None:
        import signal

        os.kill(self._process, signal.SIGKILL)

    def _answer(self, request: LineRequest) -> Reply | None:
        """The reply; None of a worker that has ended."""
        import pickle

        assert self._requests is not None
        assert self._replies is not None
        try:
            pickle.dump(request, self._requests)
            self._requests.flush()
            reply: Reply = pickle.load(self._replies)
        except (EOFError, OSError, pickle.UnpicklingError):
            return None
        return reply

    def _ended(self, request: LineRequest) -> int:
        """Say why the worker has ended, where it could not say so itself, and start another one; the status."""
        _, status = os.waitpid(self._process, 0)
        code = os.waitstatus_to_exitcode(status)
        self._process = 0
        self.close()
        self._start()
        if request.completes or code >= 0:
            return max(code, 0)
        from gradcli.cli import terminal

        if self._interrupts:
            terminal.message("interrupted")
            return INTERRUPTED
        import signal

        terminal.message(
            f"error: the calculation was ended by the system ({signal.Signals(-code).name})\n"
            "help:  what was kept before is kept"
        )
        return CANNOT

    def close(self) -> None:
        """Have the worker end."""
        for stream in (self._requests, self._replies):
            try:
                if stream is not None:
                    stream.close()
            except OSError:  # what was not yet written is of no use
                pass
        if self._process:
            os.waitpid(self._process, 0)


def _can_be_other() -> bool:
    """Whether another process can be forked, and what it writes goes where this one's goes."""
    if not hasattr(os, "fork"):
        return False
    try:
        return bool(sys.stdout.fileno() >= 0 and sys.stderr.fileno() >= 0)
    except (AttributeError, OSError, ValueError):  # somebody collects what is written in a string
        return False


def _flush() -> None:
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # who reads it is gone, and the next one who writes is told
        pass


class _Interruptible:
    """Turns the prompt's signal into KeyboardInterrupt while something is calculated, and only then."""

    def __init__(self) -> None:
        import signal

        self._is_running = False
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's, which the prompt passes on
        signal.signal(signal.SIGUSR1, self._interrupt)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # which the limits rely on

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
        gc.enable()
        _warm_up(requests)
        _serve(session, requests, replies, interruptible)
    except (EOFError, OSError):
        pass
    except BaseException as error:  # the prompt's loop must not go on in two processes
        os.write(2, f"error: the prompt's calculations failed ({type(error).__name__}: {error})\n".encode())
        status = CANNOT
    os._exit(status)


def _serve(session: Session, requests: BinaryIO, replies: BinaryIO, interruptible: _Interruptible) -> NoReturn:
    import pickle

    def answer(reply: Reply) -> None:
        pickle.dump(reply, replies)
        replies.flush()

    def leave(status: int) -> None:
        answer(Reply(status, session.take_changes(), session.ans, is_last=True))

    while True:
        request: LineRequest = pickle.load(requests)
        answer(_reply(session, request, interruptible.run, leave))


def _warm_up(requests: BinaryIO) -> None:
    """Import what lines need until something is asked, and keep it from being gone through for garbage."""
    from importlib import import_module
    from select import select

    for module in WARM:
        if select([requests], [], [], 0)[0]:
            return
        import_module(module)
    gc.freeze()


def _here(session: Session, request: LineRequest) -> Reply:
    """The reply to a request that is done in this process."""
    gc.enable()
    reply = _reply(session, request, lambda call: call())
    session.take_changes()
    return reply


def _reply(
    session: Session,
    request: LineRequest,
    run: Callable[[Callable[[], int]], int],
    leave: Callable[[int], None] | None = None,
) -> Reply:
    from gradcli.cli.prompt import evaluation

    if request.completes:
        from gradcli.cli.prompt.completion import names_in

        return Reply(ans=session.ans, completions=names_in(request.text, session))
    before = sys.stdout
    status = run(lambda: evaluation.evaluated(session, request, leave))
    is_closed = sys.stdout is not before  # click's answer to a closed pipe
    _flush()
    return Reply(status, session.take_changes(), session.ans, is_closed=is_closed)
