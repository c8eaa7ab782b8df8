"""The files of a run as one stream of Tasks."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import BinaryIO, Final

from gradcli.batch.encodings import UTF8
from gradcli.batch.readers import format_of, read
from gradcli.batch.settings import Format
from gradcli.batch.task import Task

STANDARD_INPUT: Final = "-"
_STANDARD_NAME: Final = "<stdin>"


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

    def size(self) -> int | None:
        """The bytes of all files together, None where that is not known."""
        total = 0
        for file in self.files:
            try:
                found = os.stat(0 if file == STANDARD_INPUT else file)
            except OSError:
                continue
            if not stat.S_ISREG(found.st_mode):
                return None
            total += found.st_size
        return total

    def tasks(self) -> Iterator[Task]:
        """The problems, numbered through all files."""
        number = 0
        for file in self.files:
            name = _STANDARD_NAME if file == STANDARD_INPUT else file
            try:
                with _opened(file) as stream:
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


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    if file == STANDARD_INPUT:
        return nullcontext(sys.stdin.buffer)
    return open(file, "rb")
