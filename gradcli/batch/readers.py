"""Streams of bytes to Tasks, lazily: whatever is wrong with one problem is that Task's diagnostic.

Text has one problem on a line, `EXPR at x=2, y=[1,2,3]`; blank lines and lines that begin with `#` are skipped. CSV
is in `csv_reader`, JSON Lines in `jsonl_reader`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import BinaryIO

from gradcli.batch.sweeps import spread
from gradcli.batch.task import Entry, Task
from gradcli.streams.encodings import UTF8
from gradcli.streams.formats import Format, format_of
from gradcli.streams.lines import Line, lines, undecodable
from gradcli.streams.sources import STANDARD_INPUT, opened, shown_name


class Sources:
    """Files (`-` is standard input) to be read one after the other.

    `form` is their format, by their names where None, `encoding` as `lines` takes it. `complain` is told of files that
    cannot be read; the others are read all the same. `say` is told what there is to say of a file as a whole.
    `consumed` is how many bytes have been read.
    """

    def __init__(
        self,
        files: Sequence[str],
        form: Format | None,
        expression: str | None,
        complain: Callable[[str, OSError], None],
        say: Callable[[str, str], None] = lambda file, message: None,
        *,
        encoding: str = UTF8,
    ) -> None:
        self.files, self.form, self.expression, self.complain, self.say = files, form, expression, complain, say
        self.encoding = encoding
        self.consumed = 0

    def tasks(self) -> Iterator[Task]:
        """The problems, numbered through all files."""
        number = 0
        for file in self.files:
            name = shown_name(file)
            try:
                with opened(file) as stream:
                    form = self._format(file)
                    say = partial(self.say, name)
                    tasks = read(stream, name, form, self.expression, number, self._count, say, encoding=self.encoding)
                    for task in tasks:
                        yield task
                        number += 1
            except OSError as error:
                self.complain(name, error)

    def _format(self, file: str) -> Format:
        if self.form is not None:
            return self.form
        return Format.TEXT if file == STANDARD_INPUT else format_of(file)

    def _count(self, size: int) -> None:
        self.consumed += size


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
