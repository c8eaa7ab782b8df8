"""Files in the place of an expression, and the command that takes them."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from typing import Final

from gradcli.cli.program import Misuse

TAKERS: Final = {
    ".txt": "batch",
    ".csv": "batch",
    ".jsonl": "batch",
    ".ndjson": "batch",
    ".py": "run",
    ".grad": "run",
    ".ipynb": "replay",
    ".toml": "grade",
}
"""The command that takes files of a kind, by their extension."""
FILE_LIKE: Final = re.compile(r"[^\s()=]+(?:" + "|".join(map(re.escape, TAKERS)) + ")", re.IGNORECASE)


def file_given(arguments: Sequence[str], name: str) -> Misuse | None:
    """That `name` is a file, or looks like one, and so is no expression, with the call that takes it; None where it is
    an expression, or other operands of the call are none of files."""
    taker = TAKERS.get(os.path.splitext(name)[1].lower())
    if taker is None or not FILE_LIKE.fullmatch(name):
        return None
    words = [taker, *arguments]
    if taker == "grade" and len(arguments) == 1:
        words.append("ANSWERS")
    if os.path.isfile(name):
        return Misuse(f"{name} is a file, and this takes an expression", f"did you mean gradcli {shlex.join(words)}?")
    return Misuse(
        f"{name} looks like the name of a file, and there is none here",
        f"gradcli {taker} takes files, and `gradcli help {taker}` says which",
    )
