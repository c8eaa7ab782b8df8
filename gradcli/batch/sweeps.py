"""Problems at ranges of points: `x^2 at x=0:1:0.1` is a problem for each point, with a record for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from gradcli.batch.task import Entry, Task, Value
from gradcli.language import DiagnosticError, parse, ranges
from gradcli.language.tree import Range
from gradcli.language.values import replace
from gradcli.operations import vocabulary

_MAY_HAVE_RANGES: Final = re.compile(r"\bat\b.*(?::|\.\.)", re.DOTALL)


def spread(tasks: Iterable[Task]) -> Iterator[Task]:
    """The tasks, those that bind ranges once for each of their points."""
    for task in tasks:
        found = () if task.entry is None else ranges_in(task.entry.text, [value.name for value in task.entry.values])
        if task.entry is not None and found:
            yield from at_points(task, task.entry, found)
        else:
            yield task


def ranges_in(text: str, variables: Sequence[str] = ()) -> tuple[Range, ...]:
    """The ranges that a text binds; none where it cannot be read, which is found out by who reads it."""
    if not _MAY_HAVE_RANGES.search(text):
        return ()
    try:
        return parse(text, vocabulary(), variables).program.ranges
    except DiagnosticError:
        return ()


def at_points(task: Task, entry: Entry, given: Sequence[Range]) -> Iterator[Task]:
    """A task for each combination of the ranges' points, the last range running fastest; its id names the point."""
    for texts in ranges.combinations(given):
        point = tuple(Value(each.name, text) for each, text in zip(given, texts, strict=True))
        label = ", ".join(f"{value.name}={value.content}" for value in point)
        id_ = label if task.id is None else f"{task.id} {label}"
        yield replace(task, id=id_, entry=replace(entry, values=(*entry.values, *point)))
