"""IPython's magic commands and shell lines, which are no Python: taken out of a cell, so that the rest can run."""

from __future__ import annotations

import ast
import re
from typing import Final

from gradcli.language.values import frozen

_LINE: Final = re.compile(r"(?P<indent>\s*)(?P<target>[\w.,\s\[\]]*=\s*)?(?P<magic>[%!].*|\?+\w.*|[\w.]+\?+\s*)$")
_RUNS_A_STATEMENT: Final = re.compile(r"%time\s+(?P<statement>\S.*)$")
_PYLAB: Final = "import numpy; import numpy as np; from numpy import *; import matplotlib.pyplot as plt"
"""What `%pylab` does, but for the plotting functions' own names."""
_RUNS_THE_CELL: Final = frozenset({"time", "timeit", "capture", "prun", "python", "python3"})
"""The cell magics whose body is this Python's code."""
_KEEPS_QUIET: Final = frozenset({"capture", "timeit"})


@frozen
class Plain:
    """A cell without magics: the Python, what was left out, and whether the cell shows its output."""

    source: str
    skipped: tuple[str, ...] = ()
    is_quiet: bool = False


def without_magics(source: str) -> Plain:
    """The Python of a cell. Lines keep their numbers; a cell for another interpreter (`%%bash`) becomes empty."""
    source = _without_leading_indent(source)
    head = re.match(r"\s*%%(\w+).*", source)
    if head is None:
        return _without_lines(source)
    if head[1] not in _RUNS_THE_CELL:
        return Plain("", (head[0].strip(),))
    rest = _without_lines(source[: head.start()] + "\n" * head[0].count("\n") + source[head.end() :])
    return Plain(rest.source, (head[0].strip(), *rest.skipped), is_quiet=head[1] in _KEEPS_QUIET)


def _without_leading_indent(source: str) -> str:
    """The lines without the space that the first one begins with, as IPython runs them."""
    space = source[: len(source) - len(source.lstrip(" \t"))]
    return "\n".join(line.removeprefix(space) for line in source.split("\n")) if space else source


def _without_lines(source: str) -> Plain:
    if _parses(source):
        return Plain(source)
    kept: list[str] = []
    skipped: list[str] = []
    lines = iter(source.split("\n"))
    for line in lines:
        found = _LINE.match(line)
        if found is None or not _parses("\n".join([*kept, found["indent"] + "pass"])):
            kept.append(line)
            continue
        magic = [line.strip()]
        while magic[-1].endswith("\\"):
            magic.append(next(lines, "").strip())
        skipped.append(" ".join(part.removesuffix("\\").rstrip() for part in magic))
        kept.append(found["indent"] + _instead_of(found))
        kept.extend("" for _ in magic[1:])
    return Plain("\n".join(kept), tuple(skipped))


def _instead_of(found: re.Match[str]) -> str:
    """What runs in a magic line's place: the statement of `%time statement`, the imports of `%pylab`, else nothing."""
    if re.match(r"%pylab\b", found["magic"]):
        return _PYLAB
    timed = _RUNS_A_STATEMENT.match(found["magic"])
    return "pass" if timed is None or found["target"] else timed["statement"]


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True
