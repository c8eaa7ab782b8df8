"""The files that the steps of a search are written to: tables as they come, and a picture of all when it is over."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final

from gradcli.cli.misuse import Misuse

if TYPE_CHECKING:
    from gradcli.cli.outputs import Target
    from gradcli.curves import Plot
    from gradcli.minimum import Moment
    from gradcli.problem import Problem

PICTURES: Final = (".png", ".svg", ".pdf")
MARGIN: Final = 0.3
"""The room around a path, relative to its width and height."""
LEAST: Final = 1e-3
"""The least width of a picture of a path, relative to where it is."""


def kind_of(name: str) -> str:
    """The kind of file that a name tells. Raises Misuse where it tells none, or what draws it is not installed."""
    import importlib.util

    kind = os.path.splitext(name)[1].lower()
    if kind in PICTURES and importlib.util.find_spec("matplotlib") is None:
        raise Misuse(f"--history {name} needs Matplotlib, which is not installed", "pip install 'gradcli[plot]'")
    if kind not in TABLES and kind not in PICTURES:
        kinds = ", ".join(TABLES + PICTURES[:-1])
        raise Misuse(
            f"--history {name}: what is to be written is told by the name", f"let it end with {kinds} or {PICTURES[-1]}"
        )
    return kind


class StepFile:
    """A file of the steps of a search for a problem, which takes its place when the search is over."""

    def __init__(self, target: Target, problem: Problem, *, alone: bool) -> None:
        """`alone` says that the function depends on nothing but its variables."""
        self._target, self._problem, self._alone = target, problem, alone
        self._kind = kind_of(target.name)
        self._stack = ExitStack()
        self._line: Callable[[Moment], None] | None = None
        self._moments: list[Moment] = []

    def __enter__(self) -> StepFile:
        from gradcli.cli.outputs import replaced

        self._stream = self._stack.enter_context(replaced(self._target))
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: Any) -> None:
        if kind is None and self._moments:
            self._draw()
        self._stack.__exit__(kind, *error)

    def write(self, moment: Moment) -> None:
        """Take a step."""
        if self._kind in PICTURES:
            self._moments.append(moment)
            return
        if self._line is None:
            self._line = WRITERS[self._kind](self._stream, moment)
        self._line(moment)

    def _draw(self) -> None:
        from gradcli.render.plots.files import PictureKind, drawn

        self._stream.buffer.write(drawn(self._plot(), PictureKind(self._kind[1:])))

    def _plot(self) -> Plot:
        """The path over the contours of a function of two numbers, the values step by step of any other."""
        from gradcli.curves import history

        moments = self._moments
        if self._alone and len(moments[0].at) == 2 and all(each.ndim == 0 for each in moments[0].at.values()):
            found = _path(self._problem, moments)
            if found is not None:
                return found
        return history([moment.value for moment in moments])


def _path(problem: Problem, moments: list[Moment]) -> Plot | None:
    """The path of a search in the plane; None where it cannot be drawn: it leaves what floats hold."""
    import numpy as np

    from gradcli.curves import PlotWish, sample
    from gradcli.language import DiagnosticError

    points = np.array([[float(value) for value in moment.at.values()] for moment in moments])
    if not np.isfinite(points).all():
        return None
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.maximum(MARGIN * (high - low).max(), LEAST * np.maximum(np.abs(low), 1.0))
    ranges = dict(zip(moments[0].at, zip((low - room).tolist(), (high + room).tolist(), strict=True), strict=True))
    fixed = {name: value for name, value in problem.bindings.items() if name not in ranges}
    try:
        return sample([problem.text], ranges, fixed, PlotWish(path=points.tolist()))
    except DiagnosticError:
        return None


def _csv(stream: TextIOWrapper, first: Moment) -> Callable[[Moment], None]:
    import csv

    from gradcli.render.minima import moment_columns, moment_row

    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(moment_columns(first))

    def write(moment: Moment) -> None:
        writer.writerow(moment_row(moment))

    return write


def _jsonl(stream: TextIOWrapper, first: Moment) -> Callable[[Moment], None]:
    from gradcli.render.minima import moment_object
    from gradcli.render.objects import to_json

    def write(moment: Moment) -> None:
        stream.write(to_json(moment_object(moment)) + "\n")

    return write


WRITERS: Final[Mapping[str, Callable[[TextIOWrapper, Moment], Callable[[Moment], None]]]] = {
    ".csv": _csv,
    ".jsonl": _jsonl,
}
"""What begins a table of each kind of file, and gives what writes a step into it."""
TABLES: Final = tuple(WRITERS)
