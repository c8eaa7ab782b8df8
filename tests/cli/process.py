"""The command as users run it: a process with its streams."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

DECIDING = ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "GRADCLI_DEBUG")
"""What in the environment decides how the command looks, and is left out."""


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


def gradcli(
    *arguments: str,
    stdin: str | bytes = "",
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
) -> Outcome:
    """Run `gradcli ARGUMENTS…` and collect what it says; no traceback may ever show."""
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    clean = {
        key: value
        for key, value in os.environ.items()
        if key not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "GRADCLI_DEBUG")
    }
    finished = subprocess.run(
        [sys.executable, "-m", "gradcli", *arguments],
        input=data,
        capture_output=True,
        env={**clean, "PYTHONIOENCODING": "utf-8", **(environment or {})},
        timeout=300,
        cwd=folder,
        check=False,
    )
    outcome = Outcome(finished.returncode, finished.stdout.decode(), finished.stderr.decode())
    assert "Traceback" not in outcome.err
    assert "bug in gradcli" not in outcome.err, outcome.err
    return outcome
