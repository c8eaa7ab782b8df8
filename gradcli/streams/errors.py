"""What a run can stumble over that is not in its tasks."""

from __future__ import annotations


class RunError(Exception):
    """A run that cannot begin or go on as asked; `help` says what to do."""

    def __init__(self, message: str, help_: str) -> None:
        super().__init__(message)
        self.help = help_
