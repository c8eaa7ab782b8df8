"""Streams of bytes to Tasks, lazily: whatever is wrong with one problem is that Task's diagnostic.

Text has one problem on a line, `EXPR at x=2, y=[1,2,3]`; blank lines and lines that begin with `#` are read over. CSV
is in `csv_reader`, JSON Lines in `jsonl_reader`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final

from gradcli.batch.encodings import UTF8
from gradcli.batch.lines import Line, lines, undecodable
from gradcli.batch.settings import Format
from gradcli.batch.sweeps import spread
from gradcli.batch.task import Entry, Task

EXTENSIONS: Final = {
    ".txt": Format.TEXT,
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}
"""The formats by the ends of files' names; what has another end is text."""


def format_of(file: str) -> Format:
    """The format that a file's name tells."""
    return EXTENSIONS.get(os.path.splitext(file)[1].lower(), Format.TEXT)


def read(
    stream: BinaryIO,
    file: str,
    form: Format,
    expression: str | None = None,
    first: int = 0,
    count: Callable[[int], None] = lambda size: None,
    say: Callable[[str], None] = lambda message: None,
    *,
    encoding: str = UTF8,
) -> Iterator[Task]:
    """The problems in a stream, numbered from `first`.

    `file` is its name in the records. `expression` is for rows of CSV and objects that have none. `count` is told how
    many bytes have been read, piece by piece; `say` what there is to say of the file as a whole. `encoding` is as
    `lines` takes it.
    """
    found = lines(stream, count, encoding)
    if form is Format.TEXT:
        tasks = text_tasks(found, file)
    elif form is Format.CSV:
        from gradcli.batch.csv_reader import csv_tasks

        tasks = csv_tasks(found, file, expression, say)
    else:
        from gradcli.batch.jsonl_reader import jsonl_tasks

        tasks = jsonl_tasks(found, file, expression)
    return numbered(spread(tasks), first)


def numbered(tasks: Iterable[Task], first: int) -> Iterator[Task]:
    """The tasks with their numbers."""
    for number, task in enumerate(tasks, first):
        yield Task(number, task.file, task.line, task.id, task.entry, task.diagnostic, task.column)


def text_tasks(source: Iterable[Line], file: str) -> Iterator[Task]:
    """The problems of a text, one on a line."""
    for line in source:
        fault = line.fault or undecodable(line.text)
        if fault is not None:
            yield Task(0, file, line.number, diagnostic=fault)
            continue
        text = line.text.strip(" \t")
        if text and not text.startswith("#"):
            yield Task(0, file, line.number, entry=Entry(line.text))
