"""The tutorial programs: what they print on the engine and on the real torch, and what was recorded from it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "samples" / "tutorials"
IMPORT = "import gradcli.engine as torch\n"
NUMBER = re.compile(r"(?<![\w.])-?\d+\.?\d*(?:e[+-]?\d+)?(?!\w)")


@dataclass(frozen=True)
class Printed:
    """What a program wrote, and its exit status."""

    out: str
    err: str
    status: int


def programs() -> list[str]:
    """The names of the programs."""
    return sorted(file.stem for file in FOLDER.glob("*.py"))


def source(name: str) -> str:
    """A program's text."""
    return (FOLDER / f"{name}.py").read_text(encoding="utf-8")


@cache
def on_engine(name: str) -> Printed:
    """The program run as its reader runs it."""
    return _process([_path(name)])


@cache
def on_torch(name: str) -> Printed:
    """The program run on the real torch: its import line is replaced, nothing else."""
    return _process(["-c", _AS_IF_FROM_FILE, _path(name)], source(name).replace(IMPORT, "import torch\n"))


_AS_IF_FROM_FILE = """
import sys
path = sys.argv[1]
exec(compile(sys.stdin.read(), path, "exec"), {"__name__": "__main__", "__file__": path})
"""
"""Runs what is read as the program of a file, which may read what lies beside it."""


def _path(name: str) -> str:
    return str(FOLDER / f"{name}.py")


def _process(arguments: list[str], stdin: str = "") -> Printed:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    finished = subprocess.run(
        [sys.executable, *arguments],
        input=stdin.encode(),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    # Text mode would end lines as the platform does; the recorded files end them with \n.
    out, err = (stream.decode().replace("\r\n", "\n") for stream in (finished.stdout, finished.stderr))
    return Printed(out, err, finished.returncode)


def recorded(name: str) -> tuple[str, str]:
    """The torch version that a program's output was recorded from, and the output."""
    first, _, rest = (FOLDER / f"{name}.out").read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("# torch "), rest


def record(name: str, version: str, out: str) -> None:
    """Write a program's output next to it, stamped with torch's version."""
    (FOLDER / f"{name}.out").write_text(f"# torch {version}\n{out}", encoding="utf-8", newline="\n")


def differences(found: str, expected: str) -> list[str]:
    """The lines that differ by more than one unit in the last printed digit of a number.

    That unit is the drift of float32: the two libraries add in different orders. Numbers without a fraction, and
    everything that is no number, must be the same.
    """
    pairs = zip_longest(found.splitlines(), expected.splitlines(), fillvalue="(no such line)")
    return [f"{one!r} is not {other!r}" for one, other in pairs if not _same_line(one, other)]


def _same_line(found: str, expected: str) -> bool:
    if [*_words(found)] != [*_words(expected)]:
        return False
    numbers = zip(NUMBER.findall(found), NUMBER.findall(expected), strict=True)
    return all(_same_number(one, other) for one, other in numbers)


def _words(line: str) -> list[str]:
    """The line without its numbers; torch pads them to columns, and a sign can widen one."""
    return NUMBER.sub("#", line).split()


def _same_number(found: str, expected: str) -> bool:
    if found == expected:
        return True
    one, other = Decimal(found), Decimal(expected)
    if not _has_fraction(found) or not _has_fraction(expected):
        return False
    return abs(one - other) <= max(_unit(one), _unit(other))


def _has_fraction(number: str) -> bool:
    return re.search(r"\.\d", number) is not None


def _unit(number: Decimal) -> Decimal:
    """One in the last digit written."""
    return Decimal((0, (1,), int(number.as_tuple().exponent)))
