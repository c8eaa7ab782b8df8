"""What there is to say about a class's file: what is odd in it, and why it cannot be graded at all."""

from __future__ import annotations

from gradcli.language import Diagnostic
from gradcli.language.values import frozen


@frozen
class Notice:
    """Something odd in the input that the teacher should hear of; `line` is where the diagnostic's source begins."""

    line: int
    diagnostic: Diagnostic


class UnusableError(Exception):
    """An input that cannot be graded at all; `notice` says why."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.diagnostic.message)
        self.notice = notice
