"""The sample sessions: commands with the output that they must have, and the numbers that their sources published.

`python -m tests.samples.sessions` records the outputs anew.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.process import Outcome, gradcli

FOLDER = Path(__file__).parents[2] / "samples"
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)")


@dataclass
class Step:
    """A command, the lines that it prints, and the published numbers."""

    command: str
    expected: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)

    def run(self) -> Outcome:
        return gradcli(*shlex.split(self.command)[1:])


def files() -> list[Path]:
    """The session files."""
    return sorted(FOLDER.glob("*.txt"))


def steps(file: Path) -> list[Step]:
    """The steps of a session."""
    found: list[Step] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:]))
        elif line.startswith("# published: "):
            found[-1].published += line.removeprefix("# published: ").split(", ")
        elif line and not line.startswith("#"):
            found[-1].expected.append(line)
    return found


def printed(outcome: Outcome) -> list[str]:
    """The lines that a command printed."""
    return (outcome.out + outcome.err).splitlines()


def record(file: Path) -> None:
    """Write the outputs into the session, keeping everything else."""
    lines: list[str] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            lines.append(line)
        elif line.startswith("$ "):
            lines += [line, *printed(Step(line[2:]).run())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for session in files():
        record(session)
